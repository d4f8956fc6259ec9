"""Two hundred tap 我承诺 in the same second: each counts once, however often they tap and whatever they tap beside it."""

import asyncio
from collections import Counter
from collections.abc import Awaitable

from models.actions import perform
from models.audit import Note
from models.card import Action, Answer
from models.database import atomic, rows
from models.deed import attempted
from models.member import OPERATOR, bind, enrol
from models.outbox import Delivery
from models.pledge import Campaign, Pledge, Promise, counter, request
from models.pledge.cards import SHOW, WITHDRAW
from models.rights import actor
from tests.cast import CONSENT, NOW, Cast
from tests.models.pledge.given import opened

CROWD, FIRST = 200, 730_000_000


async def crowd(cast: Cast) -> list[int]:
    """Two hundred more in the branch; their accounts."""
    async with atomic():
        for account in range(FIRST, FIRST + CROWD):
            member = await enrol(OPERATOR, cast.district.id, f"党员{account}", "full", NOW, cast.branch.id)
            await bind(OPERATOR, member, account, CONSENT, NOW)
    return list(range(FIRST, FIRST + CROWD))


async def pressed(account: int, verb: str, target: int, choice: int) -> str:
    """One update as the gate does it: a transaction, the verb in a savepoint; the name of what was answered."""
    async with atomic():
        by = await actor(account, NOW)

        async def deed() -> Answer:
            return await perform(by, Action(verb, target, choice), NOW)

        answer = await attempted(deed)
    return answer.toast.name if answer.toast else ""


async def together(*presses: Awaitable[str]) -> Counter[str]:
    return Counter(await asyncio.gather(*presses))


async def test_two_hundred_begin_twice_each_and_two_hundred_pledges_are_there(cast: Cast) -> None:
    one, accounts = await opened(cast), await crowd(cast)
    said = await together(*(pressed(each, "pledge", one.id, SHOW) for each in accounts * 2))
    assert said == {"pledge/in_private": 2 * CROWD}
    assert await Pledge.all().count() == CROWD


async def chosen(one: Campaign, accounts: list[int]) -> None:
    await together(*(pressed(each, "pledge", one.id, SHOW) for each in accounts))
    await together(*(pressed(each, "pledge_pick", one.id, place) for each in accounts for place in (1, 4)))


async def test_two_hundred_promise_in_the_same_second_three_times_each_and_the_counter_is_right(cast: Cast) -> None:
    one, accounts = await opened(cast), await crowd(cast)
    await chosen(one, accounts)
    assert {each.revision for each in await Pledge.all()} == {3}
    said = await together(*(pressed(each, "pledge_make", one.id, 3) for each in accounts * 3))
    assert said == {"pledge/made": CROWD, "pledge/already": 2 * CROWD}
    counted = await counter([one.id, cast.branch.id], NOW)
    assert (counted["pledged"], counted["expected"]) == (CROWD, CROWD + 5)
    assert await Note.filter(verb="pledge_make").count() == CROWD
    assert await Promise.all().count() == 2 * CROWD
    card = await Delivery.get(chat_id=cast.group.id)
    assert card.wanted == CROWD + 1  # touched once by each that counted
    while await request(NOW):
        pass
    assert await Delivery.filter(about=f"pledge_wait:{one.id}:{cast.branch.id}").count() == 1


async def test_promising_and_taking_back_at_once_end_in_one_of_the_two(cast: Cast) -> None:
    one, accounts = await opened(cast), (await crowd(cast))[:50]
    await chosen(one, accounts)
    await together(
        *(pressed(each, "pledge_make", one.id, 3) for each in accounts),
        *(pressed(each, "pledge", one.id, WITHDRAW) for each in accounts),
    )
    found = await rows("SELECT state, COUNT(*) AS n FROM pledge GROUP BY state")
    stages = {row["state"]: row["n"] for row in found}
    assert set(stages) <= {"made", "withdrawn"}
    assert sum(stages.values()) == 50
    assert (await counter([one.id, cast.branch.id], NOW))["pledged"] == stages.get("made", 0)


async def test_what_is_changed_in_the_very_moment_it_is_promised_is_not_promised(cast: Cast) -> None:
    one, accounts = await opened(cast), (await crowd(cast))[:50]
    await chosen(one, accounts)
    said = await together(
        *(pressed(each, *press) for each in accounts for press in (("pledge_pick", one.id, 2), ("pledge_make", one.id, 3)))
    )
    assert set(said) <= {"pledge/picked", "pledge/changed", "pledge/made", "pledge/fixed"}
    counts = await rows(
        "SELECT p.state, COUNT(*) AS n FROM pledge p JOIN promise q ON q.pledge_id = p.id GROUP BY p.id, p.state"
    )
    assert {(row["state"], row["n"]) for row in counts} <= {("made", 2), ("choosing", 3)}


async def test_two_taps_on_one_item_at_once_choose_it_and_take_it_off(cast: Cast) -> None:
    one = await opened(cast)
    account = cast.member.telegram_id or 0
    await pressed(account, "pledge", one.id, SHOW)
    for _ in range(10):
        await together(*(pressed(account, "pledge_pick", one.id, 2) for _ in range(2)))
        assert await Promise.all().count() == 0
    assert (await Pledge.get()).revision == 21
