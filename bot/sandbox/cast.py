"""人物表: the fixed fictional cast of the demo and the stories. Nobody here exists."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

DEMO_TOKEN = "7000000001:AAdemo-branchlife-sandbox-token-0000"


@dataclass(frozen=True)
class Persona:
    """Somebody of the story. `id` is the Telegram user id, None for a member without Telegram."""

    id: int | None
    name: str
    about: str
    in_group: bool
    started: bool


@dataclass(frozen=True)
class Group:
    id: int
    title: str


@dataclass(frozen=True)
class BotAccount:
    id: int
    username: str
    name: str


FILE = tomllib.loads(Path(__file__).with_name("cast.toml").read_text(encoding="utf-8"))
PARTS = {each.pop("part"): Persona(**{"id": None, **each}) for each in FILE["people"]}

BOT = BotAccount(**FILE["bot"])
GROUP = Group(**FILE["group"])
CAST = tuple(PARTS.values())

SECRETARY = PARTS["secretary"]
ORGANISER = PARTS["organiser"]
ELDER = PARTS["elder"]
MEMBER = PARTS["member"]
PROBATIONARY = PARTS["probationary"]
COLLEAGUE = PARTS["colleague"]
GROUP_LEADER = PARTS["group_leader"]
ADMINISTRATOR = PARTS["administrator"]
OUTSIDER = PARTS["outsider"]
WITHOUT_TELEGRAM = PARTS["without_telegram"]
