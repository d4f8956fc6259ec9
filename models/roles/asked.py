"""Asked: an order is carried out when one thing can be meant, and answered with a choice when several can."""

from datetime import datetime

from models.card import Answer, Card, Refusal, Tap
from models.rights import OFFICES, Actor
from models.roles.orders import Option, Order, appointments, dismissals
from models.roles.term import appoint, dismiss

MOST = 8  # buttons one is offered
END = 1  # the choice of a button that ends an office


async def ask_appoint(by: Actor, order: Order, now: datetime) -> Answer:
    """Appoints whoever is meant, or asks whom."""
    options = allowed(by, order, await appointments(by.must_somewhere("role.grant"), order, now))
    if len(options) == 1:
        return await appoint(by, options[0].member_id, options[0].node_id, order.kind, now)
    taps = [(Tap("named", "appoint", each.member_id, packed(each.node_id, order.kind), each.shown),) for each in options]
    return Answer(screen=Card("roles/whom", {"person": order.name, "office": order.kind}, tuple(taps)))


async def ask_dismiss(by: Actor, order: Order, now: datetime) -> Answer:
    """Ends the office that is meant, or asks which."""
    options = allowed(by, order, await dismissals(by.must_somewhere("role.grant"), order, now))
    if len(options) == 1:
        return await dismiss(by, options[0].role_id, now)
    taps = [(Tap("named", "dismiss", each.role_id, END, each.shown),) for each in options]
    return Answer(screen=Card("roles/which", {"person": order.name, "office": order.kind}, tuple(taps)))


def allowed(by: Actor, order: Order, options: list[Option]) -> list[Option]:
    """What of it this actor may do. Somebody out of reach and nobody at all are one sentence."""
    if not options:
        raise Refusal("roles/none", person=order.name)
    mine = [each for each in options if by.may_grant(order.kind, each.path)]
    if not mine:
        raise Refusal("roles/higher", office=order.kind)
    if len(mine) > MOST:
        raise Refusal("roles/many", person=order.name)
    return mine


def packed(node_id: int, kind: str) -> int:
    """A node and an office in the one number a button has left."""
    return node_id * len(OFFICES) + OFFICES.index(kind)


def unpacked(choice: int) -> tuple[int, str]:
    node_id, place = divmod(choice, len(OFFICES))
    return node_id, OFFICES[place]
