"""详情: the whole notice of a gathering, in private, in the order of rules.md §12."""

from datetime import datetime

from models.card import Answer, Card, Refusal, Tap
from models.database import to_ms
from models.gathering.answers import Row, alive, open_to
from models.gathering.choice import YES, answering
from models.gathering.organising import told
from models.member import Actor


async def detail(actor: Actor, gathering_id: int, choice: int, now: datetime) -> Answer:
    """Everything about it, for those it is for; what can still be done about it stands below."""
    row = await open_to(actor, gathering_id)
    if choice != YES:
        raise Refusal("action/unknown")
    alive(row, now)
    return Answer(screen=Card("gathering/detail", {"gathering": gathering_id}, possible(row, now)))


def possible(row: Row, now: datetime) -> tuple[tuple[Tap, ...], ...]:
    if not told(row, now) or row["closes_at"] <= to_ms(now):
        return ()
    more = (Tap("gathering.speak", "speak", row["id"], YES), Tap("gathering.propose", "propose", row["id"], YES))
    return (*answering(row, detail=False), more)
