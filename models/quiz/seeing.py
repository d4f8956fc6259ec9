"""What the cards of a day's question show, looked up at the moment they are worded."""

import json
from datetime import datetime, timedelta
from typing import Any

from models.calendar import local
from models.database import from_ms, rows
from models.organisation import wishes
from models.quiz.bank import TRUTH
from models.quiz.choosing import named, shuffled
from models.quiz.daily import GROUP

GRACE = timedelta(hours=1)
SHOWN = """
SELECT d.*, n.name AS node, i.kind, i.question, i.options, i.answer, i.why, i.source,
  (SELECT COUNT(*) FROM quiz_answer a WHERE a.day_id = d.id) AS said
FROM quiz_day d JOIN node n ON n.id = d.node_id JOIN quiz_item i ON i.id = d.item_id WHERE d.id = ?
"""


async def describe(day_id: int, _: datetime) -> dict[str, Any]:
    """A day's question: `node`, `day`, `question` (`truth`: a statement to judge), `said` (how many have answered), `closes`
    (local, ISO). Once it is closed also `right` (the options), `why`, `source`, and the counts `answered` and `correct`.
    """
    found = (await rows(SHOWN, day_id))[0]
    closes = local(from_ms(found["closes_at"]), (await wishes(found["node_id"])).zone).isoformat()
    shown = {"node": found["node"], "day": str(found["day"]), "question": found["question"], "said": found["said"]}
    shown["truth"] = found["kind"] == TRUTH
    return shown | {"closes": closes} | (solved(found) if found["close_due"] is None else {})


def solved(found: dict[str, Any]) -> dict[str, Any]:
    told = {name: found[name] for name in ("why", "source", "answered", "correct")}
    return told | {"right": named(json.loads(found["options"]), found["answer"])}


POLLED = """
SELECT d.id, d.closes_at, d.close_due, i.kind, i.question, i.options, i.answer, i.why, i.source
FROM quiz_day d JOIN quiz_item i ON i.id = d.item_id WHERE d.id = ?
"""


async def describe_poll(day_id: int, _: datetime) -> dict[str, Any]:
    """A day's question as the messenger's own poll: `question`, `truth`, `options` in the group's order, the places of the
    `right` ones, `why`, `source`, whether it is `over`, and `closes` (seconds since 1970): when it ends by itself. Bots are not
    told the counts of such an end, so that it comes only after ours was missed.
    """
    found = (await rows(POLLED, day_id))[0]
    options = json.loads(found["options"])
    order = shuffled(len(options), f"{day_id}:{GROUP}")
    right = [place for place, option in enumerate(order) if found["answer"] >> option & 1]
    shown = {name: found[name] for name in ("question", "why", "source")}
    shown["truth"] = found["kind"] == TRUTH
    ends = from_ms(found["closes_at"]) + GRACE
    shown |= {"options": [options[option] for option in order], "right": right, "over": found["close_due"] is None}
    return shown | {"closes": int(ends.timestamp())}
