"""Seeing a thing through to its end although the waiting task is cancelled."""

import asyncio
import logging
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")
logger = logging.getLogger(__name__)


async def through(future: "asyncio.Future[T]") -> T:
    """Wait until `future` is done, cancelled or not; a cancellation is raised only then.

    Nothing is lost of further cancellations meanwhile: `asyncio.timeout` and task groups recognise theirs by count.
    """
    try:
        return await asyncio.shield(future)
    except asyncio.CancelledError:
        await settled(future)
        raise


async def settled(future: "asyncio.Future[T]") -> None:
    while not future.done():
        with suppress(asyncio.CancelledError):
            await asyncio.wait([future])
    if not future.cancelled() and (error := future.exception()) is not None:
        logger.warning("ended badly after a cancellation: %s", error, extra={"action": "database.end_failed"}, exc_info=error)
