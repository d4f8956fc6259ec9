"""Plausible values of the facts of political birthdays."""

from typing import Any

BIRTHDAY = {"name": "李秀兰", "node": "百花园小区党支部", "basis": "joined", "words": "", "state": "planned",
            "day": "2026-12-05", "since": "1976-12-05", "years": 50, "hides_years": False, "counts": 50, "bound": True,
            "thanked": False, "gift": False, "asks": "周文静", "asks_of": ""}  # fmt: skip
OTHER = BIRTHDAY | {"basis": "full", "words": "愿" * 60, "years": 0, "hides_years": True, "counts": None, "gift": True,
                    "asks": "", "bound": False, "state": "withheld"}  # fmt: skip
DONE = BIRTHDAY | {"state": "greeted", "thanked": True, "asks_of": "向阳街道党工委"}
LINE = {"name": "李秀兰", "day": "2026-12-05", "since": "1976-12-05", "years": 50, "skipped": "", "bound": False, "how": ""}
MONTH = {"node": "百花园小区党支部", "year": 2026, "month": 12, "basis": "joined",
         "lines": [LINE] * 7 + [LINE | {"skipped": "deceased"}], "unknown": ["何桂芳"] * 12, "total": 30, "page": 1,
         "pages": 4}  # fmt: skip
EMPTY = MONTH | {"lines": [], "unknown": [], "total": 0, "pages": 1}
WAYS = {"node": "百花园小区党支部", "basis": "full", "leap": "mar1", "greet_at": "09:00", "in_group": True, "gift": True,
        "inherited": ["leap", "gift"]}  # fmt: skip
OWN = {"basis": "joined", "in_group": False, "since": "1999-07-01", "next": "2027-07-01", "counts": "2000-07-01", "how": "",
       "hides_years": False}  # fmt: skip
UNKNOWN = OWN | {"since": "", "next": "", "counts": "", "how": "none", "hides_years": True}
LISTED = {"name": "何桂芳", "years": 60, "state": "draft", "counts": "1976-06-30"}
MEDALS = {"node": "百花园小区党支部", "year": 2026, "lines": [LISTED, LISTED | {"state": "confirmed", "counts": ""}] * 5,
          "unclear": ["何桂芳"] * 7}  # fmt: skip
PERSON = {"name": "李秀兰", "day": "2026-12-05", "years": 27, "how": ""}
SHEET = {"kind": "theme_day", "title": "", "place": "二楼", "node": "百花园小区党支部", "starts": "2026-12-01T15:00",
         "leader": "李秀兰", "people": [PERSON, PERSON | {"years": 0, "how": "private"}] * 5,
         "speakers": ["李秀兰"] * 9}  # fmt: skip
SINCE = "2026-11-21T12:00:00+08:00"
KEPT = {
    "birthday": [
        {"day": "2026-12-05", "state": state, "words": "祝贺", "thanked_at": SINCE}
        for state in ("planned", "withheld", "greeted", "missed")
    ],
    "birthday_wish": [{"how": "group", "hides_years": True}],
    "ceremony": [{"title": "", "kind": "theme_day", "starts_at": SINCE, "at": SINCE}],
    "medal": [{"years": 50, "year": 2026, "state": "draft", "at": SINCE}],
}

BIRTHDAYS: dict[str, list[Any]] = {
    "birthday": [BIRTHDAY, OTHER, DONE, DONE | {"bound": False, "thanked": False}, BIRTHDAY | {"state": "missed"}],
    "birthdays": [[BIRTHDAY, OTHER] * 4],
    "birthday_month": [MONTH, EMPTY],
    "birthday_ways": [WAYS, WAYS | {"basis": "joined", "leap": "feb28", "in_group": False, "gift": False, "inherited": []}],
    "own_birthday": [OWN, UNKNOWN, OWN | {"how": "private"}, OWN | {"how": "group"}],
    "medals": [MEDALS, MEDALS | {"lines": [], "unclear": ["何桂芳"]}, MEDALS | {"unclear": []}],
    "ceremony": [SHEET, SHEET | {"leader": "", "people": [PERSON], "speakers": []}],
    "how": ["none", "private", "group", ""],
    "hides_years": [True, False],
    "withheld": [True, False],
    "confirmed": [True, False],
    "others": [0, 4],
}
