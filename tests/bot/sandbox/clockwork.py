"""A service that has nothing but a clock: the admin address that travelling, power and outbox speak to."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

TOKEN = "clockwork-token"


class Clockwork:
    """`due` are the instants at which something is to be done; it notes each instant it was set to."""

    def __init__(self, now: datetime, due: list[datetime] | None = None) -> None:
        self.now = now
        self.due = sorted(due or [])
        self.on = True
        self.stuck = False
        self.broken = False
        self.visits: list[datetime] = []
        self.rows: list[dict[str, Any]] = []
        app = web.Application(middlewares=[only_with_token])
        app.router.add_get("/clock", self.tell)
        app.router.add_post("/clock", self.set)
        app.router.add_post("/power", self.power)
        app.router.add_get("/outbox", self.outbox)
        self.server = TestServer(app)

    async def start(self, file: Path) -> None:
        """Listen, and write the address file as the real service does."""
        await self.server.start_server()
        self.tell_address(file)

    def tell_address(self, file: Path, token: str = TOKEN) -> None:
        file.write_text(json.dumps({"url": str(self.server.make_url("")), "token": token}))

    def told(self) -> web.Response:
        due = self.due[0].isoformat() if self.due else None
        return web.json_response({"now": self.now.isoformat(), "on": self.on, "next_due": due})

    async def tell(self, request: web.Request) -> web.Response:
        return self.told()

    async def set(self, request: web.Request) -> web.Response:
        moment = datetime.fromisoformat((await request.json())["now"])
        if self.broken:
            return web.json_response({"error": "出了故障"}, status=500)
        if moment < self.now:
            return web.json_response({"error": "时间只能向前走"}, status=400)
        self.now = moment
        self.visits.append(moment)
        if not self.stuck:
            self.due = [due for due in self.due if due > moment]
        return self.told()

    async def power(self, request: web.Request) -> web.Response:
        self.on = (await request.json())["on"]
        return web.json_response({"on": self.on})

    async def outbox(self, request: web.Request) -> web.Response:
        counts: dict[str, int] = {}
        for row in self.rows:
            counts[row["state"]] = counts.get(row["state"], 0) + 1
        return web.json_response({"rows": self.rows, "counts": counts})


@web.middleware
async def only_with_token(request: web.Request, handler: Any) -> web.StreamResponse:
    if request.headers.get("Authorization") != f"Bearer {TOKEN}":
        return web.json_response({"error": "没有权限"}, status=401)
    answer: web.StreamResponse = await handler(request)
    return answer
