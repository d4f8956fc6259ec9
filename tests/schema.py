"""Compares the migrated schema with the models and says each difference in a sentence.

Compared: tables, columns, whether a column takes NULL, and what is unique. Types are not: the two databases word them
differently.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from tortoise import Tortoise
from tortoise.fields.relational import ManyToManyFieldInstance
from tortoise.models import Model

from models.database import dialect, rows

SQLITE_COLUMNS = """SELECT m.name AS "table", c.name AS "column", c."notnull" = 0 AND c.pk = 0 AS nullable
FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'"""
SQLITE_UNIQUE = """SELECT m.name AS "table", l.name AS "index", i.name AS "column"
FROM sqlite_master m JOIN pragma_index_list(m.name) l JOIN pragma_index_info(l.name) i
WHERE m.type = 'table' AND l."unique" = 1 AND l.partial = 0"""
POSTGRES_COLUMNS = """SELECT table_name AS "table", column_name AS "column", is_nullable = 'YES' AS nullable
FROM information_schema.columns WHERE table_schema = current_schema()"""
POSTGRES_UNIQUE = """SELECT t.relname AS "table", i.relname AS "index", a.attname AS "column"
FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
JOIN pg_namespace n ON n.oid = t.relnamespace JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = ANY (x.indkey)
WHERE x.indisunique AND x.indpred IS NULL AND n.nspname = current_schema()"""


@dataclass
class Table:
    nullable: dict[str, bool] = field(default_factory=dict)
    unique: set[frozenset[str]] = field(default_factory=set)


async def differences() -> list[str]:
    """Empty when models and database agree. A partial unique index is the database's alone: Tortoise cannot express it."""
    wanted, found = modelled(), await migrated()
    del found["migration"]
    return [
        *(f"the models have a table {name}, the database has not" for name in sorted(wanted.keys() - found.keys())),
        *(f"the database has a table {name}, the models have not" for name in sorted(found.keys() - wanted.keys())),
        *(line for name in sorted(wanted.keys() & found.keys()) for line in compared(name, wanted[name], found[name])),
    ]


def compared(name: str, wanted: Table, found: Table) -> Iterator[str]:
    for column in sorted(wanted.nullable.keys() - found.nullable.keys()):
        yield f"{name}.{column} is in the models only"
    for column in sorted(found.nullable.keys() - wanted.nullable.keys()):
        yield f"{name}.{column} is in the database only"
    for column in sorted(wanted.nullable.keys() & found.nullable.keys()):
        if wanted.nullable[column] != found.nullable[column]:
            yield f"{name}.{column} takes NULL in the {'models' if wanted.nullable[column] else 'database'} only"
    for columns in sorted(map(sorted, wanted.unique - found.unique)):
        yield f"{name} ({', '.join(columns)}) is unique in the models only"
    for columns in sorted(map(sorted, found.unique - wanted.unique)):
        yield f"{name} ({', '.join(columns)}) is unique in the database only"


async def migrated() -> dict[str, Table]:
    columns, unique = (SQLITE_COLUMNS, SQLITE_UNIQUE) if dialect() == "sqlite" else (POSTGRES_COLUMNS, POSTGRES_UNIQUE)
    tables: dict[str, Table] = {}
    for row in await rows(columns):
        tables.setdefault(row["table"], Table()).nullable[row["column"]] = bool(row["nullable"])
    indexes: dict[tuple[str, str], set[str]] = {}
    for row in await rows(unique):
        indexes.setdefault((row["table"], row["index"]), set()).add(row["column"])
    for (name, _), members in indexes.items():
        tables[name].unique.add(frozenset(members))
    for table in tables.values():
        table.unique.discard(frozenset({"id"}))  # a generated key is an index on PostgreSQL only
    return tables


def modelled() -> dict[str, Table]:
    tables = {}
    for model in (model for app in Tortoise.apps.values() for model in app.values()):
        tables[model._meta.db_table] = described(model)
        tables.update(links(model))
    return tables


def described(model: type[Model]) -> Table:
    columns = model._meta.fields_db_projection  # the model's name of a field -> the column
    fields = {column: model._meta.fields_map[name] for name, column in columns.items()}
    table = Table({column: known.null for column, known in fields.items()})
    table.unique = {frozenset({column}) for column, known in fields.items() if known.unique and column != "id"}
    table.unique |= {frozenset(column_of(model, name) for name in names) for names in model._meta.unique_together}
    return table


def column_of(model: type[Model], name: str) -> str:
    """The column of a field, also when it is named by its relation (`node` is the column node_id)."""
    source = model._meta.fields_map[name].source_field or name
    return model._meta.fields_db_projection.get(source, source)


def links(model: type[Model]) -> Iterator[tuple[str, Table]]:
    for name in model._meta.m2m_fields:
        link = model._meta.fields_map[name]
        if isinstance(link, ManyToManyFieldInstance):
            pair = frozenset({link.backward_key, link.forward_key})
            yield link.through, Table(dict.fromkeys(pair, False), {pair} if link.unique else set())
