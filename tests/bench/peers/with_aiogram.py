"""A plain bot: aiogram 3 with its own polling, SQLAlchemy behind it (asyncpg on PostgreSQL, aiosqlite on SQLite)."""

from contextlib import suppress
from typing import Any

from aiogram import Bot, Dispatcher, Router
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramBadRequest, TelegramRetryAfter
from aiogram.filters import Command, CommandObject
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from sqlalchemy import BigInteger, ForeignKey, String, UniqueConstraint, event, func, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

WORDS = {"join": "参加", "leave": "请假"}
router = Router()
Sessions = async_sessionmaker[AsyncSession]


class Base(DeclarativeBase):
    pass


class Meeting(Base):
    __tablename__ = "meeting"

    id: Mapped[int] = mapped_column(primary_key=True)
    chat_id: Mapped[int] = mapped_column(BigInteger)
    title: Mapped[str] = mapped_column(String(200))


class Answer(Base):
    __tablename__ = "answer"
    __table_args__ = (UniqueConstraint("meeting_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    user_id: Mapped[int] = mapped_column(BigInteger)
    choice: Mapped[str] = mapped_column(String(10))


class Choice(CallbackData, prefix="answer"):
    meeting: int
    choice: str


def keyboard(meeting: Meeting) -> InlineKeyboardMarkup:
    buttons = [
        InlineKeyboardButton(text=word, callback_data=Choice(meeting=meeting.id, choice=choice).pack())
        for choice, word in WORDS.items()
    ]
    return InlineKeyboardMarkup(inline_keyboard=[buttons])


async def card(session: AsyncSession, meeting: Meeting) -> str:
    counts = select(Answer.choice, func.count()).where(Answer.meeting_id == meeting.id).group_by(Answer.choice)
    tally: dict[str, int] = {choice: count for choice, count in await session.execute(counts)}
    return f"<b>{meeting.title}</b>\n" + "\n".join(f"{word}：{tally.get(choice, 0)}" for choice, word in WORDS.items())


@router.message(Command("meeting"))
async def announce(message: Message, command: CommandObject, sessions: Sessions) -> None:
    async with sessions() as session:
        meeting = Meeting(chat_id=message.chat.id, title=command.args or "")
        session.add(meeting)
        await session.commit()
        await message.answer(await card(session, meeting), reply_markup=keyboard(meeting))


@router.callback_query(Choice.filter())
async def answer(query: CallbackQuery, callback_data: Choice, sessions: Sessions) -> None:
    async with sessions() as session:
        meeting = await session.get_one(Meeting, callback_data.meeting)
        given = await session.scalar(
            select(Answer).where(Answer.meeting_id == meeting.id, Answer.user_id == query.from_user.id)
        )
        if given is None:
            session.add(Answer(meeting_id=meeting.id, user_id=query.from_user.id, choice=callback_data.choice))
        else:
            given.choice = callback_data.choice
        await session.commit()
        words = await card(session, meeting)
    await query.answer(f"已记录：{WORDS[callback_data.choice]}")
    if isinstance(query.message, Message):
        with suppress(TelegramRetryAfter, TelegramBadRequest):  # too many edits, or nothing new: the next press edits again
            await query.message.edit_text(words, reply_markup=keyboard(meeting))


def opened(url: str) -> AsyncEngine:
    """On SQLite with the write-ahead log, as everybody advises, and waiting for the disk at every commit, as by default."""
    engine = create_async_engine(
        url.replace("postgresql://", "postgresql+asyncpg://").replace("sqlite://", "sqlite+aiosqlite:///")
    )
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine.sync_engine, "connect")
        def write_ahead(connection: Any, _: Any) -> None:
            connection.execute("PRAGMA journal_mode=WAL")

    return engine


async def run(token: str, api: str, database: str) -> None:
    """Polls until stopped."""
    engine = opened(database)
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    server = AiohttpSession(api=TelegramAPIServer.from_base(api))
    bot = Bot(token, session=server, default=DefaultBotProperties(parse_mode="HTML"))
    dispatcher = Dispatcher(sessions=async_sessionmaker(engine, expire_on_commit=False))
    dispatcher.include_router(router)
    try:
        await dispatcher.start_polling(bot)
    finally:
        await engine.dispose()
