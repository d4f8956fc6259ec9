"""Every named step of the product is one the sweep of A2 dies at, and none is named that does not exist."""

import re
from pathlib import Path

from bot import crash
from tests.chaos.rows.kills import PASSAGES, ends

ROOT = Path(__file__).parent.parent.parent
HERE = re.compile(r'crash\.here\("([a-z.]+)"\)')


def named() -> set[str]:
    """The steps in the code."""
    sources = [
        file.read_text(encoding="utf-8")
        for folder in ("bot", "handlers", "schedules")
        for file in (ROOT / folder).rglob("*.py")
    ]
    return {step for source in sources for step in HERE.findall(source)}


def test_the_sweep_visits_every_step_there_is() -> None:
    for size in PASSAGES:
        assert {end.partition(":")[0] for end in ends(size)} == named()


def test_every_step_that_can_be_armed_is_passed_somewhere() -> None:
    assert set(crash.STEPS) == named()
