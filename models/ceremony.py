"""仪式: where political birthdays and a theme day meet. Five days before a theme day its organisers get a sheet of who is
celebrated, who leads the oath and who speaks; and whoever is celebrated can sign up to tell why they joined (讲初心).
"""

from datetime import date, datetime, timedelta
from typing import Any

from tortoise import fields
from tortoise.models import Model

from models.audit import note
from models.birthday.listing import in_month
from models.birthday.own import mine
from models.birthday.people import Celebrant, day_of
from models.birthday.ways import RIGHT
from models.calendar import awake
from models.card import Answer, Card, Refusal, Tap
from models.database import InstantField, atomic, from_ms, rows, run
from models.gathering import proposals
from models.gathering.organising import organised
from models.member import Actor
from models.organisation import Node, wishes
from models.outbox import restate
from models.pages import LONGEST
from models.responsible import retire, tell

BEFORE = timedelta(days=5)
AT_ONCE = 20
Row = dict[str, Any]


class Ceremony(Model):
    """A theme day's sheet: for which `revision` of the gathering it was told (0: none), and who leads the oath (`member_id`),
    once somebody was chosen.
    """

    id = fields.BigIntField(primary_key=True)
    root_id = fields.BigIntField()
    gathering_id = fields.BigIntField(unique=True)
    member_id: int | None = fields.BigIntField(null=True)
    revision = fields.IntField(default=0)
    at = InstantField()

    class Meta:
        table = "ceremony"


COMING = """
SELECT g.id, g.root_id, g.node_id, g.local_date, g.revision, n.path FROM gathering g JOIN node n ON n.id = g.node_id
LEFT JOIN ceremony c ON c.gathering_id = g.id
WHERE g.kind = 'theme_day' AND g.state IN ('planned', 'announced') AND g.starts_at > ? AND g.starts_at <= ?
  AND COALESCE(c.revision, 0) <> g.revision
ORDER BY g.starts_at, g.id LIMIT ?
"""
BEGUN = """
INSERT INTO ceremony (root_id, gathering_id, revision, at) VALUES (?, ?, ?, ?)
ON CONFLICT (gathering_id) DO UPDATE SET revision = excluded.revision, at = excluded.at
WHERE ceremony.revision <> excluded.revision
"""


async def prepare(now: datetime) -> int:
    """The sheet of every theme day that is five days ahead, to its organisers; again once it was moved, which has put the old
    one aside (`gathering.moving`); nothing where nobody is celebrated.
    """
    found = await rows(COMING, now, now + BEFORE, AT_ONCE)
    for row in found:
        async with atomic():
            if await run(BEGUN, row["root_id"], row["id"], row["revision"], now):
                await prepared(row, now)
    return len(found)


async def prepared(row: Row, now: datetime) -> None:
    people = await honoured(row["node_id"], day_of(row["local_date"]), now)
    await unleading(row["id"], people)
    if people:
        there = await wishes(row["node_id"])
        due_at = awake(now, there.zone, there.quiet_from, there.quiet_until)
        about, card = f"ceremony:{row['id']}", sheet_card(row["id"], people)
        occasion = f"{about}:{row['revision']}"
        await tell(RIGHT, row["path"], card, occasion, now, about=about, live=True, due_at=due_at, kind="duty")


async def unleading(gathering_id: int, people: list[Celebrant]) -> None:
    """Who was to lead the oath of a theme day, and is celebrated in another month."""
    chosen = await Ceremony.get(gathering_id=gathering_id)
    if chosen.member_id is not None and chosen.member_id not in {one.id for one in people}:
        chosen.member_id = None
        await chosen.save(update_fields=["member_id"])


async def honoured(node_id: int, day: date | None, now: datetime) -> list[Celebrant]:
    """Whose day lies in the month of the theme day, and who wishes to be congratulated."""
    assert day is not None, "a gathering has a day"
    people = await in_month(await Node.get(id=node_id), day.replace(day=1), now)
    return [one for one in people if not one.skipped]


def sheet_card(gathering_id: int, people: list[Celebrant]) -> Card:
    taps = [Tap("ceremony.lead", "oath_lead", gathering_id, one.id, one.name) for one in people[:LONGEST]]
    pairs = tuple(tuple(taps[start : start + 2]) for start in range(0, len(taps), 2))
    return Card("ceremony/sheet", {"ceremony": gathering_id}, pairs)


LEAD = """
INSERT INTO ceremony (root_id, gathering_id, member_id, revision, at) VALUES (?, ?, ?, 0, ?)
ON CONFLICT (gathering_id) DO UPDATE SET member_id = excluded.member_id
"""


async def lead(actor: Actor, gathering_id: int, member_id: int, now: datetime) -> Answer:
    """领誓: one of those celebrated leads the oath; who is chosen later takes the place."""
    row = await organised(actor, gathering_id, RIGHT)
    if row["state"] == "cancelled":
        raise Refusal("gathering/too_late", state=row["state"])
    people = await honoured(row["node_id"], day_of(row["local_date"]), now)
    if member_id not in {one.id for one in people} or row["kind"] != "theme_day":
        raise Refusal("action/unknown")
    await run(LEAD, row["root_id"], gathering_id, member_id, now)
    await note(row["root_id"], actor.label, "oath_lead", f"gathering:{gathering_id}", now, None, {"member": member_id})
    await renew(row, people, now)
    return Answer(toast=Card("ceremony/led"))


NEXT = """
SELECT g.id, g.root_id, g.node_id, g.local_date, g.local_time, n.path FROM gathering g JOIN node n ON n.id = g.node_id
WHERE g.kind = 'theme_day' AND g.state IN ('planned', 'announced') AND g.starts_at > ?
  AND CAST(? AS VARCHAR(255)) LIKE n.path || '%' ORDER BY g.starts_at, g.id LIMIT 1
"""


async def speak(actor: Actor, birthday_id: int, choice: int, now: datetime) -> Answer:
    """讲初心: signs up to speak at the next theme day, also one that was not announced yet; a second tap takes it back."""
    await mine(actor, birthday_id, choice)
    found = [row for home in actor.homes for row in await rows(NEXT, now, home)]
    if not found:
        raise Refusal("ceremony/no_day")
    day = found[0]
    speaks = await proposals.sign_up(actor, day["root_id"], day["id"], now)
    await renew(day, await honoured(day["node_id"], day_of(day["local_date"]), now), now)
    return Answer(toast=Card("ceremony/speaking", {"speaks": speaks, "starts": f"{day['local_date']}T{day['local_time']}"}))


async def renew(row: Row, people: list[Celebrant], now: datetime) -> None:
    """The sheet of a gathering, wherever those who still answer for its node look at it."""
    about = f"ceremony:{row['id']}"
    await retire(RIGHT, row["path"], about, now)
    await restate(about, sheet_card(row["id"], people), now)


AHEAD = """
SELECT MIN(g.starts_at) AS at FROM gathering g LEFT JOIN ceremony c ON c.gathering_id = g.id
WHERE g.kind = 'theme_day' AND g.state IN ('planned', 'announced') AND COALESCE(c.revision, 0) <> g.revision AND EXISTS (
  SELECT 1 FROM membership h JOIN member m ON m.id = h.member_id
  WHERE h.node_id = g.node_id AND h.kind = 'home' AND h.until_at IS NULL AND m.joined_on IS NOT NULL)
"""


async def next_due() -> datetime | None:
    """When the next sheet is due; where nobody's date is known there will be none."""
    found = (await rows(AHEAD))[0]["at"]
    return None if found is None else from_ms(found) - BEFORE


SHEET = """
SELECT g.kind, g.title, g.local_date, g.local_time, g.place, g.node_id, n.name AS node, m.name AS leader
FROM gathering g JOIN node n ON n.id = g.node_id
LEFT JOIN ceremony c ON c.gathering_id = g.id LEFT JOIN member m ON m.id = c.member_id WHERE g.id = ?
"""
SPEAKERS = "SELECT m.name FROM speaker s JOIN member m ON m.id = s.member_id WHERE s.gathering_id = ? ORDER BY s.at, s.id"


async def describe(gathering_id: int, now: datetime) -> Row:
    """The sheet: those celebrated (`people`: name, day, years, how), the `leader` (or empty), the `speakers`."""
    row = (await rows(SHEET, gathering_id))[0]
    people = await honoured(row["node_id"], day_of(row["local_date"]), now)
    lines = [{"name": one.name, "day": f"{one.day}", "years": shown_years(one), "how": one.how} for one in people]
    said = {name: row[name] for name in ("kind", "title", "place", "node")} | {"leader": row["leader"] or "", "people": lines}
    speakers = [each["name"] for each in await rows(SPEAKERS, gathering_id)]
    return said | {"starts": f"{row['local_date']}T{row['local_time']}", "speakers": speakers}


def shown_years(one: Celebrant) -> int:
    """0 where the member hides them."""
    return 0 if one.hides_years else one.years
