"""Everything the database holds, to compare before and after."""

from typing import Any

from tortoise import Tortoise

from models.database import rows

Dump = dict[str, list[dict[str, Any]]]


async def dump() -> Dump:
    """The rows of every table of the models, by table."""
    tables = sorted(model._meta.db_table for app in Tortoise.apps.values() for model in app.values())
    return {table: await rows(f"SELECT * FROM {table} ORDER BY 1") for table in tables}


def changed(before: Dump, after: Dump) -> set[str]:
    """The tables in which a row came, went or changed."""
    return {table for table in before.keys() | after.keys() if before.get(table) != after.get(table)}
