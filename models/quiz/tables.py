"""The tables of the quiz."""

import json
from datetime import date, datetime

from tortoise import fields
from tortoise.models import Model

from models.database import InstantField


class Item(Model):
    """A question of the bank as it was shipped once: a changed one is a new row under the same `code`. Only the one whose text
    ships now is `enabled`. `kind`: single, multiple, truth; `options`, `tags`: JSON lists; `answer`: one bit per option.
    """

    id = fields.BigIntField(primary_key=True)
    code = fields.CharField(16)
    digest = fields.CharField(64)  # of what is asked and answered
    pack = fields.CharField(80)
    fact = fields.CharField(8)
    kind = fields.CharField(8)
    question = fields.CharField(120)
    options = fields.TextField()
    answer = fields.IntField()
    why = fields.CharField(240)
    source = fields.CharField(120)
    tags = fields.TextField()
    valid_until: date | None = fields.DateField(null=True)
    enabled = fields.BooleanField()

    @property
    def choices(self) -> list[str]:
        """The options in the order of the pack."""
        return [str(each) for each in json.loads(self.options)]

    class Meta:
        table = "quiz_item"
        unique_together = (("code", "digest"),)


class Reading(Model):
    """What happened on a day, told on the same day of every year."""

    id = fields.BigIntField(primary_key=True)
    fact = fields.CharField(8, unique=True)
    day = fields.DateField()
    statement = fields.CharField(120)
    source = fields.CharField(120)

    class Meta:
        table = "quiz_reading"


class QuizHabit(Model):
    """How a node holds its quiz: a `daily` question in its groups, on `workdays` only, a `board` of volunteers, or as a
    `native` poll of the messenger, which tells counts and no names.
    """

    id = fields.BigIntField(primary_key=True)
    root_id = fields.BigIntField()
    node_id = fields.BigIntField(unique=True)
    daily = fields.BooleanField(default=False)
    workdays = fields.BooleanField(default=False)
    board = fields.BooleanField(default=False)
    native = fields.BooleanField(default=False)
    open_due: datetime | None = InstantField(null=True)
    week_due: datetime | None = InstantField(null=True)

    class Meta:
        table = "quiz_habit"


class Day(Model):
    """A node's question of one day there. `answered` and `correct` are counted when it closes, or as its polls tell."""

    id = fields.BigIntField(primary_key=True)
    root_id = fields.BigIntField()
    node_id = fields.BigIntField()
    item_id = fields.BigIntField()
    day = fields.DateField()
    opens_at = InstantField()
    closes_at = InstantField()
    close_due: datetime | None = InstantField(null=True)
    answered = fields.IntField(default=0)
    correct = fields.IntField(default=0)
    native = fields.BooleanField(default=False)  # asked as the messenger's poll, which tells how many, not who

    class Meta:
        table = "quiz_day"
        unique_together = (("node_id", "day"),)


class Poll(Model):
    """A day's question as a poll in one group: how many answers there are, how many right ones. Whose is known to nobody."""

    id = fields.BigIntField(primary_key=True)
    root_id = fields.BigIntField()
    day_id = fields.BigIntField()
    poll = fields.CharField(32, unique=True)  # the messenger's own id of it
    answered = fields.IntField()
    correct = fields.IntField()

    class Meta:
        table = "quiz_poll"


class DayAnswer(Model):
    """What a member answered that day. Whether it is right is nowhere before the question closes."""

    id = fields.BigIntField(primary_key=True)
    root_id = fields.BigIntField()
    day_id = fields.BigIntField()
    member_id = fields.BigIntField()
    chosen = fields.IntField()
    at = InstantField()

    class Meta:
        table = "quiz_answer"
        unique_together = (("day_id", "member_id"),)


class Mistake(Model):
    """An item a member once got wrong, until it has been right often enough (`spacing`)."""

    id = fields.BigIntField(primary_key=True)
    root_id = fields.BigIntField()
    member_id = fields.BigIntField()
    item_id = fields.BigIntField()
    box = fields.IntField()
    due_on = fields.DateField()

    class Meta:
        table = "quiz_mistake"
        unique_together = (("member_id", "item_id"),)


class Fault(Model):
    """A member says that something is wrong with an item; whose it was is forgotten with the member."""

    id = fields.BigIntField(primary_key=True)
    root_id = fields.BigIntField()
    item_id = fields.BigIntField()
    member_id: int | None = fields.BigIntField(null=True)
    words = fields.CharField(200, default="")
    at = InstantField()
    settled_at: datetime | None = InstantField(null=True)

    class Meta:
        table = "quiz_fault"
        unique_together = (("item_id", "member_id"),)


class Pause(Model):
    """An item a root does not ask for now."""

    id = fields.BigIntField(primary_key=True)
    root_id = fields.BigIntField()
    item_id = fields.BigIntField()
    at = InstantField()

    class Meta:
        table = "quiz_pause"
        unique_together = (("root_id", "item_id"),)


class Volunteer(Model):
    """A member who wishes to be named in the leaderboard of a node."""

    id = fields.BigIntField(primary_key=True)
    root_id = fields.BigIntField()
    member_id = fields.BigIntField()
    node_id = fields.BigIntField()
    at = InstantField()

    class Meta:
        table = "quiz_volunteer"
        unique_together = (("member_id", "node_id"),)


class Paper(Model):
    """A test of a node: `count` items in `minutes`, passed with `pass_mark` right ones, so many `retakes`; whose it is."""

    id = fields.BigIntField(primary_key=True)
    root_id = fields.BigIntField()
    node_id = fields.BigIntField()
    count = fields.IntField()
    minutes = fields.IntField()
    pass_mark = fields.IntField()
    retakes = fields.IntField()
    closes_at = InstantField()
    opened_at: datetime | None = InstantField(null=True)
    member_id = fields.BigIntField()

    class Meta:
        table = "quiz_paper"


class Sitting(Model):
    """A member's way through a test (`paper_id`) or a round of practice. `items`: JSON list of ids; `place`: how many are done;
    `picked`: what is ticked of the present one. `via`: tap, or hand for a result on paper.
    """

    id = fields.BigIntField(primary_key=True)
    root_id = fields.BigIntField()
    member_id = fields.BigIntField()
    paper_id: int | None = fields.BigIntField(null=True)
    items = fields.TextField()
    place = fields.IntField(default=0)
    picked = fields.IntField(default=0)
    correct = fields.IntField(default=0)
    via = fields.CharField(8, default="tap")
    at = InstantField()
    ends_at: datetime | None = InstantField(null=True)
    end_due: datetime | None = InstantField(null=True)
    ended_at: datetime | None = InstantField(null=True)

    class Meta:
        table = "quiz_sitting"


class Reply(Model):
    """One answer of a sitting."""

    id = fields.BigIntField(primary_key=True)
    root_id = fields.BigIntField()
    sitting_id = fields.BigIntField()
    member_id = fields.BigIntField()
    item_id = fields.BigIntField()
    place = fields.IntField()
    chosen = fields.IntField()
    at = InstantField()

    class Meta:
        table = "quiz_reply"
        unique_together = (("sitting_id", "place"),)
