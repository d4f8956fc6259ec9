"""Rosters nobody thought of: an export read back changes nothing, and no file is more than a report or a sentence."""

import io
import unicodedata
import zipfile
from dataclasses import dataclass, replace
from datetime import date, time
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.files import sheets, writing
from bot.files.archive import Unreadable
from bot.files.vocabulary import difference, fault, unreadable
from models.database import atomic
from models.member import OPERATOR, Actor, Member, Membership
from models.organisation import Node, grow, know_bot, plant
from models.roster import Book, MemberLine, NodeLine, Verdict, compare, differences, extract, number
from tests.cast import NOW, ZONE, Cast
from tests.dump import changed, dump

TODAY = date(2026, 11, 21)
QUIETLY = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
CATEGORIES = ("direct", "serving", "mobile", "retired")
STATUSES = ("full", "probationary", "suspended", "transferred", "deceased", "lost_contact", "officer")


class Undone(Exception):
    """Takes an example back, so that the next finds the database as it was."""


@dataclass(frozen=True)
class Office:
    """A node to be: below which earlier one (by remainder), and its own wishes."""

    above: int
    name: str
    code: str | None
    wishes: dict[str, Any]
    closed: bool


@dataclass(frozen=True)
class Human:
    """Somebody to be, with the numbers of the nodes they belong to (by remainder)."""

    name: str
    code: str | None
    home: int
    reporting: int | None
    group: int | None
    facts: dict[str, Any]
    days: list[date]


numbers = st.integers(0, 20)
letters = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=12)
odd = st.sampled_from(
    ["=1+1", "+1", "@x", "'=1", "''+1", "＝1", "0123", "1e5", "#N/A", "TRUE", "买买提·艾力", "%_", "甲 支部", "𠮷"]
)
names = odd | letters.map(partial(unicodedata.normalize, "NFC"))
codes = st.none() | st.sampled_from(["Z1", "=1", "007", "20190701", "new:2", "#REF!", "M000001", "甲"])
clocks = st.none() | st.times().map(lambda at: at.strftime("%H:%M"))
wishes = st.fixed_dictionaries(
    {
        "zone": st.sampled_from([None, "Asia/Urumqi"]),
        "quiet_from": clocks,
        "quiz_at": clocks,
        "greets": st.sampled_from([None, True, False]),
    }
)
offices = st.lists(st.builds(Office, numbers, names, codes, wishes, st.booleans()), min_size=1, max_size=6)
facts = st.fixed_dictionaries({"category": st.sampled_from(CATEGORIES), "status": st.sampled_from(STATUSES)})
days = st.lists(st.dates(date(1921, 7, 1), TODAY), max_size=2)
humans = st.lists(
    st.builds(Human, names, codes, numbers, st.none() | numbers, st.none() | numbers, facts, days), min_size=1, max_size=8
)


async def founded(tree: list[Office]) -> list[Node]:
    root = await plant("区 委", "street_committee", ZONE, (await know_bot(7, "bot")).id)
    nodes = [root]
    taken: set[str | None] = {None}
    for one in tree:
        code = None if one.code in taken else one.code
        taken.add(code)
        above = nodes[one.above % len(nodes)]
        node = await grow(above, one.name, below(above.kind), code)
        await Node.filter(id=node.id).update(**one.wishes)
        nodes.append(node)
    return nodes


def below(kind: str) -> str:
    """Two kinds that may stand below each other for ever."""
    return "primary_committee" if kind == "area_committee" else "area_committee"


async def peopled(nodes: list[Node], people: list[Human]) -> None:
    taken: set[str | None] = {None}
    for one in people:
        code = None if one.code in taken else one.code
        taken.add(code)
        member = await Member.create(root_id=nodes[0].id, name=one.name, code=code, **one.facts, **dated(one.days))
        home = nodes[one.home % len(nodes)]
        below = [each for each in nodes if each.path.startswith(home.path)]
        await belongs(member, "home", home)
        if one.reporting is not None:
            await belongs(member, "reporting", nodes[one.reporting % len(nodes)])
        if one.group is not None:
            await belongs(member, "group", below[one.group % len(below)])


def dated(known: list[date]) -> dict[str, Any]:
    """None, one or both of the dates of a member, in their order."""
    return dict(zip(("joined_on", "full_member_on"), [*sorted(known), None, None], strict=False))


async def belongs(member: Member, kind: str, node: Node) -> None:
    await Membership.create(root_id=member.root_id, member_id=member.id, node_id=node.id, kind=kind, from_at=NOW)


async def shut(nodes: list[Node], tree: list[Office]) -> None:
    """Closes what was drawn to be closed, from below, where nothing open and nobody is left."""
    for node, one in reversed(list(zip(nodes[1:], tree, strict=True))):
        inhabited = await Membership.exists(node_id=node.id) or await Node.exists(parent_id=node.id, closed_at=None)
        if one.closed and not inhabited:
            await Node.filter(id=node.id).update(closed_at=NOW)


def admin(node: Node) -> Actor:
    return replace(OPERATOR, root_id=node.root_id, offices=(("admin", node.path),))


async def unchanged(top: Node) -> None:
    """What somebody with this reach is given and sends back means nothing."""
    by = admin(top)
    book = await extract(top.root_id or 0, by.reach("roster.edit"), NOW)
    verdict = await compare(by, top.root_id or 0, sheets.read("a.xlsx", writing.export(book), TODAY), NOW)
    rows = len(book.nodes) + len(book.members)
    assert (verdict.faults, differences(verdict), verdict.missing) == ([], [], [])
    assert verdict.counts == {"new": 0, "changed": 0, "same": rows, "bad": 0}


@settings(QUIETLY, max_examples=25)
@given(tree=offices, people=humans, part=numbers)
async def test_an_exported_roster_read_back_changes_nothing_for_the_whole_and_for_a_part(
    database: str, tree: list[Office], people: list[Human], part: int
) -> None:
    try:
        async with atomic():
            nodes = await founded(tree)
            await peopled(nodes, people)
            await shut(nodes, tree)
            await number(nodes[0].id)
            before = await dump()
            await unchanged(nodes[0])
            await unchanged(nodes[part % len(nodes)])
            assert changed(before, await dump()) == set()
            raise Undone
    except Undone:
        return


NODES = [
    NodeLine(2, "Z7", "甲支部", "branch", "", False, {"quiet_from": "21:00", "quiz_at": "08:00", "greets": True}),
    NodeLine(3, None, "一组", "party_group", "Z7"),
]
PEOPLE = [
    MemberLine(2, None, "member", "branch", "", "", "direct", "full", "2019-07-01", "2020-07-01"),
    MemberLine(3, "M9", "孙二", "neighbours", "branch", "", "mobile", "probationary", "2025-07-01", None),
]
WORKBOOK = writing.export(Book(NODES, PEOPLE))
TEXT = "编号,姓名,所在支部,类别,入党日期\r\n,member,branch,在职,2019-07-01\r\nM9,孙二,neighbours,,2025年7月1日\r\n"
JUNK = (
    *'"<>&;,\n\t=0９٣年-:',
    "\ufffe",
    "\x00",
    "&#1;",
    "</c>",
    "<f>1</f>",
    '<mergeCell ref="A1:B2"/>',
    't="e"',
    "é",
    "9" * 40,
)


@dataclass(frozen=True)
class Cut:
    """A place in a text (by remainder), how much of it goes, what comes instead."""

    at: int
    gone: int
    new: str


cuts = st.lists(
    st.builds(Cut, st.integers(0, 1 << 16), st.integers(0, 12), st.sampled_from(JUNK) | st.text(max_size=4)),
    min_size=1,
    max_size=4,
)


def cut(text: str, given_: list[Cut]) -> str:
    for one in given_:
        at = one.at % (len(text) + 1)
        text = text[:at] + one.new + text[at + one.gone :]
    return text


def spoilt(part: int, given_: list[Cut]) -> bytes:
    """The real workbook with one of its parts cut about, packed again so that it is still a zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(WORKBOOK)) as source, zipfile.ZipFile(out, "w") as target:
        listed = [name for name in source.namelist() if name.endswith(".xml")]
        chosen = [*[name for name in listed if "sheet" in name or "String" in name] * 3, *listed]
        bad = chosen[part % len(chosen)]
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, encoded(cut(content.decode(), given_)) if name == bad else content)
    return out.getvalue()


def encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def struck(at: int, new: bytes) -> bytes:
    """The real workbook with some bytes of the zip itself overwritten."""
    at %= len(WORKBOOK)
    return WORKBOOK[:at] + new + WORKBOOK[at + len(new) :]


files = (
    st.tuples(st.just("a.xlsx"), st.builds(spoilt, numbers, cuts))
    | st.tuples(st.just("a.xlsx"), st.builds(struck, st.integers(0, 1 << 16), st.binary(min_size=1, max_size=9)))
    | st.tuples(st.just("a.csv"), st.builds(cut, st.just(TEXT), cuts).map(encoded))
    | st.tuples(st.sampled_from(["a.xlsx", "a.csv", "a"]), st.binary(max_size=200))
)


async def reported(by: Actor, root_id: int, name: str, content: bytes) -> str | tuple[Book, Verdict]:
    """All that is said of a file, on the screen and in the file beside it; where a sentence is all, that."""
    try:
        book = sheets.read(name, content, TODAY)
    except Unreadable as why:
        return unreadable(why.reason, why.detail)
    verdict = await compare(by, root_id, book, NOW)
    assert all(fault(each.sheet, each.row, each.column, each.reason, each.detail) for each in verdict.faults)
    assert all(map(difference, differences(verdict)))
    assert writing.details(verdict)
    assert Book.from_facts(book.to_facts()) == book
    return book, verdict


def usable(book: Book) -> None:
    """What was read is what the tree can live by."""
    for line in book.nodes:
        for name, known in line.wishes.items():
            if known is not None and name != "greets":
                assert ZoneInfo(known) if name == "zone" else time.fromisoformat(known)


@settings(QUIETLY, max_examples=120)
@given(file=files)
@example(file=("a.csv", TEXT.replace("在职", "在\ufffe职").encode()))
@example(file=("a.xlsx", writing.export(Book([replace(NODES[0], wishes={"quiet_from": "3:٠٠"})]))))
async def test_any_file_ends_in_a_report_or_a_sentence_and_writes_nothing(cast: Cast, file: tuple[str, bytes]) -> None:
    before = await dump()
    told = await reported(admin(cast.district), cast.district.id, *file)
    assert told
    if not isinstance(told, str):
        usable(told[0])
    assert changed(before, await dump()) == set()
