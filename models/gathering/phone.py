"""代填: answers given by phone. Whom the bot does not reach is told to those who can phone them; what they hear, they tap in.

The list is one card renewed in place for each who has it, and shrinks as answers come. Everything is judged anew at each tap.
"""

from dataclasses import replace
from datetime import datetime

from models.calendar import awake
from models.card import Answer, Card, Refusal, Tap
from models.database import from_ms, rows
from models.gathering import leave
from models.gathering.answers import judge, keep, standing_at
from models.gathering.choice import Choice
from models.gathering.organising import GATHERING, unfold
from models.gathering.unreached import ASK, CHOOSE, NAME, RIGHT, SILENT, UNREACHED, Row, listed, scopes, speaking
from models.member import Actor
from models.organisation import serving, wishes
from models.outbox import Recipient, debt, owe_capped, restate_one
from models.responsible import responsible
from models.rights import LAPSED

OPEN = 4  # the choice of the organiser's button: a new list, of everybody who has not answered
SURE = 8  # added to an answer that is to replace the one they gave themselves


def about(gathering_id: int) -> str:
    return f"phone:{gathering_id}"


LEADERS = """
SELECT r.member_id, MIN(r.node_id) AS node_id FROM role r JOIN account a ON a.member_id = r.member_id
JOIN node n ON n.id = r.node_id JOIN member m ON m.id = r.member_id
WHERE r.kind = 'group_leader' AND n.path LIKE ? AND r.from_at <= ? AND (r.until_at IS NULL OR r.until_at > ?)
  AND m.status NOT IN ('suspended', 'transferred', 'deceased') GROUP BY r.member_id
"""


async def offer(row: Row, now: datetime) -> None:
    """Those responsible, and the leaders of the groups below, are given their list, once for a gathering; not at night."""
    wanted, closes_at = await wishes(row["node_id"]), from_ms(row["closes_at"])
    due_at = awake(now, wanted.zone, wanted.quiet_from, wanted.quiet_until)
    if due_at >= closes_at:
        return
    places = {each["member_id"]: each["node_id"] for each in await rows(LEADERS, f"{row['path']}%", now, now)}
    places |= dict.fromkeys(await responsible(RIGHT, row["path"], now), row["node_id"])
    bot_id, owed = await serving(row["root_id"]), []
    for member_id, place in sorted(places.items()):
        card, count = await listed(await speaking(member_id, now), row, 0, UNREACHED, now)
        if count:
            to, matter = Recipient(bot_id, row["root_id"], member_id=member_id), about(row["id"])
            key = f"duty:{matter}:{row['revision']}:{to.label}"
            one = debt("duty", card, to, key, now, about=matter, live=True, due_at=due_at, expire_at=closes_at, node_id=place)
            owed.append(one)
    await owe_capped(owed, now)


async def phone_at(actor: Actor, gathering_id: int, choice: int, now: datetime) -> Answer:
    """The organiser's button gives the list; its own buttons turn its pages, and choose whom it shows."""
    row = await entrusted(actor, gathering_id)
    page, which = divmod(choice, NAME)
    if which not in (UNREACHED, SILENT, OPEN):
        raise Refusal("action/unknown")
    judge(row | {"mine": None}, Choice.JOIN, now)
    card, _ = await listed(actor, row, page, SILENT if which == OPEN else which, now)
    if which == OPEN:
        await unfold(actor, row, about(gathering_id), card, now)
    else:
        await show(actor, row, card, now)
    return Answer()


async def phone(actor: Actor, gathering_id: int, choice: int, now: datetime) -> Answer:
    """A name was chosen: the list asks what they said."""
    member_id, meant = divmod(choice, CHOOSE)
    row = await one_of(actor, gathering_id, member_id, now)
    if meant != ASK:
        raise Refusal("action/unknown")
    judge(row | {"mine": None}, Choice.JOIN, now)
    page, which = await place(actor, row)
    taps = (answer(row, "gathering.join", Choice.JOIN), answer(row, "gathering.leave", Choice.LEAVE))
    ask = Card("phone/ask", {"occasion": gathering_id, "person": row["name"], "page": page, "which": which})
    await show(actor, row, replace(ask, taps=(taps, (back(row, page, which),))), now)
    return Answer()


async def phone_say(actor: Actor, gathering_id: int, choice: int, now: datetime) -> Answer:
    """What they said is kept. An answer they gave themselves meanwhile is not replaced before somebody says so."""
    member_id, meant = divmod(choice, CHOOSE)
    row = await one_of(actor, gathering_id, member_id, now)
    said, sure = meant % SURE, meant >= SURE
    judge(unhurried(actor, row), said, now)
    if row["mine"] not in (None, said) and not sure:
        return await doubted(actor, row, said, now)
    if row["mine"] != said:
        kept = await entered(actor, row, Choice(said), now)
        if kept is None:  # judged anew by what they have said themselves
            return await phone_say(actor, gathering_id, member_id * CHOOSE + said, now)
        row = kept
    await renew(row, now, actor)
    pending = "waiting" if row["waiting"] else "asked" if row["decision"] == "asked" else ""
    return Answer(toast=Card("phone/kept", {"person": row["name"], "choice": said, "pending": pending}))


async def entered(actor: Actor, row: Row, said: Choice, now: datetime) -> Row | None:
    """Keeps what somebody said. A leave that is to be approved is asked for, unless who enters it may approve it."""
    decided = actor.may("gathering.approve", row["path"]) and row["member_id"] != actor.member_id
    kept = await keep(row, row["member_id"], said, now, by=actor.label, via="phone", decided=decided)
    if kept and kept["decision"]:
        return kept | {"decision": await leave.request(kept, row["member_id"], now)}
    return kept


async def doubted(actor: Actor, row: Row, said: int, now: datetime) -> Answer:
    """They have answered otherwise: is it to be replaced?"""
    page, which = await place(actor, row)
    sure = Tap("phone.replace", "phone_say", row["id"], row["member_id"] * CHOOSE + said + SURE)
    taps = ((sure, back(row, page, which)),)
    asked = {"page": page, "which": which}
    card = Card("phone/replace", {"occasion": row["id"], "person": row["name"], "choice": row["mine"], "said": said}, taps)
    await show(actor, row, replace(card, facts={**card.facts, **asked}), now)
    return Answer(toast=Card("phone/answered", {"person": row["name"], "choice": row["mine"]}), alert=True)


def answer(row: Row, label: str, meant: int) -> Tap:
    return Tap(label, "phone_say", row["id"], row["member_id"] * CHOOSE + meant)


def back(row: Row, page: int, which: int) -> Tap:
    return Tap("phone.back", "phone_at", row["id"], page * NAME + which)


def unhurried(actor: Actor, row: Row) -> Row:
    """Those who decide on leave may be told of it when it can no longer be asked for by a tap."""
    return row | {"leave_until": row["closes_at"]} if actor.may("gathering.approve", row["path"]) else row


async def entrusted(actor: Actor, gathering_id: int) -> Row:
    """A gathering to which this actor enters answers, be it for a part of its people."""
    found = await rows(GATHERING, gathering_id)
    path = found[0]["path"] if found else "nowhere"
    if not scopes(actor, path):
        actor.must(RIGHT, path)
    return found[0]


HOMES = """
SELECT m.name, m.status, n.path FROM member m JOIN membership s ON s.member_id = m.id JOIN node n ON n.id = s.node_id
WHERE m.id = ? AND s.from_at <= ? AND (s.until_at IS NULL OR s.until_at > ?)
"""


async def one_of(actor: Actor, gathering_id: int, member_id: int, now: datetime) -> Row:
    """The gathering with the answer of one of those (`member_id`, `name`) this actor enters; all others sound the same."""
    row = await entrusted(actor, gathering_id)
    within = tuple(scopes(actor, row["path"]))
    homes = [each for each in await rows(HOMES, member_id, now, now) if each["path"].startswith(within)]
    found = await standing_at(gathering_id, member_id) if homes and homes[0]["status"] not in LAPSED else None
    if found is None:
        raise Refusal("rights/refused")
    return found | {"member_id": member_id, "name": homes[0]["name"]}


LISTS = "SELECT id, member_id, card FROM delivery WHERE about = ? AND live = ? AND message_id IS NOT NULL"


async def place(actor: Actor, row: Row) -> tuple[int, int]:
    """Where in which list this actor is: the page, and which; also while asking about somebody."""
    mine = await rows(f"{LISTS} AND member_id = ?", about(row["id"]), True, actor.member_id)
    return there(Card.from_json(mine[0]["card"])) if mine else (0, UNREACHED)


def there(card: Card) -> tuple[int, int]:
    return int(str(card.facts["page"])), int(str(card.facts["which"]))


async def show(actor: Actor, row: Row, card: Card, now: datetime) -> None:
    """In place of the list this actor taps through; anew, if they have none."""
    mine = await rows(f"{LISTS} AND member_id = ?", about(row["id"]), True, actor.member_id)
    for each in mine:
        await restate_one(each["id"], card, now)
    if not mine:
        await unfold(actor, row, about(row["id"]), card, now)


async def renew(row: Row, now: datetime, actor: Actor | None = None) -> None:
    """All lists of this gathering show who is on them now; who is just asking somebody what they said is not interrupted,
    but for the actor, who has it.
    """
    for each in await rows(LISTS, about(row["id"]), True):
        seen, own = Card.from_json(each["card"]), actor is not None and each["member_id"] == actor.member_id
        if own or "unreached" in seen.facts:
            by = await speaking(each["member_id"], now)
            card, _ = await listed(by, row, *there(seen), now)
            if card != seen:
                await restate_one(each["id"], card, now)
