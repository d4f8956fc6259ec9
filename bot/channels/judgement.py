"""What an error of the Bot API means for a message: certainly not sent, and for how long; or not known."""

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.channels import Scope, Undeliverable, Unknown
from bot.channels.request import BadAnswer, NotSent, ServerFailed

# What Telegram says, in lower case, and our word for it. The first that occurs in the text counts.
BAD_REQUESTS = (
    ("message is not modified", "not_modified"),
    ("poll has already been closed", "closed"),
    ("message with poll to stop not found", "gone"),
    ("can't parse entities", "parse"),
    ("no text in the message to edit", "no_text"),
    ("message to edit not found", "gone"),
    ("message to delete not found", "gone"),
    ("message can't be edited", "gone"),
    ("message_id_invalid", "gone"),
    ("query is too old", "too_old"),
    ("chat not found", "chat_gone"),
    ("peer_id_invalid", "chat_gone"),
    ("user not found", "chat_gone"),
    ("message thread not found", "thread_gone"),
    ("topic_closed", "thread_gone"),
    ("topic_deleted", "thread_gone"),
    ("rights to send polls", "no_polls"),
    ("rights", "no_rights"),
    ("chat_write_forbidden", "no_rights"),
    ("chat_restricted", "no_rights"),
    ("too long", "too_long"),
    ("too_long", "too_long"),
    ("too large", "too_long"),
)
FORBIDDEN = (
    ("blocked by the user", "blocked"),
    ("user is deactivated", "chat_gone"),
    ("can't initiate conversation", "never_started"),
    ("bot was kicked", "kicked"),
    ("bot is not a member", "kicked"),
    ("was deleted", "chat_gone"),
    ("rights", "no_rights"),
)


# Nothing was sent, for a reason that concerns everything sent with the token; worth another try once it is mended.
NOT_SENT = ((NotSent, "unreachable"), (InvalidToken, "unauthorized"), (Conflict, "conflict"))
UNKNOWN = ((TimedOut, "timeout"), (ServerFailed, "server"), (BadAnswer, "bad_answer"))


def judged(error: TelegramError, chat_id: object = None) -> Undeliverable | Unknown:
    """What an error of the library means: Undeliverable where nothing can have been sent, else Unknown.

    The order matters: in the library BadRequest and TimedOut are both NetworkError.
    """
    if isinstance(error, ChatMigrated):
        return Undeliverable("migrated", permanent=False, migrate_to=error.new_chat_id)
    if isinstance(error, RetryAfter):
        return _flood(error, chat_id)
    if isinstance(error, BadRequest):
        return _permanent(BAD_REQUESTS, error, "bad_request")
    if isinstance(error, Forbidden):
        return _permanent(FORBIDDEN, error, "forbidden")
    for kind, reason in NOT_SENT:
        if isinstance(error, kind):
            return Undeliverable(reason, permanent=False, scope="token", detail=str(error))
    return Unknown(next((word for kind, word in UNKNOWN if isinstance(error, kind)), "reset"), str(error))


def _flood(error: RetryAfter, chat_id: object) -> Undeliverable:
    """Telegram does not say whom it limits. A group has a limit of its own; alone in a chat, it is the token's."""
    scope: Scope = "chat" if isinstance(chat_id, int) and chat_id < 0 else "token"
    seconds = error.retry_after
    after = float(seconds) if isinstance(seconds, int) else seconds.total_seconds()
    return Undeliverable("flood", permanent=False, retry_after=after, scope=scope)


def _permanent(table: tuple[tuple[str, str], ...], error: TelegramError, otherwise: str) -> Undeliverable:
    said = str(error).lower()
    reason = next((word for phrase, word in table if phrase in said), otherwise)
    return Undeliverable(reason, permanent=True, detail=str(error))
