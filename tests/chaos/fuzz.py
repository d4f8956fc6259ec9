"""Updates nobody should send: built from the Bot API's own types, then spoiled."""

import json
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import bot.sandbox

Json = dict[str, Any]

API = Path(bot.sandbox.__file__).with_name("api.json")
DEEP = 4  # how deep objects nest; what would lie deeper is left out
OFTEN, SPOILED = 0.25, 0.12  # of the optional fields there are, of all fields spoiled
NASTY: tuple[Any, ...] = (
    *(None, True, 0, -1, 2**31, 2**63, 2**70, -(2**70), 1e308, "", "\0", "\ud800", "\u202e<b>", "x" * 5000, [], {}),
    *([[]], {"id": None}, "/start", "/plan 99月99日", "1.rsvp.1.1.0", "1.rsvp.zzzzzzzzzzzzz.0.0", "😀" * 64),
)
STRANGERS = (880_000_000, 880_000_500)  # nobody of a scene is among them


class Fuzz:
    """The same seed gives the same updates."""

    def __init__(self, seed: int) -> None:
        self.dice = Random(seed)
        told = json.loads(API.read_text(encoding="utf-8"))
        self.objects: dict[str, dict[str, str]] = told["objects"]
        self.unions: dict[str, list[str]] = told["unions"]
        self.plain: dict[str, Callable[[], Any]] = {
            "Integer": lambda: self.dice.randrange(*STRANGERS),
            "String": lambda: self.dice.choice(("某某", "/help", "supergroup", "private", "bot_command", "x")),
            "Boolean": lambda: self.dice.random() < 0.5,
            "True": lambda: True,
            "Float": lambda: self.dice.uniform(-1e9, 1e9),
        }

    def update(self) -> Json:
        """One of any kind; now and then more than one, or none."""
        kinds = [name for name in self.objects["Update"] if name != "update_id!"]
        if self.dice.random() < 0.6:
            kinds = ["message", "callback_query", "my_chat_member"]
        chosen = self.dice.sample(kinds, self.dice.choice((1, 1, 1, 1, 0, 2)))
        return {name: self.of(self.objects["Update"][name], DEEP) for name in chosen}

    def of(self, kind: str, deep: int) -> Any:
        if self.dice.random() < SPOILED:
            return self.dice.choice(NASTY)
        one = self.dice.choice(kind.split("|"))
        if one.startswith("["):
            return [self.of(one[1:-1], deep - 1) for _ in range(self.dice.randrange(3))] if deep else []
        if one in self.plain:
            return self.plain[one]()
        one = self.dice.choice(self.unions.get(one, [one]))
        return self.built(self.objects.get(one, {}), deep)

    def built(self, fields: dict[str, str], deep: int) -> Json:
        kept = {name: kind for name, kind in fields.items() if name.endswith("!") or (deep and self.dice.random() < OFTEN)}
        return {name.rstrip("!"): self.of(kind, deep - 1) for name, kind in kept.items()} if deep >= 0 else {}
