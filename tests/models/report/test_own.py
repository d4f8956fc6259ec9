"""One's own year: every occasion one was expected at, how one stands and by whose word, corrections with their reason."""

from datetime import date, timedelta

from models.gathering import MakeUp, Presence, close
from models.gathering.choice import Choice
from models.gathering.sheet import FORGOTTEN
from models.gathering.tables import Expected, Gathering
from models.report import own
from models.report.own import MOST
from tests.cast import NOW, Cast, Person, answers, planned
from tests.models.report.held import AFTER, START, held


async def told(person: Person, span: int = 2026) -> list[tuple[str, str, str, bool]]:
    """Standing, via, reason, made up of each line."""
    facts = await own.describe([person.id, span], AFTER)
    return [(each["standing"], each["via"], each["reason"], each["made_up"]) for each in facts["lines"]]


async def test_present_by_ones_own_tap_absent_and_on_leave(cast: Cast) -> None:
    gathering = await held(cast, cast.member)
    assert await told(cast.member) == [("present", "tap", "", False)]
    assert await told(cast.probationary) == [("absent", "", "", False)]
    facts = await own.describe([cast.member.id, 2026], AFTER)
    assert (facts["expected"], facts["present"], facts["month"]) == (1, 1, 0)
    line = facts["lines"][0]
    assert (line["title"], line["kind"], line["starts"], line["node"]) == ("", "theme_day", "2026-12-01T15:00", "branch")
    assert gathering.kind == "theme_day"


async def test_leave_that_was_asked_for_is_leave(cast: Cast) -> None:
    gathering = await planned(cast)
    await answers(cast.member, gathering, Choice.LEAVE)
    await close(gathering.closes_at)
    assert await told(cast.member) == [("on_leave", "", "", False)]
    assert await told(cast.probationary) == [("pending", "", "", False)]


async def test_a_correction_is_seen_with_its_reason_and_a_make_up_too(cast: Cast) -> None:
    gathering = await held(cast)
    await Presence.create(
        root_id=gathering.root_id,
        gathering_id=gathering.id,
        member_id=cast.member.id,
        standing="present",
        via="late",
        actor=f"member:{cast.secretary.id}",
        reason="was there, no phone",
        at=AFTER,
    )
    facts = {"root_id": gathering.root_id, "gathering_id": gathering.id, "offered_at": AFTER}
    await MakeUp.create(**facts, member_id=cast.probationary.id, done_at=AFTER)
    await MakeUp.create(**facts, member_id=cast.former.id)
    assert await told(cast.member) == [("present", "late", "was there, no phone", False)]
    assert await told(cast.probationary) == [("absent", "", "", True)]
    assert await told(cast.former) == [("absent", "", "", False)]


async def test_who_is_left_out_is_told_the_ground_and_not_counted(cast: Cast) -> None:
    await held(cast)
    await Expected.filter(member_id=cast.member.id).update(ground="abroad")
    assert await told(cast.member) == [("excused", "", "abroad", False)]
    assert (await own.describe([cast.member.id, 2026], AFTER))["expected"] == 0


async def test_a_record_is_of_the_months_asked_for_and_of_nothing_called_off(cast: Cast) -> None:
    await held(cast)
    other = await held(cast, day=date(2027, 1, 5))
    assert (
        len(await told(cast.member, 2026)) == len(await told(cast.member, 202612)) == len(await told(cast.member, 202701)) == 1
    )
    assert await told(cast.member, 202611) == []
    await Gathering.filter(id=other.id).update(state="cancelled")
    assert await told(cast.member, 2027) == []


async def test_of_many_the_newest_are_shown(cast: Cast) -> None:
    for number in range(MOST + 2):
        await held(cast, cast.member, day=START + timedelta(days=number), kind="gathering")
    facts = await own.describe([cast.member.id, 2026], NOW)
    assert (len(facts["lines"]), facts["more"], facts["present"]) == (MOST, 2, MOST + 2)
    assert facts["lines"][-1]["starts"] == f"{START + timedelta(days=MOST + 1)}T15:00"


async def test_a_ground_that_retention_has_blanked_is_not_shown(cast: Cast) -> None:
    await held(cast)
    await Expected.filter(member_id=cast.member.id).update(ground=FORGOTTEN)
    assert await told(cast.member) == [("excused", "", "", False)]
