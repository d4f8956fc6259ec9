"""A file of holidays may be anything: it is a year, or a sentence says why not."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.files import years
from bot.wording import toast
from models.card import Refusal
from models.theme_day import LARGEST
from tests.models.years import MADE_UP, YEAR_2026, YEAR_2027

TEXT = json.dumps(MADE_UP, ensure_ascii=False)


def refused(content: bytes) -> str:
    with pytest.raises(Refusal) as no:
        years.read(content)
    assert 10 < len(toast(no.value.card)) <= 200
    return str(no.value.card.facts["why"])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
def test_a_file_is_read_as_editors_write_it(encoding: str) -> None:
    assert years.read(TEXT.encode(encoding)) == YEAR_2027


def test_what_ships_is_the_official_year() -> None:
    assert years.shipped() == [YEAR_2026]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "json"), (b"{", "json"), (b"\xff\xfe\xff", "text"), (TEXT.encode("utf-16"), "text"), (b"PK\x03\x04", "json"),
        (b"[" * 100_000, "json"), (b'{"year": ' + b"9" * 5000 + b"}", "json"), (b"null", "year"), (b"NaN", "year"),
        (b" " * (LARGEST + 1), "large"), (b'{"year": 2027, "off": {}}', "shape"),
    ],
)  # fmt: skip
def test_what_is_no_year_is_told_in_a_sentence(content: bytes, why: str) -> None:
    assert refused(content) == why


@given(st.binary(max_size=300))
def test_no_bytes_are_worse_than_a_refusal(content: bytes) -> None:
    assert refused(content) in ("json", "text", "year", "shape")


@given(st.integers(0, len(TEXT.encode())), st.binary(min_size=1, max_size=3))
def test_a_file_that_was_damaged_is_refused_or_read(place: int, damage: bytes) -> None:
    whole = TEXT.encode()
    try:
        year = years.read(whole[:place] + damage + whole[place:])
    except Refusal as no:
        card = no.card
    else:
        assert year.year == 2027
        return
    assert toast(card)
