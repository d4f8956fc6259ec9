"""A greeting belongs to its day: neither a full week nor quiet hours swallow it, and who is entered late is not forgotten."""

from datetime import date, timedelta

import pytest

from bot.wording import render
from models import birthday
from models.birthday import Birthday, hold, next_due, settle, wish
from models.birthday.ways import NAMES, PACK
from models.card import Card, Refusal
from models.member import Member
from models.organisation import Node, grow
from models.outbox import Recipient, debt, owe_many
from models.roster import Book, MemberLine, compare, enter
from models.rounds import Round
from tests.cast import NOW, Cast
from tests.models.birthday.born import TODAY, at, dated, look, looked_at, owed, planned, settled, to_whom
from tests.models.birthday.test_looking import DAY, JOINED, habit
from tests.models.birthday.test_looking import wish as wishing
from tests.models.roster.district import admin

COLUMNS = ["name", "home", "joined_on"]


async def entered(cast: Cast, name: str, joined_on: date, home: str = "branch", hour: int = 14) -> None:
    """A row of a sheet, entered on the day."""
    book, by = (
        Book([], [MemberLine(2, None, name, home, joined_on=joined_on.isoformat())], columns=COLUMNS),
        admin(cast.district),
    )
    assert not (await compare(by, cast.district.id, book, at(TODAY, hour))).faults
    await enter(by, cast.district.id, book, None, at(TODAY, hour))


async def test_a_full_week_does_not_hold_a_greeting_back(cast: Cast) -> None:
    await dated(cast.member, JOINED)
    to = Recipient(cast.bot.id, cast.district.id, member_id=cast.member.id)
    await owe_many([debt("reminder", Card("x"), to, f"reminder:{number}", NOW) for number in range(5)])
    await look(NOW)
    (one,) = await owed("birthday/greeting")
    assert (one.state, one.expire_at) == ("queued", at(TODAY + DAY, 0))


async def test_a_date_entered_after_the_hour_is_greeted_the_same_day(cast: Cast) -> None:
    await settled(cast)
    await looked_at(TODAY)
    await entered(cast, "member", JOINED)
    await look(at(TODAY, 14, 1))
    (one,) = await owed("birthday/greeting")
    assert (one.member_id, one.state, one.due_at) == (cast.member.id, "queued", at(TODAY, 14, 1))


async def test_somebody_added_on_their_day_is_seen_at_once_by_the_branch_alone(cast: Cast) -> None:
    await settled(cast)
    await looked_at(TODAY)
    await entered(cast, "newcomer", JOINED)
    assert await birthday.look(at(TODAY, 14, 1)) == 2  # the branch, and the district above it
    assert (await Birthday.get()).greet_due == at(TODAY, 14, 1)


async def test_somebody_of_a_party_group_is_seen_with_the_branch(cast: Cast) -> None:
    await settled(cast)
    await grow(cast.branch, "first group", "party_group")
    await looked_at(TODAY)
    await entered(cast, "of the group", JOINED, "first group")
    await look(at(TODAY, 14, 1))
    assert (await Birthday.get()).state == "greeted"


async def test_a_date_entered_at_night_wakes_nobody_and_is_over_in_the_morning(cast: Cast) -> None:
    await settled(cast)
    await looked_at(TODAY)
    await entered(cast, "member", JOINED, hour=22)
    for moment in (at(TODAY, 22), at(TODAY + DAY, 8), at(TODAY + DAY, 9)):
        await look(moment)
        assert (await planned(cast.member)).greet_due is None
    assert await owed("birthday/greeting") == []


async def test_who_was_greeted_on_a_wrong_day_is_greeted_on_the_right_one_too(cast: Cast) -> None:
    await settled(cast)
    await dated(cast.member, JOINED)
    await looked_at(TODAY)
    await dated(cast.member, JOINED + 9 * DAY)
    for day in range(1, 11):
        await looked_at(TODAY + day * DAY)
    assert [one.due_at for one in await owed("birthday/greeting")] == [at(TODAY), at(TODAY + 9 * DAY)]
    assert len(await owed("birthday/preview")) == 1


async def test_a_wrong_day_put_right_on_the_right_one_is_made_good_at_once(cast: Cast) -> None:
    await settled(cast)
    await dated(cast.member, JOINED - DAY)
    await looked_at(TODAY - DAY)
    await dated(cast.member, JOINED)
    await looked_at(TODAY)
    assert [one.due_at for one in await owed("birthday/greeting")] == [at(TODAY - DAY), at(TODAY)]


async def test_another_way_of_keeping_29_february_greets_nobody_twice(cast: Cast) -> None:
    await settled(cast)
    await dated(cast.member, date(1996, 2, 29))
    await looked_at(date(2027, 2, 28))
    await habit(cast, leap="mar1")
    await looked_at(date(2027, 3, 1))
    assert len(await owed("birthday/greeting")) == 1


@pytest.mark.parametrize(
    ("quiet", "hour", "leaves"),
    [
        (("21:00", "08:30"), "09:00", (9, 0)),
        (("21:00", "08:30"), "08:00", (8, 30)),
        (("17:00", "08:30"), "18:00", (16, 59)),  # they end tomorrow
        (("11:30", "14:00"), "12:00", (14, 0)),
    ],
)
async def test_quiet_hours_move_a_greeting_within_its_day(
    cast: Cast, quiet: tuple[str, str], hour: str, leaves: tuple[int, int]
) -> None:
    await settled(cast)
    await Node.filter(id=cast.branch.id).update(quiet_from=quiet[0], quiet_until=quiet[1])
    await dated(cast.member, JOINED)
    await habit(cast, greet_at=hour)
    await looked_at(TODAY - DAY, hour=1)
    moments = []
    while not await owed("birthday/greeting"):
        due = await next_due()
        assert due is not None
        moments.append(due)
        await look(due)
    assert moments[-1] == at(TODAY, *leaves)


async def test_who_thinks_again_on_the_day_is_greeted(cast: Cast) -> None:
    await settled(cast)
    await dated(cast.member, JOINED)
    await wishing(cast, "none")
    await looked_at(TODAY)
    assert await owed("birthday/greeting") == []
    await wish(await cast.member.acting(), cast.member.id, 2, at(TODAY, 15))
    await look(at(TODAY, 15))
    assert await to_whom("birthday/greeting") == [cast.member.id]


async def test_a_branch_that_changes_its_day_on_that_day_greets_by_the_new_one(cast: Cast) -> None:
    await settled(cast)
    await dated(cast.member, date(1998, 1, 1), JOINED)
    await looked_at(TODAY)
    await settle(await cast.secretary.acting(), cast.branch.id, (NAMES.index("basis") + 1) * PACK, at(TODAY, 10))
    await settle(await cast.secretary.acting(), cast.branch.id, (NAMES.index("basis") + 1) * PACK, at(TODAY, 10))
    await look(at(TODAY, 10))
    assert await to_whom("birthday/greeting") == [cast.member.id]


async def test_a_greeting_withheld_between_its_call_and_its_hour_is_not_owed(cast: Cast) -> None:
    await settled(cast)
    await dated(cast.member, JOINED)
    await birthday.look(at(TODAY))
    await hold(await cast.secretary.acting(), (await planned(cast.member)).id, 1, at(TODAY))
    await birthday.greet(at(TODAY))
    assert await owed("birthday/greeting") == []


async def test_a_secretary_is_told_ahead_in_the_morning_when_a_date_was_entered_at_night(cast: Cast) -> None:
    await settled(cast)
    await looked_at(TODAY)
    await entered(cast, "member", JOINED + 3 * DAY, hour=22)
    await look(at(TODAY, 22))
    (shown,) = await owed("birthday/preview")
    assert (shown.state, shown.due_at) == ("held", at(TODAY + DAY, 8, 30))


async def test_a_node_that_cannot_be_looked_at_holds_up_no_other(cast: Cast) -> None:
    await settled(cast)
    await Node.filter(id=cast.neighbours.id).update(zone="Nowhere/At_all")
    await dated(cast.member, JOINED)
    with pytest.raises(ExceptionGroup, match="look_due of 1 node_round"):
        await birthday.look(NOW)
    await birthday.greet(NOW)
    assert await to_whom("birthday/greeting") == [cast.member.id]
    later = {one.node_id: one.look_due for one in await Round.all()}
    assert later[cast.neighbours.id] == NOW + timedelta(hours=1)
    assert await birthday.look(NOW) == 0


async def test_of_whom_nothing_was_said_on_their_day_those_responsible_hear_once(cast: Cast) -> None:
    await settled(cast)
    await dated(cast.member, JOINED)
    await looked_at(TODAY - DAY, hour=10)  # planned, and then nothing runs for a day
    await looked_at(TODAY + DAY, TODAY + 2 * DAY)
    (one,) = await owed("birthday/missed")
    assert (one.member_id, one.kind, (await planned(cast.member)).state) == (cast.secretary.id, "duty", "missed")
    text = (await render(Card.from_json(one.card), 1, NOW)).text
    assert "11月21日　member同志，27周年" in text
    with pytest.raises(Refusal, match="birthday/greeted"):
        await hold(await cast.secretary.acting(), (await planned(cast.member)).id, 1, at(TODAY + DAY))


@pytest.mark.parametrize("why", ["wish", "withheld", "deceased", "another date"])
async def test_whom_nobody_was_to_greet_was_not_missed(cast: Cast, why: str) -> None:
    await settled(cast)
    await dated(cast.member, JOINED)
    await looked_at(TODAY - DAY, hour=10)
    await let_be(cast, why)
    await looked_at(TODAY + DAY)
    assert await owed("birthday/missed") == []


async def let_be(cast: Cast, why: str) -> None:
    match why:
        case "wish":
            await wishing(cast, "none")
        case "withheld":
            await hold(await cast.secretary.acting(), (await planned(cast.member)).id, 1, at(TODAY - DAY, 11))
        case "deceased":
            await Member.filter(id=cast.member.id).update(status="deceased")
        case _:
            await dated(cast.member, JOINED - 30 * DAY)
