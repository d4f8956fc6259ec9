"""Those responsible enter who is there: by tapping names, by typing those of guests; a group's leader for the own group."""

import pytest

from models.actions import perform
from models.card import LARGEST, Action, Card
from models.draft import Draft, Question
from models.gathering import Gathering, Presence
from models.gathering.entering import HERE, MOST_SHOWN, observed
from models.gathering.record import LOCK, sheet
from models.member import OPERATOR, Role, grant
from models.organisation import grow
from models.outbox import Delivery
from tests.cast import NOW, Cast, settle
from tests.models.gathering.signing import ENDS, counts, guest, here, opened, over, press, refusal, why


async def test_an_organiser_enters_people_by_tapping_names_off_a_list(cast: Cast) -> None:
    gathering = await opened(cast)
    await press(cast, "secretary", "enter_at", gathering.id, 0)
    about = f"enter:{gathering.id}:{cast.secretary.id}"
    card = Card.from_json((await Delivery.get(about=about)).card)
    assert [tap.shown for row in card.taps for tap in row] == ["former", "secretary", "member", "probationary", "offline"]
    answer = await press(cast, "secretary", "enter", gathering.id, here(cast, "offline"))
    assert answer.toast == Card("sign_in/entered", {"name": "offline"})
    line = await Presence.get()
    assert (line.member_id, line.standing, line.via, line.actor) == (
        *(cast.offline.id, "present", "organiser"),
        f"member:{cast.secretary.id}",
    )
    again = Card.from_json((await Delivery.get(about=about)).card)
    assert "offline" not in [tap.shown for row in again.taps for tap in row]
    same = await press(cast, "secretary", "enter", gathering.id, here(cast, "offline"))
    assert (same.toast, await Presence.all().count()) == (Card("sign_in/entered_already"), 1)


async def test_a_long_list_has_sixteen_names_a_page(cast: Cast) -> None:
    for number in range(20):
        await settle(f"m{number}", cast.branch, telegram=False)
    gathering = await opened(cast)
    about = f"enter:{gathering.id}:{cast.secretary.id}"
    await press(cast, "secretary", "enter_at", gathering.id, 0)
    first = Card.from_json((await Delivery.get(about=about)).card)
    assert [len(row) for row in first.taps] == [2] * 8 + [1]
    assert (first.taps[-1][0].verb, first.taps[-1][0].choice) == ("enter_at", 2)
    await press(cast, "secretary", "enter_at", gathering.id, 2)
    second = Card.from_json((await Delivery.get(about=about)).card)
    assert sum(len(row) for row in second.taps) == 9 + 1
    await press(cast, "secretary", "enter", gathering.id, here(cast, "member"))
    assert Card.from_json((await Delivery.get(about=about)).card).facts["page"] == 2


async def test_a_groups_leader_enters_the_people_of_the_own_group_and_nobody_else(cast: Cast) -> None:
    group = await grow(cast.branch, "group", "party_group")
    leader = await settle("leader", group)
    await settle("of the group", group, telegram=False)
    await grant(OPERATOR, leader.member, group.id, "group_leader", NOW)
    gathering, by = await opened(cast), await leader.acting()
    await perform(by, Action("enter_at", gathering.id, 0), NOW)
    card = Card.from_json((await Delivery.get(about=f"enter:{gathering.id}:{leader.id}")).card)
    assert [tap.shown for row in card.taps for tap in row] == ["leader", "of the group"]
    await perform(by, Action("enter", gathering.id, leader.id * 16 + HERE), NOW)
    assert await refusal(perform(by, Action("enter", gathering.id, here(cast, "member")), NOW)) == "rights/refused"
    assert await refusal(perform(by, Action("correct_at", gathering.id, 0), NOW)) == "rights/refused"


async def test_nobody_is_entered_who_does_not_belong_there(cast: Cast) -> None:
    gathering = await opened(cast)
    for forged in (here(cast, "neighbour"), here(cast, "member", 7), 0, LARGEST, here(cast, "foreigner")):
        assert await refusal(press(cast, "secretary", "enter", gathering.id, forged)) == "action/unknown"
    for who in ("neighbour_secretary", "member", "foreigner"):
        assert await refusal(press(cast, who, "enter", gathering.id, here(cast, "member"))) == "rights/refused"


async def test_before_sign_in_opens_there_is_no_sheet(cast: Cast) -> None:
    gathering = await opened(cast)
    await Gathering.filter(id=gathering.id).update(state="announced")
    assert await refusal(press(cast, "secretary", "enter", gathering.id, here(cast, "member"))) == "sign_in/early"
    assert await refusal(press(cast, "secretary", "record_at", gathering.id)) == "sign_in/early"
    assert await refusal(press(cast, "secretary", "lock_record", gathering.id, LOCK)) == "sign_in/early"


async def test_after_the_end_a_line_needs_a_reason_and_the_count_follows(cast: Cast) -> None:
    gathering = await over(cast)
    answer = await press(cast, "secretary", "enter", gathering.id, here(cast, "member"), ENDS)
    assert answer.toast == Card("record/say_why")
    assert await Presence.all().count() == 0
    assert (await Draft.get()).kind == "record.reason"
    await why(cast, "secretary", gathering, "member", "present")
    line = await Presence.get()
    assert (line.standing, line.via, line.reason) == ("present", "late", "phone was empty")
    assert await counts(gathering) == (5, 1, 0, 4, 0)
    assert await Draft.all().count() == 0


async def test_guests_are_typed_counted_apart_and_can_be_taken_out(cast: Cast) -> None:
    gathering = await opened(cast)
    number = await guest(cast, gathering, "guide、resident\nguide")
    assert [each.name for each in await Presence.all().order_by("id")] == ["guide", "resident"]
    await press(cast, "secretary", "unobserve", number)
    assert (await sheet(gathering.id, NOW))["observers"] == ["guide"]
    await press(cast, "secretary", "end_sign_in", gathering.id, 1, gathering.starts_at)
    assert await counts(gathering) == (5, 0, 0, 5, 1)
    await guest(cast, gathering, "late guide", ENDS)
    assert await counts(gathering) == (5, 0, 0, 5, 2)
    assert [each.standing for each in await Presence.all().order_by("id")] == ["observer", "observer", "gone", "observer"]


async def test_a_guest_told_twice_is_one_line(cast: Cast) -> None:
    gathering = await opened(cast)
    for _ in range(2):
        await guest(cast, gathering, "guide")
    assert await Presence.all().count() == 1


async def test_who_lost_the_office_while_typing_brings_no_guest_and_gives_no_reason(cast: Cast) -> None:
    gathering = await over(cast)
    await Role.filter(member_id=cast.secretary.id).update(until_at=ENDS)
    asked = Question("sign_in.observers", {"gathering": gathering.id})
    by = await cast.secretary.acting(ENDS)
    assert await refusal(observed(by, cast.bot.id, asked, "guide", ENDS)) == "rights/refused"
    assert await refusal(why(cast, "secretary", gathering, "member", "present")) == "rights/refused"


@pytest.mark.parametrize("words", ["", "、、", "x", "长" * 41, "12", "、".join(f"guest {n}" for n in range(21)), "\u202e"])
async def test_what_is_no_name_is_told_so(cast: Cast, words: str) -> None:
    gathering = await opened(cast)
    asked = Question("sign_in.observers", {"gathering": gathering.id})
    by = await cast.secretary.acting()
    assert await refusal(observed(by, cast.bot.id, asked, words, NOW)) == "record/no_name"


async def test_who_joined_after_the_list_was_frozen_can_be_entered_while_sign_in_is_open(cast: Cast) -> None:
    gathering = await opened(cast)
    member = (await settle("newcomer", cast.branch, telegram=False)).member
    about = f"enter:{gathering.id}:{cast.secretary.id}"
    await press(cast, "secretary", "enter_at", gathering.id, 0)
    listed = Card.from_json((await Delivery.get(about=about)).card)
    assert [tap.shown for row in listed.taps for tap in row][-1] == "newcomer"
    await press(cast, "secretary", "enter", gathering.id, member.id * 16 + HERE)
    await press(cast, "secretary", "end_sign_in", gathering.id, 1, gathering.starts_at)
    assert await counts(gathering) == (6, 1, 0, 5, 0)
    await settle("after all was over", cast.branch, telegram=False)
    await press(cast, "secretary", "enter_at", gathering.id, 0, ENDS)
    late = Card.from_json((await Delivery.filter(about=about).order_by("-id").first()).card)  # type: ignore[union-attr]
    assert len([tap for row in late.taps for tap in row]) == 5


async def test_a_groups_leader_finds_a_newcomer_of_the_own_group_only(cast: Cast) -> None:
    group = await grow(cast.branch, "group", "group")
    leader = await settle("leader", group, office="group_leader")
    gathering = await opened(cast)
    await settle("one of the group", group, telegram=False)
    await settle("one of the branch", cast.branch, telegram=False)
    await perform(await leader.acting(), Action("enter_at", gathering.id, 0), NOW)
    card = Card.from_json((await Delivery.get(about=f"enter:{gathering.id}:{leader.id}")).card)
    assert [tap.shown for row in card.taps for tap in row] == ["leader", "one of the group"]


async def test_more_guests_than_a_message_has_buttons_are_counted_and_the_newest_shown(cast: Cast) -> None:
    gathering = await opened(cast)
    for start in range(0, 120, 20):
        await guest(cast, gathering, "、".join(f"guest {number}" for number in range(start, start + 20)))
    asked = (await press(cast, "secretary", "observe", gathering.id)).screen
    assert asked is not None
    assert (asked.facts["count"], len([tap for row in asked.taps for tap in row])) == (120, MOST_SHOWN)
    assert asked.taps[-1][-1].shown == "guest 119"
