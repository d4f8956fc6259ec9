"""What groups go through: people come together, a new name, growth into a supergroup, topics that close, a silenced bot."""

from collections.abc import Callable
from typing import Any

from bot.sandbox import deeds
from bot.sandbox.asked import Asked
from bot.sandbox.errors import StageError
from bot.sandbox.standing import status
from bot.sandbox.world import Chat, Json, Person, World


def serve(world: World, who: Person, where: Chat, body: Json, *, anonymous: bool = False) -> int | None:
    """A service message; the bot hears every one while it is in the group."""
    signed = body | ({"sender_chat": where.head} if anonymous else {})
    message = world.post(where, deeds.ANONYMOUS if anonymous else who.as_user(), signed)
    return world.inbox.add("message", message, f"chat {where.id}") if where.bot_in else None


def join(world: World, who: Person, where: Chat, given: Asked) -> int | None:
    """Several people are brought in at once, in one service message."""
    people = [deeds.person(world, user) for user in given.wholes("users")]
    where.members.update(person.id for person in people)
    world.feed.publish("people", dict)
    return serve(world, who, where, {"new_chat_members": [person.as_user() for person in people]})


def rename(world: World, who: Person, where: Chat, given: Asked) -> int | None:
    where.title = given.text("title")
    where.head = where.head | {"title": where.title}
    world.feed.publish("people", dict)
    return serve(world, who, where, {"new_chat_title": where.title})


def upgrade(world: World, who: Person, where: Chat, given: Asked) -> int | None:
    """The group becomes a supergroup with an id of its own. The bot hears of it four times."""
    new = given.whole("to")
    if where.head["type"] != "group" or new in world.chats or new >= 0:
        raise StageError(400, "out_of_range", name="to")
    grown = world.open_group(new, where.title, where.members)
    grown.bot_in, was_in = where.bot_in, where.bot_in
    where.moved_to = new
    if was_in:
        deeds.bot_seen(world, who, where, "member", "left")
        deeds.bot_seen(world, who, grown, "left", "member")
    update_id = serve(world, who, where, {"migrate_to_chat_id": new})
    serve(world, who, grown, {"migrate_from_chat_id": where.id}, anonymous=True)
    where.bot_in = False
    return update_id


def topic(happened: str) -> Callable[[World, Person, Chat, Asked], int | None]:
    def deed(world: World, who: Person, where: Chat, given: Asked) -> int | None:
        thread = given.whole("thread")
        if thread not in where.threads:
            raise StageError(404, "unknown_chat", chat=thread)
        where.closed = where.closed | {thread} if happened == "closed" else where.closed - {thread}
        told = {"message_thread_id": thread, "is_topic_message": True, f"forum_topic_{happened}": {}}
        return serve(world, who, where, told)

    return deed


def delete_topic(world: World, who: Person, where: Chat, given: Asked) -> None:
    """Of a deleted topic the bot hears nothing; its messages are gone."""
    thread = given.whole("thread")
    where.threads = where.threads - {thread}
    for message in [each for each in where.messages.values() if each.get("message_thread_id") == thread]:
        world.remove(where, message["message_id"])


def silence(world: World, who: Person, where: Chat, given: Asked) -> int | None:
    """The bot may not write any more, or may again; an administrator that is silenced is none any longer."""
    silent = given.flag("silent")
    return _stands(world, who, where, admin=where.bot_admin and not silent, silent=silent)


def promote(world: World, who: Person, where: Chat, given: Asked) -> int | None:
    """The bot becomes an administrator, who hears everything and may write, or a plain member again."""
    admin = given.flag("admin")
    return _stands(world, who, where, admin=admin, silent=where.bot_silent and not admin)


def _stands(world: World, who: Person, where: Chat, *, admin: bool, silent: bool) -> int | None:
    before = status(where)
    where.bot_admin, where.bot_silent = admin, silent
    return deeds.bot_seen(world, who, where, before, status(where)) if status(where) != before else None


def dissolve(world: World, who: Person, where: Chat, given: Asked) -> None:
    """The group is deleted; the bot is not told."""
    where.deleted = True


EVENTS: dict[str, Callable[[World, Person, Chat, Asked], Any]] = {
    "join": join,
    "rename": rename,
    "upgrade": upgrade,
    "close_topic": topic("closed"),
    "reopen_topic": topic("reopened"),
    "delete_topic": delete_topic,
    "silence": silence,
    "promote": promote,
    "dissolve": dissolve,
}


def happens(world: World, given: Asked) -> Json:
    """{"chat", "by", "event"} and what the event needs: users, title, to, thread, silent, admin."""
    who, where = deeds.present(world, given.whole("by"), given.whole("chat"))
    event = EVENTS.get(given.text("event"))
    if event is None or where.private:
        raise StageError(400, "out_of_range", name="event")
    return {"update_id": event(world, who, where, given)}
