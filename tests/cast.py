"""A small organisation to test in: two branches under one root, a second root beside it, and somebody of every kind.

    district ── branch (secretary, member, probationary, offline, former)     foreign ── foreign_branch (stranger_member)
             └─ neighbours (neighbour_secretary, neighbour)

Everybody is named by what they are. An outsider has an account and is in no roster.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from models.gathering import Choice, Gathering, plan, rsvp
from models.gathering.plan import Wish
from models.member import OPERATOR, Actor, Member, Role, actor, bind, enrol, grant
from models.organisation import Bot, Chat, Node, grow, know_bot, link, plant

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)  # a Saturday, noon in Shanghai
ZONE = "Asia/Shanghai"
CONSENT = "2026-11"
OUTSIDER = 700_000_999  # a Telegram account nobody enrolled


@dataclass(frozen=True)
class Person:
    """A member of the roster and the account that speaks for them; None without Telegram."""

    member: Member
    telegram_id: int | None

    @property
    def id(self) -> int:
        return int(self.member.id)

    async def acting(self, now: datetime = NOW) -> Actor:
        assert self.telegram_id is not None
        return await actor(self.telegram_id, now)


@dataclass(frozen=True)
class Cast:
    bot: Bot
    district: Node
    branch: Node
    neighbours: Node
    foreign: Node
    foreign_branch: Node
    group: Chat
    secretary: Person
    member: Person
    probationary: Person
    offline: Person
    former: Person
    neighbour_secretary: Person
    neighbour: Person
    foreigner: Person


async def assemble() -> Cast:
    bot = await know_bot(7_000_000_001, "branchlife_test_bot")
    district = await plant("district", "committee", ZONE, bot.id)
    branch, neighbours = await grow(district, "branch", "branch"), await grow(district, "neighbours", "branch")
    foreign = await plant("foreign", "committee", ZONE, bot.id)
    foreign_branch = await grow(foreign, "foreign branch", "branch")
    former = await settle("former", branch, office="secretary")
    await Role.filter(member_id=former.id).update(until_at=NOW - timedelta(days=1))
    return Cast(
        bot=bot,
        district=district,
        branch=branch,
        neighbours=neighbours,
        foreign=foreign,
        foreign_branch=foreign_branch,
        group=await link(branch, bot.id, -1_001_000_000_001, 0, NOW),
        secretary=await settle("secretary", branch, office="secretary"),
        member=await settle("member", branch),
        probationary=await settle("probationary", branch, status="probationary"),
        offline=await settle("offline", branch, telegram=False),
        former=former,
        neighbour_secretary=await settle("neighbour secretary", neighbours, office="secretary"),
        neighbour=await settle("neighbour", neighbours),
        foreigner=await settle("foreigner", foreign_branch),
    )


async def settle(name: str, home: Node, status: str = "full", office: str | None = None, telegram: bool = True) -> Person:
    """Enrols somebody at home in a node since a week ago, with an office there and an account of their own."""
    since = NOW - timedelta(days=7)
    member = await enrol(OPERATOR, home.root_id or 0, name, status, since, home.id)
    if office is not None:
        await grant(OPERATOR, member, home.id, office, since)
    if not telegram:
        return Person(member, None)
    return Person(member, (await bind(OPERATOR, member, 700_000_000 + member.id, CONSENT, since)).telegram_id)


async def planned(cast: Cast, day: date = date(2026, 12, 1), at: time = time(15), title: str = "theme day") -> Gathering:
    """A gathering of the branch, not yet announced."""
    answer = await plan(await cast.secretary.acting(), cast.branch, Wish(title, "room 1", day, at), NOW)
    assert answer.screen is not None
    return await Gathering.get(id=answer.screen.facts["gathering"])


async def answers(person: Person, gathering: Gathering, choice: Choice = Choice.JOIN, now: datetime = NOW) -> None:
    await rsvp(await person.acting(now), gathering.id, choice, now)
