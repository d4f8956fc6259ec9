"""Words at the last moment: dates as people write them, and nothing a person typed can do harm in a message."""

from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot import wording
from bot.channels import Button
from bot.sandbox.html import Html
from models.card import Card, Tap
from models.gathering import Gathering
from models.member import Member
from models.organisation import Node
from tests.bot.machine import NOON, Machine
from tests.plausible import BRIEF, RICH

HOSTILE = [
    "<b>粗</b>", "</b></a>", '<a href="tg://user?id=1">点我</a>', "&lt;b&gt;", "&", "<", '"><script>', "{{ 7 * 7 }}",
    "{% block x %}", "a\u202etxt.exe", "\u2066\u2067\u2068\u2069", "مرحبا", "\u200b\u200d\ufeff", "a\0b", "\ud800",
    "x\ud83dy", "😀" * 4096, "e" + "\u0301" * 500, "一\n二\r三\t四", "\x1b[31m", "长" * 500, "", " ",
    "http://example.invalid", "@somebody", "/plan",
]  # fmt: skip
CONTROLS = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u200b\u200c\u200d\u200e\u200f\ufeff\0\n\r\t\x1b")


class Tags(HTMLParser):
    """Every tag and attribute of a text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, list[tuple[str, str | None]]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, attrs))


def harmless(text: str, tags: int) -> str:
    """The words of a message in which only our own <b> are tags; Telegram would read it so too."""
    assert Tags(text).seen == [("b", [])] * tags
    words, entities = Html(text).read()
    assert {entity["type"] for entity in entities} <= {"bold"}
    assert len(entities) <= tags
    assert len(words) <= 4096
    words.encode()
    assert not CONTROLS.difference("\n") & set(words)
    assert words.count("\u2068") == words.count("\u2069")
    return str(words)


def hostile(text: str, people: int = 3) -> dict[str, Any]:
    """Everything somebody typed is this text; names come in lists of so many."""
    item = {"id": 1, "name": "", "title": text, "fixed": False, "done": False}
    typed = {"title": text, "place": text, "node": text, "theme": text}
    gathering = {**RICH, **typed, "names": [text] * people, "items": [item] * 9}
    names: dict[str, Any] = {kind: [text] * people for kind in ("joining", "waiting", "maybe", "leaving", "silent", "unbound")}
    unreached = {kind: [text] * people for kind in ("unbound", "blocked", "never_started", "chat_gone", "full", "silent")}
    facts = {
        "gathering": gathering,
        "people": names | {"reasons": [{"name": text, "reason": text * 3, "decision": "asked"}] * people},
        "occasion": {**BRIEF, **typed, "reply_by": RICH["reply_by"], "days": 1},
        "leave": {"name": text, "reason": text, "node": text, "decision": "asked", "gathering": {**BRIEF, **typed}},
        "agenda": {"topics": 2, "speakers": [text] * people},
        "topic": {"title": text, "name": text},
        "topics": [{"title": text, "name": text}] * 6,
        "unreached": unreached | {"total": 6 * people},
        "reach": unreached | {"total": 6 * people, "ok": 0, "nodes": [text]},
        "habits": {"node": text, "held": {"items": [text] * 9}},
        "member": {"name": text},
    }
    return dict(wording.cleaned(facts | {"duties": "", "own": "", "most": 9}))


TEXTS = {"gathering/card": 1, "gathering/planned": 1, "gathering/reminder": 1, "gathering/counts": 1, "gathering/names": 1,
         "gathering/agenda": 1, "gathering/droppable": 1, "gathering/desk": 1, "gathering/leave_asked": 1,
         "gathering/proposed": 0, "gathering/topics": 0, "gathering/untold": 1, "gathering/which_items": 0, "phone/list": 1,
         "start/member": 0, "binding/consent": 0, "binding/welcome": 0}  # fmt: skip


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_a_hostile_name_comes_out_harmless(name: str, text: str) -> None:
    harmless(wording.block(name, "body", hostile(text)), TEXTS[name])


@given(st.text(st.characters() | st.sampled_from("<>&\"'\u202e\u200b\0😀"), max_size=200))
@example("\u2069\u2069\u2069a")
def test_no_text_at_all_does_harm(text: str) -> None:
    for name, tags in TEXTS.items():
        harmless(wording.block(name, "body", hostile(text)), tags)


@pytest.mark.parametrize("name", ["gathering/names", "gathering/card", "gathering/untold", "phone/list", "gathering/agenda"])
def test_a_message_fits_however_many_people_and_however_long_their_names(name: str) -> None:
    for text in ("长" * 500, "😀" * 100, "&" * 80, "א" * 90):
        harmless(wording.block(name, "body", hostile(text, people=500)), 1)


def test_a_list_that_is_cut_says_so_and_a_branch_is_shown_whole() -> None:
    assert "参加 5000：" in wording.block("gathering/names", "body", hostile("周文静", people=5000))
    assert "等" in wording.block("gathering/names", "body", hostile("周文静", people=5000))
    assert "等" not in wording.block("gathering/names", "body", hostile("周文静", people=20))


def test_what_is_written_stays_readable() -> None:
    assert wording.clean("  周文静  ") == "周文静"
    assert wording.clean("买买提·阿不都拉") == "买买提·阿不都拉"
    assert wording.clean("مرحبا") == "\u2068مرحبا\u2069"
    assert wording.clean("e\u0301") == "é"
    assert len(wording.clean("长" * 500)) == wording.LONGEST_NAME


def test_dates_are_written_as_people_write_them() -> None:
    assert wording.moment("2026-12-01T15:00") == "2026年12月1日（周二）15:00"
    assert wording.moment("2026-11-22T09:05:00+08:00") == "2026年11月22日（周日）09:05"
    assert wording.day("2026-12-07") == "2026年12月7日（周一）"
    assert wording.short("2026-12-01T15:00") == "12月1日15:00"


def test_a_toast_is_plain_and_cut() -> None:
    kept = Card("gathering/kept", {"choice": 1, "starts": "2026-12-01T15:00"})
    assert wording.toast(kept) == "已记下：参加。12月1日15:00见。"
    assert wording.toast(Card("gathering/wordy", {"most": 60})).startswith("地点和主题")
    assert len(wording.toast(Card("gathering/wordy", {"most": int("9" * 300)}))) == wording.LONGEST_TOAST


def test_a_fact_that_is_missing_is_a_bug_and_not_a_gap() -> None:
    with pytest.raises(Exception, match="most"):
        wording.block("gathering/wordy", "body", {})


async def test_a_card_is_worded_from_what_is_true_when_it_leaves(machine: Machine) -> None:
    planned = await machine.plan("<b>党日</b>&", "二楼\u202e")
    card = Card("gathering/names", {"gathering": planned.id, "people": planned.id}, ((Tap("gathering.join", "rsvp", 7, 1),),))
    before = await wording.render(card, 36, NOON)
    assert before.buttons == ((Button("参加", data="1.rsvp.7.1.10"),),)
    await Gathering.filter(id=planned.id).update(title="改了")
    await Node.filter(id=machine.branch.id).update(name="<i>支部</i>")
    await Member.filter(name="王建军").update(name='</b><a href="tg://user?id=1">王')
    assert "&lt;b&gt;党日&lt;/b&gt;&amp;" in before.text
    after = harmless((await wording.render(card, 36, NOON)).text, 1)
    assert "<i>支部</i> 改了" in after
    assert '</b><a href="tg:/' in after


async def test_the_played_telegram_shows_a_hostile_title_as_it_was_written(machine: Machine) -> None:
    await machine.plan("<b>党日</b> & 😀", "</b>二楼")
    await machine.dispatcher.idle()
    (seen,) = await machine.world.sees((await machine.world.log(method="sendMessage"))[0]["chat_id"])
    assert seen["text"].startswith("<b>党日</b> & 😀\n时间：2026年11月28日（周六）")
    assert [entity["type"] for entity in seen["entities"]] == ["bold"]
