"""Bars of a year: the rate of each month, zero-based, with its number on it. A month without a record is empty, not zero.

Drawn for a phone 360 px wide and to be read in grey: dark bars on paper, digits only; words and denominators in the caption.
"""

import io
from typing import Any

from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 1080, 720
LEFT, RIGHT, TOP, BOTTOM = 110, 20, 80, 90  # margins, px
STEP = (WIDTH - LEFT - RIGHT) / 12
GROUND, FULL = HEIGHT - BOTTOM, HEIGHT - BOTTOM - TOP  # the line of zero, the height of 100 %
GAP = 14  # between two bars
PAPER, INK, LINE, BAR = "#FAF7F2", "#1F1B16", "#CFC6B8", "#A4262C"
NUMBERS, SCALE, NOTHING = 40, 34, 30  # sizes of digits; a third of it on a phone


def trend(facts: dict[str, Any]) -> bytes:
    """PNG of `facts["trend"]["months"]`: twelve of {month, expected, present}."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    draw = ImageDraw.Draw(image)
    for share in (0.5, 1.0):
        height = GROUND - FULL * share
        draw.line((LEFT, height, WIDTH - RIGHT, height), fill=LINE, width=2)
        draw.text((LEFT - 14, height), f"{share:.0%}", fill=INK, font=font(SCALE), anchor="rm")
    for each in facts["trend"]["months"]:
        bar(draw, each)
    draw.line((LEFT, GROUND, WIDTH - RIGHT, GROUND), fill=INK, width=4)
    return packed(image)


def bar(draw: ImageDraw.ImageDraw, each: dict[str, int]) -> None:
    """One month: its bar with the rate above, its number below; 0/0 where nothing was recorded."""
    left = LEFT + (each["month"] - 1) * STEP
    middle = left + STEP / 2
    draw.text((middle, GROUND + 22), str(each["month"]), fill=INK, font=font(NUMBERS), anchor="mt")
    if not each["expected"]:
        draw.text((middle, GROUND - 14), "0/0", fill=INK, font=font(NOTHING), anchor="mb")
        return
    share = each["present"] / each["expected"]
    height = GROUND - FULL * share
    draw.rectangle((left + GAP / 2, height, left + STEP - GAP / 2, GROUND), fill=BAR)
    draw.text((middle, height - 10), f"{share * 100:.0f}", fill=INK, font=font(NUMBERS), anchor="mb")


def font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """The library's own face: the same on every machine. It has digits and Latin letters only."""
    return ImageFont.load_default(size)


def packed(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
