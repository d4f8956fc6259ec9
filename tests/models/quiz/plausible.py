"""Plausible values of the facts the quiz's texts are given."""

from typing import Any

NODE = "百花园小区党支部"
CLOSES = "2026-12-01T21:00:00+08:00"
ASKED = {"node": NODE, "day": "2026-12-01", "question": "中国共产党第一次全国代表大会是在哪一年开幕的？", "said": 12,
         "truth": False, "closes": CLOSES}  # fmt: skip
SOLVED = {"right": ["1921年"], "why": "中共一大于1921年7月23日在上海开幕。", "source": "上海日报", "answered": 12, "correct": 9}
OPEN = {"question": ASKED["question"], "closes": CLOSES, "mine": "", "truth": True, "polled": False}
LAST = {"right": ["1921年"], "mine": "1919年", "day": "2026-11-30", "question": ASKED["question"], "hit": False,
        "why": SOLVED["why"]}  # fmt: skip
TOLD = {"day": "1921-07-23", "statement": "中共一大在上海开幕。", "source": "上海日报"}
OWN = {"told": [TOLD], "today": OPEN, "streak": 12, "due": 3, "kept": 5, "last": LAST, "named_in": [NODE]}
DESK = {"node": NODE, "daily": True, "workdays": True, "board": True, "native": True, "at": "08:30", "groups": 0,
        "week": {"asked": 7, "answered": 120, "correct": 80}}  # fmt: skip
DOUBT = {"code": "F02-1", "question": ASKED["question"], "why": SOLVED["why"], "source": "上海日报", "paused": True,
         "right": ["1921年"], "count": 3, "words": ["年份不对"] * 3}  # fmt: skip
WEEK = {"asked": 5, "answered": 60, "correct": 48, "first": "2026-11-23", "last": "2026-11-29", "node": NODE}
PAPER = {"count": 20, "minutes": 30, "pass_mark": 12, "retakes": 1, "closes": CLOSES, "over": False, "node": NODE,
         "opened": "2026-11-24T19:00:00+08:00", "members": 26, "sat": 8, "passed": 7, "under_way": 1}  # fmt: skip
AT = {"count": 10, "number": 3, "correct": 2, "question": ASKED["question"], "several": True, "truth": True, "test": False}
TEST = AT | {"test": True, "several": False, "node": NODE, "pass_mark": 12, "passed": True, "ends": CLOSES}
QUIZ: dict[str, list[Any]] = {
    "quiz_day": [ASKED | SOLVED, ASKED | SOLVED | {"answered": 0, "correct": 0, "truth": True, "right": ["南昌", "井冈山"]}],
    "readings": [[TOLD] * 3],
    "option": ["1921年"],
    "closes": [CLOSES],
    "answer": ["南昌、井冈山"],
    "right": [True, False],
    "joins": [True, False],
    "asked": [True, False],
    "settles": [True, False],
    "was": [None, 0, 16],
    "number": [3],
    "quiz_own": [
        OWN,
        OWN | {"today": OPEN | {"mine": "1921年"}, "last": None, "named_in": []},
        OWN | {"today": None},
        OWN | {"today": OPEN | {"polled": True}},
    ],
    "quiz_desk": [
        DESK,
        DESK
        | {
            "daily": False,
            "workdays": False,
            "board": False,
            "native": False,
            "groups": 1,
            "week": {"asked": 0, "answered": 0, "correct": 0},
        },
    ],
    "quiz_fault": [DOUBT, DOUBT | {"paused": False, "words": []}],
    "quiz_week": [WEEK | {"board": []}, WEEK | {"board": [{"name": "李秀兰", "hits": 5}] * 10, "answered": 0, "correct": 0}],
    "quiz_paper": [PAPER, PAPER | {"over": True, "retakes": 0}],
    "quiz_poll": [ASKED | SOLVED | {"options": ["1919年", "1921年"], "right": [1], "closes": 1_796_000_000, "over": False}],
    "quiz_sitting": [AT, TEST, TEST | {"passed": False, "several": True}],
}
SINCE = "2026-11-21T12:00:00+08:00"
STUDIED: dict[str, Any] = {
    "quiz_answer": [{"day": "2026-11-20", "question": ASKED["question"], "at": SINCE}] * 2,
    "quiz_mistake": [{"question": ASKED["question"], "due_on": "2026-11-22"}],
    "quiz_reply": [{"question": ASKED["question"], "at": SINCE}],
    "quiz_sitting": [
        {"at": SINCE, "paper_id": 1, "correct": 16, "via": "hand"},
        {"at": SINCE, "paper_id": None, "correct": 3, "via": "tap"},
    ],
    "quiz_paper": [{"count": 20}],
    "quiz_fault": [{"at": SINCE, "question": ASKED["question"], "words": "年份不对"}],
    "quiz_volunteer": [{"at": SINCE, "node": NODE}],
}
