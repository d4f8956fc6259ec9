"""One's own pledge as the database has it, and the one way in which it goes from stage to stage.

Whoever has no Telegram has it entered by those responsible, on their word, by the same buttons: `whom` is then the member.
"""

from datetime import datetime
from typing import Any

from models.audit import note
from models.card import Card, Refusal
from models.database import rows, run
from models.member import Actor
from models.outbox import cancel, restate, touch
from models.pledge.campaign import about as desk_of
from models.pledge.campaign import homes_of, recount
from models.pledge.stages import COUNTED, MOVES
from models.responsible import retire
from models.rights import LAPSED

Row = dict[str, Any]

PERSON = 2**31  # times a member's number, added to a choice: what is entered for somebody without Telegram
COLUMNS = """
c.*, n.path, t.bot_id, m.id AS member_id, m.name, m.status, a.id AS account, p.id AS pledge, p.state AS stage, p.revision,
  p.node_id AS home, h.path AS home_path, p.grade, p.own_grade, p.published_at, p.entered_by
"""
# A campaign with a member's own pledge in it: `pledge` (its id) is null where there is none, `account` without Telegram.
MINE = f"""
SELECT {COLUMNS}, x.state AS reach, (SELECT COUNT(*) FROM promise q WHERE q.pledge_id = p.id) AS chosen
FROM campaign c JOIN node n ON n.id = c.node_id JOIN node t ON t.id = c.root_id JOIN member m ON m.id = ?
LEFT JOIN pledge p ON p.campaign_id = c.id AND p.member_id = m.id LEFT JOIN node h ON h.id = p.node_id
LEFT JOIN account a ON a.member_id = m.id LEFT JOIN reachability x ON x.account_id = a.id AND x.bot_id = t.bot_id
WHERE c.id = ?
"""
ANY = f"""
SELECT {COLUMNS} FROM pledge p JOIN campaign c ON c.id = p.campaign_id JOIN node n ON n.id = c.node_id
JOIN node t ON t.id = c.root_id JOIN node h ON h.id = p.node_id JOIN member m ON m.id = p.member_id
LEFT JOIN account a ON a.member_id = m.id WHERE p.id = ?
"""


async def asked(actor: Actor, campaign_id: int, now: datetime, whom: int = 0) -> Row:
    """An open campaign as this actor is asked in it, or as somebody without Telegram they answer for. What does not exist and
    what is not theirs sound the same.
    """
    found = await rows(MINE, whom or actor.member_id or 0, campaign_id)
    if whom in (0, actor.member_id):
        actor.must("pledge.make", found[0]["path"] if found else "nowhere")
        homes = actor.homes
    else:
        homes = await entrusted(actor, found, now)
    in_force(found[0])
    return found[0] | {"homes": homes}


async def entrusted(actor: Actor, found: list[Row], now: datetime) -> tuple[str, ...]:
    """Where somebody belongs for whom this actor may enter what they say; a refusal once they can say it themselves."""
    known = found and found[0]["status"] not in LAPSED
    homes = await homes_of(found[0]["member_id"], found[0]["path"], now) if known else ()
    if not any(actor.may("pledge.enter", each) for each in homes):
        actor.must("pledge.enter", "nowhere")
    if found[0]["account"] is not None:
        raise Refusal("pledge/speaks", name=found[0]["name"])
    return homes


def person(row: Row) -> int:
    """What a button adds to its choice: nothing for whoever taps it themselves."""
    return 0 if row["account"] is not None else row["member_id"] * PERSON


def entering(actor: Actor, row: Row) -> int | None:
    """Who writes it down, where it is not the person concerned."""
    return actor.member_id if row["account"] is None else None


def in_force(row: Row) -> None:
    """A refusal for what has not begun or is over."""
    if row["state"] == "planned":
        raise Refusal("pledge/early")
    if row["state"] != "open":
        raise Refusal("pledge/over")


async def begun(actor: Actor, campaign_id: int, now: datetime, whom: int = 0) -> Row:
    """The same, of a campaign in which there is a pledge."""
    row = await asked(actor, campaign_id, now, whom)
    if row["pledge"] is None:
        raise Refusal("pledge/none_yet")
    return row


async def found(actor: Actor, pledge_id: int, right: str) -> Row:
    """Anybody's pledge, for whoever has a right where its maker is at home."""
    one = await rows(ANY, pledge_id)
    actor.must(right, one[0]["home_path"] if one else "nowhere")
    in_force(one[0])
    return one[0]


async def go(row: Row, act: str, now: datetime, by: str, **columns: Any) -> bool:
    """Takes a pledge to its next stage, if it still is where the act is possible and what it was when it was read; of two at
    once the first does.

    The groups' counters follow where it comes or goes.
    """
    move = MOVES[act]
    sets = "".join(f", {name} = ?" for name in columns)
    marks = ", ".join("?" * len(move.out_of))
    sql = f"UPDATE pledge SET state = ?{sets} WHERE id = ? AND revision = ? AND state IN ({marks})"
    if not await run(sql, move.to, *columns.values(), row["pledge"], row["revision"], *move.out_of):
        return False
    if (row["stage"] in COUNTED) != (move.to in COUNTED):
        await recount(row, now)
    numbers = {name: value for name, value in columns.items() if isinstance(value, int)}  # what was typed is not for ever
    await touch(desk_of(row["id"]), now)
    before, after = {"stage": row["stage"]}, {"stage": move.to} | numbers
    await note(row["root_id"], by, f"pledge_{act}", f"pledge:{row['pledge']}", now, before, after)
    return True


def about(row: Row) -> str:
    """What its maker is shown of a pledge, or whoever enters it for them: their buttons differ."""
    return f"pledge_{'for' if row['account'] is None else 'of'}:{row['pledge']}"


async def renew(row: Row, card: Card, now: datetime) -> None:
    """A pledge as it stands now, wherever it is up; of somebody else's nothing newer is shown to whose office has ended."""
    if row["account"] is None and row["home_path"] is not None:
        await retire("pledge.enter", row["home_path"], about(row), now)
    await restate(about(row), card, now)


async def unask(row: Row) -> None:
    """Whoever has said all, or has taken it back, is not asked for it by what still waits to leave."""
    await cancel(f"pledge_of:{row['pledge']}", "reminder")


def waiting(row: Row) -> str:
    """What those who review are shown: all that wait at one home, so that they hear once."""
    return f"pledge_wait:{row['id']}:{row['home']}"
