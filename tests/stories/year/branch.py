"""The branch of the year: six people and one group at New Year's Day; and the house it lives in, at a time of its own."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.engines import disconnect
from bot.sandbox.cast import BOT, GROUP, PARTS, SECRETARY
from bot.sandbox.visitor import Visitor
from models import MODELS
from models.binding import CONSENT
from models.member import OPERATOR, bind, enrol, grant
from models.organisation import grow, know_bot, link, plant
from tests.connections import connect_freshly
from tests.stories.conftest import ZONE
from tests.stories.house import Service, sandbox

THERE = ZoneInfo(ZONE)
MORNING = datetime(2026, 1, 1, 8, tzinfo=THERE)
PEOPLE = ("secretary", "elder", "member", "probationary", "colleague", "without_telegram")
NEWCOMER = "newcomer"  # comes in May, and is played by one of the cast who is not in this branch
FACES = {part: PARTS[part] for part in PEOPLE} | {NEWCOMER: PARTS["group_leader"]}
PARTS_BY_NAME = {persona.name: part for part, persona in FACES.items()}
PARTS_BY_CHAT = {GROUP.id: "group"} | {persona.id: part for part, persona in FACES.items() if persona.id is not None}
# A year in a minute: neither side keeps to Telegram's rates.
HURRIED = {"PER_SECOND": "1000", "CHAT_BURST": "1000", "GROUP_PER_MINUTE": "1000", "EDITS_PER_MINUTE": "1000"}


class ServiceThen(Service):
    """The service at the sandbox's time, wherever in the year that is."""

    def __init__(self, folder: Path, database_url: str, api: str, world: Visitor) -> None:
        super().__init__(folder, database_url, api, **{f"BRANCHLIFE_{name}": value for name, value in HURRIED.items()})
        self.world = world

    async def up(self) -> None:
        ahead = (await self.world.clock()).timestamp() - time.time()
        self.arguments = ("tests.stories.year.earlier", str(ahead), "run")
        await super().up()


async def seed(database_url: str) -> None:
    """The people as the roster has them on New Year's Day, bound as if they had agreed."""
    await connect_freshly(database_url, MODELS)
    bot = await know_bot(BOT.id, BOT.username)
    root = await plant("梧桐街道党工委", "street_committee", ZONE, bot.id)
    branch = await grow(root, GROUP.title, "branch")
    for part in PEOPLE:
        persona = PARTS[part]
        status = "probationary" if part == "probationary" else "full"
        member = await enrol(OPERATOR, root.id, persona.name, status, MORNING, branch.id)
        if persona.id is not None:
            await bind(OPERATOR, member, persona.id, CONSENT, MORNING)
        if persona is SECRETARY:
            await grant(OPERATOR, member, branch.id, "secretary", MORNING)
    await link(branch, bot.id, GROUP.id, 0, MORNING)
    await disconnect()


@asynccontextmanager
async def house(
    folder: Path, database_url: str, sown: Callable[[str], Awaitable[None]] = seed, morning: datetime = MORNING
) -> AsyncIterator[tuple[Visitor, ServiceThen]]:
    """Sandbox and service on the morning of the first day."""
    await sown(database_url)
    async with sandbox(folder, "--pace", "0") as api, Visitor(api) as world:
        await world.clock(morning)
        service = ServiceThen(folder, database_url, api, world)
        await service.up()
        try:
            yield world, service
        finally:
            await service.stop()
