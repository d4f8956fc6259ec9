"""A roster on its way: template, filled file, dry run, tap, export; and files that are no roster."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import aiohttp
from openpyxl import Workbook, load_workbook

from bot.sandbox.cast import ADMINISTRATOR, DEMO_TOKEN, MEMBER, SECRETARY
from bot.sandbox.visitor import Visitor
from tests.stories.house import Service

HEAD = ["编号", "姓名", "所在党组织", "类别", "状态", "入党日期", "转正日期"]
BRANCH = "百花园小区党支部"


def sheet(*rows: list[Any], head: list[str] = HEAD, title: str = "党员") -> bytes:
    book, out = Workbook(), io.BytesIO()
    page = book.worksheets[0]
    page.title = title
    for row in (head, *rows):
        page.append(row)
    book.save(out)
    return out.getvalue()


async def until_said(world: Visitor, user: int, wanted: Callable[[str], bool]) -> dict[str, Any]:
    async def last() -> dict[str, Any] | None:
        return next((each for each in reversed(await world.sees(user)) if wanted(each["text"] or "")), None)

    found: dict[str, Any] = await world.until(last, seconds=15)
    return found


async def told(world: Visitor, user: int, sentence: str) -> dict[str, Any]:
    return await until_said(world, user, lambda text: sentence in text)


def number(persona: Any) -> int:
    assert persona.id is not None
    return int(persona.id)


async def fetched(api: str, world: Visitor, file_name: str) -> bytes:
    """The newest file of that name that the bot sent."""
    for call in reversed(await world.log(method="sendDocument")):
        document = call["result"]["document"]
        if document["file_name"] == file_name:
            async with aiohttp.ClientSession() as session:
                async with session.get(f"{api}/bot{DEMO_TOKEN}/getFile", params={"file_id": document["file_id"]}) as answer:
                    path = (await answer.json())["result"]["file_path"]
                async with session.get(f"{api}/file/bot{DEMO_TOKEN}/{path}") as answer:
                    return await answer.read()
    raise LookupError(file_name)


async def test_a_file_is_told_first_and_entered_by_a_tap(service: Service, world: Visitor) -> None:
    secretary = number(SECRETARY)
    rows: list[list[Any]] = [
        ["", "钱一", BRANCH, "在职", "正式", "2019年7月1日", "20200701"],
        ["", "孙二", BRANCH, "流动", "预备", 45000, ""],
    ]
    content = sheet(*rows)
    await world.sends(secretary, "名册.xlsx", content)
    assert "有问题 0" in (await told(world, secretary, "新增 2"))["text"]
    await world.taps(secretary, "全部录入")
    await until_said(world, secretary, lambda text: "名册录入好了" in text)
    await world.sends(secretary, "名册.xlsx", content)
    again = await until_said(world, secretary, lambda text: "新增 0" in text)
    assert "不变 2" in again["text"]


async def test_bad_rows_are_told_and_the_good_ones_may_be_entered(service: Service, world: Visitor) -> None:
    secretary = number(SECRETARY)
    rest = [""] * 4
    rows = [["", "钱一", BRANCH, "", "", "2019-13-01", ""], ["", "孙二", "隔壁支部", *rest], ["", "李三", BRANCH, *rest]]
    await world.sends(secretary, "名册.xlsx", sheet(*rows))
    said = (await told(world, secretary, "有问题 2"))["text"]
    assert "党员第2行“入党日期”" in said
    assert "党员第3行“所在党组织”" in said
    await world.taps(secretary, "只录正确行")
    entered = await until_said(world, secretary, lambda text: "名册录入好了" in text)
    assert "新增 1" in entered["text"]


async def test_a_branch_with_groups_below_it_cannot_be_closed_and_the_dry_run_says_so(
    service: Service, world: Visitor, api: str
) -> None:
    admin = number(ADMINISTRATOR)
    await world.says(admin, "/roster")
    await until_said(world, admin, lambda text: "下载模板" in text)
    await world.taps(admin, "导出名册")
    await until_said(world, admin, lambda text: "您负责范围内的名册" in text)
    book = load_workbook(io.BytesIO(await fetched(api, world, "名册.xlsx")))
    page, out = book["组织"], io.BytesIO()
    row = next(cell.row for cell in page["B"] if cell.value == BRANCH)
    page.cell(row, 5, "已撤销")
    book.save(out)
    await world.sends(admin, "名册.xlsx", out.getvalue())
    said = (await told(world, admin, "有问题 1"))["text"]
    assert f"组织第{row}行“状态”：下面还有组织" in said
    assert "没有要录入的" in said


async def test_the_template_comes_and_an_export_read_back_changes_nothing(service: Service, world: Visitor, api: str) -> None:
    admin = number(ADMINISTRATOR)
    await world.says(admin, "/roster")
    await until_said(world, admin, lambda text: "下载模板" in text)
    await world.taps(admin, "下载模板")
    await until_said(world, admin, lambda text: "名册模板" in text)
    template = load_workbook(io.BytesIO(await fetched(api, world, "名册模板.xlsx")))
    assert template.sheetnames == ["说明", "组织", "党员"]
    await world.taps(admin, "导出名册")
    await until_said(world, admin, lambda text: "您负责范围内的名册" in text)
    await world.sends(admin, "名册.xlsx", await fetched(api, world, "名册.xlsx"))
    said = (await told(world, admin, "没有要录入的"))["text"]
    assert "新增 0，变更 0" in said
    assert "有问题 0" in said


async def test_a_file_that_is_no_roster_is_answered_with_a_sentence(service: Service, world: Visitor) -> None:
    secretary = number(SECRETARY)
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (30 << 20))
    for name, content, sentence in [
        ("名册.xlsx", bomb.getvalue(), "解开后太大"),
        ("名册.xlsm", b"PK", "带宏"),
        ("名册.doc", b"hello", "只认 .xlsx 和 .csv"),
        ("名册.xlsx", sheet(["", "钱一", BRANCH, "138"], head=["编号", "姓名", "所在党组织", "手机号"]), "我们不保存"),
    ]:
        await world.sends(secretary, name, content)
        await told(world, secretary, sentence)


async def test_who_keeps_no_roster_sends_files_in_vain(service: Service, world: Visitor) -> None:
    await world.sends(number(MEMBER), "名册.xlsx", sheet(["", "钱一", BRANCH, "", "", "", ""]))
    await until_said(world, number(MEMBER), lambda text: "由支部书记或组织委员来办" in text)
