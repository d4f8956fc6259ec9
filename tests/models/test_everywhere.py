"""Every verb × every role × every node: who may not is refused, changes nothing, and hears of nothing out of reach.

What is expected is computed from a table of its own (tests/models/everywhere.py) and from who stands above whom.
"""

import re
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.wording import render, toast
from models.actions import VERBS, perform
from models.card import Answer, Card, Refusal
from models.database import atomic
from models.rights import GRANTS, OFFICES, RIGHTS, Actor, actor
from tests.cast import NOW, OUTSIDER
from tests.dump import changed, dump
from tests.models.case import HOLDERS, KINDS, MEMBERS, Case
from tests.models.everywhere import CASES, PROBE, Stand, World, built, somebody

TREE = (None, 1, 2, 1, None)  # a root with a branch, its group and a branch beside; another root
MARK = re.compile(r"[nmsg]\d+q")


class Undone(Exception):
    """Takes a press back that was allowed, so that the next finds everything as it was."""


def above(parents: tuple[int | None, ...], number: int) -> Iterator[int]:
    """A node and all above it."""
    at: int | None = number
    while at is not None:
        yield at
        at = parents[at - 1]


class Expected:
    """What somebody with these offices and this home may, by the rules as they are written in the brief."""

    def __init__(self, parents: tuple[int | None, ...], offices: list[tuple[str, int]], home: int | None) -> None:
        self.parents, self.offices, self.home = parents, offices, home

    def may(self, case: Case, number: int) -> bool:
        if case.right is None:
            return False
        if case.right in MEMBERS and self.home is not None and number in above(self.parents, self.home):
            return True
        if case.at_root:
            number = list(above(self.parents, number))[-1]
        held = [at for kind, at in self.offices if kind in HOLDERS[case.right].split()]
        if case.below and any(number in above(self.parents, at) for at in held):
            return True
        return bool(held) if case.somewhere else any(at in above(self.parents, number) for at in held)

    def hidden(self) -> set[str]:
        """The marks of nodes that are neither below an office nor above an office or the home."""
        known = {up for _, at in self.offices for up in above(self.parents, at)}
        known |= set(above(self.parents, self.home)) if self.home else set()
        numbers = range(1, len(self.parents) + 1)
        known |= {each for each in numbers if any(at in above(self.parents, each) for _, at in self.offices)}
        return {f"{letter}{each}q" for each in set(numbers) - known for letter in "nmsg"}


async def said(card: Card) -> str:
    """Everything of a card somebody reads, buttons too."""
    try:
        return toast(card)
    except KeyError:
        rendered = await render(card, 1, NOW)
        return rendered.text + " ".join(button.text for row in rendered.buttons for button in row)


async def pressed(by: Actor, case: Case, world: World, at: Stand) -> tuple[str | None, str]:
    """The name of the refusal, if it was one, and all that was said. Whatever was done is undone."""
    words = ""
    try:
        async with atomic():
            answer = await perform(by, case.press(world, at), NOW)
            words = " ".join([await said(card) for card in shown(answer)])
            raise Undone
    except Undone:
        return None, words
    except Refusal as no:
        return no.card.name, await said(no.card)


def shown(answer: Answer) -> list[Card]:
    return [card for card in (answer.toast, answer.screen) if card is not None]


async def judged(world: World, expected: Expected, by: Actor) -> None:
    """Presses everything everywhere and compares."""
    before = await dump()
    for verb, case in CASES.items():
        for number, at in enumerate(world.stands, start=1):
            refusal, words = await pressed(by, case, world, at)
            assert (refusal is None) == expected.may(case, number), (verb, number, expected.offices, expected.home, refusal)
            if refusal is not None:
                assert not MARK.search(words), (verb, words)
            assert not set(MARK.findall(words)) & expected.hidden(), (verb, words)
    assert changed(before, await dump()) == set()


def test_every_verb_has_its_case_and_every_right_its_holders() -> None:
    assert CASES.keys() == VERBS.keys()
    assert {right: set(rule.roles) for right, rule in RIGHTS.items()} == {
        name: set(who.split()) for name, who in HOLDERS.items()
    }
    assert {case.right for case in CASES.values()} - {None} <= HOLDERS.keys()


def test_who_gives_which_office_is_written_down_for_exactly_those_who_give_any() -> None:
    assert GRANTS.keys() == RIGHTS["role.grant"].roles
    assert GRANTS["admin"] == set(OFFICES)
    assert set(OFFICES) - GRANTS["secretary"] == {"admin", "secretary"}


@pytest.mark.parametrize("kind", KINDS)
async def test_an_office_at_any_node_may_what_is_written_and_no_more(database: str, kind: str) -> None:
    world = await built(TREE)
    for number in range(1, len(TREE) + 1):
        try:
            async with atomic():
                await somebody(world, [(kind, number)], None)
                await judged(world, Expected(TREE, [(kind, number)], None), await actor(PROBE, NOW))
                raise Undone
        except Undone:
            continue


async def test_a_member_without_office_may_answer_and_a_stranger_nothing(database: str) -> None:
    world = await built(TREE)
    await judged(world, Expected(TREE, [], None), Actor(telegram_id=OUTSIDER))
    await somebody(world, [], 3)
    await judged(world, Expected(TREE, [], 3), await actor(PROBE, NOW))


@st.composite
def posts(draw: st.DrawFn) -> tuple[tuple[int | None, ...], list[tuple[str, int]], int | None]:
    """A tree, offices in it, a home."""
    size = draw(st.integers(2, 6))
    parents = tuple(draw(st.none() | st.integers(1, node)) if node else None for node in range(size))
    numbers = st.integers(1, size)
    return (
        parents,
        draw(st.lists(st.tuples(st.sampled_from(KINDS), numbers), max_size=2, unique=True)),
        draw(st.none() | numbers),
    )


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(post=posts())
async def test_in_any_tree_with_any_offices_the_same_holds(
    database: str, post: tuple[tuple[int | None, ...], list[tuple[str, int]], int | None]
) -> None:
    parents, offices, home = post
    try:
        async with atomic():
            world = await built(parents)
            await somebody(world, offices, home)
            await judged(world, Expected(parents, offices, home), await actor(PROBE, NOW))
            raise Undone
    except Undone:
        return
