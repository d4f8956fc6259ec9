"""投票: people vote in the bot's polls, and polls close. The bot hears totals, or who voted where that is no secret."""

from bot.sandbox import deeds
from bot.sandbox.errors import StageError
from bot.sandbox.poll import Poll
from bot.sandbox.world import Json, World


def vote(world: World, user: int, poll_id: str, places: list[int], *, hidden: bool = False) -> int | None:
    """Vote for options by place; none takes the vote back. Gives the id of the update the bot gets, if any."""
    close_due(world)
    poll = world.polls.get(poll_id)
    if poll is None:
        raise StageError(404, "unknown_message")
    who, where = deeds.present(world, user, poll.chat)
    _allowed(poll, user, places)
    if places:
        poll.votes[user] = sorted(set(places))
    else:
        poll.votes.pop(user, None)
    _show(world, poll)
    if poll.told["is_anonymous"]:
        return _tell(world, poll)
    voter = {"voter_chat": where.head} if hidden else {"user": who.as_user()}
    return world.inbox.add("poll_answer", _answer(poll, voter, places), f"poll {poll.id}")


def _allowed(poll: Poll, user: int, places: list[int]) -> None:
    if poll.closed:
        raise StageError(409, "poll_closed")
    several = poll.told["allows_multiple_answers"] or len(places) < 2
    if not several or not all(0 <= place < len(poll.options) for place in places):
        raise StageError(400, "out_of_range", name="options")
    if not poll.told["allows_revoting"] and (user in poll.votes or not places):
        raise StageError(409, "voted")


def _answer(poll: Poll, voter: Json, places: list[int]) -> Json:
    lasting = [poll.options[place]["persistent_id"] for place in places]
    return {"poll_id": poll.id, **voter, "option_ids": places, "option_persistent_ids": lasting}


def _show(world: World, poll: Poll, beside: Json | None = None) -> None:
    chat = world.chats[poll.chat]
    message = chat.messages.get(poll.message_id)
    if message is not None:
        kept = message if beside is None else {key: message[key] for key in message if key != "reply_markup"} | beside
        world.replace(chat, kept | {"poll": poll.as_json()})


def _tell(world: World, poll: Poll) -> int | None:
    return world.inbox.add("poll", poll.as_json(), f"poll {poll.id}")


def close(world: World, poll: Poll, beside: Json) -> None:
    """The bot stops it, and hears the counts."""
    _end(world, poll, beside)
    _tell(world, poll)


def _end(world: World, poll: Poll, beside: Json) -> None:
    poll.told = poll.told | {"is_closed": True}
    _show(world, poll, beside)


def close_due(world: World) -> None:
    """Close what has been open for as long as it was meant to be. Of that no bot is told (Telegram's own client library)."""
    now = world.clock.seconds()
    for poll in world.polls.values():
        if poll.closes_at is not None and poll.closes_at <= now and not poll.closed:
            _end(world, poll, {})
