"""A plain bot: python-telegram-bot with its own Application and Updater, Tortoise behind it."""

from contextlib import suppress
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.error import BadRequest, RetryAfter
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, ContextTypes
from tortoise import Tortoise, fields
from tortoise.functions import Count
from tortoise.models import Model

WORDS = {"join": "参加", "leave": "请假"}


class Meeting(Model):
    id = fields.IntField(primary_key=True)
    chat_id = fields.BigIntField()
    title = fields.CharField(200)


class Answer(Model):
    id = fields.IntField(primary_key=True)
    meeting: fields.ForeignKeyRelation[Meeting] = fields.ForeignKeyField("models.Meeting", related_name="answers")
    user_id = fields.BigIntField()
    choice = fields.CharField(10)

    class Meta:
        unique_together = (("meeting", "user_id"),)


def keyboard(meeting: Meeting) -> InlineKeyboardMarkup:
    buttons = [InlineKeyboardButton(word, callback_data=f"answer:{meeting.id}:{choice}") for choice, word in WORDS.items()]
    return InlineKeyboardMarkup([buttons])


async def card(meeting: Meeting) -> str:
    counted = await Answer.filter(meeting=meeting).annotate(n=Count("id")).group_by("choice").values_list("choice", "n")
    tally: dict[Any, Any] = dict(counted)
    return f"<b>{meeting.title}</b>\n" + "\n".join(f"{word}：{tally.get(choice, 0)}" for choice, word in WORDS.items())


async def announce(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.message is not None
    meeting = await Meeting.create(chat_id=update.message.chat_id, title=" ".join(context.args or []))
    await update.message.chat.send_message(await card(meeting), parse_mode="HTML", reply_markup=keyboard(meeting))


async def answer(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    query = update.callback_query
    assert query is not None
    assert query.data is not None
    _, meeting_id, choice = query.data.split(":")
    meeting = await Meeting.get(id=int(meeting_id))
    await Answer.update_or_create(meeting=meeting, user_id=query.from_user.id, defaults={"choice": choice})
    await query.answer(f"已记录：{WORDS[choice]}")
    with suppress(RetryAfter, BadRequest):  # too many edits, or nothing new: the next press edits again
        await query.edit_message_text(await card(meeting), parse_mode="HTML", reply_markup=keyboard(meeting))


async def open_database(application: "Application[Any, Any, Any, Any, Any, Any]") -> None:
    url = application.bot_data["database"]
    await Tortoise.init(db_url=url, modules={"models": [__name__]}, _enable_global_fallback=True)
    await Tortoise.generate_schemas(safe=True)


async def close_database(application: "Application[Any, Any, Any, Any, Any, Any]") -> None:
    await Tortoise.close_connections()


def run(token: str, api: str, database: str) -> None:
    """Polls until stopped. Concurrent updates are one documented switch, and who meets a crowd turns it."""
    application = (
        Application.builder()
        .token(token)
        .base_url(f"{api}/bot")
        .concurrent_updates(True)
        .post_init(open_database)
        .post_shutdown(close_database)
        .build()
    )
    application.bot_data["database"] = database.replace("postgresql://", "asyncpg://")
    application.add_handler(CommandHandler("meeting", announce))
    application.add_handler(CallbackQueryHandler(answer, pattern="^answer:"))
    application.run_polling()
