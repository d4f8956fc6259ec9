"""Which question a node is asked on a day, and in which order its options stand. Pure."""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

# 国家公祭日: a day of mourning asks only about what it mourns, or nothing.
MOURNING: dict[tuple[int, int], frozenset[str]] = {(12, 13): frozenset({"F28", "F68"})}
APART = timedelta(days=14)  # before the same fact is asked about again, where the bank allows it


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item that may be asked; `last`: when this node was asked it, or one of the same code."""

    id: int
    code: str
    fact: str
    last: date | None = None


def chosen(candidates: Collection[Candidate], day: date, node_id: int, told: Collection[str] = ()) -> Candidate | None:
    """The next one for a node: never asked before asked, asked long ago before asked lately, facts apart from each other.

    `told`: facts whose story is told that very day, and with it the answer. Each node has an order of its own.
    """
    allowed = MOURNING.get((day.month, day.day))
    among = [each for each in candidates if each.fact not in told and (allowed is None or each.fact in allowed)]
    fresh = {each.fact for each in candidates if each.last is not None and day - each.last < APART}
    return min(among, key=lambda each: (each.fact in fresh, each.last or date.min, lot(node_id, each.code)), default=None)


def lot(seed: object, code: str) -> str:
    """A number drawn once and for all."""
    return hashlib.sha256(f"{seed}:{code}".encode()).hexdigest()


def shuffled(count: int, seed: object) -> list[int]:
    """The places of `count` options in an order that the seed decides; of two, as right and wrong, in their own."""
    return sorted(range(count), key=lambda place: lot(seed, str(place))) if count > 2 else list(range(count))


def bits(places: Iterable[int]) -> int:
    """Options as one number: one bit for each."""
    return sum(1 << place for place in set(places))


def named(options: Sequence[str], picked: int) -> list[str]:
    """The options a number stands for."""
    return [option for place, option in enumerate(options) if picked >> place & 1]
