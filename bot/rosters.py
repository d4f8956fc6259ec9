"""`import` and `export`: the roster through the command line, with the reach of an admin of the whole tree, and audited.

A command ends with 0 when it did what it was asked (a dry run is one, whatever it found), with 1 and a sentence on stderr when
nothing was written (bad rows and `--enter all`, a file that cannot be read, a roster that changed meanwhile), with 2 when it
was not understood.
"""

import base64
import binascii
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.console import words
from bot.files import sheets, vocabulary, writing
from bot.files.archive import Unreadable
from bot.files.vocabulary import difference, fault, unreadable
from bot.web.admin import BadWish
from models import clock, roster
from models.calendar import local
from models.database import atomic
from models.member import OPERATOR, Actor
from models.organisation import Bot, Node, zone_of
from models.roster import Book, Fault, Stale, Verdict

logger = logging.getLogger(__name__)

SHOWN = 20  # faults and differences on the screen
TELL_EVERY = 1.0  # seconds between two lines of progress

Json = dict[str, Any]


async def take(_: Bot, wishes: Json) -> Json:
    """import: {"name", "content" (base64), "root", "enter": "", "all" or "good"} → {"said": lines}."""
    if wishes.keys() != {"name", "content", "root", "enter"} or not all(isinstance(each, str) for each in wishes.values()):
        raise BadWish("import is told name, content, root and enter")
    now, root = clock.now(), await rooted(wishes["root"])
    try:
        book = sheets.read(wishes["name"], unpacked(wishes["content"]), local(now, await zone_of(root)).date())
    except Unreadable as why:
        raise BadWish(unreadable(why.reason, why.detail)) from None
    return {"said": "\n".join(await told(root, book, wishes["enter"], now))}


async def told(root: Node, book: Book, enter: str, now: datetime) -> list[str]:
    by = operating(root)
    verdict = await roster.compare(by, root.id, book, now)
    said = [words("import", "counts", **verdict.counts), *listed(verdict)]
    if enter not in ("all", "good"):
        return [*said, words("import", "dry")]
    if verdict.faults and enter == "all":
        raise BadWish("\n".join([sentence("bad", count=verdict.counts["bad"]), *said]))
    await entered(by, book, verdict, now)
    return [*said, words("import", "entered")]


async def entered(by: Actor, book: Book, verdict: Verdict, now: datetime) -> None:
    """The good rows, if they still mean what was just said."""
    assert by.root_id is not None, "the operator acts for a tree"
    people = sum(entry.person is None or bool(entry.changes) for entry in verdict.entries)
    try:
        await roster.enter(by, by.root_id, book.without(verdict.faults), verdict.mark, now, progress(people))
    except Stale as why:
        raise BadWish("\n".join([words("import", "stale"), *faulty(why.faults)])) from None


def progress(people: int, ticks: Callable[[], float] = clock.ticks) -> Callable[[int], None]:
    """A line in the log, which is the terminal where no service runs, for work that takes longer than a moment."""
    last = ticks()

    def tell(done: int) -> None:
        nonlocal last
        if ticks() - last >= TELL_EVERY:
            last = ticks()
            logger.info(sentence("writing", done=done, rows=people), extra={"action": "roster.writing"})

    return tell


def sentence(name: str, **facts: object) -> str:
    return str(vocabulary.words()["console"][name]).format(**facts)


def faulty(faults: list[Fault]) -> list[str]:
    return [fault(each.sheet, each.row, each.column, each.reason, each.detail) for each in faults[:SHOWN]]


def listed(verdict: Verdict) -> list[str]:
    lines = [*faulty(verdict.faults), *map(difference, roster.differences(verdict))]
    missing = "、".join(person.name for person in verdict.missing[:SHOWN])
    rest = [words("import", "missing", count=len(verdict.missing), names=missing)] if missing else []
    return lines[:SHOWN] + rest


async def give(_: Bot, wishes: Json) -> Json:
    """export: {"root"} → {"content": base64 of a workbook}."""
    if wishes.keys() != {"root"} or not isinstance(wishes["root"], str):
        raise BadWish("export is told the root")
    root = await rooted(wishes["root"])
    async with atomic():
        await roster.number(root.id)
        book = await roster.extract(root.id, [root.path], clock.now())
    return {"content": base64.b64encode(writing.export(book)).decode()}


def operating(root: Node) -> Actor:
    """The operator, with all that an admin of this root may."""
    return replace(OPERATOR, root_id=root.id, offices=(("admin", root.path),))


async def rooted(name: str) -> Node:
    """The root of that name; the only one where no name is given."""
    roots = await Node.filter(parent_id=None, **({"name": name} if name else {}))
    if len(roots) != 1:
        raise BadWish(words("import", "which"))
    return roots[0]


def unpacked(content: str) -> bytes:
    try:
        return base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError):
        raise BadWish("the content has to be base64") from None
