"""A small organisation in which everything there is to press stands at every node, for the property of rights.

Names are marks (`n3q`, `m3q`) that can be looked for in what is said.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, time

from models.binding import Petition
from models.card import Action
from models.gathering import Choice, Gathering, plan
from models.gathering.plan import Wish
from models.group import HERE, Arrival
from models.member import OPERATOR, Account, Actor, Member, Role, bind, enrol, grant
from models.organisation import Bot, Node, grow, know_bot, plant
from models.rights import OFFICES
from models.roles import END, packed
from models.roster.checking import TEMPLATE
from tests.cast import CONSENT, NOW, ZONE

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
    return Stand(node, silent, speaking, account, role, gathering, petition)


Press = Callable[[World, Stand], Action]


@dataclass(frozen=True)
class Case:
    """How a verb is pressed at a node, and the right it needs there; `somewhere`: having it anywhere is enough.

    Without a right it is a matter of one's own account, and nobody may press it for another.
    """

    press: Press
    right: str | None = None
    somewhere: bool = False


CASES: dict[str, Case] = {
    "admit": Case(lambda _, at: Action("admit", at.petition.id, at.silent.id), "binding.approve"),
    "appoint": Case(lambda _, at: Action("appoint", at.silent.id, packed(at.node.id, LEADER)), "role.grant"),
    "bind": Case(lambda _, at: Action("bind", at.node.id, YES, 1)),
    "dismiss": Case(lambda _, at: Action("dismiss", at.role.id, END), "role.grant"),
    "forget": Case(lambda _, at: Action("forget", at.account.id, YES)),
    "invite": Case(lambda _, at: Action("invite", at.node.id, WEEK), "binding.invite"),
    "invite_at": Case(lambda _, at: Action("invite_at", at.node.id, YES), "binding.invite"),
    "invite_one": Case(lambda _, at: Action("invite_one", at.silent.id, WEEK), "binding.invite"),
    "invite_whom": Case(lambda _, at: Action("invite_whom", at.silent.id, YES), "binding.invite"),
    "join": Case(lambda _, at: Action("join", at.node.id, YES, 1)),
    "link": Case(lambda _, at: Action("link", at.node.id, WEEK), "binding.invite"),
    "link_at": Case(lambda _, at: Action("link_at", at.node.id, YES), "binding.invite"),
    "reject": Case(lambda _, at: Action("reject", at.petition.id, YES), "binding.approve"),
    "roster": Case(lambda _, at: Action("roster", at.node.id, YES)),
    "roster_file": Case(lambda _, __: Action("roster_file", TEMPLATE, TEMPLATE), "roster.see", somewhere=True),
    "rsvp": Case(lambda _, at: Action("rsvp", at.gathering.id, Choice.JOIN), "gathering.answer"),
    "tie": Case(lambda world, _: Action("tie", world.arrival.code, HERE), "chat.link", somewhere=True),
    "tie_to": Case(lambda world, at: Action("tie_to", world.arrival.code, at.node.id), "chat.link"),
    "unbind": Case(lambda _, at: Action("unbind", at.account.id, YES)),
    "undo_bind": Case(lambda _, at: Action("undo_bind", at.account.id, YES), "binding.undo"),
}

KINDS = (*OFFICES, "treasurer")  # and an office no rule knows

# Who holds what, written down a second time and by hand: the table of the product is compared with it.
HOLDERS: dict[str, str] = {
    "binding.approve": "admin secretary deputy_secretary org_member",
    "binding.invite": "admin secretary deputy_secretary org_member",
    "binding.undo": "admin secretary deputy_secretary org_member",
    "chat.link": "admin secretary deputy_secretary",
    "gathering.answer": "",
    "gathering.attendance": "admin secretary deputy_secretary org_member",
    "gathering.plan": "admin secretary deputy_secretary org_member",
    "reach.see": "admin secretary deputy_secretary org_member",
    "role.grant": "admin secretary",
    "roster.edit": "admin secretary deputy_secretary org_member",
    "roster.see": "admin secretary deputy_secretary org_member",
    "tree.edit": "admin",
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
