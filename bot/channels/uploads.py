"""Pictures the other side has already: what it calls one (file_id) is good for the bot that sent it, and spares the bytes."""

import hashlib
from typing import Any, NamedTuple


class Upload(NamedTuple):
    """A picture that was sent as bytes: their SHA-256, hexadecimal, and what it is called now."""

    digest: str
    file_id: str


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def upload(content: bytes, result: Any) -> Upload | None:
    """What `sendPhoto` gave back; an answer we cannot read is none of anybody's trouble."""
    match result:
        case {"photo": [*_, {"file_id": str(file_id)}]}:
            return Upload(digest(content), file_id)
        case _:
            return None
