"""The picture of a pledge: the name largest, nothing promised is cut, drawn once per content, quickly."""

import io
import time
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageStat

from bot.files.pledge import HEIGHT, WIDTH, drawn, pledged
from models.pledge.stages import LONGEST_OWN, MOST
from tests.models.pledge.plausible import FIVE, NODE, OWN, PLEDGE

GOLDEN = Path(__file__).with_name("pledge.png")
CLOSE = 6.0  # of 255, on average: other versions of the library set letters a little differently
SLOWEST, SLOWEST_AGAIN = 0.06, 0.002  # seconds


def facts(**said: Any) -> dict[str, Any]:
    return {"pledge": PLEDGE | said}


def opened(picture: bytes) -> Image.Image:
    return Image.open(io.BytesIO(picture)).convert("L")


def ink(image: Image.Image, box: tuple[int, int, int, int]) -> bool:
    """Whether something is set there."""
    darkest = ImageStat.Stat(image.crop(box)).extrema[0][0]
    return darkest < 200


def test_it_looks_as_it_was_approved() -> None:
    difference = ImageChops.difference(opened(pledged(facts())), opened(GOLDEN.read_bytes()))
    assert ImageStat.Stat(difference).mean[0] < CLOSE
    other = ImageChops.difference(opened(pledged(facts(name="阿", promises=FIVE))), opened(GOLDEN.read_bytes()))
    assert ImageStat.Stat(other).mean[0] > ImageStat.Stat(difference).mean[0] + 2  # the measure would notice


@pytest.mark.parametrize(
    "name", ["周静", "阿卜杜热依木·买买提吐尔逊江·艾合麦提", "李𫍲", "Aleksandra Wu", "王🎉🎉🎉", "🎉", "\u202e", "x" * 80]
)
@pytest.mark.parametrize("own", ["长" * LONGEST_OWN, "🙂" * LONGEST_OWN, "x" * LONGEST_OWN, "每月读一本书"])
def test_no_name_and_no_promise_breaks_the_layout(name: str, own: str) -> None:
    every = [OWN | {"title": own}] * MOST
    image = opened(pledged(facts(name=name, promises=every, home=NODE * 3, title="“我是党员”" * 8)))
    assert image.size == (WIDTH, HEIGHT)
    for margin in ((0, 0, 80, HEIGHT), (WIDTH - 80, 0, WIDTH, HEIGHT), (0, 1004, WIDTH, 1010), (0, HEIGHT - 20, WIDTH, HEIGHT)):
        assert not ink(image, margin)


def test_it_is_drawn_once_per_content_and_quickly() -> None:
    drawn.cache_clear()
    pledged(facts(name="先画一次"))  # the face is opened once
    took = []
    for _ in range(2):
        began = time.perf_counter()
        pledged(facts())
        took.append(time.perf_counter() - began)
    assert took[0] < SLOWEST * 4  # a busy machine; the bench measures
    assert took[1] < SLOWEST_AGAIN
    assert drawn.cache_info().misses == 2
