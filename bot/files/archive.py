"""An .xlsx is a zip of XML, and may be anything: what is in it is judged before a library opens it. Nothing is executed."""

import io
import re
import zipfile
from dataclasses import dataclass, field

LARGEST = 20 * 1024 * 1024  # bytes of a file
LARGEST_INSIDE = 120 * 1024 * 1024  # bytes of all its parts, unpacked
LARGEST_RATIO, RATIO_MATTERS = 100, 8 * 1024 * 1024  # unpacked to packed, from so many bytes on
MOST_PARTS = 500
CHUNK, OVERLAP = 1 << 20, 256
OLE = b"\xd0\xcf\x11\xe0"  # an old .xls, or an .xlsx behind a password
ENTITY = tuple("<!DOCTYPE".encode(kind) for kind in ("ascii", "utf-16-le", "utf-16-be"))
MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s+ref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')
MOST_MERGED = 2000


class Unreadable(Exception):
    """A file that is not read; `reason` is a word of bot/texts/roster.toml, `detail` what of the file it is about."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason, self.detail = reason, detail


@dataclass(frozen=True, slots=True)
class Inside:
    """What was found on the way: merged ranges by part (`xl/worksheets/sheet1.xml`)."""

    merged: dict[str, list[str]] = field(default_factory=dict)


def judged(name: str, content: bytes) -> Inside:
    """Unreadable unless it is a workbook that is safe to open."""
    if content.startswith(OLE):
        raise Unreadable("locked" if name.lower().endswith(".xlsx") else "kind")
    if not content.startswith(b"PK"):
        raise Unreadable("broken" if name.lower().endswith(".xlsx") else "kind")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        weighed(archive, len(content))
        return Inside({part: found for part in archive.namelist() if (found := looked_through(archive, part))})


def weighed(archive: zipfile.ZipFile, packed: int) -> None:
    parts = archive.infolist()
    total = sum(part.file_size for part in parts)
    if total > LARGEST_INSIDE or len(parts) > MOST_PARTS or (total > RATIO_MATTERS and total > packed * LARGEST_RATIO):
        raise Unreadable("bomb")
    if any(part.flag_bits & 1 for part in parts):
        raise Unreadable("locked")
    if any("vbaproject" in part.filename.lower() for part in parts):
        raise Unreadable("macros")
    if "[Content_Types].xml" not in archive.namelist():
        raise Unreadable("broken")
    if b"macroEnabled" in archive.read("[Content_Types].xml"):
        raise Unreadable("macros")


def looked_through(archive: zipfile.ZipFile, part: str) -> list[str]:
    """Merged ranges of one part. A document type, which only an attack has here, makes it unreadable."""
    if not part.lower().endswith((".xml", ".rels")):
        return []
    found: dict[str, None] = {}
    with archive.open(part) as stream:
        before = b""
        while chunk := stream.read(CHUNK):
            text = before + chunk
            if any(mark in text for mark in ENTITY):
                raise Unreadable("broken")
            found |= dict.fromkeys(each.decode() for each in MERGED.findall(text)[:MOST_MERGED])
            before = text[-OVERLAP:]
    return list(found)[:MOST_MERGED]
