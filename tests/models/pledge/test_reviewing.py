"""审诺: those responsible hear once a day, agree or give back with a word, one after another; nobody decides on their own."""

import asyncio
import json
from datetime import timedelta

import pytest

from models.audit import Note
from models.card import Answer, Card, Refusal
from models.database import atomic
from models.draft import Draft
from models.member import OPERATOR, grant
from models.outbox import Delivery
from models.pledge import Campaign, Pledge, choosing, request, reviewing
from models.pledge.cards import SHOW, WITHDRAW
from models.pledge.reviewing import APPROVE, GIVE_BACK, PACK, YES, decide, review, say_back
from models.pledge.stages import LONGEST_WHY
from tests.cast import NOW, Cast
from tests.models.pledge.given import agreeing, asked, giving_back, made, opened, shown, stage

NIGHT = NOW + timedelta(hours=10)  # ten in the evening in Shanghai


def desk(cast: Cast, one: Campaign) -> str:
    return f"pledge_review:{one.id}:{cast.secretary.id}"


async def test_the_secretary_hears_once_however_many_pledge_that_day(cast: Cast) -> None:
    one = await opened(cast)
    for person in (cast.member, cast.probationary, cast.former):
        await made(one, person)
    told = await Delivery.get(member_id=cast.secretary.id, about=f"pledge_wait:{one.id}:{cast.branch.id}")
    assert (told.live, told.kind, told.wanted) == (True, "notice", 4)


async def test_what_is_pledged_at_night_is_put_to_them_in_the_morning(cast: Cast) -> None:
    one = await opened(cast)
    await made(one, cast.member, now=NIGHT)
    told = await Delivery.get(about=f"pledge_wait:{one.id}:{cast.branch.id}")
    assert (told.state, told.due_at) == ("held", NOW + timedelta(hours=20, minutes=30))


async def test_one_after_another_is_shown_and_agreed_to_and_the_maker_is_asked_for_consent(cast: Cast) -> None:
    one, by = await opened(cast), await cast.secretary.acting()
    first, second = await made(one, cast.member), await made(one, cast.probationary)
    await review(by, one.id, YES, NOW)
    assert (await shown(cast.secretary, desk(cast, one))).facts == {"pledge": first.id}
    await decide(by, first.id, agreeing(first), NOW + timedelta(seconds=1))
    assert (await shown(cast.secretary, desk(cast, one))).facts == {"pledge": second.id}
    card = await shown(cast.member, f"pledge_of:{first.id}")
    assert [tap.label for row in card.taps for tap in row] == ["pledge.publish", "pledge.keep", "pledge.withdraw"]
    await decide(by, second.id, agreeing(second), NOW + timedelta(seconds=2))
    assert (await shown(cast.secretary, desk(cast, one))).name == "pledge/none_waiting"
    assert (await review(by, one.id, YES, NOW + timedelta(seconds=3))).toast == Card("pledge/none_waiting")
    assert [each.state for each in await Pledge.all()] == ["approved", "approved"]


async def test_one_may_be_passed_over_and_comes_again(cast: Cast) -> None:
    one, by = await opened(cast), await cast.secretary.acting()
    first, second = await made(one, cast.member), await made(one, cast.probationary)
    await review(by, one.id, YES, NOW)
    seen = []
    for passed_over in (first, second):
        await review(by, one.id, passed_over.id * PACK, NOW)
        seen.append((await shown(cast.secretary, desk(cast, one))).facts["pledge"])
    assert seen == [second.id, first.id]


async def test_given_back_it_says_why_and_may_be_changed(cast: Cast) -> None:
    one, by = await opened(cast), await cast.secretary.acting()
    pledge = await made(one, cast.member)
    asks = await decide(by, pledge.id, giving_back(pledge), NOW)
    assert asks.screen == Card("pledge/why_back", {"pledge": pledge.id, "most": LONGEST_WHY})
    assert (await stage(pledge), (await Draft.get()).kind) == ("made", reviewing.QUESTION)
    question = asked(reviewing.QUESTION, pledge=pledge.id, revision=pledge.revision)
    await say_back(by, cast.bot.id, question, " more\nconcrete ", NOW)
    kept = await Pledge.get(id=pledge.id)
    assert (kept.state, kept.back, kept.made_at) == ("choosing", "more concrete", None)
    assert (await shown(cast.member, f"pledge_of:{pledge.id}")).name == "pledge/choose"
    assert "concrete" not in str([each.after for each in await Note.all()])
    await choosing.pick(await cast.member.acting(), one.id, 2, NOW)
    assert (await Pledge.get(id=pledge.id)).back == ""


@pytest.mark.parametrize("words", ["", "x", "长" * (LONGEST_WHY + 1), "长" * 5000])
async def test_why_is_one_line_or_nothing_is_given_back(cast: Cast, words: str) -> None:
    one = await opened(cast)
    pledge = await made(one, cast.member)
    question = asked("", pledge=pledge.id, revision=pledge.revision)
    with pytest.raises(Refusal, match="pledge/long_why"):
        await say_back(await cast.secretary.acting(), cast.bot.id, question, words, NOW)
    assert await stage(pledge) == "made"


async def test_nobody_reviews_their_own_and_where_nobody_else_can_it_holds(cast: Cast) -> None:
    one = await opened(cast)
    alone = await made(one, cast.secretary)
    assert await stage(alone) == "approved"
    await grant(OPERATOR, cast.member.member, cast.branch.id, "org_member", NOW - timedelta(days=1))
    pledge = await made(one, cast.member)
    assert await stage(pledge) == "made"
    with pytest.raises(Refusal, match="pledge/not_own"):
        await decide(await cast.member.acting(), pledge.id, agreeing(pledge), NOW)
    assert (await review(await cast.member.acting(), one.id, YES, NOW)).toast == Card("pledge/none_waiting")


async def test_others_do_not_review_and_forged_numbers_mean_nothing(cast: Cast) -> None:
    one = await opened(cast)
    pledge = await made(one, cast.member)
    for person in (cast.probationary, cast.neighbour_secretary, cast.foreigner, cast.former):
        by = await person.acting()
        for press in (decide(by, pledge.id, agreeing(pledge), NOW), review(by, one.id, YES, NOW)):
            with pytest.raises(Refusal, match="rights/refused"):
                await press
    by = await cast.secretary.acting()
    for choice in (0, 3, APPROVE, GIVE_BACK, 19):
        with pytest.raises(Refusal, match="action/unknown"):
            await decide(by, pledge.id, choice, NOW)
    with pytest.raises(Refusal, match="action/unknown"):
        await review(by, one.id, 3, NOW)
    assert await stage(pledge) == "made"


async def test_what_was_taken_back_meanwhile_is_not_agreed_to(cast: Cast) -> None:
    one = await opened(cast)
    pledge = await made(one, cast.member)
    await choosing.pledge(await cast.member.acting(), one.id, WITHDRAW, NOW)
    with pytest.raises(Refusal, match="pledge/decided_already"):
        await decide(await cast.secretary.acting(), pledge.id, agreeing(pledge), NOW)


async def test_of_two_who_decide_at_once_the_first_does(cast: Cast) -> None:
    one = await opened(cast)
    await grant(OPERATOR, cast.probationary.member, cast.branch.id, "org_member", NOW - timedelta(days=1))
    pledge = await made(one, cast.member)
    people = [await cast.secretary.acting(), await cast.probationary.acting()]

    async def decided(by: int) -> Answer | Refusal:
        try:
            async with atomic():
                return await decide(people[by], pledge.id, agreeing(pledge), NOW)
        except Refusal as no:
            return no

    found = await asyncio.gather(decided(0), decided(1))
    assert [each.card.name for each in found if isinstance(each, Refusal)] == ["pledge/decided_already"]
    assert await Note.filter(verb="pledge_approve").count() == 1


async def changed_meanwhile(cast: Cast, one: Campaign) -> Pledge:
    """Taken back, chosen again and promised again after it was put to the secretary."""
    by = await cast.member.acting()
    for act in (WITHDRAW, SHOW):
        await choosing.pledge(by, one.id, act, NOW)
    return await made(one, cast.member, (2,))


async def test_words_that_were_changed_since_they_were_shown_are_not_agreed_to(cast: Cast) -> None:
    one, by = await opened(cast), await cast.secretary.acting()
    before = await made(one, cast.member)
    await review(by, one.id, YES, NOW)
    after = await changed_meanwhile(cast, one)
    for old in (agreeing(before), giving_back(before)):
        answer = await decide(by, before.id, old, NOW)
        assert (answer.toast, answer.alert, answer.screen) == (Card("pledge/changed_since"), True, None)
    assert (await stage(after), await Draft.exists()) == ("made", False)
    fresh = await shown(cast.secretary, desk(cast, one))
    assert [tap.choice for tap in fresh.taps[0]] == [agreeing(after), giving_back(after)]
    await decide(by, after.id, fresh.taps[0][0].choice, NOW)
    assert await stage(after) == "approved"


async def test_of_two_reviewers_the_second_does_not_agree_to_what_the_first_had_changed(cast: Cast) -> None:
    one, first = await opened(cast), await cast.secretary.acting()
    await grant(OPERATOR, cast.probationary.member, cast.branch.id, "org_member", NOW - timedelta(days=1))
    second = await cast.probationary.acting()
    before = await made(one, cast.member)
    for each in (first, second):
        await review(each, one.id, YES, NOW)
    question = asked(reviewing.QUESTION, pledge=before.id, revision=before.revision)
    await say_back(first, cast.bot.id, question, "more concrete", NOW)
    after = await made(one, cast.member, (2,))
    assert (await decide(second, before.id, agreeing(before), NOW)).toast == Card("pledge/changed_since")
    assert await stage(after) == "made"
    assert (await shown(cast.probationary, f"pledge_review:{one.id}:{cast.probationary.id}")).name == "pledge/judge"


async def test_a_reason_typed_for_words_that_were_changed_meanwhile_gives_nothing_back(cast: Cast) -> None:
    one, by = await opened(cast), await cast.secretary.acting()
    before = await made(one, cast.member)
    await review(by, one.id, YES, NOW)
    await decide(by, before.id, giving_back(before), NOW)
    question = asked(reviewing.QUESTION, **json.loads((await Draft.get()).facts))
    after = await changed_meanwhile(cast, one)
    answer = await say_back(by, cast.bot.id, question, "more concrete", NOW)
    assert (answer.toast, await stage(after), await Draft.exists()) == (Card("pledge/changed_since"), "made", False)
    assert (await shown(cast.secretary, desk(cast, one))).taps[0][0].choice == agreeing(after)


async def test_who_pledges_after_todays_word_has_left_is_told_of_in_the_next_morning(cast: Cast) -> None:
    one = await opened(cast)
    await made(one, cast.member)
    about = f"pledge_wait:{one.id}:{cast.branch.id}"
    await Delivery.filter(about=about).update(state="sent", message_id=9, sent_at=NOW)
    later = NOW + timedelta(hours=2)
    pledge = await made(one, cast.probationary, now=later)
    morning = NOW + timedelta(hours=20, minutes=30)
    assert (await Delivery.filter(about=about).count(), pledge.review_due) == (1, morning)
    await request(morning - timedelta(seconds=1))
    assert await Delivery.filter(about=about).count() == 1
    for _ in range(2):
        await request(morning)
    told = await Delivery.filter(about=about, member_id=cast.secretary.id).order_by("id")
    assert [each.created_at for each in told] == [NOW, morning]
    assert (await Pledge.get(id=pledge.id)).review_due is None


async def test_what_was_reviewed_the_same_day_is_not_told_of_in_the_morning(cast: Cast) -> None:
    one = await opened(cast)
    await made(one, cast.member)
    await Delivery.all().update(state="sent", message_id=9, sent_at=NOW)
    pledge = await made(one, cast.probationary, now=NOW + timedelta(hours=2))
    for each in await Pledge.all():
        await decide(await cast.secretary.acting(), each.id, agreeing(each), NOW + timedelta(hours=3))
    await request(NOW + timedelta(days=1))
    assert await Delivery.filter(about=f"pledge_wait:{one.id}:{cast.branch.id}").count() == 1
    assert await stage(pledge) == "approved"


async def test_what_todays_word_counts_is_not_told_of_again(cast: Cast) -> None:
    """It is worded when it leaves: all that were made before are in it."""
    one, about = (
        await opened(cast),
        Delivery.filter(member_id=cast.secretary.id, kind="notice", about__startswith="pledge_wait:"),
    )
    for minutes, person in enumerate((cast.member, cast.probationary)):
        assert (await made(one, person, now=NIGHT + timedelta(minutes=minutes))).review_due is None
    assert await about.count() == 1
    morning = NOW + timedelta(hours=20, minutes=30)
    await about.update(state="sent", message_id=9, sent_at=morning, created_at=morning)
    await Pledge.filter(member_id=cast.probationary.id).update(review_due=morning)
    await request(morning + timedelta(minutes=1))
    assert (await about.count(), (await Pledge.get(member_id=cast.probationary.id)).review_due) == (1, None)
