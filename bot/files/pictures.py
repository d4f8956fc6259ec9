"""Pictures of cards, by the card's name: PNG, drawn from the facts the card is worded with. Slow: drawn in a thread."""

from collections.abc import Callable
from typing import Any

from bot.files.bars import trend
from bot.files.qr import venue

# The words stand beside a picture as its caption: at most 1,024 characters.
PICTURES: dict[str, Callable[[dict[str, Any]], bytes]] = {
    "report/trend": trend,
    "sign_in/venue": venue,
}
