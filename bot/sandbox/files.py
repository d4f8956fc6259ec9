"""Files people and the bot exchanged, kept in memory for as long as the sandbox runs."""

import hashlib
import struct
from dataclasses import dataclass
from itertools import count
from typing import Any

from bot.sandbox.errors import bad_request

OPEN = 3600.0
DOWNLOAD_LIMIT = 20 * 1024 * 1024
PNG = b"\x89PNG\r\n\x1a\n"
JPEG_FRAMES = frozenset({*range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0)})


@dataclass(frozen=True)
class Upload:
    """A file as it came in a request."""

    name: str
    mime: str
    content: bytes


@dataclass(frozen=True)
class Kept:
    id: str
    unique_id: str
    path: str
    kind: str
    upload: Upload

    @property
    def size(self) -> int:
        return len(self.upload.content)


class Files:
    def __init__(self) -> None:
        self.by_id: dict[str, Kept] = {}
        self.by_path: dict[str, Kept] = {}
        self.open_until: dict[str, float] = {}
        self.numbers = count(1)

    def keep(self, upload: Upload, kind: str) -> Kept:
        number = next(self.numbers)
        digest = hashlib.sha256(upload.content).hexdigest()
        dot = upload.name.rfind(".")
        ending = upload.name[dot:] if dot > 0 and upload.name[dot + 1 :].isalnum() else ""
        kept = Kept(f"SB{number:06d}{digest[:24]}", digest[:16], f"{kind}s/file_{number}{ending}", kind, upload)
        self.by_id[kept.id] = self.by_path[kept.path] = kept
        return kept

    def find(self, file_id: str) -> Kept:
        kept = self.by_id.get(file_id)
        if kept is None:
            raise bad_request("wrong file_id or the file is temporarily unavailable")
        return kept

    def as_file(self, file_id: str, now: float) -> dict[str, Any]:
        """The Bot API's File; more than 20 MB cannot be fetched by a bot, and its path is good for an hour of civil time."""
        kept = self.find(file_id)
        if kept.size > DOWNLOAD_LIMIT:
            raise bad_request("file is too big")
        self.open_until[kept.path] = now + OPEN
        return _identity(kept) | {"file_path": kept.path}

    def fetch(self, path: str, now: float) -> Kept | None:
        return self.by_path.get(path) if self.open_until.get(path, 0) > now else None


def _identity(kept: Kept) -> dict[str, Any]:
    return {"file_id": kept.id, "file_unique_id": kept.unique_id, "file_size": kept.size}


def as_document(kept: Kept) -> dict[str, Any]:
    return {"file_name": kept.upload.name, "mime_type": kept.upload.mime, **_identity(kept)}


def as_photo(kept: Kept) -> list[dict[str, Any]]:
    """PhotoSize list of the one size kept; what is neither PNG nor JPEG is refused as Telegram refuses it."""
    size = _png_size(kept.upload.content) or _jpeg_size(kept.upload.content)
    if size is None or min(size) < 1 or sum(size) > 10_000:
        raise bad_request("IMAGE_PROCESS_FAILED" if size is None else "PHOTO_INVALID_DIMENSIONS")
    return [{**_identity(kept), "width": size[0], "height": size[1]}]


def _png_size(content: bytes) -> tuple[int, int] | None:
    if not content.startswith(PNG) or len(content) < 24:
        return None
    width, height = struct.unpack(">II", content[16:24])
    return int(width), int(height)


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    """Walk the segments to the start of the frame, which holds height and width."""
    at = 2
    while content.startswith(b"\xff\xd8") and at + 9 < len(content) and content[at] == 0xFF:
        if content[at + 1] in JPEG_FRAMES:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return int(width), int(height)
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return None
