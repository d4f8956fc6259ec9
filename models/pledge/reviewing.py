"""审诺: what was pledged is put to those responsible, one after another, who agree or give it back with a word why.

They are told by the clock: two hundred who pledge in one second wait for nobody.
"""

from datetime import datetime, timedelta
from typing import Any

from models import due
from models.calendar import awake, instant, local
from models.card import Answer, Card, Refusal, Tap
from models.database import rows, run, to_ms
from models.draft import Question, ask, close
from models.gathering.organising import unfold
from models.gathering.typed import tidy
from models.member import Actor
from models.organisation import serving, wishes
from models.outbox import Recipient, debt, owe_many, restate, touch
from models.pledge.campaign import organised
from models.pledge.cards import own_card
from models.pledge.own import ANY, Row, about, found, go, in_force, waiting
from models.pledge.stages import LONGEST_WHY
from models.responsible import holders, tell

YES, PACK = 1, 16  # from the first; 16 times a pledge's number: from the one behind it
APPROVE, GIVE_BACK, SEEN = 1, 2, 4  # SEEN times the revision that was shown is added: nothing else is decided on
QUESTION = "pledge.back"
RIGHT = "pledge.review"


async def request(now: datetime) -> int:
    """Puts every pledge that was made since to those responsible."""
    return await due.sweep("pledge", "review_due", now, put)


# Today's word has left, and did not count what was made since.
TOLD = """
SELECT 1 AS told FROM delivery d JOIN pledge p ON p.id = ?
WHERE d.about = ? AND d.key LIKE ? AND d.created_at < p.made_at
  AND (d.message_id IS NOT NULL OR d.state NOT IN ('queued', 'held'))
"""


async def put(pledge_id: int, now: datetime) -> None:
    """They hear that something waits, at most once a day, and not at night: of what comes after today's word, the next morning,
    if it still waits then. Where there is nobody, it holds. Nobody is asked about their own, nor, while there is somebody else,
    about what they wrote down for another.
    """
    row = (await rows(ANY, pledge_id))[0]
    if row["stage"] != "made" or row["state"] != "open":
        return
    wanted, matter = await wishes(row["home"]), waiting(row)
    due_at = awake(now, wanted.zone, wanted.quiet_from, wanted.quiet_until)
    card = Card("pledge/waiting", {"to_review": [row["id"], row["home"]]}, ((review_tap(row["id"]),),))
    today = local(due_at, wanted.zone).date()
    occasion = f"{matter}:{today}"
    if await rows(TOLD, pledge_id, matter, f"%:{occasion}:%"):
        tomorrow = instant(today + timedelta(days=1), wanted.quiet_until, wanted.zone)
        await run("UPDATE pledge SET review_due = ? WHERE id = ?", tomorrow, pledge_id)
    by = row["entered_by"] or row["member_id"]
    if await tell(RIGHT, row["home_path"], card, occasion, now, about=matter, live=True, besides=by, due_at=due_at):
        await touch(matter, now)
    elif await go(row, "approve", now, "clock"):
        await tell_maker(row, "approve", now)


def review_tap(campaign_id: int) -> Tap:
    return Tap("pledge.review", "pledge_review", campaign_id, YES)


async def review(actor: Actor, campaign_id: int, choice: int, now: datetime) -> Answer:
    """The button: the next one that waits, of those this actor reviews."""
    row = await overseen(actor, campaign_id)
    behind, rest = divmod(choice, PACK)
    if choice != YES and (rest or not behind):
        raise Refusal("action/unknown")
    return await show(actor, row, await next_card(actor, row, behind), now, choice == YES)


async def overseen(actor: Actor, campaign_id: int, right: str = RIGHT) -> Row:
    """An open campaign in which this actor answers for somebody, at its node, above or below it."""
    one = await rows("SELECT c.*, n.path FROM campaign c JOIN node n ON n.id = c.node_id WHERE c.id = ?", campaign_id)
    if not one or not any(scopes(actor, one[0]["path"], right)):
        return await organised(actor, campaign_id, right)
    in_force(one[0])
    return one[0]


def scopes(actor: Actor, path: str, right: str = RIGHT) -> list[str]:
    """The parts of a campaign's people this actor answers for."""
    offices = actor.reach(right)
    return [path] if any(path.startswith(each) for each in offices) else [each for each in offices if each.startswith(path)]


WAITING = """
SELECT p.id, p.revision FROM pledge p JOIN node h ON h.id = p.node_id
WHERE p.campaign_id = ? AND p.state = 'made' AND p.member_id <> ? AND p.id > ? AND h.path LIKE ? ORDER BY p.id LIMIT 1
"""


async def next_card(actor: Actor, row: Row, behind: int) -> Card:
    """The next that waits behind one; from the start again when there is none."""
    for start in dict.fromkeys((behind, 0)):
        for path in scopes(actor, row["path"]):
            for each in await rows(WAITING, row["id"], actor.member_id, start, f"{path}%"):
                return judging(row["id"], each["id"], each["revision"])
    return Card("pledge/none_waiting", {"campaign": row["id"]})


def judging(campaign_id: int, pledge_id: int, revision: int) -> Card:
    first = (
        Tap("pledge.approve", "pledge_decide", pledge_id, revision * SEEN + APPROVE),
        Tap("pledge.give_back", "pledge_decide", pledge_id, revision * SEEN + GIVE_BACK),
    )
    skip = Tap("pledge.skip", "pledge_review", campaign_id, pledge_id * PACK)
    return Card("pledge/judge", {"pledge": pledge_id}, (first, (skip,)))


def desk(actor: Actor, campaign_id: int) -> str:
    """The card one reviewer taps through."""
    return f"pledge_review:{campaign_id}:{actor.member_id}"


async def show(actor: Actor, row: Row, card: Card, now: datetime, anew: bool) -> Answer:
    """In place of the one before, or below what was said meanwhile; where none is left, a toast says so too."""
    if card.name == "pledge/none_waiting":
        await restate(desk(actor, row["id"]), card, now)
        return Answer(toast=Card("pledge/none_waiting"))
    await (unfold(actor, row, desk(actor, row["id"]), card, now) if anew else restate(desk(actor, row["id"]), card, now))
    return Answer()


async def decide(actor: Actor, pledge_id: int, choice: int, now: datetime) -> Answer:
    """Agrees, or asks why not; nobody decides on their own, of two who decide at once the first does, and what was changed
    since it was shown is shown anew first.
    """
    row = await found(actor, pledge_id, RIGHT)
    seen, act = divmod(choice, SEEN)
    if act not in (APPROVE, GIVE_BACK) or not seen:
        raise Refusal("action/unknown")
    if row["member_id"] == actor.member_id:
        raise Refusal("pledge/not_own")
    if row["stage"] != "made":
        raise Refusal("pledge/decided_already")
    if seen != row["revision"]:
        return await anew(actor, row, now)
    if act == GIVE_BACK:
        return await ask_why(actor, row, now)
    await decided(actor, row, "approve", now)
    return Answer(toast=Card("pledge/approved"))


async def anew(actor: Actor, row: Row, now: datetime) -> Answer:
    """What it says now, in place of what was shown; no refusal, for that would leave the old words up."""
    await restate(desk(actor, row["id"]), judging(row["id"], row["pledge"], row["revision"]), now)
    return Answer(toast=Card("pledge/changed_since"), alert=True)


async def ask_why(actor: Actor, row: Row, now: datetime) -> Answer:
    if actor.telegram_id is None:
        raise Refusal("action/unknown")
    facts = {"pledge": row["pledge"], "revision": row["revision"]}
    await ask(await serving(row["root_id"]), actor.telegram_id, QUESTION, facts, now)
    return Answer(screen=Card("pledge/why_back", {"pledge": row["pledge"], "most": LONGEST_WHY}))


async def say_back(actor: Actor, bot_id: int, question: Question, words: str, now: datetime) -> Answer:
    """What is to be changed was typed."""
    row = await found(actor, question.facts["pledge"], RIGHT)
    why = tidy(words)
    if not 2 <= len(why) <= LONGEST_WHY:
        raise Refusal("pledge/long_why", most=LONGEST_WHY)
    assert actor.telegram_id is not None, "a question is asked of an account"
    await close(bot_id, actor.telegram_id)
    if row["stage"] == "made" and row["revision"] != question.facts["revision"]:
        return await anew(actor, row, now)
    await decided(actor, row, "give_back", now, back=why, made_at=None)
    return Answer(toast=Card("pledge/given_back"))


async def decided(actor: Actor, row: Row, act: str, now: datetime, **columns: Any) -> None:
    """The maker hears of it; whoever reviews sees the next."""
    if not await go(row, act, now, actor.label, **columns):
        raise Refusal("pledge/decided_already")
    await tell_maker(row, act, now)
    await touch(waiting(row), now)
    await restate(desk(actor, row["id"]), await next_card(actor, row, row["pledge"]), now)


RETIRE = "UPDATE delivery SET live = ? WHERE about = ? AND live = ?"


async def tell_maker(row: Row, act: str, now: datetime) -> None:
    """One's own pledge as it stands now, below what was said meanwhile, not at night; the older card stays as it is. Who has no
    Telegram hears it from whoever entered it.
    """
    hears, matter, wanted = await listener(row, now), about(row), await wishes(row["home"])
    if hears is None:
        return
    to = Recipient(row["bot_id"], row["root_id"], member_id=hears)
    card = await own_card((await rows(ANY, row["pledge"]))[0])
    await run(RETIRE, False, matter, True)
    due_at = awake(now, wanted.zone, wanted.quiet_from, wanted.quiet_until)
    key = f"notice:{matter}:{act}:{to_ms(now)}:{to.label}"
    await owe_many([debt("notice", card, to, key, now, about=matter, live=True, due_at=due_at)])


async def listener(row: Row, now: datetime) -> int | None:
    """Who is told what becomes of a pledge; an office that has ended hears nothing any more."""
    if row["account"] is not None:
        return int(row["member_id"])
    may = {each["id"] for each in await holders("pledge.enter", row["home_path"], now)}
    return int(row["entered_by"]) if row["entered_by"] in may else None
