"""Everything that reached anybody, as the sandbox logged it, told in the short names of the table."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from bot.sandbox.visitor import Visitor
from tests.stories.year.branch import PARTS_BY_CHAT, PARTS_BY_NAME
from tests.stories.year.table import Message, Table

MOMENT = re.compile(r"(?:(\d{4})年)?(\d{1,2})月(\d{1,2})日(?:（周.）)?(\d{1,2}:\d\d)")
DAY = re.compile(r"(\d{1,2})月(\d{1,2})日")
ANSWERS = {"参加": "yes", "请假": "leave"}
NEARNESS = {0: "今天", 1: "明天"}


@dataclass(frozen=True)
class Said:
    """A text that was there at a moment."""

    text: str
    at: datetime

    def starts(self, which: int = 0) -> datetime:
        """The gathering it speaks of: the first moment it names."""
        year, month, day, clock = list(MOMENT.finditer(self.text))[which].groups()
        hour, minute = map(int, clock.split(":"))
        return datetime(int(year or self.at.year), int(month), int(day), hour, minute, tzinfo=self.at.tzinfo)

    @property
    def of(self) -> str:
        return short(self.starts())

    @property
    def lead(self) -> str:
        """How long before the start it was said; wrong, if its words for the day are."""
        ahead, days = self.starts() - self.at, (self.starts().date() - self.at.date()).days
        if any((word in self.text) != (days == near) for near, word in NEARNESS.items()):
            return "on a wrong day"
        hours = round(ahead / timedelta(hours=1))
        return f"{hours // 24}d" if hours % 24 == 0 else f"{hours}h"

    def found(self, pattern: str) -> tuple[str, ...]:
        match = re.search(pattern, self.text)
        assert match is not None, (pattern, self.text)
        return match.groups()


def short(moment: datetime) -> str:
    return f"{moment:%m-%d %H:%M}"


def people(names: str) -> str:
    return " ".join(PARTS_BY_NAME[name] for name in names.split("、"))


def tally(said: Said) -> str:
    replied, every, joining, leaving = said.found(r"已回复 (\d+)／(\d+)：参加 (\d+)，请假 (\d+)")
    return f"answers {replied}/{every}: {joining} yes, {leaving} leave"


def listed(said: Said) -> str:
    return f"phone list {said.of} ({to_phone(said)})"


def to_phone(said: Said) -> str:
    return " ".join(map(people, re.findall(r"^\S+ \d+：(.*)$", said.text, re.MULTILINE)))


def untold(said: Said) -> str:
    return f"to be phoned of {said.of} ({to_phone(said)})"


def moved(said: Said) -> str:
    answered = re.search(r"您回复过“(..)”", said.text)
    return f"moved to {said.of} from {short(said.starts(1))} ({ANSWERS[answered[1]] if answered else 'no answer'})"


def counts(said: Said) -> str:
    return f"record {month(said)}: " + "/".join(said.found(r"应到 (\d+)：实到 (\d+)，请假 (\d+)，缺席 (\d+)"))


def locked(said: Said) -> str:
    made_up = re.search(r"补课 (\d+)／(\d+)", said.text)
    return f"locked{f', made up {made_up[1]}/{made_up[2]}' if made_up else ''}"


def year(said: Said) -> str:
    """Its days; `?` for 暂算, and in brackets what a day was by the rule."""
    lines = re.findall(r"^(\d+月\d+日)（周.）(.*)$", said.text, re.MULTILINE)
    over = re.findall(r"^已过\d+次：(.*)$", said.text, re.MULTILINE)
    past = [day(each) for each in over[0].split("、")] if over else []
    return " ".join(["year {}:".format(*said.found(r"(\d{4})年主题党日")), *past, *(line(*each) for each in lines)])


def line(written: str, rest: str) -> str:
    by_rule = re.search(r"原定(\d+月\d+日)", rest)
    return day(written) + "?" * ("暂算" in rest) + (f"({day(by_rule[1])})" if by_rule else "")


def day(written: str) -> str:
    month, number = DAY.findall(written)[0]
    return f"{date(2026, int(month), int(number)):%m-%d}"


# What a text is called, by words that tell it from all others; the first that fit.
Names = list[tuple[str, Callable[[Said], str]]]
NAMES: Names = [
    ("遇到节假日怎么办？", lambda said: "preview"),
    ("年主题党日\n", year),
    ("年的主题党日排好了", lambda said: "drawn up {}: {} days".format(*said.found(r"(\d{4})年的.*一共(\d+)次"))),
    ("要管理哪一次活动", lambda said: "which one"),
    ("要做什么？", lambda said: f"desk {said.of}"),
    ("请发来新的时间", lambda said: f"which day instead of {said.of}"),
    ("后，通知过的人都会收到消息；不改", lambda said: f"sure to move to {short(said.starts(1))}"),
    ("后，通知过的人都会收到消息，不能恢复", lambda said: f"sure to call off {said.of}"),
    ("收不到私信，请打电话告诉", untold),
    ("有变动\n", moved),
    ("不用再回复，再办时会另行通知", lambda said: f"called off {said.of}"),
    ("您还没有回复。请在", lambda said: f"reminder {said.lead} {said.of}"),
    ("您回复了参加，请准时到", lambda said: f"short word {said.lead} {said.of}"),
    ("请打电话问：", listed),
    ("没能参加，请补课", lambda said: f"make-up {said.of}"),
    ("请用一句话说明原因", lambda said: f"why {said.of}"),
    ("已记下原因", lambda said: "reason kept"),
    ("签到开始了", lambda said: f"venue {month(said)}"),
    ("代签\n", lambda said: f"to enter {month(said)}"),
    ("再点一次就锁定", lambda said: f"sure to lock {month(said)}"),
    ("请核对记录", counts),
    ("正在核对", lambda said: "roster"),
    ("还没有录入，请点按钮决定", lambda said: "roster"),
    ("有效多久？", lambda said: "link for how long"),
    ("绑定链接，只能用一次，", lambda said: "link"),
    ("您同意吗？", lambda said: "consent"),
    ("绑定好了", lambda said: "welcome"),
    ("已绑定Telegram账号", lambda said: f"{people(said.text.partition('同志')[0])} is bound"),
    ("已回复 ", lambda said: f"card {said.of}"),
]
# What one that was changed shows in the end, where that is more than its name.
ENDS: Names = [
    ("签到已结束：实到", lambda said: "over {}/{}".format(*said.found(r"实到 (\d+)／(\d+)"))),
    ("有变动，请看新的通知", lambda said: f"moved to {said.of}"),
    ("不用再回复，再办时会另行通知", lambda said: "called off"),
    ("记录已锁定", locked),
    ("这里没有要打电话问的人了", lambda said: "nobody to phone"),
    ("签到码不再有效", lambda said: "over"),
    ("这份名单不用了", lambda said: "put away"),
    ("还没签到", lambda said: "{} to enter".format(*said.found(r"还没签到 (\d+) 人"))),
    ("名册录入好了", lambda said: "{} new, {} changed".format(*said.found(r"新增 (\d+)，变更 (\d+)"))),
    ("要做什么？", lambda said: f"desk {said.of}"),
    ("已回复 ", tally),
]


def month(said: Said) -> str:
    return said.found(r"(\d+月)主题党日")[0]


def named(said: Said, names: Names) -> str:
    """The short name; of a text that has none, its beginning."""
    return next((name(said) for words, name in names if words in said.text), f"?? {said.text[:60]!r}")


@dataclass(frozen=True)
class Telling:
    """Whose table it is, and what texts are called in it."""

    table: Table
    names: Names = field(default_factory=lambda: NAMES)
    ends: Names = field(default_factory=lambda: ENDS)


async def seen(world: Visitor, telling: Telling) -> list[Message]:
    """All messages that were accepted, with what they show now."""
    calls = [call for call in await world.log() if call["method"].startswith("send") and "message_id" in call]
    now = {(chat, each["message_id"]): each["text"] for chat in PARTS_BY_CHAT for each in await world.sees(chat)}
    return sorted(told(call, now.get((call["chat_id"], call["message_id"]), "taken away"), telling) for call in calls)


def told(call: dict[str, Any], last: str, telling: Telling) -> Message:
    there = datetime.fromisoformat(call["civil"]).astimezone(telling.table.zone)
    first = str(call["result"].get("text") or call["result"].get("caption") or "")
    who = PARTS_BY_CHAT.get(call["chat_id"], str(call["chat_id"]))
    name = named(Said(first, there), telling.names)
    end = named(Said(last, there), [*telling.ends, *telling.names]) if last != first else ""
    return Message(telling.table.written(there), who, name, "" if end == name else end)


def differing(found: list[Message], wanted: list[Message]) -> list[str]:
    """What is missing and what is too much, in order of time, to be read beside the table."""
    missing, extra = Counter(wanted) - Counter(found), Counter(found) - Counter(wanted)
    told = [(message, "missing") for message in missing.elements()] + [(message, "extra  ") for message in extra.elements()]
    return [f"{sign}  {message}" for message, sign in sorted(told)]
