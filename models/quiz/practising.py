"""练习: a round of one's mistakes, or of items with a tag."""

import json
from collections import Counter
from datetime import datetime

from models.card import Answer, Card, Refusal, Tap
from models.member import Actor
from models.quiz.bank import askable
from models.quiz.choosing import lot
from models.quiz.mistakes import coming_back
from models.quiz.own import PRACTISE, REVIEW, today
from models.quiz.sitting import begin, shown

ROUND = 10  # questions of a round: it fits into a wait for the bus
FEWEST = 4  # items a tag needs to be offered
FIRST = 16  # the choice of the first tag


async def go(actor: Actor, member_id: int, choice: int, now: datetime) -> Answer:
    """Begins a round, or asks of what."""
    if actor.member_id is None or actor.member_id != member_id:
        raise Refusal("action/unknown" if actor.member_id else "rights/stranger")
    actor.must("quiz.answer", f"/{actor.root_id}/")
    if choice == PRACTISE:
        return await ask_tag(actor, now)
    if choice == REVIEW:
        found = (await coming_back(member_id, await today(member_id, now)))[:ROUND]
        if not found:
            raise Refusal("quiz/no_mistakes")
    else:
        found = await tagged(actor, choice - FIRST, now)
    await shown(await begin(actor, found, now), now)
    return Answer()


async def ask_tag(actor: Actor, now: datetime) -> Answer:
    names = await tags(actor, now)
    if not names:
        raise Refusal("quiz/empty")
    taps = [Tap("named", "quiz_go", actor.member_id or 0, FIRST + place, name) for place, name in enumerate(names)]
    rows = tuple(tuple(taps[start : start + 2]) for start in range(0, len(taps), 2))
    return Answer(screen=Card("quiz/tags", {"count": ROUND}, rows))


async def tags(actor: Actor, now: datetime) -> list[str]:
    """What there is enough of, in a lasting order."""
    found = await askable(actor.root_id or 0, await today(actor.member_id or 0, now))
    counted = Counter(tag for row in found for tag in json.loads(str(row["tags"])))
    return sorted(tag for tag, times in counted.items() if times >= FEWEST)


async def tagged(actor: Actor, place: int, now: datetime) -> list[int]:
    """A round of a tag, another one every time."""
    names = await tags(actor, now)
    if not 0 <= place < len(names):
        raise Refusal("action/unknown")
    day = await today(actor.member_id or 0, now)
    found = [row for row in await askable(actor.root_id or 0, day) if names[place] in json.loads(str(row["tags"]))]
    drawn = sorted(found, key=lambda row: lot(f"{actor.member_id}:{now.timestamp()}", str(row["code"])))
    return [int(str(row["id"])) for row in drawn[:ROUND]]
