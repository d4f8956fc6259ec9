"""A poll of the bot: its options, who voted for what, and what the Bot API tells of it."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(slots=True)
class Poll:
    """`votes`: person -> options by place. A quiz tells its right options once it is closed, as to everybody who looks."""

    id: str
    chat: int
    message_id: int
    told: Json
    options: list[Json]
    right: list[int]
    closes_at: float | None = None
    votes: dict[int, list[int]] = field(default_factory=dict)

    @property
    def closed(self) -> bool:
        return bool(self.told["is_closed"])

    @property
    def quiz(self) -> bool:
        return bool(self.told["type"] == "quiz")

    def as_json(self) -> Json:
        counted = Counter(place for places in self.votes.values() for place in places)
        options = [option | {"voter_count": counted[place]} for place, option in enumerate(self.options)]
        shown = self.told | {"options": options, "total_voter_count": len(self.votes)}
        return shown | ({"correct_option_ids": self.right} if self.quiz else {})
