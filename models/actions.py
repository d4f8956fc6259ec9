"""Every tap there is. `perform` is the one way in, whatever carried the tap: a Telegram button, a signed link, the sandbox."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from models import binding, birthday, ceremony, gathering, group, quiz, roles, roster, theme_day
from models.birthday import medals
from models.card import Action, Answer, Refusal
from models.gathering import (
    agenda,
    correcting,
    desk,
    detail,
    entering,
    filling,
    leave,
    make_up,
    moving,
    opening,
    page,
    phone,
    proposals,
    record,
    settling,
    sign_in,
    waiting,
)
from models.member import Actor
from models.outbox import turn
from models.pledge import campaign, choosing, rating, reporting, reviewing
from models.pledge import entering as pledge_entering
from models.report import asking, own, sheet, trend

Verb = Callable[[Actor, Action, datetime], Awaitable[Answer]]


async def rsvp(actor: Actor, action: Action, now: datetime) -> Answer:
    return await gathering.rsvp(actor, action.target, action.choice, now)


async def bind(actor: Actor, action: Action, now: datetime) -> Answer:
    return await binding.decide(actor, action.target, action.choice, action.delivery, now)


async def join(actor: Actor, action: Action, now: datetime) -> Answer:
    return await binding.join(actor, action.target, action.choice, action.delivery, now)


def chosen(verb: Callable[[Actor, int, int, datetime], Awaitable[Answer]]) -> Verb:
    """A verb that is told its target and choice, and no more of the tap."""

    async def act(actor: Actor, action: Action, now: datetime) -> Answer:
        return await verb(actor, action.target, action.choice, now)

    return act


def turned(verb: Callable[[Actor, int, int, datetime], Awaitable[Answer]]) -> Verb:
    """A page of many: it takes the place of the one whose button was pressed, where that can be told."""

    async def act(actor: Actor, action: Action, now: datetime) -> Answer:
        answer = await verb(actor, action.target, action.choice, now)
        if answer.screen and actor.member_id and await turn(action.delivery, actor.member_id, answer.screen, now):
            return Answer()
        return answer

    return act


async def appoint(actor: Actor, action: Action, now: datetime) -> Answer:
    node_id, kind = roles.unpacked(action.choice)
    return await roles.appoint(actor, action.target, node_id, kind, now)


async def dismiss(actor: Actor, action: Action, now: datetime) -> Answer:
    if action.choice != roles.END:
        raise Refusal("action/unknown")
    return await roles.dismiss(actor, action.target, now)


async def roster_file(actor: Actor, action: Action, now: datetime) -> Answer:
    return await roster.fetch(actor, action.choice if action.target == action.choice else 0, now)


VERBS: dict[str, Verb] = {
    "appoint": appoint,
    "dismiss": dismiss,
    "roster": chosen(roster.decide),
    "roster_file": roster_file,
    "rsvp": rsvp,
    "detail": chosen(detail.detail),
    "speak": chosen(proposals.speak),
    "propose": chosen(proposals.propose),
    "leave_decide": chosen(leave.decide),
    "desk": chosen(desk.desk),
    "names": chosen(desk.names),
    "move": chosen(moving.move),
    "call_off": chosen(moving.call_off),
    "seats": chosen(waiting.seats),
    "agenda": chosen(agenda.agenda),
    "agenda_add": chosen(agenda.add_offered),
    "agenda_drop": chosen(agenda.drop),
    "topics": chosen(proposals.topics),
    "topic": chosen(proposals.decide),
    "phone_at": chosen(phone.phone_at),
    "phone": chosen(phone.phone),
    "phone_say": chosen(phone.phone_say),
    "habits": chosen(settling.choose),
    "habit": chosen(settling.settle),
    "year": turned(theme_day.turn),
    "year_file": chosen(theme_day.fetch),
    "rule": chosen(theme_day.rule),
    "year_rule": chosen(theme_day.decide),
    "shift_day": chosen(theme_day.shift_day),
    "quiz": chosen(quiz.answer),
    "quiz_board": chosen(quiz.volunteer),
    "quiz_desk": chosen(quiz.desk),
    "quiz_fault": chosen(quiz.report_day),
    "quiz_go": chosen(quiz.go),
    "quiz_keep": chosen(quiz.decide),
    "quiz_open": chosen(quiz.open_paper),
    "quiz_papers": chosen(quiz.papers),
    "quiz_pick": chosen(quiz.pick),
    "quiz_set": chosen(quiz.settle),
    "quiz_sit": chosen(quiz.sit),
    "quiz_words": chosen(quiz.ask_words),
    "quiz_wrong": chosen(quiz.report_sitting),
    "birthday_oath": chosen(birthday.oath),
    "birthday_thanks": chosen(birthday.thanks),
    "birthday_wish": chosen(birthday.wish),
    "birthday_list": turned(birthday.turn),
    "birthday_see": chosen(birthday.see),
    "birthday_words": chosen(birthday.words),
    "birthday_hold": chosen(birthday.hold),
    "birthday_ways": chosen(birthday.show_ways),
    "birthday_way": chosen(birthday.settle),
    "birthday_speak": chosen(ceremony.speak),
    "oath_lead": chosen(ceremony.lead),
    "medal": chosen(medals.decide),
    "pledge": chosen(choosing.pledge),
    "pledge_pick": chosen(choosing.pick),
    "pledge_make": chosen(choosing.make),
    "pledge_desk": chosen(campaign.desk),
    "pledge_drop": chosen(campaign.drop),
    "pledge_for": chosen(pledge_entering.for_whom),
    "pledge_review": chosen(reviewing.review),
    "pledge_decide": chosen(reviewing.decide),
    "pledge_say": chosen(reporting.say),
    "pledge_self": chosen(reporting.grade_oneself),
    "pledge_rating": chosen(rating.rating),
    "pledge_rate": chosen(rating.rate),
    "bind": bind,
    "join": join,
    "admit": chosen(binding.admit),
    "candidate_page": turned(binding.candidate_page),
    "reject": chosen(binding.reject),
    "undo_bind": chosen(binding.undo),
    "unbind": chosen(binding.unbind),
    "forget": chosen(binding.forget_me),
    "branch_page": turned(binding.branch_page),
    "invite_at": chosen(binding.invite_at),
    "invite": chosen(binding.hand_out),
    "invite_whom": chosen(binding.invite_whom),
    "name_page": turned(binding.name_page),
    "invite_one": chosen(binding.invite_one),
    "link_at": chosen(binding.link_at),
    "link": chosen(binding.link),
    "report": chosen(asking.press),
    "report_file": chosen(sheet.press),
    "trend": chosen(trend.press),
    "my_record": chosen(own.press),
    "sign_in": chosen(sign_in.sign_in),
    "sign_desk": chosen(opening.show_venue),
    "end_sign_in": chosen(opening.end_now),
    "enter_at": chosen(entering.enter_at),
    "enter": chosen(entering.enter),
    "observe": chosen(entering.observe),
    "unobserve": chosen(entering.unobserve),
    "correct_at": chosen(correcting.correct_at),
    "correct": chosen(correcting.correct),
    "record_at": chosen(record.record_at),
    "record_kind": chosen(filling.kinds),
    "record_tick": chosen(filling.ticks),
    "record_who": chosen(filling.ask_who),
    "record_file": chosen(page.ask_page),
    "lock_record": chosen(record.lock),
    "made_up": chosen(make_up.made_up),
    "tie": chosen(group.link_here),
    "tie_page": turned(group.link_page),
    "tie_to": chosen(group.link_to),
}


async def perform(actor: Actor, action: Action, now: datetime) -> Answer:
    """Does what a tap asks, or refuses. The verb judges the right; nothing here or above does."""
    verb = VERBS.get(action.verb)
    if verb is None:
        raise Refusal("action/unknown")
    return await verb(actor, action, now)
