"""What crosses the borders: codes of buttons, cards as text, answers and refusals."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.actions import VERBS
from models.card import CODE, LARGEST, LONGEST_CODE, Action, BadCode, Card, Refusal, Tap

numbers = st.integers(0, LARGEST)
verbs = st.from_regex(r"[a-z_]{1,16}", fullmatch=True)
actions = st.builds(Action, verbs, numbers, numbers, numbers)
facts = st.dictionaries(st.text(), st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.integers()))
taps = st.builds(Tap, st.text(min_size=1), verbs, numbers, numbers)
rows_of_taps = st.lists(st.lists(taps).map(tuple)).map(tuple)


@given(actions)
def test_every_action_comes_back_from_its_code(action: Action) -> None:
    assert Action.parse(action.code) == action


@given(actions)
def test_a_code_fits_a_button(action: Action) -> None:
    assert len(action.code.encode()) <= LONGEST_CODE


@given(st.text() | st.from_regex(CODE, fullmatch=True) | st.from_regex(r"\A1\.[a-z]+(\.[0-9a-zA-Z]+){2,4}\s?\Z"))
def test_whatever_is_not_refused_is_a_code_as_we_write_it(text: str) -> None:
    try:
        action = Action.parse(text)
    except BadCode:
        return
    assert action.code == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "1.rsvp",
        "1.rsvp.1.1",
        "1.rsvp.1.1.1.1",
        "1.rsvp.1.1.1\n",
        " 1.rsvp.1.1.1",
        "1.rsvp.1.1.1\0",
        "2.rsvp.1.1.1",
        "1.RSVP.1.1.1",
        "1..1.1.1",
        "1.rsvp..1.1",
        "1.rsvp.-1.1.1",
        "1.rsvp.+1.1.1",
        "1.rsvp.1_0.1.1",
        "1.rsvp.1A.1.1",
        "1.rsvp.01.1.1",
        "1.rsvp.1.1.00",
        "1.rsvp.１.1.1",
        "1.rsvp.٣.1.1",
        "1.签到.1.1.1",
        "1.rsvp.1.1.\ud800",
        "1.rsvp;drop table rsvp.1.1.1",
        "1.seventeen_letters.1.1.1",
        "1.rsvp.1y2p0ij32e8e8.1.1",  # one more than a database's integer
        "1.rsvp.1.zzzzzzzzzzzzz.1",
        "1.rsvp.1.1.11111111111111",
        pytest.param("1.rsvp.1.1." + "1" * 10_000, id="ten thousand digits"),
    ],
)
def test_a_code_we_never_wrote_is_refused(text: str) -> None:
    with pytest.raises(BadCode):
        Action.parse(text)


def test_the_largest_integer_of_a_database_fits() -> None:
    assert Action.parse("1.rsvp.1y2p0ij32e8e7.0.0").target == LARGEST


def test_every_verb_can_stand_in_a_code() -> None:
    for verb in VERBS:
        assert Action.parse(Action(verb, LARGEST, LARGEST, LARGEST).code).verb == verb


def test_a_tap_is_written_with_the_delivery_it_stands_on() -> None:
    assert Tap("gathering.join", "rsvp", 36, 1).code(delivery=37) == "1.rsvp.10.1.11"


@given(st.text(min_size=1), facts, rows_of_taps)
def test_every_card_comes_back_from_its_text(name: str, known: dict[str, Any], offered: tuple[tuple[Tap, ...], ...]) -> None:
    card = Card(name, known, offered)
    assert Card.from_json(card.to_json()) == card


def test_a_card_is_kept_readable_and_small() -> None:
    card = Card("gathering/card", {"title": "主题党日"}, ((Tap("gathering.join", "rsvp", 1, 1),),))
    assert card.to_json() == '["gathering/card",{"title":"主题党日"},[[["gathering.join","rsvp",1,1]]]]'


def test_a_refusal_is_an_alert_that_names_its_text_and_facts() -> None:
    answer = Refusal("gathering/wordy", most=60).answer
    assert (answer.toast, answer.alert, answer.screen, answer.open) == (Card("gathering/wordy", {"most": 60}), True, None, None)


def test_a_code_holds_no_negative_number() -> None:
    with pytest.raises(ValueError, match="negative"):
        _ = Action("rsvp", -1).code
