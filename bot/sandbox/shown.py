"""A message as the stage shows it: flat, with `buttons` and no Telegram nesting."""

from typing import Any

Json = dict[str, Any]


def seen(message: Json) -> Json:
    shown: Json = {
        "message_id": message["message_id"],
        "date": message["date"],
        "from": {"id": message["from"]["id"], "name": message["from"]["first_name"]},
        "text": message.get("text", message.get("caption", "")),
        "entities": message.get("entities", message.get("caption_entities", [])),
        "buttons": buttons(message),
        "edited": "edit_date" in message,
    }
    if "reply_to_message" in message:
        shown["reply_to"] = message["reply_to_message"]["message_id"]
    return shown | _attachment(message) | _happening(message)


def buttons(message: Json) -> list[list[Json]]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [[_button(button) for button in row] for row in rows]


def _button(button: Json) -> Json:
    kind = "data" if "callback_data" in button else "url"
    return {"text": button["text"], kind: button.get("callback_data", button.get("url", ""))}


def _attachment(message: Json) -> Json:
    if "photo" in message:
        photo = message["photo"][-1]
        return {"photo": {"id": photo["file_id"], "width": photo["width"], "height": photo["height"]}}
    if "document" in message:
        document = message["document"]
        return {"document": {"id": document["file_id"], "name": document["file_name"], "size": document["file_size"]}}
    return _poll(message["poll"]) if "poll" in message else {}


def _poll(poll: Json) -> Json:
    options = [{"text": option["text"], "votes": option["voter_count"]} for option in poll["options"]]
    told = {"id": poll["id"], "question": poll["question"], "options": options, "closed": poll["is_closed"]}
    return {"poll": told | {"several": poll["allows_multiple_answers"], "right": poll.get("correct_option_ids")}}


def _happening(message: Json) -> Json:
    if "new_chat_members" in message:
        return {"joined": [user["first_name"] for user in message["new_chat_members"]]}
    if "left_chat_member" in message:
        return {"left": [message["left_chat_member"]["first_name"]]}
    if "new_chat_title" in message:
        return {"renamed": message["new_chat_title"]}
    told = ("migrate_to_chat_id", "migrate_from_chat_id", "forum_topic_closed", "forum_topic_reopened")
    if happened := next((name for name in told if name in message), None):
        return {"happened": happened}
    return {}
