"""The tables of a campaign: what it is, what may be chosen, the pledges, their promises, how each was kept."""

from datetime import datetime

from tortoise import fields
from tortoise.models import Model

from models.database import InstantField


class Campaign(Model):
    """A call of a node to its members to pledge. `state`: planned → open → closed; or cancelled.

    `round`: the report that is asked for now (0 none yet, 1 half-year, 2 end). `step`, `step_due`: what the clock does next
    (`stages.STEPS`), and when.
    """

    id = fields.BigIntField(primary_key=True)
    root_id = fields.BigIntField()
    node_id = fields.BigIntField(db_index=True)
    title = fields.CharField(80)
    state = fields.CharField(12, default="planned")
    begins = fields.DateField()
    ends = fields.DateField()
    zone = fields.CharField(64)
    ends_at = InstantField()  # the end of the last day there
    round = fields.IntField(default=0)
    step = fields.CharField(12, default="")
    step_due: datetime | None = InstantField(null=True, db_index=True)
    announce_due: datetime | None = InstantField(null=True, db_index=True)  # a group was linked since
    at = InstantField()

    class Meta:
        table = "campaign"


class CampaignItem(Model):
    """What may be chosen: `name` of a shipped item (its words are in labels.toml) or `title` as somebody typed it."""

    id = fields.BigIntField(primary_key=True)
    root_id = fields.BigIntField()
    campaign_id = fields.BigIntField(db_index=True)
    position = fields.IntField()
    name = fields.CharField(32, null=True)
    title = fields.CharField(120, default="")

    class Meta:
        table = "campaign_item"


class Pledge(Model):
    """A member's pledge in a campaign, by the stages of `stages.MOVES`. `node_id`: where they were at home when they began it;
    `entered_by`: who wrote it down on the word of a member without Telegram; `back`: why the branch gave it back. `revision`
    grows with each change of what is promised; at `review_due` those responsible are told that it waits; `published_at` is
    empty where it is not, or no longer, public. The two grades are by themselves and by the branch.
    """

    id = fields.BigIntField(primary_key=True)
    root_id = fields.BigIntField()
    campaign_id = fields.BigIntField()
    member_id = fields.BigIntField(db_index=True)
    node_id = fields.BigIntField()
    entered_by: int | None = fields.BigIntField(null=True)
    state = fields.CharField(12)
    revision = fields.IntField(default=1)
    back = fields.CharField(200, default="")
    made_at: datetime | None = InstantField(null=True)
    review_due: datetime | None = InstantField(null=True, db_index=True)
    published_at: datetime | None = InstantField(null=True)
    own_grade: int | None = fields.IntField(null=True)
    grade: int | None = fields.IntField(null=True)
    at = InstantField()

    class Meta:
        table = "pledge"
        unique_together = (("campaign_id", "member_id"),)


class Promise(Model):
    """One thing promised. It keeps the item's own words: what is taken off the list later stays promised."""

    id = fields.BigIntField(primary_key=True)
    root_id = fields.BigIntField()
    pledge_id = fields.BigIntField()
    member_id = fields.BigIntField(db_index=True)
    position = fields.IntField()
    name = fields.CharField(32, null=True)
    title = fields.CharField(120, default="")

    class Meta:
        table = "promise"
        unique_together = (("pledge_id", "position"),)


class PledgeReport(Model):
    """What a member says of a promise in a round: `kept` is `stages.Kept`, `why` it was not, for those responsible only;
    `entered_by`: who wrote it down on their word.
    """

    id = fields.BigIntField(primary_key=True)
    root_id = fields.BigIntField()
    promise_id = fields.BigIntField()
    member_id = fields.BigIntField(db_index=True)
    round = fields.IntField()
    kept = fields.IntField()
    why = fields.CharField(200, default="")
    entered_by: int | None = fields.BigIntField(null=True)
    at = InstantField()

    class Meta:
        table = "pledge_report"
        unique_together = (("promise_id", "round"),)
