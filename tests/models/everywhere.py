"""A small organisation in which everything there is to press stands at every node, for the property of rights.

Names are marks (`n3q`, `m3q`) that can be looked for in what is said.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, time

from models.binding import Petition
from models.binding.choosing import SHEET
from models.birthday import Birthday, Medal
from models.card import Action
from models.gathering import AgendaItem, Choice, Gathering, Presence, Proposal, Rsvp, opening, plan
from models.gathering.correcting import FIRST
from models.gathering.entering import HERE as HERE_NOW
from models.gathering.plan import Wish, draw_up
from models.gathering.record import CHAIR, LOCK
from models.gathering.sheet import found
from models.gathering.sign_in import By
from models.group import HERE, Arrival
from models.member import OPERATOR, Account, Actor, Member, Role, bind, enrol, grant
from models.organisation import Bot, Node, grow, know_bot, plant
from models.roles import END, packed
from models.roster.checking import TEMPLATE
from models.theme_day import Series
from tests.cast import CONSENT, NOW, ZONE
from tests.models.case import Case
from tests.models.pledge.standing import PledgeStand
from tests.models.pledge.standing import furnished as pledging
from tests.models.quiz.cases import QUIZ
from tests.models.quiz.standing import QuizStand
from tests.models.quiz.standing import furnished as quizzed

YES, WEEK = 1, 7
PROBE = 650_000_000  # the account of whoever presses
LEADER = "group_leader"  # an office everybody gives who gives any


@dataclass(frozen=True)
class Stand:
    """One node and what is there: somebody without an account, somebody with one, an office, a gathering, a petition."""

    node: Node
    silent: Member
    speaking: Member
    account: Account
    role: Role
    gathering: Gathering
    petition: Petition
    colliding: Gathering  # of a rule, on a day that is no working day
    item: AgendaItem  # of that day
    leave: Rsvp  # from the gathering, to be decided
    topic: Proposal
    signing: Gathering  # sign-in is open
    closing: Gathering  # sign-in is over, the record is not locked
    guest: int  # a line of somebody who sat in there
    birthday: Birthday  # of `speaking`
    medal: Medal
    quiz: QuizStand
    pledge: PledgeStand


@dataclass
class World:
    bot: Bot
    arrival: Arrival
    stands: list[Stand] = field(default_factory=list)

    def below(self, path: str) -> set[int]:
        return {each.node.id for each in self.stands if each.node.path.startswith(path)}


async def built(parents: tuple[int | None, ...]) -> World:
    """`parents`: for each node the number of the one above it, from 1; None for a root."""
    bot = await know_bot(7_000_000_001, "branchlife_test_bot")
    arrival = await Arrival.create(bot_id=bot.id, chat_id=-77, title="a group", code=4711, at=NOW)
    world = World(bot, arrival)
    for number, parent in enumerate(parents, start=1):
        name = f"n{number}q"
        above = None if parent is None else world.stands[parent - 1].node
        node = await grow(above, name, "branch") if above else await plant(name, "branch", ZONE, bot.id)
        world.stands.append(await furnished(node, number))
    return world


async def furnished(node: Node, number: int) -> Stand:
    root = node.root_id or node.id
    silent = await enrol(OPERATOR, root, f"m{number}q", "full", NOW, node.id)
    speaking = await enrol(OPERATOR, root, f"s{number}q", "full", NOW, node.id)
    account = await bind(OPERATOR, speaking, 610_000_000 + number, CONSENT, NOW)
    role = await grant(OPERATOR, speaking, node.id, LEADER, NOW)
    host = Actor(speaking.id, root, offices=(("secretary", node.path),), label=f"member:{speaking.id}")
    await plan(host, node, Wish(f"g{number}q", "room", date(2026, 12, 1), time(15)), NOW)
    gathering = await Gathering.get(node_id=node.id)
    petition = await Petition.create(
        root_id=root, node_id=node.id, telegram_id=620_000_000 + number, name=silent.name, consent=CONSENT, at=NOW
    )
    day = await colliding(host, node)
    matters = await undecided(gathering, speaking, day)
    sat = await sitting(host, node, number)
    asked = await quizzed(node, speaking)
    return Stand(
        node,
        silent,
        speaking,
        account,
        role,
        gathering,
        petition,
        day,
        *matters,
        *sat,
        *await honoured(speaking, node),
        quiz=asked,
        pledge=await pledging(node, speaking),
    )


async def honoured(member: Member, node: Node) -> tuple[Birthday, Medal]:
    """A celebration to come, and a place on the medal's list."""
    since = date(1975, 12, 5)
    await Member.filter(id=member.id).update(joined_on=since)
    facts = {"root_id": member.root_id, "node_id": node.id, "member_id": member.id, "year": 2026}
    birthday = await Birthday.create(day=date(2026, 12, 5), since=since, basis="joined", **facts)
    return birthday, await Medal.create(at=NOW, **facts)


async def undecided(gathering: Gathering, by: Member, day: Gathering) -> tuple[AgendaItem, Rsvp, Proposal]:
    """What of a gathering waits for a word of those responsible."""
    facts = {"root_id": gathering.root_id, "member_id": by.id, "gathering_id": gathering.id, "at": NOW}
    item = await AgendaItem.filter(gathering_id=day.id).order_by("position").first()
    assert item is not None, "a theme day starts with items"
    leave = await Rsvp.create(choice=Choice.LEAVE, decision="asked", **facts)
    return item, leave, await Proposal.create(node_id=gathering.node_id, title="topic", **facts)


async def colliding(host: Actor, node: Node) -> Gathering:
    """A rule of the node and its first day, a Saturday."""
    series = await Series.create(
        root_id=node.root_id, node_id=node.id, rule="day 5", shift="ask", local_time="15:00", place="room", since=NOW.date()
    )
    wish = Wish("", "room", date(2026, 12, 5), time(15), kind="theme_day")
    return await draw_up(host, node, wish, NOW, series_id=series.id, month="2026-12")


async def sitting(host: Actor, node: Node, number: int) -> tuple[Gathering, Gathering, int]:
    """Two gatherings that have begun; the second is over."""
    wish = Wish(f"g{number}q", "room", NOW.date(), time(12, 1))
    signing, closing = [await draw_up(host, node, wish, NOW) for _ in range(2)]
    begun = {"starts_at": NOW, "closes_at": NOW}
    await Gathering.filter(id__in=[signing.id, closing.id]).update(**begun)
    for each in (signing, closing):
        await opening.begun(await found(each.id), NOW)
    await AgendaItem.create(root_id=node.root_id, gathering_id=closing.id, position=1, fixed=True, name="study")
    await opening.ended(await found(closing.id), NOW)
    guest = await Presence.create(
        root_id=node.root_id,
        gathering_id=closing.id,
        name="guest",
        standing="observer",
        via="organiser",
        actor="operator",
        at=NOW,
    )
    return signing, closing, guest.id


def here(verb: str, choice: int, right: str = "gathering.plan") -> Case:
    return Case(lambda _, at: Action(verb, at.gathering.id, choice), right)


CASES: dict[str, Case] = {
    **QUIZ,
    "pledge": Case(lambda _, at: Action("pledge", at.pledge.open.id, YES), "pledge.make"),
    "pledge_pick": Case(lambda _, at: Action("pledge_pick", at.pledge.open.id, YES)),
    "pledge_make": Case(lambda _, at: Action("pledge_make", at.pledge.open.id, YES)),
    "pledge_say": Case(lambda _, at: Action("pledge_say", at.pledge.promise.id, 9)),
    "pledge_self": Case(lambda _, at: Action("pledge_self", at.pledge.kept.id, 1)),
    "pledge_desk": Case(lambda _, at: Action("pledge_desk", at.pledge.open.id, YES), "pledge.plan"),
    "pledge_drop": Case(lambda _, at: Action("pledge_drop", at.pledge.planned.id, YES), "pledge.plan"),
    "pledge_for": Case(lambda _, at: Action("pledge_for", at.pledge.open.id, YES), "pledge.enter", below=True),
    "pledge_review": Case(lambda _, at: Action("pledge_review", at.pledge.open.id, YES), "pledge.review", below=True),
    "pledge_decide": Case(lambda _, at: Action("pledge_decide", at.pledge.made.id, 5), "pledge.review"),
    "pledge_rating": Case(lambda _, at: Action("pledge_rating", at.pledge.ending.id, YES), "pledge.review", below=True),
    "pledge_rate": Case(lambda _, at: Action("pledge_rate", at.pledge.kept.id, 1), "pledge.review"),
    "agenda": here("agenda", 1),
    "agenda_add": here("agenda_add", 100),
    "agenda_drop": Case(lambda _, at: Action("agenda_drop", at.item.id, YES), "gathering.plan"),
    "call_off": here("call_off", 2),
    "desk": here("desk", YES),
    "detail": here("detail", YES, "gathering.answer"),
    "habit": Case(lambda _, at: Action("habit", at.node.id, 16), "gathering.plan"),
    "habits": Case(lambda _, at: Action("habits", at.node.id, YES), "gathering.plan"),
    "leave_decide": Case(lambda _, at: Action("leave_decide", at.leave.id, YES), "gathering.approve"),
    "move": here("move", 202612081500),
    "names": here("names", YES, "gathering.attendance"),
    "phone": Case(lambda _, at: Action("phone", at.gathering.id, at.silent.id * 16 + 1), "gathering.enter"),
    "phone_at": Case(lambda _, at: Action("phone_at", at.gathering.id, 4), "gathering.enter", below=True),
    "phone_say": Case(lambda _, at: Action("phone_say", at.gathering.id, at.silent.id * 16 + 1), "gathering.enter"),
    "propose": here("propose", YES, "gathering.answer"),
    "seats": here("seats", 2),
    "speak": here("speak", YES, "gathering.answer"),
    "topic": Case(lambda _, at: Action("topic", at.gathering.id, at.topic.id * 16 + 1), "gathering.plan"),
    "topics": here("topics", YES),
    "admit": Case(lambda _, at: Action("admit", at.petition.id, at.silent.id), "binding.approve"),
    "appoint": Case(lambda _, at: Action("appoint", at.silent.id, packed(at.node.id, LEADER)), "role.grant"),
    "birthday_hold": Case(lambda _, at: Action("birthday_hold", at.birthday.id, YES), "birthday.plan"),
    "birthday_list": Case(lambda _, at: Action("birthday_list", at.node.id, 20261201), "birthday.plan"),
    "birthday_oath": Case(lambda _, at: Action("birthday_oath", at.birthday.id, YES)),
    "birthday_see": Case(lambda _, at: Action("birthday_see", at.birthday.id, YES), "birthday.plan"),
    "birthday_speak": Case(lambda _, at: Action("birthday_speak", at.birthday.id, YES)),
    "birthday_thanks": Case(lambda _, at: Action("birthday_thanks", at.birthday.id, YES)),
    "birthday_way": Case(lambda _, at: Action("birthday_way", at.node.id, 16), "birthday.plan"),
    "birthday_ways": Case(lambda _, at: Action("birthday_ways", at.node.id, YES), "birthday.plan"),
    "birthday_wish": Case(lambda _, at: Action("birthday_wish", at.silent.id, YES)),
    "birthday_words": Case(lambda _, at: Action("birthday_words", at.birthday.id, YES), "birthday.plan"),
    "medal": Case(lambda _, at: Action("medal", at.medal.id, YES), "birthday.plan"),
    "oath_lead": Case(lambda _, at: Action("oath_lead", at.colliding.id, at.speaking.id), "birthday.plan"),
    "bind": Case(lambda _, at: Action("bind", at.node.id, YES, 1)),
    "branch_page": Case(lambda _, __: Action("branch_page", SHEET, 1), "binding.invite", somewhere=True),
    "candidate_page": Case(lambda _, at: Action("candidate_page", at.petition.id, 1), "binding.approve"),
    "dismiss": Case(lambda _, at: Action("dismiss", at.role.id, END), "role.grant"),
    "forget": Case(lambda _, at: Action("forget", at.account.id, YES)),
    "invite": Case(lambda _, at: Action("invite", at.node.id, WEEK), "binding.invite"),
    "invite_at": Case(lambda _, at: Action("invite_at", at.node.id, YES), "binding.invite"),
    "invite_one": Case(lambda _, at: Action("invite_one", at.silent.id, WEEK), "binding.invite"),
    "invite_whom": Case(lambda _, at: Action("invite_whom", at.silent.id, YES), "binding.invite"),
    "join": Case(lambda _, at: Action("join", at.node.id, YES, 1)),
    "link": Case(lambda _, at: Action("link", at.node.id, WEEK), "binding.invite"),
    "link_at": Case(lambda _, at: Action("link_at", at.node.id, YES), "binding.invite"),
    "name_page": Case(lambda _, at: Action("name_page", at.silent.id, 1), "binding.invite"),
    "reject": Case(lambda _, at: Action("reject", at.petition.id, YES), "binding.approve"),
    "report": Case(lambda _, at: Action("report", at.node.id, 202612), "gathering.attendance"),
    "report_file": Case(lambda _, at: Action("report_file", at.node.id, 202612), "gathering.attendance"),
    "trend": Case(lambda _, at: Action("trend", at.node.id, 2026), "gathering.attendance"),
    "my_record": Case(lambda _, at: Action("my_record", at.silent.id, 2026)),
    "roster": Case(lambda _, at: Action("roster", at.node.id, YES)),
    "roster_file": Case(lambda _, __: Action("roster_file", TEMPLATE, TEMPLATE), "roster.see", somewhere=True),
    "rsvp": Case(lambda _, at: Action("rsvp", at.gathering.id, Choice.JOIN), "gathering.answer"),
    "sign_in": Case(lambda _, at: Action("sign_in", at.signing.id, By.BUTTON), "gathering.answer"),
    "sign_desk": Case(lambda _, at: Action("sign_desk", at.signing.id, YES), "gathering.record"),
    "end_sign_in": Case(lambda _, at: Action("end_sign_in", at.signing.id, YES), "gathering.record"),
    "enter_at": Case(lambda _, at: Action("enter_at", at.signing.id, 0), "gathering.enter", below=True),
    "enter": Case(lambda _, at: Action("enter", at.signing.id, at.silent.id * 16 + HERE_NOW), "gathering.enter"),
    "observe": Case(lambda _, at: Action("observe", at.signing.id, YES), "gathering.record"),
    "unobserve": Case(lambda _, at: Action("unobserve", at.guest, YES), "gathering.record"),
    "correct_at": Case(lambda _, at: Action("correct_at", at.closing.id, 0), "gathering.record"),
    "correct": Case(lambda _, at: Action("correct", at.closing.id, at.silent.id * 16 + FIRST), "gathering.record"),
    "record_at": Case(lambda _, at: Action("record_at", at.closing.id, YES), "gathering.record"),
    "record_kind": Case(lambda _, at: Action("record_kind", at.closing.id, 1), "gathering.record"),
    "record_tick": Case(lambda _, at: Action("record_tick", at.closing.id, 0), "gathering.record"),
    "record_who": Case(lambda _, at: Action("record_who", at.closing.id, CHAIR), "gathering.record"),
    "record_file": Case(lambda _, at: Action("record_file", at.closing.id, YES), "gathering.record"),
    "lock_record": Case(lambda _, at: Action("lock_record", at.closing.id, LOCK), "gathering.record"),
    "made_up": Case(lambda _, at: Action("made_up", at.closing.id, YES)),
    "tie": Case(lambda world, _: Action("tie", world.arrival.code, HERE), "chat.link", somewhere=True),
    "tie_page": Case(lambda world, _: Action("tie_page", world.arrival.code, 1), "chat.link", somewhere=True),
    "tie_to": Case(lambda world, at: Action("tie_to", world.arrival.code, at.node.id), "chat.link"),
    "unbind": Case(lambda _, at: Action("unbind", at.account.id, YES)),
    "rule": Case(lambda _, at: Action("rule", at.node.id, YES), "gathering.plan"),
    "shift_day": Case(lambda _, at: Action("shift_day", at.colliding.id, 1), "gathering.plan"),
    "year": Case(lambda _, at: Action("year", at.node.id, 2026), "gathering.see"),
    "year_file": Case(lambda _, at: Action("year_file", at.node.id, 2026), "gathering.see"),
    "year_rule": Case(lambda _, at: Action("year_rule", at.node.id, 1)),
    "undo_bind": Case(lambda _, at: Action("undo_bind", at.account.id, YES), "binding.undo"),
}


async def somebody(world: World, offices: list[tuple[str, int]], home: int | None) -> Member:
    """A member with an account, at home at a node or nowhere, with offices (kind, number of the node)."""
    root = world.stands[(home or (offices[0][1] if offices else 1)) - 1].node.root_id or 0
    at = None if home is None else world.stands[home - 1].node.id
    member = await enrol(OPERATOR, root, "probe", "full", NOW, at)
    await bind(OPERATOR, member, PROBE, CONSENT, NOW)
    for kind, number in offices:
        await grant(OPERATOR, member, world.stands[number - 1].node.id, kind, NOW)
    return member


Acting = Callable[[], Awaitable[Actor]]
