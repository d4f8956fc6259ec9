"""What comes next: to everybody their next theme day, to its organisers who has answered."""

from datetime import datetime
from typing import Any

from models.card import Answer, Card, Refusal, Tap
from models.database import rows, to_ms
from models.gathering.choice import YES, answering
from models.gathering.sign_in import buttons
from models.member import Actor
from models.organisation import Node
from models.report.places import any_of, below
from models.report.span import day_of, month_number

MOST = 3  # coming days of one message

LATEST = """
SELECT g.id, g.state, g.local_date FROM gathering g JOIN node n ON n.id = g.node_id
WHERE g.state <> 'cancelled' AND n.path LIKE ?
ORDER BY CASE WHEN g.starts_at > ? AND g.state = 'planned' AND g.announce_due > ? THEN 2 WHEN g.ends_at > ? THEN 0 ELSE 1 END,
  ABS(g.starts_at - ?), g.id LIMIT 1
"""
Row = dict[str, Any]


async def answers(node: Node, private: bool, now: datetime) -> Answer:
    """Who has answered the next gathering people were asked to, else how the last one went, else what is only planned: names
    in private, counts in a group.
    """
    found = await rows(LATEST, f"{node.path}%", now, now, now, now)
    if not found:
        raise Refusal("gathering/none")
    latest: int = found[0]["id"]
    if found[0]["state"] in ("closed", "recorded"):
        asked = [node.id, month_number(day_of(found[0]["local_date"]))]
        return Answer(
            screen=Card("report/month", {"branch_month": asked}) if private else Card("report/totals", {"branch_totals": asked})
        )
    if private:
        return Answer(screen=Card("gathering/names", {"gathering": latest, "people": latest}))
    return Answer(screen=Card("gathering/counts", {"gathering": latest}))


NEXT = """
SELECT g.*, n.path, n.name AS node FROM gathering g JOIN node n ON n.id = g.node_id
WHERE g.ends_at > ? AND g.state IN ('planned', 'announced', 'open') AND n.closed_at IS NULL AND ({where})
ORDER BY g.starts_at, g.id LIMIT 100
"""
MINE = "CAST(? AS VARCHAR(255)) LIKE n.path || '%'"


async def themeday(actor: Actor, node: Node | None, now: datetime) -> Answer:
    """/themeday: the next one with the own answer in private, the next of the group's node with counts there."""
    if node is not None:
        return await here(actor, node, now)
    if actor.member_id is None:
        raise Refusal("rights/stranger")
    first = own_first(actor, by_node(await ahead(actor, now)))[:MOST]
    if not first:
        return nothing(actor)
    one, others, pressed = first[0]["id"], [each["id"] for each in first[1:]], taps(actor, first, now)
    if not actor.may("gathering.answer", first[0]["path"]):
        return Answer(screen=Card("report/next_below", {"gathering": one, "other_days": others}, pressed))
    mine = [one, actor.member_id]
    return Answer(screen=Card("report/next", {"gathering": one, "my_answer": mine, "other_days": others}, pressed))


async def ahead(actor: Actor, now: datetime) -> list[Row]:
    """What this actor is asked to, however much there is of the rest: what comes where they answer for it."""
    found, offices = list[Row](), actor.reach("gathering.attendance")
    if actor.homes:
        found += await rows(NEXT.format(where=" OR ".join([MINE] * len(actor.homes))), now, *actor.homes)
    if offices:
        found += await rows(NEXT.format(where=any_of(offices)), now, *below(offices))
    return found


def own_first(actor: Actor, days: list[Row]) -> list[Row]:
    """The nearest one is asked to before all others: a district's secretary is a member of a branch too."""
    own = next((each for each in days if actor.may("gathering.answer", each["path"])), None)
    return days if own is None else [own, *(each for each in days if each is not own)]


async def here(actor: Actor, node: Node, now: datetime) -> Answer:
    """What a group reads of its node's next day; strangers and people of elsewhere do not ask."""
    if not actor.may("gathering.attendance", node.path):
        actor.must("gathering.answer", node.path)
    found = by_node(await rows(NEXT.format(where=MINE), now, node.path))
    if not found:
        return nothing(actor)
    first = found[0]
    return Answer(screen=Card("report/next_here", {"gathering": first["id"], "above": first["node_id"] != node.id}))


def nothing(actor: Actor) -> Answer:
    """Nothing is planned: whoever plans is told how, everybody else that they will hear of it."""
    if actor.reach("gathering.plan"):
        raise Refusal("gathering/none")
    return Answer(screen=Card("report/nothing"))


def by_node(found: list[Row]) -> list[Row]:
    """Of each node its next theme day, else its next gathering; the nearest first."""
    chosen: dict[int, Row] = {}
    for row in found:
        kept = chosen.setdefault(row["node_id"], row)
        if kept["kind"] != "theme_day" and row["kind"] == "theme_day":
            chosen[row["node_id"]] = row
    return sorted(chosen.values(), key=lambda row: (row["starts_at"], row["id"]))


def taps(actor: Actor, first: list[Row], now: datetime) -> tuple[tuple[Tap, ...], ...]:
    """To answer or to sign in, whichever it is time for; for its organiser the desk; the other days by their organisations."""
    row, others = first[0], [each for each in first[1:] if actor.may("gathering.answer", each["path"])]
    own = own_taps(row, now) if actor.may("gathering.answer", row["path"]) else ()
    desk = Tap("report.desk", "desk", row["id"], YES)
    more = [Tap("named", "detail", each["id"], YES, each["node"]) for each in others]
    return (*own, *([(desk,)] if actor.may("gathering.plan", row["path"]) else []), *((each,) for each in more))


def own_taps(row: Row, now: datetime) -> tuple[tuple[Tap, ...], ...]:
    detail = (Tap("gathering.detail", "detail", row["id"], YES),)
    if row["state"] == "open":
        return (*buttons(row), detail)
    return answering(row) if row["state"] == "announced" and row["closes_at"] > to_ms(now) else (detail,)


ANSWER = """
SELECT r.choice, r.waiting, r.decision, p.standing FROM gathering g
LEFT JOIN rsvp r ON r.gathering_id = g.id AND r.member_id = ?
LEFT JOIN presence p ON p.id = (
  SELECT MAX(q.id) FROM presence q WHERE q.gathering_id = g.id AND q.member_id = ?
) WHERE g.id = ?
"""


async def my_answer(asked: list[int], _: datetime) -> dict[str, Any]:
    """`asked`: gathering and member. The own answer: choice (0: none), waiting, decision, present."""
    gathering_id, member_id = asked
    row = (await rows(ANSWER, member_id, member_id, gathering_id))[0]
    told = {"choice": row["choice"] or 0, "waiting": bool(row["waiting"]), "decision": row["decision"] or ""}
    return told | {"present": row["standing"] == "present"}
