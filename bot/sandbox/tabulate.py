"""`python -m bot.sandbox.tabulate SPECIFICATION`: writes api.json, the table of methods, arguments and types.

The specification is PaulSonOfLars/telegram-bot-api-spec's JSON. Only facts are taken from it, none of its prose: a name that
ends in `!` is required, `[X]` is an array, `A|B` one of several, `=x` a text that is always x.
"""

import json
import re
from pathlib import Path
from typing import Any

import click

TABLE = Path(__file__).with_name("api.json")
ALWAYS = re.compile(r", (?:always|must be) [\"“]?([a-z0-9_]+)[\"”]?(?: |$)")
MARKS = ("type", "source", "status")
ARRAY = "Array of "

Json = dict[str, Any]


def kind(written: str) -> str:
    """`Array of Array of String` is `[[String]]`."""
    return f"[{kind(written.removeprefix(ARRAY))}]" if written.startswith(ARRAY) else written


def fields(row: Json) -> Json:
    return {field["name"] + ("!" if field["required"] else ""): _kinds(field) for field in row.get("fields", ())}


def _kinds(field: Json) -> str:
    always = ALWAYS.search(field["description"]) if field["name"] in MARKS else None
    return f"={always[1]}" if always else "|".join(kind(each) for each in field["types"])


def tabulated(specification: Json) -> Json:
    types = specification["types"]
    return {
        "version": specification["version"],
        "methods": {name: fields(row) for name, row in specification["methods"].items()},
        "objects": {name: fields(row) for name, row in types.items() if not row.get("subtypes")},
        "unions": {name: [kind(each) for each in row["subtypes"]] for name, row in types.items() if row.get("subtypes")},
    }


@click.command()
@click.argument("specification", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def main(specification: Path) -> None:
    """Take the facts of the Bot API from SPECIFICATION."""
    table = tabulated(json.loads(specification.read_text("utf-8")))
    rows = (f"{json.dumps(part)}:{_lines(table[part])}" for part in ("methods", "objects", "unions"))
    TABLE.write_text(f'{{"version":{json.dumps(table["version"])},\n' + ",\n".join(rows) + "}\n", "utf-8")


def _lines(rows: Json) -> str:
    """One line for each name, so that two versions can be compared."""
    return (
        "{\n" + ",\n".join(f"{json.dumps(name)}:{json.dumps(row, separators=(',', ':'))}" for name, row in rows.items()) + "}"
    )


if __name__ == "__main__":
    main()
