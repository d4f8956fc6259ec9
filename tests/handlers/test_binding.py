"""/invite, the branch's link, /mydata, /unbind, /forget: the whole way of an update, through the played Telegram."""

from io import BytesIO

import aiohttp
import pytest
from docx import Document

from bot.runner import Runner
from bot.sandbox.cast import GROUP, MEMBER, OUTSIDER, SECRETARY, WITHOUT_TELEGRAM
from models.binding import Invite, Petition
from models.card import Card, Tap
from models.database import rows
from models.member import Account
from models.outbox import Delivery
from tests.bot.machine import Machine, number
from tests.bot.updates import Json, pressed, said
from tests.dump import changed, dump

BOSS, PLAIN, STRANGER = number(SECRETARY), number(MEMBER), number(OUTSIDER)
WITHOUT = WITHOUT_TELEGRAM.name


async def names(machine: Machine, *updates: Json) -> list[str]:
    return [card.name for card in await machine.take(*updates)]


async def press(machine: Machine, by: int, verb: str, choice: int | None = None) -> list[str]:
    """Presses the newest button of that verb among the person's; the cards that follow."""
    for each in await Delivery.all().order_by("-id"):
        found = [tap for line in Card.from_json(each.card).taps for tap in line if fits(tap, verb, choice)]
        if found:
            return await names(machine, pressed(found[0].code(each.id), by))
    raise LookupError(f"nobody was offered {verb}")


def fits(tap: Tap, verb: str, choice: int | None) -> bool:
    return tap.verb == verb and choice in (None, tap.choice)


async def runs(machine: Machine) -> None:
    """The machine does what it was asked and sends what is owed."""
    runner = Runner(machine.application.bot, machine.dispatcher.holder, machine.now, lambda: None)
    while await runner.step():
        pass
    await machine.dispatcher.idle()
    machine.later(seconds=6)  # a live card rests between two edits
    await machine.dispatcher.idle()


async def document(machine: Machine, chat: int) -> tuple[Json, bytes]:
    """The newest message with a file in a chat, and the file."""
    message = next(each for each in reversed(await machine.world.sees(chat)) if each.get("document"))
    where, which = f"{machine.url}/stage/file", {"id": message["document"]["id"]}
    async with aiohttp.ClientSession() as session, session.get(where, params=which) as answer:
        return message, await answer.read()


async def test_a_sheet_is_asked_for_made_and_sent_and_its_links_bind(machine: Machine) -> None:
    assert await names(machine, said("/invite", BOSS)) == ["binding/life"]
    assert await press(machine, BOSS, "invite", 7) == []
    await runs(machine)
    message, content = await document(machine, BOSS)
    assert "共1张" in message["text"]
    text = Document(BytesIO(content)).tables[0].rows[0].cells[0].text
    assert WITHOUT in text
    code = text.partition("?start=")[2].split()[0]
    assert code not in str(await dump())
    assert await names(machine, said(f"/start {code}", STRANGER)) == ["binding/consent"]
    assert await press(machine, STRANGER, "bind", 1) == ["binding/told", "binding/welcome"]
    assert (await Account.get(telegram_id=STRANGER)).member_id == machine.members[WITHOUT].id
    await runs(machine)
    told = await machine.world.sees(BOSS)
    assert f"{WITHOUT}同志已绑定" in told[-1]["text"]
    await press(machine, BOSS, "undo_bind")
    assert not await Account.exists(telegram_id=STRANGER)
    await runs(machine)
    assert "已撤销这个账号的绑定" in (await machine.world.sees(STRANGER))[-1]["text"]
    assert "已撤销" in (await machine.world.sees(BOSS))[-1]["text"]


async def test_a_branchs_link_a_typed_name_and_the_secretarys_yes(machine: Machine) -> None:
    assert await names(machine, said("/invite link", BOSS)) == ["binding/link_life"]
    await press(machine, BOSS, "link", 7)
    await runs(machine)
    link = (await machine.world.sees(BOSS))[-1]["text"]
    code = link.partition("?start=")[2].split()[0]
    assert await names(machine, said(f"/start {code}", STRANGER)) == ["binding/join"]
    assert await press(machine, STRANGER, "join", 1) == ["binding/name"]
    assert await names(machine, said(WITHOUT, STRANGER)) == ["binding/petition", "binding/petitioned"]
    await runs(machine)
    assert f"填的姓名：{WITHOUT}" in (await machine.world.sees(BOSS))[-1]["text"]
    assert await press(machine, BOSS, "admit") == ["binding/welcome"]
    await runs(machine)
    assert (await Account.get(telegram_id=STRANGER)).member_id == machine.members[WITHOUT].id
    assert "绑定好了" in (await machine.world.sees(STRANGER))[-1]["text"]
    assert "已核对" in (await machine.world.sees(BOSS))[-1]["text"]


async def test_plain_words_without_a_question_are_answered_and_not_kept(machine: Machine) -> None:
    assert await names(machine, said("何桂芳", STRANGER)) == ["answers/none"]
    assert "何桂芳" not in str(await rows("SELECT * FROM delivery"))
    before = await dump()
    assert await names(machine, said("何桂芳", STRANGER, GROUP.id)) == []
    assert changed(before, await dump()) <= {"deed"}


async def test_five_names_in_a_quarter_of_an_hour_and_no_more(machine: Machine) -> None:
    await names(machine, said("/invite link", BOSS))
    await press(machine, BOSS, "link", 7)
    code = str(Card.from_json((await Delivery.get(kind="export")).card).facts["link"]).partition("=")[2]
    await names(machine, said(f"/start {code}", STRANGER))
    await press(machine, STRANGER, "join", 1)
    for _ in range(5):
        assert await names(machine, said("1", STRANGER)) == ["binding/no_name"]
    assert await names(machine, said(WITHOUT, STRANGER)) == ["deed/too_many"]
    machine.later(minutes=15)
    assert "binding/petitioned" in await names(machine, said(WITHOUT, STRANGER))


HOSTILE = ["<b>张三</b>", "</a>&lt;张", "\u202e三张", "张\u200b\u200c三", "张" + "\u0301" * 30, "张\0三", "a" * 40,
           "张\ud83d三", '<a href="tg://user?id=1">张三</a>', "😀😀张", "{{ 7*7 }}张", "张\n\n三"]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_name_reaches_the_secretary_as_words_and_nothing_else(machine: Machine, name: str) -> None:
    await names(machine, said("/invite link", BOSS))
    await press(machine, BOSS, "link", 7)
    code = str(Card.from_json((await Delivery.get(kind="export")).card).facts["link"]).partition("=")[2]
    await names(machine, said(f"/start {code}", STRANGER))
    await press(machine, STRANGER, "join", 1)
    await names(machine, said(name, STRANGER))
    await runs(machine)
    shown = (await machine.world.sees(BOSS))[-1]
    assert "填的姓名：" in shown["text"]
    assert {each["type"] for each in shown.get("entities", ())} <= {"bold"}
    assert "49" not in shown["text"]
    await press(machine, BOSS, "reject")
    await runs(machine)
    assert await Petition.all().count() == 0
    assert "没有绑定" in (await machine.world.sees(BOSS))[-1]["text"]


async def test_links_are_asked_for_in_private_and_by_those_who_may(machine: Machine) -> None:
    assert await names(machine, said("/invite", BOSS, GROUP.id)) == ["binding/in_private"]
    assert await names(machine, said("/invite", PLAIN)) == ["rights/refused"]
    assert await names(machine, said("/invite", STRANGER)) == ["rights/stranger"]
    assert await names(machine, said(f"/invite {WITHOUT}", PLAIN)) == ["rights/refused"]
    assert await names(machine, said(f"/invite {MEMBER.name}", BOSS)) == ["binding/nobody_free"]
    assert await names(machine, said(f"/invite {WITHOUT}", BOSS)) == ["binding/life_of"]
    await press(machine, BOSS, "invite_one", 1)
    await runs(machine)
    assert "?start=" in (await machine.world.sees(BOSS))[-1]["text"]
    assert await Invite.all().count() == 1


async def test_mydata_arrives_as_words_with_a_file_and_as_json(machine: Machine) -> None:
    await names(machine, said("/mydata", PLAIN))
    await runs(machine)
    sent = [each for each in await machine.world.sees(PLAIN) if each.get("document")]
    assert sorted(each["document"]["name"] for each in sent) == ["mydata.json", "我的资料.txt"]
    summary = next(each["text"] for each in sent if "这里存着您的" in each["text"])
    assert MEMBER.name in summary
    assert len(summary.splitlines()) <= 12
    assert str(PLAIN) not in str(await rows("SELECT card FROM delivery"))
    assert await rows("SELECT id FROM enclosure") == []


async def test_whoever_waits_for_the_branch_is_told_what_is_kept_meanwhile(machine: Machine) -> None:
    await Petition.create(
        root_id=machine.branch.root_id,
        node_id=machine.branch.id,
        telegram_id=STRANGER,
        name=WITHOUT,
        consent="2026-11",
        at=machine.time,
    )
    assert await names(machine, said("/mydata", STRANGER)) == ["mine/petition"]
    assert await names(machine, said("/mydata", STRANGER + 1)) == ["mine/unbound"]


async def test_mydata_of_an_organiser_tells_that_things_were_done_to_others_and_not_what(machine: Machine) -> None:
    await machine.plan()
    await names(machine, said("/mydata", BOSS))
    await runs(machine)
    sent = {each["document"]["name"] for each in await machine.world.sees(BOSS) if each.get("document")}
    assert sent == {"mydata.json", "我的资料.txt"}


async def test_who_has_all_erased_hears_so_and_their_messages_are_taken_back(machine: Machine) -> None:
    await names(machine, said("/mydata", PLAIN))
    await names(machine, said("/forget", PLAIN))
    await runs(machine)
    assert len(await machine.world.sees(PLAIN)) == 3
    await press(machine, PLAIN, "forget")
    await runs(machine)
    assert await machine.world.sees(PLAIN) == []
    assert str(PLAIN) not in str(await dump())
    assert await names(machine, said("/mydata", PLAIN)) == ["mine/unbound"]


async def test_unbind_asks_first_and_then_ends_it(machine: Machine) -> None:
    assert await names(machine, said("/unbind", PLAIN)) == ["mine/leave"]
    assert await Account.exists(telegram_id=PLAIN)
    assert await press(machine, PLAIN, "unbind") == []
    assert not await Account.exists(telegram_id=PLAIN)


async def test_what_is_ones_own_is_not_asked_for_in_a_group(machine: Machine) -> None:
    for command in ("/mydata", "/unbind", "/forget"):
        assert await names(machine, said(command, PLAIN, GROUP.id)) == ["mine/in_private"]
