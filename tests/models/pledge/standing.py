"""What of a campaign stands at a node, for the property of rights and for what is held about a member."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from models.member import Member
from models.organisation import Node
from models.pledge import Campaign, CampaignItem, Pledge, PledgeReport, Promise
from models.pledge.stages import END, Kept
from tests.cast import NOW, ZONE


@dataclass(frozen=True)
class PledgeStand:
    """Two campaigns: in `open` one member's pledge waits for a review; in `ending` it is being kept and reported on."""

    planned: Campaign
    open: Campaign
    ending: Campaign
    made: Pledge
    kept: Pledge
    promise: Promise


async def campaign(node: Node, state: str, number: int = 0) -> Campaign:
    days: dict[str, Any] = {
        "begins": date(2026, 1, 1),
        "ends": date(2026, 12, 31),
        "ends_at": NOW + timedelta(days=40),
        "zone": ZONE,
    }
    root = node.root_id or node.id
    one = await Campaign.create(root_id=root, node_id=node.id, title="p", state=state, round=number, at=NOW, **days)
    await CampaignItem.create(root_id=root, campaign_id=one.id, position=1, name="devotion")
    return one


async def pledge(one: Campaign, member: Member, state: str) -> tuple[Pledge, Promise]:
    facts = {"root_id": one.root_id, "member_id": member.id}
    given = await Pledge.create(campaign_id=one.id, node_id=one.node_id, state=state, made_at=NOW, at=NOW, **facts)
    promises = [await Promise.create(pledge_id=given.id, position=place, title="words", **facts) for place in (1, 10)]
    return given, promises[-1]


async def furnished(node: Node, member: Member) -> PledgeStand:
    planned, opened, ending = await campaign(node, "planned"), await campaign(node, "open"), await campaign(node, "open", END)
    made, _ = await pledge(opened, member, "made")
    return PledgeStand(planned, opened, ending, made, *await pledge(ending, member, "quiet"))


async def pledged(facts: dict[str, Any], node_id: int) -> None:
    """A row about a member (`facts`: root_id, member_id) in every table of pledges."""
    one = await campaign(await Node.get(id=node_id), "open", END)
    _, promise = await pledge(one, await Member.get(id=facts["member_id"]), "shown")
    await PledgeReport.create(promise_id=promise.id, round=END, kept=Kept.NOT, why="a reason", at=NOW, **facts)
