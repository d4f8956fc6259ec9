"""`python -m bot.health`: whether the service on this data folder is well, told by the exit code to whoever keeps it running.

Asked twice a minute, so it needs nothing but the standard library. The doctor says what is wrong; this only says that.
"""

import http.client
import json
import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

FILE = "admin.json"  # as bot.web.admin names it, which would bring the whole machine with it
SECONDS = 4.0


def well(data_dir: Path) -> bool:
    """Whether the operator's address answers and says so; a service that still waits for Telegram has none yet."""
    try:
        place = urlsplit(json.loads((data_dir / FILE).read_text())["url"]).netloc
        link = http.client.HTTPConnection(place, timeout=SECONDS)  # directly: no proxy of the environment is asked
        link.request("GET", "/healthz")
        return link.getresponse().status == 200
    except (OSError, ValueError, KeyError, TypeError, http.client.HTTPException):
        return False


if __name__ == "__main__":
    sys.exit(0 if well(Path(os.environ.get("BRANCHLIFE_DATA_DIR", "var"))) else 1)
