"""评诺 by the branch: one pledge after another, with what its maker said of it; the maker hears the grade, and nobody else."""

from datetime import datetime

from models.card import Answer, Card, Refusal, Tap
from models.database import rows
from models.gathering.organising import unfold
from models.member import Actor
from models.outbox import restate
from models.pledge.cards import grade_taps
from models.pledge.own import Row, found, go
from models.pledge.reviewing import PACK, RIGHT, YES, overseen, scopes, tell_maker
from models.pledge.stages import END, Grade


async def rating(actor: Actor, campaign_id: int, choice: int, now: datetime) -> Answer:
    """The button: the next one that has no grade yet, of those this actor answers for."""
    row = await overseen(actor, campaign_id)
    behind, rest = divmod(choice, PACK)
    if choice != YES and (rest or not behind):
        raise Refusal("action/unknown")
    if row["round"] != END:
        return Answer(toast=Card("pledge/not_yet_rated"))
    card, matter = await next_card(actor, row, behind), desk(actor, row["id"])
    if card.name == "pledge/all_rated":
        await restate(matter, card, now)
        return Answer(toast=Card("pledge/all_rated"))
    await (unfold(actor, row, matter, card, now) if choice == YES else restate(matter, card, now))
    return Answer()


def desk(actor: Actor, campaign_id: int) -> str:
    """The card one evaluator taps through."""
    return f"pledge_rating:{campaign_id}:{actor.member_id}"


UNRATED = """
SELECT p.id FROM pledge p JOIN node h ON h.id = p.node_id
WHERE p.campaign_id = ? AND p.state IN ('approved', 'shown', 'quiet', 'hidden') AND p.member_id <> ? AND p.id > ?
  AND h.path LIKE ? ORDER BY p.id LIMIT 1
"""


async def next_card(actor: Actor, row: Row, behind: int) -> Card:
    for start in dict.fromkeys((behind, 0)):
        for path in scopes(actor, row["path"]):
            for each in await rows(UNRATED, row["id"], actor.member_id, start, f"{path}%"):
                skip = Tap("pledge.skip", "pledge_rating", row["id"], each["id"] * PACK)
                return Card("pledge/evaluate", {"pledge": each["id"]}, (grade_taps("pledge_rate", each["id"]), (skip,)))
    return Card("pledge/all_rated", {"campaign": row["id"]})


async def rate(actor: Actor, pledge_id: int, choice: int, now: datetime) -> Answer:
    """The branch's grade; nobody gives their own, and given again it replaces the one before."""
    row = await found(actor, pledge_id, RIGHT)
    if choice not in set(Grade):
        raise Refusal("action/unknown")
    if row["member_id"] == actor.member_id:
        raise Refusal("pledge/not_own")
    if row["round"] != END:
        raise Refusal("pledge/not_now")
    if row["grade"] != choice:
        if not await go(row, "rate", now, actor.label, grade=choice):
            raise Refusal("pledge/not_now")
        await tell_maker(row, f"rate{choice}", now)
    await restate(desk(actor, row["id"]), await next_card(actor, row, pledge_id), now)
    return Answer(toast=Card("pledge/rated", {"grade": choice}))
