"""What the operator may do: begin an organisation, and look at the outbox without reading anybody's words."""

from datetime import timedelta

import pytest

from bot import operations
from bot.console import words
from bot.web.admin import BadWish
from models import binding, clock
from models.binding import AGREE, Invite
from models.card import Action, Refusal
from models.deed import bury, deed, stumbled
from models.member import Account, Actor, Role, actor
from models.organisation import Bot, Node, know_bot
from models.outbox import Delivery, Recipient, owe
from tests.bot.machine import NOON
from tests.bot.post import numbered

WISHES = {"name": "梧桐街道党工委", "admin": "刘明", "zone": "Asia/Shanghai"}


@pytest.fixture
async def bot(database: str) -> Bot:
    return await know_bot(7000000001, "a_bot")


async def test_init_plants_the_root_and_gives_a_link(bot: Bot) -> None:
    said = await operations.perform(bot, "init", WISHES)
    assert said["link"].startswith("https://t.me/a_bot?start=")
    assert said["command"] == f"/start {said['link'].partition('=')[2]}"
    root = await Node.get()
    assert (root.name, root.zone, root.bot_id, root.path) == ("梧桐街道党工委", "Asia/Shanghai", bot.id, f"/{root.id}/")


async def test_init_again_finds_the_same_root_and_voids_the_older_link(bot: Bot) -> None:
    first = await operations.perform(bot, "init", WISHES)
    second = await operations.perform(bot, "init", WISHES | {"admin": "另一位"})
    assert first["link"] != second["link"]
    assert second["admin"] == "刘明"  # the one appointed first
    assert await Node.all().count() == await Role.all().count() == 1
    older, newer = await Invite.all().order_by("id")
    assert older.voided_at is not None
    assert newer.expires_at - clock.now() > timedelta(minutes=29)


async def test_another_name_is_another_root(bot: Bot) -> None:
    await operations.perform(bot, "init", WISHES)
    await operations.perform(bot, "init", WISHES | {"name": "别的党工委"})
    assert len({node.root_id for node in await Node.all()}) == 2


async def test_once_the_admin_is_bound_init_says_so(bot: Bot) -> None:
    await operations.perform(bot, "init", WISHES)
    invite = await Invite.get()
    await Account.create(
        root_id=invite.root_id, member_id=invite.member_id, telegram_id=5, consent="2026-11", bound_at=clock.now()
    )
    with pytest.raises(Refusal, match="binding/member_taken"):
        await operations.perform(bot, "init", WISHES)
    assert await Invite.all().count() == 1


async def test_what_is_asked_wrongly_changes_nothing(bot: Bot) -> None:
    for wishes in ({}, WISHES | {"name": ""}, WISHES | {"admin": "\ud800"}):
        with pytest.raises(BadWish):
            await operations.perform(bot, "init", wishes)
    with pytest.raises(BadWish):
        await operations.perform(bot, "fly", WISHES)
    assert await Node.all().count() == 0


async def test_the_opener_of_the_link_becomes_admin_of_the_root(bot: Bot) -> None:
    from_link = (await operations.perform(bot, "init", WISHES))["command"].removeprefix("/start ")
    asked = await binding.ask(Actor(telegram_id=5), from_link, clock.now())
    assert asked.screen is not None
    await owe("reply", asked.screen, Recipient(bot.id, address=5), "reply:1:1", clock.now())
    invite, question = await Invite.get(), await Delivery.get()
    yes = Action("bind", invite.id, AGREE, question.id)
    await deed("a", lambda: binding.decide(Actor(telegram_id=5), yes.target, AGREE, question.id, clock.now()), NOON)
    admin = await actor(5, clock.now())
    assert admin.offices == (("admin", (await Node.get()).path),)


async def test_the_outbox_is_shown_newest_first_without_words(bot: Bot) -> None:
    for number in range(40):
        await owe("reply", numbered(number), Recipient(bot.id, address=5), f"reply:1:{number}", NOON)
    shown = await operations.latest(bot.id)
    assert shown["counts"] == {"queued": 40}
    assert len(shown["rows"]) == operations.SHOWN
    assert shown["rows"][0]["id"] > shown["rows"][-1]["id"]
    assert shown["rows"][0]["what"] == "gathering/wordy"
    assert shown["rows"][0]["to"] == "chat:-"
    assert set(shown["rows"][0]) == {"to", "what", "due_at", "id", "kind", "lane", "state"}


async def test_the_doctor_tells_rows_that_were_put_aside_from_messages(bot: Bot) -> None:
    await bury("tg:1:1", "{}", "bug", NOON)
    for hours in range(3):
        await stumbled("gathering.end_due:7", ValueError(), NOON + timedelta(hours=hours))
    found = (await operations.perform(bot, "doctor", {}))["findings"]
    assert [False, words("doctor", "rows_stuck", count=1)] in found
    assert [False, words("doctor", "letters", count=1)] in found
