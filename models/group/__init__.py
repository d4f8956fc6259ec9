"""群: the bot comes into a group, somebody with the right ties it to a node, and the tie outlives what groups go through."""

from models.group.arrival import HERE, Arrival, Place, arrived, ask_link, forget, left, link_here, link_page, link_to, unlink
from models.group.greeting import greet
from models.group.living import describe, healed, lost, migrate, refused, renamed, spoke, thread_back, thread_lost

__all__ = [
    "HERE",
    "Arrival",
    "Place",
    "arrived",
    "ask_link",
    "describe",
    "forget",
    "greet",
    "healed",
    "left",
    "link_here",
    "link_page",
    "link_to",
    "lost",
    "migrate",
    "refused",
    "renamed",
    "spoke",
    "thread_back",
    "thread_lost",
    "unlink",
]
