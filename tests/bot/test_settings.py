from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.settings import BadSettings, Settings, words

TOKEN = "7000000001:CANARY-canary_CANARY-canary_CANARY1"


def problems(**variables: str) -> list[str]:
    """What is said about these variables, written without their prefix."""
    with pytest.raises(BadSettings) as bad:
        Settings.load({f"BRANCHLIFE_{name}": value for name, value in variables.items()})
    assert bad.value.__context__ is None  # it would know the values
    assert str(bad.value) == "\n".join(bad.value.problems)
    return list(bad.value.problems)


def load(**variables: str) -> Settings:
    return Settings.load({f"BRANCHLIFE_{name}": value for name, value in variables.items()})


def test_an_empty_environment_gives_the_defaults() -> None:
    settings = Settings.load({"PATH": "/bin"})
    assert settings == Settings()
    assert settings.polling
    assert not settings.sandbox
    assert settings.database_url.get_secret_value() == "sqlite://var/branchlife.sqlite3"
    assert (settings.per_second, settings.chat_burst, settings.group_per_minute) == (30, 3, 20)
    assert (settings.edits_per_minute, settings.senders, settings.zone) == (8, 8, "Asia/Shanghai")


def test_without_an_argument_the_environment_of_the_process_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRANCHLIFE_SENDERS", "3")
    monkeypatch.setenv("SENDERS", "4")
    assert Settings.load().senders == 3
    assert Settings().senders == 8


def test_values_are_read_by_their_type_and_an_empty_variable_is_unset() -> None:
    settings = load(TOKEN=f" {TOKEN}\n", SANDBOX="true", API_BASE_URL="http://127.0.0.1:8081/x/", LOG_LEVEL="debug", ZONE="")
    assert settings.token.get_secret_value() == TOKEN
    assert settings.sandbox is True
    assert settings.api_base_url == "http://127.0.0.1:8081/x"
    assert (settings.log_level, settings.zone) == ("DEBUG", "Asia/Shanghai")


def test_the_database_lives_in_the_data_folder_unless_said_otherwise() -> None:
    assert load(DATA_DIR="/data").database_url.get_secret_value() == "sqlite:///data/branchlife.sqlite3"
    url = "postgres://u:p%40w@db/branchlife"
    assert load(DATABASE_URL=url).database_url.get_secret_value() == url


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TOKEN", "CANARY"),
        ("TOKEN", f"{TOKEN}!"),
        ("API_BASE_URL", "ftp://CANARY/"),
        ("API_BASE_URL", "https://"),
        ("API_BASE_URL", "https://CANARY:secret@a.b/"),
        ("API_BASE_URL", "https://a.b/?CANARY=1"),
        ("API_BASE_URL", "http://a.b:CANARY/"),
        ("API_BASE_URL", "http://[CANARY/"),
        ("DATABASE_URL", "mysql://u:CANARY@h/d"),
        ("SANDBOX", "CANARY"),
        ("ADMIN_PORT", "65536"),
        ("ADMIN_PORT", "CANARY"),
        ("WEBHOOK_URL", "CANARY"),
        ("WEBHOOK_PORT", "0"),
        ("WEBHOOK_SECRET", "CANARY with blanks"),
        ("WEBHOOK_SECRET", "CANARY" * 50),
        ("LOG_LEVEL", "CANARY"),
        ("LOG_FORMAT", "CANARY"),
        ("ZONE", "Mars/CANARY"),
        ("ZONE", "../../CANARY"),
        ("ZONE", "Asia"),
        ("PER_SECOND", "0"),
        ("CHAT_BURST", "1001"),
        ("GROUP_PER_MINUTE", "1.5"),
        ("EDITS_PER_MINUTE", "-1"),
        ("SENDERS", "51"),
    ],
)
def test_a_wrong_setting_is_named_in_one_sentence_without_its_value(name: str, value: str) -> None:
    [sentence] = problems(**{name: value})
    assert sentence == words()["wrong"][name.lower()]
    assert f"BRANCHLIFE_{name}" in sentence
    assert "CANARY" not in sentence


def test_all_wrong_settings_are_named_at_once() -> None:
    found = problems(TOKEN="x", ZONE="x", SENDERS="x", TOKN="x")
    assert len(found) == 4
    assert found[0] == "不认识 BRANCHLIFE_TOKN 这一项设置，是不是想写 BRANCHLIFE_TOKEN？"


def test_a_variable_nobody_knows_is_an_error_even_when_empty() -> None:
    assert problems(WEATHER="fine") == ["不认识 BRANCHLIFE_WEATHER 这一项设置。"]
    assert problems(SENDER="") == ["不认识 BRANCHLIFE_SENDER 这一项设置，是不是想写 BRANCHLIFE_SENDERS？"]
    with pytest.raises(BadSettings, match="branchlife_token 这一项设置，是不是想写 BRANCHLIFE_TOKEN"):
        Settings.load({"branchlife_token": TOKEN})


def test_variables_of_the_test_suite_are_none_of_ours() -> None:
    assert Settings.load({"BRANCHLIFE_TEST_POSTGRES_URL": "postgres://x"}) == Settings()


@pytest.mark.parametrize("field", ["token", "database_url", "webhook_secret"])
def test_every_secret_may_come_from_a_file(field: str, tmp_path: Path) -> None:
    value = {"token": TOKEN, "database_url": "postgres://u:CANARY@h/d", "webhook_secret": "CANARY"}[field]
    (tmp_path / "secret").write_text(f"{value}\n")
    settings = load(**{f"{field.upper()}_FILE": str(tmp_path / "secret")})
    assert getattr(settings, field).get_secret_value() == value


def test_a_secret_given_twice_or_by_a_bad_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n")
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    texts = {name: text.format(name="BRANCHLIFE_TOKEN") for name, text in words()["environment"].items() if "near" not in text}
    assert problems(TOKEN=TOKEN, TOKEN_FILE="x") == [texts["both"]]
    assert problems(TOKEN_FILE=str(tmp_path / "missing")) == [texts["unreadable"]]
    assert problems(TOKEN_FILE=str(tmp_path / "binary")) == [texts["unreadable"]]
    assert problems(TOKEN_FILE=str(tmp_path / "empty")) == [texts["empty"]]


def test_what_is_no_secret_has_no_file_form() -> None:
    assert "BRANCHLIFE_ZONE_FILE" in problems(ZONE_FILE="x")[0]


def test_a_webhook_is_encrypted_and_has_a_secret() -> None:
    texts = words()["wrong"]
    assert problems(WEBHOOK_URL="http://bot.example/", WEBHOOK_SECRET="s") == [texts["webhook_https"]]
    assert problems(WEBHOOK_URL="https://bot.example/") == [texts["webhook_secret_missing"]]
    assert not load(WEBHOOK_URL="https://bot.example/", WEBHOOK_SECRET="s").polling


@pytest.mark.parametrize("host", ["127.0.0.1:1", "localhost", "[::1]:1"])
def test_a_webhook_from_a_sandbox_on_this_machine_may_be_plain(host: str) -> None:
    settings = load(WEBHOOK_URL="http://127.0.0.1:2/", WEBHOOK_SECRET="s", API_BASE_URL=f"http://{host}")
    assert settings.webhook_url == "http://127.0.0.1:2/"


def test_the_clock_cannot_be_moved_under_the_real_telegram() -> None:
    assert problems(SANDBOX="1") == [words()["wrong"]["sandbox_live"]]


def test_edits_are_part_of_the_rate_of_a_group() -> None:
    assert problems(EDITS_PER_MINUTE="9", GROUP_PER_MINUTE="8") == [words()["wrong"]["edits_above_group"]]
    assert load(EDITS_PER_MINUTE="8", GROUP_PER_MINUTE="8").edits_per_minute == 8


def test_no_form_of_the_settings_shows_a_secret() -> None:
    settings = load(TOKEN=TOKEN, DATABASE_URL="postgres://u:CANARY@h/d", WEBHOOK_SECRET="CANARY")
    assert "CANARY" not in f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"


def test_settings_do_not_change() -> None:
    with pytest.raises(ValidationError):
        Settings().senders = 9


def test_every_setting_is_described_and_has_its_sentence() -> None:
    rows = list(Settings.describe())
    fields = list(Settings.model_fields)
    assert [row.name for row in rows] == [f"BRANCHLIFE_{field.upper()}" for field in fields]
    assert set(words()["help"]) == set(fields)
    assert set(fields) <= set(words()["wrong"])
    assert {row.name for row in rows if row.secret} == {
        "BRANCHLIFE_TOKEN",
        "BRANCHLIFE_DATABASE_URL",
        "BRANCHLIFE_WEBHOOK_SECRET",
    }
    by_name = {row.name: row.default for row in rows}
    assert by_name["BRANCHLIFE_SANDBOX"] == "false"
    assert by_name["BRANCHLIFE_DATABASE_URL"] == "sqlite://var/branchlife.sqlite3"


def test_every_default_means_itself_when_it_is_written_out() -> None:
    assert Settings.load({row.name: row.default for row in Settings.describe()}) == Settings()
