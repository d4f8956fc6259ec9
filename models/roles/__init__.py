"""职务: offices given and ended by whoever answers for them, each with its term, noted, and told to those it concerns."""

from models.roles.asked import END, ask_appoint, ask_dismiss, packed, unpacked
from models.roles.orders import Option, Order, appointments, dismissals
from models.roles.term import appoint, dismiss, end, install
from models.roles.views import describe, listed

__all__ = [
    "END",
    "Option",
    "Order",
    "appoint",
    "appointments",
    "ask_appoint",
    "ask_dismiss",
    "describe",
    "dismiss",
    "dismissals",
    "end",
    "install",
    "listed",
    "packed",
    "unpacked",
]
