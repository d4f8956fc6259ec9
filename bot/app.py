"""The composition root: builds the machine from the settings, starts it, and takes it down in order."""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack, suppress
from datetime import datetime
from typing import Any

from aiohttp import web
from telegram.error import InvalidToken, TelegramError
from telegram.ext import Application

from bot import crash, logs, menus, operations, quiz, theme_day
from bot.alarm import Alarm
from bot.channels.telegram import ApiBot, Telegram, build_bot
from bot.dispatcher import Dispatcher
from bot.engines import connect, disconnect, engine
from bot.engines.lock import DataLock
from bot.hearing import Hearing
from bot.holder import Holder, installation
from bot.receiver import KINDS, Receiver
from bot.runner import Runner
from bot.settings import Settings
from bot.throttle import Throttle
from bot.ticker import Ticker
from bot.web.admin import Admin
from bot.web.listening import listen
from bot.web.webhook import PATH, hook
from handlers import register
from handlers.gate import Gate
from models import MODELS, clock, organisation, outbox
from models.migrations import migrate
from models.responsible import keepers
from schedules import next_due

logger = logging.getLogger(__name__)

RESTS = (1.0, 2.0, 5.0, 10.0)  # seconds between attempts to reach Telegram at the start
FINISH = 8.0  # seconds that what is on its way may take when we are asked to stop


class Unopened(RuntimeError):
    """The database cannot be opened; the text is the name of the error, which itself may know the password."""


def database_lock(settings: Settings) -> DataLock:
    """One process for a SQLite file; for PostgreSQL one for a data folder, because the lease knows us by that."""
    return DataLock(settings.database_file or settings.data_dir / "service")


class Database:
    """The database open in this process, migrated; for the service and for commands while no service runs."""

    def __init__(self, settings: Settings, migrating: bool = True) -> None:
        self.settings, self.migrating = settings, migrating
        self.lock = database_lock(settings)

    async def __aenter__(self) -> "Database":
        self.acquire()
        try:
            await self.open()
            try:
                for name in await migrate() if self.migrating else ():
                    logger.info("migrated", extra={"action": "migrate.done", "migration": name})
            except BaseException:
                await disconnect()
                raise
        except BaseException:
            self.lock.release()
            raise
        return self

    def acquire(self) -> None:
        try:
            self.lock.acquire()
        except OSError as error:
            raise Unopened(type(error).__name__) from None

    async def open(self) -> None:
        try:
            await connect(self.settings.database_url.get_secret_value(), MODELS)
        except Exception as error:
            raise Unopened(type(error).__name__) from None

    async def __aexit__(self, *_: object) -> None:
        await disconnect()
        self.lock.release()


class Service:
    """Everything that runs for one bot token."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.stopping = asyncio.Event()
        self.tasks: set[asyncio.Task[None]] = set()
        self.failure: BaseException | None = None
        self.assembled = False
        clock.civil.movable = settings.sandbox
        if settings.crash_at:
            crash.arm(settings.crash_at)

    async def run(self, ready: Callable[[], None] = lambda: None) -> None:
        """Until SIGTERM, SIGINT or something that cannot go on; a restart is cheap and safe by design."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stopping.set)
        async with AsyncExitStack() as down:
            await down.enter_async_context(Database(self.settings))
            if await self.unless_stopped(self.start(down)):
                logger.info("ready", extra={"action": "service.ready", "bot": self.username})
                ready()
                await self.stopping.wait()
            await self.stop()
        if self.failure:
            raise self.failure

    async def unless_stopped(self, starting: Coroutine[Any, Any, None]) -> bool:
        """Runs the start, which waits for Telegram, unless we are asked to stop meanwhile."""
        task, stop = asyncio.ensure_future(starting), asyncio.ensure_future(self.stopping.wait())
        await asyncio.wait({task, stop}, return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()
        if not task.done():
            task.cancel()
            await asyncio.wait({task})
            return False
        await task
        return True

    async def start(self, down: AsyncExitStack) -> None:
        self.application = application(build_bot(self.settings))
        await self.greet(down)
        self.username = self.application.bot.username
        self.bot = await organisation.know_bot(self.application.bot.id, self.username)
        self.holder = Holder(self.bot.id, installation(self.settings.data_dir), clock.ticks)
        epoch = await self.holder.take()
        lost = await outbox.recover(self.bot.id, epoch, clock.now())
        logger.info("lease taken", extra={"action": "lease.taken", "epoch": epoch, "unsure": lost})
        await theme_day.ship(clock.now())
        await quiz.ship()
        self.assemble()
        admin = Admin(self, self.settings.data_dir)
        down.push_async_callback(admin.stop)
        await admin.start(self.settings.admin_port)
        self.ticker.start()
        down.push_async_callback(self.ticker.stop)
        await self.open_intake(down)
        self.spawn(self.holder.keep())
        self.spawn(self.dispatcher.run())
        self.spawn(self.runner.run())
        self.spawn(self.alarm.keep())

    async def greet(self, down: AsyncExitStack) -> None:
        """Asks Telegram who we are, as often as it takes; only a wrong token is final."""
        down.push_async_callback(self.application.bot.shutdown)  # its connections are open whoever answers
        await patiently(self.application.initialize)
        down.push_async_callback(self.application.shutdown)

    def assemble(self) -> None:
        channel = Telegram(self.application.bot)
        throttle = Throttle(
            clock.ticks,
            per_second=self.settings.per_second,
            chat_burst=self.settings.chat_burst,
            group_per_minute=self.settings.group_per_minute,
            edits_per_minute=self.settings.edits_per_minute,
        )
        self.dispatcher = Dispatcher(self.holder, channel, throttle, clock.now, self.settings.senders)
        gate = Gate(self.bot.id, clock.now)
        register(self.application, gate)
        self.receiver = Receiver(self.application, gate, channel, clock.now, self.dispatcher.wake)
        self.ticker = Ticker(clock.now, self.dispatcher.wake)
        self.runner = Runner(self.application.bot, self.holder, clock.now, self.dispatcher.wake)
        self.alarm = Alarm(self.holder, channel, throttle, lambda: keepers(self.bot.id, clock.now()))
        self.assembled = True

    async def open_intake(self, down: AsyncExitStack) -> None:
        bot = self.application.bot
        self.spawn(self.offer_menus(bot))
        if self.settings.polling:
            await patiently(bot.delete_webhook)
            self.spawn(self.receiver.poll(Hearing(self.bot.id, clock.now, clock.ticks, self.dispatcher.wake)))
            return
        await organisation.heard(self.bot.id, None)
        secret = self.settings.webhook_secret.get_secret_value()
        runner = web.AppRunner(hook(self.receiver.take, secret), access_log=None)
        await runner.setup()
        down.push_async_callback(runner.cleanup)
        await listen(runner, None, self.settings.webhook_port, "BRANCHLIFE_WEBHOOK_PORT")
        address = f"{self.settings.webhook_url.rstrip('/')}{PATH}"
        await patiently(lambda: bot.set_webhook(address, secret_token=secret, allowed_updates=KINDS))

    async def offer_menus(self, bot: ApiBot) -> None:
        """The command menus are a convenience: failing to set them changes nothing else."""
        try:
            await menus.offer(bot)
        except TelegramError as error:
            logger.warning("no menus: %s", type(error).__name__, extra={"action": "menu.failed"})

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """A task whose failure ends the service: the supervisor starts it anew, and nothing is lost."""
        task = asyncio.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.ended)

    def ended(self, task: asyncio.Task[None]) -> None:
        self.tasks.discard(task)
        if not task.cancelled() and task.exception():
            self.failure = task.exception()
            self.stopping.set()

    async def stop(self) -> None:
        if not self.assembled:  # it still waited for Telegram
            return
        logger.info("stopping", extra={"action": "service.stopping"})
        tasks = list(self.tasks)
        await self.dispatcher.finish(FINISH)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.receiver.finish(FINISH)

    # What the operator's address asks (bot.web.admin.Operated).

    async def healthy(self) -> dict[str, Any]:
        return {"ok": self.holder.holds() and not self.stopping.is_set()}

    async def clock(self) -> dict[str, Any]:
        due = await next_due()
        return {
            "now": clock.now().isoformat(),
            "on": not self.ticker.paused,
            "next_due": due.isoformat() if due else None,
        }

    async def travel(self, to: datetime) -> dict[str, Any]:
        """Sandbox only: moves civil time, then sweeps and sends until nothing is due."""
        self.in_sandbox()
        with suppress(clock.ClockFixed):  # that moment is over already, perhaps only just
            clock.civil.travel(to)
        if not self.ticker.paused:
            await self.ticker.sweep_all()
            await self.dispatcher.idle()
        return await self.clock()

    async def power(self, on: bool) -> dict[str, Any]:
        """Sandbox only: downtime without ending the process."""
        self.in_sandbox()
        self.ticker.paused = self.dispatcher.paused = not on
        if on:
            self.receiver.open.set()
        else:
            self.receiver.open.clear()
        return await self.clock()

    def in_sandbox(self) -> None:
        if not clock.civil.movable:
            raise clock.ClockFixed("only in the sandbox")

    async def outbox(self) -> dict[str, Any]:
        return await operations.latest(self.holder.bot_id)

    async def counters(self) -> dict[str, Any]:
        """How often each action of the log happened, and what the database was asked, since the start."""
        asked = engine().counts
        return {"statements": asked.statements, "hops": asked.hops, "actions": dict(logs.counters())}

    async def command(self, name: str, wishes: dict[str, Any]) -> dict[str, Any]:
        return await operations.perform(self.bot, name, wishes)


async def patiently(call: Callable[[], Awaitable[object]]) -> None:
    """Asks Telegram as often as it takes; only a wrong token is final."""
    attempt = 0
    while True:
        try:
            await call()
            return
        except InvalidToken:
            raise
        except TelegramError as error:
            logger.warning("Telegram does not answer: %s", type(error).__name__, extra={"action": "service.waiting"})
            await asyncio.sleep(RESTS[min(attempt, len(RESTS) - 1)])
            attempt += 1


def application(bot: ApiBot) -> "Application[ApiBot, Any, Any, Any, Any, Any]":
    """python-telegram-bot's dispatching alone: no updater, no job queue, nothing that holds what matters in memory."""
    return Application.builder().bot(bot).updater(None).job_queue(None).build()
