"""Plausible values of every fact a text is given: each text is worded with all of them."""

from datetime import date
from typing import Any

from tests.models.birthday.plausible import BIRTHDAYS, KEPT
from tests.models.gathering.signing import SIGNING
from tests.models.pledge.plausible import GIVEN, PLEDGES
from tests.models.quiz.plausible import QUIZ, STUDIED
from tests.models.report.plausible import REPORTS

ITEMS = [{"id": 1, "name": "constitution", "title": "", "fixed": True, "done": True}] * 5
FREE = [{"id": 6, "name": "", "title": "停车", "fixed": False, "done": False}] * 2
GATHERING = {"kind": "theme_day", "state": "announced", "title": "", "theme": "", "place": "社区党群服务中心二楼",
             "node": "百花园小区党支部", "starts": "2026-12-01T15:00", "reply_by": "2026-12-01T14:45:00+08:00",
             "leave_by": "2026-12-01T13:00:00+08:00", "announced": "2026-11-24T08:30:00+08:00", "open": True, "groups": 1,
             "minutes": 60, "revision": 1, "offers_maybe": False, "approves": False, "seats": 0, "provisional": False,
             "expected": 26, "joining": 15, "leaving": 3, "maybe": 0, "waiting": 0, "replied": 18, "names": [],
             "items": []}  # fmt: skip
RICH = GATHERING | {"kind": "gathering", "title": "年终学习会", "theme": "学习", "minutes": 90, "revision": 2, "seats": 30,
                    "offers_maybe": True, "approves": True, "maybe": 2, "waiting": 1, "names": ["周文静"] * 50,
                    "items": ITEMS + FREE}  # fmt: skip
OVER = GATHERING | {"state": "cancelled", "open": False, "groups": 0, "expected": 0, "joining": 0}
BRIEF = {"kind": "theme_day", "title": "", "state": "announced", "node": "百花园小区党支部", "starts": "2026-12-01T15:00"}
LEAVE = {"name": "李秀兰", "reason": "出差", "decision": "granted", "node": "百花园小区党支部", "gathering": BRIEF}
HABITS = {"node": "百花园小区党支部", "leads": [4320, 1440, 60], "inherited": ["maybe", "leads", "sector"],
          "held": {"offers_maybe": True, "shows_names": False, "approves_leave": True, "leave_minutes": 120, "sign_before": 15,
                   "sign_after": 30, "sign_with": "button", "sector": "community", "announce_days": 7,
                   "items": ["constitution", "dues", "study", "lecture", "重温入党誓词"]}}  # fmt: skip
PEOPLE = {"joining": ["周文静"], "waiting": [], "maybe": [], "leaving": ["李秀兰"], "silent": ["王建军"], "unbound": ["何桂芳"],
          "reasons": [{"name": "李秀兰", "reason": "出差", "decision": "asked"}]}  # fmt: skip
REACH = {"nodes": ["百花园小区党支部"], "total": 26, "ok": 24, "unbound": ["何桂芳"], "blocked": ["王建军"],
         "never_started": [], "chat_gone": []}  # fmt: skip
ONE = {"id": 3, "name": "李秀兰", "node": "3号楼党小组", "joined_on": "1999-07-01"}
OFFICES = [{"place": "百花园小区党支部", "held": [{"kind": "secretary", "name": "周文静", "since": date(2026, 3, 1)}] * 2}]
SINCE = "2026-11-21T12:00:00+08:00"
OCCASION = {"title": "", "kind": "theme_day", "starts_at": SINCE}
HELD = {
    **STUDIED,
    **GIVEN,
    "member": {"name": "周文静", "code": None, "status": "full", "category": "direct"}
    | {"joined_on": None, "full_member_on": None},
    "membership": [{"node": "百花园小区党支部", "kind": "home", "from_at": SINCE, "until_at": None}] * 3,
    "role": [{"node": "百花园小区党支部", "kind": "secretary", "from_at": SINCE, "until_at": SINCE}] * 3,
    "account": {"telegram_id": 700000001, "bound_at": SINCE, "consent": "2026-11"},
    "reachability": [{"state": "ok", "since": SINCE}],
    "rsvp": [OCCASION | {"choice": 2, "at": SINCE, "reason": "出差", "decision": "granted"}],
    "expected": [OCCASION | {"ground": ""}, OCCASION | {"ground": "长期卧床"}],
    "presence": [OCCASION | {"standing": "present", "via": "late", "at": SINCE, "reason": "手机没电"}],
    "make_up": [OCCASION | {"done_at": SINCE}, OCCASION | {"done_at": None}],
    "proposal": [{"at": SINCE, "title": "停车难", "state": "open"}],
    "speaker": [OCCASION | {"at": SINCE}],
    "invite": [{"expires_at": SINCE, "used_at": SINCE, "voided_at": None}],
    "petition": [{"name": "周文静", "at": SINCE}],
    "draft": [{"kind": "binding.name", "expires_at": SINCE}],
    "errand": [{"at": SINCE, "kind": "handout", "state": "done"}],
    "delivery": [{"created_at": SINCE, "card": "mine/held", "state": "sent"}],
    **KEPT,
    "erasure": [{"at": SINCE}],
    "note": [{"at": SINCE, "actor": "member:1", "verb": "bind", "target": "member:1", "before": None, "after": "{}"}],
}
RESULT = {"faults": [["members", 3, "joined_on", "date", "昨天"]] * 10, "more": 5, "differences": [], "missing": ["何桂芳"],
          "missing_count": 1}  # fmt: skip
CHANGED = {"sheet": "members", "row": 2, "name": "李秀兰", "column": "category", "old": "direct", "new": "retired"}
DAYS = ["2027-05-05", "2027-05-12"]
LINE = {"title": "", "day": "2027-05-06", "at": "15:00", "place": "二楼", "state": "planned", "provisional": True,
        "nominal": "2027-05-04", "feast": "劳动节"}  # fmt: skip
YEAR_OF = {"node": "百花园小区党支部", "year": 2027, "at": "15:00", "place": "二楼", "over": DAYS, "coming": [LINE] * 11,
           "more": 2, "provisional": True}  # fmt: skip
ONE_OFF = LINE | {"title": "年终学习会", "at": "9:00", "state": "cancelled", "provisional": False, "nominal": "", "feast": ""}
RULE_OF = {"node": "百花园小区党支部", "rule": "nth 1 1", "shift": "ask", "at": "15:00", "place": "二楼", "minutes": 60,
           "adjusted": True}  # fmt: skip
CLASH = {"day": "2027-05-04", "feast": "劳动节", "next": DAYS[0], "week": DAYS[1]}
PREVIEW = RULE_OF | {"years": [{"year": 2027, "days": ["2027-05-04"] * 12, "provisional": True}] * 2, "collisions": [CLASH] * 6}
MOVES = [{"old": "2027-05-04", "new": "2027-05-06"}]
UNREACHED = {"unbound": ["何桂芳"] * 30, "blocked": ["王建军"], "never_started": [], "chat_gone": ["赵晓梅"],
             "full": ["郑志强"], "silent": ["李秀兰"] * 30, "total": 63}  # fmt: skip
PLAUSIBLE: dict[str, list[Any]] = {
    "occasion": [
        {**BRIEF, "place": "二楼", "reply_by": "2026-12-01T14:45:00+08:00", "days": days, "theme": ""} for days in (0, 1, 3)
    ],
    "unreached": [UNREACHED, {name: [] for name in UNREACHED} | {"total": 0}],
    "said": [1, 2],
    "which": [1, 2],
    **REPORTS,
    **SIGNING,
    **BIRTHDAYS,
    **QUIZ,
    **PLEDGES,
    "clashes": [DAYS, []],
    "dates": [DAYS, DAYS[:1]],
    "moved": [2, 0],
    "moves": [MOVES * 3, MOVES * 9, []],
    "preview": [PREVIEW, PREVIEW | {"rule": "window 1 31", "collisions": []}, PREVIEW | {"rule": "day 31"}, None],
    "rule_of": [RULE_OF, {"node": "百花园小区党支部", "rule": ""}],
    "why": ["large", "text", "json", "year", "shape", "many", "day", "name", "both", "weekday"],
    "work": [6, 0],
    "year": [2027],
    "year_of": [
        YEAR_OF,
        YEAR_OF | {"at": "", "place": "", "over": [], "coming": [ONE_OFF], "more": 0, "provisional": False},
        YEAR_OF | {"over": [], "coming": []},
    ],
    "result": [RESULT, RESULT | {"faults": [], "differences": [CHANGED] * 10}],
    "by": [{"name": "周文静"}],
    "candidates": [[ONE, ONE | {"node": None, "joined_on": None}], [ONE] * 8, []],
    "enclosure": [1],
    "held": [HELD, {name: [] for name in HELD} | {"member": HELD["member"], "account": None}],
    "bound": [True, False],
    "dated": [False, True],
    "office": ["org_member", "admin"],
    "offices": [OFFICES],
    "place": ["百花园小区党支部"],
    "rest": [0, 4],
    "link": ["https://t.me/branchlife_demo_bot?start=" + "x" * 22],
    "matching": [2, 0, 0],
    "name": ["李秀兰"],
    "node": [{"name": "百花园小区党支部"}],
    "person": ["李秀兰"],
    "petition": [{"name": "李秀兰", "node": "百花园小区党支部"}],
    "slips": [26],
    "until": ["2026-12-01T15:00+08:00"],
    "since": ["2026-12-01T23:52+08:00"],
    "back": ["2026-12-01T23:58+08:00", "2026-12-02T00:04+08:00"],
    "gathering": [GATHERING, RICH, OVER],
    "gatherings": [[BRIEF] * 8],
    "agenda": [{"topics": 2, "speakers": ["李秀兰"] * 3}, {"topics": 0, "speakers": []}],
    "offered": [{"sector": "community", "names": ["benefit_funds", "culture_sport"]}],
    "leave": [LEAVE, LEAVE | {"reason": "", "decision": "refused"}],
    "habits": [HABITS, HABITS | {"leads": [], "inherited": []}],
    "topic": [{"title": "停车难", "name": "李秀兰"}, {"title": "停车难", "name": ""}],
    "topics": [[{"title": "停车难", "name": "李秀兰"}] * 6],
    "decided": [True, False],
    "private": [True, False],
    "granted": [True, False],
    "picked": [True, False],
    "told": [True, False],
    "speaks": [True, False],
    "done": [True, False],
    "seats": [0, 30],
    "state": ["cancelled", "open", "recorded"],
    "to": ["2026-12-08T15:00"],
    "was": ["2026-12-01T15:00", "2026-12-02T15:00"],
    "people": [PEOPLE, {name: [] for name in PEOPLE}],
    "member": [{"name": "周文静"}],
    "choice": [1, 2, 3, 0],
    "stands": ["joining", "leaving", "maybe", "waiting", "silent"],
    "pending": ["", "waiting", "asked"],
    "starts": ["2026-12-01T15:00"],
    "minutes": [15],
    "most": [60],
    "chat": [{"title": "百花园小区党支部", "node": "百花园小区党支部"}],
    "duties": ["plan attendance reach", ""],
    "own": ["help", ""],
    "page": [1, 2],
    "pages": [1, 12],
    "more": [True, False],
    "reach": [REACH, REACH | {"ok": 0, "total": 0, "blocked": [], "unbound": []}],
    "reason": ["kicked", "chat_gone", "no_rights"],
    "title": ["新群"],
    "speaks_for": ["百花园小区党支部"],
    "rows": [0, 4500],
    "new": [3, 0],
    "changed": [0, 10],
    "same": [26],
    "bad": [10, 0],
    "detail": ["备注"],
    "count": [3, 0],
    "unreadable": ["unknown_columns"],
}
