"""Two hundred tap 我承诺 in the same second; the receiver takes them as Telegram hands them over, a hundred at a time."""

import asyncio
from collections import Counter

from bot.engines import engine
from bot.receiver import BATCH, LANES
from bot.sandbox.cast import GROUP
from bot.wording import render
from models.audit import Note
from models.card import Action, Card
from models.database import dialect
from models.gathering import Choice, Rsvp
from models.outbox import Delivery
from models.pledge import Pledge, Promise, counter, request
from tests.bot.machine import Machine
from tests.bot.pledging import BOUND, CROWD, batches, beginning, chosen, crowd, opened, picking, presses, promising, taken
from tests.bot.updates import Json


async def test_two_hundred_promise_three_times_in_batches_side_by_side_and_each_counts_once(machine: Machine) -> None:
    await crowd(machine)
    one = await opened(machine)
    await chosen(machine, one)
    assert {each.revision for each in await Pledge.all()} == {3}
    machine.later(seconds=10)
    make = promising(one)
    await asyncio.gather(*(machine.receiver.take(batch) for batch in batches(make)))  # as from a webhook
    await taken(machine, make)  # Telegram repeats what it heard no confirmation of
    await taken(machine, promising(one))  # and people tap again
    counted = await counter([one.id, machine.branch.id], machine.time)
    assert (counted["pledged"], counted["expected"]) == (CROWD, CROWD + BOUND)
    assert Counter(each.state for each in await Pledge.all()) == {"made": CROWD}
    assert await Note.filter(verb="pledge_make").count() == CROWD
    assert await Promise.all().count() == 2 * CROWD
    while await request(machine.time):
        pass
    waiting = await Delivery.get(about=f"pledge_wait:{one.id}:{machine.branch.id}")  # the reviewer is told once
    assert Card.from_json(waiting.card).name == "pledge/waiting"


async def test_two_hundred_promises_are_a_few_edits_of_the_groups_card_and_it_shows_the_last_count(machine: Machine) -> None:
    await crowd(machine)
    one = await opened(machine)
    await chosen(machine, one)
    before = await Delivery.get(about=f"pledge:{one.id}:{machine.branch.id}")
    await taken(machine, promising(one))
    after = await Delivery.get(id=before.id)
    assert 1 <= after.wanted - before.wanted <= CROWD // BATCH * LANES[dialect()]  # once a transaction of the intake
    rendered = await render(Card.from_json(after.card), after.id, machine.time)
    assert f"已承诺 {CROWD}／{CROWD + BOUND}" in rendered.text


async def cost(machine: Machine, updates: list[Json]) -> float:
    """Statements a press."""
    before = engine().statements
    await taken(machine, updates)
    return (engine().statements - before) / len(updates)


SCREEN = 2  # statements for a screen of one's own that opens or is renewed


async def test_a_press_costs_the_database_little_more_than_an_answer_to_a_theme_day(machine: Machine) -> None:
    """In the group 我承诺 with 参加, in private what is picked and promised with an answer there."""
    await crowd(machine)
    one, planned = await opened(machine), await machine.plan()
    join = Action("rsvp", planned.id, Choice.JOIN)
    in_group = await cost(machine, presses(join, GROUP.id))
    await Rsvp.all().delete()
    in_private = await cost(machine, presses(join))
    assert await cost(machine, beginning(one)) <= in_group + SCREEN
    for updates in (picking(one, 1), picking(one, 4), promising(one)):
        assert await cost(machine, updates) <= in_private + SCREEN
    assert await Pledge.filter(state="made").count() == CROWD
