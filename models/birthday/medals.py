"""光荣在党50年 and the tens after it: ninety days before 1 July the list is drawn up from the dates; a person checks the files
and confirms each.
"""

from datetime import date, datetime
from typing import Any

from models.audit import note
from models.birthday.people import WISH, Celebrant, Row, at_home, day_of, of_rows
from models.birthday.planning import ASKED, portions
from models.birthday.rules import MEDAL_YEARS, counts_from, earns_medal, milestones
from models.birthday.tables import Medal
from models.birthday.ways import RIGHT, Way, kept_by
from models.card import Answer, Card, Refusal, Tap
from models.database import rows, run, to_ms
from models.due import marks
from models.member import Actor
from models.organisation import Node
from models.outbox import restate
from models.pages import LONGEST
from models.responsible import retire, tell

CONFIRMED, STRUCK = "confirmed", "struck"
SAID = {1: CONFIRMED, 2: STRUCK}


async def draft(node: Node, people: list[Row], year: int, now: datetime, due_at: datetime) -> None:
    """Of the people at home in a node, lists whoever was not listed in an earlier year, and tells those responsible, once and
    again with every one who is new on it; also of those who joined long enough ago and of whom nobody knows since when 党龄
    counts: nobody guesses.
    """
    those = alive(people, year)
    carried = await carry(node, those, year, now)
    due = earned(those, year)
    if not due and not carried and not unclear(those, year):
        return
    facts = {"root_id": node.root_id, "node_id": node.id, "year": year, "at": now}
    await Medal.bulk_create([Medal(member_id=each, years=years, **facts) for each, years in due], ignore_conflicts=True)
    card, newest = await list_card(node.id, year), await latest(node, year)
    if newest == to_ms(now):
        await renew(node, year, card, now)
    if card.taps or unclear(those, year):
        about = f"medals:{node.id}:{year}"
        await tell(RIGHT, node.path, card, f"{about}:{newest}", now, about=about, live=True, due_at=due_at, kind="duty")


ELSEWHERE = """
SELECT d.id, d.node_id, d.year FROM medal d
WHERE d.state = 'draft' AND NOT (d.node_id = ? AND d.year = ?) AND d.member_id IN ({marks}) ORDER BY d.id
"""
CARRY = "UPDATE medal SET node_id = ?, year = ?, at = ? WHERE state = 'draft' AND id IN ({marks})"


async def carry(node: Node, people: list[Celebrant], year: int, now: datetime) -> list[int]:
    """What nobody decided about, in another year or in the branch somebody has left, comes on this list, and off the other."""
    left: list[Row] = []
    for some in portions([one.id for one in people], ASKED):
        left += await rows(ELSEWHERE.format(marks=marks(some)), node.id, year, *some)
    numbers = [row["id"] for row in left]
    for part in portions(numbers, ASKED):
        await run(CARRY.format(marks=marks(part)), node.id, year, now, *part)
    for node_id, of in sorted({(row["node_id"], row["year"]) for row in left}):
        await renew(await Node.get(id=node_id), of, await list_card(node_id, of), now)
    return numbers


LATEST = "SELECT MAX(at) AS at FROM medal WHERE node_id = ? AND year = ?"


async def latest(node: Node, year: int) -> int:
    """When somebody last came on a list, in ms; 0 while nobody has."""
    return int((await rows(LATEST, node.id, year))[0]["at"] or 0)


async def renew(node: Node, year: int, card: Card, now: datetime) -> None:
    """The list, wherever those who still answer for the node look at it."""
    about = f"medals:{node.id}:{year}"
    await retire(RIGHT, node.path, about, now)
    await restate(about, card, now)


async def living(node: Node, year: int, now: datetime) -> list[Celebrant]:
    return alive((await at_home([node], now))[node.id], year)


def alive(people: list[Row], year: int) -> list[Celebrant]:
    known, _ = of_rows(people, Way(), date(year, 1, 1))
    return [one for one in known if one.skipped in ("", WISH)]


def earned(people: list[Celebrant], year: int) -> list[tuple[int, int]]:
    """Members, and the years to be honoured."""
    return [(one.id, years) for one in people if one.counts_from for years in milestones(one.counts_from, year)]


def unclear(people: list[Celebrant], year: int) -> list[str]:
    return [one.name for one in people if one.counts_from is None and earns_medal(one.since, year)]


LISTED = """
SELECT member_id, years FROM medal WHERE root_id = ? AND (state <> 'draft' OR (node_id = ? AND year = ?))
"""


async def expected(node: Node, year: int, now: datetime) -> bool:
    """Whether the list of a year will have anything to say."""
    people = await living(node, year, now)
    listed = {(row["member_id"], row["years"]) for row in await rows(LISTED, node.root_id, node.id, year)}
    fresh = set(earned(people, year)) - listed
    return bool(fresh or unclear(people, year))


OPEN = """
SELECT d.id, d.years, m.name FROM medal d JOIN member m ON m.id = d.member_id
WHERE d.node_id = ? AND d.year = ? ORDER BY CASE d.state WHEN 'draft' THEN 0 ELSE 1 END, d.id LIMIT ?
"""


async def list_card(node_id: int, year: int) -> Card:
    """Whom nobody has decided about comes first: a long list is worked off from the top."""
    found = await rows(OPEN, node_id, year, LONGEST)
    return Card("birthday/medals", {"medals": [node_id, year]}, tuple(pair(row) for row in found))


def pair(row: dict[str, Any]) -> tuple[Tap, ...]:
    """Who stands on the list twice is told apart by the years."""
    number, shown = row["id"], row["name"] if row["years"] == MEDAL_YEARS else f"{row['name']} {row['years']}"
    return Tap("medal.confirm", "medal", number, 1, shown), Tap("medal.strike", "medal", number, 2, shown)


async def decide(actor: Actor, medal_id: int, choice: int, now: datetime) -> Answer:
    """Confirmed, or struck from the list; the last word holds."""
    one = await Medal.get_or_none(id=medal_id)
    node = await kept_by(actor, one.node_id if one else 0)
    assert one is not None, "nobody answers for what is not there"
    if choice not in SAID:
        raise Refusal("action/unknown")
    before, one.state = one.state, SAID[choice]
    await one.save(update_fields=["state"])
    await note(one.root_id, actor.label, "medal", f"member:{one.member_id}", now, {"state": before}, {"state": one.state})
    await renew(node, one.year, await list_card(node.id, one.year), now)
    return Answer(toast=Card("birthday/medal_kept", {"confirmed": one.state == CONFIRMED}))


LIST = """
SELECT d.state, d.years, m.name, m.joined_on, m.full_member_on FROM medal d JOIN member m ON m.id = d.member_id
WHERE d.node_id = ? AND d.year = ? ORDER BY d.id
"""


async def describe(asked: list[int], now: datetime) -> dict[str, Any]:
    """`asked`: node and year. `lines`: name, years, state and since when 党龄 counts; `unclear`: names."""
    node_id, year = asked
    node, lines = await Node.get(id=node_id), await rows(LIST, node_id, year)
    said = [{"name": row["name"], "years": row["years"], "state": row["state"], "counts": counted(row)} for row in lines]
    return {"node": node.name, "year": year, "lines": said, "unclear": unclear(await living(node, year, now), year)}


def counted(row: dict[str, Any]) -> str:
    return str(counts_from(day_of(row["joined_on"]), day_of(row["full_member_on"])) or "")
