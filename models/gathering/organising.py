"""An organiser at work on one gathering: what they may touch, and until when."""

from datetime import datetime
from typing import Any

from models.card import Card, Refusal
from models.database import rows, run, to_ms
from models.member import Actor
from models.organisation import serving
from models.outbox import Recipient, debt, owe_many

Row = dict[str, Any]
GATHERING = "SELECT g.*, n.path FROM gathering g JOIN node n ON n.id = g.node_id WHERE g.id = ?"
AHEAD = ("planned", "announced")  # nothing of it has begun


async def organised(actor: Actor, gathering_id: int, right: str = "gathering.plan") -> Row:
    """A gathering this actor has a right on. What does not exist and what is not theirs sound the same."""
    found = await rows(GATHERING, gathering_id)
    actor.must(right, found[0]["path"] if found else "nowhere")
    return found[0]


async def ahead(actor: Actor, gathering_id: int) -> Row:
    """The same, of one that has neither begun nor been called off."""
    row = await organised(actor, gathering_id)
    if row["state"] not in AHEAD:
        raise Refusal("gathering/too_late", state=row["state"])
    return row


def told(row: Row, now: datetime) -> bool:
    """Whether people have been asked to it; what is due to be announced is carried by the clock's next beat."""
    due = row["announce_due"]
    return row["state"] == "announced" or (row["state"] == "planned" and due is not None and due <= to_ms(now))


def starts(row: Row) -> str:
    """Local, ISO."""
    return f"{row['local_date']}T{row['local_time']}"


def about_leave(answer: int, since: int) -> str:
    """One request for leave: the answer's row and when it was given (ms)."""
    return f"leave:{answer}:{since}"


OWN_LISTS = ("enter", "ticks", "correct")  # what each organiser has alone to tap through, `<what>:<gathering>:<member>`
OWN = "SELECT DISTINCT about FROM delivery WHERE about LIKE ? AND live = ?"


async def own_lists(gathering_id: int) -> list[str]:
    """The lists organisers have in hand."""
    return [each["about"] for what in OWN_LISTS for each in await rows(OWN, f"{what}:{gathering_id}:%", True)]


RETIRE = "UPDATE delivery SET live = ? WHERE about = ? AND member_id = ?"


async def unfold(actor: Actor, row: Row, about: str, card: Card, now: datetime) -> None:
    """Gives an organiser a list to tap through, renewed in place; the one they had before is left as it is."""
    await run(RETIRE, False, about, actor.member_id)
    to = Recipient(await serving(row["root_id"]), row["root_id"], member_id=actor.member_id)
    key = f"notice:{about}:{to_ms(now)}:{to.label}"
    await owe_many([debt("notice", card, to, key, now, about=about, live=True)])
