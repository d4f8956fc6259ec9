"""What every way of reaching a person has in common: an address, a worded card, and the two ways to fail."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

from bot.channels.uploads import Upload

Scope = Literal["chat", "token"]


@dataclass(frozen=True, slots=True)
class Address:
    """A chat of one bot; thread_id 0 is the chat itself, anything else a topic in it."""

    chat_id: int
    thread_id: int = 0


@dataclass(frozen=True, slots=True)
class Button:
    """One tap: either data (an Action's code, 1-64 bytes) or a link, never both."""

    text: str
    data: str | None = None
    url: str | None = None

    def __post_init__(self) -> None:
        if (self.data is None) == (self.url is None):
            raise ValueError("a button has either data or a url")


@dataclass(frozen=True, slots=True)
class Ballot:
    """A question as the messenger's own poll, unnamed: plain texts, places of the right ones, when it ends by itself if nobody
    ends it (seconds since 1970). It cannot be reworded: editing one that is `over` ends it, any other is left as it is.
    """

    question: str
    options: tuple[str, ...]
    right: tuple[int, ...]
    explanation: str
    closes: int
    over: bool = False


@dataclass(frozen=True, slots=True)
class Rendered:
    """A card in words: Telegram HTML, rows of buttons, at most one attachment (document: file name and content; photo: PNG, and
    its `file_id` where the messenger has it already); or a poll. `draw`: how a photo that was not drawn yet comes about.
    """

    text: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    photo: bytes | None = None
    file_id: str | None = None
    draw: Callable[[], bytes] | None = None
    document: tuple[str, bytes] | None = None
    ballot: Ballot | None = None

    def __post_init__(self) -> None:
        if self.photo is not None and self.document is not None:
            raise ValueError("a message carries one attachment")


class Sent(NamedTuple):
    """What is known of a message that has arrived; `poll`: the messenger's id of the poll in it; `upload`: its picture, if that
    was sent as bytes.
    """

    message_id: int
    poll: str | None = None
    upload: Upload | None = None


class Undeliverable(Exception):
    """The world's definite no: nothing was sent.

    reason: a short machine word: blocked, never_started, chat_gone, kicked, no_rights, forbidden (the recipient);
    thread_gone, migrated, no_polls (the chat); gone, parse, too_long, closed, bad_request (the message); flood, unreachable,
    unauthorized, conflict (for now).
    permanent: trying the same again is useless. retry_after: seconds the other side asked for.
    scope: whether the reason concerns this chat or everything sent with the token.
    migrate_to: the id the chat has now.
    """

    def __init__(
        self,
        reason: str,
        *,
        permanent: bool,
        retry_after: float | None = None,
        scope: Scope = "chat",
        migrate_to: int | None = None,
        detail: str = "",
    ) -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.permanent = permanent
        self.retry_after = retry_after
        self.scope: Scope = scope
        self.migrate_to = migrate_to


class Unknown(Exception):
    """It may or may not have been sent. reason: timeout, reset, server, bad_answer."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason


class Channel(Protocol):
    """Carries worded cards; every method raises Undeliverable or Unknown."""

    async def send(self, address: Address, rendered: Rendered) -> Sent:
        """Send it anew."""

    async def edit(self, address: Address, message_id: int, rendered: Rendered) -> None:
        """Make that message say this; saying it already is success."""

    async def delete(self, address: Address, message_id: int) -> None:
        """Take it back; being gone already is success."""
