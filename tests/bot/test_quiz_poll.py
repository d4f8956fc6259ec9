"""The messenger's own poll from end to end: it goes out, is voted in, is ended by us, and its counts are those of the day."""

from datetime import timedelta
from typing import Any

from bot.channels import Undeliverable
from bot.sandbox.cast import ELDER, GROUP, MEMBER
from models import quiz
from models.actions import perform
from models.card import Action, Card
from models.member import Actor, actor
from models.organisation import Chat
from models.outbox import Delivery
from models.quiz import Day, Poll, QuizHabit
from models.quiz.daily import ask
from tests.bot.machine import Machine, number
from tests.bot.post import Post
from tests.models.quiz.bank import ONE, shipped

OPEN = timedelta(hours=3)


async def polled(machine: Machine) -> dict[str, Any]:
    """The poll as the group sees it."""
    [message] = [each for each in await machine.world.sees(GROUP.id) if "poll" in each]
    return dict(message)


async def up(machine: Machine) -> dict[str, Any]:
    """A question is up; the played Telegram takes no poll that has ended before its own time."""
    await shipped(ONE)
    machine.time = (await machine.world.clock()).replace(microsecond=0)
    await machine.receiver.fetch(0, seconds=0)  # from now on Telegram tells only what we ask for
    await ask(machine.branch, machine.time.date(), machine.time, machine.time + OPEN, True)
    await machine.dispatcher.idle()
    return await polled(machine)


async def votes(machine: Machine, message: dict[str, Any]) -> None:
    """One of the group knows it, one does not."""
    texts = [option["text"] for option in message["poll"]["options"]]
    await machine.world.votes(number(MEMBER), message["poll"]["id"], texts.index("1921"))
    await machine.world.votes(number(ELDER), message["poll"]["id"], texts.index("1919"))


async def counts() -> tuple[int, int]:
    day = await Day.get()
    return day.answered, day.correct


async def test_every_vote_is_counted_while_the_poll_is_open(machine: Machine) -> None:
    message = await up(machine)
    assert (await Poll.get()).poll == message["poll"]["id"]
    await votes(machine, message)
    await machine.receiver.take(await machine.receiver.fetch(0, seconds=0))
    assert await counts() == (2, 1)


async def test_we_end_it_and_what_was_missed_meanwhile_comes_with_its_end(machine: Machine) -> None:
    message = await up(machine)
    await votes(machine, message)
    machine.time += OPEN
    await quiz.close_days(machine.time)
    assert not message["poll"]["closed"]
    await machine.dispatcher.idle()
    ended = await polled(machine)
    assert ended["poll"]["closed"]
    assert [button["text"] for row in ended["buttons"] for button in row] == ["报错"]
    last = (await machine.receiver.fetch(0, seconds=0))[-1:]
    await machine.receiver.take(last)
    assert await counts() == (2, 1)
    assert (await Delivery.get(about=f"quiz:{(await Day.get()).id}")).state == "sent"


async def test_a_group_that_allows_no_polls_is_asked_by_buttons_then_and_from_then_on(mailing: Machine, post: Post) -> None:
    await shipped(ONE)
    node = mailing.branch
    await QuizHabit.create(root_id=node.root_id, node_id=node.id, daily=True, native=True)
    post.script[GROUP.id] = [Undeliverable("no_polls", permanent=True)]
    await ask(node, mailing.time.date(), mailing.time, mailing.time + OPEN, True)
    await mailing.dispatcher.idle()
    words = [text for verb, _, text in post.calls if verb == "send"]
    assert "点一个选项作答" in words[-1]
    owed = await Delivery.get()
    assert (len(words), owed.state, Card.from_json(owed.card).name) == (2, "sent", "quiz/card")
    assert not (await QuizHabit.get()).native
    answer = await perform(await acting(mailing), Action("quiz", (await Day.get()).id, 1), mailing.time)
    assert answer.toast is not None
    assert answer.toast.name == "quiz/kept"
    assert (await Chat.get()).state == "ok"


async def test_where_another_group_has_the_poll_already_it_stays_a_poll(mailing: Machine, post: Post) -> None:
    await shipped(ONE)
    await ask(mailing.branch, mailing.time.date(), mailing.time, mailing.time + OPEN, True)
    await quiz.put_up(Card.from_json((await Delivery.get()).card), "5406")
    post.script[GROUP.id] = [Undeliverable("no_polls", permanent=True)]
    await mailing.dispatcher.idle()
    assert ((await Delivery.get()).state, (await Day.get()).native) == ("dead", True)


async def acting(machine: Machine) -> Actor:
    return await actor(number(MEMBER), machine.time)


async def test_the_polls_of_others_are_nobodys_business(machine: Machine) -> None:
    await up(machine)
    dead = {"id": "404", "question": "?", "options": [{"persistent_id": "o0", "text": "a", "voter_count": 3}]}
    state = {"total_voter_count": 3, "is_closed": True, "is_anonymous": True, "type": "regular"}
    told = dead | state | {"allows_multiple_answers": False, "allows_revoting": True, "members_only": False}
    assert await machine.take({"update_id": 1, "poll": told}) == []
    assert await counts() == (0, 0)
