"""/themeday: the next one and one's own answer, with the buttons it is time for; nothing planned teaches the next step."""

from datetime import date

from bot import wording
from models.card import Card
from models.gathering import Gathering, announce, close
from models.gathering.choice import Choice
from models.gathering.sign_in import By, sign_in
from models.gathering.tables import Rsvp
from models.member import OPERATOR, Actor, grant
from models.organisation import Node, grow
from models.report import themeday
from models.report.coming import my_answer
from tests.cast import NOW, OUTSIDER, Cast, Person, answers, planned
from tests.models.report.held import held, screen
from tests.models.report.test_coming import refused


async def asks(person: Person) -> Card:
    return screen(await themeday(await person.acting(), None, NOW))


def verbs(card: Card) -> list[str]:
    return [tap.verb for row in card.taps for tap in row]


async def test_a_member_sees_the_next_one_and_may_answer(cast: Cast) -> None:
    gathering = await planned(cast)
    await planned(cast, date(2026, 12, 9))
    await Gathering.filter(id=gathering.id).update(state="planned")
    assert verbs(await asks(cast.member)) == ["detail"]  # its card is not out yet
    await Gathering.filter(id=gathering.id).update(state="announced")
    card = await asks(cast.member)
    assert card.facts == {"gathering": gathering.id, "my_answer": [gathering.id, cast.member.id], "other_days": []}
    assert verbs(card) == ["rsvp", "rsvp", "detail"]


async def test_a_theme_day_comes_before_what_else_there_is(cast: Cast) -> None:
    await planned(cast)
    later = await planned(cast, date(2026, 12, 20))
    await Gathering.filter(id=later.id).update(kind="theme_day", title="")
    assert (await asks(cast.member)).facts["gathering"] == later.id


async def test_when_sign_in_is_open_it_is_offered_and_when_answers_are_closed_they_are_not(cast: Cast) -> None:
    gathering = await planned(cast)
    await announce(NOW)
    by, late = await cast.member.acting(gathering.closes_at), gathering.closes_at
    assert verbs(screen(await themeday(by, None, late))) == ["detail"]
    await close(late)
    assert verbs(screen(await themeday(by, None, late)))[0] == "sign_in"
    await sign_in(by, gathering.id, By.BUTTON, late)
    assert (await my_answer([gathering.id, cast.member.id], late))["present"] is True


async def test_ones_own_answer_is_told(cast: Cast) -> None:
    gathering = await planned(cast)
    mine = [gathering.id, cast.member.id]
    assert await my_answer(mine, NOW) == {"choice": 0, "waiting": False, "decision": "", "present": False}
    await announce(NOW)
    await answers(cast.member, gathering, Choice.LEAVE)
    assert (await my_answer(mine, NOW))["choice"] == Choice.LEAVE
    await Rsvp.filter(member_id=cast.member.id).update(choice=1, waiting=True, decision="asked")
    assert await my_answer(mine, NOW) == {"choice": 1, "waiting": True, "decision": "asked", "present": False}


async def test_an_organiser_gets_the_desk_besides(cast: Cast) -> None:
    gathering = await planned(cast)
    await announce(NOW)
    assert verbs(await asks(cast.secretary)) == ["rsvp", "rsvp", "detail", "desk"]
    await grant(OPERATOR, cast.neighbour.member, cast.district.id, "org_member", NOW)
    card = await asks(cast.neighbour)
    assert (card.facts["gathering"], verbs(card)) == (gathering.id, ["desk"])


async def test_a_secretary_of_several_sees_the_nearest_first_and_at_most_three(cast: Cast) -> None:
    nodes = [await grow(cast.district, f"branch {number}", "branch") for number in range(4)]
    numbers = []
    for place, node in enumerate(nodes):
        await grant(OPERATOR, cast.secretary.member, node.id, "secretary", NOW)
        gathering = await planned(cast, date(2026, 12, 20 - place))
        await Gathering.filter(id=gathering.id).update(node_id=node.id)
        numbers.append(gathering.id)
    card = await asks(cast.secretary)
    assert [card.facts["gathering"], *card.facts["other_days"]] == numbers[:0:-1]  # type: ignore[misc]


async def test_a_member_of_two_may_open_the_other(cast: Cast) -> None:
    first, above = await planned(cast), await planned(cast, date(2026, 12, 9))
    await Gathering.filter(id=above.id).update(node_id=cast.district.id)
    card = await asks(cast.member)
    assert (card.facts["gathering"], card.facts["other_days"]) == (first.id, [above.id])
    last = card.taps[-1][0]
    assert (last.verb, last.target, last.shown) == ("detail", above.id, "district")


async def test_what_is_over_or_called_off_or_of_elsewhere_does_not_come(cast: Cast) -> None:
    await held(cast)
    off = await planned(cast, date(2026, 12, 9))
    await Gathering.filter(id=off.id).update(state="cancelled")
    elsewhere = await planned(cast, date(2026, 12, 10))
    await Gathering.filter(id=elsewhere.id).update(node_id=cast.neighbours.id)
    assert await asks(cast.member) == Card("report/nothing")


async def test_nothing_planned_teaches_the_organiser_and_comforts_the_member(cast: Cast) -> None:
    assert await refused(themeday(await cast.secretary.acting(), None, NOW)) == Card("gathering/none")
    assert await asks(cast.member) == Card("report/nothing")
    assert screen(await themeday(await cast.member.acting(), cast.branch, NOW)) == Card("report/nothing")


async def test_a_group_reads_the_next_one_without_anybodys_answer(cast: Cast) -> None:
    gathering = await planned(cast)
    for person in (cast.member, cast.secretary):
        card = screen(await themeday(await person.acting(), cast.branch, NOW))
        assert card == Card("report/next_here", {"gathering": gathering.id, "above": False})
    above = await planned(cast, date(2026, 11, 28))
    await Gathering.filter(id=above.id).update(node_id=cast.district.id)
    assert screen(await themeday(await cast.member.acting(), cast.branch, NOW)).facts["gathering"] == above.id


async def test_people_of_elsewhere_and_strangers_do_not_ask(cast: Cast) -> None:
    await planned(cast)
    stranger = Actor(telegram_id=OUTSIDER)
    for person in (cast.neighbour, cast.foreigner, cast.neighbour_secretary):
        assert (await refused(themeday(await person.acting(), cast.branch, NOW))).name == "rights/refused"
    for node in (None, cast.branch):
        assert (await refused(themeday(stranger, node, NOW))).name == "rights/stranger"


async def test_a_group_reads_whose_day_it_is(cast: Cast) -> None:
    above = await planned(cast, date(2026, 11, 28))
    await Gathering.filter(id=above.id).update(node_id=cast.district.id)
    card = screen(await themeday(await cast.member.acting(), cast.branch, NOW))
    words = (await wording.render(card, 1, NOW)).text
    assert "上级组织" in words
    assert "district" not in words  # a group reads the name of no node but its own
    assert "通知还没有发" in words  # nobody has been asked yet, so nobody has failed to answer
    assert "已回复" not in words
    await announce(NOW)
    assert "已回复 0／" in (await wording.render(card, 1, NOW)).text


async def test_an_organiser_above_sees_their_own_day_first_however_many_come_before_it(cast: Cast) -> None:
    await grant(OPERATOR, cast.member.member, cast.district.id, "secretary", NOW)
    mine = await planned(cast, date(2026, 12, 20))
    others = [await planned(cast, date(2026, 12, day)) for day in (1, 2, 3, 4)]
    for gathering in others:
        node = await grow(cast.district, f"branch {gathering.id}", "branch")
        await Gathering.filter(id=gathering.id).update(node_id=node.id)
    card = await asks(cast.member)
    assert (card.name, card.facts["gathering"]) == ("report/next", mine.id)
    assert card.facts["other_days"] == [others[0].id, others[1].id]


async def test_who_only_answers_for_a_day_is_not_told_that_they_have_not_replied(cast: Cast) -> None:
    gathering = await planned(cast)
    await announce(NOW)
    await grant(OPERATOR, cast.neighbour.member, cast.district.id, "org_member", NOW)
    card = await asks(cast.neighbour)
    assert (card.name, card.facts) == ("report/next_below", {"gathering": gathering.id, "other_days": []})
    words = (await wording.render(card, 1, NOW)).text
    assert "您" not in words
    assert "已回复 0／5" in words
    assert "您还没有回复" in (await wording.render(await asks(cast.member), 1, NOW)).text


async def test_a_closed_branch_has_no_day_to_come(cast: Cast) -> None:
    await planned(cast)
    await grant(OPERATOR, cast.neighbour.member, cast.district.id, "org_member", NOW)
    await Node.filter(id=cast.branch.id).update(closed_at=NOW)
    assert await refused(themeday(await cast.neighbour.acting(), None, NOW)) == Card("gathering/none")
