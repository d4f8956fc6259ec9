"""What members do about their own day: wishes that hold at once, the oath, a quiet thanks; and what they read."""

import pytest

from bot.files.pictures import drawn
from bot.wording import render
from models.birthday import Birthday, BirthdayWish, oath, show, thanks, wish
from models.birthday.own import describe
from models.card import Card, Refusal
from models.member import Actor
from models.outbox import Delivery
from tests.cast import NOW, OUTSIDER, Cast
from tests.models.birthday.born import TODAY, dated, look, owed, planned
from tests.models.birthday.test_looking import JOINED, habit


async def greeted(cast: Cast) -> Birthday:
    await dated(cast.member, JOINED)
    await look(NOW)
    return await planned(cast.member)


async def test_each_wish_is_kept_and_told(cast: Cast) -> None:
    by = await cast.member.acting()
    for choice, how, hides in [
        (1, "none", False),
        (4, "none", True),
        (3, "group", True),
        (4, "group", False),
        (2, "private", False),
    ]:
        answer = await wish(by, cast.member.id, choice, NOW)
        assert answer.toast == Card("birthday/wish_kept", {"how": how, "hides_years": hides})
        kept = await BirthdayWish.get(member_id=cast.member.id)
        assert (kept.how, kept.hides_years) == (how, hides)


@pytest.mark.parametrize("choice", [0, 5, 99])
async def test_a_wish_there_is_not_changes_nothing(cast: Cast, choice: int) -> None:
    with pytest.raises(Refusal, match="action/unknown"):
        await wish(await cast.member.acting(), cast.member.id, choice, NOW)
    assert await BirthdayWish.all().count() == 0


@pytest.mark.parametrize(
    ("choice", "greeting", "public"), [(1, "cancelled", "cancelled"), (2, "queued", "cancelled"), (3, "queued", "queued")]
)
async def test_a_wish_holds_for_what_has_not_left_yet(cast: Cast, choice: int, greeting: str, public: str) -> None:
    await habit(cast, in_group=True)
    await BirthdayWish.create(root_id=cast.district.id, member_id=cast.member.id, how="group")
    await greeted(cast)
    await wish(await cast.member.acting(), cast.member.id, choice, NOW)
    assert [(await owed(name))[0].state for name in ("birthday/greeting", "birthday/public")] == [greeting, public]


async def test_the_oath_is_the_one_of_the_constitution(cast: Cast) -> None:
    one = await greeted(cast)
    screen = (await oath(await cast.member.acting(), one.id, 1, NOW)).screen
    assert screen is not None
    text = (await render(screen, 1, NOW)).text
    oath_text = next(line for line in text.splitlines() if line.startswith("我志愿"))
    assert len(oath_text) == 80 + len([letter for letter in oath_text if letter in "，。"])
    assert oath_text.endswith("随时准备为党和人民牺牲一切，永不叛党。")


async def test_thanks_are_kept_once_and_nobody_gets_a_message_for_them(cast: Cast) -> None:
    one = await greeted(cast)
    before = await Delivery.all().count()
    for _ in range(2):
        assert (await thanks(await cast.member.acting(), one.id, 1, NOW)).toast == Card("birthday/thanked")
    assert (await planned(cast.member)).thanked_at == NOW
    assert await Delivery.all().count() == before


async def test_nobody_thanks_for_another_and_a_stranger_hears_nothing(cast: Cast) -> None:
    one = await greeted(cast)
    with pytest.raises(Refusal, match="action/unknown"):
        await thanks(await cast.neighbour.acting(), one.id, 1, NOW)
    for verb in (thanks, oath):
        with pytest.raises(Refusal, match="rights/stranger"):
            await verb(Actor(telegram_id=OUTSIDER), one.id, 1, NOW)
    with pytest.raises(Refusal, match="rights/stranger"):
        await show(Actor(telegram_id=OUTSIDER))


async def test_ones_own_page_says_the_next_day_and_since_when_standing_counts(cast: Cast) -> None:
    await dated(cast.member, TODAY.replace(year=1999), TODAY.replace(year=2000))
    said = await describe(cast.member.id, NOW)
    assert (said["since"], said["next"], said["counts"]) == ("1999-11-21", "2026-11-21", "2000-11-21")
    await dated(cast.member, TODAY.replace(year=1999))
    assert (await describe(cast.member.id, NOW))["counts"] == ""
    await dated(cast.member, None)
    assert (await describe(cast.member.id, NOW))["since"] == ""


async def test_the_greeting_says_whom_it_is_from_and_how_to_check_that(cast: Cast) -> None:
    one = await greeted(cast)
    shown = await drawn(await render(Card("birthday/greeting", {"birthday": one.id}), 1, NOW))
    assert shown.photo is not None
    assert shown.photo.startswith(b"\x89PNG")
    assert len(shown.text) <= 1024
    for words in (
        "member同志",
        "入党27周年",
        "branch，2026年11月21日",
        "没有链接，不要钱，不要验证码",
        "支部书记secretary",
        "/birthday",
    ):
        assert words in shown.text, words


async def test_the_secretary_is_not_told_to_ask_themselves(cast: Cast) -> None:
    await dated(cast.secretary, JOINED)
    await look(NOW)
    text = (await render(Card("birthday/greeting", {"birthday": (await planned(cast.secretary)).id}), 1, NOW)).text
    assert "支部书记secretary" not in text
    assert "打电话或当面问支部。" in text


async def test_hidden_years_are_hidden_in_words_too(cast: Cast) -> None:
    await BirthdayWish.create(root_id=cast.district.id, member_id=cast.member.id, how="group", hides_years=True)
    one = await greeted(cast)
    for name in ("birthday/greeting", "birthday/public"):
        text = (await render(Card(name, {"birthday": one.id}), 1, NOW)).text
        assert "27" not in text
        assert "1999" not in text


@pytest.mark.parametrize("gift", [True, False, None])
async def test_the_gift_is_mentioned_only_where_the_branch_wants_it(cast: Cast, gift: bool | None) -> None:
    await habit(cast, gift=gift)
    one = await greeted(cast)
    text = (await render(Card("birthday/greeting", {"birthday": one.id}), 1, NOW)).text
    assert ("一日捐，自愿参加，不定数额，不列名单" in text) is (gift is True)
