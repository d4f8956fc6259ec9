"""Which organisation is meant: found by name or 编号 within reach. One out of reach and none at all are one sentence."""

from typing import Any

from models.card import Refusal
from models.database import rows
from models.member import Actor
from models.organisation import Node
from models.organisation.kinds import BRANCHES, GROUPS

MOST = 8  # buttons one is offered

REACHED = """
SELECT n.id, n.name, n.code FROM node n
WHERE ({reach}) AND (n.name = ? OR n.code = ? OR n.name LIKE ? ESCAPE '!')
ORDER BY CASE WHEN n.name = ? OR n.code = ? THEN 0 ELSE 1 END, LENGTH(n.path), n.path LIMIT 100
"""
INSIDE = "SELECT COUNT(*) AS n FROM node WHERE path LIKE ? AND path <> ? AND kind NOT IN ({groups})"


async def meant(actor: Actor, words: str) -> list[Node]:
    """The organisations within reach that these words name: those called exactly so, else those whose name holds them."""
    reach = actor.must_somewhere("gathering.attendance")
    sql = REACHED.format(reach=any_of(reach))
    found = await rows(sql, *below(reach), words, words, f"%{escaped(words)}%", words, words)
    exact = [row for row in found if words in (row["name"], row["code"])]
    return await nodes_of(exact or found)


async def tops(actor: Actor) -> list[Node]:
    """The highest nodes of this actor's offices: what lies below another of them is left out."""
    reach = set(actor.must_somewhere("gathering.attendance"))
    highest = [path for path in reach if not any(path != other and path.startswith(other) for other in reach)]
    return await Node.filter(path__in=highest).order_by("path")


async def judged(actor: Actor, node_id: int) -> Node:
    """A node whose attendance this actor may see. What does not exist and what is not theirs sound the same."""
    node = await Node.get_or_none(id=node_id)
    actor.must("gathering.attendance", node.path if node else "nowhere")
    assert node is not None, "nobody has a right nowhere"
    return node


async def covers_branches(node: Node) -> bool:
    """Whether a node is asked about as a table: it is neither a branch nor a group, and has some below it."""
    return node.kind not in (*BRANCHES, *GROUPS) and bool(await inside(node))


async def inside(node: Node) -> int:
    """How many organisations are below a node, groups not counted."""
    sql = INSIDE.format(groups=", ".join("?" * len(GROUPS)))
    return int((await rows(sql, f"{node.path}%", node.path, *GROUPS))[0]["n"])


async def nodes_of(found: list[dict[str, Any]]) -> list[Node]:
    if len(found) > MOST:
        raise Refusal("report/many", most=MOST)
    nodes = {node.id: node for node in await Node.filter(id__in=[row["id"] for row in found])}
    return [nodes[row["id"]] for row in found]


def any_of(paths: list[str]) -> str:
    return " OR ".join(["n.path LIKE ?"] * len(paths))


def below(paths: list[str]) -> list[str]:
    return [f"{path}%" for path in paths]


def escaped(words: str) -> str:
    """Words as LIKE reads them literally, with `!` before what it would read as a pattern."""
    return "".join(f"!{letter}" if letter in "!%_" else letter for letter in words)
