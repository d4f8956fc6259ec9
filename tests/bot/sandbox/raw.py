"""The Bot API as bare HTTP: for exact statuses and texts that a library would fold."""

import json
from typing import Any

import aiohttp

Json = dict[str, Any]


class RawBot:
    def __init__(self, url: str, token: str) -> None:
        self.address = f"{url}/bot{token}/"
        self.session: aiohttp.ClientSession

    async def __aenter__(self) -> "RawBot":
        self.session = aiohttp.ClientSession()
        return self

    async def __aexit__(self, *failure: object) -> None:
        await self.session.close()

    async def ask(self, method: str, **given: Any) -> Json:
        """The whole answer, whatever its status."""
        form = {name: value if isinstance(value, str) else json.dumps(value) for name, value in given.items()}
        async with self.session.post(self.address + method, data=form) as answer:
            told: Json = await answer.json()
            assert told["ok"] or told["error_code"] == answer.status
            return told

    async def does(self, method: str, **given: Any) -> Any:
        told = await self.ask(method, **given)
        assert told["ok"], told
        return told["result"]

    async def refused(self, method: str, **given: Any) -> str:
        """The description of a refusal, which must be one."""
        told = await self.ask(method, **given)
        assert not told["ok"], told
        return str(told["description"])
