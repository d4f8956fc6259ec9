"""One evening, from an empty installation to a bound branch: what volunteer, secretary and members do, step by step."""

import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from docx import Document
from openpyxl import load_workbook

from bot.sandbox.cast import (
    ADMINISTRATOR,
    BOT,
    COLLEAGUE,
    DEMO_TOKEN,
    ELDER,
    GROUP,
    MEMBER,
    PROBATIONARY,
    SECRETARY,
    WITHOUT_TELEGRAM,
    Persona,
)
from bot.sandbox.visitor import Visitor
from tests.bot.processes import House

ROOT, BRANCH, PARTY_GROUP = "梧桐里社区党委", GROUP.title, "3号楼党小组"
NODES = [
    {"组织名称": BRANCH, "类型": "党支部", "上级组织": ROOT},
    {"组织名称": PARTY_GROUP, "类型": "党小组", "上级组织": BRANCH},
]
PEOPLE = (SECRETARY, ELDER, MEMBER, PROBATIONARY, COLLEAGUE, WITHOUT_TELEGRAM)
IN_GROUP = (ELDER, COLLEAGUE)
LINK = re.compile(r"https://t\.me/\w+\?start=([\w-]{22})")


def number(persona: Persona) -> int:
    assert persona.id is not None
    return persona.id


def line(persona: Persona) -> dict[str, str]:
    """A row of the roster as somebody types it."""
    return {
        "姓名": persona.name,
        "所在党组织": BRANCH,
        "党小组": PARTY_GROUP if persona in IN_GROUP else "",
        "状态": "预备" if persona is PROBATIONARY else "正式",
        "入党日期": "2025年12月1日" if persona is PROBATIONARY else "2001.7.1",
        "转正日期": "" if persona is PROBATIONARY else "2002.7.1",
    }


def filled(template: bytes) -> bytes:
    """The template with the branch's tree and people in place of its examples."""
    book, out = load_workbook(io.BytesIO(template)), io.BytesIO()
    for title, rows in (("组织", NODES), ("党员", [line(each) for each in PEOPLE])):
        page = book[title]
        heads = [str(cell.value) for cell in page[1]]
        page.delete_rows(2, page.max_row)
        for row in rows:
            page.append([row.get(head, "") for head in heads])
    book.save(out)
    return out.getvalue()


def slips(document: bytes) -> dict[str, str]:
    """Whose slip has which code, as it is read off the printed sheet."""
    cells = [cell.text for table in Document(io.BytesIO(document)).tables for row in table.rows for cell in row.cells]
    return {cell.splitlines()[1]: found[1] for cell in cells if (found := LINK.search(cell))}


@dataclass
class Evening:
    """The people at their phones and the volunteer at the command line."""

    world: Visitor
    api: str
    house: House

    @classmethod
    def at(cls, world: Visitor, api: str, folder: Path, database_url: str) -> "Evening":
        return cls(world, api, House(folder, api, {"DATA_DIR": str(folder), "DATABASE_URL": database_url, "SANDBOX": "true"}))

    async def hears(self, chat: int, words: str) -> dict[str, Any]:
        """The newest message of a chat with these words, once it is there."""

        async def said() -> dict[str, Any] | None:
            return next((each for each in reversed(await self.world.sees(chat)) if words in (each["text"] or "")), None)

        found: dict[str, Any] = await self.world.until(said, seconds=15)
        return found

    async def received(self, user: int, file_name: str) -> bytes:
        """The newest file of that name in somebody's private chat, once it is there."""

        async def sent() -> dict[str, Any] | None:
            results = [call["result"] for call in reversed(await self.world.log(method="sendDocument")) if call["result"]]
            mine = [each["document"] for each in results if each["chat"]["id"] == user]
            return next((each for each in mine if each["file_name"] == file_name), None)

        document = await self.world.until(sent, seconds=15)
        async with aiohttp.ClientSession() as session:
            async with session.get(f"{self.api}/bot{DEMO_TOKEN}/getFile", params={"file_id": document["file_id"]}) as answer:
                path = (await answer.json())["result"]["file_path"]
            async with session.get(f"{self.api}/file/bot{DEMO_TOKEN}/{path}") as answer:
                return await answer.read()

    async def opens(self, user: int, code: str) -> None:
        """Opens a link, reads what will be kept, agrees."""
        await self.world.says(user, f"/start {code}")
        await self.hears(user, "您同意吗")
        await self.world.taps(user, "同意")
        await self.hears(user, "绑定好了")

    async def installs(self) -> None:
        """init at the command line; the administrator opens the link."""
        done = await self.house.says("init", "--name", ROOT, "--admin", ADMINISTRATOR.name)
        found = LINK.search(done.out)
        assert found is not None, done.err
        await self.opens(number(ADMINISTRATOR), found[1])

    async def enters_the_roster(self) -> None:
        """Template, filled file, dry run, one tap."""
        admin = number(ADMINISTRATOR)
        await self.world.says(admin, "/roster")
        await self.hears(admin, "填好后把文件发给我")
        await self.world.taps(admin, "下载模板")
        template = await self.received(admin, "名册模板.xlsx")
        await self.world.sends(admin, "名册.xlsx", filled(template))
        told = await self.hears(admin, "还没有录入")
        assert "有问题 0" in told["text"]
        await self.world.taps(admin, "全部录入")
        await self.hears(admin, "名册录入好了")

    async def appoints_the_secretary(self) -> None:
        """An office in one line, then a link for her alone."""
        admin, secretary = number(ADMINISTRATOR), number(SECRETARY)
        await self.world.says(admin, f"/grant {SECRETARY.name} 书记")
        await self.hears(admin, f"已任命：{SECRETARY.name}，{BRANCH}书记。本人还没有绑定，请您转告。")
        await self.world.says(admin, f"/invite {SECRETARY.name}")
        await self.hears(admin, "有效多久")
        await self.world.taps(admin, "有效1天")
        found = LINK.search((await self.hears(admin, "https://t.me/"))["text"])
        assert found is not None
        await self.opens(secretary, found[1])

    async def hands_out_slips(self) -> dict[str, str]:
        """The sheet with a slip for everybody who is not bound."""
        secretary = number(SECRETARY)
        await self.world.says(secretary, "/invite")
        await self.hears(secretary, "有效多久")
        await self.world.taps(secretary, "有效7天")
        return slips(await self.received(secretary, "绑定小条.docx"))

    async def ties_the_group(self) -> None:
        """The bot comes into the group; the secretary says which branch it is."""
        secretary = number(SECRETARY)
        await self.world.membership(GROUP.id, BOT.id, False, by=secretary)
        await self.world.membership(GROUP.id, BOT.id, True, by=secretary)
        await self.hears(GROUP.id, "连接到支部")
        await self.world.taps(secretary, "连接到支部", chat=GROUP.id)
        await self.hears(secretary, "哪")
        await self.world.taps(secretary, BRANCH)
        await self.hears(GROUP.id, f"本群已连接到{BRANCH}")

    async def meets(self) -> None:
        """The first gathering, answered by a tap."""
        await self.world.says(number(SECRETARY), "/plan 12月28日 15:00 党群服务中心二楼 主题党日", chat=GROUP.id)
        await self.hears(GROUP.id, f"已回复 0／{len(PEOPLE)}")
        answer = await self.world.taps(number(ELDER), "参加", chat=GROUP.id)
        assert answer is not None
        assert answer["text"].startswith("已记下：参加。")
        await self.hears(GROUP.id, f"已回复 1／{len(PEOPLE)}：参加 1，请假 0")
