from itertools import count
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.order import lanes
from tests.bot.updates import Json, pressed, said

PEOPLE, GROUPS = st.integers(1, 6), st.integers(-4, -1)
UPDATES = st.builds(said, st.just("/help"), PEOPLE, GROUPS | st.none()) | st.builds(
    pressed, st.just("1.x.1.1.1"), PEOPLE, GROUPS
)
GARBAGE = st.dictionaries(
    st.sampled_from(["message", "callback_query", "poll", "new"]),
    st.recursive(
        st.none() | st.integers() | st.text(max_size=3),
        lambda inner: st.dictionaries(st.sampled_from(["chat", "from", "id"]), inner),
    ),
)


def parties(update: Json) -> set[tuple[str, Any]]:
    event = update.get("message") or update["callback_query"]
    return {("from", event["from"]["id"]), ("chat", (event.get("message") or event)["chat"]["id"])}


@given(st.lists(UPDATES, max_size=30), st.integers(1, 5))
def test_nothing_is_lost_and_what_shares_a_chat_or_a_person_shares_a_lane_in_order(batch: list[Json], most: int) -> None:
    split = lanes(batch, most)
    assert len(split) <= most
    places = {id(update): place for place, update in enumerate(batch)}
    assert sorted(places[id(update)] for lane in split for update in lane) == list(range(len(batch)))
    for lane in split:
        assert [places[id(update)] for update in lane] == sorted(places[id(update)] for update in lane)
    owners = [set().union(*(parties(update) for update in lane)) for lane in split]
    assert sum(map(len, owners)) == len(set().union(*owners))


@given(st.lists(GARBAGE, max_size=10), st.integers(1, 4))
def test_no_update_is_too_strange_for_a_lane(batch: list[Json], most: int) -> None:
    numbers = count(1)
    for update in batch:
        update["update_id"] = next(numbers)
    assert sorted(update["update_id"] for lane in lanes(batch, most) for update in lane) == list(range(1, len(batch) + 1))


def test_strangers_go_side_by_side() -> None:
    assert len(lanes([said("/help", one) for one in range(1, 9)], 4)) == 4


def test_what_polls_tell_stays_together_beside_what_people_say() -> None:
    told = [{"update_id": number, "poll": {"id": str(number)}} for number in range(3)]
    split = lanes([*told, *(said("/help", one) for one in range(1, 9))], 4)
    assert [each for lane in split for each in lane if "poll" in each] == next(
        [each for each in lane if "poll" in each] for lane in split if any("poll" in each for each in lane)
    )
    assert len(split) == 4
