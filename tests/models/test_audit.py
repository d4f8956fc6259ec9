"""A note is part of the transaction that did what it notes."""

import json

import pytest

from models.audit import Note, note
from models.database import atomic
from models.member import OPERATOR, enrol
from tests.cast import NOW, Cast, planned


@pytest.fixture(autouse=True)
async def _a_blank_page(cast: Cast) -> None:
    await Note.all().delete()


async def test_a_note_says_who_did_what_to_what_when_and_how_it_was_before(cast: Cast) -> None:
    root_id = cast.district.id
    await note(root_id, "member:1", "rsvp", "gathering:2", NOW, {"choice": 1}, {"choice": 2, "why": "出差"})
    kept = await Note.get()
    assert (kept.root_id, kept.at, kept.actor, kept.verb, kept.target) == (root_id, NOW, "member:1", "rsvp", "gathering:2")
    assert kept.before == '{"choice": 1}'
    assert kept.after == '{"choice": 2, "why": "出差"}'
    assert kept.seal is None


async def test_what_was_not_there_before_or_is_not_there_after_is_null(cast: Cast) -> None:
    await note(cast.district.id, "clock", "close", "gathering:1", NOW, None, None)
    assert await Note.all().values_list("before", "after") == [(None, None)]


async def test_a_note_is_rolled_back_with_its_deed(cast: Cast) -> None:
    async with atomic():
        await note(cast.district.id, "clock", "kept", "gathering:1", NOW, None, None)
        with pytest.raises(ZeroDivisionError):
            await undone(cast)
    assert [each.verb for each in await Note.all()] == ["kept"]


async def undone(cast: Cast) -> None:
    async with atomic():
        await enrol(OPERATOR, cast.district.id, "nobody", "full", NOW)
        assert await Note.filter(verb="enrol").exists()
        raise ZeroDivisionError


async def test_equal_states_are_written_alike(cast: Cast) -> None:
    """The chain of hashes to come depends on it."""
    await note(cast.district.id, "clock", "a", "x:1", NOW, {"a": 1, "b": 2}, {"b": 2, "a": 1})
    kept = await Note.get()
    assert kept.before == kept.after


async def test_the_verbs_of_the_organisation_note_themselves(cast: Cast) -> None:
    gathering = await planned(cast)
    kept = await Note.get()
    assert (kept.actor, kept.verb, kept.target) == (f"member:{cast.secretary.id}", "plan", f"gathering:{gathering.id}")
    assert json.loads(kept.after or "") == {"starts": "2026-12-01T07:00:00+00:00", "title": "theme day", "place": "room 1"}
