"""The month as those responsible see it: names, days, years, who is passed over and why, whose date nobody knows."""

from datetime import date

import pytest

from bot.wording import render
from models.birthday import BirthdayWish, ask, turn
from models.birthday.listing import PAGES, describe, month_of
from models.card import Answer, Card, Refusal
from models.member import OPERATOR, Member, enrol, grant
from tests.cast import NOW, Cast, settle
from tests.models.birthday import born
from tests.models.birthday.born import dated, look

DECEMBER = 202612


async def words(answer: Answer) -> str:
    assert answer.screen is not None
    return (await render(answer.screen, 1, NOW)).text


async def test_who_is_passed_over_is_told_with_the_reason(cast: Cast) -> None:
    for person, day in [(cast.member, 5), (cast.probationary, 6), (cast.former, 7), (cast.offline, 8)]:
        await dated(person, date(2006, 12, day))
    await Member.filter(id=cast.probationary.id).update(status="suspended")
    await Member.filter(id=cast.former.id).update(status="deceased")
    await BirthdayWish.create(root_id=cast.district.id, member_id=cast.offline.id, how="none")
    text = await words(await turn(await cast.secretary.acting(), cast.branch.id, DECEMBER * PAGES + 1, NOW))
    for line in (
        "12月5日　member：20周年（整十年）",
        "probationary：不祝贺（停止党籍）",
        "former：不祝贺（已去世）",
        "offline：不祝贺（本人不要祝贺）",
        "没有日期，不会祝贺：secretary。",
    ):
        assert line in text, line


async def test_who_was_transferred_is_no_longer_mentioned(cast: Cast) -> None:
    await dated(cast.former, date(2006, 12, 7))
    await Member.filter(id=cast.former.id).update(status="transferred")
    text = await words(await turn(await cast.secretary.acting(), cast.branch.id, DECEMBER * PAGES + 1, NOW))
    assert "former" not in text


async def test_a_long_month_has_pages(cast: Cast) -> None:
    for number in range(19):
        member = await enrol(OPERATOR, cast.district.id, f"p{number:02}", "full", NOW, cast.branch.id)
        await Member.filter(id=member.id).update(joined_on=date(1999, 12, 1 + number))
    by = await cast.secretary.acting()
    for page, first in [(1, "p00"), (2, "p08"), (3, "p16"), (99, "p16")]:
        screen = (await turn(by, cast.branch.id, DECEMBER * PAGES + page, NOW)).screen
        assert screen is not None
        text = (await render(screen, 1, NOW)).text
        assert text.splitlines()[1].endswith(f"{first}：27周年，没有绑定")
        assert len(text.splitlines()) <= 12
    assert (await describe([cast.branch.id, DECEMBER, 1], NOW))["total"] == 19


async def test_a_planned_celebration_has_its_button_and_the_next_month_follows(cast: Cast) -> None:
    await dated(cast.member, date(1999, 12, 5))
    await look(NOW)
    screen = (await turn(await cast.secretary.acting(), cast.branch.id, DECEMBER * PAGES + 1, NOW)).screen
    assert screen is not None
    assert [(tap.verb, tap.shown) for tap in screen.taps[0]] == [("birthday_see", "member")]
    assert screen.taps[-1][0].choice == 202701 * PAGES + 1


@pytest.mark.parametrize("choice", [0, 3, 202612, 20261200, 20261301, 19991201, 10**15])
async def test_a_month_there_is_not_is_refused(cast: Cast, choice: int) -> None:
    with pytest.raises(Refusal, match="action/unknown"):
        await turn(await cast.secretary.acting(), cast.branch.id, choice, NOW)


def test_december_is_followed_by_january() -> None:
    assert month_of(202612) == date(2026, 12, 1)


async def test_a_secretary_sees_this_month_of_their_branch_at_once(cast: Cast) -> None:
    answer = await ask(await cast.secretary.acting(), "", NOW)
    assert answer.screen is not None
    assert answer.screen.facts == {"birthday_month": [cast.branch.id, 202611, 1]}
    assert "这个月没有政治生日" in await words(answer)


async def test_who_answers_for_several_chooses_by_button_or_by_name(cast: Cast) -> None:
    chief = await settle("chief", cast.district)
    await grant(OPERATOR, chief.member, cast.district.id, "admin", NOW)
    by = await chief.acting()
    answer = await ask(by, "", NOW)
    assert answer.screen is not None
    assert [row[0].shown for row in answer.screen.taps] == ["district", "branch", "neighbours"]
    named = await ask(by, "neigh", NOW)
    assert named.screen is not None
    assert named.screen.facts == {"birthday_month": [cast.neighbours.id, 202611, 1]}
    with pytest.raises(Refusal, match="birthday/nowhere"):
        await ask(by, "foreign", NOW)


async def test_a_member_asks_for_no_list(cast: Cast) -> None:
    with pytest.raises(Refusal, match="rights/refused"):
        await ask(await cast.member.acting(), "", NOW)


async def test_several_cards_are_named_in_one_message(cast: Cast) -> None:
    await dated(cast.member, date(1999, 11, 28))
    await dated(cast.offline, date(1989, 11, 28))
    await look(NOW)
    numbers = [(await born.planned(person)).id for person in (cast.member, cast.offline)]
    text = (await render(Card("birthday/previews", {"birthdays": numbers}), 1, NOW)).text
    assert "11月28日　member同志，27周年\n" in text
    assert "offline同志，37周年（没有绑定，请当面祝贺）" in text
