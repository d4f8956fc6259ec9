"""自己的学习: one's own question of the day, line of answers and mistakes; nobody else's business."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from models.calendar import local
from models.card import Answer, Card, Tap
from models.database import rows
from models.due import marks
from models.member import Actor
from models.organisation import wishes
from models.quiz.bank import TRUTH
from models.quiz.choosing import named
from models.quiz.daily import YES, answering
from models.quiz.desk import which
from models.quiz.mistakes import coming_back
from models.quiz.reading import in_words, told_on
from models.quiz.spacing import streak
from models.quiz.tables import Day, Item
from models.quiz.volunteering import named_in, volunteering

REVIEW, PRACTISE = 1, 2  # what may be begun
COUNTED = 400  # days a line of answers is looked for

OPEN = """
SELECT d.id, d.native, a.chosen FROM quiz_day d JOIN node n ON n.id = d.node_id
LEFT JOIN quiz_answer a ON a.day_id = d.id AND a.member_id = ?
WHERE d.node_id IN ({nodes}) AND d.close_due IS NOT NULL AND d.closes_at > ? ORDER BY LENGTH(n.path) DESC
"""


async def show(actor: Actor, now: datetime) -> Answer:
    """/quiz in private."""
    if not actor.homes and not actor.reach("quiz.settle"):
        actor.must("quiz.answer", "nowhere")
    assert actor.member_id is not None, "a stranger has no home and no office"
    day = await of_today(actor, now)
    waits = day is not None and not day.native and not await mine(day.id, actor.member_id)
    taps = await answering(day, actor.member_id) if day and waits else ()
    card = Card("quiz/own", {"quiz_own": [actor.member_id, day.id if day else 0]}, (*taps, *await ways(actor, now)))
    return Answer(screen=card)


async def of_today(actor: Actor, now: datetime) -> Day | None:
    """The open question of one's own branch or of what is above it; of several first the one that waits for an answer here."""
    nodes = upwards(actor.homes)
    asked = await rows(OPEN.format(nodes=marks(nodes)), actor.member_id, *nodes, now) if nodes else []
    first = sorted(asked, key=lambda row: row["native"] or row["chosen"] is not None)
    return await Day.get(id=first[0]["id"]) if first else None


def upwards(paths: Iterable[str]) -> list[int]:
    """The nodes of these paths and all above them: a path is made of their ids."""
    return sorted({int(each) for path in paths for each in path.strip("/").split("/")})


async def mine(day_id: int, member_id: int) -> int | None:
    found = await rows("SELECT chosen FROM quiz_answer WHERE day_id = ? AND member_id = ?", day_id, member_id)
    return found[0]["chosen"] if found else None


async def ways(actor: Actor, now: datetime) -> tuple[tuple[Tap, ...], ...]:
    """What else can be done from here."""
    assert actor.member_id is not None
    study: list[Tap] = []
    if actor.homes:
        due = await coming_back(actor.member_id, await today(actor.member_id, now))
        study = [Tap("quiz.review", "quiz_go", actor.member_id, REVIEW)] if due else []
        study.append(Tap("quiz.practise", "quiz_go", actor.member_id, PRACTISE))
    nodes = await which(actor)
    tests = [Tap("quiz.papers", "quiz_papers", actor.member_id, YES)]
    lists = await volunteering(actor)
    named = ((*tests, *lists),) if len(lists) < 2 else (tests, *((each,) for each in lists))
    return tuple(tuple(row) for row in (study, *named) if row) + tuple(
        (Tap("quiz.desk", "quiz_desk", node["id"], YES, node["name"]),) for node in nodes[:4]
    )


HOME = "SELECT node_id FROM membership WHERE member_id = ? AND kind = 'home' AND until_at IS NULL ORDER BY id LIMIT 1"


async def today(member_id: int, now: datetime) -> date:
    """The day where a member is at home."""
    found = await rows(HOME, member_id)
    zone = (await wishes(found[0]["node_id"] if found else 0)).zone
    return local(now, zone).date()


# The questions one was asked, newest first: those of nodes one belongs to, since one belongs to them.
BELONGED = "SELECT DISTINCT n.path FROM membership s JOIN node n ON n.id = s.node_id WHERE s.member_id = ?"
ASKED = """
SELECT d.id, d.item_id, d.day, d.close_due, a.chosen FROM quiz_day d JOIN node n ON n.id = d.node_id
LEFT JOIN quiz_answer a ON a.day_id = d.id AND a.member_id = ?
WHERE d.node_id IN ({nodes}) AND d.native = ? AND EXISTS (
  SELECT 1 FROM membership s JOIN node h ON h.id = s.node_id
  WHERE s.member_id = ? AND h.path LIKE n.path || '%'
    AND s.from_at <= d.closes_at AND (s.until_at IS NULL OR s.until_at > d.opens_at)
)
ORDER BY d.day DESC, d.id DESC LIMIT ?
"""


async def asked_of(member_id: int) -> list[dict[str, Any]]:
    nodes = upwards(row["path"] for row in await rows(BELONGED, member_id))
    return await rows(ASKED.format(nodes=marks(nodes)), member_id, *nodes, False, member_id, COUNTED) if nodes else []


async def describe(whose: list[int], now: datetime) -> dict[str, Any]:
    """A member's own state (ids of the member and of today's question, or 0). `today`: the question, with `mine` once it is
    answered, `polled` where the group answers a poll; `streak`; `due`: mistakes that come back today, of all `kept`; `last`:
    the newest closed question one answered, solved; `told`: what happened on the day, as `reading` tells it; `named_in`: the
    nodes whose list of volunteers one is on.
    """
    member_id, day_id = whose
    asked, there = await asked_of(member_id), await today(member_id, now)
    still_open = bool(asked) and asked[0]["close_due"] is not None
    last = next((row for row in asked if row["close_due"] is None and row["chosen"] is not None), None)
    due = await coming_back(member_id, there)
    return {
        "told": [in_words(each) for each in await told_on(there)],
        "today": await open_one(day_id, member_id) if day_id else None,
        "streak": streak([row["chosen"] is not None for row in asked], still_open),
        "due": len(due),
        "kept": len(await coming_back(member_id, there, date.max)),
        "last": await solved(last) if last else None,
        "named_in": await named_in(member_id),
    }


async def open_one(day_id: int, member_id: int) -> dict[str, Any]:
    day = await Day.get(id=day_id)
    item, picked = await Item.get(id=day.item_id), await mine(day_id, member_id)
    closes = local(day.closes_at, (await wishes(day.node_id)).zone).isoformat()
    said = named(item.choices, picked)[0] if picked else ""
    return {"question": item.question, "truth": item.kind == TRUTH, "closes": closes, "mine": said, "polled": day.native}


async def solved(row: dict[str, Any]) -> dict[str, Any]:
    item = await Item.get(id=row["item_id"])
    right = {"right": named(item.choices, item.answer), "mine": named(item.choices, row["chosen"])[0]}
    return right | {"day": str(row["day"]), "question": item.question, "hit": row["chosen"] == item.answer, "why": item.why}
