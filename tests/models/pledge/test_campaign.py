"""A campaign is drawn up by an organiser, opened once, seen in every group below, and called off after asking."""

from datetime import date, timedelta

import pytest

from models.card import Card, Refusal
from models.draft import Draft
from models.group import Arrival, Place, arrived, link_to
from models.organisation import grow, link
from models.outbox import Delivery
from models.pledge import Call, Campaign, CampaignItem, Pledge, announce, campaign, counter, plan
from models.pledge.campaign import ADD, CALL_OFF, PACK, SHOW, START, SURE
from models.pledge.stages import LONGEST_OWN, MOST_ITEMS, VANGUARD
from tests.cast import NOW, Cast, settle
from tests.models.pledge.given import YEAR, asked, drawn_up, made, opened, undone


async def pressed(cast: Cast, one: Campaign, choice: int) -> Card | None:
    answer = await campaign.desk(await cast.secretary.acting(), one.id, choice, NOW)
    return answer.toast or answer.screen


async def types(cast: Cast, one: Campaign, words: str) -> None:
    by = await cast.secretary.acting()
    await campaign.say_item(by, cast.bot.id, asked(campaign.QUESTION, campaign=one.id), words, NOW)


async def cards(one: Campaign) -> list[Delivery]:
    return await Delivery.filter(about__startswith=f"pledge:{one.id}:", live=True).order_by("id")


async def test_it_starts_with_the_five_and_nobody_hears_of_it(cast: Cast) -> None:
    one = await drawn_up(cast)
    assert (one.state, one.step_due) == ("planned", None)
    assert [each.name for each in await CampaignItem.all().order_by("position")] == list(VANGUARD)
    assert await cards(one) == []


@pytest.mark.parametrize(
    ("begins", "ends"),
    [(date(2026, 12, 1), date(2026, 12, 14)), (date(2026, 12, 1), date(2028, 1, 1)), (date(2025, 1, 1), date(2025, 12, 31)),
     (date(2026, 11, 1), date(2026, 12, 4)), (date(2028, 1, 1), date(2028, 12, 31)), (date(2027, 12, 1), date(2027, 1, 1))],
)  # fmt: skip
async def test_a_period_nobody_can_mean_is_told_so(cast: Cast, begins: date, ends: date) -> None:
    with pytest.raises(Refusal, match="pledge/period"):
        await drawn_up(cast, Call("pledge", begins, ends))


@pytest.mark.parametrize("title", [" ", "\u200b", "长" * 41, "长" * 5000])
async def test_a_title_fits_onto_a_card(cast: Cast, title: str) -> None:
    with pytest.raises(Refusal, match="pledge/long_title"):
        await drawn_up(cast, Call(title, YEAR.begins, YEAR.ends))


async def test_only_organisers_of_the_node_draw_one_up(cast: Cast) -> None:
    for person in (cast.member, cast.neighbour_secretary, cast.foreigner, cast.former):
        with pytest.raises(Refusal, match="rights/refused"):
            await plan(await person.acting(), cast.branch, YEAR, NOW)
    assert not await Campaign.exists()


async def test_the_branchs_own_items_are_typed_and_any_is_dropped_until_it_is_opened(cast: Cast) -> None:
    one, by = await drawn_up(cast), await cast.secretary.acting()
    assert await pressed(cast, one, ADD) == Card("pledge/which_item", {"most": LONGEST_OWN})
    assert (await Draft.get()).kind == campaign.QUESTION
    await types(cast, one, "walk \n the stairs")
    which = (await campaign.drop(by, one.id, 1, NOW)).screen
    assert which is not None
    assert [tap.choice for row in which.taps for tap in row] == [place * PACK for place in range(1, 7)]
    await campaign.drop(by, one.id, 2 * PACK, NOW)
    await types(cast, one, "read aloud")
    kept = [each.name or each.title for each in await CampaignItem.all().order_by("position")]
    assert kept == ["devotion", "read aloud", "courage", "service", "example", "walk the stairs"]
    await pressed(cast, one, START)
    for deed in (types(cast, one, "too late"), campaign.drop(by, one.id, PACK, NOW), pressed(cast, one, ADD)):
        with pytest.raises(Refusal, match="pledge/too_late"):
            await undone(deed)
    assert await CampaignItem.all().count() == 6


async def test_the_list_has_an_end_and_a_line(cast: Cast) -> None:
    one = await drawn_up(cast)
    for number in range(MOST_ITEMS - len(VANGUARD)):
        await types(cast, one, f"item {number}")
    with pytest.raises(Refusal, match="pledge/many_items"):
        await undone(types(cast, one, "one more"))
    for words in ("", "长" * 5000):
        with pytest.raises(Refusal, match="pledge/long_own"):
            await undone(types(cast, one, words))


async def test_without_an_item_there_is_nothing_to_open(cast: Cast) -> None:
    one = await drawn_up(cast)
    await CampaignItem.all().delete()
    with pytest.raises(Refusal, match="pledge/no_items"):
        await pressed(cast, one, START)


async def test_opened_twice_it_is_announced_once_to_each_group_and_to_one_linked_later(cast: Cast) -> None:
    one = await opened(cast)
    assert (one.state, one.step) == ("open", "ask1")
    assert await pressed(cast, one, START) == Card("pledge/started", {"count": 1})
    assert [each.chat_id for each in await cards(one)] == [cast.group.id]
    later = await link(cast.branch, cast.bot.id, -1_001_000_000_077, 0, NOW)
    await pressed(cast, one, START)
    assert [each.chat_id for each in await cards(one)] == [cast.group.id, later.id]


async def test_a_group_that_is_tied_later_is_told_by_the_clock_once(cast: Cast) -> None:
    one, by = await opened(cast), await cast.secretary.acting()
    await arrived(Place(cast.bot.id, -1_001_000_000_088, title="new"), NOW)
    await link_to(by, (await Arrival.get()).code, cast.branch.id, NOW)
    for _ in range(2):
        await announce(NOW)
    assert len({each.chat_id for each in await cards(one)}) == len(await cards(one)) == 2
    assert (await Campaign.get()).announce_due is None


async def test_a_districts_campaign_reaches_every_branch_and_counts_in_each(cast: Cast) -> None:
    other = await link(cast.neighbours, cast.bot.id, -1_001_000_000_078, 0, NOW)
    chief = await cast.secretary.acting()
    by = type(chief)(chief.member_id, chief.root_id, chief.telegram_id, (("admin", cast.district.path),), (), chief.label)
    one = await drawn_up(cast, node=cast.district, by=by)
    await campaign.desk(by, one.id, START, NOW)
    await made(one, cast.neighbour)
    assert [(each.chat_id, each.wanted) for each in await cards(one)] == [(cast.group.id, 1), (other.id, 2)]
    assert (await Pledge.get()).node_id == cast.neighbours.id


async def test_a_party_groups_own_chat_counts_its_people_and_their_pledges_are_the_branchs(cast: Cast) -> None:
    group = await grow(cast.branch, "group", "party_group")
    inside = await settle("inside", group)
    chat = await link(group, cast.bot.id, -1_001_000_000_079, 0, NOW)
    one = await opened(cast)
    await made(one, inside)
    assert {each.chat_id: each.wanted for each in await cards(one)} == {cast.group.id: 2, chat.id: 2}
    assert (await Pledge.get()).node_id == cast.branch.id
    assert ((await counter([one.id, group.id], NOW))["pledged"], (await counter([one.id, group.id], NOW))["expected"]) == (1, 1)


async def test_calling_off_asks_first_and_then_ends_it_everywhere(cast: Cast) -> None:
    one = await opened(cast)
    await made(one, cast.member)
    asks = await pressed(cast, one, CALL_OFF)
    assert asks is not None
    assert asks.taps[0][0].choice == SURE
    await pressed(cast, one, SURE)
    kept = await Campaign.get(id=one.id)
    assert (kept.state, kept.step_due) == ("cancelled", None)
    assert [each.state for each in await Delivery.filter(chat_id=cast.group.id)] == ["cancelled"]  # it had not left yet
    for choice in (START, ADD, CALL_OFF, SURE):
        with pytest.raises(Refusal, match="pledge/too_late"):
            await pressed(cast, one, choice)


async def test_a_card_that_is_up_loses_its_button_when_it_is_called_off(cast: Cast) -> None:
    one = await opened(cast)
    await Delivery.filter(chat_id=cast.group.id).update(state="sent", message_id=5, sent_at=NOW - timedelta(hours=1))
    await pressed(cast, one, SURE)
    card = await Delivery.get(chat_id=cast.group.id)
    assert (card.state, Card.from_json(card.card)) == (
        "queued", Card("pledge/over_card", {"counter": [one.id, cast.branch.id]}),
    )  # fmt: skip


async def test_the_desk_is_one_live_card_that_follows(cast: Cast) -> None:
    one = await drawn_up(cast)
    await pressed(cast, one, SHOW)
    await pressed(cast, one, START)
    desk = await Delivery.get(about=f"pledge_desk:{one.id}")
    assert (desk.member_id, desk.live) == (cast.secretary.id, True)
    assert [tap.label for row in Card.from_json(desk.card).taps for tap in row] == [
        "pledge.review", "pledge.rate", "pledge.for", "pledge.again", "pledge.call_off",
    ]  # fmt: skip
