"""What the tests of theme days share: a rule that is settled, and the days it gave."""

from datetime import datetime, time

from models.gathering import Gathering
from models.member import OPERATOR
from models.organisation import Node
from models.recurrence import Nth, Rule
from models.theme_day import Series, Wanted, learn, settle_rule
from tests.cast import NOW, Cast
from tests.models.years import YEAR_2026

FIRST_TUESDAY = Nth(1, 1)


def wanted(rule: Rule = FIRST_TUESDAY, place: str = "room 1", at: time = time(15)) -> Wanted:
    return Wanted(rule, at, place)


async def ruled(cast: Cast, rule: Rule = FIRST_TUESDAY, shift: str = "next_working_day", now: datetime = NOW) -> Series:
    """The branch has a rule, settled by its secretary, in a world that knows 2026."""
    await learn(OPERATOR, None, YEAR_2026, now)
    await settle_rule(await cast.secretary.acting(), cast.branch, wanted(rule), shift, now)
    return await Series.get(node_id=cast.branch.id, ended_at=None)


async def days(node: Node, **those: object) -> list[str]:
    """The days of a node's theme days, cancelled ones left out."""
    found = await Gathering.filter(node_id=node.id, **those).exclude(state="cancelled").order_by("local_date")
    return [one.local_date.isoformat() for one in found]
