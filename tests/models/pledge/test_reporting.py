"""践诺 and 评诺: three taps say how each promise stands; oneself and the branch grade it; only the maker and they know."""

from datetime import timedelta

import pytest

from models.audit import Note
from models.card import Card, Refusal
from models.draft import Draft
from models.pledge import Campaign, Pledge, PledgeReport, Promise, rating, reporting
from models.pledge.cards import AGAIN, PACK
from models.pledge.reporting import grade_oneself, say, say_why
from models.pledge.reviewing import PACK as BEHIND
from models.pledge.reviewing import YES
from models.pledge.stages import END, HALF, LONGEST_WHY, Grade, Kept
from tests.cast import NOW, Cast
from tests.models.pledge.given import asked, in_round, made, opened, reports, shown, stage, under_way


async def kept(pledge: Pledge) -> list[tuple[int, int, str]]:
    return [(each.round, each.kept, each.why) for each in await PledgeReport.all().order_by("promise_id", "round")]


async def promises(pledge: Pledge) -> list[int]:
    return [each.id for each in await Promise.filter(pledge_id=pledge.id).order_by("position")]


async def begun(cast: Cast, number: int = HALF) -> tuple[Campaign, Pledge]:
    one = await opened(cast)
    pledge = await under_way(cast, one, cast.member)
    await in_round(one, number)
    return one, pledge


async def test_each_tap_is_kept_and_the_card_asks_for_the_next(cast: Cast) -> None:
    _, pledge = await begun(cast)
    first, second = await promises(pledge)
    by = await cast.member.acting()
    answer = await say(by, first, HALF * PACK + Kept.DONE, NOW)
    assert answer.toast == Card("pledge/said", {"kept": Kept.DONE, "left": 1})
    card = await shown(cast.member, f"pledge_of:{pledge.id}")
    assert (card.facts["unsaid"], {tap.target for tap in card.taps[0]}) == (2, {second})
    await say(by, second, HALF * PACK + Kept.ON_THE_WAY, NOW)
    assert (await shown(cast.member, f"pledge_of:{pledge.id}")).facts["unsaid"] == 0
    assert await kept(pledge) == [(HALF, Kept.DONE, ""), (HALF, Kept.ON_THE_WAY, "")]


async def test_what_was_said_may_be_said_anew(cast: Cast) -> None:
    _, pledge = await begun(cast)
    await reports(cast.member, pledge, HALF)
    first, by = (await promises(pledge))[0], await cast.member.acting()
    await say(by, first, HALF * PACK + AGAIN, NOW)
    assert (await shown(cast.member, f"pledge_of:{pledge.id}")).facts["unsaid"] == 1
    await say(by, first, HALF * PACK + Kept.ON_THE_WAY, NOW)
    assert await kept(pledge) == [(HALF, Kept.ON_THE_WAY, ""), (HALF, Kept.DONE, "")]


async def test_why_it_was_not_kept_is_typed_and_in_no_note(cast: Cast) -> None:
    _, pledge = await begun(cast)
    first, by = (await promises(pledge))[0], await cast.member.acting()
    answer = await say(by, first, HALF * PACK + Kept.NOT, NOW)
    assert answer.screen == Card("pledge/which_why", {"most": LONGEST_WHY, "spoken": False})
    question = asked(reporting.QUESTION, promise=first, round=HALF)
    assert (await Draft.get()).kind == question.kind
    await say_why(by, cast.bot.id, question, " was\nill ", NOW)
    assert await kept(pledge) == [(HALF, Kept.NOT, "was ill")]
    assert "ill" not in str([each.after for each in await Note.all()])
    await say(by, first, HALF * PACK + Kept.DONE, NOW)
    assert await kept(pledge) == [(HALF, Kept.DONE, "")]
    with pytest.raises(Refusal, match="pledge/round_over"):
        await say_why(by, cast.bot.id, question, "too late", NOW)


@pytest.mark.parametrize("words", ["", "x", "长" * (LONGEST_WHY + 1), "长" * 5000])
async def test_a_reason_too_short_or_too_long_is_not_kept(cast: Cast, words: str) -> None:
    _, pledge = await begun(cast)
    first, by = (await promises(pledge))[0], await cast.member.acting()
    await say(by, first, HALF * PACK + Kept.NOT, NOW)
    with pytest.raises(Refusal, match="pledge/long_why"):
        await say_why(by, cast.bot.id, asked("", promise=first, round=HALF), words, NOW)
    assert await kept(pledge) == [(HALF, Kept.NOT, "")]


async def test_taps_of_another_round_of_nobodys_or_before_consent_change_nothing(cast: Cast) -> None:
    one, pledge = await begun(cast)
    first, by = (await promises(pledge))[0], await cast.member.acting()
    with pytest.raises(Refusal, match="pledge/round_over"):
        await say(by, first, END * PACK + Kept.DONE, NOW)
    for choice in (0, 3, 3 * PACK + 1):
        with pytest.raises(Refusal, match="action/unknown"):
            await say(by, first, choice, NOW)
    for person in (cast.probationary, cast.secretary, cast.foreigner):
        with pytest.raises(Refusal, match="rights/refused"):
            await say(await person.acting(), first, HALF * PACK + Kept.DONE, NOW)
    early = await made(one, cast.probationary)
    with pytest.raises(Refusal, match="pledge/not_under_way"):
        await say(await cast.probationary.acting(), (await promises(early))[0], HALF * PACK + Kept.DONE, NOW)
    await Campaign.all().update(state="closed")
    with pytest.raises(Refusal, match="pledge/over"):
        await say(by, first, HALF * PACK + Kept.DONE, NOW)
    assert await kept(pledge) == []


async def test_at_the_end_one_grades_oneself_and_the_branch_after(cast: Cast) -> None:
    one, pledge = await begun(cast, END)
    await reports(cast.member, pledge, END)
    card = await shown(cast.member, f"pledge_of:{pledge.id}")
    assert [tap.verb for tap in card.taps[0]] == ["pledge_self"] * 3
    by, boss = await cast.member.acting(), await cast.secretary.acting()
    await grade_oneself(by, pledge.id, Grade.FULFILLED, NOW)
    await rating.rating(boss, one.id, YES, NOW)
    assert (await shown(cast.secretary, f"pledge_rating:{one.id}:{boss.member_id}")).facts == {"pledge": pledge.id}
    answer = await rating.rate(boss, pledge.id, Grade.MOSTLY, NOW)
    assert answer.toast == Card("pledge/rated", {"grade": Grade.MOSTLY})
    graded = await Pledge.get(id=pledge.id)
    assert (graded.state, graded.own_grade, graded.grade) == ("rated", Grade.FULFILLED, Grade.MOSTLY)
    assert (await shown(cast.secretary, f"pledge_rating:{one.id}:{boss.member_id}")).name == "pledge/all_rated"
    with pytest.raises(Refusal, match="pledge/rated_already"):
        await grade_oneself(by, pledge.id, Grade.MOSTLY, NOW)


async def test_the_branch_may_change_its_grade_and_the_maker_hears_each_once(cast: Cast) -> None:
    _, pledge = await begun(cast, END)
    boss = await cast.secretary.acting()
    for seconds, grade in enumerate((Grade.MOSTLY, Grade.MOSTLY, Grade.FULFILLED)):
        await rating.rate(boss, pledge.id, grade, NOW + timedelta(seconds=seconds))
    notes = [each.after for each in await Note.filter(verb="pledge_rate").order_by("id")]
    assert notes == ['{"grade": 2, "stage": "rated"}', '{"grade": 1, "stage": "rated"}']
    assert await stage(pledge) == "rated"


async def test_nobody_is_graded_before_the_end_nor_grades_their_own(cast: Cast) -> None:
    one, pledge = await begun(cast, HALF)
    boss = await cast.secretary.acting()
    assert (await rating.rating(boss, one.id, YES, NOW)).toast == Card("pledge/not_yet_rated")
    for press in (
        rating.rate(boss, pledge.id, Grade.MOSTLY, NOW),
        grade_oneself(await cast.member.acting(), pledge.id, 1, NOW),
    ):
        with pytest.raises(Refusal, match="pledge/not_now"):
            await press
    own = await under_way(cast, one, cast.secretary)
    await in_round(one, END)
    with pytest.raises(Refusal, match="pledge/not_own"):
        await rating.rate(boss, own.id, Grade.MOSTLY, NOW)
    for person in (cast.member, cast.neighbour_secretary, cast.foreigner):
        with pytest.raises(Refusal, match="rights/refused"):
            await rating.rate(await person.acting(), pledge.id, Grade.MOSTLY, NOW)
    with pytest.raises(Refusal, match="action/unknown"):
        await rating.rate(boss, pledge.id, 4, NOW)
    with pytest.raises(Refusal, match="action/unknown"):
        await rating.rating(boss, one.id, BEHIND + 1, NOW)
    assert (await Pledge.get(id=pledge.id)).grade is None
