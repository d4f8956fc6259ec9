"""Who may press what where, written down a second time and by hand: what the property of rights compares the product with."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from models.card import Action
from models.rights import OFFICES

Press = Callable[[Any, Any], Action]  # the world and the stand of `everywhere`


@dataclass(frozen=True)
class Case:
    """How a verb is pressed at a node, and the right it needs there; `somewhere`: having it anywhere is enough.

    Without a right it is a matter of one's own account, and nobody may press it for another.
    """

    press: Press
    right: str | None = None
    somewhere: bool = False
    at_root: bool = False  # the office has to be held at the root
    below: bool = False  # an office at a node below is enough, for the people there


KINDS = (*OFFICES, "treasurer")  # and an office no rule knows

MEMBERS = {
    "gathering.answer",
    "gathering.see",
    "quiz.answer",
    "pledge.make",
}  # rights of those who belong to a node or below it

# Who holds what, written down a second time and by hand: the table of the product is compared with it.
HOLDERS: dict[str, str] = {
    "binding.approve": "admin secretary deputy_secretary org_member",
    "binding.invite": "admin secretary deputy_secretary org_member",
    "birthday.plan": "admin secretary deputy_secretary org_member",
    "binding.undo": "admin secretary deputy_secretary org_member",
    "chat.link": "admin secretary deputy_secretary",
    "gathering.answer": "",
    "gathering.approve": "admin secretary deputy_secretary org_member",
    "gathering.attendance": "admin secretary deputy_secretary org_member",
    "gathering.plan": "admin secretary deputy_secretary org_member",
    "gathering.enter": "admin secretary deputy_secretary org_member group_leader",
    "gathering.record": "admin secretary deputy_secretary org_member",
    "gathering.see": "admin secretary deputy_secretary org_member",
    "holiday.load": "admin secretary",
    "pledge.enter": "admin secretary deputy_secretary org_member",
    "pledge.make": "",
    "pledge.plan": "admin secretary deputy_secretary org_member",
    "pledge.review": "admin secretary deputy_secretary org_member",
    "quiz.answer": "",
    "quiz.keep": "admin",
    "quiz.settle": "admin secretary deputy_secretary org_member publicity_member",
    "reach.see": "admin secretary deputy_secretary org_member",
    "role.grant": "admin secretary",
    "roster.edit": "admin secretary deputy_secretary org_member",
    "roster.see": "admin secretary deputy_secretary org_member",
    "tree.edit": "admin",
}
