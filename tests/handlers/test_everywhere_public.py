"""Every command × roles × groups and topics: a group hears of its own node and its occasions, of no person and of no other
node; who may not changes nothing; and what follows in private tells nobody of what is out of their reach.

The commands are those there are: a new one is held to it without being asked.
"""

from dataclasses import dataclass

import pytest

from handlers import commands
from handlers.context import Command, Heard
from models.card import Card, Refusal
from models.database import atomic, rows
from models.group import Place
from models.member import Actor
from models.organisation import Node, link
from models.outbox import Delivery
from models.rights import actor
from tests.cast import NOW, OUTSIDER
from tests.dump import changed, dump
from tests.models.case import HOLDERS
from tests.models.everywhere import PROBE, World, built, somebody
from tests.models.test_everywhere import MARK, TREE, Expected, Undone, above, said, shown

TOPIC = 5
# Commands that change something where they are given, and the right they need over the node of the group.
CHANGES = {"link": "chat.link", "unlink": "chat.link", "plan": "gathering.plan"}
STATE = """
SELECT (SELECT COUNT(*) FROM gathering) AS gatherings, (SELECT COUNT(*) FROM chat WHERE unlinked_at IS NULL) AS chats,
  (SELECT COALESCE(MAX(id), 0) FROM delivery) AS owed
"""
WORDS = ("", "m3q", "s4q 组长", "n3q", "n4q", "n5q", "2026-12-02 15:00 地点 主题")


@dataclass(frozen=True)
class Spot:
    """A group, or a topic of it, and the number of the node it is tied to; 0: to none."""

    place: Place
    number: int

    def node(self, world: World) -> Node | None:
        return world.stands[self.number - 1].node if self.number else None

    @property
    def own(self) -> set[str]:
        """The marks that may be read there: the node's, and those of occasions to which all its people are asked."""
        return {f"n{self.number}q", *(f"g{each}q" for each in above(TREE, self.number))} if self.number else set()


async def spots(world: World) -> list[Spot]:
    """Each node has a group, every other one a topic of a group; and there is a group nobody tied."""
    found = [Spot(Place(world.bot.id, -77, 0, "a group"), 0), Spot(Place(world.bot.id, -78, TOPIC, "a forum"), 0)]
    for number, at in enumerate(world.stands, start=1):
        place = Place(world.bot.id, -100 - number, TOPIC * (number % 2), "a group")
        await link(at.node, place.bot_id, place.chat_id, place.thread_id, NOW)
        found.append(Spot(place, number))
    return found


@dataclass
class Outcome:
    """What became of a command: the refusal, what everybody in the group read, what was written to somebody in private."""

    refusal: str | None
    public: str
    private: str
    changed: bool


async def given(command: Command, by: Actor, words: str, world: World, at: Spot) -> Outcome:
    """Says it there, reads all that follows, and takes it back."""
    heard = Heard(by, words, False, at.node(world), NOW, world.bot.id, place=at.place)
    (before,) = await rows(STATE)
    try:
        async with atomic():
            answer = await command.say(heard)
            public = [await said(card) for card in shown(answer)]
            owed = [(one, Card.from_json(one.card)) for one in await Delivery.filter(id__gt=before["owed"])]
            public += [await said(card) for one, card in owed if one.member_id is None]
            private = [await said(card) for one, card in owed if one.member_id is not None]
            (after,) = await rows(STATE)
            raise Undone
    except Undone:
        different = any(before[name] != after[name] for name in ("gatherings", "chats"))
        return Outcome(None, " ".join(public), " ".join(private), different)
    except Refusal as no:
        return Outcome(no.card.name, await said(no.card), "", False)


def judge(command: Command, words: str, at: Spot, expected: Expected, outcome: Outcome) -> None:
    where = (command.name, words, at.number, at.place.thread_id, expected.offices, outcome)
    typed = set(MARK.findall(words))
    may_read = at.own | typed
    if command.name == "link" and not at.number:  # it ties the group: from then on it is that node's
        may_read |= {f"n{number}q" for number in range(1, len(TREE) + 1)} - expected.hidden()
    assert set(MARK.findall(outcome.public)) <= may_read, where
    assert not (set(MARK.findall(outcome.private)) & expected.hidden()) - typed, where
    assert not outcome.changed or may_change(command, at, expected), where


def may_change(command: Command, at: Spot, expected: Expected) -> bool:
    """An office with the right over the group's node; a group nobody tied is for whoever has the right at all."""
    right = CHANGES.get(command.name)
    held = [number for kind, number in expected.offices if right and kind in HOLDERS[right].split()]
    return any(not at.number or number in above(TREE, at.number) for number in held)


async def judged(world: World, expected: Expected, by: Actor, everywhere: list[Spot]) -> None:
    before = await dump()
    for at in everywhere:
        for command in commands():
            for words in WORDS:
                judge(command, words, at, expected, await given(command, by, words, world, at))
    assert changed(before, await dump()) == set()


@pytest.mark.parametrize("kind", ["admin", "secretary", "org_member", "group_leader", None])
async def test_a_group_hears_of_its_own_node_and_of_nobody(database: str, kind: str | None) -> None:
    world = await built(TREE)
    everywhere = await spots(world)
    for number in (1, 2, 5):
        offices = [(kind, number)] if kind else []
        home = None if kind else number
        try:
            async with atomic():
                await somebody(world, offices, home)
                await judged(world, Expected(TREE, offices, home), await actor(PROBE, NOW), everywhere)
                raise Undone
        except Undone:
            continue


async def test_a_stranger_in_a_group_hears_no_name(database: str) -> None:
    world = await built(TREE)
    await judged(world, Expected(TREE, [], None), Actor(telegram_id=OUTSIDER), await spots(world))


async def test_what_may_be_done_in_a_group_is_done(database: str) -> None:
    """Else the property above would be held by a group in which nothing works."""
    world = await built(TREE)
    everywhere = await spots(world)
    await somebody(world, [("admin", 1)], None)
    by, done = await actor(PROBE, NOW), set()
    for at in everywhere:
        for command in commands():
            for words in WORDS:
                if (await given(command, by, words, world, at)).changed:
                    done.add((command.name, at.number))
    assert done == {("link", 0)} | {(name, number) for name in ("unlink", "plan") for number in (1, 2, 3, 4)}
