"""Plausible values of the facts of campaigns and pledges, for the tests that word every text."""

from typing import Any

NODE, SINCE = "百花园小区党支部", "2026-11-21T12:00:00+08:00"
FIVE: list[dict[str, Any]] = [
    {"name": name, "title": ""} for name in ("devotion", "excellence", "courage", "service", "example")
]
OWN = {"name": "", "title": "每周到楼道里走一遍，看看独居老人有没有难处，把问题告诉物业，盯到解决为止"}
HEAD = {"title": "“我是党员”承诺", "node": NODE, "state": "open", "round": 0, "begins": "2027-01-01", "ends": "2027-12-31"}
SAID = [one | {"kept": 0, "why": "", "entered": False} for one in (FIVE[0], FIVE[3], OWN)]
WHY = ("", "", "住院")
REPORTED = [one | {"kept": at + 1, "why": why, "entered": at == 1} for at, (one, why) in enumerate(zip(SAID, WHY, strict=True))]
CHOICE = [one | {"chosen": place % 2 == 0} for place, one in enumerate([*FIVE, OWN])]
PLEDGE = HEAD | {"name": "周文静", "home": NODE, "stage": "made", "back": "", "promises": SAID, "choice": []}
PLEDGE |= {"own_grade": 0, "grade": 0, "entered_by": "", "public": False}
COUNTS = {"pledged": 18, "expected": 26, "waiting": 2, "shown": 9, "rated": 0, "items": FIVE}
CAMPAIGN = HEAD | COUNTS

GIVEN = {  # rows of the tables, as they are shown to whom they are about
    "pledge": [HEAD | {"state": "shown", "back": "", "own_grade": 1, "grade": 2, "ends": "2027-12-31", "entered_by": 1}],
    "promise": SAID,
    "pledge_report": [{"name": "service", "title": "", "kept": 3, "why": "住院", "at": SINCE, "entered_by": None}],
}
PLEDGES: dict[str, list[Any]] = {
    "campaign": [
        CAMPAIGN, CAMPAIGN | {"state": "planned", "items": [*FIVE, OWN, OWN, OWN, OWN]}, CAMPAIGN | {"state": "cancelled"},
        CAMPAIGN | {"state": "closed"},
    ],
    "counter": [CAMPAIGN, CAMPAIGN | {"state": "cancelled", "items": [*FIVE, OWN]}],
    "grade": [1, 2, 3],
    "groups": [1, 0, 1],
    "kept": [1, 2, 3, 0],
    "left": [2, 0],
    "night": [False, False, True],
    "organises": [True, False],
    "overdue": [
        HEAD | {"names": ["李秀兰"] * 20, "offline": ["马德海"], "count": 23, "ungraded": 0, "waiting": 0},
        HEAD | {"names": [], "offline": [], "count": 0, "ungraded": 5, "waiting": 2, "round": 2},
        HEAD | {"names": ["李秀兰"], "offline": ["马德海"] * 2, "count": 3, "ungraded": 5, "waiting": 2, "round": 2},
    ],
    "pledge": [
        PLEDGE,
        PLEDGE | {"stage": "choosing", "choice": CHOICE, "back": "请写具体一些"},
        PLEDGE | {"stage": "approved", "entered_by": "陈国栋"},
        *(PLEDGE | {"stage": stage} for stage in ("approved", "withdrawn", "shown", "quiet")),
        PLEDGE | {"stage": "shown", "round": 1, "promises": SAID * 2},
        PLEDGE | {"stage": "quiet", "round": 2, "promises": REPORTED, "own_grade": 1},
        PLEDGE | {"stage": "rated", "round": 2, "promises": REPORTED, "grade": 2},
        PLEDGE | {"stage": "rated", "round": 2, "promises": REPORTED, "grade": 2, "public": True, "entered_by": "陈国栋"},
    ],
    "spoken": [False, True],
    "stays": [False, True],
    "stage": ["choosing", "made"],
    "to_review": [HEAD | {"home": NODE, "count": 2}, HEAD | {"home": NODE, "count": 0}],
    "unsaid": [1, 0],
}  # fmt: skip
