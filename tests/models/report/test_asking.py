"""Who is shown what by /attendance: the member themselves, the branch's people its month, the committee its branches."""

import pytest

from models.actions import perform
from models.card import LARGEST, Action, Answer, Card
from models.errand import Errand
from models.member import OPERATOR, Actor, grant
from models.organisation import Node, grow
from models.report import Question, asking, attendance
from models.report.asking import MOST_LINES
from tests.cast import NOW, OUTSIDER, Cast, Person, settle
from tests.models.report.held import AFTER, held, recorded, screen
from tests.models.report.test_coming import refused

DECEMBER, NOVEMBER, YEAR = 202612, 202611, 2026


async def asks(person: Person, span: int | None = None, place: str = "", own: bool = False) -> Answer:
    return await attendance(await person.acting(), None, Question(span, place, own), NOW)


async def committee(cast: Cast) -> Person:
    await grant(OPERATOR, cast.neighbour.member, cast.district.id, "org_member", NOW)
    return cast.neighbour


async def test_a_secretary_sees_the_month_of_the_branch(cast: Cast) -> None:
    card = screen(await asks(cast.secretary, DECEMBER))
    assert (card.name, card.facts) == ("report/month", {"branch_month": [cast.branch.id, DECEMBER]})
    verbs = [(tap.verb, tap.target, tap.choice) for row in card.taps for tap in row]
    assert verbs == [
        ("report_file", cast.branch.id, DECEMBER),
        ("trend", cast.branch.id, YEAR),
        ("report", cast.branch.id, NOVEMBER),
    ]


async def test_a_year_of_a_branch_is_its_picture_and_of_a_committee_its_table(cast: Cast) -> None:
    picture = screen(await asks(cast.secretary, YEAR))
    assert (picture.name, picture.facts) == ("report/trend", {"trend": [cast.branch.id, YEAR]})
    assert [(tap.verb, tap.choice) for row in picture.taps for tap in row] == [("report_file", YEAR), ("trend", YEAR - 1)]
    card = screen(await asks(await committee(cast), YEAR))
    assert card.facts == {"subtree": [cast.district.id, YEAR], "long": False}
    assert [tap.choice for row in card.taps for tap in row] == [YEAR, YEAR, YEAR - 1]


async def test_without_a_month_a_branch_shows_what_comes_and_once_it_was_held_how_it_went(cast: Cast) -> None:
    gathering = await held(cast, cast.member)
    for moment in (AFTER, NOW):
        card = screen(await attendance(await cast.secretary.acting(moment), None, Question(), moment))
        assert card == Card("report/month", {"branch_month": [cast.branch.id, DECEMBER]})
    totals = screen(await attendance(await cast.secretary.acting(AFTER), cast.branch, Question(), AFTER))
    assert totals == Card("report/totals", {"branch_totals": [cast.branch.id, DECEMBER]})
    assert gathering.state == "closed"


async def test_a_committee_sees_the_table_of_this_month_and_chooses_one_branch_by_name_or_number(cast: Cast) -> None:
    by = await committee(cast)
    assert screen(await asks(by)).facts == {"subtree": [cast.district.id, NOVEMBER], "long": False}
    await Node.filter(id=cast.branch.id).update(code="Z7")
    for words in ("branch", "Z7", "bran"):
        assert screen(await asks(by, DECEMBER, words)).facts == {"branch_month": [cast.branch.id, DECEMBER]}


async def test_several_of_a_name_are_offered_as_buttons_and_too_many_ask_for_the_whole_name(cast: Cast) -> None:
    by = await committee(cast)
    twins = [await grow(cast.district, "twin", "branch"), await grow(cast.district, "twin", "branch")]
    card = screen(await asks(by, DECEMBER, "twin"))
    assert [(tap.verb, tap.target, tap.choice, tap.shown) for (tap,) in card.taps] == [
        ("report", twin.id, DECEMBER, "twin") for twin in twins
    ]
    for _ in range(7):
        await grow(cast.district, "twin", "branch")
    assert (await refused(asks(by, DECEMBER, "twin"))).name == "report/many"


@pytest.mark.parametrize("words", ["foreign branch", "neighbours", "no such thing", "%", "_ranch", "!", "'; DROP TABLE node"])
async def test_a_foreign_organisation_and_none_at_all_are_one_sentence(cast: Cast, words: str) -> None:
    for person in (cast.secretary, cast.member):
        assert await refused(asks(person, DECEMBER, words)) == Card("report/no_branch")


async def test_a_member_sees_their_own_record_and_so_does_an_organiser_who_asks_for_it(cast: Cast) -> None:
    for person, own in [(cast.member, False), (cast.member, True), (cast.secretary, True)]:
        card = screen(await asks(person, own=own))
        assert (card.name, card.facts) == ("report/own", {"own_record": [person.id, YEAR]})
    assert screen(await asks(cast.member, DECEMBER)).facts == {"own_record": [cast.member.id, DECEMBER]}


async def test_a_stranger_is_told_that_they_are_in_no_roster(cast: Cast) -> None:
    stranger = Actor(telegram_id=OUTSIDER)
    for question in (Question(), Question(DECEMBER), Question(place="branch"), Question(own=True)):
        assert await refused(attendance(stranger, None, question, NOW)) == Card("rights/stranger")
        assert await refused(attendance(stranger, cast.branch, question, NOW)) == Card("rights/stranger")


async def test_a_group_reads_counts_of_its_own_node_and_of_nothing_else(cast: Cast) -> None:
    by = await cast.secretary.acting()
    card = screen(await attendance(by, cast.branch, Question(DECEMBER), NOW))
    assert (card.name, card.taps) == ("report/totals", ())
    picture = Card("report/trend", {"trend": [cast.branch.id, YEAR]})
    assert screen(await attendance(by, cast.branch, Question(YEAR), NOW)) == picture
    for question in (Question(place="branch"), Question(place="foreign branch"), Question(own=True)):
        assert await refused(attendance(by, cast.branch, question, NOW)) == Card("report/in_private")
    assert (await refused(attendance(by, cast.neighbours, Question(), NOW))).name == "rights/refused"


async def test_a_table_too_long_for_a_message_is_followed_by_its_file(cast: Cast) -> None:
    by = await committee(cast)
    for number in range(MOST_LINES):
        await grow(cast.district, f"branch {number}", "branch")
    await recorded(cast.branch, "2026-11", 10, 9)
    card = screen(await asks(by))
    assert card.facts["long"] is True
    told = await asking.describe([cast.district.id, NOVEMBER], NOW)
    assert (len(told["lines"]), told["more"]) == (MOST_LINES, 3)
    one = await Errand.get()
    assert (one.kind, one.member_id, one.facts) == ("report.sheet", by.id, f'{{"node":{cast.district.id},"span":{NOVEMBER}}}')


@pytest.mark.parametrize("span", [0, 3, 13, 1999, 3000, 202600, 202613, 199912, 300001, LARGEST])
async def test_a_forged_span_means_nothing(cast: Cast, span: int) -> None:
    by = await cast.secretary.acting()
    for verb in ("report", "report_file", "trend"):
        assert await refused(perform(by, Action(verb, cast.branch.id, span), NOW)) == Card("action/unknown")
    assert await refused(perform(by, Action("my_record", cast.secretary.id, span), NOW)) == Card("action/unknown")


async def test_a_button_is_judged_when_it_is_pressed(cast: Cast) -> None:
    for verb in ("report", "report_file", "trend"):
        action = Action(verb, cast.branch.id, YEAR)
        assert isinstance(await perform(await cast.secretary.acting(), action, NOW), Answer)
        for person in (cast.neighbour_secretary, cast.member, cast.foreigner):
            sounds = [await refused(perform(await person.acting(), each, NOW)) for each in (action, Action(verb, 0, YEAR))]
            assert sounds == [Card("rights/refused")] * 2
    assert await refused(perform(await cast.member.acting(), Action("trend", cast.branch.id, DECEMBER), NOW)) == Card(
        "rights/refused"
    )
    assert await refused(perform(await cast.secretary.acting(), Action("trend", cast.branch.id, DECEMBER), NOW)) == Card(
        "action/unknown"
    )


async def test_a_record_is_shown_to_its_own_person_only(cast: Cast) -> None:
    own = Action("my_record", cast.member.id, YEAR)
    assert isinstance(await perform(await cast.member.acting(), own, NOW), Answer)
    assert await refused(perform(await cast.secretary.acting(), own, NOW)) == Card("action/unknown")
    assert await refused(perform(Actor(telegram_id=OUTSIDER), own, NOW)) == Card("rights/stranger")


async def test_an_office_at_two_branches_of_one_tree_is_asked_which(cast: Cast) -> None:
    await grant(OPERATOR, cast.secretary.member, cast.neighbours.id, "deputy_secretary", NOW)
    card = screen(await asks(cast.secretary, DECEMBER))
    assert [tap.target for (tap,) in card.taps] == [cast.branch.id, cast.neighbours.id]
    await grant(OPERATOR, cast.secretary.member, cast.district.id, "org_member", NOW)
    assert screen(await asks(cast.secretary, DECEMBER)).facts["subtree"] == [cast.district.id, DECEMBER]


async def test_a_committee_without_branches_is_shown_its_own_month(cast: Cast) -> None:
    alone = await grow(cast.district, "alone", "community_committee")
    clerk = await settle("clerk", alone, office="secretary")
    assert screen(await asks(clerk, DECEMBER)).facts == {"branch_month": [alone.id, DECEMBER]}


async def test_the_very_name_is_found_among_any_number_that_hold_it(cast: Cast) -> None:
    by = await committee(cast)
    for number in range(101):
        await Node.create(
            root_id=cast.district.id,
            parent_id=cast.district.id,
            kind="branch",
            name=f"{number} Party",
            path=f"/{cast.district.id}/9{number}/",
        )
    deep = await grow(await grow(cast.district, "community", "community_committee"), "Party", "branch")
    assert screen(await asks(by, DECEMBER, "Party")).facts == {"branch_month": [deep.id, DECEMBER]}
