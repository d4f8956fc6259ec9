"""What happens because a person said or tapped something. A tap needs no handler: it is a verb of `models.actions`."""

from telegram.ext import Application, CallbackQueryHandler, ChatMemberHandler, CommandHandler, MessageHandler, PollHandler
from telegram.ext.filters import COMMAND, TEXT, ChatType, Document, UpdateType

from handlers import (
    answers,
    binding,
    birthday,
    desk,
    group,
    mine,
    pledge,
    quiz,
    reach,
    report,
    roles,
    roster,
    signing,
    start,
    theme_day,
)
from handlers.context import Command
from handlers.gate import Gate

# In the order in which /help tells of them: what is wanted every month first.
FEATURES: list[list[Command]] = [
    start.offering(lambda: commands()),
    theme_day.COMMANDS,
    report.COMMANDS,
    signing.COMMANDS,
    pledge.COMMANDS,
    quiz.COMMANDS,
    desk.COMMANDS,
    birthday.COMMANDS,
    binding.COMMANDS,
    group.COMMANDS,
    reach.COMMANDS,
    roles.COMMANDS,
    roster.COMMANDS,
    mine.COMMANDS,
]


PLAIN = UpdateType.MESSAGE & ChatType.PRIVATE & TEXT & ~COMMAND  # what is said in a group is not read

FILE = UpdateType.MESSAGE & ChatType.PRIVATE & Document.ALL


def register(application: Application, gate: Gate) -> None:  # type: ignore[type-arg]
    """Every command of every feature, and the one way in for taps. New handler objects for each application."""
    for command in commands():
        application.add_handler(CommandHandler(command.name, gate.hear(command), filters=UpdateType.MESSAGE))
    application.add_handler(MessageHandler(PLAIN, gate.hear(answers.TYPED)))
    application.add_handler(MessageHandler(FILE, gate.hear(answers.SENT)))
    for seen, happening in group.HAPPENINGS:
        application.add_handler(MessageHandler(seen & UpdateType.MESSAGE, gate.witness(happening)))
    application.add_handler(ChatMemberHandler(gate.witness(group.moved), ChatMemberHandler.MY_CHAT_MEMBER))
    application.add_handler(PollHandler(gate.witness(quiz.counted)))
    application.add_handler(CallbackQueryHandler(gate.tap))
    application.add_error_handler(gate.failed)


def commands() -> list[Command]:
    return [command for feature in FEATURES for command in feature]
