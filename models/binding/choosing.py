"""Whom and where: asked when several can be meant, a page at a time."""

from datetime import datetime
from typing import Any

from models.binding.handing import life_for, life_of_link, life_of_sheet
from models.binding.petition import plain, unbound
from models.binding.told import YES, home
from models.card import Answer, Card, Refusal, Tap
from models.database import rows
from models.member import Actor, Member
from models.pages import LONGEST, page, place

SHEET, ONE_LINK = 1, 2  # what is wanted of a branch

BRANCHES = """
SELECT n.id, n.name, n.path FROM node n
WHERE n.closed_at IS NULL AND EXISTS (
  SELECT 1 FROM membership s JOIN member m ON m.id = s.member_id
  WHERE s.node_id = n.id AND s.kind = 'home' AND s.from_at <= ? AND (s.until_at IS NULL OR s.until_at > ?)
    AND m.status NOT IN ('transferred', 'deceased') AND NOT EXISTS (SELECT 1 FROM account a WHERE a.member_id = m.id)
)
"""


async def branches(actor: Actor, now: datetime) -> list[dict[str, Any]]:
    """Organisations within reach that have members to invite: id, name, path."""
    reach = tuple(actor.must_somewhere("binding.invite"))
    found = [row for row in await rows(BRANCHES, now, now) if row["path"].startswith(reach)]
    return sorted(found, key=lambda row: place(row["path"]))


async def ask_where(actor: Actor, one_for_all: bool, now: datetime) -> Answer:
    """/invite: for whose members a sheet is wanted, or one link for all."""
    return await branch_page(actor, ONE_LINK if one_for_all else SHEET, 1, now)


async def branch_page(actor: Actor, wanted: int, number: int, now: datetime) -> Answer:
    """Which branch, a page of them; with one there is nothing to ask."""
    found = await branches(actor, now)
    if wanted not in (SHEET, ONE_LINK):
        raise Refusal("action/unknown")
    if not found:
        raise Refusal("binding/all_bound")
    return of_one(found[0]["id"], wanted) if len(found) == 1 else of_several(found, wanted, number)


def of_one(node_id: int, wanted: int) -> Answer:
    return life_of_link(node_id) if wanted == ONE_LINK else life_of_sheet(node_id)


def of_several(found: list[dict[str, Any]], wanted: int, number: int) -> Answer:
    verb, shown = "link_at" if wanted == ONE_LINK else "invite_at", page(found, number)
    taps: list[tuple[Tap, ...]] = [(Tap("named", verb, each["id"], YES, each["name"]),) for each in shown.shown]
    taps += shown.turning("branch_page", wanted)
    return Answer(screen=Card("binding/branches", {"page": shown.number, "pages": shown.count}, tuple(taps)))


async def ask_one(actor: Actor, words: str, now: datetime) -> Answer:
    """/invite 姓名: for whom within reach; where nobody is called that, the branches that are."""
    people = await namesakes(actor, words, now)
    if len(people) == 1:
        return life_for(people[0])
    return whom(people, 1) if people else await ask_branch(actor, words, now)


async def namesakes(actor: Actor, name: str, now: datetime) -> list[int]:
    """Who of that name within reach is not bound yet."""
    reach = actor.must_somewhere("binding.invite")
    found = [each for path in reach for each in await unbound(path, now) if plain(each["name"]) == plain(name)]
    return list(dict.fromkeys(each["id"] for each in found))


def whom(people: list[int], number: int) -> Answer:
    """Which of several of one name. The page is asked for by the first of them: a button has no room for a name."""
    shown = page(people, number)
    taps = [(Tap("named", "invite_whom", each, YES, str(place)),) for place, each in enumerate(shown.shown, start=1)]
    return Answer(
        screen=Card(
            "binding/namesakes",
            {"candidates": list(shown.shown), "count": len(people), "page": shown.number, "pages": shown.count},
            (*taps, *shown.turning("name_page", people[0])),
        )
    )


async def name_page(actor: Actor, member_id: int, number: int, now: datetime) -> Answer:
    """Another page of those who are called as this member is."""
    member = await Member.get_or_none(id=member_id)
    actor.must("binding.invite", await home(member, now) if member else "nowhere")
    assert member is not None, "nobody has a right nowhere"
    people = await namesakes(actor, member.name, now)
    if not people:
        raise Refusal("binding/nobody_free", person=member.name)
    return whom(people, number)


async def ask_branch(actor: Actor, words: str, now: datetime) -> Answer:
    """The branches whose names hold these words."""
    found = [each for each in await branches(actor, now) if plain(words) in plain(each["name"])]
    if not found:
        raise Refusal("binding/nobody_free", person=words)
    if len(found) > LONGEST:
        raise Refusal("binding/too_many", person=words, count=len(found))
    return of_one(found[0]["id"], SHEET) if len(found) == 1 else of_several(found, SHEET, 1)
