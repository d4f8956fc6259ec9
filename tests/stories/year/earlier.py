"""`python -m bot`, begun at another time than the machine's: the first argument is the difference in seconds."""

import sys
from datetime import timedelta

from bot.__main__ import main
from models.clock import civil

if __name__ == "__main__":
    civil.offset = timedelta(seconds=float(sys.argv[1]))
    main(sys.argv[2:], prog_name="python -m bot")
