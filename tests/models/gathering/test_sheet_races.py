"""Two at the same moment on one attendance sheet: the counts that are kept are always those of the lines that are kept."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from models.card import Refusal
from models.database import atomic
from models.gathering import Gathering, Presence, end
from models.gathering.moving import DO
from models.gathering.record import LOCK
from models.gathering.sheet import counted, lines
from models.gathering.sign_in import By
from tests.cast import NOW, Cast
from tests.models.gathering.signing import ENDS, counts, here, opened, over, press, why

PAUSE = 0.05  # seconds in which the other gets under way


async def meanwhile(first: Callable[[], Awaitable[object]], second: Callable[[], Awaitable[object]]) -> str:
    """`second` begins while `first` has done its part and not yet committed; what `second` was refused with, or nothing."""
    begun = asyncio.Event()

    async def slowly() -> None:
        async with atomic():
            await first()
            begun.set()
            await asyncio.sleep(PAUSE)

    async def late() -> str:
        await begun.wait()
        try:
            async with atomic():
                await second()
        except Refusal as no:
            return no.card.name
        return ""

    _, said = await asyncio.gather(slowly(), late())
    return said


async def adds_up(gathering: Gathering) -> bool:
    """Whether the record says what the sheet says."""
    sheet = counted(line.standing for line in await lines(gathering.id))
    return (await counts(gathering))[:4] == (sheet.expected, sheet.present, sheet.on_leave, sheet.absent)


@pytest.mark.parametrize(("verb", "who"), [("sign_in", "member"), ("enter", "secretary")])
async def test_who_is_entered_while_sign_in_ends_is_counted_or_told_that_it_is_late(cast: Cast, verb: str, who: str) -> None:
    gathering = await opened(cast)
    choice = By.BUTTON if verb == "sign_in" else here(cast, "offline")

    async def pressing() -> object:
        return await press(cast, who, verb, gathering.id, choice)

    said = await meanwhile(lambda: end(ENDS), pressing)
    assert said == ("sign_in/late" if verb == "sign_in" else "")
    assert await adds_up(gathering)


@pytest.mark.parametrize(("verb", "who"), [("sign_in", "member"), ("enter", "secretary")])
async def test_sign_in_that_ends_while_somebody_is_entered_counts_them(cast: Cast, verb: str, who: str) -> None:
    gathering = await opened(cast)
    choice = By.BUTTON if verb == "sign_in" else here(cast, "offline")
    await meanwhile(lambda: press(cast, who, verb, gathering.id, choice), lambda: end(ENDS))
    assert (await counts(gathering))[1] == 1
    assert await adds_up(gathering)


async def test_a_reason_that_is_typed_while_sign_in_ends_is_counted(cast: Cast) -> None:
    gathering = await opened(cast)
    assert await meanwhile(lambda: end(ENDS), lambda: why(cast, "secretary", gathering, "offline", "present")) == ""
    assert (await counts(gathering))[1] == 1
    assert await adds_up(gathering)


async def test_nothing_slips_into_a_record_that_is_just_being_locked(cast: Cast) -> None:
    gathering = await over(cast)
    said = await meanwhile(
        lambda: press(cast, "secretary", "lock_record", gathering.id, LOCK, ENDS),
        lambda: why(cast, "secretary", gathering, "offline", "present"),
    )
    assert said == "record/locked"
    assert await adds_up(gathering)


async def test_a_gathering_that_is_just_being_called_off_takes_nobody_in(cast: Cast) -> None:
    gathering = await opened(cast)
    said = await meanwhile(
        lambda: press(cast, "secretary", "call_off", gathering.id, DO),
        lambda: press(cast, "member", "sign_in", gathering.id, By.BUTTON),
    )
    assert (said, await Presence.all().count()) == ("sign_in/cancelled", 0)


async def test_sign_in_is_ended_by_hand_while_somebody_signs_in(cast: Cast) -> None:
    gathering = await opened(cast)
    await Gathering.filter(id=gathering.id).update(starts_at=NOW)
    said = await meanwhile(
        lambda: press(cast, "secretary", "end_sign_in", gathering.id),
        lambda: press(cast, "member", "sign_in", gathering.id, By.BUTTON),
    )
    assert said == "sign_in/late"
    assert await adds_up(gathering)
