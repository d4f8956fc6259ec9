"""What the operator may do: the same functions for a command that opens the database and for a running service it asks."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot import appointments, doctor, rosters, theme_day
from bot.console import words
from bot.web.admin import BadWish
from bot.wording import LONGEST_NAME
from models import binding, clock, outbox
from models.card import Card, Refusal
from models.database import atomic, from_ms, rows
from models.member import OPERATOR, Account, Member, Role, enrol, grant
from models.organisation import Bot, Node, plant

LINK_LIFE = timedelta(minutes=30)
ROOT_KIND = "primary_committee"
SHOWN = 30  # deliveries in the outbox panel

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Wishes:
    """What `init` is told: the root's name, its admin's name, the zone."""

    name: str
    admin: str
    zone: str


async def init(bot: Bot, wishes: Wishes) -> Json:
    """Plants the root, or finds it again, and gives a one-time link that makes its opener the root's admin.

    `admin` is whom the link is for: whoever was appointed first, however often it is asked for.
    """
    now = clock.now()
    async with atomic():
        root = await Node.get_or_none(parent_id=None, name=wishes.name) or await plant(
            wishes.name, ROOT_KIND, wishes.zone, bot.id
        )
        admin = await appointed(root, wishes.admin)
        if await Account.exists(member_id=admin.id):
            raise Refusal("binding/member_taken")
        code = await binding.invite(admin, now, LINK_LIFE)
    return {"link": f"https://t.me/{bot.username}?start={code}", "command": f"/start {code}", "admin": admin.name}


async def appointed(root: Node, name: str) -> Member:
    """The member who is to be admin of a root: the one appointed before, or a new one."""
    role = await Role.filter(node_id=root.id, kind="admin", until_at=None).first()
    if role:
        return await Member.get(id=role.member_id)
    now = clock.now()
    admin = await enrol(OPERATOR, root.id, name, "officer", now)
    await grant(OPERATOR, admin, root.id, "admin", now)
    return admin


LATEST = """
SELECT id, kind, lane, state, member_id, chat_id, due_at, card FROM delivery WHERE bot_id = ? ORDER BY id DESC LIMIT ?
"""


async def latest(bot_id: int) -> Json:
    """The newest deliveries and how many there are in each state; names of texts, never their words."""
    found = await rows(LATEST, bot_id, SHOWN)
    return {"rows": [shown(row) for row in found], "counts": await outbox.counts(bot_id)}


def shown(row: Json) -> Json:
    to = f"member:{row['member_id']}" if row["member_id"] else f"chat:{row['chat_id'] or '-'}"
    what = Card.from_json(row["card"]).name
    due = from_ms(row["due_at"]).isoformat()
    return {"to": to, "what": what, "due_at": due, **{name: row[name] for name in ("id", "kind", "lane", "state")}}


async def asked_init(bot: Bot, wishes: Json) -> Json:
    if wishes.keys() != {"name", "admin", "zone"} or not all(isinstance(each, str) for each in wishes.values()):
        raise BadWish("init is told name, admin and zone")
    if not (named(wishes["name"]) and named(wishes["admin"])):
        raise BadWish(words("trouble", "name", most=LONGEST_NAME))
    return await init(bot, Wishes(**wishes))


def named(text: str) -> bool:
    """Whether it can be the name of somebody or something."""
    return bool(text.strip()) and text.isprintable() and len(text) <= LONGEST_NAME


async def asked_doctor(_: Bot, __: Json) -> Json:
    """What a doctor outside cannot look at while the service has the database."""
    return {"findings": [list(each) for each in await doctor.state()]}


COMMANDS: dict[str, Callable[[Bot, Json], Awaitable[Json]]] = {
    "doctor": asked_doctor,
    "export": rosters.give,
    "grant": appointments.grant,
    "holidays": theme_day.take,
    "import": rosters.take,
    "init": asked_init,
    "revoke": appointments.revoke,
}


async def perform(bot: Bot, name: str, wishes: Json) -> Json:
    """Does a command; BadWish for one there is not, or one asked wrongly."""
    command = COMMANDS.get(name)
    if command is None:
        raise BadWish("there is no such command")
    return await command(bot, wishes)
