"""Appointments by the operator: the way out when nobody is left who could appoint. Audited like any other."""

from typing import Any

from bot.web.admin import BadWish
from bot.wording import toast
from handlers.roles import office
from models import clock, roles
from models.card import Answer, Refusal
from models.database import atomic
from models.member import OPERATOR, Member
from models.organisation import Bot, Node
from models.roles import Option, Order

EVERYWHERE = ["/"]

Json = dict[str, Any]


async def grant(_: Bot, wishes: Json) -> Json:
    """Gives an office; {"said": the sentence}."""
    wanted = ordered(wishes)
    async with atomic():
        one = only(wanted, await roles.appointments(EVERYWHERE, wanted, clock.now()))
        member, node = await Member.get(id=one.member_id), await Node.get(id=one.node_id)
        return said(await roles.install(OPERATOR, member, node, wanted.kind, clock.now()))


async def revoke(_: Bot, wishes: Json) -> Json:
    """Ends an office; {"said": the sentence}."""
    wanted = ordered(wishes)
    async with atomic():
        one = only(wanted, await roles.dismissals(EVERYWHERE, wanted, clock.now()))
        return said(await roles.end(OPERATOR, one.role_id, clock.now()))


def ordered(wishes: Json) -> Order:
    if wishes.keys() != {"person", "office", "at"} or not all(isinstance(each, str) for each in wishes.values()):
        raise BadWish("grant and revoke are told person, office and at")
    kind = office(wishes["office"])
    if kind is None:
        raise Refusal("roles/form")
    return Order(wishes["person"], kind, wishes["at"])


def only(wanted: Order, options: list[Option]) -> Option:
    """The one thing meant; none or several are told."""
    if not options:
        raise Refusal("roles/nobody", person=wanted.name)
    if len(options) > 1:
        raise Refusal("roles/many", person=wanted.name)
    return options[0]


def said(answer: Answer) -> Json:
    assert answer.toast is not None, "an appointment says what became of it"
    return {"said": toast(answer.toast)}
