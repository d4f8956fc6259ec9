"""Planning: what is wanted becomes a gathering with every instant the clock needs."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from models.audit import note
from models.calendar import instant, local
from models.card import Answer, Card, Refusal
from models.gathering.agenda import copy_agenda
from models.gathering.habits import Habits, habits
from models.gathering.leads import first_lead
from models.gathering.tables import Gathering
from models.member import Actor
from models.organisation import Node, Wishes, wishes, zone_of

FARTHEST = timedelta(days=400)  # a year and a bit: farther is a slip of the finger
LONGEST_TEXT = 60  # characters of a title or a place


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants planned. `minutes`: how long it takes; `capacity`: seats, None for all."""

    title: str
    place: str
    day: date
    at: time
    kind: str = "gathering"
    minutes: int = 60
    theme: str = ""
    capacity: int | None = None


async def plan(actor: Actor, node: Node, wish: Wish, now: datetime) -> Answer:
    """Plans one gathering of a node; the clock announces it in the node's groups at its next beat."""
    actor.must("gathering.plan", node.path)
    gathering = await draw_up(actor, node, wish, now, announce_now=True)
    same = Gathering.filter(node_id=node.id, kind="theme_day", local_date=wish.day).exclude(id=gathering.id)
    if wish.kind == "theme_day" and await same.exclude(state="cancelled").exists():
        raise Refusal("gathering/same_day", starts=f"{wish.day}T{wish.at:%H:%M}")
    return Answer(screen=Card("gathering/planned", {"gathering": gathering.id}))


async def draw_up(
    actor: Actor,
    node: Node,
    wish: Wish,
    now: datetime,
    *,
    announce_now: bool = False,
    farthest: timedelta = FARTHEST,
    **more: Any,
) -> Gathering:
    """The bare fact, for whoever has judged already. `more`: further columns, as a series sets them."""
    if node.closed_at is not None:
        raise Refusal("gathering/closed_node")
    starts_at = judged(wish, await zone_of(node), now, farthest)
    wanted, custom = await wishes(node.id), await habits(node.id)
    gathering = await Gathering.create(
        root_id=node.root_id,
        node_id=node.id,
        kind=wish.kind,
        title=wish.title,
        theme=wish.theme,
        place=wish.place,
        minutes=wish.minutes,
        capacity=wish.capacity,
        zone=wanted.zone,
        **customary(custom),
        **local_start(wish),
        **instants(starts_at, wanted, custom, now),
        announce_due=now if announce_now else max(now, announced_at(wish, wanted, custom)),
        **more,
    )
    await copy_agenda(gathering, custom)
    after = {"starts": starts_at.isoformat(), "title": wish.title, "place": wish.place}
    await note(gathering.root_id, actor.label, "plan", f"gathering:{gathering.id}", now, None, after)
    return gathering


def customary(custom: Habits) -> dict[str, Any]:
    """Habits a gathering keeps with it, so that a press need not ask for them; as they are when people are told of it."""
    return {
        "offers_maybe": custom.offers_maybe,
        "shows_names": custom.shows_names,
        "approves_leave": custom.approves_leave,
        "sign_with": custom.sign_with,
    }


def local_start(wish: Wish) -> dict[str, Any]:
    return {"local_date": wish.day, "local_time": wish.at.strftime("%H:%M")}


def instants(starts_at: datetime, wanted: Wishes, custom: Habits, now: datetime) -> dict[str, Any]:
    """The columns that follow from the start: until when leave is asked for and answers are taken, when sign-in ends, and
    when the clock acts.
    """
    closes_at = max(starts_at - timedelta(minutes=custom.sign_before), now)
    ends_at = starts_at + timedelta(minutes=custom.sign_after)
    leave_until = starts_at - timedelta(minutes=custom.leave_minutes)
    lead, remind_due = first_lead(custom.remind_leads, starts_at, wanted, now)
    return {
        "starts_at": starts_at,
        # What is planned later than that lets people ask as long as they may answer.
        "leave_until": min(leave_until, closes_at) if leave_until > now else closes_at,
        "closes_at": closes_at,
        "ends_at": ends_at,
        "remind_leads": ",".join(map(str, custom.remind_leads)),
        "remind_lead": lead,
        "remind_due": remind_due,
        "close_due": closes_at,
        "end_due": ends_at,
    }


def announced_at(wish: Wish, wanted: Wishes, custom: Habits) -> datetime:
    """When the card of a series appears: so many days before, as soon as people are awake."""
    return instant(wish.day - timedelta(days=custom.announce_days), wanted.quiet_until, wanted.zone)


def judged(wish: Wish, zone: str, now: datetime, farthest: timedelta = FARTHEST) -> datetime:
    """When a gathering starts: it lies ahead, within reach, and can be read on a phone."""
    starts, today = f"{wish.day}T{wish.at:%H:%M}", local(now, zone).date()
    if wish.day - today > farthest:
        raise Refusal("gathering/too_far", starts=starts)
    # The day is judged first: at the ends of the calendar there are local times without an instant.
    if wish.day < today or (starts_at := instant(wish.day, wish.at, zone)) <= now:
        raise Refusal("gathering/past", starts=starts)
    if not (wish.title or wish.kind != "gathering") or not wish.place or max(len(wish.title), len(wish.place)) > LONGEST_TEXT:
        raise Refusal("gathering/wordy", most=LONGEST_TEXT)
    return starts_at
