"""Who presses what: a thousand members answer, three presses in ten are changes of mind."""

from dataclasses import dataclass

from tests.stories.crowd import Branch, crowd

CHANGES = 0.3  # of all presses
JOIN, LEAVE = "参加", "请假"  # the two buttons, with these words on every contender's card


@dataclass(frozen=True, slots=True)
class Press:
    member: int
    group: int
    label: str


@dataclass(frozen=True, slots=True)
class Workload:
    """One card in each group."""

    name: str
    branches: tuple[Branch, ...]

    @property
    def presses(self) -> list[Press]:
        """Everyone answers once, then three in seven change their mind."""
        firsts = [Press(member, branch.group, JOIN) for branch in self.branches for member in branch.members]
        changers = firsts[: int(len(firsts) * CHANGES / (1 - CHANGES))]
        return firsts + [Press(each.member, each.group, LEAVE) for each in changers]

    @property
    def last(self) -> dict[int, str]:
        """What each member's answer is in the end."""
        return {each.member: each.label for each in self.presses}


MANY = Workload("50 cards", tuple(crowd(50, 20)))
ONE = Workload("1 card", tuple(crowd(1, 1000)))
