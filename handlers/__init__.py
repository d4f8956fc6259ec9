"""What happens because a person said or tapped something. A tap needs no handler: it is a verb of `models.actions`."""

from telegram.ext import Application, CallbackQueryHandler, CommandHandler
from telegram.ext.filters import UpdateType

from handlers import gathering, start
from handlers.context import Command
from handlers.gate import Gate

FEATURES: list[list[Command]] = [
    start.COMMANDS,
    gathering.COMMANDS,
]


def register(application: Application, gate: Gate) -> None:  # type: ignore[type-arg]
    """Every command of every feature, and the one way in for taps. New handler objects for each application."""
    for command in commands():
        application.add_handler(CommandHandler(command.name, gate.hear(command), filters=UpdateType.MESSAGE))
    application.add_handler(CallbackQueryHandler(gate.tap))
    application.add_error_handler(gate.failed)


def commands() -> list[Command]:
    return [command for feature in FEATURES for command in feature]
