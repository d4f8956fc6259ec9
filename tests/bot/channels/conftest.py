from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from bot.channels.request import AiohttpRequest
from bot.channels.telegram import ApiBot, Telegram, build_bot
from bot.settings import Settings
from tests.bot.channels.scripted import TOKEN, ScriptedApi


@pytest.fixture
async def api() -> AsyncIterator[ScriptedApi]:
    async with ScriptedApi().listening() as scripted:
        yield scripted


@pytest.fixture
async def bot(api: ScriptedApi) -> AsyncIterator[ApiBot]:
    """The bot as it is built for the service, with its connections open but nothing asked of Telegram yet."""
    built = build_bot(Settings(token=SecretStr(TOKEN), api_base_url=api.url))
    async with built._request[0], built._request[1]:
        yield built


@pytest.fixture
def telegram(bot: ApiBot) -> Telegram:
    return Telegram(bot)


@pytest.fixture
async def hasty(api: ScriptedApi) -> AsyncIterator[Telegram]:
    """A channel that waits no longer than 0.3 s for an answer."""
    async with AiohttpRequest(connect=0.3, read=0.3, upload=0.3) as request:
        yield Telegram(ApiBot(TOKEN, base_url=f"{api.url}/bot", request=request, get_updates_request=request))
