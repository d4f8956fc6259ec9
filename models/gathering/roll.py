"""点名: lists one taps through. One live card a person and list, sixteen names a page, renewed in place after each tap."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from models.card import Card, Tap
from models.database import rows
from models.gathering.organising import Row, unfold
from models.outbox import restate
from models.pages import Page
from models.rights import Actor

A_PAGE = 16
LIVE = """
SELECT card FROM delivery WHERE about = ? AND live = ? AND state NOT IN ('expired', 'cancelled', 'dead')
ORDER BY id DESC LIMIT 1
"""

Names = list[tuple[str, int]]  # what a button shows, and the choice it means


def paged(card: Card, names: Names, number: int, verb: str, target: int, name: Callable[[str, int], Tap]) -> Card:
    """The card with the names of one page, two in a row, and the ways to the next; `verb` turns the pages."""
    count = max(1, -(-len(names) // A_PAGE))
    number = min(max(number, 1), count)
    page = Page(tuple(names[(number - 1) * A_PAGE : number * A_PAGE]), number, count)
    taps = [name(*each) for each in page.shown]
    lines = [tuple(taps[start : start + 2]) for start in range(0, len(taps), 2)]
    facts = {**card.facts, "page": page.number, "pages": page.count}
    return replace(card, facts=facts, taps=(*lines, *page.turning(verb, target), *card.taps))


async def page_shown(about: str) -> int:
    """The page a list shows now; 0 where there is none."""
    shown = await rows(LIVE, about, True)
    page = Card.from_json(shown[0]["card"]).facts.get("page", 1) if shown else 0
    return page if isinstance(page, int) else 0


async def show(actor: Actor, row: Row, about: str, card: Card, page: int, now: datetime) -> None:
    """Page 0 puts the list up anew, below what was said meanwhile; any other renews it where it is up."""
    if page and await rows(LIVE, about, True):
        await restate(about, card, now)
    else:
        await unfold(actor, row, about, card, now)
