"""What was begun and not given, and why something was not kept, is forgotten in time, or at once when its maker wishes it."""

from datetime import timedelta

from models.binding import forget_me
from models.binding.told import YES
from models.card import Card
from models.member import Account
from models.outbox import Delivery
from models.pledge import Campaign, Pledge, PledgeReport, Promise, choosing, forget, reporting
from models.pledge.cards import PACK, SHOW, WITHDRAW
from models.pledge.forgetting import KEPT
from models.pledge.stages import HALF, Kept
from tests.cast import NOW, Cast, Person
from tests.models.pledge.given import asked, chosen, in_round, made, opened, reports, stage, under_way


async def failed(cast: Cast, one: Campaign, pledge: Pledge) -> None:
    """One promise was not kept, and why was typed."""
    await in_round(one, HALF)
    promise = await Promise.filter(pledge_id=pledge.id).order_by("position").first()
    assert promise is not None
    by = await cast.member.acting()
    await reporting.say(by, promise.id, HALF * PACK + Kept.NOT, NOW)
    await reporting.say_why(by, cast.bot.id, asked("", promise=promise.id, round=HALF), "was ill", NOW)


async def wishes_to_be_forgotten(person: Person) -> None:
    account = await Account.get(member_id=person.id)
    await forget_me(await person.acting(), account.id, YES, NOW)


async def test_half_a_year_after_the_end_only_what_was_given_and_how_it_was_kept_is_left(cast: Cast) -> None:
    one = await opened(cast)
    given = await under_way(cast, one, cast.member)
    await failed(cast, one, given)
    await chosen(one, cast.probationary)
    end = (await Campaign.get()).ends_at
    await forget(end + KEPT - timedelta(seconds=1))
    assert (await Pledge.all().count(), (await PledgeReport.get()).why) == (2, "was ill")
    await forget(end + KEPT)
    assert [each.id for each in await Pledge.all()] == [given.id]
    assert await Promise.all().count() == 2
    assert ((await PledgeReport.get()).kept, (await PledgeReport.get()).why) == (Kept.NOT, "")


async def test_who_wishes_it_is_no_longer_shown_and_nothing_unfinished_or_explained_is_left(cast: Cast) -> None:
    one = await opened(cast)
    pledge = await under_way(cast, one, cast.member, public=True)
    await failed(cast, one, pledge)
    await Delivery.filter(about=f"pledge_shown:{pledge.id}").update(state="sent", message_id=44, sent_at=NOW)
    await wishes_to_be_forgotten(cast.member)
    assert (await stage(pledge), (await PledgeReport.get()).why) == ("hidden", "")
    assert (await Pledge.get(id=pledge.id)).published_at is None
    erased = await Delivery.filter(kind="erase", chat_id=cast.group.id)
    assert [Card.from_json(each.card) for each in erased] == [Card("erase", {"message": 44})]
    begun = await chosen(one, cast.probationary)
    await wishes_to_be_forgotten(cast.probationary)
    assert not await Pledge.exists(id=begun.id)
    assert not await Promise.exists(pledge_id=begun.id)


async def test_a_card_too_old_to_be_taken_down_is_put_to_those_responsible_when_its_maker_is_forgotten(cast: Cast) -> None:
    one = await opened(cast)
    pledge = await under_way(cast, one, cast.member, public=True)
    long_ago = NOW - timedelta(days=90)
    await Delivery.filter(about=f"pledge_shown:{pledge.id}").update(state="sent", message_id=44, sent_at=long_ago)
    await Pledge.filter(id=pledge.id).update(published_at=long_ago, state="rated", grade=1)
    await wishes_to_be_forgotten(cast.member)
    told = [each for each in await Delivery.filter(kind="notice") if "pledge/take_down" in each.card]
    assert [each.member_id for each in told] == [cast.secretary.id]
    assert (await stage(pledge), (await Pledge.get()).published_at) == ("rated", None)


async def test_what_waits_for_the_branch_is_its_record_and_stays(cast: Cast) -> None:
    one = await opened(cast)
    pledge = await made(one, cast.member)
    await wishes_to_be_forgotten(cast.member)
    assert await stage(pledge) == "made"


async def test_taken_back_the_reports_about_it_go_and_it_may_be_changed(cast: Cast) -> None:
    one, by = await opened(cast), await cast.member.acting()
    pledge = await under_way(cast, one, cast.member)
    await in_round(one, HALF)
    await reports(cast.member, pledge, HALF)
    await choosing.pledge(by, one.id, WITHDRAW, NOW)
    assert await PledgeReport.all().count() == 0
    await choosing.pledge(by, one.id, SHOW, NOW + timedelta(seconds=1))
    await choosing.pick(by, one.id, 1, NOW)
    assert [each.position for each in await Promise.all()] == [4]
