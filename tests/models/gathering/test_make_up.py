"""What was missed is made up; the record as a document; what is forgotten of it after half a year."""

import pytest

from bot.wording import render
from models import errand
from models.audit import Note
from models.card import Card, Refusal
from models.gathering import AgendaItem, Choice, MakeUp, Proposal, Rsvp, Speaker
from models.gathering.page import page
from models.gathering.record import LOCK, sheet
from models.gathering.sheet import counted, lines
from models.gathering.words import KEPT, forget
from models.outbox import Delivery
from tests.cast import NOW, Cast
from tests.dump import changed, dump
from tests.models.gathering.signing import ENDS, opened, over, press, refusal, why


async def test_the_absent_are_offered_to_make_it_up_and_say_so_once(cast: Cast) -> None:
    gathering = await opened(cast, probationary=Choice.LEAVE)
    await press(cast, "member", "sign_in", gathering.id)
    await press(cast, "secretary", "end_sign_in", gathering.id, 1, gathering.starts_at)
    await press(cast, "secretary", "lock_record", gathering.id, LOCK, ENDS)
    assert {each.member_id for each in await MakeUp.all()} == {cast.secretary.id, cast.former.id, cast.offline.id}
    offers = await Delivery.filter(kind="offer")
    assert {each.member_id for each in offers} == {cast.secretary.id, cast.former.id}
    before = await dump()
    assert (await press(cast, "former", "made_up", gathering.id, 1, ENDS)).toast == Card("record/made_up")
    assert (await press(cast, "former", "made_up", gathering.id, 1, ENDS)).toast == Card("record/made_up_already")
    assert changed(before, await dump()) == {"make_up", "delivery"}
    for who in ("member", "neighbour"):
        assert await refusal(press(cast, who, "made_up", gathering.id, 1, ENDS)) == "record/no_make_up"
    assert (await sheet(gathering.id, ENDS))["made_up"] == 1


async def test_an_offer_tells_what_was_covered(cast: Cast) -> None:
    gathering = await over(cast)
    facts = {"root_id": cast.district.id, "gathering_id": gathering.id, "fixed": True}
    await AgendaItem.create(position=1, name="study", done_at=ENDS, **facts)
    await AgendaItem.create(position=2, name="dues", **facts)
    await press(cast, "secretary", "lock_record", gathering.id, LOCK, ENDS)
    offer = await Delivery.get(kind="offer", member_id=cast.member.id)
    shown = (await render(Card.from_json(offer.card), offer.id, ENDS)).text
    assert "1 " in shown
    assert "2 " not in shown.partition("请补课")[2]


async def test_the_page_is_made_for_who_may_see_it(cast: Cast) -> None:
    gathering = await opened(cast, probationary=Choice.LEAVE)
    assert await refusal(press(cast, "secretary", "record_file", gathering.id)) == "record/not_yet"
    await press(cast, "member", "sign_in", gathering.id)
    await press(cast, "secretary", "end_sign_in", gathering.id, 1, gathering.starts_at)
    await press(cast, "secretary", "record_file", gathering.id, 1, ENDS)
    task = await errand.begin(cast.bot.id, ENDS)
    assert task is not None
    assert (task.kind, task.facts) == ("record.page", {"gathering": gathering.id})
    made = await page(await cast.secretary.acting(ENDS), gathering.id, ENDS)
    assert (made.counts.present, made.counts.on_leave, made.head.kinds) == (1, 1, ("gathering",))
    assert {line.name: line.via for line in made.lines if line.via} == {"member": "tap"}
    assert (await Note.get(verb="record_page")).actor == f"member:{cast.secretary.id}"
    with pytest.raises(Refusal):
        await page(await cast.member.acting(ENDS), gathering.id, ENDS)


async def test_reasons_are_forgotten_after_half_a_year_and_the_record_stays(cast: Cast) -> None:
    gathering = await opened(cast, member=Choice.LEAVE)
    await Rsvp.filter(gathering_id=gathering.id).update(reason="ill")
    await press(cast, "secretary", "end_sign_in", gathering.id, 1, gathering.starts_at)
    await why(cast, "secretary", gathering, "former", "present")
    await why(cast, "secretary", gathering, "offline", "excused", "bedridden")
    told = counted(line.standing for line in await lines(gathering.id))
    before = await dump()
    await forget(gathering.starts_at + KEPT * 0.99)
    assert changed(before, await dump()) == set()
    await forget(gathering.starts_at + KEPT)
    assert changed(before, await dump()) == {"rsvp", "presence", "expected"}
    assert {line.why for line in await lines(gathering.id)} == {""}
    assert counted(line.standing for line in await lines(gathering.id)) == told
    after = await dump()
    await forget(gathering.starts_at + KEPT * 2)
    assert changed(after, await dump()) == set()


async def test_who_spoke_and_whose_topic_it_was_are_forgotten_too(cast: Cast) -> None:
    gathering = await opened(cast)
    mine = {"root_id": cast.district.id, "member_id": cast.member.id, "at": NOW}
    await Speaker.create(gathering_id=gathering.id, **mine)
    await Proposal.create(node_id=cast.branch.id, title="a topic", **mine)
    before = await dump()
    await forget(gathering.starts_at + KEPT * 0.99)
    assert changed(before, await dump()) == set()
    await forget(gathering.starts_at + KEPT)
    assert await Speaker.all().count() == 0
    kept = await Proposal.get()
    assert (kept.title, kept.member_id) == ("a topic", None)
