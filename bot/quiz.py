"""The machine's part of the quiz: the packs of this release become the bank, and a folder of packs is judged for its writer."""

import asyncio
import logging
from pathlib import Path

from bot.console import words
from bot.files import packs
from bot.files.packs import Library
from models import quiz
from models.database import atomic

logger = logging.getLogger(__name__)


async def ship(folder: Path = packs.SHIPPED) -> int:
    """At the start: what came with this release is what may be asked; how many items are news. A pack with a fault stays as it
    was, and every fault is logged by file and line.
    """
    library = await asyncio.to_thread(packs.read, folder)
    for fault in library.faults:
        logger.error("%s", fault, extra={"action": "quiz.fault"})
    async with atomic():
        if library.days:
            await quiz.tell(library.days)
        return await quiz.ship(library.packs, library.unread)


def judged(folder: Path) -> tuple[bool, str]:
    """Whether a folder of packs could be shipped, and in words what is in it or wrong with it."""
    library = packs.read(folder)
    if library.faults:
        return False, "\n".join(map(str, library.faults))
    if not library.packs:
        return False, words("packs", "none")
    return True, words("packs", "good", **counted(library))


def counted(library: Library) -> dict[str, int]:
    items = [item for pack in library.packs.values() for item in pack]
    asked = sum(item.enabled and bool(item.source) for item in items)
    return {"packs": len(library.packs), "items": len(items), "asked": asked, "days": len(library.days)}
