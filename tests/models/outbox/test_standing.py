"""How the outbox stands: what left in the last minute, to be told to a throttle that knows nothing yet."""

from datetime import timedelta

from models.outbox import Recipient, recent
from tests.cast import NOW, Cast
from tests.models.outbox.letters import delivered, owed, to_member


async def test_what_left_in_the_last_minute_is_told_with_its_age_the_oldest_first(cast: Cast) -> None:
    await owed(Recipient(cast.bot.id, address=5))
    await delivered(cast, message_id=1)
    await owed(to_member(cast))
    await delivered(cast, message_id=2)
    await owed(to_member(cast))
    assert await recent(cast.bot.id, NOW + timedelta(seconds=61)) == []
    told = await recent(cast.bot.id, NOW + timedelta(seconds=20))
    assert [age for _, age in told] == [20, 20]
    assert told[0][0] == 5
    assert await recent(cast.bot.id + 1, NOW) == []
    assert [age for _, age in await recent(cast.bot.id, NOW - timedelta(seconds=5))] == [0, 0], "a clock put back"
