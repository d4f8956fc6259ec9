"""议题与发言: members propose topics for 民主议事, the organisers pick; members sign up to speak."""

from datetime import datetime
from typing import Any

from models.audit import note
from models.card import Answer, Card, Refusal, Tap
from models.database import rows, run
from models.draft import Question, ask, close
from models.gathering.agenda import LONGEST_ITEM, add, editable
from models.gathering.answers import alive, open_to
from models.gathering.choice import YES
from models.gathering.organising import told
from models.gathering.tables import Proposal
from models.gathering.typed import tidy
from models.member import Actor
from models.organisation import serving
from models.outbox import Recipient, owe, restate, touch
from models.responsible import tell

QUESTION = "gathering.topic"
PICK, DECLINE = 1, 2
PACK = 16  # a proposal and what is said to it, in the one number a button has left
MOST_OPEN = 3  # topics of one member that wait for a word
SHOWN = 6
Row = dict[str, Any]


async def propose(actor: Actor, gathering_id: int, choice: int, now: datetime) -> Answer:
    """The button: asks for the topic."""
    row = await open_to(actor, gathering_id)
    if choice != YES or actor.telegram_id is None:
        raise Refusal("action/unknown")
    ahead_of(row, now)
    await ask(row["bot_id"], actor.telegram_id, QUESTION, {"gathering": gathering_id}, now)
    return Answer(screen=Card("gathering/which_topic", {"most": LONGEST_ITEM}))


def ahead_of(row: Row, now: datetime) -> None:
    """Topics are proposed and speakers found until it begins."""
    alive(row, now)
    if not told(row, now):
        raise Refusal("gathering/closed")


COMING = """
SELECT g.id FROM gathering g JOIN node n ON n.id = g.node_id
WHERE (g.state = 'announced' OR (g.state = 'planned' AND g.announce_due <= ?))
  AND g.starts_at > ? AND CAST(? AS VARCHAR(255)) LIKE n.path || '%'
ORDER BY g.starts_at, g.id LIMIT 1
"""


async def propose_next(actor: Actor, words: str, now: datetime) -> Answer:
    """/propose: for the next gathering one is asked to; with words at once, else they are asked for."""
    if not actor.homes:
        actor.must("gathering.answer", "nowhere")
    found = [row["id"] for home in actor.homes for row in await rows(COMING, now, now, home)]
    if not found:
        raise Refusal("gathering/nothing_ahead")
    if not words:
        return await propose(actor, found[0], YES, now)
    return await put_forward(actor, found[0], words, now)


async def say_topic(actor: Actor, bot_id: int, question: Question, words: str, now: datetime) -> Answer:
    """The topic was typed."""
    answer = await put_forward(actor, question.facts["gathering"], words, now)
    assert actor.telegram_id is not None, "a question is asked of an account"
    await close(bot_id, actor.telegram_id)
    return answer


WAITING = "SELECT COUNT(*) AS n FROM proposal WHERE member_id = ? AND node_id = ? AND state = 'open'"


async def put_forward(actor: Actor, gathering_id: int, words: str, now: datetime) -> Answer:
    """Keeps a topic and tells those who pick."""
    row = await open_to(actor, gathering_id)
    ahead_of(row, now)
    title = tidy(words)
    if not 1 <= len(title) <= LONGEST_ITEM:
        raise Refusal("gathering/long_item", most=LONGEST_ITEM)
    if (await rows(WAITING, actor.member_id, row["node_id"]))[0]["n"] >= MOST_OPEN:
        raise Refusal("gathering/many_topics", most=MOST_OPEN)
    facts = {"root_id": row["root_id"], "node_id": row["node_id"], "member_id": actor.member_id, "gathering_id": gathering_id}
    one = await Proposal.create(**facts, title=title, at=now)
    card, about = Card("gathering/proposed", {"topic": one.id}, (deciding(gathering_id, one.id),)), f"proposal:{one.id}"
    await tell("gathering.plan", row["path"], card, about, now, about=about, live=True)
    await note(row["root_id"], actor.label, "propose", f"gathering:{gathering_id}", now, None, {"proposal": one.id})
    await touch(f"agenda:{gathering_id}", now)
    return Answer(screen=Card("gathering/topic_kept"))


def deciding(gathering_id: int, proposal_id: int, shown: str = "") -> tuple[Tap, ...]:
    pick, decline = proposal_id * PACK + PICK, proposal_id * PACK + DECLINE
    return Tap("topic.pick", "topic", gathering_id, pick, shown), Tap("topic.decline", "topic", gathering_id, decline, shown)


OPEN_TOPICS = "SELECT id FROM proposal WHERE node_id = ? AND state = 'open' ORDER BY at, id LIMIT ?"


async def topics(actor: Actor, gathering_id: int, choice: int, now: datetime) -> Answer:
    """The topics that wait, by number, with what can be said to each."""
    row = await editable(actor, gathering_id)
    if choice != YES:
        raise Refusal("action/unknown")
    found = [each["id"] for each in await rows(OPEN_TOPICS, row["node_id"], SHOWN)]
    if not found:
        raise Refusal("gathering/no_topics")
    taps = tuple(deciding(gathering_id, number, str(place)) for place, number in enumerate(found, start=1))
    return Answer(screen=Card("gathering/topics", {"topics": found}, taps))


SETTLE = """
UPDATE proposal SET state = ?, gathering_id = ? WHERE id = ? AND node_id = ? AND state = 'open' RETURNING member_id, title
"""


async def decide(actor: Actor, gathering_id: int, choice: int, now: datetime) -> Answer:
    """Puts a proposed topic on the agenda, or declines it; the proposer is told. Of two who decide at once the first does."""
    row = await editable(actor, gathering_id)
    proposal_id, said = divmod(choice, PACK)
    if said not in (PICK, DECLINE) or not await Proposal.exists(id=proposal_id, node_id=row["node_id"]):
        raise Refusal("action/unknown")
    settled = await rows(SETTLE, "picked" if said == PICK else "declined", gathering_id, proposal_id, row["node_id"])
    if not settled:
        raise Refusal("gathering/topic_settled")
    if said == PICK:
        await add(actor, row, settled[0]["title"], now)
    await tell_proposer(actor, row, proposal_id, said == PICK, settled[0]["member_id"], now)
    return Answer(toast=Card("gathering/topic_settled_now", {"picked": said == PICK}))


async def tell_proposer(actor: Actor, row: Row, proposal_id: int, picked: bool, member_id: int | None, now: datetime) -> None:
    """Who wished to be forgotten is not told."""
    about = f"proposal:{proposal_id}"
    decided = Card("gathering/topic_decided", {"topic": proposal_id, "picked": picked, "by": actor.member_id})
    await restate(about, decided, now)
    await touch(f"agenda:{row['id']}", now)
    if member_id is not None:
        to = Recipient(await serving(row["root_id"]), row["root_id"], member_id=member_id)
        card = Card("gathering/topic_told", {"topic": proposal_id, "picked": picked, "gathering": row["id"]})
        await owe("notice", card, to, f"notice:{about}:told", now, about=about)
    after = {"proposal": proposal_id, "picked": picked}
    await note(row["root_id"], actor.label, "topic", f"gathering:{row['id']}", now, None, after)


UNSPEAK = "DELETE FROM speaker WHERE gathering_id = ? AND member_id = ?"
SPEAK = "INSERT INTO speaker (root_id, gathering_id, member_id, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"


async def speak(actor: Actor, gathering_id: int, choice: int, now: datetime) -> Answer:
    """Signs up to speak; a second tap takes it back."""
    row = await open_to(actor, gathering_id)
    if choice != YES:
        raise Refusal("action/unknown")
    ahead_of(row, now)
    speaks = await sign_up(actor, row["root_id"], gathering_id, now)
    return Answer(toast=Card("gathering/speaking", {"speaks": speaks}))


async def sign_up(actor: Actor, root_id: int, gathering_id: int, now: datetime) -> bool:
    """The bare fact, for whoever has judged already: whether the member speaks now, or did and no longer does."""
    off = bool(await run(UNSPEAK, gathering_id, actor.member_id))
    if not off:
        await run(SPEAK, root_id, gathering_id, actor.member_id, now)
    await touch(f"agenda:{gathering_id}", now)
    await note(root_id, actor.label, "speak", f"gathering:{gathering_id}", now, None, {"speaks": not off})
    return not off


TOPIC = "SELECT p.title, COALESCE(m.name, '') AS name FROM proposal p LEFT JOIN member m ON m.id = p.member_id WHERE p.id = ?"


async def describe(proposal_id: int, _: datetime) -> dict[str, Any]:
    """What a card says of one topic: `title`, and the `name` of whoever proposed it; none of who wished to be forgotten."""
    return (await rows(TOPIC, proposal_id))[0]


async def describe_many(numbers: list[int], now: datetime) -> list[dict[str, Any]]:
    return [await describe(each, now) for each in numbers]


SPEAKERS = "SELECT m.name FROM speaker s JOIN member m ON m.id = s.member_id WHERE s.gathering_id = ? ORDER BY s.at, s.id"
COUNTED = """
SELECT COUNT(*) AS n FROM proposal p JOIN gathering g ON g.node_id = p.node_id WHERE g.id = ? AND p.state = 'open'
"""


async def describe_agenda(gathering_id: int, _: datetime) -> dict[str, Any]:
    """What organisers see beside the items: how many topics wait (`topics`), and the names of the `speakers`."""
    waiting, speaking = await rows(COUNTED, gathering_id), await rows(SPEAKERS, gathering_id)
    return {"topics": waiting[0]["n"], "speakers": [row["name"] for row in speaking]}
