"""议程 5+N: the fixed items a theme day starts with, and the free ones an organiser adds, drops and ticks off."""

from datetime import datetime
from typing import Any

from models.audit import note
from models.card import Answer, Card, Refusal, Tap
from models.database import rows, run
from models.draft import Question, ask, close
from models.gathering.choice import YES
from models.gathering.habits import FIVE, Habits, habits
from models.gathering.organising import organised, unfold
from models.gathering.sectors import SECTORS
from models.gathering.tables import AgendaItem, Gathering
from models.gathering.typed import tidy
from models.member import Actor
from models.organisation import serving
from models.outbox import touch

OPEN, OFFER, DROP, WRITE = 1, 2, 4, 6  # choices of the buttons
OFFERED = 100  # and the place of a template, in the one number a button has left
QUESTION = "gathering.item"
MOST_ITEMS, LONGEST_ITEM = 16, 60
OVER = ("cancelled", "recorded")
Row = dict[str, Any]

LAST = "SELECT COALESCE(MAX(position), 0) AS last, COUNT(*) AS count FROM agenda_item WHERE gathering_id = ?"
SAME = "SELECT COUNT(*) AS n FROM agenda_item WHERE gathering_id = ? AND (name = ? OR title = ?)"


async def copy_agenda(gathering: Gathering, custom: Habits) -> None:
    """A theme day starts with the fixed items of its node."""
    if gathering.kind != "theme_day":
        return
    fixed = [
        AgendaItem(root_id=gathering.root_id, gathering_id=gathering.id, position=place, fixed=True, **worded(item))
        for place, item in enumerate(custom.items, start=1)
    ]
    await AgendaItem.bulk_create(fixed)


def worded(item: str) -> dict[str, Any]:
    """A shipped item by its name, or the branch's own words."""
    shipped = item in FIVE or any(item in names for names in SECTORS.values())
    return {"name": item, "title": ""} if shipped else {"name": None, "title": item}


async def editable(actor: Actor, gathering_id: int) -> Row:
    """A gathering whose agenda this actor may still change."""
    row = await organised(actor, gathering_id)
    if row["state"] in OVER:
        raise Refusal("gathering/too_late", state=row["state"])
    return row


async def agenda(actor: Actor, gathering_id: int, choice: int, now: datetime) -> Answer:
    """The organiser's list: shown to be tapped through, or one of its questions."""
    row = await editable(actor, gathering_id)
    if choice == OPEN:
        await unfold(actor, row, f"agenda:{gathering_id}", panel(gathering_id), now)
        return Answer(toast=Card("gathering/agenda_coming"))
    if choice == OFFER:
        return Answer(screen=await offered(row))
    if choice == DROP:
        return Answer(screen=await droppable(gathering_id))
    if choice == WRITE and actor.telegram_id is not None:
        await ask(await serving(row["root_id"]), actor.telegram_id, QUESTION, {"gathering": gathering_id}, now)
        return Answer(screen=Card("gathering/which_item", {"most": LONGEST_ITEM}))
    raise Refusal("action/unknown")


def panel(gathering_id: int) -> Card:
    taps = (
        (Tap("agenda.offer", "agenda", gathering_id, OFFER), Tap("agenda.write", "agenda", gathering_id, WRITE)),
        (Tap("agenda.drop", "agenda", gathering_id, DROP), Tap("agenda.topics", "topics", gathering_id, YES)),
    )
    return Card("gathering/agenda", {"gathering": gathering_id, "agenda": gathering_id}, taps)


async def offered(row: Row) -> Card:
    """The templates of the node's sector, by number."""
    places = range(len(SECTORS[(await habits(row["node_id"])).sector]))
    taps = [Tap("agenda.add", "agenda_add", row["id"], OFFERED + place, str(place + 1)) for place in places]
    return Card("gathering/templates", {"offered": row["node_id"]}, pairs(taps))


async def describe_offered(node_id: int, _: datetime) -> dict[str, Any]:
    """A node's sector, and the names of what it offers."""
    sector = (await habits(node_id)).sector
    return {"sector": sector, "names": list(SECTORS[sector])}


async def droppable(gathering_id: int) -> Card:
    found = await rows("SELECT id FROM agenda_item WHERE gathering_id = ? ORDER BY position, id", gathering_id)
    if not found:
        raise Refusal("gathering/no_items")
    taps = [Tap("agenda.drop_one", "agenda_drop", row["id"], YES, str(place)) for place, row in enumerate(found, start=1)]
    return Card("gathering/droppable", {"gathering": gathering_id}, pairs(taps))


def pairs(taps: list[Tap]) -> tuple[tuple[Tap, ...], ...]:
    """At most two buttons in a row."""
    return tuple(tuple(taps[start : start + 2]) for start in range(0, len(taps), 2))


async def add_offered(actor: Actor, gathering_id: int, choice: int, now: datetime) -> Answer:
    """A template was tapped."""
    row = await editable(actor, gathering_id)
    names = SECTORS[(await habits(row["node_id"])).sector]
    if not 0 <= choice - OFFERED < len(names):
        raise Refusal("action/unknown")
    return await add(actor, row, names[choice - OFFERED], now)


async def say_item(actor: Actor, bot_id: int, question: Question, words: str, now: datetime) -> Answer:
    """An item was typed."""
    row = await editable(actor, question.facts["gathering"])
    item = tidy(words)
    if not 1 <= len(item) <= LONGEST_ITEM:
        raise Refusal("gathering/long_item", most=LONGEST_ITEM)
    assert actor.telegram_id is not None, "a question is asked of an account"
    await close(bot_id, actor.telegram_id)
    return await add(actor, row, item, now)


async def add(actor: Actor, row: Row, item: str, now: datetime) -> Answer:
    """Puts an item at the end; one that is there already stays once."""
    await run("UPDATE gathering SET kind = kind WHERE id = ?", row["id"])  # one change of an agenda at a time
    last = (await rows(LAST, row["id"]))[0]
    if (await rows(SAME, row["id"], item, item))[0]["n"]:
        raise Refusal("gathering/same_item")
    if last["count"] >= MOST_ITEMS:
        raise Refusal("gathering/many_items", most=MOST_ITEMS)
    facts = {"root_id": row["root_id"], "gathering_id": row["id"], "position": last["last"] + 1, "fixed": False}
    await AgendaItem.create(**facts, **worded(item))
    await changed(actor, row, "agenda_add", item, now)
    return Answer(toast=Card("gathering/item_added"))


async def of_item(actor: Actor, item_id: int) -> Row:
    """The gathering of an item, with the item's own facts; what is not theirs and what does not exist sound the same."""
    found = await rows("SELECT gathering_id, name, title FROM agenda_item WHERE id = ?", item_id)
    row = await editable(actor, found[0]["gathering_id"] if found else 0)
    return row | {"item": found[0]["name"] or found[0]["title"]}


async def drop(actor: Actor, item_id: int, choice: int, now: datetime) -> Answer:
    row = await of_item(actor, item_id)
    if choice != YES:
        raise Refusal("action/unknown")
    await run("DELETE FROM agenda_item WHERE id = ?", item_id)
    await changed(actor, row, "agenda_drop", row["item"], now)
    return Answer(toast=Card("gathering/item_dropped"))


async def tick(actor: Actor, row: Row, item: Row, now: datetime) -> None:
    """An item was dealt with, for the record, or was not after all; for whoever has judged."""
    await run("UPDATE agenda_item SET done_at = ? WHERE id = ?", None if item["done"] else now, item["id"])
    await changed(actor, row, "agenda_untick" if item["done"] else "agenda_tick", item["name"] or item["title"], now)


async def changed(actor: Actor, row: Row, verb: str, item: str, now: datetime) -> None:
    """The list and the group's card follow, and the change is noted."""
    await note(row["root_id"], actor.label, verb, f"gathering:{row['id']}", now, None, {"item": item})
    for what in ("agenda", "gathering"):
        await touch(f"{what}:{row['id']}", now)
