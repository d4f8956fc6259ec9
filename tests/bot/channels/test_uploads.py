"""A picture is sent as bytes once, and named by the file_id Telegram gave it where one is known; bytes follow a stale one."""

import pytest

from bot.channels import Rendered, Undeliverable
from bot.channels.telegram import Telegram
from bot.channels.uploads import Upload, digest
from tests.bot.channels.scripted import ScriptedApi, refuses, says, sent
from tests.bot.channels.test_telegram import HOME

PICTURE = b"\x89PNG one"
CARD, KNOWN = Rendered("贺卡", photo=PICTURE), Rendered("贺卡", photo=PICTURE, file_id="AgAC-known")
WRONG = "Bad Request: wrong file identifier/HTTP URL specified"


def shown(file_id: str = "AgAC-large") -> dict[str, object]:
    return {"message_id": 7, "photo": [{"file_id": "AgAC-small"}, {"file_id": file_id}]}


def photos(api: ScriptedApi) -> list[object]:
    return [fields["photo"] if isinstance(fields["photo"], str) else "bytes" for _, fields in api.calls]


async def test_a_picture_sent_as_bytes_tells_what_it_is_called_now(api: ScriptedApi, telegram: Telegram) -> None:
    api.script = [says(shown())]
    assert (await telegram.send(HOME, CARD)).upload == Upload(digest(PICTURE), "AgAC-large")
    assert photos(api) == ["bytes"]


async def test_a_picture_with_a_name_is_sent_by_it_and_tells_nothing_new(api: ScriptedApi, telegram: Telegram) -> None:
    api.script = [says(shown())]
    assert (await telegram.send(HOME, KNOWN)).upload is None
    assert photos(api) == ["AgAC-known"]


async def test_a_file_telegram_no_longer_knows_is_sent_anew_in_the_same_breath(api: ScriptedApi, telegram: Telegram) -> None:
    api.script = [refuses(400, WRONG), says(shown("AgAC-new"))]
    there = await telegram.send(HOME, KNOWN)
    assert (there.message_id, there.upload) == (7, Upload(digest(PICTURE), "AgAC-new"))
    assert photos(api) == ["AgAC-known", "bytes"]


async def test_who_cannot_be_written_to_is_not_tried_a_second_time(api: ScriptedApi, telegram: Telegram) -> None:
    api.script = [refuses(403, "Forbidden: bot was blocked by the user")]
    with pytest.raises(Undeliverable, match="blocked"):
        await telegram.send(HOME, KNOWN)
    assert len(api.calls) == 1


async def test_an_answer_without_a_picture_teaches_nothing(api: ScriptedApi, telegram: Telegram) -> None:
    api.script = [sent()]
    assert (await telegram.send(HOME, CARD)).upload is None
