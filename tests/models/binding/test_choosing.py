"""Whom and where: asked when several can be meant, however many they are."""

import pytest

from models import binding
from models.binding import branch_page, candidate_page, name_page
from models.binding.choosing import ONE_LINK, SHEET
from models.card import Answer, Card, Refusal
from models.member import OPERATOR, Role, enrol
from models.organisation import grow
from models.outbox import Delivery
from models.pages import LONGEST
from tests.cast import NOW, Cast
from tests.dump import changed, dump
from tests.models.binding.petitions import petitioned

MANY = 300


def screen_of(answer: Answer) -> Card:
    assert answer.screen is not None
    return answer.screen


def offered(card: Card, verb: str) -> list[int]:
    return [tap.target for line in card.taps for tap in line if tap.verb == verb]


def turns(card: Card, label: str) -> list[int]:
    """The pages its buttons of that label lead to."""
    return [tap.choice for line in card.taps for tap in line if tap.label == label]


async def crowded(cast: Cast, many: int = MANY) -> list[int]:
    """So many groups below the branch, each with somebody to invite, and the branch itself; their numbers."""
    nodes = [await grow(cast.branch, f"group {number}.", "party_group") for number in range(many)]
    for number, node in enumerate(nodes):
        await enrol(OPERATOR, cast.district.id, f"new {number}", "full", NOW, node.id)
    return [cast.branch.id, *(node.id for node in nodes)]


async def test_who_organises_one_branch_is_asked_how_long_and_who_organises_several_is_asked_which(cast: Cast) -> None:
    screen = (await binding.ask_where(await cast.secretary.acting(), False, NOW)).screen
    assert screen is not None
    assert (screen.name, screen.facts) == ("binding/life", {"node": cast.branch.id})
    await enrol(OPERATOR, cast.district.id, "new", "full", NOW, cast.neighbours.id)
    await Role.create(root_id=cast.district.id, member_id=cast.member.id, node_id=cast.district.id, kind="admin", from_at=NOW)
    for one_for_all, verb in ((False, "invite_at"), (True, "link_at")):
        screen = (await binding.ask_where(await cast.member.acting(), one_for_all, NOW)).screen
        assert screen is not None
        found = [(tap.verb, tap.target, tap.shown) for line in screen.taps for tap in line]
        assert found == [(verb, cast.branch.id, "branch"), (verb, cast.neighbours.id, "neighbours")]


@pytest.mark.parametrize(("wanted", "verb"), [(SHEET, "invite_at"), (ONE_LINK, "link_at")])
async def test_hundreds_of_branches_are_offered_page_by_page_each_once(cast: Cast, wanted: int, verb: str) -> None:
    by, expected = await cast.secretary.acting(), await crowded(cast)
    card, seen = screen_of(await binding.ask_where(by, wanted == ONE_LINK, NOW)), list[int]()
    for number in range(1, card.facts["pages"] + 1):  # type: ignore[operator]
        assert card.facts["page"] == number
        assert turns(card, "page.before") == ([number - 1] if number > 1 else [])
        seen += offered(card, verb)
        if following := turns(card, "page.after"):
            assert following == [number + 1]
            card = screen_of(await branch_page(by, wanted, following[0], NOW))
    assert turns(card, "page.after") == []
    assert sorted(seen) == sorted(expected)
    assert len(seen) == len(set(seen)) == MANY + 1


async def test_a_page_there_is_no_more_is_the_last_one_and_a_forged_wish_is_refused(cast: Cast) -> None:
    by = await cast.secretary.acting()
    await crowded(cast, 20)
    assert screen_of(await branch_page(by, SHEET, 2**60, NOW)).facts == {"page": 3, "pages": 3}
    assert screen_of(await branch_page(by, SHEET, 0, NOW)).facts == {"page": 1, "pages": 3}
    for wanted in (0, 3):
        with pytest.raises(Refusal, match="action/unknown"):
            await branch_page(by, wanted, 1, NOW)


async def test_words_that_name_nobody_name_the_branches_that_are_called_so(cast: Cast) -> None:
    by, numbers = await cast.secretary.acting(), await crowded(cast, 20)
    one = screen_of(await binding.ask_one(by, "GROUP 7.", NOW))
    assert (one.name, one.facts) == ("binding/life", {"node": numbers[8]})
    several = screen_of(await binding.ask_one(by, " 0. ", NOW))
    assert offered(several, "invite_at") == [numbers[1], numbers[11]]
    with pytest.raises(Refusal, match="binding/too_many") as no:
        await binding.ask_one(by, "group", NOW)
    assert no.value.card.facts == {"person": "group", "count": 20}


async def test_a_name_outside_ones_reach_sounds_like_no_name_at_all(cast: Cast) -> None:
    await enrol(OPERATOR, cast.district.id, "elsewhere", "full", NOW, cast.neighbours.id)
    said = set()
    for name in ("elsewhere", "nobody", "member"):
        with pytest.raises(Refusal) as no:
            await binding.ask_one(await cast.secretary.acting(), name, NOW)
        said.add(no.value.card.name)
    assert said == {"binding/nobody_free"}


async def test_namesakes_are_told_apart_by_a_choice(cast: Cast) -> None:
    screen = (await binding.ask_one(await cast.secretary.acting(), "offline", NOW)).screen
    assert screen is not None
    assert screen.name == "binding/life_of"
    twin = await enrol(OPERATOR, cast.district.id, "offline", "full", NOW, cast.branch.id)
    screen = (await binding.ask_one(await cast.secretary.acting(), "offline", NOW)).screen
    assert screen is not None
    assert screen.facts == {"candidates": [cast.offline.id, twin.id], "count": 2, "page": 1, "pages": 1}
    shown = await binding.candidates([cast.offline.id, twin.id], NOW)
    assert [(each["name"], each["node"]) for each in shown] == [("offline", "branch")] * 2


async def test_a_crowd_of_one_name_is_offered_page_by_page(cast: Cast) -> None:
    by = await cast.secretary.acting()
    twins = [(await enrol(OPERATOR, cast.district.id, "twin", "full", NOW, cast.branch.id)).id for _ in range(20)]
    card, seen = screen_of(await binding.ask_one(by, "twin", NOW)), list[int]()
    assert (card.facts["count"], card.facts["pages"]) == (20, 3)
    for number in (2, 3):
        seen += offered(card, "invite_whom")
        card = screen_of(await name_page(by, offered(card, "name_page")[0], number, NOW))
    seen += offered(card, "invite_whom")
    assert sorted(seen) == twins


async def test_a_petitioner_who_is_on_no_first_page_is_found_on_another(cast: Cast) -> None:
    people = [
        (await enrol(OPERATOR, cast.district.id, f"new {number}", "full", NOW, cast.branch.id)).id for number in range(20)
    ]
    waiting = await petitioned(cast, "nobody of that name")
    card = Card.from_json((await Delivery.get(about=f"petition:{waiting.id}")).card)
    seen = [tap.choice for line in card.taps for tap in line if tap.verb == "admit"]
    assert len(seen) == LONGEST
    for number in (2, 3):
        card = screen_of(await candidate_page(await cast.secretary.acting(), waiting.id, number, NOW))
        assert card.taps[-1][0].verb == "reject"
        seen += [tap.choice for line in card.taps for tap in line if tap.verb == "admit"]
    assert sorted(seen) == sorted([cast.offline.id, *people])


async def test_whoever_has_no_business_there_turns_no_page(cast: Cast) -> None:
    waiting = await petitioned(cast)
    before = await dump()
    for who in (cast.member, cast.former, cast.neighbour_secretary, cast.foreigner):
        by = await who.acting()
        for turned in (name_page(by, cast.offline.id, 1, NOW), candidate_page(by, waiting.id, 1, NOW)):
            with pytest.raises(Refusal, match="rights/refused"):
                await turned
    with pytest.raises(Refusal, match="rights/refused"):
        await branch_page(await cast.member.acting(), SHEET, 1, NOW)
    assert changed(before, await dump()) == set()
