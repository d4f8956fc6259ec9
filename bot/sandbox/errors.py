"""The two ways to be told no here: by the played Telegram, and by the stage."""

import tomllib
from functools import cache
from pathlib import Path

SENTENCES = Path(__file__).with_name("sentences.toml")


class ApiError(Exception):
    """Telegram's refusal of a Bot API call: {"ok": false, "error_code": code, "description": description, "parameters"?}."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


def bad_request(reason: str) -> ApiError:
    return ApiError(400, f"Bad Request: {reason}")


@cache
def sentences() -> dict[str, str]:
    return {key: str(text) for key, text in tomllib.loads(SENTENCES.read_text("utf-8")).items()}


def sentence(key: str, **facts: object) -> str:
    return sentences()[key].format(**facts)


class StageError(Exception):
    """The stage's refusal: a sentence for the person at the page, named by its key in sentences.toml."""

    def __init__(self, status: int, key: str, **facts: object) -> None:
        self.status = status
        self.key = key
        self.sentence = sentence(key, **facts)
        super().__init__(self.sentence)
