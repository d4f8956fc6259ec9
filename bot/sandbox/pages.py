"""The stage's static files, and files of messages shown to the page."""

from functools import cache
from pathlib import Path
from urllib.parse import quote

from aiohttp import web

from bot.sandbox.errors import StageError
from bot.sandbox.world import World

HERE = Path(__file__).parent
PAGES = {
    "/": ("stage.html", "text/html"),
    "/stage.css": ("stage.css", "text/css"),
    "/stage.js": ("stage.js", "text/javascript"),
    "/stage_chat.js": ("stage_chat.js", "text/javascript"),
    "/stage_message.js": ("stage_message.js", "text/javascript"),
    "/stage_faults.js": ("stage_faults.js", "text/javascript"),
    "/stage_time.js": ("stage_time.js", "text/javascript"),
}
SHOWABLE = frozenset({b"\x89PNG", b"\xff\xd8\xff\xe0", b"\xff\xd8\xff\xe1", b"\xff\xd8\xff\xdb"})
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


@cache
def _read(name: str) -> bytes:
    return (HERE / name).read_bytes()


def page(path: str) -> web.Response:
    if path not in PAGES:
        raise StageError(404, "unknown_path")
    name, kind = PAGES[path]
    return web.Response(body=_read(name), content_type=kind, charset="utf-8", headers=HEADERS)


def file(world: World, file_id: str) -> web.Response:
    """A picture to look at; anything else only to be saved, whatever type it claims."""
    kept = world.files.by_id.get(file_id)
    if kept is None:
        raise StageError(404, "unknown_file")
    content = kept.upload.content
    if content[:4] in SHOWABLE:
        kind = "image/png" if content.startswith(b"\x89PNG") else "image/jpeg"
        return web.Response(body=content, content_type=kind, headers=HEADERS)
    saved = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(kept.upload.name)}"}
    return web.Response(body=content, content_type="application/octet-stream", headers=HEADERS | saved)
