"""Rows of the sheets 组织 and 党员, read and judged as far as one row alone can be; words for kinds are already ours."""

from dataclasses import asdict, dataclass, field, replace
from typing import Any

NODES, MEMBERS = "nodes", "members"
WISHES = ("zone", "quiet_from", "quiet_until", "quiz_at", "greets")


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that cannot be entered: `sheet` and `column` by our names, `reason` a word of bot/texts/roster.toml."""

    sheet: str
    row: int
    column: str
    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class NodeLine:
    """`above` is the code or the name of the node above; `wishes` holds the columns the sheet has, None to inherit."""

    row: int
    code: str | None
    name: str
    kind: str
    above: str
    closed: bool = False
    wishes: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MemberLine:
    """`home`, `reporting`, `group` are codes or names of nodes; dates are ISO. None: the sheet has no such column."""

    row: int
    code: str | None
    name: str
    home: str
    reporting: str | None = None
    group: str | None = None
    category: str | None = None
    status: str | None = None
    joined_on: str | None = None
    full_member_on: str | None = None


@dataclass(frozen=True, slots=True)
class Book:
    """A file as it was read: good lines and faults. `columns` are the fields the sheet of members has.

    `left` are the rows (sheet, number) that the last comparison found fault with: another comparison looks at them again,
    for what was wrong may be right by then; entering leaves them out, because nobody was asked about them.
    """

    nodes: list[NodeLine] = field(default_factory=list)
    members: list[MemberLine] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    left: list[tuple[str, int]] = field(default_factory=list)

    def to_facts(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_facts(cls, facts: dict[str, Any]) -> "Book":
        return cls(
            [NodeLine(**each) for each in facts["nodes"]],
            [MemberLine(**each) for each in facts["members"]],
            [Fault(**each) for each in facts["faults"]],
            facts["columns"],
            [(sheet, row) for sheet, row in facts.get("left", [])],  # kept by a version that had none
        )

    def without(self, faults: list[Fault]) -> "Book":
        """Only the rows nobody found fault with."""
        return self.leaving(faults).agreed

    def leaving(self, faults: list[Fault]) -> "Book":
        """The same book, with the rows that are not to be entered."""
        return replace(self, left=sorted({(each.sheet, each.row) for each in faults}))

    @property
    def agreed(self) -> "Book":
        """The rows to be entered."""
        left = set(self.left)
        nodes = [each for each in self.nodes if (NODES, each.row) not in left]
        members = [each for each in self.members if (MEMBERS, each.row) not in left]
        faults = [each for each in self.faults if (each.sheet, each.row) not in left]
        return replace(self, nodes=nodes, members=members, faults=faults, left=[])
