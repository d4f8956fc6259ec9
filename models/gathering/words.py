"""Retention of what was typed about gatherings: reasons, and who proposed a topic or offered to speak, are needed while
somebody may ask about them, and no longer.
"""

from datetime import datetime, timedelta

from models.database import run
from models.gathering.sheet import FORGOTTEN

KEPT = timedelta(days=180)  # after the gathering
LONG_AGO = "gathering_id IN (SELECT id FROM gathering WHERE starts_at <= ?)"
BLANK = (
    f"UPDATE rsvp SET reason = '' WHERE reason <> '' AND {LONG_AGO}",
    f"UPDATE presence SET reason = '' WHERE reason <> '' AND {LONG_AGO}",
    # That somebody was left out stays part of the record; on what ground does not.
    f"UPDATE expected SET ground = '{FORGOTTEN}' WHERE ground NOT IN ('', '{FORGOTTEN}') AND {LONG_AGO}",
    f"DELETE FROM speaker WHERE {LONG_AGO}",
)
# A topic stays, and becomes nobody's.
NOBODYS = "UPDATE proposal SET member_id = NULL WHERE member_id IS NOT NULL AND at <= ?"


async def forget(now: datetime) -> None:
    """Who was there, and by whose word, is the branch's record and stays."""
    for each in (*BLANK, NOBODYS):
        await run(each, now - KEPT)
