"""Nobody gets more than five automatic messages in any seven days, whatever is owed, moved, delayed or refused."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.outbox import (
    PROMISES,
    Delivery,
    Parcel,
    Recipient,
    cancel,
    debt,
    drop,
    failed,
    held_back,
    owe_capped,
    release,
    revive,
    wire,
)
from models.outbox.capping import KINDS, MOST, WEEK, slot
from models.responsible import tell
from tests.cast import NOW, Cast
from tests.dump import changed, dump
from tests.models.outbox.letters import ABOUT, CARD, claimed, owed, to_member

HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)
BEGIN = datetime(2026, 11, 21, tzinfo=UTC)
WANTED = st.lists(st.integers(0, 30 * 24).map(lambda hours: BEGIN + hours * HOUR), max_size=40)


def exceeded(times: Sequence[datetime]) -> bool:
    """Whether some seven days hold more than the limit: six in a row, the last less than a week after the first."""
    ordered = sorted(times)
    return any(later - first < WEEK for first, later in zip(ordered, ordered[MOST:], strict=False))


@settings(max_examples=300, deadline=None)
@given(WANTED)
def test_no_schedule_exceeds_the_limit_and_nothing_waits_without_need(wanted: list[datetime]) -> None:
    """In whatever order they are wanted."""
    placed: list[datetime] = []
    for each in wanted:
        found = slot(placed, each)
        assert found >= each
        assert not exceeded([*placed, found])
        if found > each:
            earlier = [each, *(moment for taken in placed if each < (moment := taken + WEEK) < found)]
            assert all(exceeded([*placed, moment]) for moment in earlier)
            assert exceeded([*placed, found - timedelta(milliseconds=1)])
        placed = sorted([*placed, found])


def test_the_sixth_waits_for_the_first_to_be_a_week_old() -> None:
    placed = [BEGIN + day * DAY for day in range(5)]
    assert slot(placed[:4], BEGIN + 4 * DAY) == BEGIN + 4 * DAY
    assert slot(placed, BEGIN + 5 * DAY) == BEGIN + WEEK
    assert slot(placed, BEGIN + WEEK) == BEGIN + WEEK
    assert slot([], BEGIN) == BEGIN


def letter(cast: Cast, number: int, now: datetime, kind: str = "reminder", **more: object) -> Delivery:
    return debt(kind, CARD, to_member(cast), f"{kind}:test:{number}", now, about=ABOUT, **more)  # type: ignore[arg-type]


async def five(cast: Cast, now: datetime = NOW) -> None:
    """A week that is used up at one instant."""
    await owe_capped([letter(cast, number, now) for number in range(MOST)], now)
    for one in await claimed(cast, now):
        await deliver(one.id, now)


async def deliver(delivery_id: int, now: datetime) -> None:
    await Delivery.filter(id=delivery_id).update(state="sent", sent_at=now, message_id=delivery_id)


async def test_the_kinds_that_are_counted_are_the_automatic_ones() -> None:
    assert set(KINDS) == {"greeting", "reminder", "duty", "offer"}
    assert {kind for kind in KINDS if not PROMISES[kind].waits} == {"greeting"}


async def test_a_greeting_leaves_on_its_day_though_the_week_is_full_and_fills_it_for_the_others(cast: Cast) -> None:
    await owe_capped([letter(cast, number, NOW) for number in range(MOST - 1)], NOW)
    await owe_capped([letter(cast, 5, NOW), letter(cast, 6, NOW, "greeting")], NOW)
    await owe_capped([letter(cast, 7, NOW, "greeting")], NOW)
    states = {each.key: each.state for each in await Delivery.all()}
    assert (states["greeting:test:6"], states["greeting:test:7"], states["reminder:test:5"]) == ("queued", "queued", "held")


async def test_the_sixth_of_a_week_is_held_until_there_is_room_and_leaves_then(cast: Cast) -> None:
    await five(cast)
    await owe_capped([letter(cast, 6, NOW + DAY)], NOW + DAY)
    sixth = await Delivery.get(key="reminder:test:6")
    assert (sixth.state, sixth.reason, sixth.due_at) == ("held", "cap", NOW + WEEK)
    await release(NOW + WEEK - MINUTE)
    assert await claimed(cast, NOW + WEEK - MINUTE) == []
    await release(NOW + WEEK)
    assert [one.id for one in await claimed(cast, NOW + WEEK)] == [sixth.id]


async def test_what_follows_from_a_deed_is_not_counted_and_not_held(cast: Cast) -> None:
    await five(cast)
    await owed(to_member(cast), "notice")
    await owed(to_member(cast), "reply")
    assert len(await claimed(cast)) == 2
    other = await owed(to_member(cast), "notice", now=NOW + DAY)
    await owe_capped([letter(cast, 7, NOW + WEEK)], NOW + WEEK)
    assert {one.id for one in await claimed(cast, NOW + WEEK)} >= {other}


async def test_others_are_not_held_for_one_whose_week_is_full(cast: Cast) -> None:
    await five(cast)
    to = Recipient(cast.bot.id, cast.district.id, member_id=cast.secretary.id)
    await owe_capped([letter(cast, 6, NOW), debt("duty", CARD, to, "duty:x", NOW)], NOW)
    assert (await Delivery.get(key="duty:x")).state == "queued"


async def test_what_waits_for_the_morning_or_its_turn_fills_the_week_too(cast: Cast) -> None:
    await owe_capped([letter(cast, number, NOW, due_at=NOW + HOUR) for number in range(3)], NOW)
    await owe_capped([letter(cast, number, NOW) for number in range(3, 6)], NOW)
    assert [(each.state, each.reason) for each in await Delivery.all().order_by("id")] == [
        *[("held", "")] * 3,
        *[("queued", "")] * 2,
        ("held", "cap"),
    ]


async def test_what_is_taken_back_leaves_room(cast: Cast) -> None:
    await owe_capped([letter(cast, number, NOW) for number in range(MOST)], NOW)
    await cancel(ABOUT, "reminder")
    await owe_capped([letter(cast, 6, NOW)], NOW)
    assert (await Delivery.get(key="reminder:test:6")).state == "queued"


async def test_what_could_be_of_no_use_any_more_expires_and_takes_nobodys_place(cast: Cast) -> None:
    await five(cast)
    await owe_capped([letter(cast, 6, NOW + DAY, expire_at=NOW + 2 * DAY)], NOW + DAY)
    await owe_capped([letter(cast, 7, NOW + DAY)], NOW + DAY)
    assert await held_back(ABOUT) == {cast.member.id}
    await claimed(cast, NOW + 2 * DAY)
    assert (await Delivery.get(key="reminder:test:6")).state == "expired"
    assert (await Delivery.get(key="reminder:test:7")).due_at == NOW + WEEK
    await release(NOW + WEEK)
    assert [one.id for one in await claimed(cast, NOW + WEEK)] == [(await Delivery.get(key="reminder:test:7")).id]


async def test_owing_twice_owes_once_and_fills_the_week_once(cast: Cast) -> None:
    first = [letter(cast, number, NOW) for number in range(3)]
    await owe_capped(first, NOW)
    before = await dump()
    await owe_capped([letter(cast, number, NOW) for number in range(3)], NOW)
    assert changed(before, await dump()) == set()
    await owe_capped([letter(cast, number, NOW) for number in range(MOST)], NOW)
    assert {each.state for each in await Delivery.all()} == {"queued"}


async def test_of_several_held_the_oldest_leaves_first_and_the_others_wait_for_the_next_room(cast: Cast) -> None:
    for number in range(MOST):
        await owe_capped([letter(cast, number, NOW)], NOW)
        await deliver((await Delivery.get(key=f"reminder:test:{number}")).id, NOW + number * HOUR)
    for number in (6, 7):
        await owe_capped([letter(cast, number, NOW + DAY)], NOW + DAY)
    assert {each.due_at for each in await Delivery.filter(reason="cap")} == {NOW + WEEK}
    await release(NOW + WEEK)
    sixth, seventh = await Delivery.filter(key__in=["reminder:test:6", "reminder:test:7"]).order_by("id")
    assert (sixth.state, seventh.state, seventh.due_at) == ("queued", "held", NOW + WEEK + HOUR)


async def test_held_messages_are_judged_again_by_when_the_others_really_arrived(cast: Cast) -> None:
    """The service was down for three days in between: the week begins later than it was reckoned."""
    await owe_capped([letter(cast, number, NOW) for number in range(MOST + 1)], NOW)
    for number in range(MOST):
        one = await Delivery.get(key=f"reminder:test:{number}")
        await deliver(one.id, NOW + 3 * DAY)
    await release(NOW + WEEK)
    sixth = await Delivery.get(key=f"reminder:test:{MOST}")
    assert (sixth.state, sixth.reason, sixth.due_at) == ("held", "cap", NOW + 3 * DAY + WEEK)


async def test_three_machines_that_owe_at_once_find_room_for_five(cast: Cast) -> None:
    debts = [[letter(cast, machine * 10 + number, NOW) for number in range(4)] for machine in range(3)]
    await asyncio.gather(*(owe_capped(some, NOW) for some in debts))
    assert await Delivery.filter(state="queued").count() == MOST
    assert await Delivery.filter(state="held", reason="cap").count() == 12 - MOST


async def test_releasing_on_three_machines_releases_what_there_is_room_for(cast: Cast) -> None:
    await five(cast)
    await owe_capped([letter(cast, 10 + number, NOW) for number in range(8)], NOW)
    await asyncio.gather(*(release(NOW + WEEK) for _ in range(3)))
    assert await Delivery.filter(state="queued").count() == MOST


async def test_those_responsible_are_told_by_the_clock_within_the_limit_and_by_deeds_beyond_it(cast: Cast) -> None:
    for number in range(7):
        await tell("gathering.plan", cast.branch.path, CARD, f"x:{number}", NOW, kind="duty")
    await tell("gathering.plan", cast.branch.path, CARD, "deed", NOW)
    told = await Delivery.filter(member_id=cast.secretary.id).order_by("id")
    assert [each.state for each in told] == ["queued"] * 5 + ["held"] * 2 + ["queued"]
    assert [each.node_id for each in told] == [cast.branch.id] * 7 + [None]


@pytest.mark.parametrize("seed", range(4))
async def test_whatever_happens_on_the_way_no_week_has_more(cast: Cast, seed: int) -> None:
    """A month by chance: owed, sent late, refused and revived, failed and tried again."""
    chance, now, arrived = Random(seed), NOW, list[datetime]()
    for number in range(160):
        now += timedelta(hours=chance.randint(1, 8))
        if chance.random() < 0.6:
            morning = now + timedelta(hours=chance.choice([0, 0, 10]))
            await owe_capped([letter(cast, number, now, due_at=morning, expire_at=now + 9 * DAY)], now)
        await release(now)
        if chance.random() < 0.2:
            await revive(now, member_id=cast.member.id)
        if chance.random() < 0.3:
            continue  # nobody looks
        for one in await claimed(cast, now):
            await settle(one, chance, now, arrived)
    assert len(arrived) >= 12
    assert not exceeded(arrived)


async def settle(one: Parcel, chance: Random, now: datetime, arrived: list[datetime]) -> None:
    assert await wire(one)
    match chance.choice(["sent", "sent", "sent", "failed", "blocked"]):
        case "sent":
            arrived.append(now)
            await deliver(one.id, now)
        case "failed":
            await failed(one, "500", now)
        case _:
            await drop(one, "refused", "blocked")
