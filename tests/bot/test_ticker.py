"""The metronome: every sweep beats, a failing one alone fails, and off means off."""

import asyncio
from datetime import datetime

import pytest

from bot.ticker import Ticker
from schedules import TIMETABLE, Entry
from tests.bot.machine import NOON


class Beats:
    """Sweeps that keep when they were asked; one of them fails."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, datetime]] = []
        self.woken = asyncio.Event()
        self.timetable = [
            Entry("first", self.sweep("first"), 1),
            Entry("bad", self.bad, 1),
            Entry("last", self.sweep("last"), 1),
        ]

    def sweep(self, name: str):  # type: ignore[no-untyped-def]
        async def seen(now: datetime) -> None:
            self.seen.append((name, now))

        return seen

    async def bad(self, now: datetime) -> None:
        self.seen.append(("bad", now))
        raise RuntimeError("a bug in a sweep")

    def names(self) -> list[str]:
        return [name for name, _ in self.seen]


@pytest.fixture
def beats(monkeypatch: pytest.MonkeyPatch) -> Beats:
    kept = Beats()
    monkeypatch.setattr("bot.ticker.TIMETABLE", kept.timetable)
    return kept


def ticker(beats: Beats) -> Ticker:
    return Ticker(lambda: NOON, beats.woken.set)


async def test_a_failing_sweep_does_not_stop_the_others(beats: Beats, caplog: pytest.LogCaptureFixture) -> None:
    await ticker(beats).sweep_all()
    assert beats.seen == [("first", NOON), ("bad", NOON), ("last", NOON)]
    assert "a sweep failed" in caplog.text
    assert beats.woken.is_set()


async def test_a_failing_sweep_beats_again(beats: Beats) -> None:
    one = ticker(beats)
    one.start()
    try:
        async with asyncio.timeout(5):
            while beats.names().count("bad") < 2:  # noqa: ASYNC110 (a second is the metronome's own measure)
                await asyncio.sleep(0.02)
    finally:
        await one.stop()
    assert beats.names().count("last") >= 1


async def test_it_stops_after_the_sweep_under_way_and_without_complaint(
    beats: Beats, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    began, ended = asyncio.Event(), asyncio.Event()

    async def slow(_: datetime) -> None:
        began.set()
        await asyncio.sleep(0.05)
        ended.set()

    monkeypatch.setattr("bot.ticker.TIMETABLE", [Entry("slow", slow, 1)])
    one = ticker(beats)
    one.start()
    await asyncio.wait_for(began.wait(), 5)
    await one.stop()
    assert ended.is_set()
    assert caplog.text == ""


async def test_off_means_off_even_for_a_beat_that_was_waiting_its_turn(beats: Beats) -> None:
    one = ticker(beats)
    async with one.turn:
        waiting = asyncio.create_task(one.sweep_all())
        await asyncio.sleep(0)
        one.paused = True
    await waiting
    await one.sweep_all()
    assert beats.seen == []
    one.paused = False
    await one.sweep_all()
    assert beats.names() == ["first", "bad", "last"]


async def test_one_sweep_at_a_time(beats: Beats, monkeypatch: pytest.MonkeyPatch) -> None:
    under_way = [0, 0]

    async def slow(_: datetime) -> None:
        under_way[0] += 1
        under_way[1] = max(under_way)
        await asyncio.sleep(0.005)
        under_way[0] -= 1

    monkeypatch.setattr("bot.ticker.TIMETABLE", [Entry(str(number), slow, 1) for number in range(3)])
    one = ticker(beats)
    await asyncio.gather(*(one.sweep_all() for _ in range(3)))
    assert under_way == [0, 1]


def test_the_timetable_names_each_sweep_once() -> None:
    assert len({entry.name for entry in TIMETABLE}) == len(TIMETABLE)
    assert all(entry.every > 0 for entry in TIMETABLE)
