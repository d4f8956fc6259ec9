"""/grant, /revoke, /roles: offices given, ended and listed, in private; whoever is meant is looked for within reach only."""

import re

from handlers.context import Command, Heard
from models import roles
from models.card import Answer, Refusal
from models.roles import Order

# How people write an office; the first that fits the whole word.
SPELLINGS = {
    "admin": re.compile("管理员"),
    "secretary": re.compile("(?:党?支部|党?总支|党委|党工委|党)?书记"),
    "deputy_secretary": re.compile("(?:党?支部|党?总支|党委|党工委|党)?副书记"),
    "org_member": re.compile("组织委员"),
    "publicity_member": re.compile("宣传委员"),
    "discipline_member": re.compile("纪检委员|纪律检查委员"),
    "group_leader": re.compile("(?:党?小|党小组)?组长"),
}


def office(word: str) -> str | None:
    """The kind of office a word names."""
    return next((kind for kind, spelling in SPELLINGS.items() if spelling.fullmatch(word)), None)


def order(words: str) -> Order:
    """姓名 职务 [组织]: what stands before the office is the name, what follows it the organisation."""
    parts = words.split()
    places = [place for place, word in enumerate(parts) if place and office(word)]
    if not places:
        raise Refusal("roles/form")
    name, kind, rest = parts[: places[0]], office(parts[places[0]]), parts[places[0] + 1 :]
    assert kind is not None, "it was found"
    return Order(" ".join(name), kind, " ".join(rest))


def in_private(heard: Heard) -> None:
    """Names are not discussed in a group."""
    if not heard.private:
        raise Refusal("roles/private")


async def grant(heard: Heard) -> Answer:
    """/grant 姓名 职务 [组织]"""
    in_private(heard)
    heard.actor.must_somewhere("role.grant")
    return await roles.ask_appoint(heard.actor, order(heard.words), heard.now)


async def revoke(heard: Heard) -> Answer:
    """/revoke 姓名 职务 [组织]"""
    in_private(heard)
    heard.actor.must_somewhere("role.grant")
    return await roles.ask_dismiss(heard.actor, order(heard.words), heard.now)


async def listed(heard: Heard) -> Answer:
    """/roles [组织]"""
    in_private(heard)
    return await roles.listed(heard.actor, heard.words, heard.now)


COMMANDS = [
    Command("grant", grant, menu=frozenset({"private"}), right="role.grant"),
    Command("revoke", revoke, menu=frozenset({"private"}), right="role.grant"),
    Command("roles", listed, menu=frozenset({"private"}), right="roster.see"),
]
