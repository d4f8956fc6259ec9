"""Updates as no Telegram should send them: broken, unknown, enormous."""

from collections.abc import Callable
from random import Random
from typing import Any

Json = dict[str, Any]

DEEP = 200


def spoiled(dice: Random, kind: str, body: Any) -> Json:
    """An update without its id, made from a good one or from nothing."""
    makers: tuple[Callable[[], Json], ...] = (
        lambda: {kind: {"message_id": "?"}},
        lambda: {kind: body | {"date": None} if isinstance(body, dict) else []},
        lambda: {kind: []},
        lambda: {"something_new": body},
        lambda: {},
        lambda: {kind: _without(dice, body)},
        lambda: {"message": {"message_id": 2**70, "date": -1, "chat": {"id": 2**70, "type": "private"}, "text": "x"}},
        lambda: {"message": {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}, "text": "x" * 131_072}},
        lambda: {"message": _deep()},
    )
    return dict(dice.choice(makers)())


def _without(dice: Random, body: Any) -> Any:
    """The good one, one field short."""
    if not isinstance(body, dict) or not body:
        return body
    missing = dice.choice(sorted(body))
    return {name: value for name, value in body.items() if name != missing}


def _deep() -> Json:
    nest: Json = {}
    for _ in range(DEEP):
        nest = {"reply_to_message": nest}
    return nest
