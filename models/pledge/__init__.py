"""“我是党员”承诺: a campaign asks a node's members to pledge two to five things, and later how they were kept.

`campaign` draws one up and opens it; `choosing` is 提诺, `reviewing` 审诺, `publishing` 亮诺, `reporting` 践诺, `rating` 评诺,
by the one table of `stages`; `entering` lets others do it for who has no Telegram; `due` is the clock's part. The tables are in
`tables`, what cards show in `views`.
"""

from models.pledge.campaign import Call, plan
from models.pledge.due import announce, next_due, remind
from models.pledge.forgetting import forget
from models.pledge.listing import mine
from models.pledge.reviewing import request
from models.pledge.tables import Campaign, CampaignItem, Pledge, PledgeReport, Promise
from models.pledge.views import LOOKUPS, counter, overdue

__all__ = [
    "LOOKUPS",
    "Call",
    "Campaign",
    "CampaignItem",
    "Pledge",
    "PledgeReport",
    "Promise",
    "announce",
    "counter",
    "forget",
    "mine",
    "next_due",
    "overdue",
    "plan",
    "remind",
    "request",
]
