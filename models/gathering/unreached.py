"""Whom the bot does not reach: the list of those who have not answered and have to be asked by phone.

Who holds the right at the gathering's node sees all of them; who holds it below, like the leader of a group, the people there.
"""

from datetime import datetime
from typing import Any

from models.card import Card, Tap
from models.database import rows
from models.gathering.organising import GATHERING
from models.member import EXPECTED, Account, Actor, actor
from models.reach import outermost, standing

RIGHT = "gathering.enter"
UNREACHED, SILENT = 1, 2  # which: those the bot does not reach; everybody who has not answered
NAME, CHOOSE = 8, 16  # a page is page × NAME + which; a person is member × CHOOSE + what is meant
ASK = 1  # what is meant by a name of the list
PAGE = 16  # names
REASONS = ("unbound", "blocked", "never_started", "chat_gone", "full")  # full: their week's messages are used up
Row = dict[str, Any]


def scopes(by: Actor, path: str) -> list[str]:
    """The subtrees of a gathering's node whose people this actor asks and enters."""
    if by.may(RIGHT, path):
        return [path]
    return outermost([below for below in by.reach(RIGHT) if below.startswith(path)])


SILENTS = f"""
SELECT e.id, e.name, e.account_id, x.state, h.member_id IS NOT NULL AS held
FROM ({EXPECTED}) e
LEFT JOIN (
  SELECT DISTINCT member_id FROM delivery WHERE about = ? AND reason = 'cap' AND state IN ('held', 'expired')
) h ON h.member_id = e.id
LEFT JOIN rsvp r ON r.member_id = e.id AND r.gathering_id = ?
LEFT JOIN node t ON t.id = ? LEFT JOIN reachability x ON x.account_id = e.account_id AND x.bot_id = t.bot_id
WHERE r.id IS NULL OR r.decision = 'refused'
"""


async def unreached(by: Actor, row: Row, which: int, now: datetime) -> list[Row]:
    """id, name and `why` (one of REASONS; None: could tap) of those this actor may ask, the unreached first."""
    found: dict[int, Row] = {}
    for scope in scopes(by, row["path"]):
        for each in await rows(SILENTS, f"{scope}%", now, now, f"gathering:{row['id']}", row["id"], row["root_id"]):
            found[each["id"]] = {"id": each["id"], "name": each["name"], "why": why(each)}
    people = sorted(found.values(), key=lambda each: (each["why"] is None, each["id"]))
    return people if which == SILENT else [each for each in people if each["why"]]


def why(silent: Row) -> str | None:
    return standing(silent["account_id"], silent["state"]) or ("full" if silent["held"] else None)


async def speaking(member_id: int, now: datetime) -> Actor:
    """A member as they may act now; nobody, if no account speaks for them."""
    account = await Account.get_or_none(member_id=member_id)
    return await actor(account.telegram_id, now) if account else Actor()


async def listed(by: Actor, row: Row, page: int, which: int, now: datetime) -> tuple[Card, int]:
    """A page of the list as this actor is shown it, and how many it holds."""
    people = await unreached(by, row, which, now)
    page = max(0, min(page, (len(people) - 1) // PAGE))
    here = people[page * PAGE : (page + 1) * PAGE]
    names = [Tap("named", "phone", row["id"], each["id"] * CHOOSE + ASK, each["name"]) for each in here]
    asked = [row["id"], by.member_id or 0, which]
    taps = (*pairs(names), *turning(row["id"], page, which, len(people)))
    return Card("phone/list", {"occasion": row["id"], "unreached": asked, "page": page, "which": which}, taps), len(people)


def pairs(taps: list[Tap]) -> tuple[tuple[Tap, ...], ...]:
    return tuple(tuple(taps[start : start + 2]) for start in range(0, len(taps), 2))


def turning(gathering_id: int, page: int, which: int, count: int) -> tuple[tuple[Tap, ...], ...]:
    """The pages before and after; the other list."""
    before = [Tap("page.before", "phone_at", gathering_id, (page - 1) * NAME + which)] if page else []
    after = [Tap("page.after", "phone_at", gathering_id, (page + 1) * NAME + which)] if count > (page + 1) * PAGE else []
    if which == SILENT:
        other = Tap("phone.unreached", "phone_at", gathering_id, UNREACHED)
    else:
        other = Tap("phone.silent", "phone_at", gathering_id, SILENT)
    return (*pairs([*before, *after]), (other,))


async def describe(asked: list[int], now: datetime) -> dict[str, Any]:
    """Of a list (gathering, who looks at it, which) at this moment: names by reason, `silent` for who could tap, `total`."""
    gathering_id, member_id, which = asked
    found = await rows(GATHERING, gathering_id)
    people = await unreached(await speaking(member_id, now), found[0], which, now) if found else []
    groups = {reason: [each["name"] for each in people if each["why"] == reason] for reason in REASONS}
    return groups | {"silent": [each["name"] for each in people if each["why"] is None], "total": len(people)}
