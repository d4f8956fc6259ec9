"""Sign-in: opened once, in its time, by the button or the code, each person once."""

import asyncio
from datetime import timedelta

import pytest

from models.audit import Note
from models.card import Answer, Card, Refusal, Tap
from models.draft import Draft, Question
from models.gathering import Expected, Gathering, Presence, close, end
from models.gathering.sign_in import TRIES, By, ask_where, by_code, sign_in, signed, typed_code
from models.member import OPERATOR, Actor, Member, Membership, grant
from models.organisation import grow
from tests.cast import NOW, OUTSIDER, Cast, Person, planned, settle
from tests.dump import changed, dump
from tests.models.gathering.signing import AT, ENDS, TODAY, locked, opened, press

MINUTE = timedelta(minutes=1)
BRANCH = ["secretary", "member", "probationary", "offline", "former"]


async def refused(cast: Cast, who: str, gathering: Gathering, choice: int = By.BUTTON, now: object = NOW) -> str:
    before = await dump()
    with pytest.raises(Refusal) as no:
        await press(cast, who, "sign_in", gathering.id, choice, now)  # type: ignore[arg-type]
    assert changed(before, await dump()) == set()
    return no.value.card.name


def said(answer: Answer) -> str:
    card = answer.toast or answer.screen
    assert card is not None
    return card.name


async def code_of(gathering: Gathering) -> str:
    return (await Gathering.get(id=gathering.id)).code


async def lines() -> list[tuple[int | None, str, str]]:
    return [(each.member_id, each.standing, each.via) for each in await Presence.all().order_by("id")]


async def test_the_button_signs_in_once_and_says_when(cast: Cast) -> None:
    gathering = await opened(cast)
    first = await press(cast, "member", "sign_in", gathering.id, By.BUTTON, NOW + MINUTE)
    assert first.toast == Card("sign_in/kept", {"at": "2026-11-21T12:01:00+08:00"})
    again = await press(cast, "member", "sign_in", gathering.id, By.BUTTON, NOW + 2 * MINUTE)
    assert again.toast == Card("sign_in/twice", {"at": "2026-11-21T12:01:00+08:00"})
    assert await lines() == [(cast.member.id, "present", "tap")]
    assert (await signed(gathering.id, NOW))["present"] == 1


async def test_a_probationary_member_and_one_of_a_group_below_sign_in_like_all(cast: Cast) -> None:
    gathering = await opened(cast)
    for who in ("probationary", "former", "secretary"):
        assert said(await press(cast, who, "sign_in", gathering.id)) == "sign_in/kept"


async def test_too_early_too_late_and_another_branch_are_told_each_in_a_sentence(cast: Cast) -> None:
    early = await planned(cast)
    assert await refused(cast, "member", early) == "sign_in/early"
    assert await refused(cast, "foreigner", early) == "sign_in/foreign"
    gathering = await opened(cast)
    assert await refused(cast, "neighbour", gathering) == "sign_in/foreign"
    assert await refused(cast, "neighbour_secretary", gathering) == "sign_in/foreign"
    assert await refused(cast, "member", gathering, 3) == "action/unknown"
    assert await refused(cast, "member", gathering, now=ENDS) == "sign_in/late"
    await end(ENDS)
    assert await refused(cast, "member", gathering, now=ENDS - MINUTE) == "sign_in/late"


async def test_early_says_from_when(cast: Cast) -> None:
    gathering = await planned(cast)
    with pytest.raises(Refusal) as no:
        await press(cast, "member", "sign_in", gathering.id)
    assert no.value.card.facts == {"opens": "2026-12-01T14:45:00+08:00"}


async def test_who_joined_after_the_list_was_frozen_signs_in_and_is_expected(cast: Cast) -> None:
    gathering = await opened(cast)
    newcomer: Person = await settle("newcomer", cast.branch)
    await sign_in(await newcomer.acting(), gathering.id, By.BUTTON, NOW)
    assert (await Expected.get(member_id=newcomer.id)).ground == ""
    assert (await Note.get(verb="expect")).actor == f"member:{newcomer.id}"


async def test_who_left_meanwhile_is_foreign(cast: Cast) -> None:
    gathering = await opened(cast)
    await Membership.filter(member_id=cast.member.id).update(until_at=NOW)
    assert await refused(cast, "member", gathering) == "sign_in/foreign"
    await Member.filter(id=cast.probationary.id).update(status="suspended")
    assert await refused(cast, "probationary", gathering) == "sign_in/foreign"


async def test_the_right_code_signs_in_however_it_is_spaced(cast: Cast) -> None:
    gathering = await opened(cast)
    code = await code_of(gathering)
    answer = await by_code(await cast.member.acting(), f" {code[:3]} {code[3:]} ", NOW)
    assert said(answer) == "sign_in/kept"
    assert await lines() == [(cast.member.id, "present", "code")]
    assert said(await by_code(await cast.member.acting(), "000000", NOW)) == "sign_in/twice"


def wrong(code: str) -> str:
    return "111111" if code != "111111" else "222222"


async def test_five_codes_may_be_tried_and_then_not_even_the_right_one(cast: Cast) -> None:
    gathering = await opened(cast)
    code, by = await code_of(gathering), await cast.member.acting()
    for left in range(TRIES - 1, -1, -1):
        answer = await by_code(by, wrong(code), NOW)
        assert answer.toast == Card("sign_in/wrong", {"left": left})
    assert said(await by_code(by, code, NOW)) == "sign_in/too_many"
    assert said(await by_code(by, code, ENDS - MINUTE)) == "sign_in/too_many"
    assert said(await by_code(await cast.probationary.acting(), code, NOW)) == "sign_in/kept"
    assert said(await press(cast, "member", "sign_in", gathering.id)) == "sign_in/kept"  # the button is nobody's guess


@pytest.mark.parametrize("words", ["", "12345", "1234567", "12345a", "一二三四五六", "١٢٣٤٥٦", "-12345", "１２３４５６"])
async def test_what_is_no_code_is_told_the_form_and_is_no_try(cast: Cast, words: str) -> None:
    await opened(cast)
    before = await dump()
    with pytest.raises(Refusal, match="sign_in/form"):
        await by_code(await cast.member.acting(), words, NOW)
    assert changed(before, await dump()) == set()


async def test_the_code_of_another_branch_is_a_wrong_one_and_a_link_to_it_is_foreign(cast: Cast) -> None:
    gathering = await opened(cast)
    code, by = await code_of(gathering), await cast.neighbour.acting()
    with pytest.raises(Refusal, match="sign_in/none"):
        await by_code(by, code, NOW)
    with pytest.raises(Refusal, match="sign_in/foreign"):
        await by_code(by, code, NOW, gathering.id)
    assert said(await by_code(await cast.member.acting(), code, NOW, gathering.id)) == "sign_in/kept"


async def test_a_stranger_learns_nothing_from_any_code(cast: Cast) -> None:
    gathering = await opened(cast)
    stranger = (await cast.member.acting()).__class__(telegram_id=OUTSIDER)
    for words, number in ((await code_of(gathering), None), (await code_of(gathering), gathering.id), ("000000", 77)):
        with pytest.raises(Refusal, match="rights/stranger"):
            await by_code(stranger, words, NOW, number)


async def test_the_code_ends_with_the_window(cast: Cast) -> None:
    gathering = await opened(cast)
    code = await code_of(gathering)
    await end(ENDS)
    assert await code_of(gathering) == ""
    with pytest.raises(Refusal, match="sign_in/late"):
        await by_code(await cast.member.acting(), code, ENDS)
    with pytest.raises(Refusal, match="sign_in/late"):
        await by_code(await cast.member.acting(), "000000", ENDS, gathering.id)


async def test_a_typed_code_ends_the_question_and_a_wrong_one_keeps_it(cast: Cast) -> None:
    gathering = await opened(cast)
    await press(cast, "member", "sign_in", gathering.id, By.CODE)
    code, by = await code_of(gathering), await cast.member.acting()
    asked = Question("sign_in.code", {"gathering": gathering.id})
    await typed_code(by, cast.bot.id, asked, wrong(code), NOW)
    assert await Draft.all().count() == 1
    await typed_code(by, cast.bot.id, asked, code, NOW)
    assert await Draft.all().count() == 0


async def test_without_a_code_the_open_gathering_is_offered_or_the_next_is_told(cast: Cast) -> None:
    by = await cast.member.acting()
    with pytest.raises(Refusal, match="sign_in/none"):
        await ask_where(by, NOW)
    later = await planned(cast, TODAY, AT.replace(hour=15))
    with pytest.raises(Refusal, match="sign_in/early"):
        await ask_where(by, NOW)
    gathering = await opened(cast)
    answer = await ask_where(by, NOW)
    assert answer.screen is not None
    assert answer.screen.facts == {"gathering": gathering.id}
    assert later.id != gathering.id


async def test_of_two_that_are_open_the_one_still_to_sign_in_to_is_meant(cast: Cast) -> None:
    first = await opened(cast)
    second = await planned(cast, TODAY, AT, title="after it")
    await close(NOW + MINUTE)
    await press(cast, "member", "sign_in", first.id)
    by = await cast.member.acting()
    answer = await ask_where(by, NOW + MINUTE)
    assert answer.screen is not None
    assert answer.screen.facts == {"gathering": second.id}
    assert said(await by_code(by, await code_of(first), NOW + MINUTE)) == "sign_in/twice"
    assert said(await by_code(by, await code_of(second), NOW + MINUTE)) == "sign_in/kept"
    assert said(await ask_where(by, NOW + MINUTE)) == "sign_in/twice"
    assert said(await by_code(by, "000000", NOW + MINUTE)) == "sign_in/twice"


async def test_two_taps_at_once_are_one_line(cast: Cast) -> None:
    gathering = await opened(cast)
    by = await cast.member.acting()
    both = await asyncio.gather(*(sign_in(by, gathering.id, By.BUTTON, NOW) for _ in range(4)))
    assert sorted(said(each) for each in both) == ["sign_in/kept"] + ["sign_in/twice"] * 3
    assert len(await lines()) == 1


async def test_after_the_record_is_locked_the_button_is_over(cast: Cast) -> None:
    gathering = await locked(cast)
    assert await refused(cast, "member", gathering, now=ENDS) == "sign_in/late"


async def test_who_enters_others_gets_the_way_to_do_so_also_when_signed_in(cast: Cast) -> None:
    gathering = await opened(cast)
    leader = await cast.member.acting()
    assert [tap.verb for row in (await offered(leader)) for tap in row] == ["sign_in", "sign_in"]
    below = await grow(cast.branch, "group 1", "party_group")
    await grant(OPERATOR, cast.member.member, below.id, "group_leader", NOW)
    leader = await cast.member.acting()
    assert [tap.verb for row in (await offered(leader)) for tap in row] == ["sign_in", "sign_in", "enter_at"]
    await sign_in(leader, gathering.id, By.BUTTON, NOW)
    assert [tap.verb for row in (await offered(leader)) for tap in row] == ["enter_at"]


async def offered(by: Actor) -> tuple[tuple[Tap, ...], ...]:
    screen = (await ask_where(by, NOW)).screen
    assert screen is not None
    return screen.taps
