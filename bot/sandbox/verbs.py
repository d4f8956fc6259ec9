"""What people do at the stage, read from what was asked and carried out as deeds of the world."""

from collections.abc import Callable
from typing import Any

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from bot.sandbox import deeds, groups, polls
from bot.sandbox.asked import Asked
from bot.sandbox.errors import StageError
from bot.sandbox.faults import CALLS, UPDATES, Order
from bot.sandbox.files import Upload
from bot.sandbox.wire import TooLarge, form
from bot.sandbox.world import Json, Person, World

LONGEST_WAIT = 60.0
DAY = 86_400.0
# How long a fault takes that says nothing of it.
SECONDS = {"hang": 60.0, "slow": 3.0, "reorder": 1.0}
READ: dict[str, Callable[[Asked, str], Any]] = {
    "method": Asked.text,
    "chat": Asked.whole,
    "share": lambda row, name: row.seconds(name, 1),
    "after": lambda row, name: row.seconds(name, DAY),
    "lasts": lambda row, name: row.seconds(name, DAY),
    "times": Asked.whole,
    "done": Asked.flag,
    "seconds": lambda row, name: row.seconds(name, DAY),
    "status": Asked.whole,
    "retry_after": Asked.whole,
    "copies": Asked.whole,
}


class Verbs:
    def __init__(self, world: World) -> None:
        self.world = world

    def say(self, given: Asked) -> Json:
        user = given.whole("user")
        chat = given.whole("chat") if given.has("chat") else user
        reply_to = given.whole("reply_to") if given.has("reply_to") else None
        thread = given.whole("thread") if given.has("thread") else 0
        how = deeds.Manner(thread, given.flag_or_no("anonymous"), reply_to)
        return deeds.say(self.world, user, chat, given.text("text"), how)

    async def tap(self, given: Asked) -> Json:
        user = given.whole("user")
        chat = given.whole("chat") if given.has("chat") else user
        patience = given.seconds("wait", LONGEST_WAIT) if given.has("wait") else None
        press = deeds.tap(
            self.world,
            user,
            chat,
            given.whole("message_id"),
            given.text("data"),
            forged=given.flag_or_no("forged"),
        )
        if patience is None:
            return {"callback_id": press.id}
        return {"callback_id": press.id, "answer": await deeds.answer(self.world, press, patience)}

    async def upload(self, request: web.BaseRequest) -> Json:
        """Send a document: a form with user, chat, caption and file."""
        try:
            parts = await form(request)
        except TooLarge:
            raise StageError(413, "too_large") from None
        except (ValueError, AssertionError, HttpProcessingError):
            raise StageError(400, "not_json") from None
        if not isinstance(parts.get("file"), Upload):
            raise StageError(400, "missing", name="file")
        given = Asked({name: _number(parts.get(name)) for name in ("user", "chat")})
        user = given.whole("user")
        chat = given.whole("chat") if given.has("chat") else user
        return deeds.send_file(self.world, user, chat, parts["file"], str(parts.get("caption", "")))

    def people(self, given: Asked) -> Json:
        rows = given.objects("users")
        people = [Person(row.whole("id"), row.text("name"), started=row.flag_or_no("started")) for row in rows]
        wanted = [(row.whole("id"), row.text("title"), row) for row in given.objects("groups")]
        if any(person.id <= 0 for person in people) or any(group[0] >= 0 for group in wanted):
            raise StageError(400, "out_of_range", name="id")
        known = self.world.people.keys() | {person.id for person in people}
        strangers = {user for _, _, row in wanted for user in row.wholes("members")} - known
        if strangers:
            raise StageError(404, "unknown_user", user=min(strangers))
        for person in people:
            self.world.admit(person)
        for chat_id, title, row in wanted:
            basic = row.flag_or_no("basic")
            self.world.open_group(chat_id, title, row.wholes("members"), row.wholes("threads"), basic=basic)
        return {"users": len(people), "groups": len(wanted)}

    def block(self, given: Asked) -> Json:
        return {"update_id": deeds.block(self.world, given.whole("user"), blocked=given.flag("blocked"))}

    def deactivate(self, given: Asked) -> Json:
        deeds.deactivate(self.world, given.whole("user"))
        return {}

    def vote(self, given: Asked) -> Json:
        """{"user", "poll", "options", "anonymous"?}: no options take the vote back."""
        options, hidden = given.wholes("options"), given.flag_or_no("anonymous")
        return {"update_id": polls.vote(self.world, given.whole("user"), given.text("poll"), options, hidden=hidden)}

    def membership(self, given: Asked) -> Json:
        """{"chat", "user", "member"}: a person joins or leaves; with "by" and the bot as user, the bot does."""
        user, chat, member = given.whole("user"), given.whole("chat"), given.flag("member")
        if user == self.world.bot.id:
            update_id = deeds.bot_membership(self.world, given.whole("by"), chat, member=member)
            return {"update_id": update_id, "message_id": None}
        return deeds.membership(self.world, user, chat, member=member)

    def group(self, given: Asked) -> Json:
        return groups.happens(self.world, given)

    def inject(self, given: Asked) -> Json:
        update = given.object("update")
        if "update_id" in update:
            Asked(update).whole("update_id")
        return {"update_id": self.world.inbox.inject(update)}

    def faults(self, given: Asked) -> Json:
        """{"orders": [{"kind", …}], "seed"?}: these faults from now on, and no others; none mends everything."""
        self.world.faults.place(
            [_order(row) for row in given.objects("orders")], given.whole("seed") if given.has("seed") else 0
        )
        if self.world.faults.out():
            self.world.inbox.cut()
        return self.shown_faults()

    def shown_faults(self) -> Json:
        return {"orders": self.world.faults.told()}


def _order(row: Asked) -> Order:
    kind = row.text("kind")
    if kind not in CALLS | UPDATES:
        raise StageError(400, "out_of_range", name="kind")
    order = Order(kind, seconds=SECONDS.get(kind, 0.0))
    for name, read in READ.items():
        if row.has(name):
            setattr(order, name, read(row, name))
    if not 400 <= order.status < 600:
        raise StageError(400, "out_of_range", name="status")
    return order


def _number(written: object) -> object:
    text = written if isinstance(written, str) else ""
    return int(text) if text.removeprefix("-").isdecimal() and len(text) < 18 else None
