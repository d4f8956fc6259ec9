"""The machine's part of theme days: a year of holidays from a file (sent, named on the command line, or shipped), and the
year's days as a file for calendars.
"""

import asyncio
import base64
import binascii
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from bot.console import words
from bot.files import calendar, years
from bot.web.admin import BadWish
from bot.wording import labels
from models import clock, errand, outbox, theme_day
from models.card import Answer, Card, Refusal
from models.database import atomic
from models.errand import Task
from models.member import OPERATOR, Account, Actor, actor
from models.organisation import Bot, Node
from models.outbox import Recipient

Json = dict[str, Any]
Fetch = Callable[[str], Awaitable[bytes]]


async def learn(task: Task, fetch: Fetch, now: datetime) -> None:
    """The errand of a file of holidays: every node its sender answers for learns the year; the sender hears what came of it."""
    content = await fetch(task.facts["file"])
    try:
        async with atomic():
            by = await acting(task, now)
            year = await asyncio.to_thread(years.read, content)
            answers = [await theme_day.learn(by, node, year, now) for node in await theme_day.tops(by)]
            await settle(task, "done", together(answers), now)
    except Refusal as no:
        async with atomic():
            await settle(task, "failed", no.card, now)


def together(answers: list[Answer]) -> Card:
    """What one year changed at several nodes, in one sentence."""
    cards = [screen(answer) for answer in answers]
    moved = sum(int(str(card.facts["moved"])) for card in cards)
    return Card(cards[0].name, {**cards[0].facts, "moved": moved})


async def acting(task: Task, now: datetime) -> Actor:
    """Whoever asked, with the rights of this moment."""
    account = await Account.get_or_none(member_id=task.member_id)
    return await actor(account.telegram_id, now) if account else Actor()


async def settle(task: Task, state: str, card: Card, now: datetime) -> None:
    if await errand.end(task.id, state, now):
        await outbox.owe("notice", card, recipient(task), f"notice:{task.about}:{state}", now)


def recipient(task: Task) -> Recipient:
    return Recipient(task.bot_id, task.root_id, member_id=task.member_id)


async def hand_out(task: Task, now: datetime) -> None:
    """The errand of a calendar file."""
    node, year = await Node.get(id=task.facts["node"]), int(task.facts["year"])
    by = await acting(task, now)
    if not by.may("gathering.see", node.path):
        async with atomic():
            await settle(task, "failed", Refusal("rights/refused").card, now)
        return
    found = await theme_day.gatherings(node.id, year)
    content = await asyncio.to_thread(calendar.year, node.name, found, now)
    async with atomic():
        if await errand.end(task.id, "done", now):
            name = str(labels()["calendar"]["file"]).format(year=year)
            number = await outbox.enclose(task.root_id, name, content, now)
            card = Card("theme_day/calendar", {"node": node.id, "year": year, "enclosure": number})
            await outbox.owe("export", card, recipient(task), f"export:{task.about}", now)


async def take(_: Bot, wishes: Json) -> Json:
    """holidays: {"content" (base64), "node": its name, or nothing for everybody} → {"said": a sentence}."""
    if wishes.keys() != {"content", "node"} or not all(isinstance(each, str) for each in wishes.values()):
        raise BadWish("holidays is told content and node")
    try:
        content = base64.b64decode(wishes["content"], validate=True)
    except (binascii.Error, ValueError):
        raise BadWish("the content has to be base64") from None
    year = await asyncio.to_thread(years.read, content)
    async with atomic():
        node = await named(wishes["node"])
        return {"said": said(await theme_day.learn(operating(node), node, year, clock.now()))}


async def named(name: str) -> Node | None:
    """The only node of that name; None where none is named."""
    found = await Node.filter(name=name, closed_at=None).limit(2) if name else []
    if name and len(found) != 1:
        raise BadWish(words("holidays", "which"))
    return found[0] if found else None


def operating(node: Node | None) -> Actor:
    """The operator, with all that an admin of this node may."""
    if node is None:
        return OPERATOR
    return Actor(root_id=node.root_id, offices=(("admin", node.path),), label=OPERATOR.label)


def said(answer: Answer) -> str:
    facts = screen(answer).facts
    return words("holidays", "learnt", **{name: facts[name] for name in ("year", "count", "work", "moved")})


def screen(answer: Answer) -> Card:
    assert answer.screen is not None, "learning a year says what it changed"
    return answer.screen


async def ship(now: datetime) -> int:
    """At the start: the years that came with this release are what everybody knows; how many are news."""
    known = await asyncio.to_thread(years.shipped)
    async with atomic():
        return await theme_day.ship(known, now)
