"""What a member does about their own birthday: reads the oath, gives thanks, says how they wish it to be kept."""

from datetime import date, datetime
from typing import Any

from models.audit import note
from models.birthday.people import GROUP, NONE, PRIVATE
from models.birthday.rules import celebrated, counts_from
from models.birthday.tables import Birthday
from models.birthday.ways import JOINED, RIGHT, way_of
from models.calendar import local
from models.card import Answer, Card, Refusal, Tap
from models.database import rows, run
from models.gathering.choice import YES
from models.member import Actor, Member
from models.organisation import Node, wishes
from models.outbox import cancel, touch
from models.responsible import retire
from models.rounds import hasten

HOWS = {1: NONE, 2: PRIVATE, 3: GROUP}
YEARS = 4  # the choice that shows or hides them


async def mine(actor: Actor, birthday_id: int, choice: int) -> Birthday:
    """The own celebration; anybody else's, and none at all, sound the same."""
    if actor.member_id is None:
        raise Refusal("rights/stranger")
    one = await Birthday.get_or_none(id=birthday_id)
    if one is None or one.member_id != actor.member_id or choice != YES:
        raise Refusal("action/unknown")
    return one


async def oath(actor: Actor, birthday_id: int, choice: int, _: datetime) -> Answer:
    """重温誓词: its text."""
    await mine(actor, birthday_id, choice)
    return Answer(screen=Card("birthday/oath"))


THANK = "UPDATE birthday SET thanked_at = ? WHERE id = ? AND thanked_at IS NULL"


async def thanks(actor: Actor, birthday_id: int, choice: int, now: datetime) -> Answer:
    """谢谢: the secretary's preview shows it; nobody gets a message for it."""
    one = await mine(actor, birthday_id, choice)
    if await run(THANK, now, one.id):
        await retire(RIGHT, (await Node.get(id=one.node_id)).path, f"birthday:{one.id}", now)
        await touch(f"birthday:{one.id}", now)
        await note(one.root_id, actor.label, "birthday_thanks", f"birthday:{one.id}", now, None, None)
    return Answer(toast=Card("birthday/thanked"))


async def show(actor: Actor) -> Answer:
    """/birthday for a member: the own day, and the own wishes."""
    if actor.member_id is None:
        raise Refusal("rights/stranger")
    return Answer(screen=shown(actor.member_id))


def shown(number: int) -> Card:
    first = (Tap("birthday.none", "birthday_wish", number, 1), Tap("birthday.private", "birthday_wish", number, 2))
    second = (Tap("birthday.group", "birthday_wish", number, 3), Tap("birthday.years", "birthday_wish", number, YEARS))
    return Card("birthday/own", {"own_birthday": number}, (first, second))


KEEP = """
INSERT INTO birthday_wish (root_id, member_id, how, hides_years) VALUES (?, ?, ?, ?)
ON CONFLICT (member_id) DO UPDATE SET how = excluded.how, hides_years = excluded.hides_years
"""


async def wish(actor: Actor, member_id: int, choice: int, now: datetime) -> Answer:
    """One tap on a wish; it holds from now on, also for what is owed already and has not left."""
    if actor.member_id is None:
        raise Refusal("rights/stranger")
    if actor.member_id != member_id or choice not in (*HOWS, YEARS):
        raise Refusal("action/unknown")
    before = await wished(member_id)
    after = before | ({"hides_years": not before["hides_years"]} if choice == YEARS else {"how": HOWS[choice]})
    await run(KEEP, actor.root_id, member_id, after["how"], after["hides_years"])
    await note(actor.root_id or 0, actor.label, "birthday_wish", f"member:{member_id}", now, before, after)
    await hasten(actor.homes, now)  # who wishes it again on the very day is greeted; first, in the order of a look
    await take_back(member_id, after["how"])
    return Answer(toast=Card("birthday/wish_kept", {"how": after["how"], "hides_years": after["hides_years"]}))


async def take_back(member_id: int, how: str) -> None:
    """What was owed and is no longer wished."""
    if how == NONE:
        await run("UPDATE birthday SET greet_due = NULL WHERE member_id = ?", member_id)
    for row in await rows("SELECT id FROM birthday WHERE member_id = ?", member_id):
        about = f"birthday:{row['id']}"
        if how == NONE:
            await cancel(about, "greeting")
        if how != GROUP:
            await cancel(f"birthday_shown:{row['id']}", "notice")


WISHED = "SELECT how, hides_years FROM birthday_wish WHERE member_id = ?"


async def wished(member_id: int) -> dict[str, Any]:
    """`how` (empty: never said) and `hides_years`."""
    found = await rows(WISHED, member_id)
    said = found[0] if found else {"how": "", "hides_years": False}
    return {"how": said["how"], "hides_years": bool(said["hides_years"])}


HOME = """
SELECT h.node_id, n.name FROM membership h JOIN node n ON n.id = h.node_id
WHERE h.member_id = ? AND h.kind = 'home' AND h.from_at <= ? AND (h.until_at IS NULL OR h.until_at > ?) ORDER BY h.id LIMIT 1
"""


async def describe(member_id: int, now: datetime) -> dict[str, Any]:
    """The own day: `next` and `since` (ISO, empty if the date is unknown), 党龄 (`counts`: since when), the wishes."""
    member, home = await Member.get(id=member_id), await rows(HOME, member_id, now, now)
    node_id = home[0]["node_id"] if home else member.root_id
    way, there = await way_of(node_id), await wishes(node_id)
    counted = counts_from(member.joined_on, member.full_member_on)
    since = member.joined_on if way.basis == JOINED else counted
    coming = celebrated(since, local(now, there.zone).date(), way.leap) if since else None
    said = {"basis": way.basis, "in_group": way.in_group, "since": iso(since), "next": iso(coming), "counts": iso(counted)}
    return said | await wished(member_id)


def iso(day: date | None) -> str:
    return "" if day is None else day.isoformat()
