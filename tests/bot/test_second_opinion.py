"""A second opinion on our calls: aiogram's typed methods read every one of them, whole."""

import json
from typing import Any

import pytest
from aiogram import methods, types
from pydantic import BaseModel

from bot import menus
from bot.sandbox.cast import GROUP, MEMBER, SECRETARY
from tests.bot.machine import Machine, number
from tests.bot.updates import said, sent

COMMANDS = ("/start", "/help", "/agenda", "/me", "/invite", "/roster", "/attendance", "/themeday", "/nonsense")


def read(call: dict[str, Any]) -> list[str]:
    """Names of what aiogram does not know in a call; it raises for what it knows otherwise."""
    kind: type[BaseModel] = getattr(methods, call["method"][0].upper() + call["method"][1:])
    given = {name: parsed(value) for name, value in call["arguments"].items() if "file" not in str(value)[:8]}
    files = {name: types.FSInputFile("x") for name in call["arguments"] if name not in given}
    return strange(kind.model_validate(given | files))


def parsed(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in "[{":
        return json.loads(value)
    return value


def strange(read: Any) -> list[str]:
    """Fields nobody declared, also inside."""
    if isinstance(read, list | tuple):
        return [name for each in read for name in strange(each)]
    if not isinstance(read, BaseModel):
        return []
    return [*(read.model_extra or {}), *(name for field in type(read).model_fields for name in strange(getattr(read, field)))]


async def test_every_call_of_a_day_is_read_by_another_make_of_client(machine: Machine) -> None:
    await menus.offer(machine.application.bot)
    await machine.plan()
    for by in (number(SECRETARY), number(MEMBER)):
        await machine.take(*(said(command, by) for command in COMMANDS))
    await machine.take(said("/themeday", number(SECRETARY), GROUP.id), sent("名单.xlsx", number(SECRETARY)))
    await machine.dispatcher.idle()
    for label in ("参加", "请假", "参加"):
        await machine.world.taps(number(MEMBER), label, chat=GROUP.id, wait=0)
    await machine.receiver.take(await machine.receiver.fetch(0))
    machine.later(minutes=1)
    await machine.dispatcher.idle()
    await machine.receiver.finish(5)
    calls = await machine.world.log()
    found = {call["method"] for call in calls}
    assert {"sendMessage", "editMessageText", "answerCallbackQuery", "getUpdates", "setMyCommands"} <= found
    assert [(call["method"], name) for call in calls for name in read(call)] == []


async def test_the_second_opinion_objects() -> None:
    known = {"chat_id": 5, "text": "好"}
    assert read({"method": "sendMessage", "arguments": known}) == []
    assert read({"method": "sendMessage", "arguments": known | {"disable_web_page_preview_": "1"}}) != []
    with pytest.raises(ValueError, match="text"):
        read({"method": "sendMessage", "arguments": {"chat_id": 5}})
