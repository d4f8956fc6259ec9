"""What one's own pledge shows at each stage, and the buttons below it. Entered for somebody without Telegram, it is the same
in other words, and the buttons name the person.
"""

from typing import Any

from models.card import Card, Tap
from models.database import rows
from models.pledge.own import Row, person
from models.pledge.stages import END, FEWEST, MOST, OWN, UNDER_WAY, Grade, Kept, after

SHOW, WRITE, WITHDRAW, PUBLISH, KEEP, HIDE = 1, 2, 4, 5, 6, 7  # choices of the button `pledge`; 3 is left out
PACK = 4  # the round of a report, and what is said in it, in the one number a button has left
AGAIN = 0  # of a promise: it is to be reported anew


async def own_card(row: Row) -> Card:
    """`row` is one of `own.asked` or `own.found`."""
    if row["stage"] == "choosing":
        return choosing_card(row, await choice(row))
    if row["stage"] in UNDER_WAY and row["round"]:
        return await report_card(row)
    taps = tuple((each,) for each in (*consent_taps(row), *withdraw_tap(row)))
    return Card("pledge/mine" if speaks(row) else "pledge/mine_for", {"pledge": row["pledge"]}, taps)


def speaks(row: Row) -> bool:
    """Whether its maker has Telegram, and taps for themselves."""
    return row["account"] is not None


def withdraw_tap(row: Row) -> tuple[Tap, ...]:
    if row["stage"] == "withdrawn":
        return (Tap("pledge.anew", "pledge", row["id"], SHOW + person(row)),)
    possible = after(row["stage"], "withdraw")
    return (Tap("pledge.withdraw", "pledge", row["id"], WITHDRAW + person(row)),) if possible else ()


def consent_taps(row: Row) -> tuple[Tap, ...]:
    """Asked once the branch has agreed; whoever has agreed may take it back, for as long as it is up."""
    number, whom = row["id"], person(row)
    publish = Tap("pledge.publish" if speaks(row) else "pledge.publish_for", "pledge", number, PUBLISH + whom)
    keep, hide = Tap("pledge.keep", "pledge", number, KEEP + whom), Tap("pledge.hide", "pledge", number, HIDE + whom)
    every = {"publish": publish, "keep": keep, "hide": hide}
    return tuple(tap for act, tap in every.items() if after(row["stage"], act) or (act == "hide" and row["published_at"]))


CHOICE = f"""
SELECT i.position, i.name, i.title, q.id IS NOT NULL AS chosen
FROM campaign_item i LEFT JOIN promise q ON q.pledge_id = ? AND q.position = i.position WHERE i.campaign_id = ?
UNION ALL SELECT q.position, q.name, q.title, q.id IS NOT NULL FROM promise q WHERE q.pledge_id = ? AND q.position >= {OWN}
ORDER BY 1
"""


async def choice(row: Row) -> list[dict[str, Any]]:
    """All there is to choose from, one's own words last: `position`, `name`, `title`, `chosen`."""
    return await rows(CHOICE, row["pledge"], row["id"], row["pledge"])


def choosing_card(row: Row, every: list[dict[str, Any]]) -> Card:
    """The items by number, chosen or not; the first button of the last row says how many are promised."""
    chosen = sum(bool(each["chosen"]) for each in every)
    picks = [pick_tap(row, each, number) for number, each in enumerate(every, 1)]
    lines = [tuple(picks[start : start + 2]) for start in range(0, len(picks), 2)]
    last = [Tap("pledge.write", "pledge", row["id"], WRITE + person(row))] if chosen < MOST else []
    if FEWEST <= chosen <= MOST:
        last.insert(0, make_tap(row, chosen))
    taps = (*lines, tuple(last))
    return Card("pledge/choose" if speaks(row) else "pledge/choose_for", {"pledge": row["pledge"]}, taps)


def make_tap(row: Row, chosen: int) -> Tap:
    """Says what is promised; it carries what it was shown with, so that nothing else is."""
    shown_with = row["revision"] + person(row)
    return Tap("pledge.make" if speaks(row) else "pledge.make_for", "pledge_make", row["id"], shown_with, str(chosen))


def pick_tap(row: Row, item: dict[str, Any], number: int) -> Tap:
    place, chosen = item["position"] + person(row), item["chosen"]
    return Tap("pledge.unpick" if chosen else "pledge.pick", "pledge_pick", row["id"], place, str(number))


REPORTED = """
SELECT q.id, r.kept FROM promise q LEFT JOIN pledge_report r ON r.promise_id = q.id AND r.round = ?
WHERE q.pledge_id = ? ORDER BY q.position
"""


async def report_card(row: Row) -> Card:
    """Asks for one promise after another; once all are said, each may be said anew, and at the end one grades oneself."""
    number, every = row["round"], await rows(REPORTED, row["round"], row["pledge"])
    unsaid = next((place for place, each in enumerate(every, 1) if each["kept"] is None), 0)
    if unsaid:
        return reporting(row, unsaid, (kept_taps(every[unsaid - 1]["id"], number), consent_taps(row)))
    again = [Tap("pledge.redo", "pledge_say", each["id"], number * PACK + AGAIN, str(n)) for n, each in enumerate(every, 1)]
    pairs = [tuple(again[start : start + 2]) for start in range(0, len(again), 2)]
    grades = (grade_taps("pledge_self", row["pledge"]),) if number == END and row["grade"] is None else ()
    return reporting(row, 0, (*grades, *pairs, consent_taps(row)))


def reporting(row: Row, unsaid: int, taps: tuple[tuple[Tap, ...], ...]) -> Card:
    shown = tuple(filter(None, taps))
    return Card("pledge/report" if speaks(row) else "pledge/report_for", {"pledge": row["pledge"], "unsaid": unsaid}, shown)


def kept_taps(promise_id: int, number: int) -> tuple[Tap, ...]:
    return (
        Tap("pledge.done", "pledge_say", promise_id, number * PACK + Kept.DONE),
        Tap("pledge.on_the_way", "pledge_say", promise_id, number * PACK + Kept.ON_THE_WAY),
        Tap("pledge.not_done", "pledge_say", promise_id, number * PACK + Kept.NOT),
    )


def grade_taps(verb: str, pledge_id: int) -> tuple[Tap, ...]:
    return (
        Tap("pledge.fulfilled", verb, pledge_id, Grade.FULFILLED),
        Tap("pledge.mostly", verb, pledge_id, Grade.MOSTLY),
        Tap("pledge.unfulfilled", verb, pledge_id, Grade.UNFULFILLED),
    )
