"""`python -m tests.bench.statements`: what one press, and the edit that follows from it, says to SQLite, in order; and what an
answer to the question of the day does.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from bot.engines import connect, disconnect, engine
from bot.engines.sqlite import SqliteEngine
from bot.sandbox.cast import GROUP, MEMBER
from models import MODELS
from models.card import Action
from models.gathering import Choice
from models.migrations import migrate
from models.outbox import EDIT_PAUSE, Delivery
from models.quiz import Day
from models.quiz.daily import ask
from tests.bot.machine import Machine, assembled, number
from tests.bot.updates import pressed
from tests.models.quiz.bank import shipped


@asynccontextmanager
async def told(title: str) -> AsyncIterator[None]:
    """Prints every statement SQLite is given meanwhile, and how many trips to its thread they took."""
    sqlite, said = engine(), list[str]()
    assert isinstance(sqlite, SqliteEngine)
    await sqlite.on_thread(lambda db: db.set_trace_callback(said.append))
    hops = sqlite.hops
    yield
    trips = sqlite.hops - hops
    await sqlite.on_thread(lambda db: db.set_trace_callback(None))
    print(f"\n{title}: {len(said)} statements, {trips} trips to the thread")
    for number_, statement in enumerate(said, start=1):
        print(f"{number_:3}  {' '.join(statement.split())[:150]}")


async def press(machine: Machine) -> None:
    planned = await machine.plan()
    await machine.dispatcher.idle()
    card = await Delivery.get(about=f"gathering:{planned.id}", live=True)
    await taps(machine, Action("rsvp", planned.id, Choice.JOIN, card.id), card, "the press")


async def taps(machine: Machine, action: Action, card: Delivery, title: str) -> None:
    update = pressed(action.code, number(MEMBER), GROUP.id, card.message_id or 0)
    button = {"text": "参加", "callback_data": action.code}
    update["callback_query"]["message"]["reply_markup"] = {"inline_keyboard": [[button]]}
    machine.later(seconds=EDIT_PAUSE.total_seconds() + 1)
    async with told(f"{title}, from the update to the commit"):
        await machine.receiver.take([update])
    async with told("the edit, from the claim to its settling"):
        await machine.dispatcher.idle()


async def answer(machine: Machine) -> None:
    await shipped()
    await ask(machine.branch, machine.time.date(), machine.time, machine.time + timedelta(hours=9), False)
    await machine.dispatcher.idle()
    day = await Day.get()
    card = await Delivery.get(about=f"quiz:{day.id}")
    await taps(machine, Action("quiz", day.id, 1, card.id), card, "an answer to the question of the day")


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        await connect(f"sqlite://{Path(folder) / 'press.sqlite3'}", MODELS)
        try:
            await migrate()
            async with assembled() as machine:
                await press(machine)
                await answer(machine)
        finally:
            await disconnect()


if __name__ == "__main__":
    asyncio.run(main())
