"""绑定: an account speaks for a member once it opened a link and agreed to what will be kept about it.

Nothing about the account is stored before it agreed, except where to answer it (`Delivery.address`, forgotten within the hour).
`invite` and `opened` are the two kinds of link, `handing` gives them out, to whom `choosing` asks, `petition` is how a branch
decides who opened its own; `told` tells the branch and ends a binding, `mine` and `held` are what a member can ask about
themselves.
"""

from models.binding.choosing import ask_one, ask_where, branch_page, name_page
from models.binding.handing import (
    Sheet,
    Slip,
    hand_out,
    invite_at,
    invite_one,
    invite_whom,
    link,
    link_at,
    sheet,
)
from models.binding.held import mine, summary
from models.binding.invite import AGREE, DECLINE, ask, decide, forget, invite, join
from models.binding.mine import forget_me, leave, unbind, wish
from models.binding.petition import admit, candidate_page, candidates, describe, expire, next_due, petition, reject
from models.binding.tables import Erasure, Invite, OpenLink, Petition, hashed
from models.binding.told import CONSENT, undo

__all__ = [
    "AGREE",
    "CONSENT",
    "DECLINE",
    "Erasure",
    "Invite",
    "OpenLink",
    "Petition",
    "Sheet",
    "Slip",
    "admit",
    "ask",
    "ask_one",
    "ask_where",
    "branch_page",
    "candidate_page",
    "candidates",
    "decide",
    "describe",
    "expire",
    "forget",
    "forget_me",
    "hand_out",
    "hashed",
    "invite",
    "invite_at",
    "invite_one",
    "invite_whom",
    "join",
    "leave",
    "link",
    "link_at",
    "mine",
    "name_page",
    "next_due",
    "petition",
    "reject",
    "sheet",
    "summary",
    "unbind",
    "undo",
    "wish",
]
