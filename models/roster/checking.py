"""From a file to a tap: `offer` leaves an errand for the file, `take` keeps what it would do and asks, `decide` is the tap."""

from datetime import datetime
from typing import Any

from models import errand
from models.card import Answer, Card, Refusal, Tap
from models.errand import Errand, Task
from models.organisation import serving
from models.outbox import Recipient, debt, owe_many, restate
from models.rights import Actor
from models.roster.compare import SHOWN, Verdict, differences
from models.roster.lines import Book, Fault

ALL, GOOD, CANCEL, RECHECK = 1, 2, 4, 5
TEMPLATE, EXPORT = 1, 2
LARGEST = 20 * 1024 * 1024  # bytes a bot can fetch


MENU = ((Tap("roster.template", "roster_file", TEMPLATE, TEMPLATE), Tap("roster.export", "roster_file", EXPORT, EXPORT)),)


async def fetch(by: Actor, what: int, now: datetime) -> Answer:
    """下载模板, 导出名册: the file follows in private."""
    if what not in (TEMPLATE, EXPORT):
        raise Refusal("action/unknown")
    if not by.reach("roster.see"):
        by.must("roster.see", "nowhere")
    assert by.root_id is not None and by.member_id is not None, "an office is held by a member of a tree"  # noqa: PT018
    bot_id = await serving(by.root_id)
    kind = "roster.template" if what == TEMPLATE else "roster.export"
    await errand.send(by.root_id, bot_id, by.member_id, kind, {}, now)
    return Answer(toast=Card("roster/coming"))


async def offer(by: Actor, bot_id: int, file: dict[str, Any], now: datetime) -> Answer:
    """Somebody sent a file in private. `file`: id, name, size. The errand tells how far it is in a live card."""
    if not by.reach("roster.edit"):
        by.must("roster.edit", "nowhere")
    assert by.root_id is not None and by.member_id is not None, "an office is held by a member of a tree"  # noqa: PT018
    if file["size"] > LARGEST:
        raise Refusal("roster/too_large")
    number = await errand.send(by.root_id, bot_id, by.member_id, "roster.check", {"file": file}, now)
    card = Card("roster/working", {"rows": 0})
    to = Recipient(bot_id, by.root_id, member_id=by.member_id)
    await owe_many([debt("errand", card, to, f"errand:{number}", now, about=f"errand:{number}", live=True)])
    return Answer()


def card_of(one: Task, verdict: Verdict, name: str) -> Card:
    """The result of a dry run and what can be done with it."""
    counts = verdict.counts
    taps: list[tuple[Tap, ...]] = []
    if counts["new"] + counts["changed"]:
        enter = Tap("roster.all", "roster", one.id, ALL) if not counts["bad"] else Tap("roster.good", "roster", one.id, GOOD)
        taps.append((enter, Tap("roster.cancel", "roster", one.id, CANCEL)))
    new, changed, same, bad = counts["new"], counts["changed"], counts["same"], counts["bad"]
    return Card(
        "roster/result",
        {"name": name, "result": one.id, "new": new, "changed": changed, "same": same, "bad": bad},
        tuple(taps),
    )


async def take(one: Task, book: Book, verdict: Verdict, name: str, now: datetime) -> None:
    """Keeps a dry run until its tap, and shows it. Bad rows are kept too: comparing again is comparing the whole file."""
    counts = verdict.counts
    kept = {
        "name": name,
        "book": book.leaving(verdict.faults).to_facts(),
        "mark": verdict.mark,
        "rows": counts["new"] + counts["changed"],
        "bad": counts["bad"],
        "shown": shown(verdict, turned_bad(one, verdict)),
    }
    await errand.wait(one, kept, now)
    await restate(one.about, card_of(one, verdict, name), now)


def turned_bad(one: Task, verdict: Verdict) -> list[Fault]:
    """Faults of rows that were good when they were compared before."""
    if "book" not in one.facts:
        return []
    before = set(Book.from_facts(one.facts["book"]).left)
    return [each for each in verdict.faults if (each.sheet, each.row) not in before]


def shown(verdict: Verdict, fresh: list[Fault]) -> dict[str, Any]:
    first = [*fresh, *(each for each in verdict.faults if each not in fresh)]
    faults = [[each.sheet, each.row, each.column, each.reason, each.detail] for each in first[:SHOWN]]
    different = [] if faults else differences(verdict)[:SHOWN]
    return {
        "faults": faults,
        "fresh": len({(each.sheet, each.row) for each in fresh}),
        "more": max(0, len(verdict.faults) - SHOWN),
        "differences": different,
        "missing": [person.name for person in verdict.missing[:SHOWN]],
        "missing_count": len(verdict.missing),
    }


async def describe(errand_id: int, _: datetime) -> dict[str, Any]:
    """What a text may say of a result that waits; nothing once it was decided."""
    one = await errand.task(errand_id, "waiting")
    empty = {"faults": [], "fresh": 0, "more": 0, "differences": [], "missing": [], "missing_count": 0}
    return empty | one.facts.get("shown", {}) if one else empty


async def decide(by: Actor, errand_id: int, choice: int, now: datetime) -> Answer:
    """The tap on a result. Only who sent the file decides, and only with the right still held."""
    if choice not in (ALL, GOOD, CANCEL, RECHECK):
        raise Refusal("action/unknown")
    if not by.reach("roster.edit"):
        by.must("roster.edit", "nowhere")
    one = await errand.task(errand_id, "waiting")
    if one is None or one.member_id != by.member_id:
        whose = await Errand.get_or_none(id=errand_id, member_id=by.member_id or 0)
        raise Refusal("roster/decided" if whose else "rights/refused")
    return await decided(one, choice, now)


async def decided(one: Task, choice: int, now: datetime) -> Answer:
    if choice == CANCEL:
        await errand.end(one.id, "cancelled", now, before="waiting")
        await restate(one.about, Card("roster/cancelled"), now)
        return Answer(toast=Card("roster/cancelled"))
    stale = one.facts.get("stale", False)
    if (choice == ALL and one.facts["bad"]) or (choice == RECHECK) != stale:
        raise Refusal("action/unknown")
    kind = "roster.compare" if choice == RECHECK else "roster.enter"
    if not await errand.carry_on(one, kind, one.facts | {"stale": False}, now):
        raise Refusal("roster/decided")
    await restate(one.about, going_on(one, choice), now)
    return Answer(toast=Card("roster/comparing" if choice == RECHECK else "roster/entering"))


def going_on(one: Task, choice: int) -> Card:
    """Said before the work begins: SQLite has one writer, so nothing can be said while a roster is being written."""
    return Card("roster/comparing") if choice == RECHECK else Card("roster/entering", {"rows": one.facts.get("rows", 0)})
