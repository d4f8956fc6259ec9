"""The agenda 5+N: what it starts with, what is added, dropped and ticked, and by whom."""

from datetime import date, time

import pytest

from models.audit import Note
from models.card import Card, Refusal
from models.draft import Draft, Question
from models.gathering import AgendaItem, Gathering, Habit, announce
from models.gathering.agenda import (
    DROP,
    LONGEST_ITEM,
    MOST_ITEMS,
    OFFER,
    OFFERED,
    OPEN,
    QUESTION,
    WRITE,
    add_offered,
    agenda,
    describe_offered,
    drop,
    say_item,
)
from models.gathering.choice import YES
from models.gathering.habits import FIVE
from models.gathering.plan import Wish, draw_up
from models.gathering.sectors import SECTORS
from models.outbox import Delivery
from tests.cast import NOW, Cast, planned


async def theme_day(cast: Cast) -> Gathering:
    wish = Wish("", "room 1", date(2026, 12, 1), time(15), kind="theme_day")
    return await draw_up(await cast.secretary.acting(), cast.branch, wish, NOW, announce_now=True)


async def types(cast: Cast, gathering: Gathering, words: str) -> Card | None:
    question = Question(QUESTION, {"gathering": gathering.id})
    return (await say_item(await cast.secretary.acting(), cast.bot.id, question, words, NOW)).toast


async def listed(gathering: Gathering) -> list[str]:
    found = await AgendaItem.filter(gathering_id=gathering.id).order_by("position", "id")
    return [each.name or each.title for each in found]


async def test_the_list_is_given_in_private_and_renewed_in_place(cast: Cast) -> None:
    gathering, by = await theme_day(cast), await cast.secretary.acting()
    assert (await agenda(by, gathering.id, OPEN, NOW)).toast == Card("gathering/agenda_coming")
    panel = await Delivery.get()
    assert (panel.member_id, panel.live, panel.about) == (cast.secretary.id, True, f"agenda:{gathering.id}")
    await types(cast, gathering, "parking")
    assert (await Delivery.get()).wanted == 2


async def test_a_list_opened_again_is_the_one_that_is_renewed(cast: Cast) -> None:
    gathering, by = await theme_day(cast), await cast.secretary.acting()
    await agenda(by, gathering.id, OPEN, NOW)
    await agenda(by, gathering.id, OPEN, NOW.replace(second=1))
    await types(cast, gathering, "parking")
    assert [each.wanted for each in await Delivery.all().order_by("id")] == [1, 2]


async def test_a_free_item_is_typed_and_stands_behind_the_fixed_ones(cast: Cast) -> None:
    gathering, by = await theme_day(cast), await cast.secretary.acting()
    asked = await agenda(by, gathering.id, WRITE, NOW)
    assert asked.screen == Card("gathering/which_item", {"most": LONGEST_ITEM})
    assert (await Draft.get()).kind == QUESTION
    assert await types(cast, gathering, " parking \n in the yard ") == Card("gathering/item_added")
    assert await listed(gathering) == [*FIVE, "parking in the yard"]
    assert not await Draft.exists()
    assert (await Note.filter(verb="agenda_add").get()).target == f"gathering:{gathering.id}"


async def test_the_sector_offers_its_own_topics(cast: Cast) -> None:
    gathering, by = await theme_day(cast), await cast.secretary.acting()
    for sector, names in SECTORS.items():
        await Habit.filter(node_id=cast.branch.id).delete()
        await Habit.create(root_id=cast.district.id, node_id=cast.branch.id, sector=sector)
        assert await describe_offered(cast.branch.id, NOW) == {"sector": sector, "names": list(names)}
        screen = (await agenda(by, gathering.id, OFFER, NOW)).screen
        assert screen is not None
        taps = [tap for row in screen.taps for tap in row]
        assert [tap.choice for tap in taps] == [OFFERED + place for place in range(len(names))]
        assert all(len(row) <= 2 for row in screen.taps)
        await add_offered(by, gathering.id, taps[-1].choice, NOW)
        assert (await listed(gathering))[-1] == names[-1]


@pytest.mark.parametrize("choice", [0, 1, OFFERED - 1, OFFERED + 4, 2**62])
async def test_what_the_sector_does_not_offer_is_not_added(cast: Cast, choice: int) -> None:
    gathering = await theme_day(cast)
    with pytest.raises(Refusal, match="action/unknown"):
        await add_offered(await cast.secretary.acting(), gathering.id, choice, NOW)


async def test_an_item_stands_once_and_there_are_not_too_many(cast: Cast) -> None:
    gathering = await theme_day(cast)
    await types(cast, gathering, "parking")
    with pytest.raises(Refusal, match="gathering/same_item"):
        await types(cast, gathering, "parking")
    for number in range(MOST_ITEMS - len(FIVE) - 1):
        await types(cast, gathering, f"item {number}")
    with pytest.raises(Refusal, match="gathering/many_items"):
        await types(cast, gathering, "one more")


@pytest.mark.parametrize("words", ["", "  ", "x" * (LONGEST_ITEM + 1)])
async def test_an_item_is_one_line(cast: Cast, words: str) -> None:
    gathering = await theme_day(cast)
    with pytest.raises(Refusal, match="gathering/long_item"):
        await types(cast, gathering, words)


async def test_any_item_is_dropped_by_its_number_a_fixed_one_too(cast: Cast) -> None:
    gathering, by = await theme_day(cast), await cast.secretary.acting()
    screen = (await agenda(by, gathering.id, DROP, NOW)).screen
    assert screen is not None
    taps = [tap for row in screen.taps for tap in row]
    assert [tap.shown for tap in taps] == ["1", "2", "3", "4", "5"]
    await drop(by, taps[1].target, YES, NOW)
    assert await listed(gathering) == [each for each in FIVE if each != "dues"]
    with pytest.raises(Refusal, match="rights/refused"):  # it is gone: as if it had never been
        await drop(by, taps[1].target, YES, NOW)


async def test_of_an_empty_agenda_nothing_is_dropped(cast: Cast) -> None:
    gathering = await planned(cast)
    with pytest.raises(Refusal, match="gathering/no_items"):
        await agenda(await cast.secretary.acting(), gathering.id, DROP, NOW)


async def test_the_groups_card_follows_the_agenda(cast: Cast) -> None:
    gathering = await theme_day(cast)
    await announce(NOW)
    await types(cast, gathering, "parking")
    assert (await Delivery.get(kind="card")).wanted == 2


@pytest.mark.parametrize("state", ["cancelled", "recorded"])
async def test_what_is_over_keeps_its_agenda(cast: Cast, state: str) -> None:
    gathering, by = await theme_day(cast), await cast.secretary.acting()
    item = await AgendaItem.filter(gathering_id=gathering.id).first()
    assert item is not None
    await Gathering.filter(id=gathering.id).update(state=state)
    for press in (
        agenda(by, gathering.id, OPEN, NOW),
        add_offered(by, gathering.id, OFFERED, NOW),
        drop(by, item.id, YES, NOW),
    ):
        with pytest.raises(Refusal, match="gathering/too_late"):
            await press


@pytest.mark.parametrize("who", ["member", "neighbour_secretary", "foreigner"])
async def test_only_organisers_there_touch_an_agenda(cast: Cast, who: str) -> None:
    gathering, by = await theme_day(cast), await getattr(cast, who).acting()
    item = await AgendaItem.filter(gathering_id=gathering.id).first()
    assert item is not None
    for press in (
        agenda(by, gathering.id, OPEN, NOW),
        add_offered(by, gathering.id, OFFERED, NOW),
        drop(by, item.id, YES, NOW),
        drop(by, 10**9, YES, NOW),
    ):
        with pytest.raises(Refusal, match="rights/refused"):
            await press
