"""发件: what is owed to whom. A delivery is written in the transaction that caused it and lives by its states:

    queued ─► leased ─► wire ─► sent          wire: committed just before the bytes leave
      ▲  held ┘          ├────► unknown       it may have arrived; what then is the kind's promise
      └── retry ─────────┼────► refused       a definite no from the other side
    expired  cancelled   └────► dead          ours to repair

`owing` writes debts, `sending` is the dispatcher's side. Only the holder of the token's lease claims.
"""

from models.outbox.enclosure import Enclosure, enclose, enclosed, forget_enclosures
from models.outbox.owing import (
    EDIT_PAUSE,
    PROMISES,
    Delivery,
    Promise,
    Recipient,
    cancel,
    debt,
    next_due,
    owe,
    owe_many,
    restate,
    touch,
)
from models.outbox.sending import (
    Busy,
    Parcel,
    adopt,
    claim,
    counts,
    drop,
    failed,
    forget,
    put_back,
    recover,
    release,
    revive,
    sent,
    unclaim,
    unsure,
    wire,
)

__all__ = [
    "EDIT_PAUSE",
    "PROMISES",
    "Busy",
    "Delivery",
    "Enclosure",
    "Parcel",
    "Promise",
    "Recipient",
    "adopt",
    "cancel",
    "claim",
    "counts",
    "debt",
    "drop",
    "enclose",
    "enclosed",
    "failed",
    "forget",
    "forget_enclosures",
    "next_due",
    "owe",
    "owe_many",
    "put_back",
    "recover",
    "release",
    "restate",
    "revive",
    "sent",
    "touch",
    "unclaim",
    "unsure",
    "wire",
]
