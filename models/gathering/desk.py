"""台面: what an organiser can do about one gathering. Whoever builds a verb for organisers adds its button to `desk_taps`."""

from datetime import datetime
from typing import Any

from models.card import Answer, Card, Refusal, Tap
from models.database import rows
from models.gathering import agenda, moving, phone, waiting
from models.gathering.choice import YES
from models.gathering.organising import AHEAD, organised, starts
from models.member import Actor

MOST = 8  # gatherings one is offered
Row = dict[str, Any]
# The nearest to today, in their order: neither old records nobody locked nor a year of planned days hide what is at hand.
AT_HAND = """
SELECT id FROM (
  SELECT g.id, g.starts_at FROM gathering g JOIN node n ON n.id = g.node_id
  WHERE ({reach}) AND g.state NOT IN ('cancelled', 'recorded') ORDER BY ABS(g.starts_at - ?), g.id LIMIT ?
) near ORDER BY starts_at, id
"""


async def choose(actor: Actor, now: datetime) -> Answer:
    """/desk: the one gathering of one's reach that is not over, or a choice of several, in their order."""
    reach = actor.must_somewhere("gathering.plan")
    sql = AT_HAND.format(reach=" OR ".join(["n.path LIKE ?"] * len(reach)))
    found = [row["id"] for row in await rows(sql, *(f"{path}%" for path in reach), now, MOST)]
    if not found:
        raise Refusal("gathering/none")
    if len(found) == 1:
        return await desk(actor, found[0], YES, now)
    taps = [Tap("named", "desk", number, YES, str(place)) for place, number in enumerate(found, start=1)]
    return Answer(screen=Card("gathering/desks", {"gatherings": found}, agenda.pairs(taps)))


async def desk(actor: Actor, gathering_id: int, choice: int, _: datetime) -> Answer:
    """The panel of one gathering."""
    row = await organised(actor, gathering_id)
    if choice != YES:
        raise Refusal("action/unknown")
    return Answer(screen=Card("gathering/desk", {"gathering": gathering_id, "agenda": gathering_id}, desk_taps(row)))


def desk_taps(row: Row) -> tuple[tuple[Tap, ...], ...]:
    """By state: what has begun cannot be moved, what is recorded not be changed; what was called off offers nothing."""
    number, state = row["id"], row["state"]
    taps = [Tap("desk.names", "names", number, YES)] if state != "cancelled" else []
    if state not in agenda.OVER:
        taps.append(Tap("desk.agenda", "agenda", number, agenda.OPEN))
    if state in AHEAD:
        taps.append(Tap("desk.move", "move", number, moving.ASK))
        taps.append(Tap("desk.seats", "seats", number, waiting.ASK))
    if state == "announced":
        taps.append(Tap("desk.phone", "phone_at", number, phone.OPEN))
    if row["capacity"] is not None and state in AHEAD:
        taps.append(Tap("desk.no_limit", "seats", number, waiting.NO_LIMIT))
    if state in (*AHEAD, "open"):
        taps.append(Tap("desk.call_off", "call_off", number, moving.ASK))
    return agenda.pairs([*taps, *signing_taps(number, state)])


def signing_taps(number: int, state: str) -> list[Tap]:
    """From the opening of sign-in: the code, whom to enter, the record."""
    code = [Tap("desk.sign_in", "sign_desk", number, YES)] if state == "open" else []
    entering = [Tap("sign_in.enter", "enter_at", number, 0)] if state in ("open", "closed") else []
    record = [Tap("desk.record", "record_at", number, YES)] if state in ("closed", "recorded") else []
    return [*code, *entering, *record]


async def names(actor: Actor, gathering_id: int, choice: int, _: datetime) -> Answer:
    """Who answered what, by name, for those responsible."""
    await organised(actor, gathering_id, "gathering.attendance")
    if choice != YES:
        raise Refusal("action/unknown")
    return Answer(screen=Card("gathering/names", {"gathering": gathering_id, "people": gathering_id}))


SHORT = """
SELECT g.id, g.kind, g.title, g.state, g.local_date, g.local_time, n.name AS node
FROM gathering g JOIN node n ON n.id = g.node_id WHERE g.id = ?
"""


async def describe_many(numbers: list[int], _: datetime) -> list[dict[str, Any]]:
    """Of each gathering what a line of a list says: as a title needs it, with `state` and `node`."""
    found = [(await rows(SHORT, each))[0] for each in numbers]
    return [{name: row[name] for name in ("kind", "title", "state", "node")} | {"starts": starts(row)} for row in found]


async def zone_at(gathering_id: int) -> str:
    """Where a gathering takes place; its days are read there."""
    return str((await rows("SELECT zone FROM gathering WHERE id = ?", gathering_id))[0]["zone"])
