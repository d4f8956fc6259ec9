"""The organisation: what it is (tables), and what may be done in it (rules and verbs). It imports nothing of ours."""

MODELS = [
    "models.rounds",
    "models.organisation",
    "models.member",
    "models.audit",
    "models.deed",
    "models.lease",
    "models.outbox",
    "models.draft",
    "models.errand",
    "models.binding",
    "models.gathering",
    "models.group",
    "models.holidays",
    "models.theme_day",
    "models.birthday",
    "models.ceremony",
    "models.quiz",
    "models.pledge",
]
