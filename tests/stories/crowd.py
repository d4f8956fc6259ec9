"""Many branches with many members: a secretary and a group each; for the killings and for the bench."""

from dataclasses import dataclass

from bot.sandbox.cast import BOT
from bot.sandbox.visitor import Visitor
from models import clock
from models.binding import CONSENT
from models.member import OPERATOR, bind, enrol, grant
from models.organisation import Node, grow, know_bot, link, plant

FIRST_USER, FIRST_GROUP = 710_000_000, -1_002_000_000_000


@dataclass(frozen=True, slots=True)
class Branch:
    """One branch as Telegram sees it: its group and its members' accounts, the secretary first."""

    group: int
    members: tuple[int, ...]

    @property
    def secretary(self) -> int:
        return self.members[0]


def crowd(branches: int, members: int) -> list[Branch]:
    return [
        Branch(FIRST_GROUP - each, tuple(FIRST_USER + each * members + one for one in range(members)))
        for each in range(branches)
    ]


async def enter_roster(branches: list[Branch], zone: str = "Asia/Shanghai") -> None:
    """Writes them into the connected database, bound and linked."""
    bot = await know_bot(BOT.id, BOT.username)
    root = await plant("测试街道党工委", "subdistrict", zone, bot.id)
    for number, branch in enumerate(branches):
        node = await grow(root, f"第{number + 1}党支部", "branch")
        await link(node, bot.id, branch.group, 0, clock.now())
        await enter_members(branch, node)


async def enter_members(branch: Branch, node: Node) -> None:
    now = clock.now()
    for account in branch.members:
        member = await enrol(OPERATOR, node.root_id or 0, f"党员{account}", "full", now, node.id)
        await bind(OPERATOR, member, account, CONSENT, now)
        if account == branch.secretary:
            await grant(OPERATOR, member, node.id, "secretary", now)


async def enter_telegram(branches: list[Branch], world: Visitor) -> None:
    """Gives them accounts and groups in the sandbox; everyone has started the bot."""
    users = [{"id": each, "name": f"党员{each}", "started": True} for branch in branches for each in branch.members]
    groups = [{"id": each.group, "title": f"群{each.group}", "members": list(each.members)} for each in branches]
    await world.people(users, groups)
