"""亮诺: what the branch has agreed to is shown in the group, if its maker says so; and taken down when they say so."""

from datetime import datetime

from models.calendar import awake
from models.card import Answer, Card, Refusal
from models.database import rows, to_ms
from models.member import Actor
from models.organisation import Chat, wishes
from models.outbox import Delivery, Recipient, debt, owe_many, retract
from models.outbox.retracting import ERASABLE
from models.pledge.cards import own_card
from models.pledge.own import MINE, Row, entrusted, go, renew
from models.responsible import tell


def shown(pledge_id: int) -> str:
    """What the card of a pledge in the group is about."""
    return f"pledge_shown:{pledge_id}"


async def publish(actor: Actor, row: Row, now: datetime) -> Answer:
    """The consent: the card appears in the group, not at night; its maker gets it too."""
    await went(actor, row, "publish", now, published_at=now)
    wanted = await wishes(row["home"])
    due_at = awake(now, wanted.zone, wanted.quiet_from, wanted.quiet_until)
    chats = await groups(row)
    await owe_many([card_for(row, chat, now, due_at) for chat in chats])
    given = Card("pledge/given", {"pledge": row["pledge"], "spoken": row["account"] is None})
    return Answer(toast=Card("pledge/published", {"night": due_at > now, "groups": len(chats)}), screen=given)


async def keep(actor: Actor, row: Row, now: datetime) -> Answer:
    """It holds, and the group sees the count only."""
    await went(actor, row, "keep", now)
    return Answer(toast=Card("pledge/kept"))


async def published(actor: Actor, campaign_id: int, now: datetime, whom: int) -> Row:
    """What may be taken down: one's own, whatever has become of the campaign and of one's place in it."""
    found = await rows(MINE, whom or actor.member_id or 0, campaign_id)
    if whom not in (0, actor.member_id):
        await entrusted(actor, found, now)
    if not found or found[0]["pledge"] is None:
        actor.must("pledge.make", found[0]["path"] if found else "nowhere")
    if not found[0]["published_at"]:
        raise Refusal("pledge/not_shown")
    return found[0]


async def hide(actor: Actor, row: Row, now: datetime) -> Answer:
    """The consent is taken back: what has not left is not sent, what is up is taken down. Telegram lets no bot take down what
    is older than two days: those responsible are asked to, and the person is told so.
    """
    await went(actor, row, "take_down" if row["stage"] == "rated" else "hide", now, published_at=None)
    erased = await retract(shown(row["pledge"]), now)
    stays = not erased and row["published_at"] <= to_ms(now - ERASABLE) and bool(await groups(row))
    if stays:
        card, occasion = Card("pledge/take_down", {"pledge": row["pledge"]}), f"pledge_down:{row['pledge']}:{to_ms(now)}"
        await tell("pledge.review", row["home_path"], card, occasion, now)
    return Answer(toast=Card("pledge/hidden", {"stays": stays}), alert=True)


async def went(actor: Actor, row: Row, act: str, now: datetime, **columns: datetime | None) -> None:
    if not await go(row, act, now, actor.label, **columns):
        raise Refusal("pledge/not_now")
    fresh = (await rows(MINE, row["member_id"], row["id"]))[0]
    await renew(fresh, await own_card(fresh), now)


GROUPS = """
SELECT c.id, n.path FROM chat c JOIN node n ON n.id = c.node_id
WHERE c.unlinked_at IS NULL AND CAST(? AS VARCHAR(255)) LIKE n.path || '%' AND n.path LIKE ?
ORDER BY LENGTH(n.path) DESC, c.id
"""


async def groups(row: Row) -> list[Chat]:
    """The groups of the nearest node at or above the maker's home, within the campaign: a district's is spared its branches."""
    found = await rows(GROUPS, row["home_path"], f"{row['path']}%")
    return await Chat.filter(id__in=[each["id"] for each in found if each["path"] == found[0]["path"]]).order_by("id")


def card_for(row: Row, chat: Chat, now: datetime, due_at: datetime) -> Delivery:
    to = Recipient(chat.bot_id, row["root_id"], chat_id=chat.id)
    card, matter = Card("pledge/shown", {"pledge": row["pledge"]}), shown(row["pledge"])
    return debt("card", card, to, f"card:{matter}:{to_ms(now)}:{to.label}", now, about=matter, due_at=due_at)
