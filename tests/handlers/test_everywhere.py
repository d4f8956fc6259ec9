"""Every command × every role × every node, in private: who may not is refused and changes nothing, nobody hears of foreigners.

A command without a row here fails; the rows are written by hand, beside the product's own table of rights.
"""

import pytest

from handlers import commands
from handlers.context import Heard
from models.card import Card, Refusal
from models.database import atomic
from models.rights import OFFICES, Actor, actor
from tests.cast import NOW, OUTSIDER
from tests.dump import changed, dump
from tests.models.case import HOLDERS
from tests.models.everywhere import PROBE, World, built, somebody
from tests.models.test_everywhere import MARK, TREE, Expected, Undone, said, shown

# The right each command needs somewhere; None: it is everybody's, about oneself.
NEEDS: dict[str, str | None] = {
    "attendance": None,  # a member sees the own record
    "birthday": None,  # a member sees the own day
    "desk": "gathering.plan",
    "forget": None,
    "grant": "role.grant",
    "habits": "gathering.plan",
    "exam": None,  # one's own tests
    "help": None,
    "invite": "binding.invite",
    "link": "chat.link",
    "mydata": None,
    "pledge": None,  # one's own
    "plan": None,  # alone it shows the year to everybody it is for
    "propose": None,  # for gatherings one is asked to
    "quiz": None,  # one's own question
    "reach": "reach.see",
    "revoke": "role.grant",
    "roles": "roster.see",
    "roster": "roster.edit",
    "signin": None,
    "start": None,
    "themeday": None,
    "unbind": None,
    "unlink": "chat.link",
}
IN_GROUPS = {"link", "unlink"}  # in private they only say where they belong


def words(name: str) -> list[str]:
    """What might be said after a command to get at every node's people and places."""
    numbers = range(1, len(TREE) + 1)
    people = [f"{letter}{each}q" for letter in "ms" for each in numbers]
    if name in ("grant", "revoke"):
        return ["", *(f"{each} 组长" for each in people), *(f"{people[0]} 组长 n{each}q" for each in numbers)]
    return ["", *people, *(f"n{each}q" for each in numbers)]


async def heard(name: str, by: Actor, given: str, world: World) -> tuple[str | None, str]:
    """The refusal, if it was one, and all that was said beyond what was typed. Whatever was done is undone."""
    command = next(each for each in commands() if each.name == name)
    answer: list[Card] = []
    try:
        async with atomic():
            answer = shown(await command.say(Heard(by, given, True, None, NOW, world.bot.id)))
            spoken = " ".join([await said(card) for card in answer])
            raise Undone
    except Undone:
        return None, spoken
    except Refusal as no:
        return no.card.name, await said(no.card)


async def judged(world: World, expected: Expected, by: Actor) -> None:
    before = await dump()
    for name, right in NEEDS.items():
        held = right is None or any(kind in HOLDERS[right].split() for kind, _ in expected.offices)
        for given in words(name):
            refusal, spoken = await heard(name, by, given, world)
            if not held and name not in IN_GROUPS:
                assert (refusal or "").startswith("rights/"), (name, given, refusal)
            heard_of = set(MARK.findall(spoken)) - set(MARK.findall(given))
            assert not heard_of & expected.hidden(), (name, given, spoken)
    assert changed(before, await dump()) == set()


def test_every_command_has_its_row() -> None:
    assert NEEDS.keys() == {command.name for command in commands()}


@pytest.mark.parametrize("kind", [*OFFICES, None])
async def test_a_command_tells_and_does_only_what_is_within_reach(database: str, kind: str | None) -> None:
    world = await built(TREE)
    for number in (1, 2, 3, 5):
        offices = [(kind, number)] if kind else []
        try:
            async with atomic():
                await somebody(world, offices, None if kind else number)
                await judged(world, Expected(TREE, offices, None if kind else number), await actor(PROBE, NOW))
                raise Undone
        except Undone:
            continue


async def test_a_stranger_hears_no_name(database: str) -> None:
    world = await built(TREE)
    await judged(world, Expected(TREE, [], None), Actor(telegram_id=OUTSIDER))
