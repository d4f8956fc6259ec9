"""The world's side of the dispatcher's door: a channel that answers as scripted and keeps what it was given."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from bot.channels import Address, Rendered, Sent
from models.card import Card
from models.outbox import Delivery, Recipient, debt
from tests.bot.machine import Machine


class Post:
    """`script[chat]` is used up call by call: an exception is raised, a float is how long it takes, None succeeds."""

    def __init__(self) -> None:
        self.script: dict[int, list[BaseException | float | None]] = defaultdict(list)
        self.calls: list[tuple[str, int, str]] = []
        self.threads: dict[int, list[int]] = defaultdict(list)
        self.under_way: dict[int, int] = defaultdict(int)
        self.most: dict[int, int] = defaultdict(int)
        self.held = asyncio.Event()
        self.held.set()

    async def carry(self, verb: str, chat: int, what: str) -> None:
        self.calls.append((verb, chat, what))
        self.under_way[chat] += 1
        self.most[chat] = max(self.most[chat], self.under_way[chat])
        try:
            await self.held.wait()
            step = self.script[chat].pop(0) if self.script[chat] else None
            await asyncio.sleep(step if isinstance(step, float) else 0)
            if isinstance(step, BaseException):
                raise step
        finally:
            self.under_way[chat] -= 1

    async def send(self, address: Address, rendered: Rendered) -> Sent:
        self.threads[address.chat_id].append(address.thread_id)
        await self.carry("send", address.chat_id, rendered.text)
        return Sent(len(self.calls))

    async def edit(self, address: Address, message_id: int, rendered: Rendered) -> None:
        await self.carry("edit", address.chat_id, rendered.text)

    async def delete(self, address: Address, message_id: int) -> None:
        await self.carry("delete", address.chat_id, str(message_id))

    def said(self, chat: int) -> list[str]:
        """The numbers said in a chat, in the order they were sent."""
        return ["".join(letter for letter in text if letter.isdigit()) for _, to, text in self.calls if to == chat]


def numbered(number: int) -> Card:
    """A card whose words hold this number and no other."""
    return Card("gathering/wordy", {"most": number})


async def owe(machine: Machine, number: int, to: Recipient | int, kind: str = "card", **more: Any) -> Delivery:
    """Owes a card that says a number; an int is a bare chat."""
    where = to if isinstance(to, Recipient) else Recipient(machine.bot.id, address=to)
    one = debt(kind, numbered(number), where, f"{kind}:test:{number}:1:{where.label}", machine.time, **more)
    await one.save()
    return one


async def states() -> Sequence[str]:
    return [each.state for each in await Delivery.all().order_by("id")]


async def idle(machine: Machine) -> None:
    async with asyncio.timeout(10):
        await machine.dispatcher.idle()
