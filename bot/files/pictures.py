"""Pictures of cards, by the card's name: PNG, drawn from the facts the card is worded with. Slow: drawn in a thread."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bot.channels import Rendered
from bot.files.bars import trend
from bot.files.greeting import greeting
from bot.files.pledge import pledged
from bot.files.qr import venue

# The words stand beside a picture as its caption: at most 1,024 characters.
PICTURES: dict[str, Callable[[dict[str, Any]], bytes]] = {
    "birthday/greeting": greeting,
    "birthday/preview": greeting,
    "pledge/given": pledged,
    "pledge/shown": pledged,
    "report/trend": trend,
    "sign_in/venue": venue,
}


async def drawn(rendered: Rendered) -> Rendered:
    """A worded card with its picture, if it has one."""
    if rendered.draw is None:
        return rendered
    return replace(rendered, photo=await asyncio.to_thread(rendered.draw), draw=None)
