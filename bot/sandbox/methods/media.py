"""Files in messages: a new upload, or the file_id of an older one of the same kind. Nothing is fetched from an address."""

from typing import Any

from bot.sandbox.arguments import Args
from bot.sandbox.errors import ApiError, bad_request
from bot.sandbox.files import Kept, Upload, as_document, as_photo
from bot.sandbox.methods.texts import caption_of
from bot.sandbox.world import Json, World

SHAPES = {"photo": as_photo, "document": as_document}
LARGEST_PHOTO = 10 * 1024 * 1024


def attached(world: World, args: Args, name: str, value: Any) -> Json:
    """`photo` or `document` as a part of a message."""
    shape = SHAPES.get(name)
    if shape is None:
        raise ApiError(501, f"Not Implemented: media of type {name} are not played here")
    upload = args.attached(value)
    if upload is None:
        return {name: shape(_again(world, name, str(value)))}
    if not upload.content:
        raise bad_request("file must be non-empty")
    if name == "photo" and len(upload.content) > LARGEST_PHOTO:
        raise bad_request("file is too big")
    shape(Kept("", "", "", name, upload))  # refuse a broken picture before it is kept
    return {name: shape(world.files.keep(Upload(upload.name, upload.mime, upload.content), name))}


def _again(world: World, name: str, file_id: str) -> Kept:
    if not file_id:
        raise bad_request(f"there is no {name} in the request")
    kept = world.files.by_id.get(file_id)
    if kept is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    if kept.kind != name:
        raise bad_request(f"can't use file of type {kept.kind.title()} as {name.title()}")
    return kept


def medium(world: World, args: Args, told: Json) -> Json:
    """One InputMedia with its caption as a part of a message."""
    words = Args({name: told[name] for name in ("caption", "parse_mode", "caption_entities") if name in told})
    return attached(world, args, told["type"], told["media"]) | caption_of(world, words)
