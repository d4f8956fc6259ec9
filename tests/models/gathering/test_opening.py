"""Sign-in opens once, with who is expected and a code; it ends once, with a record; also found late and by several."""

import asyncio
from datetime import timedelta

import pytest

from bot.files.pictures import drawn
from bot.wording import render
from models.card import Answer, Card, Refusal
from models.draft import Draft
from models.gathering import Expected, Gathering, Presence, Record, close, end
from models.gathering.sign_in import By
from models.member import OPERATOR, Membership, enrol
from models.outbox import Delivery
from tests.cast import NOW, Cast, planned
from tests.dump import changed, dump
from tests.models.gathering.signing import AT, ENDS, STARTS, TODAY, opened, press

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


async def lines() -> list[tuple[int | None, str, str]]:
    return [(each.member_id, each.standing, each.via) for each in await Presence.all().order_by("id")]


async def test_opening_freezes_who_is_expected_makes_a_code_and_tells_those_responsible(cast: Cast) -> None:
    gathering = await opened(cast)
    assert (gathering.state, len(gathering.code), gathering.code.isdecimal()) == ("open", 6, True)
    expected = await Expected.all().order_by("member_id")
    assert [each.member_id for each in expected] == [getattr(cast, who).id for who in sorted_by_id(cast)]
    assert {each.ground for each in expected} == {""}
    told = await Delivery.get(key__startswith="notice:sign_in")
    assert (told.member_id, Card.from_json(told.card).name) == (cast.secretary.id, "sign_in/venue")
    assert gathering.code not in told.card


def sorted_by_id(cast: Cast) -> list[str]:
    return sorted(BRANCH, key=lambda who: int(getattr(cast, who).id))


async def test_the_groups_card_gets_the_button(cast: Cast) -> None:
    gathering = await opened(cast)
    (card,) = await Delivery.filter(chat_id=cast.group.id)
    shown = Card.from_json(card.card)
    assert shown.name == "sign_in/card"
    assert [tap.choice for tap in shown.taps[0]] == [By.BUTTON, By.CODE]
    assert card.wanted == 2
    assert gathering.code not in card.card


async def test_a_node_that_demands_the_code_offers_no_bare_button(cast: Cast) -> None:
    gathering = await planned(cast, TODAY, AT)
    await Gathering.filter(id=gathering.id).update(sign_with="code", announce_due=None)
    await close(NOW)
    answer = await press(cast, "member", "sign_in", gathering.id, By.BUTTON)
    assert (said(answer), await lines()) == ("sign_in/in_private", [])
    assert (await Draft.get()).kind == "sign_in.code"


async def test_the_picture_and_the_code_are_worded_for_those_responsible_only(cast: Cast) -> None:
    gathering = await opened(cast)
    told = await Delivery.get(key__startswith="notice:sign_in")
    shown = await drawn(await render(Card.from_json(told.card), told.id, NOW))
    assert gathering.code in shown.text
    assert shown.photo is not None
    assert shown.photo.startswith(b"\x89PNG")
    everybody = await render(Card("sign_in/card", {"gathering": gathering.id, "signed": gathering.id}), 1, NOW)
    assert gathering.code not in everybody.text


async def test_found_late_it_opens_late_and_freezes_who_belongs_then(cast: Cast) -> None:
    gathering = await planned(cast, TODAY, AT)
    late = NOW + 9 * MINUTE
    newcomer = await enrol(OPERATOR, cast.district.id, "newcomer", "full", NOW + 8 * MINUTE, cast.branch.id)
    await close(late)
    await enrol(OPERATOR, cast.district.id, "too late", "full", late, cast.branch.id)
    await close(late + MINUTE)
    assert await Expected.all().count() == len(BRANCH) + 1
    assert await Expected.filter(member_id=newcomer.id).exists()
    assert (await Gathering.get(id=gathering.id)).state == "open"


@pytest.mark.parametrize("order", ["close first", "end first"])
async def test_found_after_all_was_over_there_is_a_record_and_no_code_is_told(cast: Cast, order: str) -> None:
    gathering = await planned(cast, TODAY, AT)
    for sweep in (close, end) if order == "close first" else (end, close):
        await sweep(ENDS + MINUTE)
    assert (await Gathering.get(id=gathering.id)).state == "closed"
    assert (await Record.get()).absent == await Expected.all().count() == len(BRANCH)
    assert not await Delivery.filter(key__startswith="notice:sign_in").exists()


@pytest.mark.parametrize("order", ["close first", "end first"])
async def test_found_days_late_those_are_expected_who_belonged_when_it_began(cast: Cast, order: str) -> None:
    await planned(cast, TODAY, AT)
    later = STARTS + timedelta(days=2)
    newcomer = await enrol(OPERATOR, cast.district.id, "newcomer", "full", later, cast.branch.id)
    await Membership.filter(member_id=cast.offline.id).update(until_at=later)
    for sweep in (close, end) if order == "close first" else (end, close):
        await sweep(later + MINUTE)
    expected = [each.member_id for each in await Expected.all()]
    assert newcomer.id not in expected  # nobody is absent from what was before their time
    assert cast.offline.id in expected
    assert (await Record.get()).expected == len(BRANCH)


async def test_a_gathering_that_was_called_off_does_not_open(cast: Cast) -> None:
    gathering = await planned(cast, TODAY, AT)
    await Gathering.filter(id=gathering.id).update(state="cancelled")
    await close(NOW)
    await end(ENDS)
    assert await Expected.all().count() == await Record.all().count() == 0
    assert await refused(cast, "member", gathering) == "sign_in/cancelled"


async def test_three_machines_that_open_and_end_at_once_do_it_once(cast: Cast) -> None:
    await planned(cast, TODAY, AT)
    await asyncio.gather(*(close(NOW) for _ in range(3)))
    await asyncio.gather(*(end(ENDS) for _ in range(3)))
    assert await Expected.all().count() == len(BRANCH)
    assert await Record.all().count() == 1
    assert await Delivery.filter(kind="duty", key__startswith="duty:record").count() == 1


async def test_those_responsible_end_it_early_but_not_before_it_began(cast: Cast) -> None:
    gathering = await opened(cast)
    with pytest.raises(Refusal, match="sign_in/not_begun"):
        await press(cast, "secretary", "end_sign_in", gathering.id)
    with pytest.raises(Refusal, match="rights/refused"):
        await press(cast, "member", "end_sign_in", gathering.id)
    at = gathering.starts_at + MINUTE
    assert said(await press(cast, "secretary", "end_sign_in", gathering.id, 1, at)) == "sign_in/ended"
    assert (await Gathering.get(id=gathering.id)).state == "closed"
    with pytest.raises(Refusal, match="sign_in/over"):
        await press(cast, "secretary", "end_sign_in", gathering.id, 1, at)
    assert await refused(cast, "member", gathering, now=at) == "sign_in/late"
    assert await end(ENDS) == 0


async def test_the_code_can_be_asked_for_again_while_it_is_of_use(cast: Cast) -> None:
    gathering = await opened(cast)
    assert said(await press(cast, "secretary", "sign_desk", gathering.id)) == "sign_in/venue"
    with pytest.raises(Refusal, match="rights/refused"):
        await press(cast, "member", "sign_desk", gathering.id)
    await end(ENDS)
    with pytest.raises(Refusal, match="sign_in/over"):
        await press(cast, "secretary", "sign_desk", gathering.id)


async def test_when_it_is_over_the_picture_with_the_code_says_so_and_has_no_buttons(cast: Cast) -> None:
    gathering = await opened(cast)
    venue = await Delivery.get(about=f"venue:{gathering.id}")
    assert [tap.verb for row in Card.from_json(venue.card).taps for tap in row] == ["enter_at", "end_sign_in"]
    await Delivery.filter(id=venue.id).update(state="sent", message_id=1, shown=1)
    await end(ENDS)
    await venue.refresh_from_db()
    assert Card.from_json(venue.card) == Card("sign_in/venue_over", {"gathering": gathering.id})
    assert venue.wanted > venue.shown
