"""A visitor of the sandbox for tests and scripts: speaks verbs, over HTTP only."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import aiohttp

Json = dict[str, Any]


class Refused(Exception):
    """The stage said no; `status` and `sentence` say how."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(f"{status} {sentence}")
        self.status = status
        self.sentence = sentence


class Visitor:
    """`async with Visitor("http://127.0.0.1:8090") as world: await world.taps(zhang, "参加")`.

    Without `chat` a verb happens in the person's private chat with the bot.
    """

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> "Visitor":
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=600))
        return self

    async def __aexit__(self, *failure: object) -> None:
        if self._session is not None:
            await self._session.close()

    async def ask(self, method: str, path: str, **given: Any) -> Json:
        """One request to the stage; raises Refused on anything but success."""
        if self._session is None:
            raise RuntimeError("enter the visitor with `async with` first")
        async with self._session.request(method, f"{self.url}/stage/{path}", **given) as answer:
            told: Json = await answer.json()
        if answer.status >= 400:
            raise Refused(answer.status, told.get("error", ""))
        return told

    async def says(
        self, user: int, text: str, chat: int | None = None, reply_to: int | None = None, thread: int = 0, hidden: bool = False
    ) -> Json:
        """{"update_id", "message_id"}; in a topic, or hidden as an anonymous admin of the group."""
        given = {"user": user, "chat": user if chat is None else chat, "text": text, "reply_to": reply_to}
        given |= {"thread": thread, "anonymous": hidden}
        return await self.ask("POST", "say", json=given)

    async def sends(self, user: int, name: str, content: bytes, chat: int | None = None, caption: str = "") -> Json:
        """Send a document: {"update_id", "message_id"}."""
        form = aiohttp.FormData({"user": str(user), "chat": str(user if chat is None else chat), "caption": caption})
        form.add_field("file", content, filename=name)
        return await self.ask("POST", "file", data=form)

    async def taps(
        self,
        user: int,
        label_or_data: str,
        chat: int | None = None,
        message_id: int | None = None,
        wait: float = 5.0,
        forged: bool = False,
    ) -> Json | None:
        """Press the newest button of that label or data; the bot's answer {"text", "show_alert", "url"}, or None."""
        where = user if chat is None else chat
        if not (forged and message_id is not None):
            message_id, data = await self._button(where, label_or_data, message_id, forged)
        else:
            data = label_or_data
        given = {"user": user, "chat": where, "message_id": message_id, "data": data, "wait": wait, "forged": forged}
        told = await self.ask("POST", "tap", json=given)
        answer: Json | None = told["answer"]
        return answer

    async def _button(self, chat: int, wanted: str, message_id: int | None, forged: bool) -> tuple[int, str]:
        for message in reversed(await self.sees(chat)):
            if message_id is not None and message["message_id"] != message_id:
                continue
            for button in (button for row in message["buttons"] for button in row):
                if "data" in button and wanted in (button["text"], button["data"]):
                    return message["message_id"], button["data"]
            if forged:
                return message["message_id"], wanted
        raise LookupError(f"no button {wanted!r} in chat {chat}")

    async def sees(self, chat: int) -> list[Json]:
        """The present messages of a chat, oldest first; each with "text", "buttons" and "message_id"."""
        told = await self.ask("GET", "messages", params={"chat": chat})
        messages: list[Json] = told["messages"]
        return messages

    async def last(self, chat: int) -> Json | None:
        messages = (await self.ask("GET", "messages", params={"chat": chat, "count": 1}))["messages"]
        return messages[-1] if messages else None

    async def log(self, after: int = 0, method: str | None = None) -> list[Json]:
        """Bot API calls in the order they came, optionally of one method."""
        calls = (await self.ask("GET", "log", params={"after": after}))["calls"]
        return [call for call in calls if method in (None, call["method"])]

    async def people(self, users: list[Json] | None = None, groups: list[Json] | None = None) -> Json:
        """Users {"id", "name", "started"?}, groups {"id", "title", "members", "threads"?}."""
        return await self.ask("POST", "people", json={"users": users or [], "groups": groups or []})

    async def block(self, user: int, blocked: bool = True) -> Json:
        return await self.ask("POST", "block", json={"user": user, "blocked": blocked})

    async def deactivate(self, user: int) -> Json:
        """The account is deleted: every call to it is refused from now on."""
        return await self.ask("POST", "deactivate", json={"user": user})

    async def votes(self, user: int, poll: str, *options: int, hidden: bool = False) -> Json:
        """Vote in a poll for options by place, none to take the vote back; hidden as an anonymous admin of the group."""
        given = {"user": user, "poll": poll, "options": list(options), "anonymous": hidden}
        return await self.ask("POST", "vote", json=given)

    async def membership(self, chat: int, user: int, member: bool, by: int | None = None) -> Json:
        """A person joins or leaves a group; with the bot as user, `by` takes it in or out."""
        return await self.ask("POST", "membership", json={"chat": chat, "user": user, "member": member, "by": by})

    async def group(self, chat: int, by: int, event: str, **more: Any) -> Json:
        """join (users), rename (title), upgrade (to), silence (silent), promote (admin), dissolve, and of a thread
        close_topic, reopen_topic, delete_topic."""
        return await self.ask("POST", "group", json={"chat": chat, "by": by, "event": event, **more})

    async def inject(self, update: Json) -> int:
        """Queue a raw update, however broken; gives its update_id."""
        return int((await self.ask("POST", "inject", json={"update": update}))["update_id"])

    async def faults(self, *orders: Json, seed: int = 0) -> list[Json]:
        """These faults from now on, and no others; without any, all is well again. Fields: `bot.sandbox.faults.Order`."""
        told: list[Json] = (await self.ask("POST", "faults", json={"orders": list(orders), "seed": seed}))["orders"]
        return told

    async def struck(self) -> list[int]:
        """How often each order in force has struck."""
        return [order["struck"] for order in (await self.ask("GET", "faults"))["orders"]]

    async def clock(self, now: datetime | None = None) -> datetime:
        """The sandbox's civil time; with `now`, sets it (the sandbox's alone)."""
        told = await (self.ask("GET", "clock") if now is None else self.ask("POST", "clock", json={"now": now.isoformat()}))
        return datetime.fromisoformat(told["now"])

    async def travel(self, to: datetime | None = None, seconds: float | None = None) -> Json:
        """Move forward together with the service: {"now", "stops"}."""
        given = {"seconds": seconds} if to is None else {"to": to.isoformat()}
        return await self.ask("POST", "travel", json=given)

    async def power(self, on: bool) -> Json:
        return await self.ask("POST", "power", json={"on": on})

    async def outbox(self) -> Json:
        return await self.ask("GET", "outbox")

    async def until(self, holds: Callable[[], Awaitable[Any]], seconds: float = 5.0) -> Any:
        """Ask again until the answer is true, and give it. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while not (found := await holds()):  # noqa: ASYNC110 (what it asks lives in other processes)
                await asyncio.sleep(0.02)
            return found
