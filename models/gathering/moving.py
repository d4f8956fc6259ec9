"""改期与取消: whoever was invited hears of it, and nothing that was queued for the old day leaves any more."""

from datetime import date, datetime, time, timedelta
from typing import Any

from models.audit import note
from models.calendar import awake
from models.card import Answer, Card, Refusal, Tap
from models.database import from_ms, rows, run
from models.draft import ask, close
from models.gathering.choice import answering
from models.gathering.habits import habits
from models.gathering.organising import AHEAD, about_leave, ahead, organised, own_lists, starts
from models.gathering.plan import Wish, announced_at, instants, judged, local_start
from models.gathering.tables import Gathering
from models.gathering.views import standings
from models.member import Actor, members_of
from models.organisation import chats, serving, wishes
from models.outbox import Delivery, Recipient, cancel, debt, owe_many, restate
from models.outbox.owing import URGENT
from models.reach import describe as describe_reach

ASK, DO = 1, 2  # choices of the buttons; a packed day is larger
QUESTION = "gathering.day"
STILL_USEFUL = timedelta(hours=3)  # before the start: who would sleep through that is woken
LISTS = ("agenda", "ceremony", "phone", "shift", "venue")  # what organisers share to tap through, `<what>:<gathering>`
Row = dict[str, Any]


async def move(actor: Actor, gathering_id: int, choice: int, now: datetime) -> Answer:
    """The organiser's button: asks for the new day; with a packed day, moves the gathering to it."""
    row = await ahead(actor, gathering_id)
    if choice != ASK:
        day, at = unpacked(choice)
        return await moved(actor, row, Wish(row["title"], row["place"], day, at, row["kind"]), now)
    if actor.telegram_id is None:
        raise Refusal("action/unknown")
    await ask(await serving(row["root_id"]), actor.telegram_id, QUESTION, {"gathering": gathering_id}, now)
    return Answer(screen=Card("gathering/which_day", {"gathering": gathering_id}))


async def say_day(actor: Actor, bot_id: int, gathering_id: int, day: date, at: time, now: datetime) -> Answer:
    """The new day was typed: shown once more, because everybody will hear of it."""
    row = await ahead(actor, gathering_id)
    judged(Wish(row["title"], row["place"], day, at, row["kind"]), row["zone"], now)
    tap = Tap("gathering.move", "move", gathering_id, packed(day, at))
    assert actor.telegram_id is not None, "a question is asked of an account"
    await close(bot_id, actor.telegram_id)
    return Answer(screen=Card("gathering/move_to", {"gathering": gathering_id, "to": f"{day}T{at:%H:%M}"}, ((tap,),)))


async def say_place(actor: Actor, bot_id: int, gathering_id: int, place: str, now: datetime) -> Answer:
    """A new place was typed: the day stays."""
    row = await ahead(actor, gathering_id)
    assert actor.telegram_id is not None, "a question is asked of an account"
    await close(bot_id, actor.telegram_id)
    day, at = date.fromisoformat(str(row["local_date"])), time.fromisoformat(row["local_time"])
    return await moved(actor, row, Wish(row["title"], place, day, at, row["kind"]), now)


async def moved(actor: Actor, row: Row, wish: Wish, now: datetime) -> Answer:
    if (starts(row), row["place"]) == (written(wish), wish.place):
        raise Refusal("gathering/unmoved")
    await shift(row, wish, now, actor.label)
    told = row["state"] == "announced"
    toast = Card("gathering/moved_now", {"told": told, "starts": written(wish)})
    return Answer(toast=toast, screen=await untold(row, now) if told else None)


def written(wish: Wish) -> str:
    """When it starts: local, ISO."""
    return f"{wish.day}T{wish.at:%H:%M}"


def packed(day: date, at: time) -> int:
    """A day and a time in the one number a button has left."""
    return int(f"{day:%Y%m%d}{at:%H%M}")


def unpacked(choice: int) -> tuple[date, time]:
    try:
        there = datetime.strptime(f"{choice:012}", "%Y%m%d%H%M")  # noqa: DTZ007 (local there)
    except ValueError:
        raise Refusal("action/unknown") from None
    return there.date(), there.time()


async def shift(row: Row, wish: Wish, now: datetime, by: str) -> None:
    """Another time or place, for whoever has judged; `row` is one of `gathering` with `path`. Its revision grows, so that what
    is owed for the new day is owed anew, and everybody who was invited is told.
    """
    starts_at = judged(wish, row["zone"], now)
    wanted, custom = await wishes(row["node_id"]), await habits(row["node_id"])
    told = row["state"] == "announced"
    due = now if told else max(now, announced_at(wish, wanted, custom))
    columns = local_start(wish) | instants(starts_at, wanted, custom, now) | {"place": wish.place, "announce_due": due}
    new = columns | {"revision": row["revision"] + 1, "provisional": False} | ({"announced_at": now} if told else {})
    ours = Gathering.filter(id=row["id"], revision=row["revision"], state__in=AHEAD)
    if not await ours.update(**new):
        raise Refusal("gathering/changed_meanwhile")
    before, after = {"starts": starts(row), "place": row["place"]}, {"starts": written(wish), "place": wish.place}
    await note(row["root_id"], by, "move", f"gathering:{row['id']}", now, before, after)
    overtaken = [f"{what}:{row['id']}" for what in ("ceremony", "phone", "shift")]
    await put_aside(row, Card("gathering/moved_card", {"gathering": row["id"]}), overtaken, now)
    if told:
        card = Card("gathering/moved", {"gathering": row["id"], "was": starts(row), "stands": "silent"}, answering(row))
        await tell_everyone(row, f"moved:{row['revision'] + 1}", card, starts_at, now)


RENAME = "UPDATE delivery SET about = ? WHERE about = ?"


async def put_aside(row: Row, card: Card, lists: list[str], now: datetime) -> None:
    """What has not left is taken back; what has, and is renewed in place, shows this card for good."""
    for matter in (f"gathering:{row['id']}", *lists):
        await cancel(matter)
        await restate(matter, card, now)
        await run(RENAME, f"{matter}:{row['revision']}", matter)


UNDECIDED = "SELECT id, at FROM rsvp WHERE gathering_id = ? AND decision = 'asked'"


async def in_hand(row: Row) -> list[str]:
    """What organisers have in hand of a gathering: lists to tap through, leave to decide on."""
    own = await own_lists(row["id"])
    asked = [about_leave(each["id"], each["at"]) for each in await rows(UNDECIDED, row["id"])]
    return [*(f"{what}:{row['id']}" for what in LISTS), *own, *asked]


async def tell_everyone(row: Row, occasion: str, card: Card, starts_at: datetime, now: datetime) -> None:
    """In private, all who could be invited, with the answer they gave; not at night, unless it would then be too late."""
    bot, kept, wanted = await serving(row["root_id"]), await standings(row["id"]), await wishes(row["node_id"])
    morning = awake(now, row["zone"], wanted.quiet_from, wanted.quiet_until)
    first = min(starts_at, from_ms(row["starts_at"]))
    due_at = now if morning > first - STILL_USEFUL else morning
    about, owed = f"gathering:{row['id']}", list[Delivery]()
    for member in await members_of(row["path"], now):
        to = Recipient(bot, row["root_id"], member_id=member["id"])
        mine = Card(card.name, {**card.facts, "stands": kept.get(member["id"], "silent")}, card.taps)
        if member["account_id"] is not None:
            key = f"notice:{about}:{occasion}:{to.label}"
            owed.append(urgent(debt("notice", mine, to, key, now, about=about, due_at=due_at)))
    await owe_many(owed)


async def untold(row: Row, now: datetime) -> Card | None:
    """For the organiser: whom the bot cannot write to, to be phoned; None, if there is nobody."""
    node, card = [row["node_id"]], Card("gathering/untold", {"gathering": row["id"], "reach": [row["node_id"]]})
    found = await describe_reach(node, now)
    return card if found["ok"] < found["total"] else None


def urgent(delivery: Delivery) -> Delivery:
    delivery.lane = URGENT
    return delivery


async def call_off(actor: Actor, gathering_id: int, choice: int, now: datetime) -> Answer:
    """The organiser's button: asks once, because everybody will hear of it; then it is called off."""
    row = await organised(actor, gathering_id)
    if row["state"] not in (*AHEAD, "open"):
        raise Refusal("gathering/too_late", state=row["state"])
    if choice == ASK:
        tap = Tap("gathering.call_off", "call_off", gathering_id, DO)
        return Answer(screen=Card("gathering/call_off", {"gathering": gathering_id}, ((tap,),)))
    if choice != DO:
        raise Refusal("action/unknown")
    await called_off(row, now, actor.label)
    told = row["state"] != "planned"
    return Answer(toast=Card("gathering/called_off_now", {"told": told}), screen=await untold(row, now) if told else None)


QUIETLY = {"announce_due": None, "remind_due": None, "close_due": None, "end_due": None}


async def called_off(row: Row, now: datetime, by: str) -> None:
    """It does not take place, for whoever has judged."""
    ours = Gathering.filter(id=row["id"], revision=row["revision"], state__in=(*AHEAD, "open"))
    if not await ours.update(state="cancelled", code="", revision=row["revision"] + 1, **QUIETLY):
        raise Refusal("gathering/changed_meanwhile")
    await note(row["root_id"], by, "call_off", f"gathering:{row['id']}", now, {"state": row["state"]}, {"state": "cancelled"})
    card = Card("gathering/called_off", {"gathering": row["id"]})
    await put_aside(row, card, await in_hand(row), now)
    if row["state"] != "planned":
        await tell_groups(row, card, now)
        await tell_everyone(row, f"called_off:{row['revision'] + 1}", card, from_ms(row["starts_at"]), now)


async def tell_groups(row: Row, card: Card, now: datetime) -> None:
    owed = []
    for chat in await chats(row["node_id"]):
        to, about = Recipient(chat.bot_id, row["root_id"], chat_id=chat.id), f"gathering:{row['id']}"
        key = f"notice:{about}:called_off:{row['revision'] + 1}:{to.label}"
        owed.append(urgent(debt("notice", card, to, key, now, about=about)))
    await owe_many(owed)
