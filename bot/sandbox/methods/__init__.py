"""The Bot API methods that are played, by name. Each takes the world and the arguments and gives the result."""

import inspect
from collections.abc import Callable
from typing import Any

from bot.sandbox.arguments import Args, checked
from bot.sandbox.errors import ApiError
from bot.sandbox.limits import aim
from bot.sandbox.log import Call
from bot.sandbox.methods import asking, editing, polling, reach, receiving, sending
from bot.sandbox.shapes import table
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
    "sendMediaGroup": sending.send_media_group,
    "sendChatAction": sending.send_chat_action,
    "sendPoll": polling.send_poll,
    "stopPoll": polling.stop_poll,
    "editMessageText": editing.edit_message_text,
    "editMessageCaption": editing.edit_message_caption,
    "editMessageMedia": editing.edit_message_media,
    "editMessageReplyMarkup": editing.edit_message_reply_markup,
    "deleteMessage": editing.delete_message,
    "deleteMessages": editing.delete_messages,
    "leaveChat": reach.leave_chat,
}
NAMES = {name.lower(): name for name in table().methods}

# What a call may ask for and nobody plays: refused, because nothing would come of it.
NOT_PLAYED = (
    "business_connection_id",
    "inline_message_id",
    "direct_messages_topic_id",
    "suggested_post_parameters",
    "message_effect_id",
    "rich_message",
)


async def play(world: World, call: Call) -> Any:
    """Carry one call out and write down how it went. Raises ApiError as Telegram would refuse."""
    try:
        call.result = await _result(world, call)
        call.status = 200
    except ApiError as refusal:
        call.status, call.error = refusal.code, refusal.description
        raise
    return call.result


async def _result(world: World, call: Call) -> Any:
    name = NAMES.get(call.method.lower())
    if name is None:
        raise ApiError(404, "Not Found: method not found")
    args = checked(name, call.arguments)
    if name not in METHODS:
        raise ApiError(501, f"Not Implemented: method {name} is not played here")
    for strange in NOT_PLAYED:
        if args.has(strange):
            raise ApiError(501, f"Not Implemented: {strange} of {name} is not played here")
    world.limits.charge(
        name, aim(args.given.get("chat_id")) or 0, len(args.objects("media")) or 1 if name == "sendMediaGroup" else 1
    )
    result = METHODS[name](world, args)
    return await result if inspect.isawaitable(result) else result
