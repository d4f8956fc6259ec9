"""Every way to fail, over real HTTP: certain or unknown, for whom, for how long; and no token in any of it."""

import asyncio
import logging
import socket
import traceback
from collections.abc import Iterator
from io import StringIO

import pytest
from aiohttp import web
from pydantic import SecretStr
from telegram.error import InvalidToken, TelegramError

from bot import logs
from bot.channels import Address, Rendered, Undeliverable, Unknown
from bot.channels.request import AiohttpRequest, NotSent, stages
from bot.channels.telegram import ApiBot, Telegram
from bot.settings import Settings
from tests.bot.channels import scripted
from tests.bot.channels.scripted import TOKEN, ScriptedApi, Step, answers, refuses, says, sent
from tests.bot.loggers import logging_restored

HOME, GROUP, TEXT = Address(700000101), Address(-1001000000001), Rendered("你好")
ECHO = f"Not Found: /bot{TOKEN}/sendMessage"  # what a proxy may say

PERMANENT = [
    (403, "Forbidden: bot was blocked by the user", "blocked"),
    (403, "Forbidden: user is deactivated", "chat_gone"),
    (403, "Forbidden: bot can't initiate conversation with a user", "never_started"),
    (403, "Forbidden: bot was kicked from the supergroup chat", "kicked"),
    (403, "Forbidden: bot is not a member of the channel chat", "kicked"),
    (403, "Forbidden: the group chat was deleted", "chat_gone"),
    (403, "Forbidden: something new", "forbidden"),
    (400, "Bad Request: chat not found", "chat_gone"),
    (400, "Bad Request: PEER_ID_INVALID", "chat_gone"),
    (400, "Bad Request: message thread not found", "thread_gone"),
    (400, "Bad Request: not enough rights to send text messages to the chat", "no_rights"),
    (400, "Bad Request: not enough rights to send polls to the chat", "no_polls"),
    (400, "Bad Request: poll has already been closed", "closed"),
    (400, "Bad Request: message with poll to stop not found", "gone"),
    (400, "Bad Request: message is too long", "too_long"),
    (400, "Bad Request: BUTTON_DATA_INVALID", "bad_request"),
    (413, "Request Entity Too Large", "too_long"),
    (418, "I am a teapot", "bad_request"),
]
FOR_NOW = [
    (401, "Unauthorized", "unauthorized"),
    (404, "Not Found", "unauthorized"),
    (409, "Conflict: terminated by other getUpdates request", "conflict"),
]
UNKNOWN: list[tuple[str, Step, str]] = [
    ("500 in the API's own form", refuses(500, "Internal Server Error"), "server"),
    ("500 that names a time", refuses(500, "Internal Server Error: restart", retry_after=3), "server"),
    ("502 from a proxy", answers(502, f"<html>{ECHO}"), "server"),
    ("504 from a proxy", answers(504, ""), "server"),
    ("a good status with no JSON", answers(200, f'<html>{ECHO} "result"'), "bad_answer"),
    ("a good status with a list", answers(200, ["result"]), "bad_answer"),
    ("a good status without a result", answers(200, {"ok": False, "description": "?"}), "bad_answer"),
    ("a result that is no message", says(True), "bad_answer"),
    ("403 from a proxy", answers(403, f"<html>{ECHO}"), "bad_answer"),
    ("404 from a proxy in JSON", answers(404, {"message": ECHO}), "bad_answer"),
    ("a redirect", answers(302, "", {"Location": "http://127.0.0.1:1/elsewhere"}), "bad_answer"),
    ("half an answer", scripted.breaks_off, "bad_answer"),
    ("a reset after reading", scripted.resets, "reset"),
    ("a hang-up after reading", scripted.hangs_up, "reset"),
    ("silence", scripted.hangs, "timeout"),
    ("an answer without end", scripted.dribbles, "timeout"),
]


class Kept(logging.Handler):
    """Every record as it was made, before any redaction."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.kept.append(logging.Formatter().format(record) + repr(vars(record)))


@pytest.fixture(autouse=True)
def everything_logged() -> Iterator[StringIO]:
    """The service's own logging at DEBUG; after each test nothing in it, in either form, may hold the token."""
    stream, seen = StringIO(), Kept()
    with logging_restored():
        logging.getLogger().handlers.insert(0, seen)  # before the redaction of any other
        logs.setup("DEBUG", "json", stream)
        yield stream
    assert "CANARY" not in stream.getvalue() + "".join(seen.kept)


def shown(error: BaseException | None) -> str:
    """All that could ever be printed of an error: every form, of its causes and contexts too, suppressed or not."""
    if error is None:
        return ""
    own = f"{error} {error!r} {error.args!r} {''.join(traceback.format_exception(error))}"
    return own + shown(error.__cause__) + shown(error.__context__)


async def refused(telegram: Telegram, address: Address = HOME) -> Undeliverable:
    with pytest.raises(Undeliverable) as no:
        await telegram.send(address, TEXT)
    assert "CANARY" not in shown(no.value)
    return no.value


@pytest.mark.parametrize(("status", "description", "reason"), PERMANENT)
async def test_a_definite_no_to_a_message_is_permanent(
    api: ScriptedApi, telegram: Telegram, status: int, description: str, reason: str
) -> None:
    api.script = [refuses(status, description)]
    no = await refused(telegram)
    assert (no.reason, no.permanent, no.scope, no.retry_after, no.migrate_to) == (reason, True, "chat", None, None)
    assert len(api.calls) == 1


@pytest.mark.parametrize(("status", "description", "reason"), FOR_NOW)
async def test_a_no_to_the_token_concerns_every_chat_and_can_be_mended(
    api: ScriptedApi, telegram: Telegram, status: int, description: str, reason: str
) -> None:
    api.script = [refuses(status, description)]
    no = await refused(telegram)
    assert (no.reason, no.permanent, no.scope) == (reason, False, "token")


@pytest.mark.parametrize(("address", "scope"), [(HOME, "token"), (GROUP, "chat")])
async def test_a_flood_names_its_time_and_whom_it_probably_concerns(
    api: ScriptedApi, telegram: Telegram, address: Address, scope: str
) -> None:
    api.script = [refuses(429, "Too Many Requests: retry after 17", retry_after=17)]
    no = await refused(telegram, address)
    assert (no.reason, no.permanent, no.retry_after, no.scope) == ("flood", False, 17.0, scope)


async def test_a_flood_that_names_no_time_still_asks_for_some(api: ScriptedApi, telegram: Telegram) -> None:
    api.script = [refuses(429, "Too Many Requests")]
    assert (await refused(telegram)).retry_after == 5.0


async def test_a_group_that_became_a_supergroup_tells_its_new_id(api: ScriptedApi, telegram: Telegram) -> None:
    description = "Bad Request: group chat was upgraded to a supergroup chat"
    api.script = [refuses(400, description, migrate_to_chat_id=-1009999999999)]
    no = await refused(telegram, GROUP)
    assert (no.reason, no.permanent, no.migrate_to) == ("migrated", False, -1009999999999)


@pytest.mark.parametrize(("step", "reason"), [each[1:] for each in UNKNOWN], ids=[each[0] for each in UNKNOWN])
async def test_what_may_have_been_sent_is_unknown_and_never_repeated(
    api: ScriptedApi, hasty: Telegram, step: Step, reason: str
) -> None:
    api.script = [step, sent(), sent()]
    with pytest.raises(Unknown) as unknown:
        await hasty.send(HOME, TEXT)
    assert unknown.value.reason == reason
    assert len(api.calls) == 1
    assert "CANARY" not in shown(unknown.value)


async def test_a_hang_up_on_a_connection_used_before_is_not_repeated_either(api: ScriptedApi, hasty: Telegram) -> None:
    api.script = [sent(), scripted.hangs_up, sent()]
    await hasty.send(HOME, TEXT)
    with pytest.raises(Unknown):
        await hasty.send(HOME, TEXT)
    assert len(api.calls) == 2


async def unreachable(url: str, connections: int = 4) -> Undeliverable:
    async with AiohttpRequest(connections, connect=0.3, read=0.3) as request:
        bot = ApiBot(TOKEN, base_url=f"{url}/bot", request=request, get_updates_request=request)
        return await refused(Telegram(bot))


async def test_a_refused_connection_sent_nothing() -> None:
    with socket.socket() as taken:  # bound and not listening
        taken.bind(("127.0.0.1", 0))
        no = await unreachable(f"http://127.0.0.1:{taken.getsockname()[1]}")
    assert (no.reason, no.permanent, no.scope) == ("unreachable", False, "token")


async def test_a_name_that_does_not_exist_sent_nothing() -> None:
    assert (await unreachable("http://nowhere.invalid")).reason == "unreachable"


async def test_an_address_that_is_none_sent_nothing() -> None:
    assert (await unreachable("http://[")).reason == "unreachable"


async def test_a_server_without_tls_was_sent_nothing(api: ScriptedApi) -> None:
    assert (await unreachable(api.url.replace("http:", "https:"))).reason == "unreachable"
    assert api.calls == []


async def test_a_handshake_that_never_ends_sent_nothing() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with await asyncio.start_server(silent, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        assert (await unreachable(f"https://127.0.0.1:{port}")).reason == "unreachable"


async def test_waiting_in_vain_for_a_free_connection_sent_nothing(api: ScriptedApi) -> None:
    arrived = asyncio.Event()

    async def occupied(request: web.Request) -> web.StreamResponse:
        arrived.set()
        return await scripted.hangs(request)

    api.script = [occupied]
    async with AiohttpRequest(1, connect=0.2, read=5) as request:
        telegram = Telegram(ApiBot(TOKEN, base_url=f"{api.url}/bot", request=request, get_updates_request=request))
        first = asyncio.create_task(telegram.send(HOME, TEXT))
        await arrived.wait()
        assert (await refused(telegram)).reason == "unreachable"
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
    assert len(api.calls) == 1


async def test_before_it_is_initialised_nothing_is_sent(api: ScriptedApi) -> None:
    request = AiohttpRequest()
    with pytest.raises(NotSent):
        await request.post(f"{api.url}/bot{TOKEN}/getMe")
    assert api.calls == []


@pytest.mark.parametrize("rendered", [Rendered("半个\ud83d字符"), Rendered("", document=("a\r\nX: y.txt", b"x"))])
async def test_what_cannot_be_encoded_is_refused_for_good(api: ScriptedApi, telegram: Telegram, rendered: Rendered) -> None:
    api.script = [sent()]
    with pytest.raises(Undeliverable) as no:
        await telegram.send(HOME, rendered)
    assert (no.value.reason, no.value.permanent, api.calls) == ("bad_request", True, [])


async def test_a_rejected_token_is_not_named_at_the_start(api: ScriptedApi, bot: ApiBot) -> None:
    api.script = [refuses(401, "Unauthorized")]
    with pytest.raises(InvalidToken) as rejected:
        await bot.initialize()
    await bot.shutdown()
    assert "CANARY" not in shown(rejected.value)
    assert "CANARY" not in f"{bot!r} {bot}"


async def test_a_file_that_cannot_be_fetched_does_not_tell_its_address(api: ScriptedApi, bot: ApiBot) -> None:
    api.script = [answers(404, ECHO), scripted.breaks_off, answers(200, "\x01 no JSON")]
    for _ in range(2):
        with pytest.raises(TelegramError) as failed:
            await bot.request.retrieve(f"{api.url}/bot{TOKEN}/file")
        assert "CANARY" not in shown(failed.value)
    assert await bot.request.retrieve(f"{api.url}/bot{TOKEN}/file") == b"\x01 no JSON"


def test_settings_do_not_show_the_token() -> None:
    settings = Settings(token=SecretStr(TOKEN))
    assert "CANARY" not in f"{settings!r} {settings} {settings.model_dump()}"


def test_a_whole_call_lasts_as_long_as_its_stages() -> None:
    assert stages(3, 0, 5).total == 8
    assert stages(3, 20, 5).total == 28
    assert stages(3, 0, None).total is None


async def test_a_long_poll_may_be_silent_for_longer_than_a_send(api: ScriptedApi) -> None:
    async def late(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(0.5)
        return await says([])(request)

    api.script = [late]
    async with AiohttpRequest(connect=0.2, read=0.2) as request:
        bot = ApiBot(TOKEN, base_url=f"{api.url}/bot", request=request, get_updates_request=request)
        assert await bot.call("getUpdates", {"timeout": 1}, read_timeout=2) == []
