"""What the clock does with a campaign: asks how the promises stand, urges who has not said, tells those responsible, closes.

Never in a group. Reminders count against the week's limit of each member.
"""

from collections import defaultdict
from datetime import date, datetime
from posixpath import commonpath
from typing import Any

from models import due
from models.calendar import awake, instant, local
from models.card import Card, Tap
from models.database import from_ms, rows, run
from models.due import one_at_a_time
from models.organisation import Wishes, serving, wishes
from models.outbox import Delivery, Recipient, debt, owe_capped
from models.pledge import campaign
from models.pledge.campaign import ended
from models.pledge.cards import own_card
from models.pledge.own import MINE, about
from models.pledge.reviewing import YES, review_tap
from models.pledge.stages import END, STAYS_OPEN, UNDER_WAY, UNGRADED, next_step, round_of
from models.responsible import place_of, responsible

Row = dict[str, Any]
CAMPAIGN = "SELECT c.*, n.path, n.closed_at AS node_closed FROM campaign c JOIN node n ON n.id = c.node_id WHERE c.id = ?"


async def announce(now: datetime) -> int:
    """To groups that were linked since it was opened; each is told once."""
    return await due.sweep("campaign", "announce_due", now, announced)


async def announced(campaign_id: int, now: datetime) -> None:
    row = (await rows(CAMPAIGN, campaign_id))[0]
    if row["state"] == "open":
        await campaign.announce(row, now)


async def remind(now: datetime) -> int:
    """The next step of every campaign that is due."""
    return await due.sweep("campaign", "step_due", now, act)


async def act(campaign_id: int, now: datetime) -> None:
    """One step. The row is read when it is ours: it may have been called off since it was found due."""
    row = (await rows(CAMPAIGN, campaign_id))[0]
    if row["state"] != "open":
        return
    if row["step"] == "close" or row["node_closed"] is not None:
        await run("UPDATE campaign SET state = 'closed' WHERE id = ?", campaign_id)
        await ended(row, now)
        return
    await one_at_a_time([row["root_id"]])  # first, like whoever releases what is held: else each waits for the other's rows
    row["round"] = round_of(row["step"])
    wanted = await wishes(row["node_id"])
    await run("UPDATE campaign SET round = ? WHERE id = ?", row["round"], campaign_id)
    await (tell(row, wanted, now) if row["step"].startswith("tell") else ask(row, wanted, now))
    await follow(row, wanted, now)


async def follow(row: Row, wanted: Wishes, now: datetime) -> None:
    """When the clock comes again."""
    today = local(now, row["zone"]).date()
    following = next_step(row["step"], today, day(row["begins"]), day(row["ends"]))
    if following:
        at = instant(following[1], wanted.quiet_until, row["zone"])
        await run("UPDATE campaign SET step = ?, step_due = ? WHERE id = ?", following[0], at, row["id"])


def day(value: Any) -> date:
    """SQLite gives a date as text."""
    return value if isinstance(value, date) else date.fromisoformat(value)


def quoted(stages: tuple[str, ...]) -> str:
    return ", ".join(f"'{stage}'" for stage in stages)


# Whose pledge is under way and not wholly reported in a round; `account` is null without Telegram.
UNREPORTED = f"""
SELECT p.id AS pledge, p.member_id, p.node_id AS home, h.path AS home_path, a.id AS account
FROM pledge p JOIN node h ON h.id = p.node_id JOIN member m ON m.id = p.member_id LEFT JOIN account a ON a.member_id = m.id
WHERE p.campaign_id = ? AND p.state IN ({quoted(UNDER_WAY)})
  AND m.status NOT IN ('suspended', 'transferred', 'deceased')
  AND EXISTS (SELECT 1 FROM promise q WHERE q.pledge_id = p.id
    AND NOT EXISTS (SELECT 1 FROM pledge_report r WHERE r.promise_id = q.id AND r.round = ?))
ORDER BY p.id
"""


# Where some pledge waits for what those responsible do next.
WAITING = """
SELECT DISTINCT p.node_id AS home, h.path AS home_path FROM pledge p JOIN node h ON h.id = p.node_id
WHERE p.campaign_id = ? AND p.state IN ({stages})
"""


async def ask(row: Row, wanted: Wishes, now: datetime) -> None:
    """Asked, or urged: the same card, at most once a step."""
    due_at = awake(now, wanted.zone, wanted.quiet_from, wanted.quiet_until)
    bot_id, owed = await serving(row["root_id"]), []
    for each in await rows(UNREPORTED, row["id"], row["round"]):
        if each["account"] is not None:
            to = Recipient(bot_id, row["root_id"], member_id=each["member_id"])
            owed.append(await reminder(row, each, to, due_at, now))
    await owe_capped(owed, now)


async def reminder(row: Row, each: Row, to: Recipient, due_at: datetime, now: datetime) -> Delivery:
    one = (await rows(MINE, each["member_id"], row["id"]))[0]
    key, until = f"reminder:pledge:{each['pledge']}:{row['step']}:{to.label}", from_ms(row["ends_at"]) + STAYS_OPEN
    return debt("reminder", await own_card(one), to, key, now, about=about(one), live=True, due_at=due_at, expire_at=until)


async def tell(row: Row, wanted: Wishes, now: datetime) -> None:
    """Those responsible for each home hear in private who has not reported, what waits for a review, and in the end that they
    may grade; one card each, however many homes.
    """
    late = await rows(UNREPORTED, row["id"], row["round"])
    stages = ("made", *UNGRADED) if row["round"] == END else ("made",)
    homes = {each["home"]: each["home_path"] for each in [*late, *await rows(WAITING.format(stages=quoted(stages)), row["id"])]}
    lists: dict[int, list[int]] = defaultdict(list)
    for home_id, path in homes.items():
        for member_id in await responsible("pledge.review", path, now):
            lists[member_id].append(home_id)
    due_at = awake(now, wanted.zone, wanted.quiet_from, wanted.quiet_until)
    bot_id = await serving(row["root_id"])
    people = {member_id: Recipient(bot_id, row["root_id"], member_id=member_id) for member_id in lists}
    offline = {each["home"] for each in late if each["account"] is None}
    cards = {each: overdue(row, homes, bool(offline & set(homes))) for each, homes in lists.items()}
    places = {member_id: place_of(commonpath([homes[each] for each in theirs])) for member_id, theirs in lists.items()}
    await owe_capped([owed_to(people[each], cards[each], row, places[each], due_at, now) for each in sorted(lists)], now)


def overdue(row: Row, homes: list[int], offline: bool) -> Card:
    """The lists of these homes, and a button for each thing that can be done about it."""
    grade = [Tap("pledge.rate", "pledge_rating", row["id"], YES)] if row["round"] == END else []
    enter = [Tap("pledge.for", "pledge_for", row["id"], 0)] if offline else []
    taps = ((*enter, *grade), (review_tap(row["id"]),))
    return Card("pledge/overdue", {"overdue": [row["id"], row["round"], *sorted(homes)]}, tuple(filter(None, taps)))


def owed_to(to: Recipient, card: Card, row: Row, place: int, due_at: datetime, now: datetime) -> Delivery:
    return debt("duty", card, to, f"duty:pledge:{row['id']}:{row['step']}:{to.label}", now, due_at=due_at, node_id=place)


NEXT = """
SELECT MIN(at) AS at FROM (
  SELECT MIN(step_due) AS at FROM campaign UNION ALL SELECT MIN(announce_due) FROM campaign
  UNION ALL SELECT MIN(review_due) FROM pledge
) due
"""


async def next_due() -> datetime | None:
    """When the clock has to act on a campaign or a pledge next."""
    found = (await rows(NEXT))[0]["at"]
    return None if found is None else from_ms(found)
