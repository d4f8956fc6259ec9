from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.sandbox.clock import ZONE
from bot.sandbox.visitor import Refused, Visitor
from tests.bot.sandbox.clockwork import Clockwork

START = datetime(2026, 12, 1, 9, 0, tzinfo=ZONE)
HOUR = timedelta(hours=1)
SOON = timedelta(seconds=30)


@pytest.fixture
async def service(service_file: Path, visitor: Visitor) -> AsyncIterator[Clockwork]:
    service = Clockwork(START, [START + HOUR, START + 3 * HOUR, START + 9 * HOUR])
    await service.start(service_file)
    await visitor.clock(START)
    yield service
    await service.server.close()


async def test_travel_stops_wherever_something_is_due(service: Clockwork, visitor: Visitor) -> None:
    told = await visitor.travel(to=START + 5 * HOUR)
    assert told["stops"] == 2
    assert service.visits == [START + HOUR, START + 3 * HOUR, START + 5 * HOUR]
    assert abs(await visitor.clock() - (START + 5 * HOUR)) < SOON


async def test_travel_by_seconds_starts_from_the_sandboxs_now(service: Clockwork, visitor: Visitor) -> None:
    await visitor.travel(seconds=3600 * 2)
    assert abs(service.now - (START + 2 * HOUR)) < SOON


async def test_a_service_that_is_off_is_not_stopped_at(service: Clockwork, visitor: Visitor) -> None:
    await visitor.power(on=False)
    assert (await visitor.travel(to=START + 5 * HOUR))["stops"] == 0
    assert service.visits == [START + 5 * HOUR]


async def test_overdue_things_are_done_now_and_not_in_the_past(service: Clockwork, visitor: Visitor) -> None:
    service.due = [START - HOUR]
    await visitor.travel(to=START + HOUR)
    assert START <= service.visits[0] < START + SOON


async def test_a_service_that_never_gets_on_is_noticed(service: Clockwork, visitor: Visitor) -> None:
    service.stuck = True
    with pytest.raises(Refused, match="没有向前走"):
        await visitor.travel(to=START + 5 * HOUR)
    assert len(service.visits) == 50


async def test_time_only_moves_forward(service: Clockwork, visitor: Visitor) -> None:
    with pytest.raises(Refused, match="向前"):
        await visitor.travel(to=START - HOUR)
    assert service.visits == []


async def test_when_the_service_is_away_nothing_moves(service: Clockwork, visitor: Visitor) -> None:
    await service.server.close()
    with pytest.raises(Refused, match="时间没有移动"):
        await visitor.travel(to=START + HOUR)
    assert abs(await visitor.clock() - START) < SOON


@pytest.mark.parametrize("told", ["not json", "{}", "[]"])
async def test_an_address_file_that_makes_no_sense_is_told(
    told: str, address_of: Callable[[str], None], visitor: Visitor
) -> None:
    address_of(told)
    with pytest.raises(Refused, match="看不懂"):
        await visitor.travel(seconds=60)


@pytest.fixture
def address_of(service_file: Path) -> Callable[[str], None]:
    def write(told: str) -> None:
        service_file.write_text(told)

    return write


async def test_a_step_the_service_did_not_take_is_not_taken_here(service: Clockwork, visitor: Visitor) -> None:
    service.broken = True
    with pytest.raises(Refused, match="出了故障"):
        await visitor.travel(to=START + 5 * HOUR)
    assert abs(await visitor.clock() - START) < SOON


async def test_the_address_is_read_anew_at_each_use(service_file: Path, visitor: Visitor) -> None:
    with pytest.raises(Refused, match="还没有启动"):
        await visitor.outbox()
    service = Clockwork(START)
    await service.start(service_file)
    service.rows = [{"id": 1, "state": "sent", "what": "通知"}]
    told = await visitor.outbox()
    assert (told["counts"], told["on"], told["next_due"]) == ({"sent": 1}, True, None)
    await service.server.close()


async def test_a_wrong_token_is_told_in_the_services_words(service: Clockwork, service_file: Path, visitor: Visitor) -> None:
    service.tell_address(service_file, "other")
    with pytest.raises(Refused, match="没有权限"):
        await visitor.power(on=True)
