"""补课: who was absent is told what was covered and says when it was made up. It never changes who was there."""

from datetime import datetime

from models.calendar import awake
from models.card import Answer, Card, Refusal, Tap
from models.database import rows, run
from models.gathering.choice import YES
from models.gathering.organising import Row
from models.gathering.sheet import ABSENT, lines
from models.organisation import serving, wishes
from models.outbox import Recipient, debt, owe_capped, touch
from models.rights import Actor

OFFER = """
INSERT INTO make_up (root_id, gathering_id, member_id, offered_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING
"""
BOUND = "SELECT m.member_id FROM make_up m JOIN account a ON a.member_id = m.member_id WHERE m.gathering_id = ?"
MINE = "SELECT done_at FROM make_up WHERE gathering_id = ? AND member_id = ?"
DONE = "UPDATE make_up SET done_at = ? WHERE gathering_id = ? AND member_id = ? AND done_at IS NULL"


async def offer(row: Row, now: datetime) -> None:
    """Each absent member once; those without an account are in the record's list all the same."""
    for line in await lines(row["id"]):
        if line.standing == ABSENT:
            await run(OFFER, row["root_id"], row["id"], line.member_id, now)
    bot, wanted = await serving(row["root_id"]), await wishes(row["node_id"])
    due_at = awake(now, row["zone"], wanted.quiet_from, wanted.quiet_until)
    card = Card("record/make_up", {"gathering": row["id"], "covered": row["id"]}, ((made(row["id"]),),))
    people = [Recipient(bot, row["root_id"], member_id=each["member_id"]) for each in await rows(BOUND, row["id"])]
    keyed = [(to, f"offer:make_up:{row['id']}:{to.label}") for to in people]
    about = f"make_up:{row['id']}"
    await owe_capped([debt("offer", card, to, key, now, about=about, due_at=due_at) for to, key in keyed], now)


def made(gathering_id: int) -> Tap:
    return Tap("record.made_up", "made_up", gathering_id, YES)


async def made_up(actor: Actor, gathering_id: int, choice: int, now: datetime) -> Answer:
    """The member says so; saying it again changes nothing. To whom it was not offered, there is nothing to make up."""
    if actor.member_id is None:
        actor.must("gathering.answer", "nowhere")
    mine = await rows(MINE, gathering_id, actor.member_id)
    if not mine:
        raise Refusal("record/no_make_up")
    if choice != YES:
        raise Refusal("action/unknown")
    if not await run(DONE, now, gathering_id, actor.member_id):
        return Answer(toast=Card("record/made_up_already"))
    await touch(f"record:{gathering_id}", now)
    return Answer(toast=Card("record/made_up"))


COVERED = "SELECT name, title FROM agenda_item WHERE gathering_id = ? AND done_at IS NOT NULL ORDER BY position, id"


async def covered(gathering_id: int, _: datetime) -> list[Row]:
    """What was ticked: name of a shipped item, or title."""
    return await rows(COVERED, gathering_id)
