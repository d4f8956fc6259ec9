"""The organisation of the demo: its tree and people, and what they have settled, promised and tapped when the curtain rises."""

import tomllib
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

from bot.sandbox.cast import BOT, CAST, GROUP, SECRETARY
from bot.theme_day import ship
from models import clock
from models.actions import perform
from models.binding import CONSENT
from models.calendar import local
from models.card import Action
from models.gathering import Gathering
from models.member import OPERATOR, Member, actor, bind, enrol, grant
from models.organisation import Bot, Node, grow, know_bot, link, plant, zone_of
from models.outbox import Delivery
from models.pledge import Call, Campaign, Pledge, plan
from models.pledge.campaign import START
from models.pledge.cards import KEEP, SHOW
from models.pledge.reviewing import APPROVE, SEEN
from models.quiz.desk import PACK
from models.recurrence import LAST, NEXT_WORKING_DAY, Nth
from models.theme_day import Wanted, settle_rule

CONTENT = Path(__file__).parent / "content" / "demo.toml"
TUESDAY, DAYS_AHEAD = 1, 7  # the first theme day is on the first Tuesday at least a week ahead
NTHS = 4  # of a weekday that every month has
SAFE = 28  # a day every month has


def content() -> dict[str, Any]:
    return tomllib.loads(CONTENT.read_text(encoding="utf-8"))


async def seed(zone: str) -> Node:
    """The organisation of the demo: its tree, its people, bound as if they had agreed, its group; the branch they meet in."""
    now = clock.now()
    bot = await know_bot(BOT.id, BOT.username)
    nodes = await planted(content()["nodes"], bot, zone)
    for person in content()["people"]:
        await settle(person, nodes)
    branch = next(node for node in nodes.values() if node.name == GROUP.title)
    await link(branch, bot.id, GROUP.id, 0, now)
    return branch


async def planted(wanted: list[dict[str, str]], bot: Bot, zone: str) -> dict[str, Node]:
    """A chain: each node below the one before."""
    above = await plant(wanted[0]["name"], wanted[0]["kind"], zone, bot.id)
    nodes = {above.name: above}
    for each in wanted[1:]:
        above = nodes[each["name"]] = await grow(above, each["name"], each["kind"])
    return nodes


async def settle(person: dict[str, Any], nodes: dict[str, Node]) -> None:
    now = clock.now()
    root = next(iter(nodes.values()))
    home = nodes[person["home"]].id if "home" in person else None
    member = await enrol(OPERATOR, root.id, person["name"], person["status"], now, home)
    if "role" in person:
        await grant(OPERATOR, member, nodes[person["at"]].id, person["role"], now)
    telegram_id = account(person["name"])
    if telegram_id is not None:
        await bind(OPERATOR, member, telegram_id, CONSENT, now)


def account(name: str) -> int | None:
    """The Telegram user id of one of the cast."""
    return next(each.id for each in CAST if each.name == name)


async def furnish(branch: Node) -> None:
    """A year under way: the rule of its theme days, known dates, pledges half a year old, a question every day."""
    today = local(clock.now(), await zone_of(branch)).date()
    await date_people(today)
    await call_to_pledge(branch, today)
    await tap(SECRETARY.name, "quiz_set", branch.id, PACK)  # 每日一题, from tomorrow on
    await rule_the_year(branch, today)


async def tap(name: str, verb: str, target: int, choice: int) -> None:
    """Somebody of the cast presses a button."""
    now = clock.now()
    await perform(await actor(account(name) or 0, now), Action(verb, target, choice), now)


async def rule_the_year(branch: Node, today: date) -> None:
    """The branch's rule with all the days it makes; the first of them is told to the group at once, not a week before."""
    wanted, now = content()["theme_day"], clock.now()
    await ship(now)
    wish = Wanted(monthly(meeting_day(today)), time.fromisoformat(wanted["time"]), wanted["place"])
    await settle_rule(await actor(SECRETARY.id or 0, now), branch, wish, NEXT_WORKING_DAY, now)
    first = await Gathering.filter(node_id=branch.id).order_by("starts_at").first()
    assert first is not None, "a rule has days"
    await Gathering.filter(id=first.id).update(announce_due=now)


async def call_to_pledge(branch: Node, today: date) -> None:
    """A campaign that is open in the group, with what some have pledged in it."""
    wanted, now = content()["pledge"], clock.now()
    begins = today - timedelta(days=wanted["begun"])
    call = Call(wanted["title"], begins, begins + timedelta(days=wanted["days"]))
    await plan(await actor(SECRETARY.id or 0, now), branch, call, now)
    campaign = await Campaign.get(node_id=branch.id)
    await tap(SECRETARY.name, "pledge_desk", campaign.id, START)
    for each in content()["pledges"]:
        await promised(each, campaign)


async def promised(wanted: dict[str, Any], campaign: Campaign) -> None:
    """One pledge as far as the demo tells it: made, or agreed to by the branch and kept out of the group."""
    name = wanted["name"]
    await tap(name, "pledge", campaign.id, SHOW)
    for place in wanted["items"]:
        await tap(name, "pledge_pick", campaign.id, place)
    pledge = await Pledge.get(campaign_id=campaign.id, member_id=(await Member.get(name=name)).id)
    await tap(name, "pledge_make", campaign.id, pledge.revision)
    if wanted["agreed"]:
        await tap(SECRETARY.name, "pledge_decide", pledge.id, pledge.revision * SEEN + APPROVE)
        await tap(name, "pledge", campaign.id, KEEP)
    await Delivery.filter(about=f"pledge_of:{pledge.id}").delete()  # it was seen long ago


async def date_people(today: date) -> None:
    """Some of the roster's dates are known, so that political birthdays come up soon."""
    for each in content()["birthdays"]:
        day = today + timedelta(days=each["in_days"])
        joined = date(day.year - each["years"], day.month, min(day.day, SAFE))
        await Member.filter(name=each["name"]).update(joined_on=joined)


def monthly(day: date) -> Nth:
    """The rule that this day follows; a fifth Tuesday is a last one."""
    nth = (day.day - 1) // 7 + 1
    return Nth(nth if nth <= NTHS else LAST, day.weekday())


def meeting_day(today: date) -> date:
    earliest = today + timedelta(days=DAYS_AHEAD)
    return earliest + timedelta(days=(TUESDAY - earliest.weekday()) % 7)
