"""亮诺: only with consent, in the group of the maker's own branch, not at night; taken down when the consent is."""

from datetime import timedelta

import pytest

from models.card import Card, Refusal
from models.outbox import Delivery
from models.outbox.owing import FORGOTTEN
from models.pledge import Campaign, Pledge, choosing, mine
from models.pledge.cards import HIDE, KEEP, PUBLISH, SHOW
from tests.cast import NOW, Cast
from tests.models.pledge.given import approved, made, opened, shown, stage, under_way


async def consents(cast: Cast, one: Campaign, choice: int, seconds: int = 0) -> Card | None:
    now = NOW + timedelta(seconds=seconds)
    return (await choosing.pledge(await cast.member.acting(), one.id, choice, now)).screen


async def up(pledge: Pledge) -> list[Delivery]:
    return await Delivery.filter(about=f"pledge_shown:{pledge.id}").order_by("id")


async def test_with_consent_the_card_goes_to_the_group_and_to_the_maker(cast: Cast) -> None:
    one = await opened(cast)
    pledge = await approved(cast, one, cast.member)
    assert await consents(cast, one, PUBLISH) == Card("pledge/given", {"pledge": pledge.id, "spoken": False})
    kept = await Pledge.get(id=pledge.id)
    assert (kept.state, kept.published_at) == ("shown", NOW)
    (card,) = await up(pledge)
    assert (card.chat_id, card.state, Card.from_json(card.card)) == (
        cast.group.id, "queued", Card("pledge/shown", {"pledge": pledge.id}),
    )  # fmt: skip


async def test_without_consent_it_holds_and_no_name_is_in_the_group(cast: Cast) -> None:
    one = await opened(cast)
    pledge = await under_way(cast, one, cast.member)
    assert await stage(pledge) == "quiet"
    assert await up(pledge) == []
    assert (await shown(cast.member, f"pledge_of:{pledge.id}")).taps[0][0].label == "pledge.publish"


async def test_before_the_branch_has_agreed_nothing_is_published(cast: Cast) -> None:
    one = await opened(cast)
    pledge = await made(one, cast.member)
    for choice, why in ((PUBLISH, "pledge/not_now"), (KEEP, "pledge/not_now"), (HIDE, "pledge/not_shown")):
        with pytest.raises(Refusal, match=why):
            await consents(cast, one, choice)
    assert await up(pledge) == []


async def test_at_night_the_group_is_left_in_peace(cast: Cast) -> None:
    one = await opened(cast)
    pledge = await approved(cast, one, cast.member)
    await choosing.pledge(await cast.member.acting(), one.id, PUBLISH, NOW + timedelta(hours=10))
    (card,) = await up(pledge)
    assert (card.state, card.due_at) == ("held", NOW + timedelta(hours=20, minutes=30))


async def test_consent_taken_back_takes_the_card_down_and_given_again_puts_it_up_anew(cast: Cast) -> None:
    one = await opened(cast)
    pledge = await under_way(cast, one, cast.member, public=True)
    await Delivery.filter(about=f"pledge_shown:{pledge.id}").update(state="sent", message_id=44, sent_at=NOW)
    await consents(cast, one, HIDE, 60)
    assert await stage(pledge) == "hidden"
    erasing = await Delivery.get(kind="erase")
    assert (erasing.chat_id, Card.from_json(erasing.card)) == (cast.group.id, Card("erase", {"message": 44}))
    await consents(cast, one, PUBLISH, 120)
    assert [each.state for each in await up(pledge)] == ["sent", "queued"]


@pytest.mark.parametrize(("state", "then"), [("queued", "cancelled"), ("held", "cancelled"), ("wire", "wire")])
async def test_what_has_not_arrived_yet_never_stays(cast: Cast, state: str, then: str) -> None:
    """What is leaving this very moment is erased once it is known where it arrived (`sending.sent`)."""
    one = await opened(cast)
    pledge = await under_way(cast, one, cast.member, public=True)
    card = (await up(pledge))[0]
    await Delivery.filter(id=card.id).update(state=state)
    await consents(cast, one, HIDE, 60)
    left = await Delivery.get(id=card.id)
    assert (left.state, left.about == FORGOTTEN) == (then, state == "wire")


async def test_a_button_from_before_is_told_that_it_is_over(cast: Cast) -> None:
    one = await opened(cast)
    await under_way(cast, one, cast.member, public=True)
    for choice in (PUBLISH, KEEP):
        with pytest.raises(Refusal, match="pledge/not_now"):
            await consents(cast, one, choice)
    await consents(cast, one, SHOW, 60)


async def old_card(pledge: Pledge, hours: int) -> None:
    """Its card has been up for so long; the row of the delivery may be gone by then."""
    since = NOW - timedelta(hours=hours)
    await Delivery.filter(about=f"pledge_shown:{pledge.id}").update(state="sent", message_id=44, sent_at=since)
    await Pledge.filter(id=pledge.id).update(published_at=since)


@pytest.mark.parametrize(("hours", "stays"), [(46, False), (48, True), (2000, True)])
async def test_what_can_no_longer_be_taken_down_is_said_plainly_and_put_to_those_responsible(
    cast: Cast, hours: int, stays: bool
) -> None:
    one = await opened(cast)
    pledge = await under_way(cast, one, cast.member, public=True)
    await old_card(pledge, hours)
    answer = await choosing.pledge(await cast.member.acting(), one.id, HIDE, NOW)
    assert (answer.toast, answer.alert) == (Card("pledge/hidden", {"stays": stays}), True)
    assert await Delivery.filter(kind="erase").count() == (0 if stays else 1)
    told = [each for each in await Delivery.filter(kind="notice") if "pledge/take_down" in each.card]
    assert [each.member_id for each in told] == ([cast.secretary.id] if stays else [])


@pytest.mark.parametrize("then", ["closed", "cancelled", "rated"])
async def test_the_consent_can_be_taken_back_for_ever_once_and_by_nobody_else(cast: Cast, then: str) -> None:
    one = await opened(cast)
    pledge = await under_way(cast, one, cast.member, public=True)
    await (Pledge.all().update(state="rated", grade=1) if then == "rated" else Campaign.all().update(state=then))
    for person in (cast.probationary, cast.secretary, cast.foreigner):
        with pytest.raises(Refusal):
            await choosing.pledge(await person.acting(), one.id, HIDE, NOW)
    await consents(cast, one, HIDE)
    assert [each.state for each in await up(pledge)] == ["cancelled"]
    assert (await Pledge.get(id=pledge.id)).published_at is None
    assert await stage(pledge) == ("rated" if then == "rated" else "hidden")
    with pytest.raises(Refusal, match="pledge/not_shown"):
        await consents(cast, one, HIDE)


async def test_a_graded_pledge_that_is_public_keeps_the_button_and_one_that_is_over_is_listed(cast: Cast) -> None:
    one = await opened(cast)
    pledge = await under_way(cast, one, cast.member, public=True)
    await Pledge.all().update(state="rated", grade=1)
    await consents(cast, one, SHOW, 60)
    card = await shown(cast.member, f"pledge_of:{pledge.id}")
    assert [tap.label for row in card.taps for tap in row] == ["pledge.hide"]
    await Campaign.all().update(state="closed")
    listed = (await mine(await cast.member.acting(), NOW)).screen
    assert listed is not None
    assert [(tap.label, tap.choice) for row in listed.taps for tap in row] == [("pledge.hide_of", HIDE)]
