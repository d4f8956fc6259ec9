"""How a verdict is told in one line."""

from tests.chaos.checker import Verdict


def tally(verdict: Verdict) -> str:
    once = verdict.doubles("reply", "export", "broadcast")
    parts = {
        "lost": len(verdict.lost),
        "copies": verdict.doubles() - once,
        "copies of what comes at most once": once,
        "unknown": len(verdict.unknown),
        "out of order": len(verdict.disordered),
        "late": len(verdict.late),
        "over rate": len(verdict.over),
        "wrong recipient": len(verdict.wrong),
    }
    return ", ".join(f"{what} {count}" for what, count in parts.items())
