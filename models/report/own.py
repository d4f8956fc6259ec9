"""One's own record of a year: where one was expected, how one stands and by whose word, and why it was corrected."""

from datetime import datetime
from typing import Any

from models.calendar import local
from models.card import Answer, Card, Refusal, Tap
from models.database import rows
from models.gathering.sheet import ABSENT, FORGOTTEN, standing
from models.member import Actor
from models.organisation import wishes
from models.report.span import Span, spanned

MOST = 15  # lines of a message; the newest stay

OWN = """
SELECT g.id, g.kind, g.title, g.local_date, g.local_time, g.state, n.name AS node, e.ground,
  p.standing AS line, p.via, p.reason, r.choice, r.decision, k.done_at
FROM expected e JOIN gathering g ON g.id = e.gathering_id JOIN node n ON n.id = g.node_id
LEFT JOIN presence p ON p.id = (
  SELECT MAX(q.id) FROM presence q WHERE q.gathering_id = e.gathering_id AND q.member_id = e.member_id
)
LEFT JOIN rsvp r ON r.gathering_id = e.gathering_id AND r.member_id = e.member_id
LEFT JOIN make_up k ON k.gathering_id = e.gathering_id AND k.member_id = e.member_id
WHERE e.member_id = ? AND g.local_date >= ? AND g.local_date < ? AND g.state <> 'cancelled'
ORDER BY g.starts_at, g.id
"""


async def own(actor: Actor, span: int | None, now: datetime) -> Answer:
    """The own record, of this year where nothing else is asked for. It is nobody else's."""
    if actor.member_id is None or actor.root_id is None:
        raise Refusal("rights/stranger")
    months = spanned(span or local(now, (await wishes(actor.root_id)).zone).year)
    return Answer(
        screen=Card("report/own", {"own_record": [actor.member_id, months.number]}, (earlier(actor.member_id, months),))
    )


async def press(actor: Actor, member_id: int, span: int, now: datetime) -> Answer:
    """The button of one's own record; on anybody else's it means nothing."""
    if actor.member_id is None:
        raise Refusal("rights/stranger")
    if actor.member_id != member_id:
        raise Refusal("action/unknown")
    return await own(actor, spanned(span).number, now)


def earlier(member_id: int, months: Span) -> tuple[Tap, ...]:
    return (Tap("report.year_before", "my_record", member_id, months.year - 1),)


async def describe(asked: list[int], _: datetime) -> dict[str, Any]:
    """`asked`: member and span. The newest lines: day, title, kind, node, standing, via, reason, made_up."""
    member_id, number = asked
    span = spanned(number)
    found = [line_of(row) for row in await rows(OWN, member_id, *span.days)]
    standings = [each["standing"] for each in found]
    return {
        "year": span.year,
        "month": 0 if span.whole_year else int(span.first[5:]),
        "lines": found[-MOST:],
        "more": max(len(found) - MOST, 0),
        "expected": len([each for each in standings if each not in ("excused", "pending")]),
        "present": standings.count("present"),
    }


def line_of(row: dict[str, Any]) -> dict[str, Any]:
    stands = standing(row["ground"], row["line"], row["choice"], row["decision"])
    ground = "" if row["ground"] == FORGOTTEN else row["ground"]
    return {
        "title": row["title"],
        "kind": row["kind"],
        "starts": f"{row['local_date']}T{row['local_time']}",
        "node": row["node"],
        "standing": "pending" if row["state"] == "open" and stands == ABSENT else stands,
        "via": row["via"] or "",
        "reason": ground or row["reason"] or "",
        "made_up": row["done_at"] is not None,
    }
