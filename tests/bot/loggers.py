"""Logging is one for the whole process; a test that sets it up gives it back as it was."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from bot import logs


@contextmanager
def logging_restored() -> Iterator[None]:
    root, hook = logging.getLogger(), sys.excepthook
    names = ["", *logs.TALKATIVE]
    handlers, levels = list(root.handlers), {name: logging.getLogger(name).level for name in names}
    try:
        yield
    finally:
        root.handlers, sys.excepthook = handlers, hook
        logging.captureWarnings(False)
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)
