"""The branch's own link: agreed first, a name typed, and the branch decides who it was."""

from datetime import timedelta

import pytest

from models import binding, draft
from models.binding import Petition, admit, ask, reject
from models.binding.opened import DECLINE, JOIN
from models.binding.told import YES
from models.card import Card, Refusal
from models.database import atomic
from models.member import OPERATOR, Account, Actor, Role, bind, enrol
from models.outbox import Delivery
from tests.cast import NOW, OUTSIDER, Cast
from tests.dump import changed, dump
from tests.models.binding.petitions import STRANGER, WEEK, agreed, asked, link, petitioned, types

OTHER = Actor(telegram_id=OUTSIDER + 1)


async def cards(about: str) -> dict[int | None, Card]:
    """What each was sent about a thing."""
    return {each.member_id: Card.from_json(each.card) for each in await Delivery.filter(about=about)}


async def to_stranger(name: str) -> Card:
    found = [Card.from_json(each.card) for each in await Delivery.filter(address=OUTSIDER)]
    return next(card for card in found if card.name == name)


async def test_whoever_opens_it_is_asked_first_and_declining_leaves_nothing(cast: Cast) -> None:
    code, before = await link(cast), await dump()
    screen = (await ask(STRANGER, code, NOW)).screen
    assert screen is not None
    assert (screen.name, screen.facts) == ("binding/join", {"node": cast.branch.id})
    assert changed(before, await dump()) == set()
    number, delivery = await asked(cast, code)
    before = await dump()
    assert (await binding.join(STRANGER, number, DECLINE, delivery, NOW)).toast == Card("binding/declined")
    assert changed(before, await dump()) == set()


async def test_the_code_is_kept_as_a_hash_and_a_new_link_ends_the_old_one(cast: Cast) -> None:
    old, new = await link(cast), await link(cast)
    assert not [code for code in (old, new) if code in str(await dump())]
    with pytest.raises(Refusal, match="binding/bad_link"):
        await ask(STRANGER, old, NOW)
    assert (await ask(OTHER, new, NOW)).screen is not None
    with pytest.raises(Refusal, match="binding/bad_link"):
        await ask(STRANGER, new, NOW + WEEK)


async def test_only_the_account_that_was_asked_may_agree_to_it(cast: Cast) -> None:
    number, delivery = await asked(cast, await link(cast))
    for by, told in ((OTHER, delivery), (STRANGER, delivery + 1), (STRANGER, 0), (Actor(), delivery)):
        with pytest.raises(Refusal, match="binding/bad_link"):
            await binding.join(by, number, JOIN, told, NOW)


async def test_one_of_that_name_is_offered_to_the_branch_and_nobody_else_hears_of_it(cast: Cast) -> None:
    waiting = await petitioned(cast, " off line ")
    assert waiting.name == "off line"
    told = await cards(f"petition:{waiting.id}")
    assert set(told) == {cast.secretary.id}
    card = told[cast.secretary.id]
    assert (card.name, card.facts["member"]) == ("binding/petition", cast.offline.id)
    assert [tap.label for line in card.taps for tap in line] == ["binding.admit", "binding.reject"]
    assert not await Account.exists(telegram_id=OUTSIDER)


async def test_the_branch_agrees_and_the_account_is_bound_and_both_are_told(cast: Cast) -> None:
    waiting = await petitioned(cast)
    await admit(await cast.secretary.acting(), waiting.id, cast.offline.id, NOW)
    account = await Account.get(telegram_id=OUTSIDER)
    assert (account.member_id, account.consent) == (cast.offline.id, waiting.consent)
    assert not await Petition.exists()
    told = (await cards(f"account:{account.id}"))[cast.secretary.id]
    assert told.facts == {"member": cast.offline.id, "by": cast.secretary.id}
    assert [(tap.verb, tap.target) for line in told.taps for tap in line] == [("undo_bind", account.id)]
    welcome = await Delivery.get(member_id=cast.offline.id)
    assert Card.from_json(welcome.card).name == "binding/welcome"


async def test_the_branch_does_not_know_them_and_nothing_of_them_stays(cast: Cast) -> None:
    waiting = await petitioned(cast, "nobody here")
    await reject(await cast.secretary.acting(), waiting.id, YES, NOW)
    assert not await Petition.exists()
    assert not await Account.exists(telegram_id=OUTSIDER)
    assert (await to_stranger("binding/not_admitted")).facts == {"node": cast.branch.id}
    card = (await cards(f"petition:{waiting.id}"))[cast.secretary.id]
    assert (card.name, card.taps) == ("binding/rejected", ())
    await Delivery.all().update(address=None)
    assert str(OUTSIDER) not in str(await dump())


async def test_without_a_match_the_branch_chooses_among_those_not_bound(cast: Cast) -> None:
    waiting = await petitioned(cast, "Zhang San")
    card = (await cards(f"petition:{waiting.id}"))[cast.secretary.id]
    assert (card.name, card.facts["candidates"], card.facts["matching"]) == ("binding/candidates", [cast.offline.id], 0)
    assert [(tap.verb, tap.choice) for line in card.taps for tap in line] == [("admit", cast.offline.id), ("reject", YES)]


async def test_of_several_of_that_name_the_branch_says_which(cast: Cast) -> None:
    twin = await enrol(OPERATOR, cast.district.id, "offline", "full", NOW, cast.branch.id)
    waiting = await petitioned(cast)
    card = (await cards(f"petition:{waiting.id}"))[cast.secretary.id]
    assert (card.facts["candidates"], card.facts["matching"]) == ([cast.offline.id, twin.id], 2)
    await admit(await cast.secretary.acting(), waiting.id, twin.id, NOW)
    assert (await Account.get(telegram_id=OUTSIDER)).member_id == twin.id


async def test_nobody_is_bound_to_a_member_of_another_branch_or_to_one_who_is_bound(cast: Cast) -> None:
    waiting = await petitioned(cast)
    elsewhere = await enrol(OPERATOR, cast.district.id, "offline", "full", NOW, cast.neighbours.id)
    before = await dump()
    for member_id in (elsewhere.id, cast.member.id, cast.foreigner.id, 0):
        with pytest.raises(Refusal, match="binding/not_free"):
            await admit(await cast.secretary.acting(), waiting.id, member_id, NOW)
    assert changed(before, await dump()) == set()


async def test_the_second_of_two_who_decide_hears_that_it_is_done(cast: Cast) -> None:
    await Role.create(
        root_id=cast.district.id, member_id=cast.member.id, node_id=cast.branch.id, kind="org_member", from_at=NOW
    )
    waiting = await petitioned(cast)
    assert set(await cards(f"petition:{waiting.id}")) == {cast.secretary.id, cast.member.id}
    await reject(await cast.secretary.acting(), waiting.id, YES, NOW)
    for verb, choice in ((admit, cast.offline.id), (reject, YES)):
        with pytest.raises(Refusal, match="binding/over"):
            await verb(await cast.member.acting(), waiting.id, choice, NOW)
        with pytest.raises(Refusal, match="rights/refused"):
            await verb(await cast.neighbour_secretary.acting(), waiting.id, choice, NOW)


async def test_an_account_waits_once(cast: Cast) -> None:
    await petitioned(cast)
    with pytest.raises(Refusal, match="binding/waiting"):
        await ask(STRANGER, await link(cast), NOW)
    with pytest.raises(Refusal, match="binding/account_taken"):
        await ask(await cast.member.acting(), await link(cast), NOW)


@pytest.mark.parametrize("name", ["", " ", "x", "12345", "😀" * 30, "\u200b\u200b\u200b", "张" * 41, "—— ——", "x" * 1000])
async def test_what_is_no_name_is_asked_for_again(cast: Cast, name: str) -> None:
    await agreed(cast, await link(cast))
    before = await dump()
    with pytest.raises(Refusal, match="binding/no_name"):
        await types(cast, name)
    assert changed(before, await dump()) == set()
    await types(cast, "offline")
    assert await Petition.exists()


@pytest.mark.parametrize("name", ["<b>张三</b>", "\u202e三张", "张\u200b三", "a\u0301" * 20, "</a>&lt;", "张三\0", "王 \n 五"])
async def test_a_hostile_name_is_kept_on_one_line_without_what_cannot_be_seen(cast: Cast, name: str) -> None:
    waiting = await petitioned(cast, name)
    assert waiting.name.isprintable()
    assert len(waiting.name) <= 40


async def test_without_anybody_who_decides_the_person_is_told_at_once(cast: Cast) -> None:
    await agreed(cast, await link(cast))
    await Role.all().update(until_at=NOW)
    with pytest.raises(Refusal, match="binding/nobody_decides"):
        await types(cast, "offline")
    assert not await Petition.exists()


async def test_after_a_week_a_petition_is_over_and_both_are_told_once(cast: Cast) -> None:
    waiting = await petitioned(cast)
    assert await binding.next_due() == NOW + WEEK
    assert await binding.expire(NOW + WEEK - timedelta(seconds=1)) == 0
    for _ in range(2):
        await binding.expire(NOW + WEEK)
    assert not await Petition.exists()
    assert (await to_stranger("binding/undecided")).facts == {"node": cast.branch.id}
    assert await Delivery.filter(address=OUTSIDER, kind="notice").count() == 1
    assert (await cards(f"petition:{waiting.id}"))[cast.secretary.id].name == "binding/lapsed"
    with pytest.raises(Refusal, match="binding/over"):
        await admit(await cast.secretary.acting(), waiting.id, cast.offline.id, NOW + WEEK)


async def test_a_question_nobody_answers_is_over_after_half_an_hour_and_the_person_is_told_once(cast: Cast) -> None:
    await agreed(cast, await link(cast))
    assert await draft.next_due() == NOW + draft.LIFE
    assert await draft.asked(cast.bot.id, OUTSIDER, NOW + draft.LIFE) is None
    assert [await draft.expire(NOW + draft.LIFE) for _ in range(2)] == [1, 0]
    assert await Delivery.filter(address=OUTSIDER, kind="notice").count() == 1
    assert await draft.next_due() is None


async def test_a_next_question_takes_the_place_of_the_one_before(cast: Cast) -> None:
    for kind in ("first", "second"):
        await draft.ask(cast.bot.id, OUTSIDER, kind, {"n": 1}, NOW)
    question = await draft.asked(cast.bot.id, OUTSIDER, NOW)
    assert question == draft.Question("second", {"n": 1})


async def test_somebody_bound_meanwhile_is_not_bound_twice(cast: Cast) -> None:
    waiting = await petitioned(cast)
    await bind(OPERATOR, cast.offline.member, OUTSIDER + 5, "1", NOW)
    with pytest.raises(Refusal, match="binding/not_free"):
        async with atomic():
            await admit(await cast.secretary.acting(), waiting.id, cast.offline.id, NOW)
    assert await Petition.exists(id=waiting.id)
