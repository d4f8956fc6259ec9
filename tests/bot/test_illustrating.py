"""A message's picture: drawn while no transaction is open, sent as bytes once for each bot, whatever is restarted between."""

from collections.abc import AsyncIterator

import pytest
from tortoise.backends.base.client import TransactionalDBClient

from bot.channels import Address, Rendered, Sent
from bot.channels.uploads import Upload, digest
from bot.dispatcher import Dispatcher
from bot.files.greeting import greeting
from bot.files.pictures import PICTURES
from bot.sandbox.cast import ELDER, MEMBER
from bot.throttle import Throttle
from models import clock
from models.birthday import Birthday
from models.card import Card
from models.database import connection
from models.outbox import Delivery, Recipient, debt
from tests.bot.machine import Machine, assembled
from tests.bot.post import Post, idle, states

NAME = "birthday/greeting"


class Album(Post):
    """Keeps how each picture came: the file_id it was named by, or None for bytes; and gives every picture a name."""

    def __init__(self) -> None:
        super().__init__()
        self.came: list[str | None] = []

    async def send(self, address: Address, rendered: Rendered) -> Sent:
        assert rendered.photo is not None
        self.came.append(rendered.file_id)
        there = await super().send(address, rendered)
        return there._replace(upload=None if rendered.file_id else Upload(digest(rendered.photo), f"file {len(self.came)}"))


@pytest.fixture
def album() -> Album:
    return Album()


@pytest.fixture
async def machine(database: str, album: Album) -> AsyncIterator[Machine]:
    async with assembled(album) as whole:
        yield whole


async def owe(machine: Machine, name: str = ELDER.name) -> None:
    """The card of a celebration; each delivery is another occasion."""
    member, day = machine.members[name], machine.time.date()
    facts = {"root_id": member.root_id, "node_id": member.root_id, "member_id": member.id, "year": day.year}
    one, _ = await Birthday.get_or_create(**facts, defaults={"day": day, "since": day.replace(year=1999), "basis": "joined"})
    to, number = Recipient(machine.bot.id, member.root_id, member_id=member.id), await Delivery.all().count()
    await debt("greeting", Card(NAME, {"birthday": one.id}), to, f"greeting:test:{number}", machine.time).save()


async def test_a_picture_is_sent_as_bytes_once_also_after_a_restart(machine: Machine, album: Album) -> None:
    for _ in range(2):
        await owe(machine)
        await idle(machine)
    machine.dispatcher = Dispatcher(machine.dispatcher.holder, album, Throttle(clock.ticks), machine.now)
    await owe(machine)
    await owe(machine, MEMBER.name)
    await idle(machine)
    assert album.came == [None, "file 1", "file 1", None]


async def test_it_is_drawn_while_no_transaction_is_open(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite has one writer: whoever presses a button would wait for the pencil."""
    seen: list[bool] = []

    def drawn(facts: dict[str, object]) -> bytes:
        seen.append(isinstance(connection(), TransactionalDBClient))
        return greeting(facts)

    monkeypatch.setitem(PICTURES, NAME, drawn)
    await owe(machine)
    await idle(machine)
    assert (seen, await states()) == ([False], ["sent"])


async def test_a_picture_that_cannot_be_drawn_leaves_nothing_on_the_wire(
    machine: Machine, album: Album, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(_: dict[str, object]) -> bytes:
        raise RuntimeError("a bug in the drawing")

    monkeypatch.setitem(PICTURES, NAME, breaks)
    await owe(machine)
    await idle(machine)
    assert (await states(), album.came) == (["dead"], [])
