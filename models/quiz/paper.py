"""应知应会测试: a test of a node, drawn from the bank, in so many minutes. The person hears the result, organisers a count."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from models.audit import note
from models.calendar import awake, local
from models.card import Answer, Card, Refusal, Tap
from models.database import rows, run, to_ms
from models.member import Actor, members_of
from models.organisation import Node, serving, wishes
from models.outbox import Recipient, cancel, debt, owe_capped, owe_many, touch
from models.quiz.bank import askable
from models.quiz.choosing import lot
from models.quiz.daily import YES
from models.quiz.desk import settled_by, which
from models.quiz.own import today
from models.quiz.sitting import begin, shown
from models.quiz.tables import Paper, Sitting

OPEN_FOR = timedelta(days=7)
MOST_ITEMS, MOST_MINUTES, MOST_RETAKES = 100, 180, 5
MOST_NODES = 8
HAND = "hand"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a test should be like; `pass_mark` counts right answers."""

    count: int
    minutes: int
    pass_mark: int
    retakes: int


async def draw_up(actor: Actor, wanted: Wanted, now: datetime) -> Answer:
    """The test as it would be, for each node it may be meant for; a tap opens one, the others are forgotten in a day."""
    actor.must_somewhere("quiz.settle")
    there = await today(actor.member_id or 0, now)
    most = min(MOST_ITEMS, len(await askable(actor.root_id or 0, there)))
    good = 1 <= wanted.pass_mark <= wanted.count and 1 <= wanted.minutes <= MOST_MINUTES and wanted.retakes <= MOST_RETAKES
    if not 1 <= wanted.count <= most or not good:
        raise Refusal("quiz/paper_form", most=most)
    owner: dict[str, Any] = {"root_id": actor.root_id, "member_id": actor.member_id, "closes_at": now + OPEN_FOR}
    nodes = (await which(actor))[:MOST_NODES]
    drafts = [await Paper.create(node_id=node["id"], **owner, **asdict(wanted)) for node in nodes]
    taps = tuple((Tap("quiz.open", "quiz_open", one.id, YES, node["name"]),) for one, node in zip(drafts, nodes, strict=True))
    return Answer(screen=Card("quiz/paper_ask", {"quiz_paper": drafts[0].id}, taps))


OPENED = "UPDATE quiz_paper SET opened_at = ?, closes_at = ? WHERE id = ? AND opened_at IS NULL"


async def open_paper(actor: Actor, paper_id: int, choice: int, now: datetime) -> Answer:
    """Every member is told in private; whoever opened it sees the counts."""
    one = await Paper.get_or_none(id=paper_id)
    node = await settled_by(actor, one.node_id if one else 0)
    assert one is not None, "a node's paper"
    if choice != YES:
        raise Refusal("action/unknown")
    if not await run(OPENED, now, now + OPEN_FOR, one.id):
        raise Refusal("quiz/paper_open")
    bot_id = await serving(one.root_id)
    bound = [each["id"] for each in await members_of(node.path, now) if each["account_id"]]
    people = [Recipient(bot_id, one.root_id, member_id=each) for each in bound]
    card = Card("quiz/paper", {"quiz_paper": one.id}, ((Tap("quiz.sit", "quiz_sit", one.id, YES),),))
    terms: dict[str, Any] = {"about": about(one.id), "expire_at": now + OPEN_FOR, "due_at": await by_day(node.id, now)}
    await owe_capped([debt("offer", card, to, f"offer:paper:{one.id}:{to.label}", now, **terms) for to in people], now)
    await note(one.root_id, actor.label, "quiz_open", f"quiz_paper:{one.id}", now, None, {"node": node.id, "count": one.count})
    await counts(actor, one, now)
    return Answer(toast=Card("quiz/paper_opened", {"count": len(people)}))


def about(paper_id: int) -> str:
    return f"paper:{paper_id}"


async def by_day(node_id: int, now: datetime) -> datetime:
    """When people of a node may be told: not in their quiet hours."""
    there = await wishes(node_id)
    return awake(now, there.zone, there.quiet_from, there.quiet_until)


async def counts(actor: Actor, one: Paper, now: datetime) -> None:
    """The organiser's own card, renewed as people finish."""
    desk = f"paper_desk:{one.id}"
    await run("UPDATE delivery SET live = ? WHERE about = ? AND member_id = ?", False, desk, actor.member_id)
    to = Recipient(await serving(one.root_id), one.root_id, member_id=actor.member_id)
    key = f"notice:{desk}:{to_ms(now)}:{to.label}"
    await owe_many([debt("notice", Card("quiz/paper_desk", {"quiz_paper": one.id}), to, key, now, about=desk, live=True)])


async def sit(actor: Actor, paper_id: int, choice: int, now: datetime) -> Answer:
    """Begins, or goes on where it was left. The time is the server's."""
    one = await Paper.get_or_none(id=paper_id)
    node = await Node.get(id=one.node_id) if one else None
    actor.must("quiz.answer", node.path if node else "nowhere")
    assert one is not None, "a node's paper"
    assert actor.member_id is not None, "a member answers"
    if choice != YES:
        raise Refusal("action/unknown")
    await run("UPDATE quiz_paper SET minutes = minutes WHERE id = ?", one.id)  # two taps at once begin one after the other
    mine = await Sitting.filter(paper_id=one.id, member_id=actor.member_id).order_by("id")
    if mine and mine[-1].ended_at is None and mine[-1].ends_at and mine[-1].ends_at > now:
        await shown(mine[-1], now)
        return Answer()
    judge(one, mine, now)
    items = await drawn(one, f"{one.id}:{actor.member_id}:{len(mine)}", await today(actor.member_id, now))
    await shown(await begin(actor, items, now, one), now)
    await touch(f"paper_desk:{one.id}", now)
    return Answer()


def judge(one: Paper, mine: list[Sitting], now: datetime) -> None:
    """A refusal for who may not begin, or not again."""
    if one.opened_at is None or one.closes_at <= now:
        raise Refusal("quiz/paper_over")
    if any(each.correct >= one.pass_mark for each in mine):
        raise Refusal("quiz/has_passed")
    if len(mine) > one.retakes:
        raise Refusal("quiz/no_retake")


async def drawn(one: Paper, seed: str, day: Any) -> list[int]:
    """Everybody's items are drawn anew, at every attempt."""
    found = await askable(one.root_id, day)
    if len(found) < one.count:
        raise Refusal("quiz/empty")
    return [int(str(row["id"])) for row in sorted(found, key=lambda row: lot(seed, str(row["code"])))[: one.count]]


LATEST = """
SELECT p.id, n.path FROM quiz_paper p JOIN node n ON n.id = p.node_id
WHERE p.root_id = ? AND p.opened_at IS NOT NULL ORDER BY p.opened_at DESC, p.id DESC
"""


async def enter(actor: Actor, name: str, correct: int, now: datetime) -> Answer:
    """A result on paper, entered by hand for the newest test of those one settles; one that was wrong is entered again."""
    reach = tuple(actor.must_somewhere("quiz.settle"))
    found = [row for row in await rows(LATEST, actor.root_id) if row["path"].startswith(reach)]
    if not found:
        raise Refusal("quiz/no_paper")
    one = await Paper.get(id=found[0]["id"])
    named = [each["id"] for each in await members_of(found[0]["path"], now) if each["name"] == name]
    if len(named) != 1 or correct > one.count:
        raise Refusal("quiz/no_result", most=one.count)
    if named[0] == actor.member_id:
        raise Refusal("quiz/own_result")
    was = await by_hand(one, named[0], correct, now)
    before, after = ({"member": named[0], "correct": each} for each in (was, correct))
    await note(one.root_id, actor.label, "quiz_enter", f"quiz_paper:{one.id}", now, before if was is not None else None, after)
    await touch(f"paper_desk:{one.id}", now)
    return Answer(screen=Card("quiz/entered", {"name": name, "count": correct, "quiz_paper": one.id, "was": was}))


async def by_hand(one: Paper, member_id: int, correct: int, now: datetime) -> int | None:
    """Keeps one result of each member and tells it to them; returns the one it takes the place of."""
    await run("UPDATE quiz_paper SET minutes = minutes WHERE id = ?", one.id)  # two at once come one after the other
    mine = {"root_id": one.root_id, "member_id": member_id, "paper_id": one.id, "via": HAND}
    sitting = await Sitting.get_or_none(**mine)
    was = sitting.correct if sitting else None
    if sitting is None:
        sitting = await Sitting.create(items="[]", place=one.count, correct=correct, at=now, ended_at=now, **mine)
    else:
        await Sitting.filter(id=sitting.id).update(correct=correct, at=now, ended_at=now)
    await cancel(about := f"sitting:{sitting.id}")  # not told yet: it would say the same words twice
    to = Recipient(await serving(one.root_id), one.root_id, member_id=member_id)
    card, due_at = Card("quiz/result", {"quiz_sitting": sitting.id}), await by_day(one.node_id, now)
    await owe_many([debt("notice", card, to, f"notice:{about}:{to_ms(now)}", now, about=about, due_at=due_at)])
    return was


OPEN = """
SELECT p.id, n.name, n.path FROM quiz_paper p JOIN node n ON n.id = p.node_id
WHERE p.root_id = ? AND p.opened_at IS NOT NULL AND p.closes_at > ? ORDER BY p.id DESC
"""


async def show(actor: Actor, now: datetime) -> Answer:
    """/exam alone: the tests one may take or go on with; organisers also hear how one is drawn up."""
    if not actor.homes and not actor.reach("quiz.settle"):
        actor.must("quiz.answer", "nowhere")
    found = [row for row in await rows(OPEN, actor.root_id, now) if any(home.startswith(row["path"]) for home in actor.homes)]
    taps = tuple((Tap("named", "quiz_sit", row["id"], YES, row["name"]),) for row in found[:8])
    settles = bool(actor.reach("quiz.settle"))
    offered = usual(actor.member_id or 0) if settles else ()
    return Answer(screen=Card("quiz/papers", {"count": len(found), "settles": settles}, (*taps, *offered)))


SHORT, MIDDLE, LONG = 16, 17, 18  # tests that are mostly wanted, each a tap
USUAL = {
    SHORT: Wanted(count=10, minutes=15, pass_mark=6, retakes=1),
    MIDDLE: Wanted(count=20, minutes=30, pass_mark=12, retakes=1),
    LONG: Wanted(count=50, minutes=60, pass_mark=30, retakes=1),
}


def usual(member_id: int) -> tuple[tuple[Tap, ...], ...]:
    short, middle = Tap("quiz.short", "quiz_papers", member_id, SHORT), Tap("quiz.middle", "quiz_papers", member_id, MIDDLE)
    return ((short, middle, Tap("quiz.long", "quiz_papers", member_id, LONG)),)


async def papers(actor: Actor, member_id: int, choice: int, now: datetime) -> Answer:
    """From /quiz to one's tests; an organiser draws one up."""
    if actor.member_id is None or actor.member_id != member_id:
        raise Refusal("action/unknown" if actor.member_id else "rights/stranger")
    if choice in USUAL:
        return await draw_up(actor, USUAL[choice], now)
    if choice != YES:
        raise Refusal("action/unknown")
    return await show(actor, now)


STANDING = """
SELECT COUNT(DISTINCT CASE WHEN s.ended_at IS NOT NULL THEN s.member_id END) AS sat,
  COUNT(DISTINCT CASE WHEN s.ended_at IS NOT NULL AND s.correct >= p.pass_mark THEN s.member_id END) AS passed,
  COUNT(DISTINCT CASE WHEN s.ended_at IS NULL THEN s.member_id END) AS under_way
FROM quiz_paper p LEFT JOIN quiz_sitting s ON s.paper_id = p.id WHERE p.id = ?
"""


async def describe(paper_id: int, now: datetime) -> dict[str, Any]:
    """A test: what it asks, since and until when, and how many have sat, passed, are under way."""
    one = await Paper.get(id=paper_id)
    node, there = await Node.get(id=one.node_id), await wishes(one.node_id)
    said = {name: getattr(one, name) for name in ("count", "minutes", "pass_mark", "retakes")}
    ends = {"closes": local(one.closes_at, there.zone).isoformat(), "over": one.closes_at <= now}
    ends["opened"] = local(one.opened_at, there.zone).isoformat() if one.opened_at else ""
    people = {"node": node.name, "members": len(await members_of(node.path, now))}
    return said | ends | people | (await rows(STANDING, paper_id))[0]
