import json
import logging
import subprocess
import sys
import warnings
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest

from bot import logs
from tests.bot.loggers import logging_restored

TOKEN = "7000000001:CANARY-canary_CANARY-canary_CANARY1"
logger = logging.getLogger("bot.example")


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    with logging_restored():
        yield


@pytest.fixture(params=["text", "json"])
def written(request: pytest.FixtureRequest) -> StringIO:
    """What is written, once in each form."""
    stream = StringIO()
    logs.setup("DEBUG", request.param, stream)
    return stream


def json_lines(level: str = "DEBUG") -> StringIO:
    stream = StringIO()
    logs.setup(level, "json", stream)
    return stream


def lines(stream: StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_json_line_has_the_message_the_action_and_the_other_extras() -> None:
    stream = json_lines()
    logger.info("sent %s of %d", "第一", 3, extra={"action": "delivery.sent", "chat": -100, "parts": [1, {"a": None}]})
    [line] = lines(stream)
    assert line["time"].endswith("+00:00")
    del line["time"]
    assert line == {
        "level": "INFO",
        "logger": "bot.example",
        "message": "sent 第一 of 3",
        "action": "delivery.sent",
        "chat": -100,
        "parts": [1, {"a": None}],
    }


def test_a_text_line_shows_its_extras_as_pairs() -> None:
    stream = StringIO()
    logs.setup("INFO", "text", stream)
    logger.info("sent", extra={"action": "delivery.sent", "what": 'two "words"'})
    assert stream.getvalue().endswith('INFO    bot.example sent action=delivery.sent what="two \\"words\\""\n')


def test_a_message_cannot_pretend_to_be_two_lines(written: StringIO) -> None:
    logger.info("name: %s", "甲\n2026-01-01 INFO forged", extra={"who": "乙\r\nINFO forged"})
    assert len(written.getvalue().splitlines()) == 1


def test_an_extra_cannot_pose_as_the_level() -> None:
    stream = json_lines()
    logger.info("x", extra={"level": "CRITICAL", "time": "never"})
    assert lines(stream)[0]["level"] == "INFO"
    assert lines(stream)[0]["time"] != "never"


def fails_with_the_token() -> None:
    try:
        raise ValueError(f"GET https://api.telegram.org/bot{TOKEN}/getMe")
    except ValueError as error:
        raise RuntimeError("outer") from error


def test_the_token_is_in_no_part_of_a_record(written: StringIO) -> None:
    logger.info(f"straight {TOKEN}")
    logger.info("argument %s", TOKEN)
    logger.info("argument %(token)s", {"token": TOKEN})
    logger.info("url %s", f"https://api.telegram.org/bot{TOKEN.replace(':', '%3a')}/getMe")
    logger.info("extras", extra={"url": f"/bot{TOKEN}/x", "deep": {TOKEN: [(TOKEN,), {TOKEN}]}, "odd": ValueError(TOKEN)})
    logger.info("broken %d", TOKEN)
    try:
        fails_with_the_token()
    except RuntimeError:
        logger.exception("failed")
    logger.info("from here", stack_info=bool("7000000001:CANARY-canary_CANARY-canary_CANARY1"))  # the stack quotes this
    text = written.getvalue()
    assert "CANARY" not in text
    assert text.count("[token]") >= 9
    assert "ValueError: GET https://api.telegram.org/bot[token]/getMe" in text


def test_a_record_that_cannot_be_formatted_does_not_break_its_caller(written: StringIO) -> None:
    logger.info("%d people", "many")
    assert "%d people (arguments not shown: TypeError)" in written.getvalue()


def test_half_a_surrogate_pair_is_escaped_and_the_line_kept(written: StringIO) -> None:
    logger.info("name %s", "\ud83d")
    assert "ud83d" in written.getvalue()
    written.getvalue().encode()


@pytest.mark.parametrize("name", ["httpx", "httpcore", "telegram.ext.ExtBot", "tortoise.db_client", "aiosqlite", "asyncpg"])
def test_talkative_libraries_are_silent_below_warning_even_when_we_debug(name: str) -> None:
    stream = json_lines("DEBUG")
    logging.getLogger(name).info("POST https://…")
    logging.getLogger(name).warning("trouble")
    logger.debug("ours")
    assert [line["message"] for line in lines(stream)] == ["trouble", "ours"]


def test_every_record_with_an_action_is_counted_once_even_where_it_is_not_written() -> None:
    before = logs.counters()
    stream = json_lines("ERROR")
    logging.getLogger().addHandler(logging.NullHandler())
    logger.info("quiet", extra={"action": "test.counted"})
    logger.error("loud", extra={"action": "test.counted"})
    logger.error("no action")
    logs.count("test.counted", 5)
    assert (logs.counters() - before) == {"test.counted": 7}
    assert len(lines(stream)) == 2


def test_reading_the_counters_does_not_change_them() -> None:
    logs.counters()["test.foreign"] += 1
    assert logs.counters()["test.foreign"] == 0


def test_setting_up_again_replaces_and_leaves_the_handlers_of_others() -> None:
    foreign = logging.NullHandler()
    logging.getLogger().addHandler(foreign)
    first, second = json_lines(), json_lines()
    before = logs.counters()["test.twice"]
    logger.info("x", extra={"action": "test.twice"})
    assert (first.getvalue(), len(lines(second)), logs.counters()["test.twice"] - before) == ("", 1, 1)
    assert foreign in logging.getLogger().handlers


def test_warnings_become_records() -> None:
    stream = json_lines()
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logs.setup("INFO", "json", stream)
        warnings.warn(f"old {TOKEN}", stacklevel=1)
    assert "old [token]" in lines(stream)[0]["message"]
    assert lines(stream)[0]["logger"] == "py.warnings"


def test_an_uncaught_exception_ends_the_process_without_showing_the_token() -> None:
    script = f"from bot import logs; logs.setup(); raise ValueError('/bot{TOKEN}/getMe')"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode == 1
    assert "CANARY" not in done.stderr
    assert "ValueError: /bot[token]/getMe" in done.stderr
    assert "action=process.crashed" in done.stderr
