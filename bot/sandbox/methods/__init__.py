"""The Bot API methods that are played, by name. Each takes the world and the arguments and gives the result."""

import inspect
from collections.abc import Callable
from typing import Any

from bot.sandbox.arguments import Args
from bot.sandbox.errors import ApiError, bad_request
from bot.sandbox.log import Call
from bot.sandbox.methods import asking, editing, receiving, sending
from bot.sandbox.world import World

Method = Callable[[World, Args], Any]

METHODS: dict[str, Method] = {
    "getMe": asking.get_me,
    "getChat": asking.get_chat,
    "getChatMember": asking.get_chat_member,
    "getFile": asking.get_file,
    "getMyCommands": asking.get_my_commands,
    "setMyCommands": asking.set_my_commands,
    "getUpdates": receiving.get_updates,
    "setWebhook": receiving.set_webhook,
    "deleteWebhook": receiving.delete_webhook,
    "getWebhookInfo": receiving.get_webhook_info,
    "answerCallbackQuery": receiving.answer_callback_query,
    "sendMessage": sending.send_message,
    "sendPhoto": sending.send_photo,
    "sendDocument": sending.send_document,
    "editMessageText": editing.edit_message_text,
    "editMessageReplyMarkup": editing.edit_message_reply_markup,
    "deleteMessage": editing.delete_message,
}
BY_LOWER = {name.lower(): name for name in METHODS}

SENT = (
    "business_connection_id chat_id message_thread_id direct_messages_topic_id parse_mode disable_notification "
    "protect_content allow_paid_broadcast message_effect_id suggested_post_parameters reply_parameters reply_markup "
    "reply_to_message_id allow_sending_without_reply "
)
PARAMETERS: dict[str, frozenset[str]] = {
    name: frozenset(names.split())
    for name, names in {
        "getMe": "",
        "getChat": "chat_id",
        "getChatMember": "chat_id user_id",
        "getFile": "file_id",
        "getMyCommands": "scope language_code",
        "setMyCommands": "commands scope language_code",
        "getUpdates": "offset limit timeout allowed_updates",
        "setWebhook": "url certificate ip_address max_connections allowed_updates drop_pending_updates secret_token",
        "deleteWebhook": "drop_pending_updates",
        "getWebhookInfo": "",
        "answerCallbackQuery": "callback_query_id text show_alert url cache_time",
        "sendMessage": SENT + "text entities link_preview_options disable_web_page_preview",
        "sendPhoto": SENT + "photo caption caption_entities show_caption_above_media has_spoiler",
        "sendDocument": SENT + "document thumbnail caption caption_entities disable_content_type_detection",
        "editMessageText": "business_connection_id chat_id message_id inline_message_id text parse_mode entities "
        "link_preview_options rich_message reply_markup disable_web_page_preview",
        "editMessageReplyMarkup": "business_connection_id chat_id message_id inline_message_id reply_markup",
        "deleteMessage": "chat_id message_id",
    }.items()
}


async def play(world: World, call: Call, args: Args) -> Any:
    """Carry one call out and write down how it went. Raises ApiError as Telegram would refuse."""
    try:
        call.result = await _result(world, call.method, args)
        call.status = 200
    except ApiError as refusal:
        call.status, call.error = refusal.code, refusal.description
        raise
    return call.result


async def _result(world: World, asked: str, args: Args) -> Any:
    name = BY_LOWER.get(asked.lower())
    if name is None:
        raise ApiError(404, f"Not Found: method {asked} is not played here")
    _known(name, args)
    result = METHODS[name](world, args)
    return await result if inspect.isawaitable(result) else result


def _known(name: str, args: Args) -> None:
    """Telegram would ignore a misspelt argument; here it is refused, so that nobody believes it works."""
    strange = args.given.keys() - PARAMETERS[name]
    attached = {value[9:] for value in args.given.values() if isinstance(value, str) and value[:9] == "attach://"}
    if strange - attached:
        raise bad_request(f"sandbox: {name} has no argument {min(strange - attached)}")
