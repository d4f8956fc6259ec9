"""The schema is what the models say, and a difference would be noticed."""

from pathlib import Path

from bot.engines import disconnect
from models.migrations import migrate
from tests.connections import connect_freshly
from tests.ledger import LEDGER
from tests.schema import differences


async def test_a_schema_like_its_models_has_no_differences(ledger: str) -> None:
    assert await differences() == []


async def test_every_kind_of_difference_is_said(empty_url: str, tmp_path: Path) -> None:
    sql = (LEDGER / "0001_ledger.sql").read_text()
    for right, wrong in [
        ("name VARCHAR(40) NOT NULL UNIQUE", "name VARCHAR(40) NOT NULL"),
        ("closed_at BIGINT,", "closed_at BIGINT NOT NULL, surplus TEXT,"),
        ("number INTEGER NOT NULL", "number INTEGER"),
        ("amount BIGINT NOT NULL", "amounts BIGINT NOT NULL UNIQUE"),
    ]:
        assert right in sql
        sql = sql.replace(right, wrong)
    (tmp_path / "0001_ledger.sql").write_text(sql + "\nCREATE TABLE odd (id {id});")
    await connect_freshly(empty_url, ["tests.ledger"])
    await migrate(tmp_path)
    found = await differences()
    await disconnect()
    assert found == [
        "the database has a table odd, the models have not",
        "account.surplus is in the database only",
        "account.closed_at takes NULL in the models only",
        "account (name) is unique in the models only",
        "entry.amount is in the models only",
        "entry.amounts is in the database only",
        "entry.number takes NULL in the database only",
        "entry (amounts) is unique in the database only",
    ]


async def test_the_migrations_make_what_the_models_say(database: str) -> None:
    assert await differences() == []
