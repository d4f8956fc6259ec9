"""Packs become the bank at the start; a broken one changes nothing and says where; a folder is judged on the command line."""

import logging
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot import quiz
from bot.__main__ import main
from bot.files import packs
from models.quiz import Item, Reading
from tests.bot.files.test_packs import GOOD, folder
from tests.bot.loggers import logging_restored


async def test_what_ships_is_the_bank_and_a_second_start_finds_nothing_new(database: str) -> None:
    assert await quiz.ship() >= 80
    assert await quiz.ship() == 0
    assert await Item.filter(enabled=True).count() >= 80
    assert await Reading.all().count() == len(packs.read().days)


async def test_a_pack_with_a_fault_leaves_its_items_as_they_were_and_is_logged_by_its_line(
    database: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    both = {"a": GOOD, "b": GOOD.replace("F02-1", "F02-2")}
    assert await quiz.ship(folder(tmp_path, **both)) == 2
    broken = both["b"].replace("right = [1]", "right = [7]").replace("which year?", "which day?")
    with caplog.at_level(logging.ERROR):
        assert await quiz.ship(folder(tmp_path, a=GOOD.replace("which year?", "what year?"), b=broken)) == 1
    asked = await Item.filter(enabled=True).order_by("code")
    assert [(item.code, item.question) for item in asked] == [("F02-1", "what year?"), ("F02-2", "which year?")]
    assert "b.toml 第9行" in caplog.text


def judged(path: Path) -> tuple[int, str]:
    with logging_restored():
        done = CliRunner().invoke(main, ["packs", str(path)])
    return done.exit_code, done.output


def test_the_command_tells_what_is_in_a_folder_or_what_is_wrong(tmp_path: Path) -> None:
    code, said = judged(packs.SHIPPED)
    assert code == 0
    assert "7个文件都读得懂：189道题" in said
    code, said = judged(folder(tmp_path, a=GOOD.replace("right = [1]", "right = [7]")))
    assert code == 1
    assert said.startswith("a.toml 第9行：")
    (tmp_path / "none").mkdir()
    assert judged(tmp_path / "none") == (1, "这个文件夹里没有题目文件（.toml）。\n")
