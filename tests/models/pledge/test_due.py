"""The clock asks, urges, tells those responsible and closes; late or twice, each is asked once; a group hears nothing."""

from datetime import UTC, date, datetime, timedelta

from models.calendar import instant
from models.card import Card
from models.member import OPERATOR, Account, Member, Role
from models.organisation import Node, grow
from models.outbox import Delivery
from models.pledge import Campaign, Pledge, Promise, campaign, choosing, counter, next_due, overdue, remind
from models.pledge.cards import PACK, WITHDRAW
from models.pledge.reporting import say
from models.pledge.stages import END, HALF, Kept
from models.roles import end
from tests.cast import NOW, ZONE, Cast, settle
from tests.dump import changed, dump
from tests.models.pledge.given import YEAR, approved, chosen, made, opened, reports, shown, under_way

DAY = timedelta(days=1)


def morning(day: date) -> datetime:
    """Half past eight there: when the clock speaks."""
    return datetime(day.year, day.month, day.day, 0, 30, tzinfo=UTC)


ASK1, URGE1, TELL1 = (morning(date(2027, 6, day)) for day in (1, 8, 15))
ASK2, URGE2, TELL2 = morning(date(2027, 11, 23)), morning(date(2027, 12, 1)), morning(date(2027, 12, 8))
CLOSE = morning(date(2027, 12, 30))


async def asked(kind: str = "reminder") -> list[int | None]:
    """Whom messages of a kind are owed to, and empties what is there."""
    found = await Delivery.filter(kind=kind).order_by("member_id")
    await Delivery.filter(kind=kind).delete()
    return [each.member_id for each in found]


async def test_a_year_by_the_clock(cast: Cast) -> None:
    """Two pledge; one reports each time, the other never."""
    one = await opened(cast)
    diligent = await under_way(cast, one, cast.member)
    await under_way(cast, one, cast.probationary, public=True)
    await Delivery.filter(chat_id__not_isnull=True).update(state="sent", message_id=9, sent_at=NOW)
    before = await Delivery.filter(chat_id__not_isnull=True).count()
    expected = {
        ASK1: ([cast.member.id, cast.probationary.id], []), URGE1: ([cast.probationary.id], []),
        TELL1: ([], [cast.secretary.id]),
        ASK2: ([cast.member.id, cast.probationary.id], []), URGE2: ([cast.probationary.id], []),
        TELL2: ([], [cast.secretary.id]), CLOSE: ([], []),
    }  # fmt: skip
    for moment, told in expected.items():
        assert await next_due() == moment
        await remind(moment - timedelta(seconds=1))
        assert (await asked(), await asked("duty")) == ([], [])
        await remind(moment)
        await remind(moment)
        assert (await asked(), await asked("duty")) == told, moment
        if moment in (ASK1, ASK2):
            await reports(cast.member, diligent, HALF if moment == ASK1 else END, now=moment)
    assert (await next_due(), (await Campaign.get(id=one.id)).state) == (None, "closed")
    assert await Delivery.filter(chat_id__not_isnull=True).count() == before  # nothing but the card's last edit
    group = await Delivery.filter(chat_id=cast.group.id, live=True).get()
    assert Card.from_json(group.card) == Card("pledge/over_card", {"counter": [one.id, cast.branch.id]})


async def public(cast: Cast, one: Campaign, now: datetime) -> list[object]:
    """All that any group is owed, and what its card is worded from."""
    found = await Delivery.filter(chat_id__not_isnull=True).order_by("id")
    facts = await counter([one.id, cast.branch.id], now)
    return [*((each.id, each.kind, each.card, each.wanted) for each in found), {**facts, "round": 0}]


async def test_no_group_hears_who_or_how_many_are_overdue_whatever_the_clock_does(cast: Cast) -> None:
    one = await opened(cast)
    for person in (cast.member, cast.probationary, cast.former):
        await under_way(cast, one, person)
    await Delivery.filter(chat_id__not_isnull=True).update(state="sent", message_id=9, sent_at=NOW)
    before = await public(cast, one, NOW)
    told = set[int | None]()
    for moment in (ASK1, URGE1, TELL1, ASK2, URGE2, TELL2):
        await remind(moment)
        assert await public(cast, one, moment) == before, moment
        told |= {*await asked(), *await asked("duty")}
    assert told == {cast.member.id, cast.probationary.id, cast.former.id, cast.secretary.id}
    assert not {"member", "probationary", "former"} & set(str(before).split("'"))


async def test_who_only_began_or_waits_for_the_branch_is_not_asked_and_those_responsible_hear_what_waits(cast: Cast) -> None:
    one = await opened(cast)
    await made(one, cast.member)
    await chosen(one, cast.probationary)
    for moment in (ASK1, URGE1, TELL1):
        await remind(moment)
    assert (await asked(), await asked("duty")) == ([], [cast.secretary.id])
    found = await overdue([one.id, HALF, cast.branch.id], TELL1)
    assert (found["count"], found["waiting"]) == (0, 1)


async def test_who_never_said_whether_it_may_be_published_is_asked_like_all_others(cast: Cast) -> None:
    one = await opened(cast)
    pledge = await approved(cast, one, cast.member)
    await remind(ASK1)
    card = await shown(cast.member, f"pledge_of:{pledge.id}")
    assert [tap.label for row in card.taps for tap in row][3:] == ["pledge.publish", "pledge.keep"]
    await reports(cast.member, pledge, HALF, now=ASK1)
    assert (await overdue([one.id, HALF, cast.branch.id], ASK1))["count"] == 0
    assert await Delivery.filter(about=f"pledge_shown:{pledge.id}").count() == 0


async def test_the_list_names_who_is_overdue_as_it_is_when_it_leaves(cast: Cast) -> None:
    one = await opened(cast)
    first = await under_way(cast, one, cast.member)
    await under_way(cast, one, cast.probationary)
    for moment in (ASK1, URGE1, TELL1):
        await remind(moment)
    card = Card.from_json((await Delivery.get(kind="duty")).card)
    assert (card.name, card.facts) == ("pledge/overdue", {"overdue": [one.id, HALF, cast.branch.id]})
    assert [tap.verb for row in card.taps for tap in row] == ["pledge_review"]
    assert (await overdue([one.id, HALF, cast.branch.id], TELL1))["names"] == ["member", "probationary"]
    await reports(cast.member, first, HALF, now=TELL1)
    assert (await overdue([one.id, HALF, cast.branch.id], TELL1))["names"] == ["probationary"]


async def test_who_died_moved_or_has_no_telegram_is_not_reminded(cast: Cast) -> None:
    one = await opened(cast)
    for person in (cast.member, cast.probationary, cast.former):
        await under_way(cast, one, person)
    await Member.filter(id=cast.member.id).update(status="deceased")
    await Account.filter(member_id=cast.probationary.id).delete()
    await remind(ASK1)
    assert await asked() == [cast.former.id]
    found = await overdue([one.id, HALF, cast.branch.id], ASK1)
    assert (found["names"], found["offline"], found["count"]) == (["former"], ["probationary"], 2)
    for moment in (URGE1, TELL1):
        await remind(moment)
    card = Card.from_json((await Delivery.get(kind="duty")).card)
    assert [tap.verb for row in card.taps for tap in row] == ["pledge_for", "pledge_review"]


async def test_switched_off_over_two_steps_it_asks_first_and_urges_a_week_later(cast: Cast) -> None:
    one = await opened(cast)
    await under_way(cast, one, cast.member)
    late = TELL1 + 3 * DAY
    await remind(late)
    await remind(late + DAY)
    assert (await asked(), await asked("duty")) == ([cast.member.id], [])
    assert await next_due() == late + 7 * DAY


async def test_a_reminder_waits_for_the_morning_and_for_the_weeks_limit(cast: Cast) -> None:
    one = await opened(cast)
    await under_way(cast, one, cast.member)
    await remind(ASK1 + timedelta(hours=14))
    owed = await Delivery.get(kind="reminder")
    assert (owed.state, owed.due_at, owed.live) == ("held", ASK1 + DAY, True)


async def held_reminder(cast: Cast) -> tuple[Campaign, Pledge]:
    """The half year is over, and the member's reminder waits for their week."""
    one = await opened(cast)
    pledge = await under_way(cast, one, cast.member)
    await remind(ASK1)
    held = {"state": "held", "reason": "cap", "due_at": ASK1 + 7 * DAY}
    assert await Delivery.filter(kind="reminder", member_id=cast.member.id).update(**held) == 1
    return one, pledge


async def test_a_reminder_that_waits_for_the_weeks_limit_is_taken_back_when_all_is_said(cast: Cast) -> None:
    _, pledge = await held_reminder(cast)
    first, second = [each.id for each in await Promise.filter(pledge_id=pledge.id).order_by("position")]
    by = await cast.member.acting(ASK1)
    await say(by, first, HALF * PACK + Kept.DONE, ASK1)
    assert (await Delivery.get(kind="reminder")).state == "held"
    await say(by, second, HALF * PACK + Kept.NOT, ASK1)
    assert (await Delivery.get(kind="reminder")).state == "cancelled"


async def test_a_reminder_that_waits_is_taken_back_with_the_pledge(cast: Cast) -> None:
    one, _ = await held_reminder(cast)
    await choosing.pledge(await cast.member.acting(ASK1), one.id, WITHDRAW, ASK1)
    assert (await Delivery.get(kind="reminder")).state == "cancelled"


async def test_the_list_of_the_late_that_waits_is_not_given_to_whose_office_has_ended(cast: Cast) -> None:
    one = await opened(cast)
    await under_way(cast, one, cast.member)
    for moment in (ASK1, URGE1, TELL1):
        await remind(moment)
    told = Delivery.filter(kind="duty", member_id=cast.secretary.id)
    held = {"state": "held", "reason": "cap", "due_at": TELL1 + DAY}
    assert (await told.update(**held), (await told.get()).node_id) == (1, cast.branch.id)
    await end(OPERATOR, (await Role.get(member_id=cast.secretary.id)).id, TELL1)
    assert (await told.get()).state == "cancelled"


async def test_a_branchs_secretary_answers_for_a_districts_campaign(cast: Cast) -> None:
    chief = await settle("chief", cast.district, office="admin")
    by = await chief.acting()
    call = campaign.Call("pledge", date(2026, 12, 1), date(2027, 11, 30))
    screen = (await campaign.plan(by, cast.district, call, NOW)).screen
    assert screen is not None
    one = await Campaign.get(id=screen.facts["campaign"])
    await campaign.desk(by, one.id, campaign.START, NOW)
    await under_way(cast, one, cast.member)
    await under_way_of(cast, one)
    for moment in (ASK1, URGE1, TELL1):
        await remind(moment)
    told = {each.member_id: Card.from_json(each.card).facts["overdue"] for each in await Delivery.filter(kind="duty")}
    assert told == {
        cast.secretary.id: [one.id, HALF, cast.branch.id],
        cast.neighbour_secretary.id: [one.id, HALF, cast.neighbours.id],
    }


async def under_way_of(cast: Cast, one: Campaign) -> None:
    await made(one, cast.neighbour)
    await Pledge.filter(member_id=cast.neighbour.id).update(state="quiet")


async def test_a_list_of_several_branches_is_about_the_node_above_them(cast: Cast) -> None:
    chief = await settle("chief", cast.district, office="admin")
    await Role.filter(member_id__not=chief.id).delete()
    answer = await campaign.plan(await chief.acting(), cast.district, YEAR, NOW)
    assert answer.screen is not None
    one = await Campaign.get(id=answer.screen.facts["campaign"])
    await campaign.desk(await chief.acting(), one.id, campaign.START, NOW)
    for person in (cast.member, cast.neighbour):
        await made(one, person)
    await Pledge.all().update(state="quiet")
    for moment in (ASK1, URGE1, TELL1):
        await remind(moment)
    told = await Delivery.get(kind="duty")
    assert (told.member_id, told.node_id) == (chief.id, cast.district.id)
    assert Card.from_json(told.card).facts["overdue"] == [one.id, HALF, cast.branch.id, cast.neighbours.id]


async def test_the_groups_of_one_branch_are_one_list(cast: Cast) -> None:
    group = await grow(cast.branch, "party group", "party_group")
    inside = await settle("inside", group)
    one = await opened(cast)
    for person in (cast.member, inside):
        await under_way(cast, one, person)
    for moment in (ASK1, URGE1, TELL1):
        await remind(moment)
    assert Card.from_json((await Delivery.get(kind="duty")).card).facts == {"overdue": [one.id, HALF, cast.branch.id]}


async def test_what_was_called_off_or_whose_node_closed_asks_nobody(cast: Cast) -> None:
    one = await opened(cast)
    await under_way(cast, one, cast.member)
    await Node.filter(id=cast.branch.id).update(closed_at=NOW)
    await remind(ASK1)
    assert (await Campaign.get(id=one.id)).state == "closed"
    await Node.filter(id=cast.branch.id).update(closed_at=None)
    await Campaign.filter(id=one.id).update(state="cancelled", step="ask1", step_due=ASK1)
    await remind(ASK1)
    assert (await asked(), (await Campaign.get(id=one.id)).state) == ([], "cancelled")
    before = await dump()
    await remind(ASK1 + DAY)
    assert changed(before, await dump()) == set()


def test_the_hours_above_are_the_branchs_own() -> None:
    assert instant(date(2027, 6, 1), ASK1.astimezone(UTC).time().replace(hour=8), ZONE) == ASK1
