"""提诺: two to five items are chosen by button, own words are typed, and one tap says what is promised.

A choice below `own.PERSON` is one's own; above it is what somebody without Telegram said, entered by those responsible.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from models.card import Answer, Card, Refusal
from models.database import rows, run, to_ms
from models.draft import Question, ask, close
from models.gathering.typed import tidy
from models.member import Actor
from models.organisation.kinds import GROUPS
from models.outbox import Recipient, debt, owe_many, touch
from models.pledge.cards import HIDE, KEEP, PUBLISH, SHOW, WITHDRAW, WRITE, choice, choosing_card, own_card
from models.pledge.own import PERSON, Row, about, asked, begun, entering, go, renew, unask, waiting
from models.pledge.publishing import hide, keep, publish, published
from models.pledge.stages import FEWEST, LONGEST_OWN, MOST, OWN

QUESTION = "pledge.own"
Items = list[dict[str, Any]]
Deed = Callable[[Actor, Row, datetime], Awaitable[Answer]]


async def pledge(actor: Actor, campaign_id: int, choice: int, now: datetime) -> Answer:
    """One's own buttons. In the group the first of them begins a pledge, or shows how one's own stands."""
    whom, act = divmod(choice, PERSON)
    if act == SHOW:
        return await show(actor, await asked(actor, campaign_id, now, whom), now)
    if act == HIDE:  # the consent is taken back also when the campaign is over
        return await hide(actor, await published(actor, campaign_id, now, whom), now)
    deeds: dict[int, Deed] = {WRITE: write, WITHDRAW: withdraw, PUBLISH: publish, KEEP: keep}
    if act not in deeds:
        await asked(actor, campaign_id, now, whom)
        raise Refusal("action/unknown")
    return await deeds[act](actor, await begun(actor, campaign_id, now, whom), now)


def whose(row: Row) -> str:
    """The name of whom it was entered for; empty to the person themselves."""
    return "" if row["account"] is not None else str(row["name"])


async def show(actor: Actor, row: Row, now: datetime) -> Answer:
    """In private, where what is promised is nobody else's business; whoever cannot be written to is told how to be."""
    if row["reach"] not in (None, "ok"):
        raise Refusal("pledge/open_private")
    fresh = row["pledge"] is None
    row = await begin(actor, row, now)
    await unfold(actor, row, now, fresh)
    return Answer(toast=Card("pledge/in_private", {"stage": row["stage"], "name": whose(row)}))


# A second tap within the same millisecond is given nothing new: what the first was given stays the live one.
RETIRE = "UPDATE delivery SET live = ? WHERE about = ? AND member_id = ? AND live = ? AND created_at < ?"


async def unfold(actor: Actor, row: Row, now: datetime, fresh: bool = False) -> None:
    """The pledge as it stands, below what was said before; the older card of it stays as it is."""
    if not fresh:
        await run(RETIRE, False, about(row), actor.member_id, True, now)
    to = Recipient(row["bot_id"], row["root_id"], member_id=actor.member_id)
    key = f"notice:{about(row)}:{to_ms(now)}:{to.label}"
    await owe_many([debt("notice", await own_card(row), to, key, now, about=about(row), live=True)])


# At home in the nearest node within the campaign that is no group: a group's pledges are made to its branch, and seen to there.
BEGIN = f"""
INSERT INTO pledge (root_id, campaign_id, member_id, node_id, state, revision, back, at)
SELECT CAST(? AS BIGINT), CAST(? AS BIGINT), CAST(? AS BIGINT), id, 'choosing', 1, '', CAST(? AS BIGINT) FROM node
WHERE CAST(? AS VARCHAR(255)) LIKE path || '%' AND path LIKE ?
ORDER BY CASE WHEN kind IN ({", ".join(f"'{kind}'" for kind in GROUPS)}) THEN 1 ELSE 0 END, LENGTH(path) DESC LIMIT 1
ON CONFLICT DO NOTHING RETURNING id
"""


async def begin(actor: Actor, row: Row, now: datetime) -> Row:
    """A pledge is there from the first tap on, also for two taps at once."""
    if row["pledge"] is None:
        in_time(row, now)
        nearest = max((each for each in row["homes"] if each.startswith(row["path"])), key=len)
        facts = (row["root_id"], row["id"], row["member_id"], now, nearest, f"{row['path']}%")
        kept = await rows(BEGIN, *facts)
        if kept:
            return row | {"pledge": kept[0]["id"], "stage": "choosing", "revision": 1}
        return await asked(actor, row["id"], now, row["member_id"])
    if row["stage"] == "withdrawn":
        in_time(row, now)
        await go(row, "begin", now, actor.label)
        return await asked(actor, row["id"], now, row["member_id"])
    return row


def in_time(row: Row, now: datetime) -> None:
    if row["ends_at"] <= to_ms(now):
        raise Refusal("pledge/too_late_to_pledge")


CHANGED = "UPDATE pledge SET revision = revision + 1, back = '' WHERE id = ? AND state = 'choosing' RETURNING revision"


async def held(row: Row, every: Items) -> tuple[Row, Items]:
    """A pledge while it may be changed, held until the transaction ends, and what there is to choose from: read anew if
    somebody else changed it since.
    """
    changed = await rows(CHANGED, row["pledge"])
    if not changed:
        raise Refusal("pledge/fixed")
    revision = changed[0]["revision"]
    fresh = every if revision == row["revision"] + 1 else await choice(row)
    return row | {"stage": "choosing", "revision": revision}, fresh


async def choosing(actor: Actor, campaign_id: int, whom: int, now: datetime) -> tuple[Row, Items]:
    row = await begun(actor, campaign_id, now, whom)
    in_time(row, now)
    return row, await choice(row)


PROMISE = "INSERT INTO promise (root_id, pledge_id, member_id, position, name, title) VALUES (?, ?, ?, ?, ?, ?)"


async def pick(actor: Actor, campaign_id: int, number: int, now: datetime) -> Answer:
    """Chooses an item; a second tap takes it off again. Own words are taken off only."""
    whom, place = divmod(number, PERSON)
    row, every = await choosing(actor, campaign_id, whom, now)
    if place not in [each["position"] for each in every]:
        raise Refusal("action/unknown")
    row, every = await held(row, every)
    item = next((each for each in every if each["position"] == place), None)
    if item is None:
        raise Refusal("pledge/changed")
    if item["chosen"]:
        await run("DELETE FROM promise WHERE pledge_id = ? AND position = ?", row["pledge"], place)
    else:
        await promise(row, every, item)
    item["chosen"] = not item["chosen"]
    now_there = [each for each in every if each["chosen"] or each["position"] < OWN]
    await renew(row, choosing_card(row, now_there), now)
    return Answer(toast=Card("pledge/picked", {"count": sum(bool(each["chosen"]) for each in every)}))


async def promise(row: Row, every: Items, item: dict[str, Any]) -> None:
    if sum(bool(each["chosen"]) for each in every) >= MOST:
        raise Refusal("pledge/many", most=MOST)
    await run(PROMISE, row["root_id"], row["pledge"], row["member_id"], item["position"], item["name"], item["title"])


async def write(actor: Actor, row: Row, now: datetime) -> Answer:
    """The button: asks for the words."""
    if actor.telegram_id is None:
        raise Refusal("action/unknown")
    if row["stage"] != "choosing":
        raise Refusal("pledge/fixed")
    await ask(row["bot_id"], actor.telegram_id, QUESTION, {"campaign": row["id"], "whom": row["member_id"]}, now)
    return Answer(screen=Card("pledge/which_own", {"most": LONGEST_OWN, "name": whose(row)}))


async def say_own(actor: Actor, bot_id: int, question: Question, words: str, now: datetime) -> Answer:
    """The words were typed: they are chosen at once."""
    title = tidy(words)
    if not 2 <= len(title) <= LONGEST_OWN:
        raise Refusal("pledge/long_own", most=LONGEST_OWN)
    row, every = await held(*await choosing(actor, question.facts["campaign"], question.facts.get("whom", 0), now))
    if title in [each["title"] for each in every if each["chosen"]]:
        raise Refusal("pledge/same_own")
    place = max([OWN - 1, *(each["position"] for each in every)]) + 1
    await promise(row, every, {"position": place, "name": None, "title": title})
    assert actor.telegram_id is not None, "a question is asked of an account"
    await close(bot_id, actor.telegram_id)
    await unfold(actor, row, now)  # below what was typed
    return Answer()


async def make(actor: Actor, campaign_id: int, number: int, now: datetime) -> Answer:
    """我承诺: what the card showed, and nothing else, is promised. The group sees the count, the clock tells the branch."""
    whom, revision = divmod(number, PERSON)
    row = await begun(actor, campaign_id, now, whom)
    in_time(row, now)
    if row["stage"] != "choosing":
        raise Refusal("pledge/already")
    if revision != row["revision"] or not FEWEST <= row["chosen"] <= MOST:
        raise Refusal("pledge/changed")
    by = entering(actor, row)
    if not await go(row, "make", now, actor.label, made_at=now, review_due=now, entered_by=by):
        still = (await begun(actor, campaign_id, now, whom))["stage"] == "choosing"
        raise Refusal("pledge/changed" if still else "pledge/already")
    await renew(row, await own_card(row | {"stage": "made"}), now)
    return Answer(toast=Card("pledge/made", {"count": row["chosen"], "name": whose(row)}))


UNSAY = "DELETE FROM pledge_report WHERE promise_id IN (SELECT id FROM promise WHERE pledge_id = ?)"


async def withdraw(actor: Actor, row: Row, now: datetime) -> Answer:
    """Takes it back, as long as it was not published (`stages.MOVES`); who was asked to review it is asked no more."""
    if row["stage"] in ("choosing", "withdrawn"):
        raise Refusal("pledge/none_yet")
    graded = row["stage"] == "rated"
    if not await go(row, "withdraw", now, actor.label, made_at=None, review_due=None):
        raise Refusal("pledge/not_now" if graded else "pledge/published_already")
    await run(UNSAY, row["pledge"])
    await unask(row)
    await touch(waiting(row), now)
    await renew(row, await own_card(row | {"stage": "withdrawn"}), now)
    return Answer(toast=Card("pledge/withdrawn", {"name": whose(row)}))
