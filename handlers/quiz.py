"""/quiz and /exam: one's own question, mistakes and tests, in private; what is typed about a question that is wrong; and what
Telegram tells of its polls.
"""

import re
from datetime import datetime

from telegram import Update

from handlers.context import Command, Heard
from models.card import Answer, Card, Refusal
from models.draft import Question
from models.quiz import faults, own, paper, tally

# /exam 20题 30分钟 及格16题 重考1次; the last two may be left out.
PAPER = re.compile(
    r"(?P<count>\d{1,3})\s*[题道]\s*(?P<minutes>\d{1,3})\s*分钟?"
    r"(?:\s*(?:及格|合格)\s*(?P<pass_mark>\d{1,3})\s*[题道]?)?(?:\s*(?:重考|补考)\s*(?P<retakes>\d)\s*次?)?"
)
RESULT = re.compile(r"(?P<name>[^\d\s]\S{0,79})\s+(?:答?对)?(?P<correct>\d{1,3})\s*[题道]?")  # /exam 何桂芳 16


async def quiz(heard: Heard) -> Answer:
    """/quiz: in a group it only says where to look."""
    if heard.private:
        return await own.show(heard.actor, heard.now)
    heard.actor.must("quiz.answer", heard.node.path if heard.node else "nowhere")
    return Answer(screen=Card("quiz/in_group"))


async def exam(heard: Heard) -> Answer:
    """/exam; with words the organiser draws a test up, or enters a result on paper."""
    if not heard.private:
        raise Refusal("gathering/private")
    words = " ".join(heard.words.split())
    if not words:
        return await paper.show(heard.actor, heard.now)
    if found := PAPER.fullmatch(words):
        return await paper.draw_up(heard.actor, wanted(found), heard.now)
    heard.actor.must_somewhere("quiz.settle")
    if result := RESULT.fullmatch(words):
        return await paper.enter(heard.actor, result["name"], int(result["correct"]), heard.now)
    raise Refusal("quiz/paper_form", most=paper.MOST_ITEMS)


def wanted(found: re.Match[str]) -> paper.Wanted:
    """Without a mark six in ten have to be right."""
    count = int(found["count"])
    pass_mark = int(found["pass_mark"]) if found["pass_mark"] else -(-count * 6 // 10)
    return paper.Wanted(count, int(found["minutes"]), pass_mark, int(found["retakes"] or 1))


async def fault(heard: Heard, question: Question) -> Answer:
    return await faults.say(heard.actor, heard.bot_id, question, heard.words, heard.now)


async def counted(_: int, update: Update, __: datetime) -> None:
    """A poll of the bot has another vote, or has ended."""
    assert update.poll is not None, "the handler is for these"
    await tally(update.poll.id, update.poll.total_voter_count, [option.voter_count for option in update.poll.options])


TYPED = {faults.QUESTION: fault}
COMMANDS = [Command("quiz", quiz), Command("exam", exam, menu=frozenset({"private"}))]
