"""What a text, and the picture, say of one celebration; looked up at the moment it is worded."""

from datetime import datetime
from typing import Any

from models.birthday.own import wished
from models.birthday.people import day_of
from models.birthday.rules import completed, counts_from
from models.birthday.ways import way_of
from models.database import rows

ONE = """
SELECT b.*, m.name, m.joined_on, m.full_member_on, n.name AS node, n.path, a.id AS account_id
FROM birthday b JOIN member m ON m.id = b.member_id JOIN node n ON n.id = b.node_id
LEFT JOIN account a ON a.member_id = m.id WHERE b.id = ?
"""
SECRETARY = """
SELECT m.name, n.name AS node, n.path FROM role r JOIN member m ON m.id = r.member_id JOIN node n ON n.id = r.node_id
WHERE r.kind = 'secretary' AND r.from_at <= ? AND (r.until_at IS NULL OR r.until_at > ?) AND m.id <> ?
  AND m.status NOT IN ('suspended', 'transferred', 'deceased')
  AND CAST(? AS VARCHAR(255)) LIKE n.path || '%' ORDER BY LENGTH(n.path) DESC, r.id LIMIT 1
"""


async def describe(birthday_id: int, now: datetime) -> dict[str, Any]:
    """`years` is 0 where the member hides them; `counts`: complete years of 党龄, None where nobody knows; `asks`: who can be
    asked whether it is genuine, empty where there is nobody; `asks_of`: the node above whose secretary that is, empty if it is
    the own one's.
    """
    row = (await rows(ONE, birthday_id))[0]
    way, wish = await way_of(row["node_id"]), await wished(row["member_id"])
    secretary = await rows(SECRETARY, now, now, row["member_id"], row["path"])
    day, since = day_of(row["day"]), day_of(row["since"])
    counted = counts_from(day_of(row["joined_on"]), day_of(row["full_member_on"]))
    assert day is not None, "the columns are not null"
    assert since is not None, "the columns are not null"
    kept = {name: row[name] for name in ("name", "node", "basis", "words", "state")}
    return kept | {
        "day": day.isoformat(),
        "since": since.isoformat(),
        "years": 0 if wish["hides_years"] else completed(since, day, way.leap),
        "hides_years": wish["hides_years"],
        "counts": completed(counted, day, way.leap) if counted else None,
        "bound": row["account_id"] is not None,
        "thanked": row["thanked_at"] is not None,
        "gift": way.gift,
        "asks": secretary[0]["name"] if secretary else "",
        "asks_of": secretary[0]["node"] if secretary and secretary[0]["path"] != row["path"] else "",
    }


async def describe_many(numbers: list[int], now: datetime) -> list[dict[str, Any]]:
    return [await describe(each, now) for each in numbers]
