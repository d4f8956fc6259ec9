"""节假日文件: a JSON file of one year of holidays, {"year": 2027, "off": {"2027-01-01": "元旦"}, "work": ["2027-02-20"]}."""

import json
from pathlib import Path

from models.holidays import Year, wrong
from models.theme_day import LARGEST

SHIPPED = Path(__file__).parent.parent / "content" / "holidays"
ENCODINGS = ("utf-8-sig", "gb18030")  # as editors on Windows write it


def read(content: bytes) -> Year:
    """The year; Refusal says in a sentence why it is none."""
    if len(content) > LARGEST:
        raise wrong("large")
    try:
        data = json.loads(text(content))
    except (ValueError, RecursionError):  # no JSON, a number of thousands of digits, too deep
        raise wrong("json") from None
    return Year.judged(data)


def text(content: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise wrong("text")


def shipped() -> list[Year]:
    """The years that come with the product."""
    return [read(path.read_bytes()) for path in sorted(SHIPPED.glob("*.json"))]
