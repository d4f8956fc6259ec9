"""Raw updates as Telegram would send them, and as it never would."""

from itertools import count
from typing import Any

from bot.sandbox.cast import GROUP

Json = dict[str, Any]

numbers = count(900_000_000)


def person(user: int, **more: Any) -> Json:
    return {"id": user, "is_bot": False, "first_name": "某某", **more}


def place(chat: int) -> Json:
    if chat > 0:
        return {"id": chat, "type": "private", "first_name": "某某"}
    return {"id": chat, "type": "supergroup", "title": GROUP.title}


def message(text: str | None, by: int, chat: int | None = None, **more: Any) -> Json:
    """A message of somebody, in private unless a chat is named; a command is marked as Telegram marks it."""
    body: Json = {"message_id": next(numbers), "date": 1_795_000_000, "chat": place(by if chat is None else chat)}
    body |= {"from": person(by)} | ({"text": text} if text is not None else {})
    if text and text.startswith("/"):
        length = len(text.split(maxsplit=1)[0])
        body["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
    return body | more


def update(**kind: Any) -> Json:
    return {"update_id": next(numbers), **kind}


def said(text: str | None, by: int, chat: int | None = None, **more: Any) -> Json:
    return update(message=message(text, by, chat, **more))


def pressed(data: str, by: int, chat: int | None = None, message_id: int = 7, **more: Any) -> Json:
    card = {"message_id": message_id, "date": 1_795_000_000, "chat": place(by if chat is None else chat), "text": "卡片"}
    query = {"id": str(next(numbers)), "from": person(by), "message": card, "chat_instance": "1", "data": data}
    return update(callback_query=query | more)


def sent(name: str, by: int, size: int = 3000) -> Json:
    """A file somebody sends in private."""
    document = {"file_id": f"file-{next(numbers)}", "file_unique_id": "u", "file_name": name, "file_size": size}
    return update(message=message(None, by, document=document))
