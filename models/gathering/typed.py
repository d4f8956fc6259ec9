"""What somebody types about a gathering, fit to be kept: one line, nothing that cannot be seen, not too long."""

import re
import unicodedata

from models.card import Refusal

LONGEST_REASON, LONGEST_NAME, MOST_NAMES = 100, 40, 20
BETWEEN = re.compile(r"[、，,;；\n]+")


def tidy(words: str) -> str:
    kept = "".join(each if unicodedata.category(each)[0] != "C" else " " for each in unicodedata.normalize("NFC", words))
    return " ".join(kept.split())


def reason(words: str) -> str:
    kept = tidy(words)
    if not 1 < len(kept) <= LONGEST_REASON:
        raise Refusal("record/wordy", most=LONGEST_REASON)
    return kept


def one_name(words: str) -> str:
    kept = tidy(words)
    if not 1 < len(kept) <= LONGEST_NAME or not any(each.isalpha() for each in kept):
        raise Refusal("record/no_name", most=LONGEST_NAME)
    return kept


def several_names(words: str) -> list[str]:
    """Names between commas or on lines of their own, each once."""
    names = list(dict.fromkeys(one_name(each) for each in BETWEEN.split(words) if each.strip()))
    if not 0 < len(names) <= MOST_NAMES:
        raise Refusal("record/no_name", most=LONGEST_NAME)
    return names
