"""今日党史: what is told on a day of the year is what a well-founded fact of that day says, word for word."""

import tomllib
from typing import Any

from tests.content.packs import FOLDER, facts
from tests.content.test_quiz_packs import ADDRESS


def days() -> list[dict[str, Any]]:
    found = tomllib.loads((FOLDER / "days" / "days.toml").read_text(encoding="utf-8"))["day"]
    assert isinstance(found, list)
    return found


def test_each_is_a_fact_of_grade_a_with_its_own_day_statement_and_pages() -> None:
    for one in days():
        fact = facts()[one["fact"]]
        assert (fact.grade, fact.date, fact.statement) == ("A", one["on"].isoformat(), one["statement"])
        assert set(one["pages"]) == set(fact.sources)


def test_every_well_founded_fact_with_a_known_day_is_told_once() -> None:
    wanted = [fact.id for fact in facts().values() if fact.grade == "A" and len(fact.date) == 10]
    assert sorted(one["fact"] for one in days()) == sorted(wanted)


def test_a_source_is_an_institution_as_readers_see_it() -> None:
    assert [one["fact"] for one in days() if not one["source"] or ADDRESS.search(one["source"])] == []
