"""The checker: what became of what was owed, by the sandbox's log and the final database alone. Pure.

A message is matched to its delivery by the number its buttons carry, else by the message number the delivery was settled
with. What matches none is the arrival of an `unknown` delivery of its chat, or else a copy, or went to the wrong place.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from tests.chaos.rates import Limits, exceeded
from tests.chaos.seen import Call, Debt

WAITING = ("queued", "held", "leased", "wire")
GIVEN_UP = ("dead", "refused")
EARLY = 1.5  # seconds; civil instants are compared between two processes
WRONG_PLACE = -1


@dataclass(slots=True)
class Verdict:
    """Findings, one plain sentence each; `double` by the kind of the delivery. `unknown` and `expired` are no faults in
    themselves.
    """

    lost: list[str] = field(default_factory=list)
    double: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    late: list[str] = field(default_factory=list)
    disordered: list[str] = field(default_factory=list)
    over: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    expired: list[str] = field(default_factory=list)
    arrived: int = 0

    def doubles(self, *kinds: str) -> int:
        """Copies of these kinds, or of all."""
        return sum(len(copies) for kind, copies in self.double.items() if not kinds or kind in kinds)

    @property
    def findings(self) -> list[str]:
        copies = [copy for some in self.double.values() for copy in some]
        return [*self.lost, *copies, *self.late, *self.disordered, *self.over, *self.wrong]


def judge(calls: Sequence[Call], debts: Sequence[Debt], limits: Limits | None = None, expected: Iterable[str] = ()) -> Verdict:
    """`expected`: keys that must have been owed at all. Without limits rates are not looked at."""
    verdict = Verdict(over=exceeded(calls, limits) if limits else [])
    arrivals = matched([call for call in calls if call.arrived], debts)
    for stray in arrivals.pop(WRONG_PLACE, []):
        verdict.wrong.append(f"chat {stray.chat} got what nobody owed it")
    for debt in debts:
        settle(debt, arrivals.get(debt.id, []), verdict)
    known = {debt.key for debt in debts}
    verdict.lost += [f"{key} was never owed" for key in expected if key not in known]
    verdict.disordered = list(overtaken(debts, arrivals))
    return verdict


def settle(debt: Debt, came: list[Call], verdict: Verdict) -> None:
    verdict.arrived += bool(came)
    verdict.double[debt.kind] += [f"{debt.key} came again to {call.chat}" for call in came[1:]]
    verdict.wrong += [f"{debt.key} went to {call.chat}, not {debt.chat}" for call in came if call.chat != debt.chat]
    verdict.late += [late for call in came if (late := untimely(debt, call))]
    if debt.state == "unknown" and (came or not debt.at_least_once):
        verdict.unknown.append(debt.key)
    elif debt.state == "expired" and not came:
        verdict.expired.append(debt.key)
    elif not came and debt.state not in ("cancelled", "expired"):
        verdict.lost.append(f"{debt.key} is {debt.state} ({debt.reason}) and never came")
    elif came and debt.state in (*WAITING, *GIVEN_UP) and debt.message_id is None:
        verdict.lost.append(f"{debt.key} came and is still {debt.state}")


def untimely(debt: Debt, call: Call) -> str:
    if debt.expire_at is not None and call.civil > debt.expire_at + EARLY:
        return f"{debt.key} came {call.civil - debt.expire_at:.0f} s after it was worth anything"
    return f"{debt.key} came before it was due" if call.civil < debt.created_at - EARLY else ""


def matched(arrived: list[Call], debts: Sequence[Debt]) -> dict[int, list[Call]]:
    """Arrivals by delivery, in the order they came."""
    ids = {debt.id for debt in debts}
    settled: dict[tuple[int | None, int | None], int] = {
        (debt.chat, debt.message_id): debt.id for debt in debts if debt.message_id is not None
    }
    found: dict[int, list[Call]] = defaultdict(list)
    strays: list[Call] = []
    for call in arrived:
        owner = call.delivery if call.delivery in ids else settled.get((call.chat, call.message))
        if owner is None:
            strays.append(call)
        else:
            found[owner].append(call)
    adopt(strays, debts, found)
    return {owner: sorted(came, key=lambda call: call.at) for owner, came in found.items()}


def adopt(strays: list[Call], debts: Sequence[Debt], found: dict[int, list[Call]]) -> None:
    """What carries no number and was settled by nobody: first the arrivals of what is unknown, then copies."""
    by_chat: dict[int | None, list[Debt]] = defaultdict(list)
    for debt in sorted(debts, key=lambda debt: debt.id):
        by_chat[debt.chat].append(debt)
    for call in strays:
        here = by_chat[call.chat]
        open_ones = (debt for debt in here if not found.get(debt.id) and debt.message_id is None)
        alike = (debt for debt in here if any(came.text == call.text for came in found.get(debt.id, ())))
        any_one = (debt for debt in here if found.get(debt.id))
        owner = next(open_ones, None) or next(alike, None) or next(any_one, None)
        found[owner.id if owner else WRONG_PLACE].append(call)


def overtaken(debts: Sequence[Debt], arrivals: dict[int, list[Call]]) -> Iterator[str]:
    """Within a chat and a kind, what was owed first arrives first. Copies are counted elsewhere; what was adopted may be
    another of its kind.
    """
    lines: dict[tuple[int | None, str], list[tuple[float, int]]] = defaultdict(list)
    keys = {debt.id: debt.key for debt in debts}
    for debt in debts:
        came = arrivals.get(debt.id)
        if came and (came[0].delivery == debt.id or came[0].message == debt.message_id):
            lines[debt.chat, debt.kind].append((came[0].at, debt.id))
    for line in lines.values():
        newest = 0
        for _, number in sorted(line):
            if number < newest:
                yield f"{keys[number]} came after {keys[newest]}"
            newest = max(newest, number)


@dataclass(frozen=True, slots=True)
class Counted:
    """Presses: how many of those made were lost or counted twice, and whose last answer is not the one kept."""

    made: int
    lost: int
    double: int
    wrong: int


def counted(made: Sequence[tuple[int, int]], notes: Counter[int], kept: dict[int, int]) -> Counted:
    """`made`: account and choice of every press, each another choice than the one before; `notes`: what was counted."""
    presses = Counter(account for account, _ in made)
    lost = sum((presses - notes).values())
    double = sum((notes - presses).values())
    last = dict(made)
    return Counted(len(made), lost, double, sum(kept.get(account) != choice for account, choice in last.items()))
