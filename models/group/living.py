"""What a tied group goes through: the bot is put out and taken in again, the group is renamed or grows into a supergroup,
a topic is closed. The tie stays; those responsible hear of it once, in private.
"""

from datetime import datetime, timedelta

from models.audit import note
from models.calendar import awake
from models.card import Card
from models.database import rows, run, to_ms
from models.organisation import Chat, Node, wishes
from models.outbox import cancel, revive
from models.responsible import tell

LOST = ("kicked", "chat_gone", "no_rights")  # nothing can be said there at all
# A group that grows into a supergroup puts the bot out first: what looks like a loss may be over in a moment.
PATIENCE = timedelta(minutes=1)
REFUSE = "UPDATE delivery SET state = 'refused', reason = ?, due_at = ? WHERE chat_id = ? AND state IN ('queued', 'held')"


async def describe(chat_id: int, _: datetime) -> dict[str, str]:
    """What a text may say of a tied group: its `title` and the name of its `node`."""
    chat = await Chat.get(id=chat_id)
    return {"title": chat.title, "node": (await Node.get(id=chat.node_id)).name}


async def tied(bot_id: int, chat_id: int) -> list[Chat]:
    return await Chat.filter(bot_id=bot_id, chat_id=chat_id, unlinked_at__isnull=True).order_by("id")


async def lost(bot_id: int, chat_id: int, reason: str, now: datetime) -> None:
    """Nothing can be said in a group any more: kicked, chat_gone or no_rights."""
    for chat in await tied(bot_id, chat_id):
        if chat.state not in LOST:
            await changed(chat, reason, now)
            await tell_of(chat, Card("group/lost", {"chat": chat.id, "reason": reason}), "lost", now, PATIENCE)
        await run(REFUSE, reason, now, chat.id)


async def refused(chat_id: int, reason: str, now: datetime) -> None:
    """A delivery to a tied chat came back with a definite no."""
    if reason in LOST:
        chat = await Chat.get(id=chat_id)
        await lost(chat.bot_id, chat.chat_id, reason, now)


async def healed(bot_id: int, chat_id: int, now: datetime) -> bool:
    """Something can be said in a group again; what was refused lately is sent. False: no node speaks there."""
    chats = await tied(bot_id, chat_id)
    for chat in chats:
        if chat.state in LOST:
            await changed(chat, "ok", now)
            await revive(now, chat_id=chat.id)
            if not await cancel(f"chat:{chat.id}", "notice"):
                await tell_of(chat, Card("group/healed", {"chat": chat.id}), "healed", now)
    return bool(chats)


async def thread_lost(chat_id: int, now: datetime) -> bool:
    """A topic was closed or deleted: from now on its node speaks in the group's general topic. False: it does already."""
    chat = await Chat.get(id=chat_id)
    if chat.thread_id == 0 or chat.state == "thread_gone":
        return False
    await changed(chat, "thread_gone", now)
    await tell_of(chat, Card("group/thread_gone", {"chat": chat.id}), "thread", now)
    return True


async def thread_back(chat_id: int, now: datetime) -> None:
    """The topic is open again."""
    chat = await Chat.get(id=chat_id)
    if chat.state == "thread_gone":
        await changed(chat, "ok", now)
        await tell_of(chat, Card("group/healed", {"chat": chat.id}), "healed", now)


async def spoke(chat_id: int, now: datetime) -> None:
    """A delivery arrived in a tied chat: whatever kept us silent there is over."""
    chat = await Chat.get(id=chat_id)
    if chat.state in LOST:
        await healed(chat.bot_id, chat.chat_id, now)


async def renamed(bot_id: int, chat_id: int, title: str) -> None:
    """Keeps what a group is called, so that people recognise it in what they are told."""
    for table in ("chat", "arrival"):
        await run(f"UPDATE {table} SET title = ? WHERE bot_id = ? AND chat_id = ?", title, bot_id, chat_id)


async def migrate(bot_id: int, old: int, new: int, now: datetime) -> None:
    """A group became a supergroup: its ties and all that is owed there follow it. Whoever says it first, it happens once."""
    for chat in await tied(bot_id, old):
        kept = await moved(chat, new, now)
        await cancel(f"chat:{chat.id}", "notice")
        if kept.state in LOST:
            await changed(kept, "ok", now)
        await revive(now, chat_id=kept.id)
        await tell_of(kept, Card("group/migrated", {"chat": kept.id}), f"migrated:{-new}", now)
        await forget_offer(bot_id, new)
    await forget_offer(bot_id, old)


async def moved(chat: Chat, new: int, now: datetime) -> Chat:
    """The row that speaks for the new group: this one, or the one that is there already, which takes over its debts."""
    there = await Chat.get_or_none(bot_id=chat.bot_id, chat_id=new, thread_id=chat.thread_id)
    if there is None:
        chat.chat_id = new
        await chat.save(update_fields=["chat_id"])
        return chat
    if there.unlinked_at is not None:
        there.node_id, there.root_id, there.unlinked_at = chat.node_id, chat.root_id, None
        await there.save(update_fields=["node_id", "root_id", "unlinked_at"])
    if there.node_id == chat.node_id:
        await run("UPDATE delivery SET chat_id = ? WHERE chat_id = ?", there.id, chat.id)
    await Chat.filter(id=chat.id).update(unlinked_at=now)
    return there


async def forget_offer(bot_id: int, chat_id: int) -> None:
    """A group that is tied, or gone, is offered no button."""
    for row in await rows("DELETE FROM arrival WHERE bot_id = ? AND chat_id = ? RETURNING code", bot_id, chat_id):
        await cancel(f"arrival:{row['code']}", "notice")


async def changed(chat: Chat, state: str, now: datetime) -> None:
    before, chat.state = chat.state, state
    await chat.save(update_fields=["state"])
    await note(chat.root_id, "clock", "chat", f"chat:{chat.id}", now, {"state": before}, {"state": state})


async def waking(node_id: int, moment: datetime) -> datetime:
    """A moment, or the end of the node's quiet hours it falls into."""
    wanted = await wishes(node_id)
    return awake(moment, wanted.zone, wanted.quiet_from, wanted.quiet_until)


async def tell_of(chat: Chat, card: Card, occasion: str, now: datetime, patience: timedelta = timedelta(0)) -> None:
    """In private, once, and not at night."""
    node = await Node.get(id=chat.node_id)
    due_at = await waking(node.id, now + patience)
    key = f"{occasion}:{chat.id}" if occasion.startswith("migrated") else f"{occasion}:{chat.id}:{to_ms(now)}"
    about = f"chat:{chat.id}" if occasion == "lost" else ""
    await tell("chat.link", node.path, card, key, now, about=about, due_at=due_at)
