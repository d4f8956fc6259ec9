"""Years of holidays for tests: the official one as it ships, and a made-up one."""

import json
from pathlib import Path
from typing import Any

from models.holidays import Year

SHIPPED = Path(__file__).parents[2] / "bot" / "content" / "holidays" / "2026.json"
YEAR_2026 = Year.judged(json.loads(SHIPPED.read_text(encoding="utf-8")))

# Made up after the rules printed with the notice of 2025 (rules.md §10.2).
MADE_UP: dict[str, Any] = {
    "year": 2027,
    "source": "made up",
    "off": {"2027-01-01": "元旦"}
    | {f"2027-02-{day:02}": "春节" for day in range(5, 13)}
    | {f"2027-05-{day:02}": "劳动节" for day in range(1, 6)}
    | {f"2027-10-{day:02}": "国庆节" for day in range(1, 8)},
    "work": ["2027-02-20", "2027-05-08", "2027-09-26"],
}
YEAR_2027 = Year.judged(MADE_UP)
