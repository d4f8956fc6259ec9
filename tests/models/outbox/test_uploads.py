"""What a picture is called by the messenger: for each bot its own, the newest holds, and it is forgotten in time."""

from datetime import timedelta

from models.organisation import know_bot
from models.outbox import Upload, forget_uploads, keep_upload, uploaded
from tests.cast import NOW, Cast

DAY = timedelta(days=1)
DIGEST = "ab" * 32


async def test_the_newest_name_holds_and_is_its_bots_own(cast: Cast) -> None:
    other = await know_bot(7_000_000_002, "another_bot")
    for name in ("stale", "AgAC"):
        await keep_upload(cast.bot.id, DIGEST, name, NOW)
    assert await uploaded(cast.bot.id, DIGEST) == "AgAC"
    assert await uploaded(cast.bot.id, "cd" * 32) is None
    assert await uploaded(other.id, DIGEST) is None


async def test_a_name_is_forgotten_sixty_days_after_it_was_learnt(cast: Cast) -> None:
    await keep_upload(cast.bot.id, DIGEST, "AgAC", NOW - DAY)
    await keep_upload(cast.bot.id, DIGEST, "AgAC", NOW)
    for days, left in [(59, 1), (60, 0)]:
        await forget_uploads(NOW + days * DAY)
        assert await Upload.all().count() == left
