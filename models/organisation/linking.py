"""Which bot serves a tree, and which chats are linked to a node."""

from datetime import datetime

from models.organisation.tables import Bot, Chat, Node


async def know_bot(telegram_id: int, username: str) -> Bot:
    """The row of the bot a token belongs to; made at its first start, renamed when it was renamed."""
    bot, _ = await Bot.update_or_create(telegram_id=telegram_id, defaults={"username": username})
    return bot


async def last_heard(bot_id: int) -> datetime | None:
    """Until when all that was pressed is known to have been heard; None for a bot that never polled."""
    return (await Bot.get(id=bot_id)).heard_at


async def heard(bot_id: int, until: datetime | None) -> None:
    """All that was pressed until then is kept. None: nobody can tell any more."""
    await Bot.filter(id=bot_id).update(heard_at=until)


async def link(node: Node, bot_id: int, chat_id: int, thread_id: int, now: datetime) -> Chat:
    """Ties a group to a node: what the node says to its people in public is said there."""
    chat, _ = await Chat.update_or_create(
        bot_id=bot_id,
        chat_id=chat_id,
        thread_id=thread_id,
        defaults={"root_id": node.root_id, "node_id": node.id, "linked_at": now, "unlinked_at": None},
    )
    return chat


async def linked(bot_id: int, chat_id: int, thread_id: int) -> Chat | None:
    """The linked chat something was said in: the topic's own row, else the whole group's."""
    found = await Chat.filter(bot_id=bot_id, chat_id=chat_id, thread_id__in=[thread_id, 0], unlinked_at__isnull=True).order_by(
        "-thread_id"
    )
    return found[0] if found else None


async def chats(node_id: int) -> list[Chat]:
    """Where a node speaks in public, oldest link first."""
    return await Chat.filter(node_id=node_id, unlinked_at__isnull=True).order_by("id")


async def serving(root_id: int) -> int:
    """The bot that speaks to the people of a tree."""
    root = await Node.get(id=root_id)
    assert root.bot_id is not None, "a root is planted with its bot"
    return root.bot_id


async def migrate(bot_id: int, old: int, new: int) -> None:
    """A group became a supergroup: its links follow it to its new id."""
    await Chat.filter(bot_id=bot_id, chat_id=old).update(chat_id=new)
