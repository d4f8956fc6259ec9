"""践诺: how each promise stands, said by a tap at the half year and at the end; why something was not kept is typed."""

from datetime import datetime

from models.audit import note
from models.card import Answer, Card, Refusal
from models.database import rows, run
from models.draft import Question, ask, close
from models.gathering.typed import tidy
from models.member import Actor
from models.pledge.cards import AGAIN, PACK, own_card
from models.pledge.own import ANY, Row, entering, entrusted, in_force, renew, unask
from models.pledge.stages import END, LONGEST_WHY, UNDER_WAY, Grade, Kept

QUESTION = "pledge.why"
PLEDGE_OF = "SELECT pledge_id FROM promise WHERE id = ?"
KEEP = """
INSERT INTO pledge_report (root_id, promise_id, member_id, round, kept, why, entered_by, at) VALUES (?, ?, ?, ?, ?, '', ?, ?)
ON CONFLICT (promise_id, round) DO UPDATE SET
  kept = excluded.kept, why = '', entered_by = excluded.entered_by, at = excluded.at
"""
CLEAR = "DELETE FROM pledge_report WHERE promise_id = ? AND round = ?"
UNSAID = """
SELECT COUNT(*) AS n FROM promise q WHERE q.pledge_id = ?
  AND NOT EXISTS (SELECT 1 FROM pledge_report r WHERE r.promise_id = q.id AND r.round = ?)
"""


async def say(actor: Actor, promise_id: int, choice: int, now: datetime) -> Answer:
    """One tap on one promise, in the round that is asked for now; tapping another says it anew."""
    number, kept = divmod(choice, PACK)
    row = await reported_on(actor, promise_id, now)
    if number not in (1, END):
        raise Refusal("action/unknown")
    if number != row["round"]:
        raise Refusal("pledge/round_over")
    if kept == AGAIN:
        await run(CLEAR, promise_id, number)
    else:
        await run(KEEP, row["root_id"], promise_id, row["member_id"], number, kept, entering(actor, row), now)
    after = {"round": number, "kept": kept}
    await note(row["root_id"], actor.label, "pledge_say", f"promise:{promise_id}", now, None, after)
    await renew(row, await own_card(row), now)
    left = (await rows(UNSAID, row["pledge"], number))[0]["n"]
    if not left:
        await unask(row)
    if kept == Kept.NOT and actor.telegram_id is not None:
        return await ask_why(actor, row, promise_id, now)
    return Answer(toast=Card("pledge/said", {"kept": kept, "left": left}))


async def reported_on(actor: Actor, promise_id: int, now: datetime) -> Row:
    """One's own pledge, by one of its promises."""
    found = await rows(PLEDGE_OF, promise_id)
    return await under_way(actor, found[0]["pledge_id"] if found else 0, now)


async def under_way(actor: Actor, pledge_id: int, now: datetime) -> Row:
    """One's own pledge, or that of somebody without Telegram one answers for, while it is being kept; anybody else's sounds
    like none.
    """
    found = await rows(ANY, pledge_id)
    if found and found[0]["member_id"] != actor.member_id and (found[0]["account"] is None or found[0]["entered_by"]):
        await entrusted(actor, found, now)
    elif not found or found[0]["member_id"] != actor.member_id or not actor.homes:
        actor.must("pledge.make", "nowhere")
    in_force(found[0])
    if found[0]["stage"] not in UNDER_WAY:
        raise Refusal("pledge/not_under_way")
    return found[0]


async def ask_why(actor: Actor, row: Row, promise_id: int, now: datetime) -> Answer:
    """The reason is for those responsible; who gives none has reported all the same."""
    assert actor.telegram_id is not None
    facts = {"promise": promise_id, "round": row["round"], "optional": True}
    await ask(row["bot_id"], actor.telegram_id, QUESTION, facts, now)
    spoken = row["account"] is None
    asking = Card("pledge/which_why", {"most": LONGEST_WHY, "spoken": spoken})
    return Answer(toast=Card("pledge/say_why", {"spoken": spoken}), screen=asking)


WHY = "UPDATE pledge_report SET why = ? WHERE promise_id = ? AND round = ? AND member_id = ? AND kept = ?"


async def say_why(actor: Actor, bot_id: int, question: Question, words: str, now: datetime) -> Answer:
    """Why it was not kept. The note says that a reason was given, and not which: notes are kept for ever."""
    promise_id, number = question.facts["promise"], question.facts["round"]
    row = await reported_on(actor, promise_id, now)
    why = tidy(words)
    if not 2 <= len(why) <= LONGEST_WHY:
        raise Refusal("pledge/long_why", most=LONGEST_WHY)
    assert actor.telegram_id is not None, "a question is asked of an account"
    await close(bot_id, actor.telegram_id)
    if number != row["round"] or not await run(WHY, why, promise_id, number, row["member_id"], Kept.NOT):
        raise Refusal("pledge/round_over")
    await note(row["root_id"], actor.label, "pledge_why", f"promise:{promise_id}", now, None, {"given": True})
    return Answer(toast=Card("pledge/why_kept"))


GRADE = "UPDATE pledge SET own_grade = ? WHERE id = ? AND grade IS NULL"


async def grade_oneself(actor: Actor, pledge_id: int, choice: int, now: datetime) -> Answer:
    """评诺 by oneself, in the last round; it may be changed until the branch has given its own."""
    row = await under_way(actor, pledge_id, now)
    if choice not in set(Grade):
        raise Refusal("action/unknown")
    if row["round"] != END:
        raise Refusal("pledge/not_now")
    if not await run(GRADE, choice, pledge_id):
        raise Refusal("pledge/rated_already")
    before, after = {"own_grade": row["own_grade"]}, {"own_grade": choice}
    await note(row["root_id"], actor.label, "pledge_self", f"pledge:{pledge_id}", now, before, after)
    await renew(row, await own_card(row | {"own_grade": choice}), now)
    return Answer(toast=Card("pledge/graded", {"grade": choice}))
