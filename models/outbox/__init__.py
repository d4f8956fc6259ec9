"""发件: what is owed to whom. A delivery is written in the transaction that caused it and lives by its states:

    queued ─► leased ─► wire ─► sent          wire: committed just before the bytes leave
      ▲  held ┘          ├────► unknown       it may have arrived; what then is the kind's promise
      └── retry ─────────┼────► refused       a definite no from the other side
    expired  cancelled   └────► dead          ours to repair

`owing` writes debts, `sending` is the dispatcher's side. Only the holder of the token's lease claims.
"""

from models.outbox.capping import held_back, owe_capped, release, relieve, spare
from models.outbox.enclosure import Enclosure, enclose, enclosed, forget_enclosures
from models.outbox.owing import (
    EDIT_PAUSE,
    OWN_PAUSE,
    PROMISES,
    Delivery,
    Promise,
    Recipient,
    cancel,
    cancel_own,
    debt,
    next_due,
    owe,
    owe_many,
    restate,
    restate_one,
    showing,
    touch,
    turn,
)
from models.outbox.retracting import retract
from models.outbox.sending import (
    BACK_OFF,
    Busy,
    Parcel,
    adopt,
    claim,
    disown,
    drop,
    failed,
    forget,
    put_back,
    recover,
    revive,
    sent,
    to_general,
    unclaim,
    unsure,
    wire,
)
from models.outbox.standing import counts, pause, pauses, recent
from models.outbox.uploads import Upload, forget_uploads, keep_upload, uploaded

__all__ = [
    "BACK_OFF",
    "EDIT_PAUSE",
    "OWN_PAUSE",
    "PROMISES",
    "Busy",
    "Delivery",
    "Enclosure",
    "Parcel",
    "Promise",
    "Recipient",
    "Upload",
    "adopt",
    "cancel",
    "cancel_own",
    "claim",
    "counts",
    "debt",
    "disown",
    "drop",
    "enclose",
    "enclosed",
    "failed",
    "forget",
    "forget_enclosures",
    "forget_uploads",
    "held_back",
    "keep_upload",
    "next_due",
    "owe",
    "owe_capped",
    "owe_many",
    "pause",
    "pauses",
    "put_back",
    "recent",
    "recover",
    "release",
    "relieve",
    "restate",
    "restate_one",
    "retract",
    "revive",
    "sent",
    "showing",
    "spare",
    "to_general",
    "touch",
    "turn",
    "unclaim",
    "unsure",
    "uploaded",
    "wire",
]
