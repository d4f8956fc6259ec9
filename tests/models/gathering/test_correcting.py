"""Corrections are further lines with a reason; the person concerned is told and the counts follow."""

import pytest

from bot.wording import render
from models.audit import Note
from models.card import Card
from models.gathering import Expected, Presence
from models.gathering.correcting import FIRST
from models.outbox import Delivery
from tests.cast import Cast
from tests.models.gathering.signing import ENDS, counts, here, opened, over, press, refusal, why

PRESENT, ON_LEAVE, ABSENT = range(FIRST, FIRST + 3)


async def test_a_correction_is_a_further_line_and_the_person_is_told(cast: Cast) -> None:
    gathering = await opened(cast)
    await press(cast, "member", "sign_in", gathering.id)
    await press(cast, "secretary", "end_sign_in", gathering.id, 1, gathering.starts_at)
    one = await press(cast, "secretary", "correct", gathering.id, here(cast, "member", 0), ENDS)
    assert one.screen is not None
    assert one.screen.facts == {"member": cast.member.id, "standing": "present"}
    await press(cast, "secretary", "correct", gathering.id, here(cast, "member", ON_LEAVE), ENDS)
    await why(cast, "secretary", gathering, "member", "on_leave", "left after five minutes")
    assert [(each.standing, each.via) for each in await Presence.all().order_by("id")] == [
        ("present", "tap"),
        ("on_leave", "late"),
    ]
    assert await counts(gathering) == (5, 0, 1, 4, 0)
    told = await Delivery.get(key__startswith="notice:record", member_id=cast.member.id)
    shown = (await render(Card.from_json(told.card), told.id, ENDS)).text
    assert "left after five minutes" in shown
    assert "请假" in shown
    assert "five minutes" not in str(await Note.all().values())


async def test_each_correction_is_told_once_and_ones_own_hand_not_at_all(cast: Cast) -> None:
    gathering = await over(cast)
    for stands in ("present", "absent", "present"):
        await why(cast, "secretary", gathering, "member", stands)
    await why(cast, "secretary", gathering, "secretary", "present")
    await why(cast, "secretary", gathering, "offline", "present")
    told = await Delivery.filter(key__startswith="notice:record")
    assert [each.member_id for each in told] == [cast.member.id] * 3
    assert await counts(gathering) == (5, 3, 0, 2, 0)


async def test_who_is_lawfully_left_out_is_counted_nowhere_until_they_come(cast: Cast) -> None:
    gathering = await over(cast)
    await why(cast, "secretary", gathering, "offline", "excused", "bedridden, consent of the district")
    assert await counts(gathering) == (4, 0, 0, 4, 0)
    assert (await Expected.get(member_id=cast.offline.id)).ground == "bedridden, consent of the district"
    assert (await Note.get(verb="leave_out")).actor == f"member:{cast.secretary.id}"
    await why(cast, "secretary", gathering, "offline", "present", "was carried here")
    assert await counts(gathering) == (5, 1, 0, 4, 0)


@pytest.mark.parametrize("words", ["", "x", " \n ", "长" * 101])
async def test_no_line_without_a_reason_that_can_be_read(cast: Cast, words: str) -> None:
    gathering = await over(cast)
    assert await refusal(why(cast, "secretary", gathering, "member", "present", words)) == "record/wordy"


async def test_corrections_are_for_those_who_keep_the_record(cast: Cast) -> None:
    gathering = await over(cast)
    for who in ("member", "neighbour_secretary", "foreigner"):
        assert await refusal(why(cast, who, gathering, "probationary", "absent")) == "rights/refused"
        assert await refusal(why(cast, who, gathering, "probationary", "present")) == "rights/refused"
        assert await refusal(press(cast, who, "correct", gathering.id, here(cast, "member", PRESENT), ENDS)) == "rights/refused"


async def test_what_is_so_already_is_no_correction(cast: Cast) -> None:
    gathering = await over(cast)
    same = press(cast, "secretary", "correct", gathering.id, here(cast, "member", ABSENT), ENDS)
    assert await refusal(same) == "record/same"
    foreign = press(cast, "secretary", "correct", gathering.id, here(cast, "neighbour", PRESENT), ENDS)
    assert await refusal(foreign) == "action/unknown"
