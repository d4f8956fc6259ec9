"""Chinese on pictures: the face, lines that fit, what to do with a character the face does not have, and a sheet to set on.

Noto Sans CJK comes as a package (SIL Open Font License 1.1): one variable file with every weight, the same on every machine.
"""

import io
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path

import manimgx_fonts_cjk
from PIL import Image, ImageChops, ImageColor, ImageDraw, ImageFont

FACE = Path(manimgx_fonts_cjk.__file__).with_name("NotoSansCJK-VF.otf.ttc")
SIMPLIFIED = 2  # of the collection: the forms of mainland China
REGULAR, MEDIUM, BOLD = 400, 500, 700
NOWHERE = "\uffff"  # a character no face has
MISSING = "□"  # what Chinese printers set for a character they do not have
SIGNS = ("S", "M")  # categories of emoji and of what modifies them: left out without a trace
NOT_FIRST = "，。、；：！？）》」』”’·…—"  # no line begins with one of these

PAPER, INK, MUTED, LINE, ACCENT = "#FAF7F2", "#1F1B16", "#574F47", "#E4DDD2", "#A4262C"
COLOURS = (INK, MUTED, LINE, ACCENT)
SHADES = 32  # between paper and one colour: enough for smooth letters

Font = ImageFont.FreeTypeFont


@cache
def face(size: int, weight: int = REGULAR) -> Font:
    found = ImageFont.truetype(str(FACE), size, index=SIMPLIFIED, layout_engine=ImageFont.Layout.BASIC)
    found.set_variation_by_axes([weight])
    return found


@lru_cache(maxsize=4096)
def has(letter: str) -> bool:
    """Whether the face has a character: one it lacks looks like every other it lacks."""
    return bytes(face(20).getmask(letter)) != bytes(face(20).getmask(NOWHERE))


@lru_cache(maxsize=16384)
def advance(letter: str, font: Font) -> float:
    return font.getlength(letter)


def settable(text: str) -> str:
    """The text as it can be set: signs the face lacks are left out, letters it lacks become □; never empty."""
    kept = [set_as(letter) for letter in unicodedata.normalize("NFC", text)]
    return " ".join("".join(kept).split()) or MISSING


def set_as(letter: str) -> str:
    category = unicodedata.category(letter)[0]
    if category in ("Z", "C"):
        return " " if category == "Z" else ""
    if has(letter):
        return letter
    return "" if category in SIGNS else MISSING


def wrapped(text: str, font: Font, width: float) -> list[str]:
    """Lines that fit. Chinese breaks between any two characters, but no line begins with a closing mark; a Latin word stays
    whole where a line has room for it.
    """
    lines, filled = [""], 0.0
    for letter in text:
        filled += advance(letter, font)
        if lines[-1] and filled > width and letter != " ":
            carried = carry(lines[-1], letter)
            lines[-1] = lines[-1].removesuffix(carried)
            lines.append(carried)
            filled = sum(advance(each, font) for each in carried + letter)
        lines[-1] += letter
    return [line.strip() for line in lines]


def carry(line: str, letter: str) -> str:
    """What goes along to the next line."""
    if letter in NOT_FIRST:
        return line[-1] if len(line) > 1 else ""
    word = line.rpartition(" ")[2]
    return word if letter.isascii() and word.isascii() and word != line else ""


def fitted(text: str, sizes: Sequence[int], weight: int, width: int, most: int) -> tuple[list[str], Font]:
    """The largest of the sizes at which the text takes at most so many lines, evenly filled; cut at the smallest."""
    for size in sizes:
        lines = wrapped(text, face(size, weight), width)
        if len(lines) <= most:
            return even(text, face(size, weight), width, len(lines)), face(size, weight)
    return [*lines[: most - 1], cut(lines[most - 1], face(sizes[-1], weight), width)], face(sizes[-1], weight)


def cut(line: str, font: Font, width: float) -> str:
    """The line with … at its end, no longer than there is room."""
    while font.getlength(line + "…") > width:
        line = line[:-1]
    return line + "…"


def even(text: str, font: Font, width: int, count: int) -> list[str]:
    """The narrowest lines that are no more: no single character is left on the last."""
    narrower = (wrapped(text, font, each) for each in range(width // count, width, 20))
    found = next((lines for lines in narrower if len(lines) <= count), None)
    return found or wrapped(text, font, width)


class Sheet:
    """Paper, and a layer for each colour: letters of one colour never lie on those of another."""

    def __init__(self, width: int, height: int) -> None:
        self.layers = {colour: Image.new("L", (width, height)) for colour in COLOURS}
        self.draws = {colour: ImageDraw.Draw(layer) for colour, layer in self.layers.items()}

    def bar(self, box: tuple[int, int, int, int], colour: str) -> None:
        self.draws[colour].rectangle(box, fill=255)

    def line(self, text: str, font: Font, at: tuple[int, int], colour: str, anchor: str = "la") -> None:
        self.draws[colour].text(at, text, fill=255, font=font, anchor=anchor)

    def lines(self, lines: Sequence[str], font: Font, at: tuple[int, int], colour: str, leading: float = 1.35) -> int:
        """Sets lines below each other; the height at which the next would stand."""
        left, top = at
        step = round(font.size * leading)
        for number, line in enumerate(lines):
            self.line(line, font, (left, top + number * step), colour)
        return top + len(lines) * step

    def png(self) -> bytes:
        """With a palette of its own: a third of the bytes, and a fraction of the time of finding one."""
        whole, *others = [layer.point(shades(number)) for number, layer in enumerate(self.layers.values())]
        for other in others:
            whole = ImageChops.add(whole, other)
        whole.putpalette(palette())
        out = io.BytesIO()
        whole.save(out, "PNG", compress_level=6)
        return out.getvalue()


@cache
def shades(number: int) -> list[int]:
    """From how much of a colour covers a dot to its place in the palette; nothing is 0, the paper."""
    return [0 if not cover else number * SHADES + 1 + cover * (SHADES - 1) // 255 for cover in range(256)]


@cache
def palette() -> list[int]:
    paper = ImageColor.getrgb(PAPER)
    found = list(paper)
    for colour in COLOURS:
        ink = ImageColor.getrgb(colour)
        for shade in range(SHADES):
            found += [round(ground + (over - ground) * shade / (SHADES - 1)) for ground, over in zip(paper, ink, strict=True)]
    return found
