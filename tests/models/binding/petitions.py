"""A petition as the tests need it: somebody opened the branch's own link, agreed and typed a name."""

from datetime import timedelta

from models import binding, draft
from models.binding import Petition, ask
from models.binding.opened import JOIN
from models.card import Answer
from models.database import atomic
from models.member import Actor
from models.organisation import Node
from models.outbox import Recipient
from tests.cast import NOW, OUTSIDER, Cast
from tests.models.outbox.letters import owed

STRANGER = Actor(telegram_id=OUTSIDER)
WEEK = timedelta(days=7)


async def link(cast: Cast, node: Node | None = None) -> str:
    """The code of the branch's own link."""
    secretary = await cast.secretary.acting()
    return (await binding.opened.open_link(secretary, node or cast.branch, WEEK, NOW)).partition("start=")[2]


async def asked(cast: Cast, code: str, by: Actor = STRANGER) -> tuple[int, int]:
    """Opens the link; the link's number and the delivery that asks."""
    screen = (await ask(by, code, NOW)).screen
    assert screen is not None
    delivery = await owed(Recipient(cast.bot.id, address=by.telegram_id), "reply", card=screen, about="")
    return screen.taps[0][0].target, delivery


async def agreed(cast: Cast, code: str, by: Actor = STRANGER) -> None:
    """Opens the link and agrees: the name is asked for."""
    number, delivery = await asked(cast, code, by)
    await binding.join(by, number, JOIN, delivery, NOW)


async def types(cast: Cast, name: str, by: Actor = STRANGER) -> Answer:
    """Answers the open question."""
    assert by.telegram_id is not None
    question = await draft.asked(cast.bot.id, by.telegram_id, NOW)
    assert question is not None
    async with atomic():
        return await binding.petition(by, cast.bot.id, question, name, NOW)


async def petitioned(cast: Cast, name: str = "offline", by: Actor = STRANGER) -> Petition:
    """The whole way; the petition that waits."""
    await agreed(cast, await link(cast), by)
    await types(cast, name, by)
    return await Petition.get(telegram_id=by.telegram_id)
