"""题库: the items as they ship, and which of them may be asked."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from models.database import atomic, rows
from models.quiz.choosing import Candidate, bits
from models.quiz.tables import Item, Reading

MULTIPLE, TRUTH = "multiple", "truth"


@dataclass(frozen=True, slots=True)
class Shipped:
    """One item of a pack, already judged; `right`: places among the options."""

    code: str
    fact: str
    kind: str
    question: str
    options: tuple[str, ...]
    right: tuple[int, ...]
    why: str
    source: str
    tags: tuple[str, ...]
    valid_until: date | None
    enabled: bool

    @property
    def digest(self) -> str:
        """Of what is asked and answered: where that changes, it is another question."""
        asked = [self.kind, self.question, self.options, self.right, self.why]
        return hashlib.sha256(json.dumps(asked, ensure_ascii=False).encode()).hexdigest()

    @property
    def terms(self) -> tuple[str, str, date | None, bool]:
        """What may change about the same question. Without a source it cannot be scheduled."""
        return self.source, written(self.tags), self.valid_until, self.enabled and bool(self.source)


@dataclass(frozen=True, slots=True)
class Told:
    """A reading card: what happened on a day, and where it is told."""

    fact: str
    day: date
    statement: str
    source: str


def written(values: Iterable[str]) -> str:
    return json.dumps(list(values), ensure_ascii=False)


async def ship(packs: Mapping[str, Sequence[Shipped]], unread: Collection[str] = ()) -> int:
    """The packs that come with the product, by name; how many items are news. What is shipped no more is asked no more, but for
    the packs that could not be read: they stay as they were.
    """
    async with atomic():
        kept = {(item.code, item.digest): item for item in await Item.all()}
        news = 0
        for pack, items in packs.items():
            for one in items:
                news += await place(pack, one, kept.pop((one.code, one.digest), None))
        gone = [item.id for item in kept.values() if item.enabled and item.pack not in unread]
        if gone:
            await Item.filter(id__in=gone).update(enabled=False)
        return news


async def place(pack: str, one: Shipped, kept: Item | None) -> bool:
    """Writes one item, if there is anything to write; whether it is new or asked again."""
    source, tags, valid_until, enabled = one.terms
    terms: dict[str, Any] = {"pack": pack, "source": source, "tags": tags, "valid_until": valid_until, "enabled": enabled}
    if kept is None:
        asked: dict[str, Any] = {
            "question": one.question,
            "options": written(one.options),
            "answer": bits(one.right),
            "why": one.why,
        }
        await Item.create(code=one.code, digest=one.digest, fact=one.fact, kind=one.kind, **asked, **terms)
        return enabled
    if any(getattr(kept, name) != value for name, value in terms.items()):
        await Item.filter(id=kept.id).update(**terms)
    return enabled and not kept.enabled


async def tell(readings: Sequence[Told]) -> None:
    """The reading cards that come with the product take the place of those before."""
    wanted = {each.fact: each for each in readings}
    kept = {each.fact: each for each in await Reading.all()}
    if {fact: Told(fact, each.day, each.statement, each.source) for fact, each in kept.items()} == wanted:
        return
    async with atomic():
        await Reading.all().delete()
        for each in readings:
            await Reading.create(fact=each.fact, day=each.day, statement=each.statement, source=each.source)


# What may be asked in a tree on a day: it ships, it is valid, and nothing is known to be wrong with it.
ASKABLE = """
SELECT i.id, i.code, i.fact, i.kind, i.tags FROM quiz_item i
WHERE i.enabled = ? AND (i.valid_until IS NULL OR i.valid_until >= ?)
  AND NOT EXISTS (SELECT 1 FROM quiz_pause p WHERE p.root_id = ? AND p.item_id = i.id)
ORDER BY i.code
"""
LAST = """
SELECT j.code, MAX(d.day) AS last FROM quiz_day d JOIN quiz_item j ON j.id = d.item_id WHERE d.node_id = ? GROUP BY j.code
"""


async def askable(root_id: int, day: date) -> list[dict[str, object]]:
    """Items that may be asked: id, code, fact, kind, tags (JSON)."""
    return await rows(ASKABLE, True, day, root_id)


async def candidates(node_id: int, root_id: int, day: date) -> list[Candidate]:
    """What a group may be asked: in a group one tap is an answer, so that nothing with several right ones is asked there."""
    last = {row["code"]: date.fromisoformat(str(row["last"])) for row in await rows(LAST, node_id)}
    found = [row for row in await rows(ASKABLE, True, day, root_id) if row["kind"] != MULTIPLE]
    return [Candidate(row["id"], row["code"], row["fact"], last.get(row["code"])) for row in found]
