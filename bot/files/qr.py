"""QR codes: of a link on a slip, and of the code of the day at a venue, with its digits beneath for those who cannot scan."""

from io import BytesIO
from typing import Any

import segno
from PIL import Image, ImageDraw, ImageFont

QUIET_ZONE = 4  # modules, as the standard wants
SCALE, VENUE_SCALE = 6, 16  # pixels of a module: on paper, on a screen across a room
PAPER, INK = 255, 0  # grey


def png(link: str, scale: int = SCALE) -> BytesIO:
    """A PNG; read by any phone's camera also when printed badly (level M)."""
    picture = BytesIO()
    segno.make(link, error="m", micro=False).save(picture, kind="png", scale=scale, border=QUIET_ZONE)
    picture.seek(0)
    return picture


def venue(facts: dict[str, Any]) -> bytes:
    """The picture that hangs where the gathering is; when sign-in is over, an empty sheet."""
    code, link = str(facts["venue"]["code"]), str(facts["venue"]["link"])
    square = Image.open(png(link, VENUE_SCALE)).convert("L")
    side, beneath = square.width, square.width // 4
    sheet = Image.new("L", (side, side + beneath), PAPER)
    if code:
        sheet.paste(square, (0, 0))
        font = ImageFont.load_default(beneath * 2 // 3)
        ImageDraw.Draw(sheet).text((side / 2, side + beneath / 3), f"{code[:3]} {code[3:]}", INK, font, anchor="mm")
    kept = BytesIO()
    sheet.save(kept, "PNG", optimize=True)
    return kept.getvalue()
