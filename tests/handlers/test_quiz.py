"""/quiz and /exam as they are typed: what is a test, what a result, and what is told to whoever writes neither."""

import pytest

from handlers.context import Heard
from handlers.quiz import PAPER, RESULT, exam, quiz, wanted
from models.card import Card, Refusal
from models.member import Actor
from models.quiz.paper import Wanted
from tests.cast import NOW, OUTSIDER, Cast, assemble


@pytest.fixture
async def cast(database: str) -> Cast:
    return await assemble()


async def heard(cast: Cast, by: Actor, words: str = "", private: bool = True) -> Heard:
    return Heard(by, words, private, None if private else cast.branch, NOW, cast.bot.id)


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("20题 30分钟 及格16题 重考1次", Wanted(20, 30, 16, 1)),
        ("20题30分钟", Wanted(20, 30, 12, 1)),
        ("10道 15分 合格 8", Wanted(10, 15, 8, 1)),
        ("7题 5分钟 补考0次", Wanted(7, 5, 5, 0)),
    ],
)
def test_a_test_is_read_from_a_line(words: str, meant: Wanted) -> None:
    found = PAPER.fullmatch(words)
    assert found is not None
    assert wanted(found) == meant


@pytest.mark.parametrize(("words", "name", "correct"), [("何桂芳 16", "何桂芳", 16), ("何桂芳 对16题", "何桂芳", 16)])
def test_a_result_is_a_name_and_a_number(words: str, name: str, correct: int) -> None:
    found = RESULT.fullmatch(words)
    assert found is not None
    assert (found["name"], int(found["correct"])) == (name, correct)


@pytest.mark.parametrize("words", ["20", "20题", "20 30", "题 分钟", "何桂芳", "9999题 30分钟", "x" * 5000])
async def test_anything_else_is_told_how_it_is_written(cast: Cast, words: str) -> None:
    with pytest.raises(Refusal, match="quiz/paper_form"):
        await exam(await heard(cast, await cast.secretary.acting(), words))


async def test_a_member_draws_up_no_test(cast: Cast) -> None:
    for words in ("2题 5分钟", "何桂芳 1", "20"):
        with pytest.raises(Refusal, match="rights/refused"):
            await exam(await heard(cast, await cast.member.acting(), words))


async def test_in_a_group_it_is_only_said_where_to_look(cast: Cast) -> None:
    answer = await quiz(await heard(cast, await cast.member.acting(), private=False))
    assert answer.screen == Card("quiz/in_group")
    with pytest.raises(Refusal, match="rights/stranger"):
        await quiz(await heard(cast, Actor(telegram_id=OUTSIDER), private=False))
    with pytest.raises(Refusal, match="gathering/private"):
        await exam(await heard(cast, await cast.secretary.acting(), private=False))
