"""Groups: /link and /unlink, and what happens to a group that nobody says: the bot is taken in or put out, people come,
the group is renamed or moves, a topic is closed. Ordinary talk is never read: there is no handler for it.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime

from telegram import Chat, ChatMember, ChatMemberRestricted, Message, Update
from telegram.ext.filters import BaseFilter, StatusUpdate

from handlers.context import Command, Heard
from models import group, organisation
from models.card import Answer, Refusal
from models.group import Place
from models.member import actor
from models.reach import note_reach

Happening = Callable[[int, Update, datetime], Awaitable[None]]
LONGEST_TITLE = 128


async def link(heard: Heard) -> Answer:
    """/link [组织] in a group or a topic: ties it to a node."""
    if heard.place is None:
        raise Refusal("group/there")
    return await group.ask_link(heard.actor, heard.place, heard.words, heard.now)


async def unlink(heard: Heard) -> Answer:
    """/unlink in a group: unties it."""
    if heard.place is None:
        raise Refusal("group/there")
    return await group.unlink(heard.actor, heard.place, heard.now)


def placed(bot_id: int, chat: Chat, thread_id: int = 0) -> Place:
    """A group as the organisation knows places; its title without what a database cannot keep."""
    return Place(bot_id, chat.id, thread_id, titled(chat.title or ""))


def titled(title: str) -> str:
    return title.encode(errors="ignore").decode().replace("\0", " ")[:LONGEST_TITLE]


async def moved(bot_id: int, update: Update, now: datetime) -> None:
    """The bot was taken in, put out, silenced, blocked or welcomed back. Channels do not concern us."""
    change = update.my_chat_member
    assert change is not None, "the handler is for these"
    before, after = standing(change.old_chat_member), standing(change.new_chat_member)
    if change.chat.type == Chat.PRIVATE:
        await met(bot_id, change.chat.id, after, now)
    elif change.chat.type in (Chat.GROUP, Chat.SUPERGROUP):
        await stands(placed(bot_id, change.chat), before, after, now)


def standing(there: ChatMember) -> str:
    """What the bot can do in a chat: `ok`, `no_rights` to write, or `kicked`."""
    if isinstance(there, ChatMemberRestricted):
        return "kicked" if not there.is_member else "ok" if there.can_send_messages else "no_rights"
    return "kicked" if there.status in (ChatMember.LEFT, ChatMember.BANNED) else "ok"


async def stands(place: Place, before: str, after: str, now: datetime) -> None:
    if after == "kicked":
        await group.left(place, after, now)
    elif after == "no_rights":
        await group.lost(place.bot_id, place.chat_id, after, now)
    elif before == "kicked":
        await group.arrived(place, now)
    else:
        await group.healed(place.bot_id, place.chat_id, now)


async def met(bot_id: int, telegram_id: int, after: str, now: datetime) -> None:
    """Somebody blocked the bot or took it back. Of strangers nothing is kept."""
    by = await actor(telegram_id, now)
    if by.member_id is not None:
        await note_reach(bot_id, by.member_id, "ok" if after == "ok" else "blocked", now)


async def came(bot_id: int, update: Update, now: datetime) -> None:
    """People joined a group; other bots are not greeted."""
    message = said(update)
    if any(not one.is_bot for one in message.new_chat_members):
        await group.greet(bot_id, message.chat.id, now)


async def renamed(bot_id: int, update: Update, _: datetime) -> None:
    message = said(update)
    await group.renamed(bot_id, message.chat.id, titled(message.new_chat_title or ""))


async def migrated(bot_id: int, update: Update, now: datetime) -> None:
    """Told twice, in the old group and in the new, in either order."""
    message = said(update)
    old, new = message.migrate_from_chat_id or message.chat.id, message.migrate_to_chat_id or message.chat.id
    await group.migrate(bot_id, old, new, now)


async def closed(bot_id: int, update: Update, now: datetime) -> None:
    """A topic was closed: its node speaks in the general topic until it is open again."""
    if (chat_id := await topic(bot_id, update)) is not None:
        await group.thread_lost(chat_id, now)


async def reopened(bot_id: int, update: Update, now: datetime) -> None:
    if (chat_id := await topic(bot_id, update)) is not None:
        await group.thread_back(chat_id, now)


async def topic(bot_id: int, update: Update) -> int | None:
    """Our row of the very topic a message stands in."""
    message = said(update)
    found = await organisation.linked(bot_id, message.chat.id, message.message_thread_id or 0)
    return found.id if found and found.thread_id else None


def said(update: Update) -> Message:
    assert update.message is not None, "the filter asks for new messages"
    return update.message


COMMANDS = [
    Command("link", link, menu=frozenset({"admins"}), right="chat.link"),
    Command("unlink", unlink, menu=frozenset({"admins"}), right="chat.link"),
]
HAPPENINGS: list[tuple[BaseFilter, Happening]] = [
    (StatusUpdate.NEW_CHAT_MEMBERS, came),
    (StatusUpdate.NEW_CHAT_TITLE, renamed),
    (StatusUpdate.MIGRATE, migrated),
    (StatusUpdate.FORUM_TOPIC_CLOSED, closed),
    (StatusUpdate.FORUM_TOPIC_REOPENED, reopened),
]
