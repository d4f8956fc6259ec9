"""A press that means something for each verb of a campaign: by those it asks, by the maker alone, by those responsible."""

from collections.abc import Awaitable, Callable

from models.card import LARGEST, Action
from models.pledge.campaign import PACK, SHOW
from models.pledge.cards import PACK as SAID
from models.pledge.reviewing import YES
from models.pledge.stages import END, Grade, Kept
from tests.cast import Cast
from tests.models.pledge.given import agreeing, chosen, opened
from tests.models.pledge.standing import PledgeStand, furnished

Press = Callable[[Cast], Awaitable[Action]]


def standing(act: Callable[[PledgeStand], Action]) -> Press:
    """Of what the member has at the branch."""

    async def press(cast: Cast) -> Action:
        return act(await furnished(cast.branch, cast.member.member))

    return press


async def begin_press(cast: Cast) -> Action:
    return Action("pledge", (await opened(cast)).id, SHOW)


async def pick_press(cast: Cast) -> Action:
    """All of the branch have begun, so that each may choose."""
    one = await opened(cast)
    for person in (cast.member, cast.probationary, cast.secretary, cast.former):
        await chosen(one, person, ())
    return Action("pledge_pick", one.id, 4)


async def make_press(cast: Cast) -> Action:
    one = await opened(cast)
    for person in (cast.member, cast.probationary, cast.secretary, cast.former):
        await chosen(one, person, (1, 2, 3, 4))
    return Action("pledge_make", one.id, 5)


OF_MEMBERS: dict[str, Press] = {"pledge": begin_press, "pledge_pick": pick_press, "pledge_make": make_press}
OF_MAKERS: dict[str, Press] = {
    "pledge_say": standing(lambda at: Action("pledge_say", at.promise.id, END * SAID + Kept.DONE)),
    "pledge_self": standing(lambda at: Action("pledge_self", at.kept.id, Grade.MOSTLY)),
}
OF_ORGANISERS: dict[str, Press] = {
    "pledge_desk": standing(lambda at: Action("pledge_desk", at.ending.id, SHOW)),
    "pledge_drop": standing(lambda at: Action("pledge_drop", at.planned.id, PACK)),
    "pledge_for": standing(lambda at: Action("pledge_for", at.ending.id, 0)),
    "pledge_review": standing(lambda at: Action("pledge_review", at.ending.id, YES)),
    "pledge_decide": standing(lambda at: Action("pledge_decide", at.made.id, agreeing(at.made))),
    "pledge_rating": standing(lambda at: Action("pledge_rating", at.ending.id, YES)),
    "pledge_rate": standing(lambda at: Action("pledge_rate", at.kept.id, Grade.MOSTLY)),
}
# Of the numbers a forger tries those that mean something: an item, a grade, a page of names.
MEANT = {"pledge_pick": (3,), "pledge_self": (3,), "pledge_rate": (3,), "pledge_for": (0, 3, LARGEST)}
