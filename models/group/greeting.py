"""A word to newcomers of a tied group, where its branch wants it. Who came is not kept, not even for a moment."""

from datetime import datetime, timedelta

from models.card import Card, Tap
from models.database import to_ms
from models.group.living import waking
from models.organisation import Bot, Chat, linked, wishes
from models.outbox import Recipient, debt, owe_many

TOGETHER = timedelta(minutes=10)  # those who come within it are greeted in one


async def greet(bot_id: int, chat_id: int, now: datetime) -> None:
    """One greeting for all who come about the same time; at night it waits for the morning, and is still one."""
    chat = await speaking(bot_id, chat_id)
    if chat is None or not (await wishes(chat.node_id)).greets:
        return
    due_at = await waking(chat.node_id, now)
    turn = to_ms(due_at) // (TOGETHER // timedelta(milliseconds=1))
    name = (await Bot.get(id=bot_id)).username
    card = Card("group/greeting", {"chat": chat.id}, ((Tap("group.open", "open", 0, shown=name),),))
    to = Recipient(bot_id, chat.root_id, chat_id=chat.id)
    await owe_many([debt("broadcast", card, to, f"greeting:chat:{chat.id}:{turn}", now, due_at=due_at)])


async def speaking(bot_id: int, chat_id: int) -> Chat | None:
    """The row of the whole group, else of the first of its topics."""
    whole = await linked(bot_id, chat_id, 0)
    return whole or await Chat.filter(bot_id=bot_id, chat_id=chat_id, unlinked_at__isnull=True).order_by("id").first()
