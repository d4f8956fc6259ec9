"""代填: who has no Telegram pledges and reports on their word, by those who answer for them: marked, public if they agree."""

from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from models.audit import Note
from models.binding import CONSENT
from models.card import Card, Refusal
from models.draft import Draft
from models.member import OPERATOR, Actor, Role, bind, grant
from models.outbox import Delivery
from models.pledge import (
    Campaign,
    Pledge,
    PledgeReport,
    Promise,
    choosing,
    counter,
    entering,
    rating,
    reporting,
    request,
    reviewing,
)
from models.pledge.cards import HIDE, KEEP, PUBLISH, SHOW, WITHDRAW, WRITE
from models.pledge.cards import PACK as SAID
from models.pledge.own import PERSON
from models.pledge.reporting import grade_oneself
from models.pledge.stages import END, HALF, Grade, Kept
from models.pledge.views import describe
from tests.cast import NOW, Cast, Person, settle
from tests.models.pledge.given import agreeing, asked, in_round, opened, shown, stage, under_way

seconds = count(1)  # nobody taps twice in the same instant


async def presses(cast: Cast, one: Campaign, choice: int, by: Person | None = None) -> Card | None:
    """One of the buttons that name the member without Telegram."""
    actor = await (by or cast.secretary).acting()
    moment = NOW + timedelta(seconds=next(seconds))
    answer = await choosing.pledge(actor, one.id, cast.offline.id * PERSON + choice, moment)
    return answer.screen or answer.toast


async def entered(cast: Cast, one: Campaign) -> Pledge:
    """What they said was picked and written down."""
    by, whom = await cast.secretary.acting(), cast.offline.id * PERSON
    await presses(cast, one, SHOW)
    for place in (1, 4):
        await choosing.pick(by, one.id, whom + place, NOW)
    answer = await choosing.make(by, one.id, whom + 3, NOW)
    assert answer.toast == Card("pledge/made", {"count": 2, "name": "offline"})
    return await Pledge.get(member_id=cast.offline.id)


async def card(cast: Cast, pledge: Pledge) -> Card:
    return await shown(cast.secretary, f"pledge_for:{pledge.id}")


def labels(card: Card) -> list[str]:
    return [tap.label for row in card.taps for tap in row]


async def names(cast: Cast, one: Campaign, by: Person | None = None) -> list[tuple[str, str]]:
    person = by or cast.secretary
    await entering.for_whom(await person.acting(), one.id, 0, NOW + timedelta(seconds=next(seconds)))
    found = await shown(person, f"pledge_offline:{one.id}:{person.id}")
    return [(tap.shown, tap.label) for row in found.taps for tap in row]


async def test_the_list_holds_those_without_telegram_and_marks_who_has_said_it(cast: Cast) -> None:
    one = await opened(cast)
    await settle("gran", cast.branch, telegram=False)
    await settle("far away", cast.neighbours, telegram=False)
    assert await names(cast, one) == [("offline", "named"), ("gran", "named")]
    await entered(cast, one)
    assert await names(cast, one) == [("gran", "named"), ("offline", "pledge.said")]
    await under_way_of(cast)
    await in_round(one, HALF)
    assert await names(cast, one) == [("offline", "named"), ("gran", "named")]


async def under_way_of(cast: Cast) -> None:
    await Pledge.filter(member_id=cast.offline.id).update(state="quiet")


async def test_where_everybody_speaks_for_themselves_nobody_is_listed(cast: Cast) -> None:
    one = await opened(cast)
    await bind(OPERATOR, cast.offline.member, 700_000_555, CONSENT, NOW)
    answer = await entering.for_whom(await cast.secretary.acting(), one.id, 0, NOW)
    assert (answer.toast, answer.alert) == (Card("pledge/nobody_offline"), True)


async def test_what_they_said_counts_is_marked_and_is_owed_to_nobody_else(cast: Cast) -> None:
    one = await opened(cast)
    pledge = await entered(cast, one)
    assert (pledge.state, pledge.entered_by, pledge.node_id) == ("made", cast.secretary.id, cast.branch.id)
    assert {each.member_id for each in await Promise.all()} == {cast.offline.id}
    assert (await counter([one.id, cast.branch.id], NOW))["pledged"] == 1
    note = await Note.get(verb="pledge_make")
    assert (note.actor, note.target) == (f"member:{cast.secretary.id}", f"pledge:{pledge.id}")
    assert f'"entered_by": {cast.secretary.id}' in str(note.after)
    assert (await describe(pledge.id, NOW))["entered_by"] == "secretary"
    assert await Delivery.filter(member_id=cast.offline.id).count() == 0
    assert await Pledge.filter(member_id=cast.secretary.id).count() == 0


async def test_another_who_is_responsible_reviews_it_and_alone_one_has_done_so(cast: Cast) -> None:
    one = await opened(cast)
    await entered(cast, one)
    await request(NOW)
    assert (await Pledge.get()).state == "approved"  # there was nobody else
    await presses(cast, one, WITHDRAW)
    await grant(OPERATOR, cast.member.member, cast.branch.id, "deputy_secretary", NOW)
    await again(cast, one)
    await request(NOW)
    assert (await Pledge.get()).state == "made"
    waiting = await Delivery.filter(about=f"pledge_wait:{one.id}:{cast.branch.id}")
    assert {each.member_id for each in waiting} == {cast.member.id}


async def again(cast: Cast, one: Campaign) -> None:
    await presses(cast, one, SHOW)
    kept = await Pledge.get()
    await choosing.make(await cast.secretary.acting(), one.id, cast.offline.id * PERSON + kept.revision, NOW)


async def test_it_is_public_only_when_somebody_taps_that_they_agreed(cast: Cast) -> None:
    one = await opened(cast)
    pledge = await entered(cast, one)
    await request(NOW)
    assert labels(await card(cast, pledge)) == ["pledge.publish_for", "pledge.keep", "pledge.withdraw"]
    about = f"pledge_shown:{pledge.id}"
    assert await Delivery.filter(about=about).count() == 0
    assert await presses(cast, one, PUBLISH) == Card("pledge/given", {"pledge": pledge.id, "spoken": True})
    assert [each.chat_id for each in await Delivery.filter(about=about)] == [cast.group.id]
    assert (await Note.get(verb="pledge_publish")).actor == f"member:{cast.secretary.id}"
    assert labels(await card(cast, pledge)) == ["pledge.hide"]
    await presses(cast, one, HIDE)
    assert (await stage(pledge), [each.state for each in await Delivery.filter(about=about)]) == ("hidden", ["cancelled"])


async def test_nothing_said_about_it_keeps_it_private_and_it_is_reported_on_all_the_same(cast: Cast) -> None:
    one = await opened(cast)
    pledge = await entered(cast, one)
    await request(NOW)
    await in_round(one, HALF)
    await presses(cast, one, SHOW)
    assert (await card(cast, pledge)).name == "pledge/report_for"
    first, second = [each.id for each in await Promise.all().order_by("position")]
    by = await cast.secretary.acting()
    await reporting.say(by, first, HALF * SAID + Kept.DONE, NOW)
    answer = await reporting.say(by, second, HALF * SAID + Kept.NOT, NOW)
    assert answer.screen == Card("pledge/which_why", {"most": 100, "spoken": True})
    await reporting.say_why(by, cast.bot.id, asked("", promise=second, round=HALF), "in hospital", NOW)
    found = [(each.member_id, each.kept, each.why, each.entered_by) for each in await PledgeReport.all().order_by("promise_id")]
    assert found == [
        (cast.offline.id, Kept.DONE, "", cast.secretary.id),
        (cast.offline.id, Kept.NOT, "in hospital", cast.secretary.id),
    ]
    assert [each["entered"] for each in (await describe(pledge.id, NOW))["promises"]] == [True, True]
    assert await Delivery.filter(about=f"pledge_shown:{pledge.id}").count() == 0


async def test_at_the_end_they_grade_themselves_by_the_same_hand_and_hear_the_branchs_grade_from_it(cast: Cast) -> None:
    one = await opened(cast)
    pledge = await entered(cast, one)
    await request(NOW)
    await in_round(one, END)
    by = await cast.secretary.acting()
    await grade_oneself(by, pledge.id, Grade.MOSTLY, NOW)
    await rating.rate(by, pledge.id, Grade.FULFILLED, NOW)
    kept = await Pledge.get()
    assert (kept.own_grade, kept.grade) == (Grade.MOSTLY, Grade.FULFILLED)
    assert (await card(cast, pledge)).name == "pledge/report_for"
    assert await Delivery.filter(member_id=cast.offline.id).count() == 0


async def test_own_words_are_typed_for_them(cast: Cast) -> None:
    one = await opened(cast)
    await presses(cast, one, SHOW)
    assert await presses(cast, one, WRITE) == Card("pledge/which_own", {"most": 40, "name": "offline"})
    draft = await Draft.get()
    question = asked(draft.kind, campaign=one.id, whom=cast.offline.id)
    await choosing.say_own(await cast.secretary.acting(), cast.bot.id, question, "water the trees", NOW + timedelta(hours=1))
    assert [(each.member_id, each.title) for each in await Promise.all()] == [(cast.offline.id, "water the trees")]
    assert labels(await card(cast, await Pledge.get()))[-2:] == ["pledge.unpick", "pledge.write"]


@pytest.mark.parametrize("choice", [SHOW, WRITE, WITHDRAW, PUBLISH, KEEP, HIDE])
async def test_others_enter_nothing_for_anybody(cast: Cast, choice: int) -> None:
    one = await opened(cast)
    await entered(cast, one)
    for person in (cast.member, cast.neighbour_secretary, cast.foreigner, cast.former):
        with pytest.raises(Refusal, match="rights/refused"):
            await presses(cast, one, choice, person)
    with pytest.raises(Refusal, match="rights/stranger"):
        await choosing.pledge(Actor(telegram_id=1), one.id, cast.offline.id * PERSON + choice, NOW)


async def test_who_is_elsewhere_has_died_or_is_nobody_is_entered_by_nobody(cast: Cast) -> None:
    one, by = await opened(cast), await cast.secretary.acting()
    far = await settle("far away", cast.neighbours, telegram=False)
    cast.offline.member.status = "deceased"
    await cast.offline.member.save()
    for number in (far.id, cast.offline.id, 999_999):
        with pytest.raises(Refusal, match="rights/refused"):
            await choosing.pledge(by, one.id, number * PERSON + SHOW, NOW)
    assert not await Pledge.exists()


async def test_who_has_telegram_says_it_themselves_from_the_first_day_and_old_buttons_say_so(cast: Cast) -> None:
    one, by = await opened(cast), await cast.secretary.acting()
    with pytest.raises(Refusal, match="pledge/speaks"):
        await choosing.pledge(by, one.id, cast.member.id * PERSON + SHOW, NOW)
    pledge = await entered(cast, one)
    await request(NOW)
    await bind(OPERATOR, cast.offline.member, 700_000_555, CONSENT, NOW)
    for choice in (SHOW, PUBLISH, KEEP, WITHDRAW):
        with pytest.raises(Refusal, match="pledge/speaks"):
            await presses(cast, one, choice)
    person = Person(cast.offline.member, 700_000_555)
    await choosing.pledge(await person.acting(), one.id, KEEP, NOW)
    assert await stage(pledge) == "quiet"
    await in_round(one, HALF)
    promise = await Promise.all().first()
    assert promise is not None
    with pytest.raises(Refusal, match="pledge/speaks"):
        await reporting.say(by, promise.id, HALF * SAID + Kept.DONE, NOW)


async def test_nobodys_report_is_said_by_somebody_else_who_has_telegram(cast: Cast) -> None:
    one = await opened(cast)
    await under_way(cast, one, cast.member)
    await in_round(one, HALF)
    promise: Any = await Promise.all().first()
    with pytest.raises(Refusal, match="rights/refused"):
        await reporting.say(await cast.secretary.acting(), promise.id, HALF * SAID + Kept.DONE, NOW)


async def test_an_office_that_has_ended_is_shown_nothing_newer(cast: Cast) -> None:
    one = await opened(cast)
    deputy = await settle("deputy", cast.branch, office="deputy_secretary")
    await presses(cast, one, SHOW, deputy)
    pledge = await Pledge.get()
    before = await shown(deputy, f"pledge_for:{pledge.id}")
    await Role.filter(member_id=deputy.id).update(until_at=NOW)
    await entered(cast, one)
    kept = await Delivery.get(member_id=deputy.id, about=f"pledge_for:{pledge.id}")
    assert (kept.live, Card.from_json(kept.card)) == (False, before)


async def test_an_office_that_has_ended_hears_nothing_more_of_it(cast: Cast) -> None:
    one = await opened(cast)
    pledge = await entered(cast, one)
    await Pledge.filter(id=pledge.id).update(entered_by=cast.former.id)
    await reviewing.decide(await cast.secretary.acting(), pledge.id, agreeing(pledge), NOW)
    assert await stage(pledge) == "approved"
    assert await Delivery.filter(member_id=cast.former.id).count() == 0
