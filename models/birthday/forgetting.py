"""Retention of birthdays: who was greeted, and with which words, is nobody's business a year later."""

from datetime import datetime, timedelta

from models.database import run

KEPT = timedelta(days=400)
OVER = "DELETE FROM birthday WHERE day <= ?"


async def forget(now: datetime) -> None:
    """Wishes and the medal's list stay: they are asked for again."""
    await run(OVER, (now - KEPT).date())
