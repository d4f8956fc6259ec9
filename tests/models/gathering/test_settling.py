"""A node's habits by taps: each goes through its values and back to what holds above, and every tap is noted."""

from datetime import date, timedelta

import pytest

from models.audit import Note
from models.card import LARGEST, Card, Refusal
from models.gathering import Gathering, Habit, announce, habits
from models.gathering.choice import YES
from models.gathering.habits import Habits
from models.gathering.settling import NAMES, PACK, STEPS, buttons, choose, describe, settle, show
from models.member import OPERATOR, grant
from models.outbox import Delivery
from tests.cast import NOW, Cast, planned


async def tap(cast: Cast, name: str, times: int = 1) -> None:
    for _ in range(times):
        await settle(await cast.secretary.acting(), cast.branch.id, (NAMES.index(name) + 1) * PACK, NOW)


async def test_every_button_goes_through_its_values_and_back_to_inheriting(cast: Cast) -> None:
    for name, (columns, steps) in STEPS.items():
        for values in (*steps[1:], steps[0]):
            await tap(cast, name)
            row = (await Habit.filter(node_id=cast.branch.id).values())[0]
            assert tuple(row[column] for column in columns) == values, name
    assert await habits(cast.branch.id) == Habits()


async def test_what_a_node_does_not_say_itself_comes_from_above(cast: Cast) -> None:
    await Habit.create(root_id=cast.district.id, node_id=cast.district.id, offers_maybe=True, sector="school")
    assert (await habits(cast.branch.id)).offers_maybe is True
    await tap(cast, "maybe", times=2)
    told = await describe(cast.branch.id, NOW)
    assert told["held"]["offers_maybe"] is False
    assert told["held"]["sector"] == "school"
    assert told["inherited"] == [*(name for name in NAMES if name != "maybe"), "items"]
    assert (await habits(cast.neighbours.id)).offers_maybe is True


async def test_no_reminders_is_a_habit_too(cast: Cast) -> None:
    await tap(cast, "leads", times=4)
    assert (await habits(cast.branch.id)).remind_leads == ()
    assert (await planned(cast)).remind_due is None


async def test_whoever_was_told_already_is_asked_as_they_were_told_and_all_others_by_the_habit_of_the_day(cast: Cast) -> None:
    told, planned_before = await planned(cast), await planned(cast, date(2027, 1, 5))
    later = NOW + timedelta(days=30)
    await Gathering.filter(id=planned_before.id).update(announce_due=later)
    await announce(NOW)
    for name in ("approval", "maybe", "names", "sign_with", "sign_with", "leave"):
        await tap(cast, name)
    await announce(later)
    for each in (told, planned_before):
        await each.refresh_from_db()
    ways = [(one.approves_leave, one.offers_maybe, one.shows_names, one.sign_with) for one in (told, planned_before)]
    assert ways == [(False, False, False, "button"), (True, True, True, "code")]
    assert told.leave_until == told.starts_at - timedelta(hours=2)
    assert planned_before.leave_until == planned_before.starts_at - timedelta(hours=1)


async def test_every_change_is_noted(cast: Cast) -> None:
    await tap(cast, "names", times=2)
    notes = await Note.filter(verb="habit").order_by("id").values_list("actor", "target", "before", "after")
    by, node = f"member:{cast.secretary.id}", f"node:{cast.branch.id}"
    assert notes == [
        (by, node, '{"shows_names": null}', '{"shows_names": true}'),
        (by, node, '{"shows_names": true}', '{"shows_names": false}'),
    ]


async def test_the_list_is_given_for_ones_own_node_and_renewed_in_place(cast: Cast) -> None:
    await show(await cast.secretary.acting(), NOW)
    panel = await Delivery.get()
    assert Card.from_json(panel.card) == Card("gathering/habits", {"habits": cast.branch.id}, buttons(cast.branch.id))
    await tap(cast, "maybe")
    assert (await Delivery.get()).wanted == 2


async def test_the_buttons_stand_in_the_order_of_what_they_set() -> None:
    taps = [tap for row in buttons(1) for tap in row if tap.verb == "habit"]
    assert [tap.label for tap in taps] == [f"habit.{name}" for name in NAMES]
    assert [tap.choice for tap in taps] == [place * PACK for place in range(1, len(NAMES) + 1)]


async def test_whoever_holds_several_offices_says_for_which_node(cast: Cast) -> None:
    await grant(OPERATOR, cast.secretary.member, cast.district.id, "admin", NOW)
    by = await cast.secretary.acting()
    screen = (await show(by, NOW)).screen
    assert screen is not None
    assert [row[0].target for row in screen.taps] == [cast.district.id, cast.branch.id]
    await choose(by, cast.district.id, YES, NOW)
    assert (await Delivery.get()).about == f"habits:{cast.district.id}"


@pytest.mark.parametrize("choice", [0, 3, 1, PACK + 1, (len(STEPS) + 1) * PACK, LARGEST])
async def test_there_is_nothing_to_settle_but_the_buttons(cast: Cast, choice: int) -> None:
    with pytest.raises(Refusal, match="action/unknown"):
        await settle(await cast.secretary.acting(), cast.branch.id, choice, NOW)
    assert not await Habit.exists()


@pytest.mark.parametrize("who", ["member", "neighbour_secretary", "foreigner"])
async def test_only_organisers_there_settle(cast: Cast, who: str) -> None:
    by = await getattr(cast, who).acting()
    for node in (cast.branch.id, cast.district.id, 10**9):
        for press in (settle(by, node, PACK, NOW), choose(by, node, YES, NOW)):
            with pytest.raises(Refusal, match="rights/refused"):
                await press
