"""What cards of a gathering show: counts for the group, names for its organisers."""

from datetime import timedelta

from models.gathering import Choice, describe, people
from models.member import Membership
from models.organisation import link
from tests.cast import NOW, Cast, answers, planned


async def test_a_card_shows_the_local_times_and_where_it_is_said(cast: Cast) -> None:
    gathering = await planned(cast)
    await link(cast.branch, cast.bot.id, -2, 0, NOW)
    assert await describe(gathering.id, NOW) == {
        "title": "theme day",
        "place": "room 1",
        "node": "branch",
        "starts": "2026-12-01T15:00",
        "reply_by": "2026-12-01T14:50:00+08:00",
        "open": True,
        "groups": 2,
        "expected": 5,
        "joining": 0,
        "leaving": 0,
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
        "leaving": ["member"],
        "silent": ["former", "probationary"],
        "unbound": ["offline"],
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
