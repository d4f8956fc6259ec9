"""每日一题: the clock opens a node's question in its groups and closes it the same evening."""

from datetime import date, datetime, timedelta

from models import due
from models.calendar import awake, instant, local
from models.card import Card, Tap
from models.database import from_ms, rows
from models.holidays import known
from models.organisation import Chat, Node, Wishes, chats, wishes
from models.outbox import Delivery, Recipient, debt, owe_many, restate, touch
from models.quiz.bank import candidates
from models.quiz.choosing import chosen, shuffled
from models.quiz.mistakes import learn_from
from models.quiz.reading import announce, told_on
from models.quiz.tables import Day, Item, QuizHabit

YES = 1
GROUP = "group"  # whose order of options it is
SHORTEST = timedelta(hours=2)  # a question that would close sooner is not opened,
SLACK = timedelta(minutes=30)  # unless the clock is only a little late
LONG = timedelta(hours=12)  # how long one is open where the evening is no end


async def open_days(now: datetime) -> int:
    """The question of the day goes to every group of a node that wishes one."""
    return await due.sweep("quiz_habit", "open_due", now, opened)


async def close_days(now: datetime) -> int:
    """The card says what was right, why, and how many knew it."""
    return await due.sweep("quiz_day", "close_due", now, closed)


async def opened(habit_id: int, now: datetime) -> None:
    habit = await QuizHabit.get(id=habit_id)
    node = await Node.get(id=habit.node_id)
    if not habit.daily or node.closed_at is not None:
        return
    there = await wishes(node.id)
    opens, closes = begun(now, there)
    today = local(opens, there.zone).date()  # it is of the day it is put off to
    if in_time(opens, closes, now, there) and await asks(habit, node, today):
        await ask(node, today, now, closes, habit.native)
    await schedule(habit, there, now)


def begun(now: datetime, there: Wishes) -> tuple[datetime, datetime]:
    """The newest span that has begun: in the night, of an hour that is put off to the morning, the one of two days ago."""
    today = local(now, there.zone).date()
    spans = [span(today - timedelta(days=back), there) for back in (0, 1, 2)]
    return next(each for each in spans if each[0] <= now)


def in_time(opens: datetime, closes: datetime, now: datetime, there: Wishes) -> bool:
    """Whether it is still worth opening: nearly at its hour, or long enough to be answered; never in quiet hours."""
    awake_now = awake(now, there.zone, there.quiet_from, there.quiet_until) == now
    return awake_now and now < closes and (now - opens <= SLACK or closes - now >= SHORTEST)


def span(day: date, there: Wishes) -> tuple[datetime, datetime]:
    """When a day's question opens and closes: from the branch's hour, outside the quiet ones, until these begin again."""
    opens = awake(instant(day, there.quiz_at, there.zone), there.zone, there.quiet_from, there.quiet_until)
    evening = instant(local(opens, there.zone).date(), there.quiet_from, there.zone)
    return opens, evening if evening - opens >= SHORTEST else opens + LONG


async def schedule(habit: QuizHabit, there: Wishes, now: datetime) -> None:
    """The next opening that lies ahead. Whether it is a day to ask on is seen then."""
    day = local(now, there.zone).date() - timedelta(days=1)  # yesterday's may be put off to this morning
    while (opens := span(day, there)[0]) <= now:
        day += timedelta(days=1)
    habit.open_due = opens
    await habit.save(update_fields=["open_due"])


def next_week(there: Wishes, now: datetime) -> datetime:
    """The hour of the Monday that lies ahead."""
    today = local(now, there.zone).date()
    monday = today - timedelta(days=today.weekday())
    return next(opens for weeks in (0, 1, 2) if (opens := span(monday + timedelta(weeks=weeks), there)[0]) > now)


async def asks(habit: QuizHabit, node: Node, day: date) -> bool:
    return not habit.workdays or (await known(node)).works(day)


async def ask(node: Node, today: date, now: datetime, closes: datetime, native: bool) -> None:
    """Opens the day's question; where nothing fits the day, none. Without a group it is there for who asks in private."""
    groups = await chats(node.id)
    if (native and not groups) or await Day.exists(node_id=node.id, day=today):
        return
    told = await told_on(today)
    await announce(node, told, groups, today, now, closes)
    found = chosen(await candidates(node.id, node.root_id or node.id, today), today, node.id, [each.fact for each in told])
    if found is None:
        return
    facts = {"root_id": node.root_id, "node_id": node.id, "item_id": found.id, "day": today}
    one = await Day.create(opens_at=now, closes_at=closes, close_due=closes, native=native, **facts)
    asked = Card("quiz/card", {"quiz_day": one.id}, await answering(one))
    card = Card("quiz/poll", {"quiz_poll": one.id}, doubting(one.id)) if native else asked
    await owe_many([card_for(one, chat, card, now) for chat in groups])


def card_for(one: Day, chat: Chat, card: Card, now: datetime) -> Delivery:
    """Up until it closes; then the card says what was right, and a poll, which the messenger solves itself, ends."""
    to = Recipient(chat.bot_id, one.root_id, chat_id=chat.id)
    key = f"card:quiz:{one.id}:{to.label}"
    return debt("card", card, to, key, now, about=about(one.id), live=True, expire_at=one.closes_at)


def about(day_id: int) -> str:
    return f"quiz:{day_id}"


async def answering(one: Day, seed: object = GROUP) -> tuple[tuple[Tap, ...], ...]:
    """The options as buttons, in an order of this day: the same for a whole group, another for each person in private."""
    options = (await Item.get(id=one.item_id)).choices
    taps = [Tap("named", "quiz", one.id, place + 1, options[place]) for place in shuffled(len(options), f"{one.id}:{seed}")]
    return (*paired(taps), *doubting(one.id))


def doubting(day_id: int) -> tuple[tuple[Tap, ...], ...]:
    """Something is wrong with the question: below it as long as it is seen."""
    return ((Tap("quiz.fault", "quiz_fault", day_id, YES),),)


def paired(taps: list[Tap]) -> tuple[tuple[Tap, ...], ...]:
    """Two in a row where they are short enough for a phone."""
    if any(len(tap.shown) > 8 for tap in taps):
        return tuple((tap,) for tap in taps)
    return tuple(tuple(taps[start : start + 2]) for start in range(0, len(taps), 2))


COUNTS = """
SELECT COUNT(*) AS answered, COUNT(CASE WHEN a.chosen = i.answer THEN 1 END) AS correct
FROM quiz_answer a JOIN quiz_day d ON d.id = a.day_id JOIN quiz_item i ON i.id = d.item_id WHERE a.day_id = ?
"""


async def closed(day_id: int, now: datetime) -> None:
    if (await Day.get(id=day_id)).native:  # counted as its polls tell
        await touch(about(day_id), now)
        return
    await Day.filter(id=day_id).update(**(await rows(COUNTS, day_id))[0])
    await restate(about(day_id), Card("quiz/solution", {"quiz_day": day_id}, doubting(day_id)), now)
    await learn_from(await Day.get(id=day_id))


NEXT = """
SELECT MIN(at) AS at FROM (
  SELECT MIN(open_due) AS at FROM quiz_habit UNION ALL SELECT MIN(week_due) FROM quiz_habit
  UNION ALL SELECT MIN(close_due) FROM quiz_day UNION ALL SELECT MIN(end_due) FROM quiz_sitting
) due
"""


async def next_due() -> datetime | None:
    """When the clock has to act on a quiz next."""
    found = (await rows(NEXT))[0]["at"]
    return None if found is None else from_ms(found)
