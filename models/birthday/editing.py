"""A card before its day, in the hands of those responsible: another 寄语, or no greeting this time."""

from datetime import datetime

from models.audit import note
from models.birthday.planning import GREETED, MISSED, PLANNED, WITHHELD
from models.birthday.tables import Birthday
from models.birthday.ways import RIGHT, kept_by
from models.card import Answer, Card, Refusal, Tap
from models.database import run
from models.draft import Question, close
from models.draft import ask as ask_for
from models.gathering.choice import YES
from models.gathering.typed import tidy
from models.member import Actor
from models.organisation import Node, serving
from models.outbox import cancel, restate
from models.responsible import retire
from models.rounds import hasten

QUESTION = "birthday.words"
LONGEST_WORDS = 60  # characters: four lines of the picture
DEFAULT = 2  # of `words`: the shipped ones again
RELEASE = 2  # of `hold`


def editing(number: int, state: str) -> tuple[tuple[Tap, ...], ...]:
    """What can still be done about a celebration; nothing once it is over."""
    if state in (GREETED, MISSED):
        return ()
    again = Tap("birthday.release", "birthday_hold", number, RELEASE)
    hold = again if state == WITHHELD else Tap("birthday.hold", "birthday_hold", number, YES)
    words = Tap("birthday.words", "birthday_words", number, YES), Tap("birthday.default", "birthday_words", number, DEFAULT)
    return words, (hold,)


async def kept(actor: Actor, birthday_id: int) -> Birthday:
    """A celebration this actor answers for."""
    one = await Birthday.get_or_none(id=birthday_id)
    await kept_by(actor, one.node_id if one else 0)
    assert one is not None, "nobody answers for what is not there"
    return one


async def changeable(actor: Actor, birthday_id: int, choice: int, choices: tuple[int, ...]) -> Birthday:
    one = await kept(actor, birthday_id)
    if choice not in choices:
        raise Refusal("action/unknown")
    if one.state in (GREETED, MISSED):
        raise Refusal("birthday/greeted")
    return one


async def see(actor: Actor, birthday_id: int, choice: int, _: datetime) -> Answer:
    """The card as it will be."""
    one = await kept(actor, birthday_id)
    if choice != YES:
        raise Refusal("action/unknown")
    return Answer(screen=preview_of(one))


def preview_of(one: Birthday) -> Card:
    return Card("birthday/preview", {"birthday": one.id}, editing(one.id, one.state))


async def words(actor: Actor, birthday_id: int, choice: int, now: datetime) -> Answer:
    """改寄语: asks for it; or takes the shipped words again."""
    one = await changeable(actor, birthday_id, choice, (YES, DEFAULT))
    if choice == DEFAULT:
        return await reworded(actor, one, "", now)
    if actor.telegram_id is None:
        raise Refusal("action/unknown")
    await ask_for(await serving(one.root_id), actor.telegram_id, QUESTION, {"birthday": one.id}, now)
    return Answer(screen=Card("birthday/ask_words", {"birthday": one.id, "most": LONGEST_WORDS}))


async def say_words(actor: Actor, bot_id: int, question: Question, said: str, now: datetime) -> Answer:
    """The 寄语 was typed."""
    one = await changeable(actor, question.facts["birthday"], YES, (YES,))
    kept_words = tidy(said)
    if not 1 < len(kept_words) <= LONGEST_WORDS:
        raise Refusal("birthday/wordy", most=LONGEST_WORDS)
    assert actor.telegram_id is not None, "a question is asked of an account"
    await close(bot_id, actor.telegram_id)
    return await reworded(actor, one, kept_words, now)


async def reworded(actor: Actor, one: Birthday, said: str, now: datetime) -> Answer:
    """A message's picture stays as it was sent, so the new card is a new message. The audit is told that words were changed,
    not which: they may be forgotten, the audit not.
    """
    before, after = {"own": bool(one.words)}, {"own": bool(said)}
    await run("UPDATE birthday SET words = ? WHERE id = ?", said, one.id)
    await note(one.root_id, actor.label, "birthday_words", f"birthday:{one.id}", now, before, after)
    return Answer(screen=preview_of(one))


async def hold(actor: Actor, birthday_id: int, choice: int, now: datetime) -> Answer:
    """这次不发, and back."""
    one = await changeable(actor, birthday_id, choice, (YES, RELEASE))
    path = (await Node.get(id=one.node_id)).path
    await hasten([path], now)  # on its day it is called again; first, in the order of a look
    before, one.state, one.greet_due = one.state, WITHHELD if choice == YES else PLANNED, None
    await one.save(update_fields=["state", "greet_due"])
    await cancel(f"birthday:{one.id}", "greeting")
    await note(one.root_id, actor.label, "birthday_hold", f"birthday:{one.id}", now, {"state": before}, {"state": one.state})
    await retire(RIGHT, path, f"birthday:{one.id}", now)
    await restate(f"birthday:{one.id}", preview_of(one), now)
    return Answer(toast=Card("birthday/held", {"withheld": one.state == WITHHELD}))
