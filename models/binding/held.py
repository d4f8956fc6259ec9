"""本人资料: everything that is held about a member and their account, table by table, as rows a person can be given."""

import json
import re
from datetime import date, datetime
from typing import Any

from models.audit import note, read_notes
from models.binding.mine import own
from models.calendar import local
from models.card import Answer, Card
from models.database import from_ms, rows
from models.member import Account, Actor
from models.organisation import serving, wishes
from models.outbox import Recipient, debt, enclose, owe_many

OF_GATHERINGS = """
SELECT one.*, g.title, g.kind, g.starts_at FROM {} one JOIN gathering g ON g.id = one.gathering_id WHERE one.member_id = ?
"""
OF_QUIZ = """
SELECT a.*, d.day, i.question, i.options FROM quiz_answer a JOIN quiz_day d ON d.id = a.day_id
JOIN quiz_item i ON i.id = d.item_id WHERE a.member_id = ?
"""
OF_PROMISES = """
SELECT r.*, q.name, q.title FROM pledge_report r JOIN promise q ON q.id = r.promise_id WHERE r.member_id = ?
"""
# One question for each table that knows a member or (petition, draft) an account. The order is that of the file.
HELD: dict[str, str] = {
    "member": "SELECT * FROM member WHERE id = ?",
    "membership": "SELECT s.*, n.name AS node FROM membership s JOIN node n ON n.id = s.node_id WHERE s.member_id = ?",
    "role": "SELECT r.*, n.name AS node FROM role r JOIN node n ON n.id = r.node_id WHERE r.member_id = ?",
    "account": "SELECT * FROM account WHERE member_id = ?",
    "reachability": "SELECT r.* FROM reachability r JOIN account a ON a.id = r.account_id WHERE a.member_id = ?",
    "rsvp": OF_GATHERINGS.format("rsvp"),
    "expected": OF_GATHERINGS.format("expected"),
    "presence": OF_GATHERINGS.format("presence"),
    "make_up": OF_GATHERINGS.format("make_up"),
    "proposal": "SELECT * FROM proposal WHERE member_id = ?",
    "speaker": OF_GATHERINGS.format("speaker"),
    "birthday": "SELECT * FROM birthday WHERE member_id = ?",
    "birthday_wish": "SELECT * FROM birthday_wish WHERE member_id = ?",
    "medal": "SELECT * FROM medal WHERE member_id = ?",
    "ceremony": OF_GATHERINGS.format("ceremony"),
    "pledge": "SELECT p.*, c.title, c.ends FROM pledge p JOIN campaign c ON c.id = p.campaign_id WHERE p.member_id = ?",
    "promise": "SELECT * FROM promise WHERE member_id = ?",
    "pledge_report": OF_PROMISES,
    "quiz_answer": OF_QUIZ,
    "quiz_mistake": "SELECT m.*, i.question FROM quiz_mistake m JOIN quiz_item i ON i.id = m.item_id WHERE m.member_id = ?",
    "quiz_fault": "SELECT f.*, i.question FROM quiz_fault f JOIN quiz_item i ON i.id = f.item_id WHERE f.member_id = ?",
    "quiz_volunteer": "SELECT v.*, n.name AS node FROM quiz_volunteer v JOIN node n ON n.id = v.node_id WHERE v.member_id = ?",
    "quiz_paper": "SELECT * FROM quiz_paper WHERE member_id = ?",
    "quiz_sitting": "SELECT * FROM quiz_sitting WHERE member_id = ?",
    "quiz_reply": "SELECT r.*, i.question FROM quiz_reply r JOIN quiz_item i ON i.id = r.item_id WHERE r.member_id = ?",
    "invite": "SELECT id, root_id, member_id, expires_at, used_at, voided_at FROM invite WHERE member_id = ?",
    "petition": "SELECT p.* FROM petition p JOIN account a ON a.telegram_id = p.telegram_id WHERE a.member_id = ?",
    "draft": "SELECT d.* FROM draft d JOIN account a ON a.telegram_id = d.telegram_id WHERE a.member_id = ?",
    "errand": "SELECT id, kind, state, at FROM errand WHERE member_id = ?",
    "delivery": "SELECT id, kind, card, state, created_at, sent_at FROM delivery WHERE member_id = ?",
    "erasure": "SELECT * FROM erasure WHERE member_id = ?",
}
INSTANT = re.compile(r"(?:^|_)at$|^since$")


async def held(member_id: int, zone: str) -> dict[str, list[dict[str, Any]]]:
    """Every row about a member, by table; instants as local time, ISO; of a message its name, not what it was filled with."""
    found = {table: [readable(row, zone) for row in await rows(f"{sql} ORDER BY 1", member_id)] for table, sql in HELD.items()}
    return found | {"note": await noted(member_id, zone)}


def readable(row: dict[str, Any], zone: str) -> dict[str, Any]:
    return {name: said(name, value, zone) for name, value in row.items()}


def said(name: str, value: Any, zone: str) -> Any:
    if isinstance(value, int) and INSTANT.search(name):  # a date may be called so too
        return local(from_ms(value), zone).isoformat(timespec="seconds")
    if name == "card":
        return Card.from_json(value).name
    return value.isoformat() if isinstance(value, date) else value


NOTED = """
SELECT o.*, o.target = ? OR o.target IN (SELECT 'role:' || r.id FROM role r WHERE r.member_id = ?) AS about
FROM note o WHERE o.actor = ? OR o.target = ? OR o.target IN (SELECT 'role:' || r.id FROM role r WHERE r.member_id = ?)
ORDER BY o.id
"""


async def noted(member_id: int, zone: str) -> list[dict[str, Any]]:
    """What was done about the member, and by whom; and what the member did: of deeds about others only that they were done."""
    label = f"member:{member_id}"
    found = [readable(row, zone) for row in await read_notes(NOTED, label, member_id, label, label, member_id)]
    about = ("at", "actor", "verb", "target", "before", "after")
    return [{name: row[name] for name in (about if row["about"] else about[:4])} for row in found]


async def mine(actor: Actor, now: datetime) -> Answer:
    """/mydata: in words, the rest as a file; and the whole as JSON."""
    account = await own(actor)
    whole = await held(account.member_id, (await wishes(account.root_id)).zone)
    content = json.dumps(whole, ensure_ascii=False, indent=1).encode()
    enclosure = await enclose(account.root_id, "mydata.json", content, now)
    await give(account, Card("mine/json", {"enclosure": enclosure}), now)
    await note(account.root_id, actor.label, "mydata", f"member:{account.member_id}", now, None, None)
    return Answer(screen=Card("mine/held", {"held": account.member_id}))


async def give(account: Account, card: Card, now: datetime) -> None:
    to = Recipient(await serving(account.root_id), account.root_id, member_id=account.member_id)
    await owe_many([debt("export", card, to, f"export:{card.name}:{int(now.timestamp() * 1000)}:{to.label}", now)])


async def summary(member_id: int, _: datetime) -> dict[str, Any]:
    """The same in the words of a text: the member's own row, and the others by table."""
    root = (await rows("SELECT root_id FROM member WHERE id = ?", member_id))[0]["root_id"]
    found = await held(member_id, (await wishes(root)).zone)
    return {**found, "member": found["member"][0], "account": next(iter(found["account"]), None)}
