"""The checker itself, with histories made by hand: every fault it is there for, and none where there is none."""

from collections import Counter
from dataclasses import replace
from itertools import count
from typing import Any

import pytest

from tests.chaos.checker import Counted, Verdict, counted, judge
from tests.chaos.rates import Limits, exceeded, impatient
from tests.chaos.seen import Call, Debt, call

NOON = 1_800_000_000.0
HERE, THERE, GROUP = 7, 8, -100
numbers = count(1)


def debt(number: int, kind: str = "reminder", chat: int = HERE, **more: Any) -> Debt:
    given: dict[str, Any] = {"state": "sent", "message_id": 1000 + number, "created_at": NOON, "due_at": NOON}
    return Debt(id=number, kind=kind, key=f"{kind}:{number}", chat=chat, **given | more)


def send(number: int | None, at: float = 0.0, chat: int = HERE, **more: Any) -> Call:
    """The message of a delivery, which carries its number; None: one without buttons."""
    message = 1000 + number if number else next(numbers)
    return replace(Call(at, NOON + at, "sendMessage", chat, delivery=number, message=message), **more)


def faults(verdict: Verdict) -> dict[str, int]:
    """How many of each, without those there are none of."""
    found = {
        "lost": len(verdict.lost),
        "double": verdict.doubles(),
        "late": len(verdict.late),
        "disordered": len(verdict.disordered),
        "wrong": len(verdict.wrong),
        "unknown": len(verdict.unknown),
        "expired": len(verdict.expired),
    }
    return {name: number for name, number in found.items() if number}


def test_what_came_once_in_order_and_in_time_is_no_fault() -> None:
    verdict = judge([send(1), send(2, 1.5), send(3, 1.6, THERE)], [debt(1), debt(2), debt(3, chat=THERE)], Limits())
    assert faults(verdict) == {}
    assert verdict.findings == []
    assert verdict.arrived == 3


@pytest.mark.parametrize("state", ["sent", "queued", "leased", "wire", "held", "dead", "refused", "unknown"])
def test_what_is_owed_at_least_once_and_never_came_is_lost_whatever_its_state(state: str) -> None:
    assert faults(judge([], [debt(1, state=state, message_id=None)])) == {"lost": 1}


@pytest.mark.parametrize(("state", "told"), [("cancelled", {}), ("expired", {"expired": 1})])
def test_what_was_taken_back_or_ran_out_is_not_lost(state: str, told: dict[str, int]) -> None:
    assert faults(judge([], [debt(1, state=state, message_id=None)])) == told


def test_what_comes_at_most_once_may_end_unknown_whether_it_came_or_not() -> None:
    gone, came = debt(1, "reply", state="unknown", message_id=None), debt(2, "reply", THERE, state="unknown", message_id=None)
    assert faults(judge([send(None, chat=THERE)], [gone, came])) == {"unknown": 2}


def test_what_was_never_owed_at_all_is_lost() -> None:
    assert judge([send(1)], [debt(1)], expected=["reminder:1", "reminder:9"]).lost == ["reminder:9 was never owed"]


def test_a_message_that_came_and_is_still_waiting_to_be_sent_is_a_fault() -> None:
    assert faults(judge([send(1)], [debt(1, state="queued", message_id=None)])) == {"lost": 1}


def test_a_second_copy_is_found_by_its_buttons() -> None:
    verdict = judge([send(1), send(1, 1, message=77), send(1, 2, message=78)], [debt(1)])
    assert verdict.doubles("reminder") == 2
    assert verdict.doubles("reply") == 0


def test_a_second_copy_without_buttons_is_found_too() -> None:
    settled, copy = send(None, 0, message=1001), send(None, 1)
    assert faults(judge([settled, copy], [debt(1, "reply")])) == {"double": 1}


def test_a_copy_without_buttons_belongs_to_what_says_the_same() -> None:
    owed = [debt(1), debt(2, "reply")]
    calls = [send(1, text="提醒"), send(None, 1, message=1002, text="帮助"), send(None, 2, text="帮助")]
    verdict = judge(calls, owed)
    assert (verdict.doubles("reply"), verdict.doubles("reminder")) == (1, 0)


def test_the_copy_of_what_was_done_unheard_counts_although_the_bot_never_knew() -> None:
    unheard = send(1, status=None, fault="reset", message=77)
    assert faults(judge([unheard, send(1, 1)], [debt(1)])) == {"double": 1}


def test_what_failed_without_being_done_is_no_copy() -> None:
    undone = send(1, status=502, fault="error", message=None)
    assert faults(judge([undone, send(1, 1)], [debt(1)])) == {}


def test_an_edit_is_no_copy() -> None:
    assert faults(judge([send(1), send(1, 6, method="editMessageText")], [debt(1)])) == {}


def test_somebody_elses_message_is_a_wrong_recipient() -> None:
    assert faults(judge([send(1, chat=THERE)], [debt(1)])) == {"wrong": 1}


def test_a_message_nobody_owed_is_a_wrong_recipient() -> None:
    assert faults(judge([send(1), send(None, chat=THERE)], [debt(1)])) == {"wrong": 1}


def test_what_comes_after_its_time_is_late() -> None:
    assert faults(judge([send(1, 100)], [debt(1, expire_at=NOON + 60)])) == {"late": 1}
    assert faults(judge([send(1, 50)], [debt(1, expire_at=NOON + 60)])) == {}


def test_overtaking_is_found_within_a_chat_and_a_kind_only() -> None:
    owed = [debt(1), debt(2), debt(3, "reply"), debt(4, chat=THERE)]
    order = [send(4, 0, THERE), send(3, 1), send(2, 2), send(1, 3)]
    verdict = judge(order, owed)
    assert verdict.disordered == ["reminder:1 came after reminder:2"]
    assert faults(judge([send(1), send(2, 1), send(1, 2, message=5)], owed[:2])) == {"double": 1}, (
        "a late copy overtakes nobody"
    )


def spaced(chats: list[int], gap: float, **more: Any) -> list[Call]:
    return [send(None, gap * place, chat, **more) for place, chat in enumerate(chats)]


@pytest.mark.parametrize(
    ("calls", "over"),
    [
        (spaced(list(range(1, 31)), 0.01), 0),
        (spaced(list(range(1, 32)), 0.01), 1),
        (spaced([HERE] * 3, 0), 0),
        (spaced([HERE] * 4, 0), 1),
        (spaced([HERE] * 9, 1.0), 0),
        (spaced([HERE] * 9, 0.5), 4),
        (spaced([GROUP] * 20, 1.0), 0),
        (spaced([GROUP] * 21, 2.9), 1),
        (spaced([GROUP] * 21, 3.1), 0),
        (spaced([GROUP] * 21, 2.9, method="editMessageText"), 1),
        (spaced([HERE] * 50, 0, method="answerCallbackQuery"), 0),
        (spaced(list(range(1, 32)), 0.01, status=429, message=None), 1),
    ],
)
def test_rates_are_sliding_windows_and_count_edits_and_what_was_refused(calls: list[Call], over: int) -> None:
    assert len(exceeded(calls, Limits())) == over


def test_a_call_before_retry_after_is_over_is_impatient() -> None:
    refused = send(None, status=429, message=None, error="Too Many Requests: retry after 5")
    assert impatient([refused, send(None, 5.0), send(None, 6)]) == []
    assert impatient([refused, send(None, 2, THERE)]) == []
    assert len(impatient([refused, send(None, 2)])) == 1


def test_presses_lost_counted_twice_and_kept_wrong_are_told_apart() -> None:
    made = [(1, 1), (1, 2), (2, 1), (3, 1), (4, 2)]
    kept, notes = {1: 2, 2: 1, 3: 1, 4: 2}, Counter({1: 2, 2: 1, 3: 1, 4: 1})
    assert counted(made, notes, kept) == Counted(5, 0, 0, 0)
    assert counted(made, notes - Counter({1: 1}), kept) == Counted(5, 1, 0, 0)
    assert counted(made, notes + Counter({3: 2}), kept) == Counted(5, 0, 2, 0)
    assert counted(made, notes, kept | {4: 1}) == Counted(5, 0, 0, 1)


def test_a_call_is_read_as_the_sandbox_logs_it() -> None:
    keyboard = '{"inline_keyboard": [[{"text": "?", "url": "x"}, {"text": "参加", "callback_data": "1.rsvp.1.1.1a"}]]}'
    entry = {
        "at": 5.0,
        "civil": "2026-11-21T12:00:00+08:00",
        "method": "sendMessage",
        "arguments": {"chat_id": "-100", "text": "卡片", "reply_markup": keyboard},
        "status": None,
        "fault": "reset",
        "error": None,
        "message_id": 12,
        "chat_id": -100,
    }
    seen = call(entry)
    assert (seen.chat, seen.delivery, seen.message, seen.fault, seen.arrived) == (-100, 46, 12, "reset", True)
