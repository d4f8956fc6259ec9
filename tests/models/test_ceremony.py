"""Where birthdays meet a theme day: the sheet five days before, who leads the oath, who tells why they joined."""

from datetime import date, time, timedelta

import pytest

from bot.wording import render
from models.birthday import BirthdayWish
from models.card import Card, Refusal
from models.ceremony import Ceremony, lead, next_due, prepare, speak
from models.database import atomic
from models.gathering import Gathering, Speaker
from models.gathering.moving import DO, call_off, move, packed
from models.member import Role
from models.outbox import Delivery
from models.theme_day.drawing import on, redate
from tests.cast import NOW, Cast, planned
from tests.models.birthday import born

DAY = timedelta(days=1)


async def theme_day(cast: Cast) -> Gathering:
    """On 1 December at 15:00; two of the branch have their day in that month."""
    await born.dated(cast.member, date(1999, 12, 5))
    await born.dated(cast.offline, date(1976, 12, 20))
    await born.dated(cast.former, date(1999, 11, 30))
    found = await planned(cast)
    await Gathering.filter(id=found.id).update(kind="theme_day", title="")
    return found


async def sheets() -> list[Delivery]:
    return await born.owed("ceremony/sheet")


async def told(cast: Cast) -> str:
    (one,) = await sheets()
    return (await render(Card.from_json(one.card), 1, NOW)).text


async def test_five_days_before_the_organisers_get_the_sheet_once(cast: Cast) -> None:
    gathering = await theme_day(cast)
    assert await next_due() == gathering.starts_at - 5 * DAY
    await prepare(gathering.starts_at - 5 * DAY - DAY / 24)
    assert await sheets() == []
    assert [await prepare(gathering.starts_at - 5 * DAY + late) for late in (DAY / 24, DAY, 2 * DAY)] == [1, 0, 0]
    (one,) = await sheets()
    assert (one.member_id, one.kind, one.live) == (cast.secretary.id, "duty", True)
    assert await next_due() is None
    text = await told(cast)
    for words in ("12月主题党日：政治生日", "12月5日　member，27周年", "12月20日　offline，50周年", "还没有定", "还没有人报名"):
        assert words in text, words
    assert "former" not in text


async def test_where_nobody_is_celebrated_there_is_no_sheet(cast: Cast) -> None:
    gathering = await theme_day(cast)
    await BirthdayWish.create(root_id=cast.district.id, member_id=cast.member.id, how="none")
    await born.dated(cast.offline, None)
    await prepare(gathering.starts_at - DAY)
    assert await sheets() == []
    assert await Ceremony.all().count() == 1


async def test_who_wants_it_in_private_only_is_marked_so(cast: Cast) -> None:
    gathering = await theme_day(cast)
    await BirthdayWish.create(root_id=cast.district.id, member_id=cast.member.id, how="private", hides_years=True)
    await prepare(gathering.starts_at - DAY)
    assert "12月5日　member（只要私下祝贺）" in await told(cast)


async def test_an_ordinary_gathering_and_one_called_off_have_none(cast: Cast) -> None:
    gathering = await theme_day(cast)
    await Gathering.filter(id=gathering.id).update(state="cancelled")
    await planned(cast, date(2026, 12, 2))
    await prepare(gathering.starts_at - DAY)
    assert await Ceremony.all().count() == 0


async def test_the_organiser_names_who_leads_the_oath_and_may_name_another(cast: Cast) -> None:
    gathering = await theme_day(cast)
    await prepare(gathering.starts_at - DAY)
    by = await cast.secretary.acting()
    for person in (cast.member, cast.offline):
        await lead(by, gathering.id, person.id, NOW)
        assert f"领誓：{person.member.name}" in await told(cast)
    assert await Ceremony.all().count() == 1


async def test_only_who_is_celebrated_leads_the_oath(cast: Cast) -> None:
    gathering = await theme_day(cast)
    for who in (cast.former, cast.neighbour):
        with pytest.raises(Refusal, match="action/unknown"):
            await lead(await cast.secretary.acting(), gathering.id, who.id, NOW)
    with pytest.raises(Refusal, match="rights/refused"):
        await lead(await cast.member.acting(), gathering.id, cast.member.id, NOW)


async def test_whoever_is_celebrated_signs_up_to_speak_and_thinks_again(cast: Cast) -> None:
    gathering = await theme_day(cast)
    await born.look(NOW)
    await prepare(gathering.starts_at - DAY)
    one, by = await born.planned(cast.member), await cast.member.acting()
    answer = await speak(by, one.id, 1, NOW)
    assert answer.toast == Card("ceremony/speaking", {"speaks": True, "starts": "2026-12-01T15:00"})
    assert "讲初心：member" in await told(cast)
    assert [row.member_id for row in await Speaker.all()] == [cast.member.id]
    await speak(by, one.id, 1, NOW)
    assert await Speaker.all().count() == 0


async def test_where_no_theme_day_is_planned_the_member_hears_so(cast: Cast) -> None:
    gathering = await theme_day(cast)
    await born.look(NOW)
    one, by = await born.planned(cast.member), await cast.member.acting()
    with pytest.raises(Refusal, match="ceremony/no_day"):
        await speak(by, one.id, 1, gathering.starts_at)
    assert await Speaker.all().count() == 0


async def test_the_sheet_of_a_night_waits_for_the_morning(cast: Cast) -> None:
    gathering = await theme_day(cast)
    await prepare(gathering.starts_at - 3 * DAY + timedelta(hours=8))  # 23:00 there
    (one,) = await sheets()
    assert (one.state, one.due_at) == ("held", born.at(date(2026, 11, 29), 8, 30))


async def moved_to(cast: Cast, gathering: Gathering, day: date) -> None:
    async with atomic():
        await move(await cast.secretary.acting(), gathering.id, packed(day, time(15)), NOW)


async def test_a_theme_day_moved_to_another_month_has_a_sheet_of_that_month_and_the_old_one_is_over(cast: Cast) -> None:
    gathering = await theme_day(cast)
    await prepare(gathering.starts_at - DAY)
    await Delivery.filter(id=(await sheets())[0].id).update(state="sent", message_id=9)
    await lead(await cast.secretary.acting(), gathering.id, cast.member.id, NOW)
    await moved_to(cast, gathering, date(2027, 1, 8))
    assert await sheets() == []
    (old,) = await born.owed("gathering/moved_card")
    assert (old.message_id, Card.from_json(old.card).taps) == (9, ())
    await born.dated(cast.former, date(1999, 1, 30))
    start = (await Gathering.get(id=gathering.id)).starts_at
    assert await next_due() == start - 5 * DAY
    assert [await prepare(start - late * DAY) for late in (6, 5, 4)] == [0, 1, 0]
    text = await told(cast)
    assert "1月30日　former" in text
    assert "领誓：还没有定" in text
    assert "offline" not in text


async def test_who_leads_the_oath_still_does_on_another_day_of_the_month(cast: Cast) -> None:
    gathering = await theme_day(cast)
    await prepare(gathering.starts_at - DAY)
    await lead(await cast.secretary.acting(), gathering.id, cast.member.id, NOW)
    await moved_to(cast, gathering, date(2026, 12, 2))
    assert await sheets() == [], "what has not left is taken back"
    await prepare(gathering.starts_at - DAY)
    assert "领誓：member" in await told(cast)


async def test_once_it_is_called_off_the_sheet_says_so_and_nobody_is_named_any_more(cast: Cast) -> None:
    gathering = await theme_day(cast)
    await prepare(gathering.starts_at - DAY)
    async with atomic():
        await call_off(await cast.secretary.acting(), gathering.id, DO, NOW)
    assert await sheets() == []
    with pytest.raises(Refusal, match="gathering/too_late"):
        await lead(await cast.secretary.acting(), gathering.id, cast.member.id, NOW)
    assert await prepare(gathering.starts_at - DAY) == 0
    assert await next_due() is None


async def test_an_oath_led_before_there_is_a_sheet_does_not_take_the_sheet_away(cast: Cast) -> None:
    gathering = await theme_day(cast)
    await lead(await cast.secretary.acting(), gathering.id, cast.member.id, NOW)
    await prepare(gathering.starts_at - DAY)
    assert "领誓：member" in await told(cast)


async def test_whose_office_has_ended_is_shown_no_newer_sheet(cast: Cast) -> None:
    gathering = await theme_day(cast)
    await born.look(NOW)
    await prepare(gathering.starts_at - DAY)
    await Delivery.all().update(state="sent", message_id=9)
    await Role.filter(member_id=cast.secretary.id).update(until_at=NOW)
    await speak(await cast.member.acting(), (await born.planned(cast.member)).id, 1, NOW)
    (one,) = await sheets()
    assert (one.live, one.state) == (False, "sent")


async def test_a_theme_day_the_rule_puts_on_another_day_has_no_sheet_of_the_old_one(cast: Cast) -> None:
    gathering = await theme_day(cast)
    await prepare(gathering.starts_at - DAY)
    one = await Gathering.get(id=gathering.id)
    assert await redate(await cast.secretary.acting(), cast.branch, one, on(one, date(2027, 1, 8)), NOW)
    assert await sheets() == []
    assert await next_due() == (await Gathering.get(id=one.id)).starts_at - 5 * DAY
