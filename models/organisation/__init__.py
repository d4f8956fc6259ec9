"""组织: the tree of Party organisations, the bots that serve it, the group chats linked to it."""

from models.organisation.kinds import KINDS, fits
from models.organisation.linking import chats, heard, know_bot, last_heard, link, linked, migrate, serving
from models.organisation.tables import Bot, Chat, Node
from models.organisation.tree import close, establish, grow, history, move, plant, rename, settle
from models.organisation.views import describe
from models.organisation.wishes import Wishes, wishes, wishes_along, zone_of

__all__ = [
    "KINDS",
    "Bot",
    "Chat",
    "Node",
    "Wishes",
    "chats",
    "close",
    "describe",
    "establish",
    "fits",
    "grow",
    "heard",
    "history",
    "know_bot",
    "last_heard",
    "link",
    "linked",
    "migrate",
    "move",
    "plant",
    "rename",
    "serving",
    "settle",
    "wishes",
    "wishes_along",
    "zone_of",
]
