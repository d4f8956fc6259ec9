import pytest

from models.organisation import Node, know_bot, plant
from tests.cast import ZONE
from tests.models.roster.district import District


@pytest.fixture
async def district(database: str) -> District:
    root = await plant("root", "street_committee", ZONE, (await know_bot(7, "bot")).id)
    await Node.filter(id=root.id).update(code="root")
    made = District({"root": await Node.get(id=root.id)})
    for name, above, kind in [
        ("west", "root", "area_committee"),
        ("east", "root", "primary_committee"),
        ("first", "west", "branch"),
        ("second", "east", "branch"),
        ("group", "first", "party_group"),
    ]:
        await made.grown(name, above, kind)
    await made.settled("anna", "first")
    await made.settled("ben", "second")
    return made
