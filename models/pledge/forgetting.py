"""Retention: what was begun and not given, and why something was not kept, is needed while somebody may ask about it."""

from datetime import datetime, timedelta

from models.database import run

KEPT = timedelta(days=180)  # after the last day
LONG_AGO = "SELECT p.id FROM pledge p JOIN campaign c ON c.id = p.campaign_id WHERE c.ends_at <= ?"
WHY = f"""
UPDATE pledge_report SET why = '' WHERE why <> '' AND promise_id IN (SELECT id FROM promise WHERE pledge_id IN ({LONG_AGO}))
"""
BACK = f"UPDATE pledge SET back = '' WHERE back <> '' AND id IN ({LONG_AGO})"
NEVER_GIVEN = "state IN ('choosing', 'withdrawn')"


async def forget(now: datetime) -> None:
    """That somebody pledged, what, and how it was kept, is the branch's record and stays."""
    await run(WHY, now - KEPT)
    await run(BACK, now - KEPT)
    await run(f"DELETE FROM promise WHERE pledge_id IN ({LONG_AGO} AND p.{NEVER_GIVEN})", now - KEPT)
    await run(f"DELETE FROM pledge WHERE id IN ({LONG_AGO} AND p.{NEVER_GIVEN})", now - KEPT)
