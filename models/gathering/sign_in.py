"""签到: a member says "I am here", by the button or by the code of the day, once, while sign-in is open.

No place, no face, no photo: the code hangs where the gathering is.
"""

from datetime import datetime, timedelta
from enum import IntEnum
from hmac import compare_digest
from typing import Any

from models import draft
from models.card import Answer, Card, Refusal, Tap
from models.database import from_ms, rows, run, to_ms
from models.deed import Tries, counted
from models.draft import Question
from models.gathering.organising import Row
from models.gathering.sheet import PRESENT, add, expect, when
from models.gathering.unreached import scopes
from models.organisation import serving
from models.outbox import touch
from models.rights import Actor

QUESTION = "sign_in.code"
TRIES = 5  # codes a member may try while sign-in is open
NEAR = timedelta(hours=12)  # what was or will be is spoken of


class By(IntEnum):
    """What a press of the sign-in buttons means."""

    BUTTON = 1
    CODE = 2


MINE = """
SELECT g.id, g.root_id, g.state, g.zone, g.closes_at, g.ends_at, g.code, g.sign_with, n.path,
  e.id AS expected, e.ground, p.standing, p.at
FROM gathering g JOIN node n ON n.id = g.node_id
LEFT JOIN expected e ON e.gathering_id = g.id AND e.member_id = ?
LEFT JOIN presence p ON p.id = (SELECT MAX(q.id) FROM presence q WHERE q.gathering_id = g.id AND q.member_id = ?)
"""
NEARBY = """
WHERE g.root_id = ? AND g.ends_at > ? AND g.closes_at < ? AND g.state <> 'recorded' AND ({homes})
ORDER BY CASE WHEN g.state = 'open' THEN 0 ELSE 1 END, ABS(g.closes_at - ?), g.id
"""


def buttons(row: Row) -> tuple[tuple[Tap, ...], ...]:
    """What the card offers while sign-in is open. Where the code is demanded, the button alone would not do."""
    by_code = Tap("sign_in.code", "sign_in", row["id"], By.CODE)
    if row["sign_with"] == "code":
        return ((by_code,),)
    return ((Tap("sign_in.here", "sign_in", row["id"], By.BUTTON), by_code),)


async def sign_in(actor: Actor, gathering_id: int, choice: int, now: datetime) -> Answer:
    """A press: signed in, or asked in private for the code."""
    row = await asked(actor, gathering_id)
    if choice not in set(By):
        raise Refusal("action/unknown")
    if row["standing"] == PRESENT:
        return twice(row)
    in_time(row, now)
    if choice == By.CODE or row["sign_with"] == "code":
        return await ask_code(actor, row, now)
    return await kept(actor, row, "tap", now)


async def asked(actor: Actor, gathering_id: int) -> Row:
    """The gathering and one's own line. Another branch's and one that never was sound the same."""
    one = await rows(f"{MINE} WHERE g.id = ?", actor.member_id or 0, actor.member_id or 0, gathering_id)
    if actor.member_id is None:
        actor.must("gathering.answer", "nowhere")
    if not one or not actor.may("gathering.answer", one[0]["path"]):
        raise Refusal("sign_in/foreign")
    return one[0]


def in_time(row: Row, now: datetime) -> None:
    """Refuses what is called off, too early or too late. Until the sweep has opened it, it is early."""
    if row["state"] == "cancelled":
        raise Refusal("sign_in/cancelled")
    if row["state"] in ("closed", "recorded") or row["ends_at"] <= to_ms(now):
        raise Refusal("sign_in/late", ended=when(row, "ends_at"))
    if row["state"] != "open" or row["closes_at"] > to_ms(now):
        raise Refusal("sign_in/early", opens=when(row, "closes_at"))


STAYS_OPEN = "UPDATE gathering SET state = state WHERE id = ? AND state = 'open'"


async def kept(actor: Actor, row: Row, via: str, now: datetime) -> Answer:
    """Adds one's own line: two taps at once are one."""
    assert actor.member_id is not None, "it was judged"
    if not await run(STAYS_OPEN, row["id"]):  # it has just been ended, and counted, or called off
        in_time(await asked(actor, row["id"]), now)
    if not await add(actor, row, actor.member_id, PRESENT, via, now):
        again = await asked(actor, row["id"])
        if again["standing"] == PRESENT:
            return twice(again)
        raise Refusal("sign_in/corrected")  # somebody responsible has written otherwise since
    if row["expected"] is None or row["ground"]:
        await expect(actor, row, actor.member_id, now)
    await touch(f"gathering:{row['id']}", now)
    return Answer(toast=Card("sign_in/kept", {"at": when(row | {"at": to_ms(now)}, "at")}))


def twice(row: Row) -> Answer:
    return Answer(toast=Card("sign_in/twice", {"at": when(row, "at")}))


async def ask_code(actor: Actor, row: Row, now: datetime) -> Answer:
    assert actor.telegram_id is not None, "somebody presses"
    await draft.ask(await serving(row["root_id"]), actor.telegram_id, QUESTION, {"gathering": row["id"]}, now)
    return Answer(toast=Card("sign_in/in_private"), screen=Card("sign_in/ask_code", {"gathering": row["id"]}))


async def nearby(actor: Actor, now: datetime) -> list[Row]:
    """Gatherings of one's own nodes about now, those open for sign-in first."""
    if actor.member_id is None:
        actor.must("gathering.answer", "nowhere")
    homes = " OR ".join("CAST(? AS VARCHAR(255)) LIKE n.path || '%'" for _ in actor.homes) or "1 = 0"
    facts = (actor.member_id, actor.member_id, actor.root_id, now - NEAR, now + NEAR, *actor.homes, now)
    return await rows(MINE + NEARBY.format(homes=homes), *facts)


async def where(actor: Actor, now: datetime) -> list[Row]:
    """Where one can sign in now; else a Refusal that says when, or that there is nothing."""
    near = await nearby(actor, now)
    open_now = [row for row in near if row["state"] == "open" and row["closes_at"] <= to_ms(now) < row["ends_at"]]
    if open_now:
        return open_now
    for row in near:
        in_time(row, now)
    raise Refusal("sign_in/none")


async def ask_where(actor: Actor, now: datetime) -> Answer:
    """/signin without a code: what is open now, with its buttons; who enters others gets the way to do so."""
    near = await where(actor, now)
    missing = missed(near)
    first = (missing or near)[0]
    others = ((Tap("sign_in.enter", "enter_at", first["id"], 0),),) if scopes(actor, first["path"]) else ()
    if not missing and not others:
        return twice(first)
    taps = (*(buttons(first) if missing else ()), *others)
    return Answer(screen=Card("sign_in/open", {"gathering": first["id"]}, taps))


def missed(near: list[Row]) -> list[Row]:
    """Those one has not signed in to yet: two may be open at once."""
    return [row for row in near if row["standing"] != PRESENT]


async def by_code(actor: Actor, words: str, now: datetime, gathering_id: int | None = None) -> Answer:
    """A code, typed or from the picture at the venue. Every code counts as a try, also the right one."""
    if gathering_id is None:
        near = await where(actor, now)
    else:
        near = [await asked(actor, gathering_id)]
    missing = missed(near)
    if not missing:
        return twice(near[0])
    for row in missing:
        in_time(row, now)
    return await compared(actor, near, read(words), now)


def read(words: str) -> str:
    """Six digits, however they are spaced."""
    code = "".join(words.split())
    if len(code) != 6 or not (code.isascii() and code.isdecimal()):
        raise Refusal("sign_in/form")
    return code


async def compared(actor: Actor, near: list[Row], code: str, now: datetime) -> Answer:
    """A wrong code is an answer and no refusal: a refusal would take the counted try back."""
    left = TRIES
    for row in missed(near):
        counter = Tries(f"sign_in:{row['id']}:{actor.member_id}", TRIES, from_ms(row["ends_at"]) - now)
        left = min(left, TRIES - await counted(counter, now))
    if left < 0:
        return Answer(toast=Card("sign_in/too_many"), alert=True)
    right = [row for row in near if row["code"] and compare_digest(row["code"], code)]
    if not right:
        return Answer(toast=Card("sign_in/wrong", {"left": left}), alert=True)
    return twice(right[0]) if right[0]["standing"] == PRESENT else await kept(actor, right[0], "code", now)


async def typed_code(actor: Actor, bot_id: int, question: Question, words: str, now: datetime) -> Answer:
    """The answer to `ask_code`; a wrong one may be typed again."""
    answer = await by_code(actor, words, now, int(question.facts["gathering"]))
    if not answer.alert and actor.telegram_id is not None:
        await draft.close(bot_id, actor.telegram_id)
    return answer


VENUE = """
SELECT g.id, g.code, b.username FROM gathering g
JOIN node r ON r.id = g.root_id JOIN bot b ON b.id = r.bot_id WHERE g.id = ?
"""


async def venue(gathering_id: int, _: datetime) -> dict[str, Any]:
    """What hangs where it is: the code (empty when sign-in is over) and the link that carries it. For those responsible."""
    row = (await rows(VENUE, gathering_id))[0]
    return {"code": row["code"], "link": f"https://t.me/{row['username']}?start=s_{row['id']}_{row['code'] or '000000'}"}


SIGNED = """
SELECT COUNT(*) AS expected, COUNT(CASE WHEN p.standing = 'present' THEN 1 END) AS present
FROM expected e LEFT JOIN presence p ON p.id = (
  SELECT MAX(q.id) FROM presence q WHERE q.gathering_id = e.gathering_id AND q.member_id = e.member_id
)
WHERE e.gathering_id = ? AND e.ground = ''
"""


async def signed(gathering_id: int, _: datetime) -> dict[str, Any]:
    """What everybody may know: how many of how many are here, and until when one signs in."""
    row = (await rows("SELECT zone, ends_at, sign_with FROM gathering WHERE id = ?", gathering_id))[0]
    counts = (await rows(SIGNED, gathering_id))[0]
    return {**counts, "until": when(row, "ends_at"), "by_code": row["sign_with"] == "code"}
