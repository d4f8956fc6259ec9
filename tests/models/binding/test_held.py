"""What is held about a member is shown to them: every table of the schema is in it, or is an exception with a reason."""

import json
from datetime import timedelta
from typing import Any

import pytest

from bot.wording import render
from models import binding, outbox
from models.binding import invite
from models.binding.held import HELD, held
from models.binding.told import YES
from models.birthday import Birthday, BirthdayWish, Medal
from models.card import Card, Refusal
from models.ceremony import Ceremony
from models.draft import ask as question
from models.errand import send
from models.gathering import Expected, Gathering, MakeUp, Presence, Proposal, Rsvp, Speaker, rsvp
from models.gathering.sheet import FORGOTTEN
from models.member import Actor, Reachability
from models.outbox import Delivery
from tests.cast import NOW, OUTSIDER, Cast, planned
from tests.dump import dump
from tests.models.outbox.letters import owed, to_member
from tests.models.pledge.standing import pledged
from tests.models.quiz.standing import studied

LIFE = timedelta(days=1)
EXCEPTIONS = {
    "attempt": "counts tries under a digest for a quarter of an hour, codes of a sign-in under a member's number until it ends",
    "dead_letter": "an update that could not be read, for 48 hours; whose it was is not known",
    "deed": "that an update was done: its number, not its author",
    "enclosure": "the files owed with the deliveries that are listed; an export's goes when it left",
}
NOBODYS = {"agenda_item", "arrival", "bot", "chat", "gathering", "habit", "holiday_year", "lease", "node", "open_link"}
NOBODYS |= {"quiz_item", "quiz_reading", "quiz_habit", "quiz_day", "quiz_pause", "quiz_poll"}
NOBODYS |= {"campaign", "campaign_item"}
NOBODYS |= {"record", "series", "birthday_habit", "node_round", "upload"}  # about organisations or bots, not about people


async def everywhere(cast: Cast) -> None:
    """Leaves a row about the member in every table that can have one."""
    await rsvp(await cast.member.acting(), (await planned(cast)).id, 1, NOW)
    await invite(cast.member.member, NOW, LIFE)
    account = (await cast.member.acting()).telegram_id or 0
    await question(cast.bot.id, account, "binding.name", {}, NOW)
    await send(cast.district.id, cast.bot.id, cast.member.id, "roster", {}, NOW)
    await owed(to_member(cast), "reminder")
    await binding.Petition.create(
        root_id=cast.district.id, node_id=cast.branch.id, telegram_id=account, name="x", consent="1", at=NOW
    )
    await in_gatherings({"root_id": cast.district.id, "member_id": cast.member.id}, cast.branch.id)
    await binding.Erasure.create(root_id=cast.district.id, member_id=cast.member.id, at=NOW)
    account_row = (await dump())["account"]
    mine = next(row["id"] for row in account_row if row["member_id"] == cast.member.id)
    await Reachability.create(bot_id=cast.bot.id, account_id=mine, state="ok", since=NOW)


async def in_gatherings(facts: dict[str, Any], node_id: int) -> None:
    """What an attendance sheet and an agenda know of the member."""
    where = facts | {"gathering_id": (await Gathering.get()).id}
    await Expected.create(ground="a reason", **where)
    await Presence.create(standing="present", via="late", actor="operator", reason="a reason", at=NOW, **where)
    await MakeUp.create(offered_at=NOW, **where)
    await Speaker.create(at=NOW, **where)
    await Proposal.create(node_id=node_id, title="a topic", at=NOW, **facts)
    await Rsvp.all().update(reason="a reason")
    await Ceremony.create(at=NOW, **where)
    await studied(facts, node_id)
    await honoured(facts, node_id)
    await pledged(facts, node_id)


async def honoured(facts: dict[str, Any], node_id: int) -> None:
    """A celebration, a wish about it, a place on the medal's list."""
    day = NOW.date()
    await Birthday.create(
        node_id=node_id, year=2026, day=day, since=day, basis="joined", words="words", thanked_at=NOW, **facts
    )
    await BirthdayWish.create(how="group", **facts)
    await Medal.create(node_id=node_id, year=2026, at=NOW, **facts)


async def test_every_table_about_people_is_in_it_or_is_a_named_exception(cast: Cast) -> None:
    tables = set(await dump())
    assert tables == set(HELD) | {"note"} | set(EXCEPTIONS) | NOBODYS


async def test_every_row_about_a_member_is_shown_and_none_about_another(cast: Cast) -> None:
    await everywhere(cast)
    by = await cast.member.acting()
    shown, kept = await held(cast.member.id, "Asia/Shanghai"), await dump()
    accounts = {row["id"] for row in kept["account"] if row["member_id"] == cast.member.id}
    for table in HELD:
        about = [
            row["id"]
            for row in kept[table]
            if (row.get("member_id") == cast.member.id or row.get("telegram_id") == by.telegram_id)
            or row.get("account_id") in accounts
            or (table == "member" and row["id"] == cast.member.id)
        ]
        assert [row["id"] for row in shown[table]] == about, table
        assert about or table == "role", table


async def test_instants_are_local_and_of_a_message_only_its_name_is_shown(cast: Cast) -> None:
    await everywhere(cast)
    shown = await held(cast.member.id, "Asia/Shanghai")
    assert shown["account"][0]["bound_at"] == "2026-11-14T12:00:00+08:00"
    assert shown["delivery"][0]["card"] == "gathering/card"


async def test_deeds_about_the_member_are_shown_whole_and_those_about_others_without_what_they_were(cast: Cast) -> None:
    await everywhere(cast)
    notes = (await held(cast.member.id, "Asia/Shanghai"))["note"]
    assert {"enrol", "bind", "rsvp"} <= {row["verb"] for row in notes}
    assert all(("after" in row) == (row["target"] == f"member:{cast.member.id}") for row in notes)
    secretary = (await held(cast.secretary.id, "Asia/Shanghai"))["note"]
    assert [row["after"] for row in secretary if row["verb"] == "grant"] != [None]


async def test_mydata_is_a_message_and_a_file_for_the_member_alone(cast: Cast) -> None:
    await everywhere(cast)
    answer = await binding.mine(await cast.member.acting(), NOW)
    assert answer.screen == Card("mine/held", {"held": cast.member.id})
    export = await Delivery.get(kind="export")
    assert export.member_id == cast.member.id
    number = Card.from_json(export.card).facts["enclosure"]
    assert isinstance(number, int)
    found = await outbox.enclosed(number)
    assert found is not None
    whole = json.loads(found[1])
    assert set(whole) == set(HELD) | {"note"}
    assert whole["member"][0]["name"] == "member"


async def test_who_is_not_bound_has_nothing_to_be_shown(cast: Cast) -> None:
    with pytest.raises(Refusal, match="mine/unbound"):
        await binding.mine(Actor(telegram_id=OUTSIDER), NOW)


async def test_after_forgetting_nothing_of_the_account_is_held(cast: Cast) -> None:
    await everywhere(cast)
    by = await cast.member.acting()
    account = next(row["id"] for row in (await dump())["account"] if row["member_id"] == cast.member.id)
    await binding.Petition.all().delete()
    await binding.forget_me(by, account, YES, NOW)
    shown = await binding.summary(cast.member.id, NOW)
    assert shown["account"] is None
    assert [table for table in ("reachability", "invite", "draft", "errand", "petition") if shown[table]] == []
    assert [row["reason"] for row in shown["rsvp"]] == [""]
    assert [shown[table] for table in ("proposal", "speaker", "birthday_wish", "ceremony")] == [[]] * 4
    assert [(row["words"], row["thanked_at"]) for row in shown["birthday"]] == [("", None)]
    assert shown["medal"]
    assert [row["state"] for row in shown["pledge"]] == ["hidden"]
    assert [row["why"] for row in shown["pledge_report"]] == [""]
    assert [table for table in shown if table.startswith("quiz") and shown[table]] == ["quiz_paper", "quiz_sitting"]
    assert [row["words"] for row in (await dump())["quiz_fault"]] == [""]
    assert [row["title"] for row in (await dump())["proposal"]] == ["a topic"]
    assert [row["reason"] for row in shown["presence"]] == ["a reason"]
    assert shown["expected"]
    assert shown["make_up"]


async def test_a_ground_that_retention_has_blanked_is_told_without_a_reason(cast: Cast) -> None:
    await everywhere(cast)
    kept = Expected.filter(member_id=cast.member.id)
    for ground, told in (("a reason", "不计应到，理由：a reason"), (FORGOTTEN, "不计应到\n")):
        await kept.update(ground=ground)
        shown = await render(Card("mine/held", {"held": cast.member.id}), 1, NOW)
        assert shown.document is not None
        assert told in shown.document[1].decode()
