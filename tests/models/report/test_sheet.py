"""The workbook's content: lines of the table and people, judged again when it is made; asking for it is audited."""

from datetime import date

import pytest

from models.actions import perform
from models.audit import Note
from models.card import Action, Refusal
from models.errand import Errand
from models.member import Role
from models.organisation import grow
from models.report import Person, extract, sheet
from tests.cast import NOW, Cast
from tests.models.report.held import AFTER, START, held

DECEMBER = 202612


async def test_every_person_of_every_occasion_has_a_line_in_the_order_of_the_tree(cast: Cast) -> None:
    group = await grow(cast.branch, "group", "party_group")
    await held(cast, node=group, kind="gathering")
    await held(cast, cast.member, day=date(2026, 12, 8))
    book = await extract(await cast.secretary.acting(AFTER), cast.branch.id, DECEMBER, AFTER)
    assert (book.node, book.year, book.month) == ("branch", 2026, 12)
    assert [each.name for each in book.people] == ["former", "secretary", "member", "probationary", "offline"]
    assert book.people[2] == Person(
        day=date(2026, 12, 8), node="branch", kind="theme_day", title="", name="member", standing="present", via="tap",
        made_up=False, locked=False,
    )  # fmt: skip
    assert [each.standing for each in book.people].count("absent") == 4


async def test_only_what_is_over_and_within_the_months_and_reach_is_in_it(cast: Cast) -> None:
    await held(cast, day=date(2027, 1, 5))
    await held(cast, node=cast.neighbours, day=START)
    book = await extract(await cast.secretary.acting(AFTER), cast.branch.id, DECEMBER, AFTER)
    assert (book.people, [line.name for line in book.table.lines]) == ([], ["branch"])
    year = await extract(await cast.secretary.acting(AFTER), cast.branch.id, 2027, AFTER)
    assert (year.month, len(year.people)) == (0, 5)


async def test_who_lost_the_office_meanwhile_gets_no_names(cast: Cast) -> None:
    await held(cast)
    await Role.filter(member_id=cast.secretary.id).update(until_at=NOW)
    with pytest.raises(Refusal):
        await extract(await cast.secretary.acting(AFTER), cast.branch.id, DECEMBER, AFTER)


async def test_asking_leaves_an_errand_and_a_note(cast: Cast) -> None:
    answer = await perform(await cast.secretary.acting(), Action("report_file", cast.branch.id, DECEMBER), NOW)
    assert answer.toast is not None
    assert answer.toast.name == "report/file_coming"
    one = await Errand.get()
    assert (one.kind, one.member_id, one.bot_id) == ("report.sheet", cast.secretary.id, cast.bot.id)
    kept = await Note.get(verb="report.export")
    assert (kept.actor, kept.target, kept.after) == (
        f"member:{cast.secretary.id}", f"node:{cast.branch.id}", f'{{"span": {DECEMBER}}}',
    )  # fmt: skip


async def test_of_too_many_people_the_newest_are_kept_and_it_is_said(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for day in (START, date(2026, 12, 8)):
        await held(cast, day=day)
    by = await cast.secretary.acting(AFTER)
    assert not (await extract(by, cast.branch.id, DECEMBER, AFTER)).cut
    monkeypatch.setattr(sheet, "MOST", 5)
    book = await extract(by, cast.branch.id, DECEMBER, AFTER)
    assert book.cut
    assert [each.day.day for each in book.people] == [8] * 5
