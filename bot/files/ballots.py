"""投票: cards that are the messenger's own poll; their text is the question and, below, what it explains with the answer."""

import html
from collections.abc import Callable
from typing import Any

from bot.channels import Ballot

LONGEST = 200  # characters of an explanation


def quiz(facts: dict[str, Any], text: str) -> Ballot:
    """The first line of the text is the question, what follows the explanation."""
    asked, (question, _, explanation) = facts["quiz_poll"], html.unescape(text).partition("\n")
    return Ballot(
        question, tuple(asked["options"]), tuple(asked["right"]), explanation[:LONGEST], asked["closes"], asked["over"]
    )


BALLOTS: dict[str, Callable[[dict[str, Any], str], Ballot]] = {"quiz/poll": quiz}
