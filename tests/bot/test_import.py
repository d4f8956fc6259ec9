"""`import` and `export` on the command line, through the running service and on the database itself."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from openpyxl import load_workbook

from bot.console import words
from tests.bot.processes import House, telegram

ROOT = "梧桐街道党工委"
HEAD = "姓名,所在党组织,入党日期\n"
GOOD = f"{HEAD}钱一,{ROOT},2019-07-01\n孙二,{ROOT},\n"
BAD = f"{HEAD}钱一,{ROOT},2019-13-01\n孙二,隔壁支部,\n李三,{ROOT},\n"


@pytest.fixture(params=["service", "alone"])
async def house(request: pytest.FixtureRequest, tmp_path: Path, empty_url: str) -> AsyncIterator[House]:
    """A tree of one node and its admin, made by init; the service runs, or does not."""
    async with AsyncExitStack() as down:
        world = await down.enter_async_context(telegram())
        house = House(tmp_path, world.url, {"DATABASE_URL": empty_url})
        assert (await house.says("init", "--name", ROOT, "--admin", "刘明")).code == 0
        if request.param == "service":
            await down.enter_async_context(house.running())
        yield house


async def said(house: House, *command: str) -> str:
    """What a command that ended well said."""
    done = await house.says(*command)
    assert (done.code, done.err) == (0, "")
    return done.out


async def refused(house: House, *command: str) -> str:
    """The sentence of a command that did not."""
    done = await house.says(*command)
    assert (done.code, done.out) == (1, "")
    assert "Traceback" not in done.err
    return done.err.strip()


def written(house: House, content: str, name: str = "people.csv") -> str:
    (house.folder / name).write_text(content)
    return name


async def people(house: House) -> list[str]:
    """Everybody an export holds."""
    await said(house, "export", "now.xlsx")
    rows = load_workbook(house.folder / "now.xlsx")["党员"].iter_rows(min_row=2, values_only=True)
    return sorted(str(row[1]) for row in rows)


async def test_a_good_file_is_told_first_entered_when_asked_and_its_export_means_no_change(house: House) -> None:
    file = written(house, GOOD)
    told = await said(house, "import", file)
    assert "新增 2，变更 0，不变 0，有问题 0" in told
    assert words("import", "dry") in told
    assert "钱一" not in await people(house), "a dry run writes nothing"
    assert words("import", "entered") in await said(house, "import", file, "--enter", "all")
    assert {"钱一", "孙二"} <= set(await people(house))
    again = await said(house, "import", "now.xlsx", "--enter", "all")
    assert "新增 0，变更 0" in again
    assert "有问题 0" in again


async def test_a_file_with_bad_rows_is_refused_whole_until_the_good_ones_are_asked_for(house: House) -> None:
    file, before = written(house, BAD), await people(house)
    dry = await said(house, "import", file)
    assert "有问题 2" in dry
    assert words("import", "dry") in dry
    told = await refused(house, "import", file, "--enter", "all")
    assert "有 2 行有问题，所以一行也没有录入" in told
    assert "党员第2行“入党日期”" in told
    assert "党员第3行“所在党组织”" in told
    assert await people(house) == before
    assert words("import", "entered") in await said(house, "import", file, "--enter", "good")
    assert await people(house) == sorted([*before, "李三"])


async def test_what_is_not_understood_is_another_failure_than_what_is_refused(house: House) -> None:
    assert (await house.says("import", written(house, GOOD), "--enter", "everything")).code == 2
    assert "钱一" not in await people(house)


async def test_what_cannot_be_read_or_written_is_a_sentence(house: House) -> None:
    assert (await refused(house, "import", "nowhere.csv")).startswith("文件读不出或写不进")
    assert (await refused(house, "import", ".")).startswith("文件读不出或写不进")
    assert (await refused(house, "export", "nowhere/out.xlsx")).startswith("文件读不出或写不进")
    assert "只认 .xlsx 和 .csv" in await refused(house, "import", written(house, "hello", "people.doc"))
    assert "缺少必需的列" in await refused(house, "import", written(house, "姓名\n钱一\n"))
    assert words("import", "which") in await refused(house, "export", "out.xlsx", "--root", "没有这个")
    assert not (house.folder / "out.xlsx").exists()
