"""Settings: one flat table read from BRANCHLIFE_* variables; secrets also from files named by BRANCHLIFE_*_FILE."""

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, Self
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.crash import STEPS

PREFIX = "BRANCHLIFE_"
# Read by the test suite, so it may stand in the environment of a service that a test starts.
FOREIGN = f"{PREFIX}TEST_"
WORDS = Path(__file__).parent / "texts" / "settings.toml"
TOKEN = re.compile(r"[0-9]{6,}:[A-Za-z0-9_-]{30,}")
CRASH = re.compile(rf"({'|'.join(map(re.escape, STEPS))})(:\d{{1,6}})?")
DATABASE_FILE = "branchlife.sqlite3"

Port = Annotated[int, Field(ge=0, le=65535)]


class BadSettings(Exception):
    """The settings are wrong; `problems` has one plain sentence for each, none with a value in it."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class Described(NamedTuple):
    """A row of the table of settings: the variable's name, its default as text, its help, whether it is a secret."""

    name: str
    default: str
    help: str
    secret: bool


class Settings(BaseSettings):
    """What the operator decides. Built by `load`; a direct call takes keywords only and never looks at the environment.

    The help of each setting is in bot/texts/settings.toml.
    """

    model_config = SettingsConfigDict(frozen=True, hide_input_in_errors=True, validate_default=True, extra="forbid")

    token: SecretStr = SecretStr("")
    api_base_url: str = "https://api.telegram.org"
    data_dir: Path = Path("var")
    database_url: SecretStr = SecretStr("")
    sandbox: bool = False
    crash_at: str = ""
    admin_port: Port = 0
    webhook_url: str = ""
    webhook_port: Annotated[int, Field(ge=1, le=65535)] = 8443
    webhook_secret: SecretStr = SecretStr("")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"] = "INFO"
    log_format: Literal["text", "json"] = "text"
    zone: str = "Asia/Shanghai"
    per_second: Annotated[int, Field(ge=1, le=1000)] = 30
    chat_burst: Annotated[int, Field(ge=1, le=1000)] = 3
    group_per_minute: Annotated[int, Field(ge=1, le=1000)] = 20
    edits_per_minute: Annotated[int, Field(ge=1, le=1000)] = 8
    senders: Annotated[int, Field(ge=1, le=50)] = 8

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None) -> Self:
        """The settings in `environ` (default: the process's); raises BadSettings naming every wrong one at once."""
        given, problems = _gather(os.environ if environ is None else environ, _secrets(cls))
        try:
            settings = cls(**given)
        except ValidationError as error:
            problems += _sentences(error)
        if problems:  # raised out here: the validation error, which knows the values, is not its context
            raise BadSettings(problems)
        return settings

    @classmethod
    def describe(cls) -> Iterator[Described]:
        """Every setting, for the tables of the README and of `doctor`."""
        secrets, defaults, texts = _secrets(cls), cls(), words()["help"]
        for field in cls.model_fields:
            value = getattr(defaults, field)
            # The defaults hold no secrets, so they may be shown even where the setting is one.
            shown = value.get_secret_value() if isinstance(value, SecretStr) else _plain(value)
            yield Described(PREFIX + field.upper(), shown, texts[field], field in secrets)

    @property
    def database_file(self) -> Path | None:
        """The file of a SQLite database; None for a database in memory or on a server."""
        scheme, _, rest = self.database_url.get_secret_value().partition("://")
        path = rest.partition("?")[0]
        return Path(path) if scheme == "sqlite" and path != ":memory:" else None

    @property
    def polling(self) -> bool:
        """Whether updates are fetched by long polling rather than received by webhook."""
        return not self.webhook_url

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)

    @field_validator("token")
    @classmethod
    def _token_has_its_shape(cls, token: SecretStr) -> SecretStr:
        if token.get_secret_value() and not TOKEN.fullmatch(token.get_secret_value()):
            raise ValueError("shape")
        return token

    @field_validator("api_base_url")
    @classmethod
    def _api_base_url_is_plain(cls, url: str) -> str:
        parts = _web_address(url)
        if parts.query or parts.fragment:
            raise ValueError("more than a base")
        return url.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _database_is_one_we_know(cls, url: SecretStr, info: ValidationInfo) -> SecretStr:
        if not url.get_secret_value():
            return SecretStr(f"sqlite://{info.data.get('data_dir', 'var')}/{DATABASE_FILE}")
        if not url.get_secret_value().startswith(("sqlite://", "postgres://", "postgresql://")):
            raise ValueError("scheme")
        return url

    @field_validator("sandbox")
    @classmethod
    def _sandbox_is_not_the_real_thing(cls, sandbox: bool, info: ValidationInfo) -> bool:
        if sandbox and urlsplit(info.data.get("api_base_url", "")).hostname == "api.telegram.org":
            raise PydanticCustomError("sandbox_live", "")
        return sandbox

    @field_validator("crash_at")
    @classmethod
    def _crashes_are_for_tests(cls, where: str, info: ValidationInfo) -> str:
        if where and not (info.data.get("sandbox") and CRASH.fullmatch(where)):
            raise ValueError("where")
        return where

    @field_validator("webhook_url")
    @classmethod
    def _webhook_is_encrypted(cls, url: str, info: ValidationInfo) -> str:
        if url and _web_address(url).scheme != "https" and not _loopback(info.data.get("api_base_url")):
            raise PydanticCustomError("webhook_https", "")
        return url

    @field_validator("webhook_secret")
    @classmethod
    def _webhook_has_a_secret(cls, secret: SecretStr, info: ValidationInfo) -> SecretStr:
        if not secret.get_secret_value():
            if info.data.get("webhook_url"):
                raise PydanticCustomError("webhook_secret_missing", "")
        elif not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret.get_secret_value()):
            raise ValueError("characters")
        return secret

    @field_validator("log_level", mode="before")
    @classmethod
    def _log_level_in_capitals(cls, level: object) -> object:
        return level.upper() if isinstance(level, str) else level

    @field_validator("zone")
    @classmethod
    def _zone_exists(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (KeyError, OSError) as error:  # not found is a KeyError, the name of a folder of zones an OSError
            raise ValueError(zone) from error
        return zone

    @field_validator("edits_per_minute")
    @classmethod
    def _edits_are_part_of_the_group_rate(cls, edits: int, info: ValidationInfo) -> int:
        if edits > info.data.get("group_per_minute", edits):
            raise PydanticCustomError("edits_above_group", "")
        return edits


@cache
def words() -> dict[str, dict[str, str]]:
    """The sentences of bot/texts/settings.toml by table."""
    return tomllib.loads(WORDS.read_text(encoding="utf-8"))


def _secrets(settings: type[Settings]) -> set[str]:
    return {name for name, field in settings.model_fields.items() if field.annotation is SecretStr}


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _gather(environ: Mapping[str, str], secrets: set[str]) -> tuple[dict[str, Any], list[str]]:
    """Values by field name and the sentences about variables that cannot be used. An empty variable counts as unset."""
    given: dict[str, Any] = {}
    problems: list[str] = []
    names = {PREFIX + field.upper(): field for field in Settings.model_fields}
    files = {f"{PREFIX}{field.upper()}_FILE": field for field in secrets}
    for name in sorted(key for key in environ if key.upper().startswith(PREFIX) and not key.startswith(FOREIGN)):
        if name not in names | files:
            problems.append(_unknown(name, [*names, *files]))
        elif environ[name] and name in names:
            given[names[name]] = environ[name].strip()
        elif environ[name]:
            _take_file(given, files[name], environ[name], problems)
    return given, problems


def _take_file(given: dict[str, Any], field: str, path: str, problems: list[str]) -> None:
    name, texts = PREFIX + field.upper(), words()["environment"]
    if field in given:
        problems.append(texts["both"].format(name=name))
        return
    try:
        content = Path(path).read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        problems.append(texts["unreadable"].format(name=name))
        return
    if content:
        given[field] = content
    else:
        problems.append(texts["empty"].format(name=name))


def _unknown(name: str, known: list[str]) -> str:
    tails = [each.removeprefix(PREFIX) for each in known]  # compared without what they all have in common
    near = get_close_matches(name.upper().removeprefix(PREFIX), tails, n=1, cutoff=0.7)
    texts = words()["environment"]
    return texts["unknown_near"].format(name=name, near=PREFIX + near[0]) if near else texts["unknown"].format(name=name)


def _sentences(error: ValidationError) -> list[str]:
    """One sentence for each wrong setting: the special one its validator chose, else the setting's own."""
    texts = words()["wrong"]
    return [texts.get(each["type"], texts[str(each["loc"][0])]) for each in error.errors(include_input=False)]


def _web_address(url: str) -> SplitResult:
    """The parts of an absolute web address without user name; raises ValueError, also from urlsplit itself."""
    parts = urlsplit(url)
    sound = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    if not sound or parts.username is not None or re.search(r"\s", url):
        raise ValueError("not a web address")
    return parts


def _loopback(url: str | None) -> bool:
    host = urlsplit(url or "").hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
