"""Named steps at which a test lets the process die as `kill -9` would: BRANCHLIFE_CRASH_AT=step or step:n, sandbox only.

`n` is how often the step is passed before; without it the first passage is the last. Unarmed, a step costs a dict lookup.
"""

import os

STEPS = (
    "lease.taken",
    "intake.fetched",
    "intake.done",
    "intake.committed",
    "outbox.claimed",
    "outbox.wired",
    "outbox.sent",
    "outbox.settled",
    "errand.begun",
    "errand.done",
)

_left: dict[str, int] = {}


def arm(where: str) -> None:
    step, _, passages = where.partition(":")
    _left[step] = int(passages or 0)


def here(step: str) -> None:
    """Ends the process if this step is armed and its passages are used up."""
    if step in _left:
        if _left[step] == 0:
            os._exit(137)
        _left[step] -= 1
