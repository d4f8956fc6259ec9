"""What is forgotten of birthdays, and when: a celebration after a year, on a wish at once; the medal's list stays."""

from datetime import timedelta

from bot.wording import render
from models.binding import forget_me
from models.binding.told import YES
from models.birthday import Birthday, BirthdayWish, Medal, forget
from models.card import Card
from models.ceremony import Ceremony
from models.member import Account
from models.outbox import Delivery
from tests.cast import NOW, Cast, planned
from tests.models.birthday import born
from tests.models.birthday.test_looking import DAY, JOINED, habit, wish


async def test_a_celebration_is_forgotten_after_a_year_and_no_sooner(cast: Cast) -> None:
    await born.dated(cast.member, JOINED)
    await born.look(NOW)
    for days, left in [(399, 1), (400, 0)]:
        await forget(NOW + days * DAY)
        assert await Birthday.all().count() == left


async def test_who_wishes_to_be_forgotten_leaves_no_words_no_wish_and_no_part(cast: Cast) -> None:
    await born.dated(cast.member, JOINED)
    await wish(cast, "group")
    await born.look(NOW)
    await Birthday.all().update(words="words", thanked_at=NOW)
    facts = {"root_id": cast.district.id, "member_id": cast.member.id, "at": NOW}
    await Ceremony.create(gathering_id=(await planned(cast)).id, **facts)
    await Medal.create(node_id=cast.branch.id, year=2026, **facts)
    account = await Account.get(member_id=cast.member.id)
    await forget_me(await cast.member.acting(), account.id, YES, NOW + timedelta(minutes=1))
    one = await Birthday.get()
    assert (one.words, one.thanked_at, await BirthdayWish.all().count()) == ("", None, 0)
    assert (await Ceremony.get()).member_id is None
    assert await Medal.all().count() == 1


async def forgotten(cast: Cast, late: timedelta = timedelta(minutes=1)) -> None:
    account = await Account.get(member_id=cast.member.id)
    await forget_me(await cast.member.acting(), account.id, YES, NOW + late)


async def test_what_the_group_was_told_is_taken_back_from_who_wishes_to_be_forgotten(cast: Cast) -> None:
    await born.dated(cast.member, JOINED)
    await habit(cast, in_group=True)
    await wish(cast, "group")
    await born.look(NOW)
    (post,) = await born.owed("birthday/public")
    await Delivery.filter(id=post.id).update(state="sent", message_id=9, sent_at=NOW)
    await forgotten(cast)
    (erased,) = [one for one in await born.owed("erase") if one.chat_id is not None]
    assert (erased.chat_id, erased.card) == (cast.group.id, Card("erase", {"message": 9}).to_json())


async def test_a_post_too_old_to_be_taken_back_is_put_to_those_responsible(cast: Cast) -> None:
    await born.dated(cast.member, JOINED)
    await habit(cast, in_group=True)
    await wish(cast, "group")
    await born.look(NOW)
    (post,) = await born.owed("birthday/public")
    await Delivery.filter(id=post.id).update(state="sent", message_id=9, sent_at=NOW)
    await forgotten(cast, 3 * DAY)
    (told,) = await born.owed("birthday/take_down")
    assert told.member_id == cast.secretary.id
    text = (await render(Card.from_json(told.card), 1, NOW)).text
    assert "member" in text
    assert "11月21日" in text


async def test_a_preview_shows_the_words_no_longer_and_stays_with_those_in_office(cast: Cast) -> None:
    await born.dated(cast.member, JOINED + 7 * DAY)
    await born.look(NOW)
    (shown,) = await born.owed("birthday/preview")
    await Delivery.filter(id=shown.id).update(state="sent", message_id=9, sent_at=NOW)
    await forgotten(cast)
    again = await Delivery.get(id=shown.id)
    assert (again.live, again.wanted) == (True, 2)
    assert await born.owed("erase") == []
