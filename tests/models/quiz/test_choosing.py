"""The next question: everybody's turn before anybody's second, facts apart, sober on days of mourning."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from models.quiz.choosing import APART, Candidate, bits, chosen, named, shuffled

TODAY = date(2026, 12, 1)
DAY = timedelta(days=1)
BANK = [Candidate(number, f"F{number:02}-1", f"F{number:02}") for number in range(1, 30)]


def asked_for(days: int, bank: list[Candidate], node_id: int = 1, since: date = TODAY) -> list[Candidate]:
    """Who is asked on so many days in a row."""
    asked: list[Candidate] = []
    last: dict[int, date] = {}
    for number in range(days):
        day = since + DAY * number
        now = [Candidate(each.id, each.code, each.fact, last.get(each.id)) for each in bank]
        found = chosen(now, day, node_id)
        assert found is not None
        last[found.id] = day
        asked.append(found)
    return asked


def test_all_are_asked_once_before_one_is_asked_again_and_then_in_the_same_order() -> None:
    ids = [each.id for each in asked_for(4, BANK[:2])]
    assert ids[:2] == ids[2:]
    everyone = [each.id for each in asked_for(58, BANK, since=date(2027, 1, 1))]
    assert sorted(everyone[:29]) == sorted(each.id for each in BANK)
    assert everyone[:29] == everyone[29:]


def test_two_branches_are_asked_in_different_orders() -> None:
    first, second = ([each.id for each in asked_for(29, BANK, node_id=node, since=date(2027, 1, 1))] for node in (1, 2))
    assert first != second


def test_the_same_fact_is_left_alone_for_a_fortnight_where_the_bank_allows_it() -> None:
    twice = [*BANK, *(Candidate(100 + each.id, f"{each.fact}-2", each.fact) for each in BANK)]
    asked = asked_for(58, twice, since=date(2027, 1, 1))
    for number, each in enumerate(asked):
        assert each.fact not in [other.fact for other in asked[max(0, number - APART.days + 1) : number]]


def test_on_the_day_of_mourning_only_what_it_mourns_is_asked_or_nothing() -> None:
    mourning = date(2026, 12, 13)
    assert chosen([each for each in BANK if each.fact != "F28"], mourning, 1) is None
    found = chosen(BANK, mourning, 1)
    assert found is not None
    assert found.fact == "F28"


def test_what_is_told_today_is_not_asked_today() -> None:
    assert chosen(BANK[:1], TODAY, 1, told=["F01"]) is None


@given(count=st.integers(2, 8), seed=st.text())
def test_an_order_holds_every_option_once_and_stays(count: int, seed: str) -> None:
    assert sorted(shuffled(count, seed)) == list(range(count))
    assert shuffled(count, seed) == shuffled(count, seed)


def test_right_and_wrong_stand_in_their_own_order() -> None:
    assert {tuple(shuffled(2, seed)) for seed in range(20)} == {(0, 1)}


@given(st.sets(st.integers(0, 7)))
def test_options_are_read_back_from_their_number(places: set[int]) -> None:
    options = [str(place) for place in range(8)]
    assert named(options, bits(places)) == [str(place) for place in sorted(places)]
