"""The intake alone, in this process and without HTTP: what a press costs from its JSON to the commit.

`python -m tests.bench.intake`, with `--profile` for where the time goes. Steadier than the whole way on a machine others use.
"""

import asyncio
import cProfile
import os
import pstats
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from telegram import User

from bot.app import application
from bot.channels.telegram import Telegram, build_bot
from bot.engines import connect, disconnect, engine
from bot.receiver import BATCH, Receiver
from bot.sandbox.cast import BOT, DEMO_TOKEN
from bot.settings import Settings
from handlers import register
from handlers.gate import Gate
from models import MODELS, clock
from models.card import Action
from models.database import rows
from models.gathering import Choice
from models.migrations import migrate
from models.organisation import Bot
from tests.bench.contenders import plan_everywhere
from tests.bench.databases import database, wished
from tests.bench.workload import JOIN, MANY, Press
from tests.bot.updates import Json, pressed
from tests.stories.crowd import enter_roster

SENT = """
UPDATE delivery SET state = 'sent', shown = 1, message_id = id, sent_at = created_at WHERE kind = 'card'
RETURNING chat_id, id, about
"""
Cards = dict[int, dict[str, Any]]


class Deaf(Telegram):
    """Answers nobody: what Telegram is told is not what is measured."""

    async def answer(self, callback_id: str, text: str | None = None, alert: bool = False, url: str | None = None) -> None:
        pass


async def cards() -> Cards:
    """Each group's card, as if it had been sent: by the group's id at Telegram."""
    groups = {row["id"]: row["chat_id"] for row in await rows("SELECT id, chat_id FROM chat")}
    return {groups[row["chat_id"]]: row for row in await rows(SENT)}


def update(press: Press, cards: Cards) -> Json:
    card = cards[press.group]
    codes = [
        Action("rsvp", int(card["about"].split(":")[1]), choice, card["id"]).code for choice in (Choice.JOIN, Choice.LEAVE)
    ]
    raw = pressed(codes[press.label != JOIN], press.member, press.group, card["id"])
    keys = [[{"text": "参加", "callback_data": codes[0]}, {"text": "请假", "callback_data": codes[1]}]]
    raw["callback_query"]["message"]["reply_markup"] = {"inline_keyboard": keys}
    return raw


async def receiver(folder: Path) -> Receiver:
    bot = build_bot(Settings(token=SecretStr(DEMO_TOKEN), data_dir=folder))
    bot._bot_user = User(BOT.id, BOT.username, True, username=BOT.username)  # instead of asking Telegram who it is
    app, gate = application(bot), Gate((await Bot.get()).id, clock.now)
    app._initialized = True
    register(app, gate)
    return Receiver(app, gate, Deaf(bot), clock.now, lambda: None)


async def intake(folder: Path, profile: cProfile.Profile | None) -> None:
    await enter_roster(list(MANY.branches))
    await plan_everywhere(MANY)
    known, taking = await cards(), await receiver(folder)
    updates = [update(press, known) for press in MANY.presses]
    count, said, cpu, wall = len(updates), engine().statements, time.process_time(), time.perf_counter()
    if profile:
        profile.enable()
    for first in range(0, count, BATCH):
        await taking.take(updates[first : first + BATCH])
    await taking.finish(5)
    if profile:
        profile.disable()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    kept = (await rows("SELECT COUNT(*) AS n FROM note WHERE verb = 'rsvp'"))[0]["n"]
    print(f"{wished():9} {cpu / count * 1000:.2f} ms CPU, {wall / count * 1000:.2f} ms a press, {count / wall:.0f}/s,", end=" ")
    print(f"{(engine().statements - said) / count:.1f} statements, {kept}/{count} kept, load {os.getloadavg()[0]:.1f}")


async def bench(profile: cProfile.Profile | None) -> None:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        async with database(Path(folder), stack) as url:
            await connect(url, MODELS)
            await migrate()
            await intake(Path(folder), profile)
            await disconnect()


def main() -> None:
    profile = cProfile.Profile() if "--profile" in sys.argv else None
    asyncio.run(bench(profile))
    if profile:
        pstats.Stats(profile).sort_stats("cumulative").print_stats(60)


if __name__ == "__main__":
    main()
