"""What cards of reports may say, for the test of all texts."""

from typing import Any

OCCASION = {"id": 1, "kind": "theme_day", "title": "", "node": "百花园小区党支部", "starts": "2026-12-01T15:00", "made_up": 1,
            "expected": 26, "present": 22, "on_leave": 2, "absent": 2, "observers": 3, "recorded": True, "locked": False,
            "coming": False, "over": True, "replied": 0, "joining": 0, "on_leave_names": ["李秀兰", "何桂芳"],
            "absent_names": ["王建军", "赵晓梅"]}  # fmt: skip
COMING = OCCASION | {"recorded": False, "coming": True, "expected": 26, "replied": 18, "joining": 15, "on_leave": 3}
MONTH: dict[str, Any] = {"node": "百花园小区党支部", "year": 2026, "month": 12, "more": 0, "names": 60, "occasions": [OCCASION]}
OTHERS = [COMING, COMING | {"coming": False, "over": False}, COMING | {"coming": False}]
MONTHS: list[dict[str, Any]] = [
    MONTH, MONTH | {"occasions": OTHERS, "more": 1, "names": 1}, MONTH | {"occasions": []},
    MONTH | {"occasions": [OCCASION | {"locked": True, "observers": 0, "made_up": 0, "on_leave_names": []}], "names": 1},
]  # fmt: skip
LINE = {"name": "百花园小区党支部", "role": "branch", "depth": 1, "held": 1, "should": 1, "expected": 26, "present": 22,
        "on_leave": 2, "absent": 2, "observers": 0, "unlocked": 1}  # fmt: skip
LINES = [LINE | {"name": "梧桐街道党工委", "role": "sum", "depth": 0, "should": 2}, LINE | {"role": "own"}, LINE,
         LINE | {"held": 0, "expected": 0, "present": 0, "unlocked": 0}]  # fmt: skip
SUBTREE = {
    "node": "梧桐街道党工委",
    "year": 2026,
    "month": 12,
    "first": 12,
    "last": 12,
    "lines": LINES,
    "more": 0,
    "unlocked": True,
}
TREND = {"node": "百花园小区党支部", "year": 2026, "expected": 26, "present": 22,
         "months": [{"month": month, "expected": 26, "present": 22} for month in range(1, 13)]}  # fmt: skip
STOOD = {"title": "", "kind": "theme_day", "starts": "2026-12-01T15:00", "node": "百花园小区党支部", "standing": "present",
         "via": "late", "reason": "当时在场，没带手机", "made_up": False}  # fmt: skip
OWN = {"year": 2026, "month": 0, "lines": [STOOD, STOOD | {"standing": "absent", "via": "", "reason": "", "made_up": True}],
       "more": 2, "expected": 2, "present": 1}  # fmt: skip
MINE = {"choice": 1, "waiting": False, "decision": "asked", "present": False}

REPORTS: dict[str, list[Any]] = {
    "branch_month": MONTHS,
    "branch_totals": MONTHS,
    "subtree": [SUBTREE, SUBTREE | {"month": 0, "first": 9, "unlocked": False}, SUBTREE | {"month": 0, "more": 3}],
    "above": [False, True],
    "long": [False, False, True],
    "trend": [TREND],
    "own_record": [OWN, OWN | {"month": 12, "lines": [], "more": 0}],
    "my_answer": [
        MINE,
        MINE | {"choice": 0, "decision": ""},
        MINE | {"present": True},
        MINE | {"waiting": True},
        MINE | {"decision": "refused"},
    ],
    "other_days": [
        [{"kind": "theme_day", "title": "", "state": "planned", "node": "3号楼党小组", "starts": "2026-12-08T15:00"}],
        [],
    ],
}
