"""Where the rule says “ask”, the organisers are asked three weeks before, and one tap decides for all of them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from models.card import Answer, Card, Refusal
from models.gathering import Gathering, announce
from models.gathering.moving import called_off, shift
from models.gathering.organising import organised
from models.member import OPERATOR, grant
from models.outbox import Delivery
from models.recurrence import DayOfMonth
from models.theme_day import ask, dates, next_due, shift_day
from models.theme_day.drawing import on
from tests.cast import NOW, Cast
from tests.models.theme_day.rules import days, ruled

FIFTH = DayOfMonth(5)  # 5 December 2026 is a Saturday


async def asking(cast: Cast) -> Gathering:
    await grant(OPERATOR, cast.member.member, cast.branch.id, "org_member", NOW)
    await ruled(cast, FIFTH, "ask")
    await ask(NOW)
    return await Gathering.get(month="2026-12")


async def cards(gathering: Gathering) -> dict[int | None, Card]:
    return {one.member_id: Card.from_json(one.card) for one in await Delivery.filter(about=f"shift:{gathering.id}")}


async def tapped(cast: Cast, who: str, gathering: Gathering, choice: int) -> Answer:
    return await shift_day(await getattr(cast, who).acting(), gathering.id, choice, NOW)


async def test_the_day_stays_where_the_rule_says_until_somebody_decides(cast: Cast) -> None:
    await ruled(cast, FIFTH, "ask")
    assert (await days(cast.branch))[0] == "2026-12-05"
    june = await Gathering.get(month="2027-06")
    assert june.ask_due == datetime(2027, 5, 15, 0, 30, tzinfo=UTC)  # 8:30 in Shanghai, three weeks before Saturday 5 June
    assert (await Gathering.get(month="2027-01")).ask_due is None  # a Tuesday


async def test_the_clock_knows_when_to_ask(cast: Cast) -> None:
    await ruled(cast, FIFTH, "ask")
    assert await next_due() == NOW
    await ask(NOW)
    assert await next_due() == datetime(2027, 5, 15, 0, 30, tzinfo=UTC)


async def test_all_organisers_are_asked_once_with_the_days_it_could_be(cast: Cast) -> None:
    gathering = await asking(cast)
    await ask(NOW + timedelta(days=1))
    found = await cards(gathering)
    assert set(found) == {cast.secretary.id, cast.member.id}
    card = found[cast.secretary.id]
    numbers = card.facts["dates"]
    assert isinstance(numbers, list)
    assert await dates(numbers, NOW) == ["2026-12-05", "2026-12-07", "2026-12-04"]
    assert [tap.choice for row in card.taps for tap in row] == [1, 2, 4]


@pytest.mark.parametrize(("choice", "day"), [(1, "2026-12-07"), (2, "2026-12-04"), (4, "2026-12-05")])
async def test_a_tap_decides_and_everybody_asked_sees_it(cast: Cast, choice: int, day: str) -> None:
    gathering = await asking(cast)
    answer = await tapped(cast, "member", gathering, choice)
    assert answer.toast == Card("theme_day/shifted", {"starts": f"{day}T15:00"})
    assert (await days(cast.branch))[0] == day
    told = Card("theme_day/shift_told", {"gathering": gathering.id, "by": cast.member.id})
    assert [*(await cards(gathering)).values()] == [told] * 2


async def test_who_thinks_again_may_decide_again(cast: Cast) -> None:
    gathering = await asking(cast)
    await tapped(cast, "secretary", gathering, 1)
    await tapped(cast, "member", gathering, 4)
    assert (await days(cast.branch))[0] == "2026-12-05"


async def test_what_was_decided_is_not_asked_again(cast: Cast) -> None:
    gathering = await asking(cast)
    await tapped(cast, "secretary", gathering, 4)
    await ask(NOW + timedelta(days=3))
    assert len(await cards(gathering)) == 2


async def test_what_was_moved_by_hand_is_not_asked_about(cast: Cast) -> None:
    await ruled(cast, FIFTH, "ask")
    gathering = await Gathering.get(month="2026-12")
    await Gathering.filter(id=gathering.id).update(local_date=gathering.local_date + timedelta(days=2))
    await ask(NOW)
    assert await cards(gathering) == {}


async def test_an_announced_day_is_not_moved_here(cast: Cast) -> None:
    gathering = await asking(cast)
    await announce(datetime(2026, 11, 30, tzinfo=UTC))
    with pytest.raises(Refusal, match="theme_day/announced"):
        await tapped(cast, "secretary", gathering, 1)


async def test_a_day_that_collides_with_nothing_is_no_question(cast: Cast) -> None:
    await asking(cast)
    with pytest.raises(Refusal, match="action/unknown"):
        await tapped(cast, "secretary", await Gathering.get(month="2027-01"), 1)


async def test_a_question_of_the_clock_counts_against_the_weeks_limit(cast: Cast) -> None:
    gathering = await asking(cast)
    assert {one.kind for one in await Delivery.filter(about=f"shift:{gathering.id}")} == {"duty"}


async def test_an_old_button_does_not_undo_what_was_moved_by_hand(cast: Cast) -> None:
    gathering = await asking(cast)
    row, wish = await organised(await cast.secretary.acting(), gathering.id), on(gathering, date(2026, 12, 15))
    await shift(row, wish, NOW, "member")
    for choice in (1, 2, 4):
        with pytest.raises(Refusal, match="gathering/changed_meanwhile"):
            await tapped(cast, "member", gathering, choice)
    assert (await days(cast.branch))[0] == "2026-12-15"


async def test_what_was_called_off_is_said_to_be(cast: Cast) -> None:
    gathering = await asking(cast)
    await called_off(await organised(await cast.secretary.acting(), gathering.id), NOW, "member")
    with pytest.raises(Refusal, match="gathering/too_late") as no:
        await tapped(cast, "member", gathering, 1)
    assert no.value.card.facts == {"state": "cancelled"}
    assert {one.state for one in await Delivery.filter(key__contains="shift:")} == {"cancelled"}  # none had left yet


async def test_a_question_that_was_overtaken_is_taken_back(cast: Cast) -> None:
    gathering = await asking(cast)
    sent = await Delivery.get(about=f"shift:{gathering.id}", member_id=cast.secretary.id)
    await Delivery.filter(id=sent.id).update(state="sent", message_id=7, sent_at=NOW)
    row = await organised(await cast.secretary.acting(), gathering.id)
    await shift(row, on(gathering, date(2026, 12, 15)), NOW, "member")
    found = await Delivery.filter(key__contains="shift:")
    states = {one.member_id: (one.state, Card.from_json(one.card).name) for one in found}
    assert states[cast.secretary.id] == ("queued", "gathering/moved_card")  # the message it was becomes that
    assert states[cast.member.id][0] == "cancelled"
