"""A message's picture: drawn outside of any transaction, because that takes long and SQLite has one writer; and named by its
file_id where Telegram has it already, so that its bytes are sent once.
"""

from dataclasses import replace

from bot.channels import Rendered
from bot.channels.uploads import digest
from bot.files.pictures import drawn
from models import outbox
from models.outbox import Parcel


async def illustrated(one: Parcel, worded: Rendered, bot_id: int) -> Rendered:
    """What is sent of a parcel: an edit changes the words and buttons beside a picture, and needs no name of it."""
    rendered = await drawn(worded)
    if rendered.photo is None or one.message_id is not None:
        return rendered
    return replace(rendered, file_id=await outbox.uploaded(bot_id, digest(rendered.photo)))
