"""Who was not greeted on their day: nothing ran, or their date was entered at night. Those responsible hear of it once, so that
somebody congratulates in person; on another day the service itself greets nobody.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from models.birthday.people import GREETED as MEMBERS
from models.birthday.people import NONE
from models.birthday.planning import MISSED, PLANNED
from models.birthday.ways import RIGHT
from models.card import Card
from models.database import rows
from models.due import marks
from models.organisation import Node
from models.outbox import touch
from models.pages import LONGEST
from models.responsible import retire, tell

WORTH_TELLING = timedelta(days=7)
# What the roster says otherwise today is no celebration any more.
TAKE = f"""
UPDATE birthday SET state = '{MISSED}', greet_due = NULL
WHERE node_id IN ({{marks}}) AND state = '{PLANNED}' AND day < ? AND day >= ?
  AND NOT EXISTS (SELECT 1 FROM birthday_wish w WHERE w.member_id = birthday.member_id AND w.how = '{NONE}')
  AND EXISTS (SELECT 1 FROM member m WHERE m.id = birthday.member_id
    AND m.status IN ({", ".join(f"'{each}'" for each in MEMBERS)})
    AND (m.joined_on = birthday.since OR m.full_member_on = birthday.since))
RETURNING id, node_id
"""


async def missed(nodes: Sequence[Node], today: date) -> dict[int, list[int]]:
    """Numbers of the celebrations of the last days that went by without a word, by node; each is found once."""
    numbers = [node.id for node in nodes]
    found: dict[int, list[int]] = {number: [] for number in numbers}
    for row in await rows(TAKE.format(marks=marks(numbers)), *numbers, today, today - WORTH_TELLING):
        found[row["node_id"]].append(row["id"])
    return found


async def tell_missed(node: Node, numbers: Sequence[int], now: datetime, due_at: datetime) -> None:
    ordered = sorted(numbers)
    for start in range(0, len(ordered), LONGEST):
        some = ordered[start : start + LONGEST]
        card = Card("birthday/missed", {"birthdays": some})
        await tell(RIGHT, node.path, card, f"birthday:{some[0]}:missed", now, due_at=due_at, kind="duty")
    for number in ordered:
        await retire(RIGHT, node.path, f"birthday:{number}", now)
        await touch(f"birthday:{number}", now)
