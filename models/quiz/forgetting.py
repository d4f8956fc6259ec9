"""What is kept of the quiz, and how long: answers as long as a streak may be, practice a season, a test as a record."""

from datetime import datetime, timedelta

from models.database import run

ANSWERS, PRACTICE, DOUBTS, DRAFTS = timedelta(days=400), timedelta(days=90), timedelta(days=180), timedelta(days=1)

OLD_REPLIES = "DELETE FROM quiz_reply WHERE sitting_id IN (SELECT id FROM quiz_sitting WHERE at <= ?)"


async def forget(now: datetime) -> None:
    """Retention. Of a test the result stays, not the single answers."""
    await run("DELETE FROM quiz_answer WHERE at <= ?", now - ANSWERS)
    await run(OLD_REPLIES, now - PRACTICE)
    await run("DELETE FROM quiz_sitting WHERE paper_id IS NULL AND at <= ?", now - PRACTICE)
    await run("UPDATE quiz_fault SET words = '' WHERE words <> '' AND at <= ?", now - DOUBTS)
    await run("DELETE FROM quiz_paper WHERE opened_at IS NULL AND closes_at <= ?", now - DRAFTS + timedelta(days=7))
