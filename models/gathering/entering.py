"""代签和列席: those responsible enter who is there, by tapping names, and who came as a guest, by typing them.

A group's leader enters the people of the own group. After the end a line needs a reason, which `correcting` asks for.
"""

from datetime import datetime
from typing import Any

from models import draft
from models.card import Answer, Card, Refusal, Tap
from models.database import rows
from models.draft import Question
from models.gathering.choice import YES
from models.gathering.organising import Row, organised
from models.gathering.record import changed
from models.gathering.roll import Names, page_shown, paged, show
from models.gathering.sheet import ABSENT, ON_LEAVE, PRESENT, add, expect, found, hold, lines, observers
from models.gathering.typed import several_names
from models.member import Member
from models.organisation import serving
from models.rights import Actor

GUESTS, WHY = "sign_in.observers", "record.reason"  # questions
HERE = 1  # the code beside the member in a choice
MOST_SHOWN = 48  # guests with a button to take them out again; Telegram takes 100 on a message
HOMES = """
SELECT s.member_id, n.path FROM membership s JOIN node n ON n.id = s.node_id
JOIN member m ON m.id = s.member_id AND m.status NOT IN ('suspended', 'transferred', 'deceased')
WHERE n.path LIKE ? AND s.from_at <= ? AND (s.until_at IS NULL OR s.until_at > ?)
"""


async def homes(row: Row, now: datetime) -> dict[int, list[str]]:
    """Where in the gathering's subtree each belongs: by member, the paths."""
    told: dict[int, list[str]] = {}
    for one in await rows(HOMES, f"{row['path']}%", now, now):
        told.setdefault(one["member_id"], []).append(one["path"])
    return told


def may_enter(actor: Actor, row: Row, paths: list[str]) -> bool:
    """At the gathering's own node, or at a node of the member's below it."""
    return any(actor.may("gathering.enter", path) for path in (row["path"], *paths))


async def enter_at(actor: Actor, gathering_id: int, page: int, now: datetime) -> Answer:
    """The list of those who are not here yet; page 0 puts it up anew."""
    row, where = await somewhere(actor, gathering_id, now)
    row = await hold(row)
    card = await missing(actor, row, where, page)
    await show(actor, row, list_of(actor, row), card, page, now)
    return Answer()


async def somewhere(actor: Actor, gathering_id: int, now: datetime) -> tuple[Row, dict[int, list[str]]]:
    """The gathering, for who may enter anybody in it."""
    row = await found(gathering_id)
    where = await homes(row, now)
    if not any(may_enter(actor, row, paths) for paths in [[], *where.values()]):
        actor.must("gathering.enter", "nowhere")
    return row, where


def list_of(actor: Actor, row: Row) -> str:
    return f"enter:{row['id']}:{actor.member_id}"


async def missing(actor: Actor, row: Row, where: dict[int, list[str]], page: int) -> Card:
    """Whom this actor may enter and who is not here yet; it may be read in private only."""
    known = await lines(row["id"])
    away = [(line.member_id, line.name) for line in known if line.standing in (ABSENT, ON_LEAVE)]
    away += await newcomers(row, where.keys() - {line.member_id for line in known})
    names: Names = [(name, each * 16 + HERE) for each, name in away if may_enter(actor, row, where.get(each, []))]
    card = Card("sign_in/enter", {"gathering": row["id"], "signed": row["id"], "left": len(names), "page": 1, "pages": 1})
    return paged(card, names, page, "enter_at", row["id"], lambda name, choice: Tap("named", "enter", row["id"], choice, name))


async def newcomers(row: Row, others: set[int]) -> list[tuple[int, str]]:
    """Who belongs there by now and was not yet when the list was frozen: id and name. Once sign-in is over nobody joins it."""
    if row["state"] != "open" or not others:
        return []
    return [(each.id, each.name) for each in await Member.filter(id__in=others).order_by("id")]


async def enter(actor: Actor, gathering_id: int, choice: int, now: datetime) -> Answer:
    """Somebody is here; who was entered already stays as they are."""
    row = await found(gathering_id)
    member_id, code = divmod(choice, 16)
    where = (await homes(row, now)).get(member_id, [])
    if not may_enter(actor, row, where):
        actor.must("gathering.enter", "nowhere")
    listed = {line.member_id: line.standing for line in await lines(row["id"])} if "id" in row else {}
    if code != HERE or not (where or member_id in listed):
        raise Refusal("action/unknown")
    row = await hold(row)
    if listed.get(member_id) == PRESENT:
        await relist(actor, row, now)
        return Answer(toast=Card("sign_in/entered_already"))
    if row["state"] == "closed":
        return await ask_why(actor, row, member_id, PRESENT, now)
    await add(actor, row, member_id, PRESENT, "organiser", now)
    await expect(actor, row, member_id, now)
    await changed(row, now)
    await relist(actor, row, now)
    return Answer(toast=Card("sign_in/entered", {"name": await name_of(member_id)}))


async def relist(actor: Actor, row: Row, now: datetime) -> None:
    """The list this actor taps through, without who has just been entered."""
    about = list_of(actor, row)
    page = await page_shown(about)
    if page:
        await show(actor, row, about, await missing(actor, row, await homes(row, now), page), page, now)


async def name_of(member_id: int) -> str:
    return str((await rows("SELECT name FROM member WHERE id = ?", member_id))[0]["name"])


async def ask_why(actor: Actor, row: Row, member_id: int, standing: str, now: datetime) -> Answer:
    """A line after the end, and every correction, needs a typed reason."""
    facts = {"gathering": row["id"], "member": member_id, "standing": standing}
    await question(actor, row, WHY, facts, now)
    return Answer(toast=Card("record/say_why"), screen=Card("record/reason", {"member": member_id, "standing": standing}))


async def question(actor: Actor, row: Row, kind: str, facts: dict[str, Any], now: datetime) -> None:
    assert actor.telegram_id is not None, "somebody presses"
    await draft.ask(await serving(row["root_id"]), actor.telegram_id, kind, facts, now)


async def observe(actor: Actor, gathering_id: int, choice: int, now: datetime) -> Answer:
    """Asks for the names of guests, and shows those entered."""
    row = await organised(actor, gathering_id, "gathering.record")
    if choice != YES:
        raise Refusal("action/unknown")
    await hold(row)
    await question(actor, row, GUESTS, {"gathering": gathering_id}, now)
    return Answer(screen=await guests(gathering_id, asking=True))


async def guests(gathering_id: int, asking: bool = False) -> Card:
    """Those entered; a press on a name takes it out again. Of a crowd the newest."""
    entered = await observers(gathering_id)
    taps = [Tap("named", "unobserve", each["id"], YES, each["name"]) for each in entered[-MOST_SHOWN:]]
    lines_of_two = tuple(tuple(taps[start : start + 2]) for start in range(0, len(taps), 2))
    return Card("sign_in/observers", {"gathering": gathering_id, "count": len(entered), "asking": asking}, lines_of_two)


async def observed(actor: Actor, bot_id: int, asked: Question, words: str, now: datetime) -> Answer:
    """The names were typed. A guest is in no count of members, so that no reason is needed, whenever it is told."""
    row = await organised(actor, int(asked.facts["gathering"]), "gathering.record")
    names = several_names(words)
    row = await hold(row)
    known = {each["name"] for each in await observers(row["id"])}
    via = "organiser" if row["state"] == "open" else "late"
    for name in names:
        if name not in known:
            await add(actor, row, None, "observer", via, now, name=name)
    await changed(row, now)
    assert actor.telegram_id is not None, "somebody typed"
    await draft.close(bot_id, actor.telegram_id)
    return Answer(screen=await guests(row["id"]))


GUEST = "SELECT gathering_id, name FROM presence WHERE id = ? AND member_id IS NULL"


async def unobserve(actor: Actor, line_id: int, choice: int, now: datetime) -> Answer:
    """A guest entered by mistake: a further line says so."""
    line = await rows(GUEST, line_id)
    row = await organised(actor, line[0]["gathering_id"] if line else 0, "gathering.record")
    if choice != YES:
        raise Refusal("action/unknown")
    row = await hold(row)
    if line[0]["name"] in {each["name"] for each in await observers(row["id"])}:
        await add(actor, row, None, "gone", "organiser", now, name=line[0]["name"])
        await changed(row, now)
    return Answer(toast=Card("sign_in/unobserved"), screen=await guests(row["id"]))
