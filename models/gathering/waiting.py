"""候补: where the seats of a gathering are counted, whoever comes too late waits; a freed seat goes to the first who does."""

from datetime import datetime
from typing import Any

from models.audit import note
from models.card import Answer, Card, Refusal
from models.database import rows, run, to_ms
from models.draft import Question, ask, close
from models.gathering.choice import Choice, answering
from models.gathering.organising import ahead
from models.member import Actor, members_of
from models.organisation import serving
from models.outbox import Recipient, owe, touch

ASK, NO_LIMIT = 1, 2  # choices of the button
QUESTION = "gathering.seats"
MOST_SEATS = 9999
Row = dict[str, Any]

JOINING = "SELECT id, member_id, waiting FROM rsvp WHERE gathering_id = ? AND choice = ? ORDER BY at, id"
GIVE = "UPDATE rsvp SET waiting = ? WHERE id = ?"


HOLD = "UPDATE gathering SET capacity = capacity WHERE id = ? RETURNING capacity"


async def one_by_one(gathering: Row) -> Row:
    """From here to the commit nobody else answers this gathering, if its seats are counted; with as many as there are by now.
    The first lock of all.
    """
    if gathering["capacity"] is None:
        return gathering
    return gathering | (await rows(HOLD, gathering["id"]))[0]


async def joining(gathering: Row, now: datetime) -> tuple[list[Row], list[Row]]:
    """Those with a seat and those who wait, in their order. Who has left the organisation takes no seat."""
    belonging = {member["id"] for member in await members_of(gathering["path"], now)}
    found = [each for each in await rows(JOINING, gathering["id"], Choice.JOIN) if each["member_id"] in belonging]
    return [each for each in found if not each["waiting"]], [each for each in found if each["waiting"]]


async def full(gathering: Row, member_id: int, now: datetime) -> bool:
    """Whether there is no seat for one more."""
    if gathering["capacity"] is None:
        return False
    seated, _ = await joining(gathering, now)
    return len([each for each in seated if each["member_id"] != member_id]) >= int(gathering["capacity"])


async def give_seats(gathering: Row, now: datetime, by: str) -> None:
    """Free seats go to those who wait, first come first served; each is told."""
    if gathering["capacity"] is None:
        return
    seated, queue = await joining(gathering, now)
    free = max(0, gathering["capacity"] - len(seated))
    for each in queue[:free]:
        await give_seat(gathering, each, now, by)


async def give_seat(gathering: Row, answer: Row, now: datetime, by: str) -> None:
    await run(GIVE, False, answer["id"])
    to = Recipient(await serving(gathering["root_id"]), gathering["root_id"], member_id=answer["member_id"])
    about = f"gathering:{gathering['id']}"
    card = Card("gathering/seat", {"gathering": gathering["id"]}, answering(gathering))
    await owe("notice", card, to, f"notice:{about}:seat:{to_ms(now)}:{to.label}", now, about=about)
    await note(gathering["root_id"], by, "seat", about, now, None, {"member": answer["member_id"]})


async def place(row: Row, now: datetime) -> int:
    """Which of those who wait this answer is, from 1."""
    queue = [each["id"] for each in (await joining(row, now))[1]]
    return queue.index(row["answer"]) + 1 if row["answer"] in queue else len(queue) + 1


async def seats(actor: Actor, gathering_id: int, choice: int, now: datetime) -> Answer:
    """The organiser's button: asks how many seats there are, or lifts the limit."""
    row = await ahead(actor, gathering_id)
    if choice == NO_LIMIT:
        return await set_seats(actor, row, None, now)
    if choice != ASK or actor.telegram_id is None:
        raise Refusal("action/unknown")
    await ask(await serving(row["root_id"]), actor.telegram_id, QUESTION, {"gathering": gathering_id}, now)
    return Answer(screen=Card("gathering/how_many", {"gathering": gathering_id}))


async def say_seats(actor: Actor, bot_id: int, question: Question, words: str, now: datetime) -> Answer:
    """The number was typed."""
    row = await ahead(actor, question.facts["gathering"])
    if not words.isdecimal() or not 1 <= int(words[:9]) <= MOST_SEATS:
        raise Refusal("gathering/no_number", most=MOST_SEATS)
    assert actor.telegram_id is not None, "a question is asked of an account"
    await close(bot_id, actor.telegram_id)
    return await set_seats(actor, row, int(words), now)


async def set_seats(actor: Actor, row: Row, capacity: int | None, now: datetime) -> Answer:
    """Whoever has a seat keeps it; new seats go to those who wait."""
    await run("UPDATE gathering SET capacity = ? WHERE id = ?", capacity, row["id"])
    about = f"gathering:{row['id']}"
    await note(row["root_id"], actor.label, "seats", about, now, {"seats": row["capacity"]}, {"seats": capacity})
    everybody = (await joining(row, now))[1] if capacity is None else []
    for each in everybody:
        await give_seat(row, each, now, actor.label)
    await give_seats(row | {"capacity": capacity}, now, actor.label)
    await touch(about, now)
    return Answer(toast=Card("gathering/seats_set", {"seats": capacity or 0}))
