"""Bars of a year: what is drawn is measured in the picture, and compared with the one that was looked at."""

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageStat

from bot.files.bars import BAR, FULL, GROUND, HEIGHT, LEFT, PAPER, STEP, TOP, WIDTH, trend
from bot.files.pictures import PICTURES

GOLDEN = Path(__file__).parent / "trend.png"
TOLERANCE = 2.0  # of 255, on average over the picture: another release of the library may smooth letters otherwise
YEAR = [(1, 26, 15), (2, 0, 0), (3, 26, 20), (4, 26, 14), (5, 26, 26), (6, 26, 0), (7, 26, 21), (8, 26, 19), (9, 26, 22)]


def facts(*months: tuple[int, int, int]) -> dict[str, Any]:
    known = {month: (expected, present) for month, expected, present in months}
    filled = [(month, *known.get(month, (0, 0))) for month in range(1, 13)]
    return {"trend": {"months": [{"month": month, "expected": all_, "present": here} for month, all_, here in filled]}}


def drawn(*months: tuple[int, int, int]) -> Image.Image:
    return Image.open(io.BytesIO(trend(facts(*months)))).convert("RGB")


def height(picture: Image.Image, month: int) -> int:
    """How high the bar of a month is, in pixels."""
    column = int(LEFT + (month - 0.5) * STEP)
    red = tuple(int(BAR[at : at + 2], 16) for at in (1, 3, 5))
    return sum(picture.getpixel((column, row)) == red for row in range(HEIGHT))


def test_a_bar_is_as_high_as_its_rate_and_begins_at_nought() -> None:
    picture = drawn((1, 20, 10), (2, 20, 20), (3, 20, 5), (4, 20, 0))
    for month, share in [(1, 0.5), (2, 1.0), (3, 0.25), (4, 0.0), (5, 0.0)]:
        assert height(picture, month) == pytest.approx(FULL * share, abs=4), month
    assert picture.getpixel((int(LEFT + STEP / 2), GROUND - 3)) != (0xFA, 0xF7, 0xF2)


def test_a_month_without_a_record_looks_other_than_one_where_nobody_came() -> None:
    empty, nobody = drawn(), drawn((6, 26, 0))
    box = (int(LEFT + 5 * STEP), 0, int(LEFT + 6 * STEP), GROUND)
    assert ImageChops.difference(empty.crop(box), nobody.crop(box)).getbbox() is not None


def test_it_is_readable_small_and_in_grey() -> None:
    assert WIDTH == 3 * 360
    grey = drawn(*YEAR).convert("L")
    bar, paper = (Image.new("RGB", (1, 1), colour).convert("L").getpixel((0, 0)) for colour in (BAR, PAPER))
    assert isinstance(bar, int)
    assert isinstance(paper, int)
    assert paper - bar > 128
    assert grey.crop((LEFT, 0, WIDTH, TOP)).getextrema()[0] < 100  # the number above the highest bar is inside the picture


def test_it_is_the_picture_that_was_looked_at() -> None:
    golden = Image.open(GOLDEN).convert("RGB")
    picture = drawn(*YEAR)
    assert picture.size == golden.size
    assert max(ImageStat.Stat(ImageChops.difference(picture, golden)).mean) <= TOLERANCE
    other = drawn((1, 26, 3))
    assert max(ImageStat.Stat(ImageChops.difference(other, golden)).mean) > TOLERANCE


def test_every_picture_is_drawn_for_a_card_that_has_a_text() -> None:
    texts = Path(__file__).parents[3] / "bot" / "texts"
    assert {name for name in PICTURES if not (texts / f"{name}.html").exists()} == set()
