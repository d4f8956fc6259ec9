"""The gist of an update: what of a press is worth making objects of. The library's objects cost more than all that is kept."""

from typing import Any

Json = dict[str, Any]

# Of the pressed message its words and who sent it are read by nobody; neither are its other buttons.
READ = ("message_id", "date", "chat", "message_thread_id", "is_topic_message")


def gist(raw: Json) -> Json:
    """The update itself, or of a press what the gate reads. What does not look like a press stays as it is."""
    query = raw.get("callback_query")
    message = query.get("message") if isinstance(query, dict) else None
    if not isinstance(query, dict) or not isinstance(message, dict):
        return raw
    kept = {name: message[name] for name in READ if name in message}
    if "reply_markup" in message:
        kept["reply_markup"] = pressed(message["reply_markup"], query.get("data"))
    return raw | {"callback_query": query | {"message": kept}}


def pressed(keyboard: Any, data: Any) -> Any:
    """A keyboard with the pressed button alone; what does not look like a keyboard stays as it is."""
    rows = keyboard.get("inline_keyboard") if isinstance(keyboard, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        return keyboard
    found = [each for row in rows for each in row if not isinstance(each, dict) or each.get("callback_data") == data]
    return {"inline_keyboard": [found]}
