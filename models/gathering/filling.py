"""What a record says besides who was there: what it counts as, who chaired and kept it, what of the agenda was done."""

from datetime import datetime

from models import draft
from models.audit import note
from models.card import Answer, Card, Refusal, Tap
from models.database import rows, run
from models.draft import Question
from models.gathering.agenda import pairs, tick
from models.gathering.organising import Row, organised
from models.gathering.record import CHAIR, RECORDER, insert, open_record, recount, renew
from models.gathering.roll import show
from models.gathering.sheet import hold
from models.gathering.typed import one_name
from models.gathering.views import items
from models.organisation import serving
from models.rights import Actor

# What one gathering may count as besides its own kind (rules.md §1.2); each is a record of its own.
KINDS = ("general_meeting", "committee_meeting", "group_meeting", "party_lecture", "org_life_meeting")
WHO = "record.who"  # a question


async def kinds(actor: Actor, gathering_id: int, choice: int, now: datetime) -> Answer:
    """What the gathering counts as: shown, or one kind added or taken away."""
    row = await organised(actor, gathering_id, "gathering.record")
    if choice > len(KINDS):
        raise Refusal("action/unknown")
    await open_record(row)
    if choice:
        await toggle(actor, row, KINDS[choice - 1], now)
    return Answer(screen=Card("record/kinds", {"gathering": gathering_id, "sheet": gathering_id}, kind_taps(gathering_id)))


def kind_taps(gathering_id: int) -> tuple[tuple[Tap, ...], ...]:
    general, committee, group, lecture, life = range(1, len(KINDS) + 1)
    return (
        (
            Tap("record.general_meeting", "record_kind", gathering_id, general),
            Tap("record.party_lecture", "record_kind", gathering_id, lecture),
        ),
        (
            Tap("record.committee_meeting", "record_kind", gathering_id, committee),
            Tap("record.group_meeting", "record_kind", gathering_id, group),
        ),
        (Tap("record.org_life_meeting", "record_kind", gathering_id, life),),
    )


DROP = "DELETE FROM record WHERE gathering_id = ? AND kind = ? AND closed_at IS NULL"
FIRST = "SELECT chair, recorder FROM record WHERE gathering_id = ? ORDER BY id LIMIT 1"


async def toggle(actor: Actor, row: Row, kind: str, now: datetime) -> None:
    """One kind more or less, but never the gathering's own."""
    if kind == row["kind"]:
        raise Refusal("record/own_kind")
    dropped = await run(DROP, row["id"], kind)
    if not dropped:
        first = (await rows(FIRST, row["id"]))[0]
        await insert(row, kind, first["chair"], first["recorder"])
        await recount(row)
    await renew(row, now)
    after = {"kind": kind, "counts": not dropped}
    await note(row["root_id"], actor.label, "record_kind", f"gathering:{row['id']}", now, None, after)


async def ask_who(actor: Actor, gathering_id: int, choice: int, now: datetime) -> Answer:
    """Who chaired, or who keeps the record: the name is typed."""
    row = await organised(actor, gathering_id, "gathering.record")
    if choice not in (CHAIR, RECORDER):
        raise Refusal("action/unknown")
    await open_record(row)
    assert actor.telegram_id is not None, "somebody presses"
    facts = {"gathering": gathering_id, "who": choice}
    await draft.ask(await serving(row["root_id"]), actor.telegram_id, WHO, facts, now)
    return Answer(screen=Card("record/who", {"who": choice}))


NAMED = {
    CHAIR: "UPDATE record SET chair = ? WHERE gathering_id = ? AND closed_at IS NULL",
    RECORDER: "UPDATE record SET recorder = ? WHERE gathering_id = ? AND closed_at IS NULL",
}


async def named(actor: Actor, bot_id: int, asked: Question, words: str, now: datetime) -> Answer:
    """The name was typed."""
    row = await organised(actor, int(asked.facts["gathering"]), "gathering.record")
    name = one_name(words)
    await open_record(row)
    await run(NAMED[int(asked.facts["who"])], name, row["id"])
    await renew(row, now)
    await note(row["root_id"], actor.label, "record_who", f"gathering:{row['id']}", now, None, {"who": asked.facts["who"]})
    assert actor.telegram_id is not None, "somebody typed"
    await draft.close(bot_id, actor.telegram_id)
    return Answer(screen=Card("record/noted", {"gathering": row["id"]}))


async def ticks(actor: Actor, gathering_id: int, choice: int, now: datetime) -> Answer:
    """The agenda as a list to tick, by the item: what was dealt with goes into the record; 0 puts the list up."""
    row = await organised(actor, gathering_id, "gathering.record")
    kept = await items(gathering_id)
    one = next((each for each in kept if each["id"] == choice), None)
    if choice and one is None:
        raise Refusal("action/unknown")
    await hold(row)
    if not kept:
        raise Refusal("gathering/no_items")
    if one is not None:
        await tick(actor, row, one, now)
        await renew(row, now)
    taps = [Tap("named", "record_tick", gathering_id, each["id"], str(place)) for place, each in enumerate(kept, start=1)]
    card = Card("record/ticks", {"gathering": gathering_id}, pairs(taps))
    await show(actor, row, f"ticks:{gathering_id}:{actor.member_id}", card, choice, now)
    return Answer()
