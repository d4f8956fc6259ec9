"""The tables of the organisation: bots, the nodes of the tree, the chats linked to them."""

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
    heard_at: "datetime | None" = InstantField(null=True)  # until when all that was pressed has been heard; by polling only

    class Meta:
        table = "bot"


class Node(Model):
    """An organisation of any level. `path` is `/<root>/…/<self>/`: a subtree is a prefix, and roots never share one.

    `zone` to `greets` are its own wishes; null asks its nearest ancestor that has one (`wishes`).
    """

    id = fields.BigIntField(primary_key=True)
    root_id: int | None = fields.BigIntField(null=True)  # null only while a root is being planted
    parent_id: int | None = fields.BigIntField(null=True)
    kind = fields.CharField(32)
    name = fields.CharField(80)
    path = fields.CharField(255, db_index=True)
    code = fields.CharField(40, null=True)  # 编号 in sheets
    zone = fields.CharField(64, null=True)
    quiet_from = fields.CharField(5, null=True)  # HH:MM there, as the two below
    quiet_until = fields.CharField(5, null=True)
    quiz_at = fields.CharField(5, null=True)
    greets = fields.BooleanField(null=True)  # whether newcomers to its groups are greeted
    closed_at: "datetime | None" = InstantField(null=True)
    bot_id: int | None = fields.BigIntField(null=True)  # the bot that serves a tree; on its root

    class Meta:
        table = "node"
        unique_together = (("root_id", "code"),)


class Chat(Model):
    """A group, or one topic of it (`thread_id`, 0 for the whole group), linked to a node. A node has any number."""

    id = fields.BigIntField(primary_key=True)
    root_id = fields.BigIntField()
    bot_id = fields.BigIntField()
    node_id = fields.BigIntField()
    chat_id = fields.BigIntField()
    thread_id = fields.BigIntField(default=0)
    title = fields.CharField(128, default="")  # as Telegram showed it last
    state = fields.CharField(16, default="ok")  # or why nothing can be said there: kicked, chat_gone, no_rights, thread_gone
    linked_at: "datetime" = InstantField()
    unlinked_at: "datetime | None" = InstantField(null=True)

    class Meta:
        table = "chat"
        unique_together = (("bot_id", "chat_id", "thread_id"),)
