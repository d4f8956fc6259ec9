"""The living thread: a card appears, taps become lines of an attendance sheet, also after the process was killed."""

from bot.sandbox.cast import ELDER, GROUP, MEMBER, ORGANISER, OUTSIDER, PROBATIONARY, SECRETARY, WITHOUT_TELEGRAM
from bot.sandbox.visitor import Visitor
from tests.stories.house import Service

JOIN, LEAVE = "参加", "请假"


async def card(world: Visitor) -> str:
    """The words of the group's card, once it is there."""

    async def appeared() -> str:
        message = await world.last(GROUP.id)
        return message["text"] if message else ""

    return str(await world.until(appeared))


async def shows(world: Visitor, chat: int, words: str) -> str:
    """Waits until the newest message of a chat holds these words; gives its text."""

    async def seen() -> str:
        message = await world.last(chat)
        return message["text"] if message and words in message["text"] else ""

    return str(await world.until(seen, seconds=12))


async def told(world: Visitor, who: int | None, label: str) -> str:
    """Presses a button of the group's card; the words of the toast."""
    assert who is not None
    answer = await world.taps(who, label, chat=GROUP.id)
    assert answer is not None
    return str(answer["text"])


async def test_a_planned_gathering_appears_in_its_group_with_a_tally_that_follows_the_taps(
    service: Service, world: Visitor
) -> None:
    words = await card(world)
    assert "已回复 0／8：参加 0，请假 0" in words
    assert (await told(world, ELDER.id, JOIN)).startswith("已记下：参加。12月")
    assert (await told(world, PROBATIONARY.id, LEAVE)).startswith("已记下：请假。")
    await shows(world, GROUP.id, "已回复 2／8：参加 1，请假 1")


async def test_tapping_the_other_button_changes_ones_own_answer_and_the_same_one_says_so(
    service: Service, world: Visitor
) -> None:
    await card(world)
    await told(world, MEMBER.id, JOIN)
    assert (await told(world, MEMBER.id, JOIN)).startswith("您已经回复过：参加")
    assert (await told(world, MEMBER.id, LEAVE)).startswith("已记下：请假")
    await shows(world, GROUP.id, "已回复 1／8：参加 0，请假 1")


async def test_the_secretary_gets_counts_in_the_group_and_names_in_private(service: Service, world: Visitor) -> None:
    await card(world)
    assert SECRETARY.id is not None
    await told(world, ELDER.id, JOIN)
    await told(world, MEMBER.id, LEAVE)
    await world.says(SECRETARY.id, "/attendance", chat=GROUP.id)
    counts = await shows(world, GROUP.id, "私聊")
    assert "已回复 2／8：参加 1，请假 1" in counts
    assert not any(person.name in counts for person in (ELDER, MEMBER, SECRETARY, WITHOUT_TELEGRAM))
    await world.says(SECRETARY.id, "/attendance")
    names = await shows(world, SECRETARY.id, "百花园小区党支部")
    assert f"参加 1：{ELDER.name}" in names
    assert f"请假 1：{MEMBER.name}" in names
    assert f"没有绑定Telegram，请电话告知 1：{WITHOUT_TELEGRAM.name}" in names


async def test_an_outsider_changes_nothing_and_learns_nothing(service: Service, world: Visitor) -> None:
    before = await card(world)
    assert OUTSIDER.id is not None
    assert await told(world, OUTSIDER.id, JOIN) == "名册里没有您的名字，请联系支部书记核对。"
    await world.says(OUTSIDER.id, "/attendance", chat=GROUP.id)
    await shows(world, GROUP.id, "名册里没有您的名字")
    await world.says(OUTSIDER.id, "/start")
    await shows(world, OUTSIDER.id, "名册里还没有您的账号")
    await world.says(OUTSIDER.id, "/attendance")
    await shows(world, OUTSIDER.id, "名册里没有您的名字")
    assert (await world.sees(GROUP.id))[0]["text"] == before


async def test_a_member_who_asks_is_told_of_themselves_and_of_nobody_else(service: Service, world: Visitor) -> None:
    await card(world)
    assert ELDER.id is not None
    await told(world, MEMBER.id, JOIN)
    await world.says(ELDER.id, "/attendance")
    words = await shows(world, ELDER.id, "我的出勤")
    assert "这段时间还没有您的签到记录" in words
    assert str(MEMBER.name) not in words


async def test_an_organiser_plans_a_gathering_in_one_line_and_its_card_appears(service: Service, world: Visitor) -> None:
    await card(world)
    assert ORGANISER.id is not None
    await world.says(ORGANISER.id, "/plan 12月28日 19:30 二楼会议室 <b>年终</b>学习会", chat=GROUP.id)
    words = await shows(world, GROUP.id, "已回复 0／8")
    assert "<b>年终</b>学习会" in words
    assert "12月28日（周" in words
    assert "19:30" in words


async def test_what_was_tapped_while_the_process_was_dead_counts_once_it_lives(service: Service, world: Visitor) -> None:
    await card(world)
    await told(world, ELDER.id, JOIN)
    await service.kill()
    assert MEMBER.id is not None
    assert await world.taps(MEMBER.id, LEAVE, chat=GROUP.id, wait=0) is None
    await service.up()
    await shows(world, GROUP.id, "已回复 2／8：参加 1，请假 1")
    assert SECRETARY.id is not None
    await world.says(SECRETARY.id, "/attendance")
    names = await shows(world, SECRETARY.id, "百花园小区党支部")
    assert f"参加 1：{ELDER.name}" in names
    assert f"请假 1：{MEMBER.name}" in names


async def test_the_bot_token_is_in_no_log(service: Service, world: Visitor) -> None:
    await card(world)
    await told(world, ELDER.id, JOIN)
    code = await service.stop()
    assert code == 0
    secret = service.settings["BRANCHLIFE_TOKEN"].partition(":")[2]
    assert "service.ready" in service.said()
    assert secret not in service.said()
