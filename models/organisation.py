"""组织: the tree of Party organisations, the bots that serve it, the group chats linked to it."""

from typing import TYPE_CHECKING

from tortoise import fields
from tortoise.models import Model

from models.database import InstantField

if TYPE_CHECKING:
    from datetime import datetime


class Bot(Model):
    """A Telegram bot we speak through. The token stays in the settings; here is only who it is."""

    id = fields.BigIntField(primary_key=True)
    telegram_id = fields.BigIntField(unique=True)
    username = fields.CharField(64)

    class Meta:
        table = "bot"


class Node(Model):
    """An organisation of any level. `path` is `/root/…/self/`: a subtree is a prefix, and roots never share one."""

    id = fields.BigIntField(primary_key=True)
    root_id: int | None = fields.BigIntField(null=True)  # null only while a root is being planted
    parent_id: int | None = fields.BigIntField(null=True)
    kind = fields.CharField(32)
    name = fields.CharField(80)
    path = fields.CharField(255, db_index=True)
    zone = fields.CharField(64)
    bot_id: int | None = fields.BigIntField(null=True)  # the bot that serves a tree; on its root

    class Meta:
        table = "node"


class Chat(Model):
    """A group, or one topic of it (`thread_id`, 0 for the whole group), linked to a node. A node has any number."""

    id = fields.BigIntField(primary_key=True)
    root_id = fields.BigIntField()
    bot_id = fields.BigIntField()
    node_id = fields.BigIntField()
    chat_id = fields.BigIntField()
    thread_id = fields.BigIntField(default=0)
    linked_at: "datetime" = InstantField()
    unlinked_at: "datetime | None" = InstantField(null=True)

    class Meta:
        table = "chat"
        unique_together = (("bot_id", "chat_id", "thread_id"),)


async def know_bot(telegram_id: int, username: str) -> Bot:
    """The row of the bot a token belongs to; made at its first start, renamed when it was renamed."""
    bot, _ = await Bot.update_or_create(telegram_id=telegram_id, defaults={"username": username})
    return bot


async def plant(name: str, kind: str, zone: str, bot_id: int) -> Node:
    """A root: the top of one tree, and the owner of all that is about its people."""
    root = await Node.create(kind=kind, name=name, path="", zone=zone, bot_id=bot_id)
    root.root_id, root.path = root.id, f"/{root.id}/"
    await root.save(update_fields=["root_id", "path"])
    return root


async def grow(parent: Node, name: str, kind: str) -> Node:
    """A node below another. It keeps the zone of its parent until it is given its own."""
    node = await Node.create(root_id=parent.root_id, parent_id=parent.id, kind=kind, name=name, path="", zone=parent.zone)
    node.path = f"{parent.path}{node.id}/"
    await node.save(update_fields=["path"])
    return node


async def link(node: Node, bot_id: int, chat_id: int, thread_id: int, now: "datetime") -> Chat:
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
