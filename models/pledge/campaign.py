"""A campaign at a node: drawn up by an organiser with what may be chosen, opened in the groups, called off."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from models.audit import note
from models.calendar import instant, local
from models.card import Answer, Card, Refusal, Tap
from models.database import rows, run
from models.draft import Question, ask, close
from models.gathering.organising import unfold
from models.gathering.typed import tidy
from models.member import Actor
from models.organisation import Chat, Node, serving, wishes
from models.outbox import Delivery, Recipient, cancel, debt, owe_many, restate, touch
from models.pledge.stages import LONGEST, LONGEST_OWN, MOST_ITEMS, SHORTEST, VANGUARD, first_step
from models.pledge.tables import Campaign, CampaignItem

SHOW, ADD, START, CALL_OFF, SURE = 1, 2, 4, 5, 6  # choices of the desk; 3 is left out so that no code is guessed by counting
YES, PACK = 1, 16
QUESTION = "pledge.item"
LONGEST_TITLE = 40
FARTHEST = timedelta(days=400)  # that a campaign begins from today
OPEN = ("planned", "open")
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Call:
    """What an organiser wants: a title and the days from and until."""

    title: str
    begins: date
    ends: date


async def plan(actor: Actor, node: Node, call: Call, now: datetime) -> Answer:
    """Draws up a campaign with the five items; people see it when it is opened."""
    actor.must("pledge.plan", node.path)
    if node.closed_at is not None:
        raise Refusal("gathering/closed_node")
    wanted = await wishes(node.id)
    judged(call, local(now, wanted.zone).date())
    ends_at = instant(call.ends + timedelta(days=1), time(), wanted.zone)
    facts: Row = {"title": tidy(call.title), "begins": call.begins, "ends": call.ends, "zone": wanted.zone, "ends_at": ends_at}
    one = await Campaign.create(root_id=node.root_id, node_id=node.id, at=now, **facts)
    await CampaignItem.bulk_create(
        [CampaignItem(root_id=one.root_id, campaign_id=one.id, position=n, name=name) for n, name in enumerate(VANGUARD, 1)]
    )
    after = {"title": one.title, "begins": f"{one.begins}", "ends": f"{one.ends}"}
    await note(one.root_id, actor.label, "pledge_plan", f"campaign:{one.id}", now, None, after)
    tap = Tap("pledge.desk", "pledge_desk", one.id, SHOW)
    return Answer(screen=Card("pledge/planned", {"campaign": one.id}, ((tap,),)))


def judged(call: Call, today: date) -> None:
    """A refusal for a period nobody can mean, and for a title that does not fit onto a card."""
    if not SHORTEST <= call.ends - call.begins <= LONGEST or call.ends < today + SHORTEST or call.begins > today + FARTHEST:
        raise Refusal("pledge/period")
    if not 1 <= len(tidy(call.title)) <= LONGEST_TITLE:
        raise Refusal("pledge/long_title", most=LONGEST_TITLE)


CAMPAIGN = "SELECT c.*, n.path FROM campaign c JOIN node n ON n.id = c.node_id WHERE c.id = ?"


async def organised(actor: Actor, campaign_id: int, right: str = "pledge.plan") -> Row:
    """A campaign this actor has a right on. What does not exist and what is not theirs sound the same."""
    found = await rows(CAMPAIGN, campaign_id)
    actor.must(right, found[0]["path"] if found else "nowhere")
    return found[0]


async def desk(actor: Actor, campaign_id: int, choice: int, now: datetime) -> Answer:
    """The organiser's buttons."""
    row = await organised(actor, campaign_id)
    if choice == SHOW:
        await unfold(actor, row, about(campaign_id), desk_card(row), now)
        return Answer()
    if choice not in (ADD, START, CALL_OFF, SURE):
        raise Refusal("action/unknown")
    if row["state"] not in OPEN or (row["state"] == "open" and choice == ADD):
        raise Refusal("pledge/too_late")
    if choice == ADD:
        return await ask_item(actor, row, now)
    if choice == START:
        return await start(actor, row, now)
    return await call_off(actor, row, choice == SURE, now)


def about(campaign_id: int) -> str:
    return f"pledge_desk:{campaign_id}"


def desk_card(row: Row) -> Card:
    """What may still be done about it."""
    number = row["id"]
    if row["state"] == "planned":
        taps: tuple[tuple[Tap, ...], ...] = (
            (Tap("pledge.start", "pledge_desk", number, START), Tap("pledge.add", "pledge_desk", number, ADD)),
            (Tap("pledge.drop", "pledge_drop", number, YES), Tap("pledge.call_off", "pledge_desk", number, CALL_OFF)),
        )
    elif row["state"] == "open":
        taps = (
            (Tap("pledge.review", "pledge_review", number, YES), Tap("pledge.rate", "pledge_rating", number, YES)),
            (Tap("pledge.for", "pledge_for", number, 0), Tap("pledge.again", "pledge_desk", number, START)),
            (Tap("pledge.call_off", "pledge_desk", number, CALL_OFF),),
        )
    else:
        taps = ()
    return Card("pledge/desk", {"campaign": number}, taps)


async def ask_item(actor: Actor, row: Row, now: datetime) -> Answer:
    """An item of the branch's own is typed."""
    if actor.telegram_id is None:
        raise Refusal("action/unknown")
    await ask(await serving(row["root_id"]), actor.telegram_id, QUESTION, {"campaign": row["id"]}, now)
    return Answer(screen=Card("pledge/which_item", {"most": LONGEST_OWN}))


async def planned(actor: Actor, campaign_id: int) -> Row:
    """The same, of one that nobody has seen yet: afterwards the list stays as it is."""
    await run("UPDATE campaign SET state = state WHERE id = ?", campaign_id)  # one change of the list at a time
    row = await organised(actor, campaign_id)
    if row["state"] != "planned":
        raise Refusal("pledge/too_late")
    return row


async def say_item(actor: Actor, bot_id: int, question: Question, words: str, now: datetime) -> Answer:
    """The item was typed."""
    row = await planned(actor, question.facts["campaign"])
    title = tidy(words)
    if not 1 <= len(title) <= LONGEST_OWN:
        raise Refusal("pledge/long_own", most=LONGEST_OWN)
    there = await CampaignItem.filter(campaign_id=row["id"]).order_by("position")
    if len(there) >= MOST_ITEMS:
        raise Refusal("pledge/many_items", most=MOST_ITEMS)
    place = next(each for each in range(1, MOST_ITEMS + 1) if each not in {item.position for item in there})
    await CampaignItem.create(root_id=row["root_id"], campaign_id=row["id"], position=place, title=title)
    assert actor.telegram_id is not None, "a question is asked of an account"
    await close(bot_id, actor.telegram_id)
    await changed(actor, row, "pledge_add", {"title": title}, now)
    return Answer(toast=Card("pledge/item_added"))


async def changed(actor: Actor, row: Row, verb: str, after: Row, now: datetime) -> None:
    await touch(about(row["id"]), now)
    await note(row["root_id"], actor.label, verb, f"campaign:{row['id']}", now, None, after)


async def drop(actor: Actor, campaign_id: int, choice: int, now: datetime) -> Answer:
    """With choice 1 asks which; `PACK` times its place takes an item off the list."""
    row = await planned(actor, campaign_id)
    there = await CampaignItem.filter(campaign_id=campaign_id).order_by("position")
    if choice == YES:
        places = [each.position for each in there]
        taps = [Tap("pledge.drop_one", "pledge_drop", campaign_id, at * PACK, str(n)) for n, at in enumerate(places, 1)]
        pairs = tuple(tuple(taps[start : start + 2]) for start in range(0, len(taps), 2))
        return Answer(screen=Card("pledge/which_drop", {"campaign": campaign_id}, pairs))
    place, rest = divmod(choice, PACK)
    gone = None if rest else next((each for each in there if each.position == place), None)
    if gone is None:
        raise Refusal("action/unknown")
    await gone.delete()
    await changed(actor, row, "pledge_drop", {"place": place}, now)
    return Answer(toast=Card("pledge/item_dropped"))


STARTED = "UPDATE campaign SET state = 'open', step = ?, step_due = ? WHERE id = ? AND state = 'planned'"


async def start(actor: Actor, row: Row, now: datetime) -> Answer:
    """People are asked. Pressed again it reaches the groups that were linked since."""
    one, wanted = await Campaign.get(id=row["id"]), await wishes(row["node_id"])
    if one.ends_at <= now:
        raise Refusal("pledge/too_late")
    if await CampaignItem.filter(campaign_id=one.id).count() < 1:
        raise Refusal("pledge/no_items")
    step, day = first_step(one.begins, one.ends, local(now, one.zone).date())
    if await run(STARTED, step, instant(day, wanted.quiet_until, one.zone), one.id):
        await note(row["root_id"], actor.label, "pledge_start", f"campaign:{one.id}", now, None, {"state": "open"})
        await restate(about(one.id), desk_card(row | {"state": "open"}), now)
    told = await announce(row, now)
    return Answer(toast=Card("pledge/started", {"count": told}))


async def announce(row: Row, now: datetime) -> int:
    """The card goes to every group of the node and below it, each with its own counter; how many there are."""
    found = await Chat.filter(unlinked_at__isnull=True, node_id__in=await below(row["path"])).order_by("id")
    await owe_many([card_for(row, chat, now) for chat in found])
    return len(found)


async def below(path: str) -> list[int]:
    return [each["id"] for each in await rows("SELECT id FROM node WHERE path LIKE ? AND closed_at IS NULL", f"{path}%")]


def card_for(row: Row, chat: Chat, now: datetime) -> Delivery:
    to = Recipient(chat.bot_id, row["root_id"], chat_id=chat.id)
    tap = Tap("pledge.mine", "pledge", row["id"], SHOW)
    card = Card("pledge/card", {"counter": [row["id"], chat.node_id]}, ((tap,),))
    key = f"card:pledge:{row['id']}:open:{to.label}"
    return debt("card", card, to, key, now, about=counter(row["id"], chat.node_id), live=True)


def counter(campaign_id: int, node_id: int) -> str:
    """What a group's card is about: the campaign as that node counts it."""
    return f"pledge:{campaign_id}:{node_id}"


HOMES = """
SELECT n.path FROM membership s JOIN node n ON n.id = s.node_id
WHERE s.member_id = ? AND s.from_at <= ? AND (s.until_at IS NULL OR s.until_at > ?) AND n.path LIKE ?
"""


async def homes_of(member_id: int, path: str, now: datetime) -> tuple[str, ...]:
    """Where somebody belongs at a node and below it."""
    return tuple(each["path"] for each in await rows(HOMES, member_id, now, now, f"{path}%"))


async def recount(row: Row, now: datetime) -> None:
    """A member's pledge was given or taken back: the counters from wherever they belong up to the campaign's node follow. Who
    acts is known with their `homes` (`own.asked`).
    """
    path = row["path"]
    homes = row["homes"] if "homes" in row else await homes_of(row["member_id"], path, now)
    above = path.rstrip("/").rsplit("/", 1)[0]
    nodes = {int(each) for home in homes if home.startswith(path) for each in home[len(above) :].split("/") if each}
    for node_id in sorted(nodes):
        await touch(counter(row["id"], node_id), now)


CALLED_OFF = "UPDATE campaign SET state = 'cancelled', step_due = NULL WHERE id = ? AND state IN ('planned', 'open')"


async def call_off(actor: Actor, row: Row, sure: bool, now: datetime) -> Answer:
    """Asks first. What was pledged stays on record; nobody is asked about it any more."""
    if not sure:
        tap = Tap("pledge.sure", "pledge_desk", row["id"], SURE)
        return Answer(screen=Card("pledge/call_off", {"campaign": row["id"]}, ((tap,),)))
    await run(CALLED_OFF, row["id"])
    await note(row["root_id"], actor.label, "pledge_call_off", f"campaign:{row['id']}", now, {"state": row["state"]}, None)
    await restate(about(row["id"]), desk_card(row | {"state": "cancelled"}), now)
    await ended(row, now)
    return Answer(toast=Card("pledge/called_off"))


TAKEN_BACK = """
UPDATE delivery SET state = 'cancelled' WHERE state IN ('queued', 'held', 'leased') AND message_id IS NULL
  AND (about IN (SELECT 'pledge_of:' || id FROM pledge WHERE campaign_id = ?)
    OR about IN (SELECT 'pledge_for:' || id FROM pledge WHERE campaign_id = ?))
"""


async def ended(row: Row, now: datetime) -> None:
    """The cards in the groups lose their button; what waits for anybody is taken back."""
    for node_id in await below(row["path"]):
        matter = counter(row["id"], node_id)
        await cancel(matter)
        await restate(matter, Card("pledge/over_card", {"counter": [row["id"], node_id]}), now)
    await run(TAKEN_BACK, row["id"], row["id"])
