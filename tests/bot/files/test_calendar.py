"""The year as .ics, read back by the library: instants, names for life, revisions, and titles that try to break out of it."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Event

from bot.files import calendar
from models.gathering import Gathering

NOW = datetime(2026, 11, 21, 4, tzinfo=UTC)


def gathering(**more: object) -> Gathering:
    facts = {"id": 7, "root_id": 1, "node_id": 2, "kind": "theme_day", "title": "", "place": "党群服务中心二楼"}
    facts |= {"local_date": date(2027, 5, 4), "local_time": "15:00", "zone": "Asia/Shanghai", "minutes": 90, "revision": 1}
    return Gathering(**(facts | more))


def read(*found: Gathering, node: str = "百花园小区党支部") -> list[Event]:
    return Calendar.from_ical(calendar.year(node, list(found), NOW)).events


def test_an_event_says_when_where_and_what() -> None:
    (event,) = read(gathering(theme="学习"))
    assert event.start == datetime(2027, 5, 4, 7, tzinfo=UTC)
    assert event.end == datetime(2027, 5, 4, 8, 30, tzinfo=UTC)
    assert (event["summary"], event["location"], event["description"]) == ("5月主题党日", "党群服务中心二楼", "学习")
    assert event["dtstart"].params["TZID"] == "Asia/Shanghai"


def test_a_title_of_its_own_is_kept() -> None:
    assert read(gathering(title="年终学习会"))[0]["summary"] == "年终学习会"


def test_a_zone_is_described_in_the_file() -> None:
    content = calendar.year("支部", [gathering(zone="America/Santiago"), gathering(id=8)], NOW)
    zones = {str(zone["tzid"]) for zone in Calendar.from_ical(content).walk("VTIMEZONE")}
    assert zones == {"America/Santiago", "Asia/Shanghai"}


def test_the_same_gathering_has_the_same_name_and_a_higher_number_when_it_moves() -> None:
    (before,) = read(gathering())
    (after,) = read(gathering(local_date=date(2027, 5, 6), revision=2))
    assert before["uid"] == after["uid"]
    assert (before["sequence"], after["sequence"]) == (1, 2)
    assert before["uid"] != read(gathering(id=8))[0]["uid"]


@pytest.mark.parametrize(
    ("state", "provisional", "status"),
    [("planned", False, "CONFIRMED"), ("planned", True, "TENTATIVE"), ("cancelled", True, "CANCELLED")],
)
def test_a_status_tells_how_sure_it_is(state: str, provisional: bool, status: str) -> None:
    assert read(gathering(state=state, provisional=provisional))[0]["status"] == status


def test_an_empty_year_is_a_calendar_without_events() -> None:
    assert read() == []


def test_lines_are_folded_and_end_as_the_standard_wants() -> None:
    content = calendar.year("长" * 80, [gathering(title="主题" * 50, place="楼" * 60)], NOW)
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert content.count(b"\n") == content.count(b"\r\n")


HOSTILE = st.text(st.sampled_from('\r\n;,:\\"^=BEGINVT 年\u2028\u202e\x00') | st.characters(), max_size=90)


@given(title=HOSTILE, place=HOSTILE, node=HOSTILE)
def test_nothing_typed_breaks_out_of_its_line(title: str, place: str, node: str) -> None:
    found = read(gathering(title=f"x{title}", place=f"\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:evil{place}"), node=node)
    assert len(found) == 1
    assert found[0]["uid"] == "gathering-7.1@branchlife"
    assert "x" in str(found[0]["summary"])
    assert str(found[0]["location"]).replace("\u2068", "").startswith("END:VEVENT BEGIN:VEVENT UID:evil")
