"""The stage: the page, its JSON API and its live events. For people and tests, on loopback only."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import web

from bot.sandbox import deeds
from bot.sandbox.asked import Asked, asked, number_in
from bot.sandbox.clock import LATEST
from bot.sandbox.errors import StageError
from bot.sandbox.pages import file, page
from bot.sandbox.polls import close_due
from bot.sandbox.shown import seen
from bot.sandbox.travel import Journey, Service
from bot.sandbox.verbs import Verbs
from bot.sandbox.wire import answered
from bot.sandbox.world import Json, Person, World

Deed = Callable[[Asked], Awaitable[Json] | Json]
Look = Callable[[web.BaseRequest], Awaitable[Json] | Json]

SHOWN_PEOPLE = 100
SHOWN_MESSAGES = 200
MOST_LISTENERS = 50
HEARTBEAT = 15.0


class Stage:
    def __init__(self, world: World, token: str, service: Path | None) -> None:
        self.world = world
        self.token = token
        self.service = Service(service)
        self.travelling = False
        self.closing = asyncio.Event()
        self.verbs = verbs = Verbs(world)
        self.looks: dict[str, Look] = {
            "/stage/state": self.state,
            "/stage/log": self.log,
            "/stage/messages": self.messages,
            "/stage/clock": self.clock,
            "/stage/outbox": self.outbox,
            "/stage/faults": lambda request: verbs.shown_faults(),
        }
        self.deeds: dict[str, Deed] = {
            "/stage/say": verbs.say,
            "/stage/tap": verbs.tap,
            "/stage/people": verbs.people,
            "/stage/block": verbs.block,
            "/stage/deactivate": verbs.deactivate,
            "/stage/vote": verbs.vote,
            "/stage/membership": verbs.membership,
            "/stage/group": verbs.group,
            "/stage/inject": verbs.inject,
            "/stage/faults": verbs.faults,
            "/stage/clock": self.set_clock,
            "/stage/travel": self.travel,
            "/stage/power": self.power,
        }

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        try:
            return await self._route(request)
        except StageError as refusal:
            return answered({"error": refusal.sentence, "code": refusal.key}, refusal.status)

    async def _route(self, request: web.BaseRequest) -> web.StreamResponse:
        path, posts = request.path, request.method == "POST"
        if path == "/stage/events" and not posts:
            return await self.events(request)
        if path == "/stage/file":
            return answered(await self.verbs.upload(request)) if posts else file(self.world, request.query.get("id", ""))
        if posts and path in self.deeds:
            return await _answer(self.deeds[path](await asked(request)))
        if not posts and path in self.looks:
            return await self._looked(await _told(self.looks[path](request)))
        if path in self.deeds or path in self.looks:
            raise StageError(405, "wrong_method")
        return page(path)

    async def _looked(self, told: Json) -> web.Response:
        response = answered(told)
        if isinstance(response.body, bytes):  # a bot that says its own token must not publish it here
            response.body = response.body.replace(self.token.encode(), b"<token>")
        response.headers["Cache-Control"] = "no-store"
        return response

    # what can be seen

    def state(self, request: web.BaseRequest) -> Json:
        world = self.world
        people = list(world.people.values())[:SHOWN_PEOPLE]
        ids = {person.id for person in people}
        chats = [chat for chat in world.chats.values() if not chat.private or chat.id in ids][: SHOWN_PEOPLE * 2]
        return {
            "mark": world.feed.mark,
            "bot": {"id": world.bot.id, "name": world.bot.name, "username": world.bot.username},
            "now": world.clock.now().isoformat(),
            "people": [_shown_person(person) for person in people] + world.without_telegram,
            "chats": [self._shown_chat(chat.id) for chat in chats],
            "commands": next(iter(world.commands.values()), []),
            "travelling": self.travelling,
        }

    def _shown_chat(self, chat_id: int) -> Json:
        chat = self.world.chats[chat_id]
        return {
            "id": chat.id,
            "title": chat.title,
            "private": chat.private,
            "members": sorted(chat.members),
            "bot_in": chat.bot_in,
            "messages": self._last(chat_id, SHOWN_MESSAGES),
        }

    def _last(self, chat_id: int, count: int) -> list[Json]:
        messages = deeds.chat(self.world, chat_id).messages
        newest = [messages[key] for key, _ in zip(reversed(messages), range(count), strict=False)]
        return [seen(message) for message in reversed(newest)]

    def messages(self, request: web.BaseRequest) -> Json:
        count = number_in(request, "count", 1_000_000)
        return {"messages": self._last(number_in(request, "chat"), max(count, 0))}

    def log(self, request: web.BaseRequest) -> Json:
        calls = self.world.log.after(number_in(request, "after", 0), max(number_in(request, "limit", 1_000_000), 0))
        return {"calls": calls, "last": len(self.world.log.calls)}

    def clock(self, request: web.BaseRequest) -> Json:
        return {"now": self.world.clock.now().isoformat()}

    async def outbox(self, request: web.BaseRequest) -> Json:
        told = await self.service.ask("GET", "/outbox")
        try:
            clock: Json = await self.service.ask("GET", "/clock")
        except StageError:
            clock = {}
        return told | {"on": clock.get("on"), "next_due": clock.get("next_due")}

    async def events(self, request: web.BaseRequest) -> web.StreamResponse:
        feed = self.world.feed
        if len(feed.listeners) >= MOST_LISTENERS:
            raise StageError(503, "too_many_listeners")
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        await response.write(b"retry: 1000\n\n")
        listener = feed.listen(request.headers.get("Last-Event-ID") or request.query.get("after", ""))
        try:
            while not self.closing.is_set():
                await response.write(await self._next(listener))
        except ConnectionError:
            return response
        finally:
            feed.listeners.discard(listener)
        return response

    async def _next(self, listener: asyncio.Queue[bytes]) -> bytes:
        try:
            return await asyncio.wait_for(listener.get(), HEARTBEAT)
        except TimeoutError:
            return b": quiet\n\n"

    # time

    def set_clock(self, given: Asked) -> Json:
        """Move the sandbox's own clock, without the service."""
        try:
            self.world.clock.set(given.instant("now"))
        except ValueError:
            raise StageError(400, "out_of_range", name="now") from None
        return self._ticked()

    def _ticked(self) -> Json:
        close_due(self.world)
        shown = {"now": self.world.clock.now().isoformat()}
        self.world.feed.publish("clock", lambda: shown)
        return shown

    async def travel(self, given: Asked) -> Json:
        if self.travelling:
            raise StageError(409, "travelling")
        now = self.world.clock.now()
        target = given.later(now)
        if target < now:
            raise StageError(400, "backwards")
        if target >= LATEST:
            raise StageError(400, "out_of_range", name="to")
        self.travelling = True
        try:
            return await Journey(self.world.clock, self.service, self.world.feed).go(target)
        finally:
            self.travelling = False
            self._ticked()

    async def power(self, given: Asked) -> Json:
        told = await self.service.ask("POST", "/power", {"on": given.flag("on")})
        self.world.feed.publish("service", lambda: told)
        return told

    def close(self) -> None:
        self.closing.set()
        for listener in self.world.feed.listeners:
            listener.put_nowait(b": bye\n\n")


async def _told(result: Awaitable[Json] | Json) -> Json:
    return result if isinstance(result, dict) else await result


async def _answer(result: Awaitable[Json] | Json) -> web.Response:
    return answered(await _told(result))


def _shown_person(person: Person) -> Json:
    return {
        "id": person.id,
        "name": person.name,
        "about": person.about,
        "started": person.started,
        "blocked": person.blocked,
    }
