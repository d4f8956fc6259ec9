"""How a node keeps birthdays: by taps, inherited downwards, a step at a time and back to what holds above."""

import pytest

from models.birthday import BirthdayHabit, settle, show_ways
from models.birthday.ways import NAMES, PACK, STEPS, Way, describe, way_of
from models.card import Refusal
from models.outbox import Delivery
from tests.cast import NOW, Cast


@pytest.mark.parametrize("name", NAMES)
async def test_a_button_goes_through_every_value_and_back_to_what_holds_above(cast: Cast, name: str) -> None:
    by, choice = await cast.secretary.acting(), (NAMES.index(name) + 1) * PACK
    seen = []
    for _ in STEPS[name]:
        await settle(by, cast.branch.id, choice, NOW)
        seen.append(getattr(await way_of(cast.branch.id), name))
    assert seen[:-1] == list(STEPS[name][1:])
    assert await way_of(cast.branch.id) == Way()


async def test_what_a_branch_does_not_say_its_district_decides(cast: Cast) -> None:
    await BirthdayHabit.create(root_id=cast.district.id, node_id=cast.district.id, leap="mar1", gift=True)
    await BirthdayHabit.create(root_id=cast.district.id, node_id=cast.branch.id, gift=False)
    assert await way_of(cast.branch.id) == Way(leap="mar1", gift=False)
    assert await way_of(cast.neighbours.id) == Way(leap="mar1", gift=True)
    assert await way_of(cast.foreign_branch.id) == Way()
    assert (await describe(cast.branch.id, NOW))["inherited"] == ["basis", "leap", "greet_at", "in_group"]


@pytest.mark.parametrize("choice", [0, 1, PACK + 1, (len(NAMES) + 1) * PACK])
async def test_a_button_there_is_not_changes_nothing(cast: Cast, choice: int) -> None:
    with pytest.raises(Refusal, match="action/unknown"):
        await settle(await cast.secretary.acting(), cast.branch.id, choice, NOW)
    assert await BirthdayHabit.all().count() == 0


async def test_the_list_is_one_message_renewed_after_each_tap(cast: Cast) -> None:
    by = await cast.secretary.acting()
    await show_ways(by, cast.branch.id, 1, NOW)
    before = (await Delivery.get()).wanted
    await settle(by, cast.branch.id, PACK, NOW)
    assert (await Delivery.get()).wanted == before + 1
