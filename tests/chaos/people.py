"""Who lives in a scene: branches with many members, written in bulk, and gatherings whose reminders are due."""

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.sandbox.cast import BOT
from models import clock
from models.binding import CONSENT
from models.calendar import local
from models.database import run
from models.gathering import Gathering, announce, plan
from models.gathering.plan import Wish
from models.member import OPERATOR, Account, Actor, Member, Membership, Role, actor, bind, enrol, grant, members_of
from models.organisation import Node, grow, know_bot, link, plant
from tests.stories.crowd import Branch

BATCH = 500
KEEPER = 719_999_999  # the account of who keeps the service
REMIND = "UPDATE gathering SET remind_due = ?, announce_due = ?, state = 'announced', announced_at = ? WHERE id = ?"


def daylight(now: datetime) -> str:
    """A zone in which it is about noon, so that no quiet hours hold anything back. (The signs of Etc/GMT are the other way.)"""
    ahead = 12 - now.astimezone(UTC).hour
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


async def settle(branches: list[Branch]) -> list[Node]:
    """The branches in the connected database, everybody bound, the first of each its secretary; their nodes."""
    now = clock.now()
    bot = await know_bot(BOT.id, BOT.username)
    root = await plant("测试街道党工委", "subdistrict", daylight(now), bot.id)
    nodes = []
    for number, branch in enumerate(branches):
        node = await grow(root, f"第{number + 1}党支部", "branch")
        await link(node, bot.id, branch.group, 0, now)
        await enter(branch, node, now)
        nodes.append(node)
    return nodes


async def enter(branch: Branch, node: Node, now: datetime) -> None:
    root = node.root_id or 0
    await insert(Member, [{"name": f"党员{each}", "status": "full", "code": str(each)} for each in branch.members], root)
    ids = dict(await Member.filter(root_id=root, code__in=[str(each) for each in branch.members]).values_list("code", "id"))
    numbers = [ids[str(each)] for each in branch.members]
    home = {"node_id": node.id, "kind": "home", "from_at": now}
    await insert(Membership, [home | {"member_id": each} for each in numbers], root)
    bound = {"consent": CONSENT, "bound_at": now}
    pairs = zip(branch.members, numbers, strict=True)
    await insert(Account, [bound | {"telegram_id": one, "member_id": member} for one, member in pairs], root)
    await Role.create(root_id=root, member_id=numbers[0], node_id=node.id, kind="secretary", from_at=now)


async def appoint_keeper() -> None:
    """An admin of the root, at home in no branch."""
    root, now = await Node.get(parent_id=None), clock.now()
    keeper = await enrol(OPERATOR, root.id, "管理员", "officer", now)
    await bind(OPERATOR, keeper, KEEPER, CONSENT, now)
    await grant(OPERATOR, keeper, root.id, "admin", now)


async def insert(table: Any, columns: list[dict[str, Any]], root: int) -> None:
    await table.bulk_create([table(root_id=root, **each) for each in columns], batch_size=BATCH)


async def plan_meeting(branch: Branch, node: Node, title: str, days: int = 10) -> int:
    """A gathering of the branch so many days ahead; its card is owed by the next sweep."""
    now = clock.now()
    by: Actor = await actor(branch.secretary, now)
    there = local(now, daylight(now))
    await plan(by, node, Wish(title, "二楼会议室", there.date() + timedelta(days=days), there.time()), now)
    newest = await Gathering.all().order_by("-id").first()
    assert newest is not None
    return int(newest.id)


async def announced(nodes: list[Node], branches: list[Branch], title: str = "主题活动") -> list[int]:
    """One gathering in each branch, its card owed."""
    numbers = [await plan_meeting(branch, node, title) for branch, node in zip(branches, nodes, strict=True)]
    await announce(clock.now())
    return numbers


async def due_for_reminding(branch: Branch, node: Node, count: int) -> list[str]:
    """Gatherings whose reminders are due at the next beat, one after the other; no card goes to the group. The keys of
    what must be owed then, in the order it falls due.
    """
    now = clock.now()
    people = [row["id"] for row in await members_of(node.path, now)]
    keys = []
    for place in range(count):
        number = await plan_meeting(branch, node, f"第{place + 1}次活动", days=10 + place)
        lead = (await Gathering.get(id=number)).remind_lead
        await run(REMIND, now - timedelta(seconds=count - place), None, now, number)
        keys += [f"reminder:gathering:{number}:{lead}:1:member:{each}" for each in people]
    return keys
