"""/plan: alone it shows the year; with a rule it shows what the rule would mean; with a date it plans one day.

A file of holidays sent in private teaches the sender's node a year.
"""

import re
import unicodedata
from datetime import time

from handlers import gathering
from handlers.context import Command, Heard
from models import theme_day
from models.card import Answer, Refusal
from models.organisation import Node
from models.recurrence import LAST, DayOfMonth, Nth, Rule, Window
from models.theme_day import Wanted

MONTHLY = re.compile(r"(?:每个?月|每月份)")
# What stands behind “每月”, then time and place. Numbers are digits or 一 to 三十一.
RULE = re.compile(
    r"(?:每个?月|每月份)\s*的?\s*(?:"
    r"第?\s*(?P<nth>[一二三四首1-4])\s*个?\s*(?:周|星期|礼拜)\s*(?P<weekday>[一二三四五六日天1-7])"
    r"|最后一?个?\s*(?:周|星期|礼拜)\s*(?P<last_weekday>[一二三四五六日天1-7])"
    r"|(?P<last_day>最后一[天日])"
    r"|第?\s*[一首1]\s*个?\s*(?P<working_day>工作日)"
    r"|(?P<first>[0-9一二三四五六七八九十廿]+)\s*[日号]?\s*(?:至|到|[-~—－])+\s*(?P<last>[0-9一二三四五六七八九十廿]+)\s*[日号]"
    r"|(?P<day>[0-9一二三四五六七八九十廿]+)\s*[日号]"
    r")\s*(?P<hour>\d{1,2}):(?P<minute>\d{2})\s+(?P<place>\S.*?)(?:\s+(?P<length>\d{1,3})\s*分钟)?"
    r"(?P<adjusted>\s+调休(?:上班)?日?也算)?",
    re.DOTALL,
)
FIRST, SUNDAY = re.compile(r"首"), re.compile(r"[日天7]")
SHORTEST, LONGEST = 10, 600  # minutes


async def plan(heard: Heard) -> Answer:
    """/plan, /plan 每月第一个周二 15:00 地点, /plan 12月1日 15:00 地点 主题"""
    if not heard.words:
        return await theme_day.year_list(heard.actor, await seen(heard), heard.now)
    if not MONTHLY.match(heard.words):
        return await gathering.plan(heard)
    node = heard.node if heard.node is not None else await gathering.only_node(heard)
    heard.actor.must("gathering.plan", node.path)
    return await theme_day.ask_rule(heard.actor, heard.bot_id, node, wanted(heard.words), heard.now)


async def seen(heard: Heard) -> Node:
    """The group's node; in private what the person organises or belongs to."""
    if heard.node is not None:
        return heard.node
    if not heard.private:
        if not (heard.actor.homes or heard.actor.reach("gathering.plan")):
            heard.actor.must("gathering.see", "nowhere")
        raise Refusal("gathering/unlinked")
    return await theme_day.where(heard.actor)


def wanted(words: str) -> Wanted:
    """Reads a line that begins with 每月."""
    found = RULE.fullmatch(" ".join(words.split()))  # many spaces in a row would be tried in every way
    if found is None:
        raise Refusal("theme_day/form")
    try:
        rule, at, minutes = rule_of(found), time(int(found["hour"]), int(found["minute"])), int(found["length"] or 60)
    except ValueError:
        raise Refusal("theme_day/form") from None
    if not SHORTEST <= minutes <= LONGEST:
        raise Refusal("theme_day/form")
    return Wanted(rule, at, found["place"], minutes, adjusted=bool(found["adjusted"]))


def rule_of(found: re.Match[str]) -> Rule:
    """ValueError for a day no month has."""
    if found["weekday"]:
        return Nth(1 if FIRST.fullmatch(found["nth"]) else number(found["nth"]), weekday(found["weekday"]))
    if found["last_weekday"]:
        return Nth(LAST, weekday(found["last_weekday"]))
    if found["working_day"]:
        return Window(1, 31)
    if found["last_day"]:
        return DayOfMonth(31)
    return DayOfMonth(number(found["day"])) if found["day"] else Window(number(found["first"]), number(found["last"]))


def weekday(word: str) -> int:
    """Monday is 0."""
    return 6 if SUNDAY.fullmatch(word) else number(word) - 1


def number(word: str) -> int:
    """Digits, or 一 to 三十一; ValueError for anything longer."""
    if word.isascii():
        return int(word)
    if len(word) > 3:
        raise ValueError("no day of a month")
    total = 0
    for letter in word:
        worth = int(unicodedata.numeric(letter))
        total = max(total, 1) * 10 if worth == 10 else total + worth
    return total


async def learnt(heard: Heard) -> Answer:
    """A file of holidays, in private."""
    assert heard.file is not None, "only files come here"
    return await theme_day.offer(heard.actor, heard.bot_id, heard.file.id, heard.file.size, heard.now)


COMMANDS = [Command("plan", plan)]
