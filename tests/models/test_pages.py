"""Pages: nothing is lost between two of them, and there is always one."""

from hypothesis import given
from hypothesis import strategies as st

from models.pages import LONGEST, Page, page, place


def turned(one: Page[int]) -> dict[str, int]:
    return {tap.label: tap.choice for line in one.turning("verb", 7) for tap in line}


@given(st.integers(0, 500))
def test_turning_from_the_first_to_the_last_shows_each_once_in_order(many: int) -> None:
    one = page(range(many), 1)
    seen = list(one.shown)
    while (following := turned(one).get("page.after")) is not None:
        one = page(range(many), following)
        assert turned(one)["page.before"] == following - 1
        seen += one.shown
    assert seen == list(range(many))
    assert one.number == one.count


@given(st.integers(0, 100), st.integers(-(2**63), 2**63))
def test_whatever_page_is_asked_for_one_is_shown_that_a_phone_can_show(many: int, wanted: int) -> None:
    one = page(range(many), wanted)
    assert 1 <= one.number <= one.count
    assert len(one.shown) <= LONGEST
    assert bool(one.shown) == bool(many)


def test_what_fits_on_one_page_has_nothing_to_turn() -> None:
    assert page(range(LONGEST), 1).turning("verb", 7) == ()
    assert len(page(range(LONGEST + 1), 1).turning("verb", 7)) == 1


def test_nodes_are_listed_from_above_and_as_they_were_founded() -> None:
    founded = ["/1/", "/1/9/", "/1/9/12/", "/1/10/", "/2/"]
    assert sorted(sorted(founded), key=place) == founded
