"""提诺: two to five are chosen, one tap promises exactly what was shown, and it can be taken back until it is published."""

import pytest

from models.audit import Note
from models.card import Card, Refusal
from models.draft import Draft
from models.outbox import Delivery
from models.pledge import Campaign, Pledge, Promise, choosing, counter
from models.pledge.cards import KEEP, PUBLISH, SHOW, WITHDRAW, WRITE
from models.pledge.stages import LONGEST_OWN
from tests.cast import NOW, Cast, Person
from tests.models.pledge.given import approved, asked, chosen, drawn_up, made, opened, shown, stage, under_way


async def types(cast: Cast, one: Campaign, words: str, person: Person | None = None) -> None:
    by = await (person or cast.member).acting()
    await choosing.say_own(by, cast.bot.id, asked(choosing.QUESTION, campaign=one.id), words, NOW)


async def tally(cast: Cast, one: Campaign) -> tuple[int, int]:
    found = await counter([one.id, cast.branch.id], NOW)
    return found["pledged"], found["expected"]


async def test_the_tap_in_the_group_begins_a_pledge_in_private_and_nothing_is_counted_yet(cast: Cast) -> None:
    one = await opened(cast)
    answer = await choosing.pledge(await cast.member.acting(), one.id, SHOW, NOW)
    assert answer.toast == Card("pledge/in_private", {"stage": "choosing", "name": ""})
    card = await shown(cast.member, f"pledge_of:{(await Pledge.get()).id}")
    assert card.name == "pledge/choose"
    assert [tap.verb for row in card.taps for tap in row] == ["pledge_pick"] * 5 + ["pledge"]
    assert await tally(cast, one) == (0, 5)


async def test_the_button_that_promises_is_there_from_two_items_on_and_says_how_many(cast: Cast) -> None:
    one = await opened(cast)
    offered = []
    for places in ((2,), (3,), (1,)):
        pledge = await chosen(one, cast.member, places)
        card = await shown(cast.member, f"pledge_of:{pledge.id}")
        offered.append([tap.shown for row in card.taps for tap in row if tap.verb == "pledge_make"])
    assert offered == [[], ["2"], ["3"]]


async def test_a_tap_promises_what_was_shown_and_the_group_sees_the_count(cast: Cast) -> None:
    one = await opened(cast)
    pledge = await made(one, cast.member, (1, 4))
    assert (pledge.state, pledge.made_at, pledge.node_id) == ("made", NOW, cast.branch.id)
    assert [each.name for each in await Promise.all().order_by("position")] == ["devotion", "service"]
    assert await tally(cast, one) == (1, 5)
    card = await Delivery.get(chat_id=cast.group.id)
    assert (card.wanted, Card.from_json(card.card).facts) == (2, {"counter": [one.id, cast.branch.id]})
    assert await Note.filter(verb="pledge_make").count() == 1


async def test_what_was_changed_since_the_card_was_shown_is_not_promised(cast: Cast) -> None:
    one = await opened(cast)
    pledge, by = await chosen(one, cast.member, (1, 4)), await cast.member.acting()
    await choosing.pick(by, one.id, 2, NOW)
    with pytest.raises(Refusal, match="pledge/changed"):
        await choosing.make(by, one.id, pledge.revision, NOW)
    assert await stage(pledge) == "choosing"


async def test_a_second_tap_takes_an_item_off_and_no_more_than_five_are_chosen(cast: Cast) -> None:
    one, by = await opened(cast), await cast.member.acting()
    await chosen(one, cast.member, (1, 2, 3, 4, 5))
    with pytest.raises(Refusal, match="pledge/many"):
        await types(cast, one, "walk through the house")
    assert (await choosing.pick(by, one.id, 3, NOW)).toast == Card("pledge/picked", {"count": 4})
    await types(cast, one, "walk through the house")
    assert [each.title for each in await Promise.filter(position__gte=10)] == ["walk through the house"]
    await choosing.pick(by, one.id, 10, NOW)
    assert await Promise.filter(position__gte=10).count() == 0


async def test_own_words_are_asked_for_and_chosen_at_once(cast: Cast) -> None:
    one = await opened(cast)
    await chosen(one, cast.member, (1,))
    answer = await choosing.pledge(await cast.member.acting(), one.id, WRITE, NOW)
    assert answer.screen == Card("pledge/which_own", {"most": LONGEST_OWN, "name": ""})
    assert (await Draft.get()).kind == choosing.QUESTION
    await types(cast, one, " walk \n through ")
    assert [each.title for each in await Promise.filter(name=None)] == ["walk through"]
    assert not await Draft.exists()
    with pytest.raises(Refusal, match="pledge/same_own"):
        await types(cast, one, "walk through")


@pytest.mark.parametrize("words", ["", "x", "\u200b \u202e", "x" * (LONGEST_OWN + 1), "长" * 5000])
async def test_words_that_are_too_short_or_5000_characters_long_change_nothing(cast: Cast, words: str) -> None:
    one = await opened(cast)
    pledge = await chosen(one, cast.member, (1,))
    with pytest.raises(Refusal, match="pledge/long_own"):
        await types(cast, one, words)
    assert await Promise.filter(pledge_id=pledge.id).count() == 1


@pytest.mark.parametrize("how_far", ["made", "approved", "quiet"])
async def test_it_can_be_taken_back_before_it_is_published_and_given_anew(cast: Cast, how_far: str) -> None:
    one, by = await opened(cast), await cast.member.acting()
    pledge = await made(one, cast.member) if how_far == "made" else await far(cast, one, how_far)
    assert await tally(cast, one) == (1, 5)
    await choosing.pledge(by, one.id, WITHDRAW, NOW)
    assert await stage(pledge) == "withdrawn"
    assert await tally(cast, one) == (0, 5)
    await choosing.pledge(by, one.id, SHOW, NOW)
    assert await stage(pledge) == "choosing"
    assert await Promise.all().count() == 2  # what was chosen is still there to begin from


async def far(cast: Cast, one: Campaign, how_far: str) -> Pledge:
    return await (approved(cast, one, cast.member) if how_far == "approved" else under_way(cast, one, cast.member))


async def test_what_was_published_is_not_taken_back(cast: Cast) -> None:
    one = await opened(cast)
    pledge = await under_way(cast, one, cast.member, public=True)
    with pytest.raises(Refusal, match="pledge/published_already"):
        await choosing.pledge(await cast.member.acting(), one.id, WITHDRAW, NOW)
    assert await stage(pledge) == "shown"


async def test_a_late_or_repeated_tap_is_told_so_and_changes_nothing(cast: Cast) -> None:
    one, by = await opened(cast), await cast.member.acting()
    pledge = await made(one, cast.member)
    with pytest.raises(Refusal, match="pledge/already"):
        await choosing.make(by, one.id, pledge.revision, NOW)
    with pytest.raises(Refusal, match="pledge/fixed"):
        await choosing.pick(by, one.id, 2, NOW)
    for choice in (PUBLISH, KEEP):
        with pytest.raises(Refusal, match="pledge/not_now"):
            await choosing.pledge(by, one.id, choice, NOW)
    await Campaign.filter(id=one.id).update(ends_at=NOW)
    with pytest.raises(Refusal, match="pledge/too_late_to_pledge"):
        await choosing.pledge(await cast.probationary.acting(), one.id, SHOW, NOW)
    await Campaign.filter(id=one.id).update(state="closed")
    with pytest.raises(Refusal, match="pledge/over"):
        await choosing.pledge(by, one.id, WITHDRAW, NOW)
    assert await stage(pledge) == "made"


async def test_before_it_is_opened_and_to_others_it_is_not_there(cast: Cast) -> None:
    one = await drawn_up(cast)
    with pytest.raises(Refusal, match="pledge/early"):
        await choosing.pledge(await cast.member.acting(), one.id, SHOW, NOW)
    for person in (cast.neighbour, cast.foreigner, cast.neighbour_secretary):
        with pytest.raises(Refusal, match="rights/refused"):
            await choosing.pledge(await person.acting(), one.id, SHOW, NOW)
    assert not await Pledge.exists()
