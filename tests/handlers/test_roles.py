"""/grant, /revoke, /roles: names are found within reach only, several become buttons, nobody and a foreigner sound alike."""

import pytest

from bot.sandbox.cast import ELDER, GROUP, MEMBER, OUTSIDER, SECRETARY, WITHOUT_TELEGRAM
from bot.wording import render, toast
from handlers.roles import office, order
from models.card import Card, Refusal
from models.member import OPERATOR, Member, Role, enrol, grant
from models.organisation import Node, grow, plant
from models.roles import Order
from tests.bot.machine import Machine, number
from tests.bot.updates import pressed, said
from tests.dump import changed, dump

BOSS, PLAIN, STRANGER = number(SECRETARY), number(MEMBER), number(OUTSIDER)


async def hears(machine: Machine, text: str, by: int = BOSS, chat: int | None = None) -> Card:
    """The answer to whoever spoke; news for others come before it."""
    return (await machine.take(said(text, by, chat)))[-1]


async def named(machine: Machine, name: str, node: Node) -> Member:
    assert node.root_id is not None
    return await enrol(OPERATOR, node.root_id, name, "full", machine.time, node.id)


@pytest.mark.parametrize(
    ("word", "kind"),
    [("书记", "secretary"), ("支部书记", "secretary"), ("党支部书记", "secretary"), ("副书记", "deputy_secretary"),
     ("支部副书记", "deputy_secretary"), ("组织委员", "org_member"), ("宣传委员", "publicity_member"),
     ("纪检委员", "discipline_member"), ("组长", "group_leader"), ("小组长", "group_leader"), ("党小组组长", "group_leader"),
     ("党小组长", "group_leader"),
     ("管理员", "admin"), ("委员", None), ("书记员", None), ("", None)],
)  # fmt: skip
def test_an_office_is_understood_as_people_write_it(word: str, kind: str | None) -> None:
    assert office(word) == kind


@pytest.mark.parametrize(
    ("words", "meant"),
    [("王建军 组织委员", Order("王建军", "org_member")),
     ("王建军  党支部书记  百花园小区党支部", Order("王建军", "secretary", "百花园小区党支部")),
     ("阿依古丽 买买提 书记 3号楼 党小组", Order("阿依古丽 买买提", "secretary", "3号楼 党小组")),
     ("书记 书记", Order("书记", "secretary"))],
)  # fmt: skip
def test_an_order_is_a_name_an_office_and_perhaps_an_organisation(words: str, meant: Order) -> None:
    assert order(words) == meant


@pytest.mark.parametrize("words", ["", "王建军", "组织委员", "组织委员 王建军", "王建军 主任"])
def test_what_is_no_order_is_told_how_to_write_one(words: str) -> None:
    with pytest.raises(Refusal, match="roles/form"):
        order(words)


async def test_a_secretary_appoints_in_one_line_and_the_person_is_told(machine: Machine) -> None:
    news, answer = await machine.take(said(f"/grant {MEMBER.name} 组织委员", BOSS))
    assert news == Card("roles/given", {"office": "org_member", "place": GROUP.title})
    assert toast(answer) == f"已任命：{MEMBER.name}，{GROUP.title}组织委员。已私聊告知本人。"
    assert await Role.exists(member_id=machine.members[MEMBER.name].id, node_id=machine.branch.id, kind="org_member")


async def test_an_office_is_ended_in_one_line_and_its_buttons_are_dead(machine: Machine) -> None:
    await grant(OPERATOR, machine.members[MEMBER.name], machine.branch.id, "org_member", machine.time)
    machine.later(seconds=1)
    assert (await hears(machine, "/attendance", PLAIN)).name == "gathering/none"
    assert (await hears(machine, f"/revoke {MEMBER.name} 组织委员")).name == "roles/dismissed"
    assert (await hears(machine, "/attendance", PLAIN)).name == "report/own"


async def test_a_leader_without_a_place_is_a_leader_of_the_own_group(machine: Machine) -> None:
    group = await grow(machine.branch, "3号楼党小组", "party_group")
    leader = await named(machine, "吴海燕", group)
    await hears(machine, "/grant 吴海燕 组长")
    await hears(machine, "/grant 吴海燕 宣传委员")
    held = await Role.filter(member_id=leader.id).order_by("id").values_list("kind", "node_id")
    assert held == [("group_leader", group.id), ("publicity_member", machine.branch.id)]


async def test_somebody_out_of_reach_and_nobody_at_all_are_one_sentence(machine: Machine) -> None:
    beside = await grow(await Node.get(id=machine.branch.root_id), "隔壁支部", "branch")
    away = await grow(await plant("别的街道", "street_committee", "Asia/Shanghai", machine.bot.id), "远方支部", "branch")
    for name, node in (("钱邻居", beside), ("钱远方", away)):
        await grant(OPERATOR, await named(machine, name, node), node.id, "org_member", machine.time)
    await hears(machine, "/roles")  # who speaks can be reached, which is kept
    before = await dump()
    for name in ("钱邻居", "钱远方", "钱没有"):
        for command in ("grant", "revoke"):
            for place in ("", " 隔壁支部", " 远方支部", " 没有的支部"):
                answer = await hears(machine, f"/{command} {name} 组织委员{place}")
                assert answer == Card("roles/none", {"person": name})
    for place in ("隔壁支部", "远方支部", "没有的支部"):
        assert await hears(machine, f"/grant {MEMBER.name} 组织委员 {place}") == Card("roles/none", {"person": MEMBER.name})
        assert await hears(machine, f"/roles {place}") == Card("roles/empty")
    assert changed(before, await dump()) == {"deed", "delivery"}


async def test_several_of_one_name_are_chosen_by_branch(machine: Machine) -> None:
    group = await grow(machine.branch, "3号楼党小组", "party_group")
    twin = await named(machine, MEMBER.name, group)
    card = await hears(machine, f"/grant {MEMBER.name} 组织委员")
    taps = [tap for row in card.taps for tap in row]
    assert (card.name, [tap.shown for tap in taps]) == ("roles/whom", [GROUP.title, "3号楼党小组"])
    await machine.receiver.take([pressed(taps[1].code(0), BOSS)])
    assert await Role.exists(member_id=twin.id, kind="org_member", node_id=machine.branch.id)
    assert not await Role.exists(member_id=machine.members[MEMBER.name].id, kind="org_member")


async def test_two_of_one_name_in_one_branch_are_told_apart_by_their_number(machine: Machine) -> None:
    twin = await named(machine, MEMBER.name, machine.branch)
    await Member.filter(id=twin.id).update(code="B-07")
    card = await hears(machine, f"/grant {MEMBER.name} 组织委员")
    first, second = (row[0].shown for row in card.taps)
    assert (first, second) == (f"{machine.members[MEMBER.name].id} {GROUP.title}", f"B-07 {GROUP.title}")
    assert (await hears(machine, "/grant B-07 组织委员")).name == "roles/appointed"
    assert await Role.exists(member_id=twin.id, kind="org_member")


async def test_an_office_held_at_several_places_is_chosen_by_place(machine: Machine) -> None:
    group = await grow(machine.branch, "3号楼党小组", "party_group")
    for node in (machine.branch, group):
        await grant(OPERATOR, machine.members[MEMBER.name], node.id, "group_leader", machine.time)
    card = await hears(machine, f"/revoke {MEMBER.name} 组长")
    taps = [tap for row in card.taps for tap in row]
    assert (card.name, [tap.shown for tap in taps]) == ("roles/which", [GROUP.title, "3号楼党小组"])
    await machine.receiver.take([pressed(taps[0].code(0), BOSS)])
    assert await Role.filter(kind="group_leader", until_at=None).values_list("node_id", flat=True) == [group.id]


async def test_too_many_of_one_name_are_asked_for_a_place(machine: Machine) -> None:
    for _ in range(9):
        await named(machine, "王芳", machine.branch)
    assert (await hears(machine, "/grant 王芳 组织委员")).name == "roles/many"


async def test_who_appoints_nobody_is_refused_before_their_words_are_read(machine: Machine) -> None:
    for command in ("grant", "revoke", "roles"):
        for words in ("", "胡说", f"{SECRETARY.name} 书记"):
            assert (await hears(machine, f"/{command} {words}", PLAIN)).name == "rights/refused"
            assert (await hears(machine, f"/{command} {words}", STRANGER)).name == "rights/stranger"


async def test_a_group_hears_no_names(machine: Machine) -> None:
    for command in ("grant", "revoke", "roles"):
        answer = await hears(machine, f"/{command} {MEMBER.name} 组织委员", BOSS, GROUP.id)
        assert answer == Card("roles/private")


async def test_the_offices_within_reach_are_listed_highest_first(machine: Machine) -> None:
    root = await Node.get(id=machine.branch.root_id)
    await grant(OPERATOR, machine.members[ELDER.name], root.id, "admin", machine.time)
    await grant(OPERATOR, machine.members[WITHOUT_TELEGRAM.name], machine.branch.id, "group_leader", machine.time)
    await grant(OPERATOR, machine.members[MEMBER.name], machine.branch.id, "deputy_secretary", machine.time)
    words = await worded(machine, await hears(machine, "/roles"))
    assert words == f"<b>{GROUP.title}</b>：书记 {SECRETARY.name}、副书记 {MEMBER.name}、党小组组长 {WITHOUT_TELEGRAM.name}"
    everything = await worded(machine, await hears(machine, "/roles", number(ELDER)))
    assert everything.startswith(f"<b>街道</b>：管理员 {ELDER.name}\n<b>{GROUP.title}</b>：书记")
    one = await worded(machine, await hears(machine, f"/roles {GROUP.title}"))
    assert f"书记 {SECRETARY.name}（2026年11月21日（周六）起）" in one


async def test_a_long_list_ends_with_how_to_see_the_rest(machine: Machine) -> None:
    root = await Node.get(id=machine.branch.root_id)
    await grant(OPERATOR, machine.members[ELDER.name], root.id, "admin", machine.time)
    for place in range(12):
        node = await grow(root, f"第{place}支部", "branch")
        await grant(OPERATOR, machine.members[MEMBER.name], node.id, "secretary", machine.time)
    words = await worded(machine, await hears(machine, "/roles", number(ELDER)))
    assert words.endswith("还有4个组织。只看一个请写：/roles 组织名称")
    assert len(words.splitlines()) <= 12


async def worded(machine: Machine, card: Card) -> str:
    return (await render(card, 1, machine.time)).text
