"""The branch of birthdays, questions and pledges: its dates on the roster, and what its texts are called in its table."""

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.engines import disconnect
from bot.files import packs
from bot.sandbox.cast import BOT, GROUP
from bot.sandbox.visitor import Visitor
from models import MODELS
from models.binding import CONSENT
from models.member import OPERATOR, Member, bind, enrol, grant
from models.organisation import grow, know_bot, link, plant
from models.quiz import Shipped
from tests.connections import connect_freshly
from tests.stories.year.branch import FACES, PARTS_BY_NAME, ServiceThen
from tests.stories.year.deeds import PATIENCE, Player, number
from tests.stories.year.seen import ENDS, NAMES, Names, Said, Telling
from tests.stories.year.table import FOLDER, Table

BERLIN = ZoneInfo("Europe/Berlin")
THREE = Table(FOLDER / "three.txt", BERLIN)
MORNING = datetime(2027, 2, 20, 9, tzinfo=BERLIN)
# By part: joined, full member since; nobody knows of some.
DATES: dict[str, tuple[date, date | None]] = {
    "secretary": (date(2000, 12, 5), date(2001, 12, 5)),
    "elder": (date(1976, 2, 29), None),
    "member": (date(2016, 3, 26), date(2017, 3, 26)),
    "probationary": (date(2026, 10, 29), None),
    "colleague": (date(1978, 1, 20), None),
    "without_telegram": (date(1967, 7, 15), date(1968, 6, 15)),
    "newcomer": (date(2012, 5, 15), None),
}
STATUS = {"probationary": "probationary", "newcomer": "suspended"}
QUESTIONS = {item.question: item for pack in packs.read().packs.values() for item in pack}


async def sown(database_url: str) -> None:
    """The people as the roster has them, bound as if they had agreed; who was suspended never was."""
    await connect_freshly(database_url, MODELS)
    bot = await know_bot(BOT.id, BOT.username)
    root = await plant("梧桐街道党工委", "street_committee", BERLIN.key, bot.id)
    branch = await grow(root, GROUP.title, "branch")
    for part, (joined, full) in DATES.items():
        persona, status = FACES[part], STATUS.get(part, "full")
        member = await enrol(OPERATOR, root.id, persona.name, status, MORNING, branch.id)
        await Member.filter(id=member.id).update(joined_on=joined, full_member_on=full)
        if persona.id is not None and status != "suspended":
            await bind(OPERATOR, member, persona.id, CONSENT, MORNING)
        if part == "secretary":
            await grant(OPERATOR, member, branch.id, "secretary", MORNING)
    await link(branch, bot.id, GROUP.id, 0, MORNING)
    await disconnect()


class Scholar(Player):
    """Plays the deeds of this table: answers to the question of the day are known by being right or wrong."""

    def __init__(self, world: Visitor, service: ServiceThen) -> None:
        super().__init__(world, service)
        self.verbs["answers"] = self.answers

    async def answers(self, who: str, how: str) -> None:
        item = await self.world.until(self.asked, PATIENCE)
        right = item.options[item.right[0]]
        wrong = next(each for each in item.options if each != right)
        await self.press(number(who), right if how == "right" else wrong, GROUP.id)

    async def asked(self) -> Shipped | None:
        texts = [each["text"] for each in reversed(await self.world.sees(GROUP.id)) if "已作答" in each["text"]]
        return item_of(texts[0]) if texts else None


def item_of(text: str) -> Shipped:
    """What a card of the group asks."""
    return next(item for question, item in QUESTIONS.items() if question in text)


def part(name: str) -> str:
    return PARTS_BY_NAME[name]


def month(said: Said) -> str:
    """Whose day it is, the years they complete, `-` for who is passed over."""
    year, number_of = said.found(r"(\d{4})年(\d+)月政治生日")
    lines = re.findall(r"^\d+月\d+日　(\S+?)：(不祝贺|\d+)", said.text, re.MULTILINE)
    people = [f"{part(name)} {'-' if how == '不祝贺' else how}" for name, how in lines]
    return f"month {year}-{int(number_of):02} ({', '.join(people)})"


def preview(said: Said) -> str:
    """A card a week before, and how it stands."""
    (name,) = said.found(r"政治生日　(\S+?)同志")
    thanked = ", thanked" if "本人回复：谢谢" in said.text else ""
    return f"preview {part(name)}{', to be phoned' if '本人没有绑定' in said.text else ''}{thanked}"


def greeting(said: Said) -> str:
    return "greeting {}".format(*said.found(r"今天是您入党(\d+)周年"))


def public(said: Said) -> str:
    name, years = said.found(r"今天是(\S+?)同志入党(\d+)周年")
    return f"public {part(name)} {years}"


def medals(said: Said) -> str:
    states = {"待核对": "", "已确认": " confirmed", "不列入": " struck"}
    listed = re.findall(r"^(\S+?)，(\d+)年，\S*起：(\S+)$", said.text, re.MULTILINE)
    unclear = re.search(r"没有转正日期：(.*)$", said.text, re.MULTILINE)
    (year,) = said.found(r"(\d{4})年“光荣在党50年”")
    known = ", ".join(f"{part(name)} {years}{states[state]}" for name, years, state in listed)
    return f"medals {year} ({known}{f'; unclear {part(unclear[1])}' if unclear else ''})"


def sheet(said: Said) -> str:
    people = re.findall(r"^\d+月\d+日　(\S+?)，", said.text, re.MULTILINE)
    leader, speaker = said.found(r"领誓：(\S+)\n讲初心：(\S+)")
    leads, speaks = (PARTS_BY_NAME.get(name, "-") for name in (leader, speaker))
    return f"sheet ({' '.join(map(part, people))}; leads {leads}; speaks {speaks})"


def solved(said: Said) -> str:
    """A question that is over; without its source it has no name."""
    assert "来源：" in said.text, said.text
    if "没有人作答" in said.text:
        return "nobody answered"
    answered, hits, of = said.found(r"作答 (\d+) 人，答对 [\d.]+%（(\d+)／(\d+)）")
    assert answered == of
    return f"answered {hits}/{of}"


def week(said: Said) -> str:
    hits = re.search(r"答对 [\d.]+%（(\d+)／(\d+)）", said.text)
    return "week {}: {}".format(*said.found(r"出题 (\d+) 道"), f"{hits[1]}/{hits[2]}" if hits else "nobody")


def reading(said: Said) -> str:
    return " ".join(["reading", *re.findall(r"^(\d{4})年\d+月\d+日（周.）　", said.text, re.MULTILINE)])


def counter(said: Said) -> str:
    return "pledges {}/{}".format(*said.found(r"已承诺 (\d+)／(\d+)"))


def who(said: Said) -> str:
    """Whose pledges they are."""
    return part(said.found(r"(?:^|　)(\S+?)同志(?:的)?承诺")[0])


def report(said: Said) -> str:
    half = "half" if "半年报告" in said.text else "end"
    unsaid, grade = re.search(r"第(\d)项怎么样", said.text), re.search(r"支部评诺：(\w+)", said.text)
    return f"{half} report, " + (f"item {unsaid[1]}?" if unsaid else f"graded {grade[1]}" if grade else "all said")


def overdue(said: Said) -> str:
    late = re.search(r"请您问一问有什么难处：(.*)$", said.text, re.MULTILINE)
    graded = re.search(r"等支部评诺 (\d+)份", said.text)
    return f"late ({part(late[1]) if late else ''})" + (f", {graded[1]} to grade" if graded else "")


OWN: Names = [
    ("月政治生日\n", month),
    ("主题党日：政治生日", sheet),
    ("请对照档案和一贯表现", medals),
    ("政治生日　", preview),
    ("您入党", greeting),
    ("同志祝贺。", public),
    ("入党誓词", lambda said: "oath"),
    ("我的政治生日", lambda said: "own birthday"),
    ("怎样过政治生日", lambda said: "birthday ways" + (", in the group" if "本人同意的在群里也祝贺" in said.text else "")),
    ("每日一题的设置", lambda said: f"quiz settings, {'off' if '每日一题：不发' in said.text else 'daily'}"),
    ("上周小结", week),
    ("今日党史", reading),
    ("已作答 0 人", lambda said: "question"),
    ("今天要复习的错题", lambda said: "own quiz, {} to review".format(*said.found(r"错题 (\d+) 道"))),
    ("已安排：", lambda said: f"planned {said.of}"),
    ("已建好承诺活动", lambda said: "pledge drawn up"),
    ("还没有发出去。", lambda said: "pledge desk"),
    ("点“我承诺”，到私聊里选", counter),
    ("请选2到5项，再点一次", lambda said: "choosing"),
    ("份承诺等您审", lambda said: "{} to review".format(*said.found(r"有(\d+)份"))),
    ("这是您的承诺卡", lambda said: "own pledges"),
    ("同意吗？", lambda said: f"review {who(said)}"),
    ("支部怎么评？", lambda said: f"grade {who(said)}"),
    ("报告：您的承诺做得怎么样", report),
    ("等支部审诺", lambda said: "waits for review"),
    ("支部同意了。公开吗？", lambda said: "agreed, in public?"),
    ("同志的承诺\n", lambda said: f"pledges of {who(said)}"),
    ("没有报告承诺做得怎么样", overdue),
    ("等支部评诺 ", overdue),
]
OVER: Names = [
    ("答案：", solved),
    ("承诺都审过了", lambda said: "all reviewed"),
    ("现在没有等您审的承诺", lambda said: "none to review"),
    ("活动已结束", lambda said: f"{counter(said)}, over"),
    ("待审 ", lambda said: "pledge desk, {} pledged".format(*said.found(r"已承诺 (\d+)／"))),
    ("已撤回，群里不计", lambda said: "withdrawn"),
    ("已公开，", lambda said: "in public"),
    ("没有公开，", lambda said: "kept private"),
]
TELLING = Telling(THREE, [*OWN, *NAMES], [*OVER, *OWN, *ENDS])
