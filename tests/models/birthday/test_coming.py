"""What the clock's daily look tells the secretary ahead: each card a week before, the month thirty days before; once."""

from datetime import date

from models.birthday import Birthday, next_due
from models.card import Card
from models.member import Member
from models.outbox import Delivery
from tests.cast import NOW, Cast
from tests.models.birthday.born import TODAY, at, dated, look, looked_at, owed, planned, settled, to_whom
from tests.models.birthday.test_looking import DAY


async def test_a_week_before_the_secretary_sees_the_card_once(cast: Cast) -> None:
    await settled(cast)
    await dated(cast.member, date(1999, 11, 28))
    await looked_at(TODAY, TODAY + DAY, TODAY + 2 * DAY)
    (one,) = await owed("birthday/preview")
    assert (one.member_id, one.kind, one.live) == (cast.secretary.id, "duty", True)
    assert [tap.verb for row in Card.from_json(one.card).taps for tap in row] == ["birthday_words"] * 2 + ["birthday_hold"]


async def test_who_was_entered_late_is_shown_late_but_before_the_day(cast: Cast) -> None:
    await settled(cast)
    await looked_at(TODAY)
    await dated(cast.member, date(1999, 11, 24))
    await looked_at(TODAY + DAY)
    assert await to_whom("birthday/preview") == [cast.secretary.id]


async def test_who_was_entered_after_the_others_of_the_week_were_shown_is_shown_alone(cast: Cast) -> None:
    await settled(cast)
    await dated(cast.offline, date(1989, 11, 28))
    await looked_at(TODAY)
    await dated(cast.member, date(1999, 11, 28))
    await looked_at(TODAY + DAY)
    shown = [Card.from_json(one.card).facts["birthday"] for one in await owed("birthday/preview")]
    assert shown == [(await planned(person)).id for person in (cast.offline, cast.member)]
    assert await owed("birthday/previews") == []


async def test_several_of_a_day_are_one_message(cast: Cast) -> None:
    await dated(cast.member, date(1999, 11, 28))
    await dated(cast.offline, date(1989, 11, 28))
    await look(NOW)
    assert await owed("birthday/preview") == []
    (one,) = await owed("birthday/previews")
    assert [tap.shown for row in Card.from_json(one.card).taps for tap in row] == ["member", "offline"]


async def test_the_month_is_listed_thirty_days_before_it_begins_with_those_passed_over(cast: Cast) -> None:
    await settled(cast)
    await dated(cast.member, date(1999, 12, 5))
    await dated(cast.former, date(1999, 12, 6))
    await Member.filter(id=cast.former.id).update(status="deceased")
    await looked_at(date(2026, 10, 31))
    assert await owed("birthday/month") == []
    await looked_at(date(2026, 11, 1), date(2026, 11, 2))
    (one,) = await owed("birthday/month")
    assert one.member_id == cast.secretary.id
    card = Card.from_json(one.card)
    assert card.facts == {"birthday_month": [cast.branch.id, 202612, 1]}
    assert [tap.shown for row in card.taps for tap in row][:1] == ["member"]


async def test_a_month_without_anybody_is_no_message(cast: Cast) -> None:
    await dated(cast.member, date(1999, 6, 5))
    await look(NOW)
    assert await Delivery.all().count() == 0


async def test_a_date_that_was_corrected_moves_the_celebration(cast: Cast) -> None:
    await settled(cast)
    await dated(cast.member, date(1999, 12, 5))
    await looked_at(TODAY)
    await dated(cast.member, date(1999, 12, 9))
    await looked_at(TODAY + DAY)
    assert (await planned(cast.member)).day == date(2026, 12, 9)
    assert await Birthday.filter(member_id=cast.member.id).count() == 1


async def test_the_clock_stops_only_at_days_on_which_something_happens(cast: Cast) -> None:
    await settled(cast)
    await dated(cast.member, date(1999, 3, 20))
    stops = []
    await look(NOW)
    for _ in range(4):
        due = await next_due()
        assert due is not None
        stops.append(due)
        await look(due)
    listed, shown, day = at(date(2027, 1, 30)), at(date(2027, 3, 13)), at(date(2027, 3, 20))
    assert stops == [listed, shown, day, at(date(2028, 1, 31))]


async def test_where_nobodys_date_is_known_there_is_nothing_to_wait_for(cast: Cast) -> None:
    await look(NOW)
    assert await next_due() is None
