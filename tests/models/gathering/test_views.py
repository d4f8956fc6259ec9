"""What cards of a gathering show: counts for the group, names for its organisers."""

from datetime import timedelta

from models.gathering import Choice, Gathering, Rsvp, describe, people
from models.gathering.views import standings
from models.member import Membership
from models.organisation import link
from tests.cast import NOW, Cast, answers, planned


async def test_a_card_shows_the_local_times_and_where_it_is_said(cast: Cast) -> None:
    gathering = await planned(cast)
    await link(cast.branch, cast.bot.id, -2, 0, NOW)
    assert await describe(gathering.id, NOW) == {
        "kind": "gathering",
        "state": "planned",
        "title": "theme day",
        "theme": "",
        "place": "room 1",
        "node": "branch",
        "groups": 2,
        "minutes": 60,
        "revision": 1,
        "starts": "2026-12-01T15:00",
        "reply_by": "2026-12-01T14:45:00+08:00",
        "leave_by": "2026-12-01T13:00:00+08:00",
        "announced": "2026-11-21T12:00:00+08:00",
        "open": True,
        "offers_maybe": False,
        "approves": False,
        "seats": 0,
        "provisional": False,
        "joining": 0,
        "leaving": 0,
        "maybe": 0,
        "waiting": 0,
        "expected": 5,
        "replied": 0,
        "names": [],
        "items": [],
    }


async def test_counts_follow_the_answers(cast: Cast) -> None:
    gathering = await planned(cast)
    other = await planned(cast)
    await answers(cast.secretary, other)
    for person, choice in [(cast.member, 1), (cast.probationary, 1), (cast.former, 2), (cast.member, 2)]:
        await answers(person, gathering, Choice(choice))
    facts = await describe(gathering.id, NOW)
    assert (facts["joining"], facts["leaving"], facts["expected"]) == (1, 2, 5)


async def test_a_card_is_open_until_the_answers_close(cast: Cast) -> None:
    gathering = await planned(cast)
    moments = [gathering.closes_at - timedelta(milliseconds=1), gathering.closes_at]
    assert [(await describe(gathering.id, moment))["open"] for moment in moments] == [True, False]


async def test_names_stand_by_answer_and_whoever_cannot_tap_stands_apart(cast: Cast) -> None:
    gathering = await planned(cast)
    await answers(cast.secretary, gathering, Choice.JOIN)
    await answers(cast.member, gathering, Choice.LEAVE)
    assert await people(gathering.id, NOW) == {
        "joining": ["secretary"],
        "waiting": [],
        "maybe": [],
        "leaving": ["member"],
        "silent": ["former", "probationary"],
        "unbound": ["offline"],
        "reasons": [],
    }


async def test_who_belongs_elsewhere_by_now_is_not_asked_for(cast: Cast) -> None:
    gathering = await planned(cast)
    await Membership.filter(member_id=cast.member.id).update(until_at=NOW)
    everybody = [name for names in (await people(gathering.id, NOW)).values() for name in names]
    assert sorted(everybody) == ["former", "offline", "probationary", "secretary"]
    assert (await describe(gathering.id, NOW))["expected"] == 4


async def test_who_left_after_answering_counts_nowhere_any_more(cast: Cast) -> None:
    gathering = await planned(cast)
    await answers(cast.member, gathering)
    await Membership.filter(member_id=cast.member.id).update(until_at=NOW)
    assert (await people(gathering.id, NOW))["joining"] == []
    assert (await describe(gathering.id, NOW))["joining"] == 0


async def test_names_are_shown_to_the_group_only_where_the_branch_wants_it_and_only_of_those_who_join(cast: Cast) -> None:
    gathering = await planned(cast)
    await answers(cast.secretary, gathering, Choice.JOIN)
    await answers(cast.member, gathering, Choice.LEAVE)
    assert (await describe(gathering.id, NOW))["names"] == []
    await Gathering.filter(id=gathering.id).update(shows_names=True)
    assert (await describe(gathering.id, NOW))["names"] == ["secretary"]


async def test_every_answer_is_in_one_count_and_a_refused_leave_in_none(cast: Cast) -> None:
    gathering = await planned(cast)
    await Gathering.filter(id=gathering.id).update(offers_maybe=True)
    for person, choice in [(cast.secretary, 1), (cast.member, 1), (cast.former, 2), (cast.probationary, 3)]:
        await answers(person, gathering, Choice(choice))
    await Rsvp.filter(member_id=cast.member.id).update(waiting=True)
    await Rsvp.filter(member_id=cast.former.id).update(decision="refused", reason="away")
    facts = await describe(gathering.id, NOW)
    counts = {name: facts[name] for name in ("joining", "waiting", "leaving", "maybe", "replied", "expected")}
    assert counts == {"joining": 1, "waiting": 1, "leaving": 0, "maybe": 1, "replied": 3, "expected": 5}
    found = await people(gathering.id, NOW)
    assert (found["silent"], found["waiting"], found["maybe"]) == (["former"], ["member"], ["probationary"])
    assert found["reasons"] == [{"name": "former", "reason": "away", "decision": "refused"}]
    assert (await standings(gathering.id))[cast.former.id] == "silent"


async def test_a_card_of_what_was_called_off_is_not_open(cast: Cast) -> None:
    gathering = await planned(cast)
    await Gathering.filter(id=gathering.id).update(state="cancelled")
    assert (await describe(gathering.id, NOW))["open"] is False
