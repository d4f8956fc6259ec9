"""Who is forgotten leaves no trace: not in a row, not in a freed page, not in the log, not in the private chat."""

import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.engines import disconnect
from bot.wording import render
from models import MODELS, binding, outbox
from models.audit import Note
from models.binding import Erasure, forget_me, invite, unbind
from models.binding.told import YES
from models.card import Card
from models.database import rows
from models.deed import bury
from models.draft import Question
from models.draft import ask as question
from models.gathering import Choice, Gathering
from models.gathering.leave import QUESTION, say_reason
from models.member import OPERATOR, Account, Actor, Reachability, bind
from models.outbox import Delivery, Parcel, Recipient
from schedules.retention import forget
from tests.cast import CONSENT, NOW, OUTSIDER, Cast, answers, assemble, planned
from tests.connections import connect_freshly
from tests.dump import dump
from tests.models.binding.petitions import petitioned
from tests.models.outbox.letters import claimed, owed, state, to_member

LIFE, HOUR = timedelta(days=1), timedelta(hours=1)


async def account_of(cast: Cast) -> Account:
    return await Account.get(member_id=cast.member.id)


async def lived(cast: Cast) -> Account:
    """The member's account has left traces wherever it can."""
    account, now = await account_of(cast), NOW
    bare = Recipient(cast.bot.id, address=account.telegram_id)
    for number, to in enumerate((to_member(cast), bare, to_member(cast)), start=1):
        one = await owed(to, "reminder" if number < 3 else "notice")
        await Delivery.filter(id=one).update(state="sent", message_id=number, sent_at=now - timedelta(hours=20 * number))
    await owed(to_member(cast), "reminder")
    await owed(bare, "notice")
    file = await outbox.enclose(cast.district.id, "x.json", str(account.telegram_id).encode(), now)
    await owed(to_member(cast), "export", card=Card("mine/json", {"enclosure": file}))
    await question(cast.bot.id, account.telegram_id, "binding.name", {}, now)
    await bury("tg:1:1", f'{{"from": {{"id": {account.telegram_id}}}}}', "odd", now)
    await invite(cast.member.member, now, LIFE)
    await Reachability.create(bot_id=cast.bot.id, account_id=account.id, state="ok", since=now)
    return account


async def forgotten(cast: Cast, now: Any = NOW) -> None:
    """The member has all erased, and what was to be taken back is."""
    await forget_me(await cast.member.acting(), (await account_of(cast)).id, YES, now)
    for one in await claimed(cast, now):
        wired = await outbox.wire(one)
        assert wired is not None
        await outbox.sent(wired, 1, now, now)


def on_disk(folder: Path) -> bytes:
    """All that is in the files of the data folder, as it stands, while they are open."""
    return b"".join(each.read_bytes() for each in folder.rglob("*") if each.is_file())


async def test_who_is_forgotten_leaves_no_trace_of_the_account(cast: Cast) -> None:
    account = await lived(cast)
    number = str(account.telegram_id)
    assert {table for table, kept in (await dump()).items() if number in str(kept)} >= {"account", "draft", "delivery"}
    answer = await forget_me(await cast.member.acting(), account.id, YES, NOW)
    assert (answer.toast, answer.alert, answer.screen) == (Card("mine/forgotten"), True, None)
    erasing = await Delivery.filter(kind="erase").order_by("id")
    assert [Card.from_json(each.card).facts for each in erasing] == [{"message": 1}, {"message": 2}]
    for one in await claimed(cast):
        wired = await outbox.wire(one)
        assert wired is not None
        await outbox.sent(wired, 1, NOW, NOW)
    kept = await dump()
    assert [table for table, rows in kept.items() if number in str(rows) or number.encode() in written(rows)] == []
    assert await Erasure.filter(member_id=cast.member.id, root_id=cast.district.id, at=NOW).count() == 1
    assert await Note.filter(verb="forget", target=f"member:{cast.member.id}").count() == 1


def written(rows: list[dict[str, Any]]) -> bytes:
    return b"".join(bytes(value) for row in rows for value in row.values() if isinstance(value, bytes | memoryview))


@pytest.fixture
async def folder(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Path]:
    """The data folder of a connected SQLite; PostgreSQL's files are its own, and its vacuum takes freed rows."""
    await connect_freshly(f"sqlite://{shutil.copy(sqlite_template, tmp_path)}", MODELS)
    yield tmp_path
    await disconnect()


async def test_after_the_next_look_of_retention_no_file_holds_the_account_either(folder: Path) -> None:
    """As digits and as the integer it is stored as; nothing is rewritten or closed for it."""
    cast = await assemble()
    account = await lived(cast)
    digits, stored = str(account.telegram_id).encode(), account.telegram_id.to_bytes(4, "big")
    assert digits in on_disk(folder)
    assert stored in on_disk(folder)
    await forgotten(cast)
    await forget(NOW)
    assert digits not in on_disk(folder)
    assert stored not in on_disk(folder)


async def test_a_name_that_was_taken_back_is_in_no_file(folder: Path) -> None:
    cast, name = await assemble(), "何桂芳芳".encode()
    await petitioned(cast, "何桂芳芳")
    assert name in on_disk(folder)
    await binding.wish(Actor(telegram_id=OUTSIDER), NOW)
    await forget(NOW)
    assert name not in on_disk(folder)


async def test_messages_older_than_telegram_takes_back_are_left_alone(cast: Cast) -> None:
    account = await lived(cast)
    await forget_me(await cast.member.acting(), account.id, YES, NOW + timedelta(hours=8))
    assert [Card.from_json(each.card).facts for each in await Delivery.filter(kind="erase")] == [{"message": 1}]


@pytest.fixture
async def leaving(cast: Cast) -> list[Parcel]:
    """Two messages that are on the wire at the very moment the member wishes to be forgotten."""
    account = await account_of(cast)
    for to in (to_member(cast), Recipient(cast.bot.id, address=account.telegram_id)):
        await owed(to, "reminder")
    wired = [await outbox.wire(one) for one in await claimed(cast)]
    await forget_me(await cast.member.acting(), account.id, YES, NOW)
    return [one for one in wired if one is not None]


async def test_what_is_on_the_wire_at_that_moment_is_taken_back_when_it_is_settled(cast: Cast, leaving: list[Parcel]) -> None:
    (address,) = {one.telegram_chat for one in leaving}
    assert not await Delivery.filter(kind="erase").exists()
    for number, one in enumerate(leaving, start=41):
        assert await outbox.sent(one, number, NOW + HOUR, NOW + HOUR)
    taken_back = await claimed(cast, NOW + HOUR)
    assert [(each.kind, each.card.facts, each.telegram_chat) for each in taken_back] == [
        ("erase", {"message": 41}, address),
        ("erase", {"message": 42}, address),
    ]


async def test_what_was_on_the_wire_and_did_not_arrive_is_never_sent_again(cast: Cast, leaving: list[Parcel]) -> None:
    """Not even to the account the member binds next."""
    await bind(OPERATOR, cast.member.member, OUTSIDER, CONSENT, NOW)
    await outbox.failed(leaving[0], "timeout", NOW)
    await outbox.put_back(leaving[1], "flood", NOW)
    assert [await state(one.id) for one in leaving] == ["cancelled", "cancelled"]
    assert await claimed(cast, NOW + HOUR) == []


async def test_who_only_unbinds_keeps_what_is_on_its_way(cast: Cast) -> None:
    await owed(to_member(cast), "reminder")
    (one,) = [await outbox.wire(each) for each in await claimed(cast)]
    assert one is not None
    await unbind(await cast.member.acting(), (await account_of(cast)).id, YES, NOW)
    await outbox.sent(one, 41, NOW, NOW)
    assert not await Delivery.filter(kind="erase").exists()


async def test_taking_back_outlives_a_long_outage_and_its_address_goes_when_telegram_would_refuse(cast: Cast) -> None:
    account = await lived(cast)
    await forget_me(await cast.member.acting(), account.id, YES, NOW)
    await forget(NOW + 7 * HOUR)
    (older, newer) = await claimed(cast, NOW + 7 * HOUR)
    assert {older.telegram_chat, newer.telegram_chat} == {account.telegram_id}
    await outbox.unclaim(newer)
    await outbox.unclaim(older)
    await forget(NOW + 8 * HOUR)  # the older one was sent forty hours before
    assert [one.telegram_chat for one in await claimed(cast, NOW + 8 * HOUR)] == [account.telegram_id]
    await forget(NOW + 28 * HOUR)
    assert await rows("SELECT id FROM delivery WHERE address IS NOT NULL") == []


async def test_why_somebody_was_on_leave_goes_from_the_chats_of_those_who_decided_too(cast: Cast) -> None:
    gathering = await planned(cast)
    await Gathering.filter(id=gathering.id).update(approves_leave=True)
    await answers(cast.member, gathering, Choice.LEAVE)
    asked = Question(QUESTION, {"gathering": gathering.id})
    await say_reason(await cast.member.acting(), cast.bot.id, asked, "in hospital", NOW)
    card = await Delivery.get(member_id=cast.secretary.id, about__startswith="leave:")
    await Delivery.filter(id=card.id).update(state="sent", message_id=1, sent_at=NOW)
    assert "in hospital" in (await render(Card.from_json(card.card), card.id, NOW)).text
    await forget_me(await cast.member.acting(), (await account_of(cast)).id, YES, NOW)
    again = await Delivery.get(id=card.id)
    assert again.state == "queued"
    assert "in hospital" not in (await render(Card.from_json(again.card), again.id, NOW)).text
