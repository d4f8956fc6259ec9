"""The tree itself: planted by the operator, grown, renamed, moved and closed by whoever may; its history is in the audit notes.

`plant` and `grow` are the bare facts, for whoever has judged already; the others judge.
"""

import json
from datetime import datetime
from typing import Any

from models.audit import note, read_notes
from models.card import Refusal
from models.database import atomic, from_ms, rows, run
from models.organisation.kinds import fits
from models.organisation.tables import Node
from models.rights import Actor

LONGEST_PATH = 255  # characters of the column


async def plant(name: str, kind: str, zone: str, bot_id: int) -> Node:
    """A root: the top of one tree, and the owner of all that is about its people."""
    root = await Node.create(kind=kind, name=name, path="", zone=zone, bot_id=bot_id)
    root.root_id, root.path = root.id, f"/{root.id}/"
    await root.save(update_fields=["root_id", "path"])
    return root


async def grow(parent: Node, name: str, kind: str, code: str | None = None) -> Node:
    """A node below another. Its wishes are those of its parent until it has its own."""
    node = await Node.create(root_id=parent.root_id, parent_id=parent.id, kind=kind, name=name, path="", code=code)
    node.path = f"{parent.path}{node.id}/"
    await node.save(update_fields=["path"])
    return node


async def establish(by: Actor, parent: Node, name: str, kind: str, code: str | None, now: datetime) -> Node:
    """成立: a new node below another, if its kind belongs there."""
    by.must("tree.edit", parent.path)
    if parent.closed_at is not None:
        raise Refusal("organisation/closed")
    if not fits(parent.kind, kind) or len(parent.path) > LONGEST_PATH - 20:
        raise Refusal("organisation/kind")
    node = await grow(parent, name, kind, code)
    await noted(by, "establish", node, now, None, {"name": name, "kind": kind, "parent": parent.id})
    return node


async def rename(by: Actor, node: Node, name: str, now: datetime) -> None:
    by.must("tree.edit", node.path)
    before, node.name = node.name, name
    await node.save(update_fields=["name"])
    await noted(by, "rename", node, now, {"name": before}, {"name": name})


MOVE = """
UPDATE node SET path = CAST(? AS VARCHAR(255)) || SUBSTR(path, CAST(? AS INTEGER)) WHERE root_id = ? AND path LIKE ?
"""


async def move(by: Actor, node: Node, parent: Node, now: datetime) -> None:
    """Puts a node with all that is below it under another node of its tree, in one transaction."""
    async with atomic():
        await run("UPDATE node SET kind = kind WHERE id = ?", node.root_id)  # one move of a tree at a time
        await node.refresh_from_db()
        await parent.refresh_from_db()
        await movable(by, node, parent)
        old, new = node.path, f"{parent.path}{node.id}/"
        before = node.parent_id
        await run(MOVE, new, len(old) + 1, node.root_id, f"{old}%")
        await run("UPDATE node SET parent_id = ? WHERE id = ?", parent.id, node.id)
        await noted(by, "move", node, now, {"parent": before}, {"parent": parent.id})
        await node.refresh_from_db()


async def movable(by: Actor, node: Node, parent: Node) -> None:
    by.must("tree.edit", node.path)
    by.must("tree.edit", parent.path)
    if node.root_id != parent.root_id or parent.path.startswith(node.path):
        raise Refusal("organisation/below_itself")
    if parent.closed_at is not None:
        raise Refusal("organisation/closed")
    deepest = (await rows("SELECT MAX(LENGTH(path)) AS n FROM node WHERE path LIKE ?", f"{node.path}%"))[0]["n"]
    if not fits(parent.kind, node.kind) or len(parent.path) + deepest - len(node.path) + 20 > LONGEST_PATH:
        raise Refusal("organisation/kind")


HELD = """
SELECT (SELECT COUNT(*) FROM node WHERE parent_id = ? AND closed_at IS NULL) AS children,
  (SELECT COUNT(*) FROM membership WHERE node_id = ? AND (until_at IS NULL OR until_at > ?)) AS members
"""


async def close(by: Actor, node: Node, now: datetime) -> None:
    """撤销: a node that has nothing below it and nobody in it any more. Its history stays; closing twice is closing once."""
    by.must("tree.edit", node.path)
    if node.closed_at is not None:
        return
    held = (await rows(HELD, node.id, node.id, now))[0]
    if node.parent_id is None or held["children"]:
        raise Refusal("organisation/children")
    if held["members"]:
        raise Refusal("organisation/members", count=held["members"])
    node.closed_at = now
    await node.save(update_fields=["closed_at"])
    await noted(by, "close", node, now, None, {"closed": now.isoformat()})


async def settle(by: Actor, node: Node, wishes: dict[str, Any], now: datetime) -> None:
    """Sets a node's own wishes (columns of the table, already judged to be readable); None inherits again."""
    by.must("tree.edit", node.path)
    before = {name: getattr(node, name) for name in wishes}
    node.update_from_dict(wishes)
    await node.save(update_fields=list(wishes))
    await noted(by, "settle", node, now, before, wishes)


async def noted(by: Actor, verb: str, node: Node, now: datetime, before: Any, after: Any) -> None:
    assert node.root_id is not None, "a node belongs to a tree"
    await note(node.root_id, by.label, verb, f"node:{node.id}", now, before, after)


HISTORY = "SELECT at, actor, verb, before, after FROM note WHERE root_id = ? AND target = ? ORDER BY id"


async def history(root_id: int, target: str) -> list[dict[str, Any]]:
    """What was done to `node:<id>` or `member:<id>`, oldest first: at, actor, verb, before, after."""
    found = await read_notes(HISTORY, root_id, target)
    return [row | {"at": from_ms(row["at"]), "before": read(row["before"]), "after": read(row["after"])} for row in found]


def read(state: str | None) -> Any:
    return None if state is None else json.loads(state)
