"""Order of intake: what shares a chat or a person stays together and in order; the rest may be done side by side."""

from collections.abc import Hashable, Iterator
from typing import Any

Json = dict[str, Any]


def lanes(updates: list[Json], most: int) -> list[list[Json]]:
    """Splits a batch into at most `most` lanes, each in the order of the batch, none sharing a chat or a person."""
    filled: list[list[tuple[int, Json]]] = [[] for _ in range(most)]
    for group in sorted(together(updates), key=len, reverse=True):
        min(filled, key=len).extend(group)
    return [[update for _, update in sorted(lane, key=lambda each: each[0])] for lane in filled if lane]


def together(updates: list[Json]) -> list[list[tuple[int, Json]]]:
    """The connected groups of a batch, each with its places in it."""
    above: dict[Hashable, Hashable] = {}

    def top(one: Hashable) -> Hashable:
        while (higher := above.setdefault(one, one)) != one:
            above[one] = above[higher]
            one = above[one]
        return one

    for place, update in enumerate(updates):
        for shared in sharing(update):
            above[top(shared)] = top(("update", place))
    groups: dict[Hashable, list[tuple[int, Json]]] = {}
    for place, update in enumerate(updates):
        groups.setdefault(top(("update", place)), []).append((place, update))
    return list(groups.values())


def sharing(update: Json) -> Iterator[Hashable]:
    """The chats and people of a raw update, however malformed it is; polls tell neither, and several are one question."""
    if "poll" in update:
        yield "poll"
    for event in update.values():
        if isinstance(event, dict):
            inner = event.get("message")
            for name, holder in (("chat", event), ("from", event), ("chat", inner)):
                party = holder.get(name) if isinstance(holder, dict) else None
                if isinstance(party, dict) and isinstance(party.get("id"), int):
                    yield name, party["id"]
