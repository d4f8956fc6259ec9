"""Before the day: other words, or none this time; by those responsible, and only until it was said."""

import pytest

from bot.files.greeting import shipped_words
from bot.files.pictures import drawn
from bot.wording import render
from models.audit import Note
from models.birthday import Birthday, hold, say_words, see, thanks, words
from models.birthday.editing import LONGEST_WORDS, QUESTION
from models.card import Card, Refusal
from models.draft import asked
from models.member import Member, Role
from models.outbox import Delivery
from tests.cast import NOW, Cast
from tests.models.birthday.born import TODAY, at, dated, look, looked_at, owed, planned, settled
from tests.models.birthday.test_looking import DAY

SOON = TODAY.replace(year=1999) + 7 * DAY
NEW = "愿您桃李满天下"


async def coming(cast: Cast) -> Birthday:
    await settled(cast)
    await dated(cast.member, SOON)
    await look(NOW)
    return await planned(cast.member)


async def type_words(cast: Cast, one: Birthday, said: str) -> Card:
    by = await cast.secretary.acting()
    await words(by, one.id, 1, NOW)
    question = await asked(cast.bot.id, by.telegram_id or 0, NOW)
    assert question is not None
    assert question.kind == QUESTION
    answer = await say_words(by, cast.bot.id, question, said, NOW)
    assert answer.screen is not None
    return answer.screen


async def test_typed_words_stand_on_the_new_card_and_in_the_greeting(cast: Cast) -> None:
    one = await coming(cast)
    before = await render(Card("birthday/preview", {"birthday": one.id}), 1, NOW)
    assert shipped_words() in before.text
    after = await render(await type_words(cast, one, f" {NEW}\n "), 1, NOW)
    assert NEW in after.text
    assert (await drawn(after)).photo != (await drawn(before)).photo
    await looked_at(TODAY + 7 * DAY)
    (greeting,) = await owed("birthday/greeting")
    assert NEW in (await render(Card.from_json(greeting.card), 1, NOW)).text


async def test_the_shipped_words_can_be_taken_again(cast: Cast) -> None:
    one = await coming(cast)
    await type_words(cast, one, NEW)
    await words(await cast.secretary.acting(), one.id, 2, NOW)
    assert (await planned(cast.member)).words == ""


@pytest.mark.parametrize("said", ["", "好", "愿" * (LONGEST_WORDS + 1), "愿" * 5000])
async def test_words_that_do_not_fit_are_refused_and_may_be_typed_again(cast: Cast, said: str) -> None:
    one = await coming(cast)
    with pytest.raises(Refusal, match="birthday/wordy"):
        await type_words(cast, one, said)
    assert (await planned(cast.member)).words == ""
    assert await asked(cast.bot.id, (await cast.secretary.acting()).telegram_id or 0, NOW) is not None


async def test_a_greeting_withheld_is_not_sent_and_one_released_is(cast: Cast) -> None:
    one = await coming(cast)
    by = await cast.secretary.acting()
    await hold(by, one.id, 1, NOW)
    await looked_at(TODAY + 7 * DAY, hour=8)
    await looked_at(TODAY + 7 * DAY)
    assert await owed("birthday/greeting") == []
    await Birthday.filter(id=one.id).update(day=TODAY)
    assert (await planned(cast.member)).state == "withheld"


async def test_what_was_withheld_by_mistake_goes_out(cast: Cast) -> None:
    one = await coming(cast)
    by = await cast.secretary.acting()
    await hold(by, one.id, 1, NOW)
    preview = await Delivery.get(about=f"birthday:{one.id}", live=True)
    assert [tap.label for row in Card.from_json(preview.card).taps for tap in row][-1] == "birthday.release"
    await hold(by, one.id, 2, NOW)
    await looked_at(TODAY + 7 * DAY)
    assert len(await owed("birthday/greeting")) == 1


async def test_what_was_said_is_not_changed_any_more(cast: Cast) -> None:
    one = await coming(cast)
    await looked_at(TODAY + 7 * DAY)
    now, by = at(TODAY + 7 * DAY, 10), await cast.secretary.acting()
    for press in (hold(by, one.id, 1, now), words(by, one.id, 1, now), words(by, one.id, 2, now)):
        with pytest.raises(Refusal, match="birthday/greeted"):
            await press
    screen = (await see(by, one.id, 1, now)).screen
    assert screen is not None
    assert screen.taps == ()
    assert "已经祝贺过了" in (await render(screen, 1, now)).text


async def test_neighbours_see_and_change_nothing(cast: Cast) -> None:
    one = await coming(cast)
    by = await cast.neighbour_secretary.acting()
    for press in (see(by, one.id, 1, NOW), hold(by, one.id, 1, NOW), words(by, one.id, 1, NOW), see(by, 10**9, 1, NOW)):
        with pytest.raises(Refusal, match="rights/refused"):
            await press


async def test_of_who_has_no_telegram_the_secretary_is_told_to_call(cast: Cast) -> None:
    await settled(cast)
    await dated(cast.offline, SOON)
    await look(NOW)
    (shown,) = await owed("birthday/preview")
    assert "请打电话或当面祝贺" in (await render(Card.from_json(shown.card), 1, NOW)).text
    await looked_at(TODAY + 7 * DAY)
    assert await owed("birthday/greeting") == []
    assert "没有发出贺卡" in (await render(Card.from_json(shown.card), 1, NOW)).text


async def test_the_audit_knows_that_words_were_changed_and_not_which(cast: Cast) -> None:
    one = await coming(cast)
    await type_words(cast, one, NEW)
    note = await Note.get(verb="birthday_words")
    assert (note.before, note.after) == ('{"own": false}', '{"own": true}')
    assert all(NEW not in f"{each.before}{each.after}" for each in await Note.all())


async def test_whose_office_has_ended_is_shown_no_newer_preview(cast: Cast) -> None:
    one = await coming(cast)
    await Delivery.all().update(state="sent", message_id=9)
    await Role.filter(member_id=cast.secretary.id).update(until_at=NOW)
    await thanks(await cast.member.acting(), one.id, 1, NOW)
    (shown,) = await owed("birthday/preview")
    assert (shown.live, shown.state) == (False, "sent")


async def test_nor_once_the_day_was_missed(cast: Cast) -> None:
    await coming(cast)
    await Delivery.all().update(state="sent", message_id=9)
    await Role.filter(member_id=cast.secretary.id).update(until_at=NOW)
    await looked_at(TODAY + 8 * DAY)
    (shown,) = await owed("birthday/preview")
    assert (shown.live, shown.state) == (False, "sent")


async def test_nor_where_another_withholds_the_greeting(cast: Cast) -> None:
    one = await coming(cast)
    await Delivery.all().update(state="sent", message_id=9)
    await Role.filter(member_id=cast.secretary.id).update(until_at=NOW)
    await Role.filter(member_id=cast.neighbour_secretary.id).update(node_id=cast.branch.id)
    await hold(await cast.neighbour_secretary.acting(), one.id, 1, NOW)
    (shown,) = await owed("birthday/preview")
    assert (shown.live, shown.state) == (False, "sent")


@pytest.mark.parametrize("status", ["deceased", "suspended", "transferred"])
async def test_a_greeting_names_nobody_as_the_one_to_ask_who_is_gone(cast: Cast, status: str) -> None:
    card = Card("birthday/greeting", {"birthday": (await coming(cast)).id})
    assert "请打电话或当面问支部书记secretary" in (await render(card, 1, NOW)).text
    await Member.filter(id=cast.secretary.id).update(status=status)
    assert "想核实，请打电话或当面问支部。" in (await render(card, 1, NOW)).text


async def test_of_a_secretary_above_the_greeting_says_whose_they_are(cast: Cast) -> None:
    card = Card("birthday/greeting", {"birthday": (await coming(cast)).id})
    await Role.filter(member_id=cast.secretary.id).update(node_id=cast.district.id)
    assert "请打电话或当面问district的书记secretary。" in (await render(card, 1, NOW)).text
