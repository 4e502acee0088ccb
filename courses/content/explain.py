"""What pydantic found, said to an author. Pure."""

import difflib
from collections.abc import Callable
from functools import cache

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from courses.content.description import Description

_WANTED = {
    "model_type": "keys and values",
    "int_type": "a whole number",
    "string_type": "text",
    "bool_type": "true or false",
    "tuple_type": "a list",
}


def explain(error: ErrorDetails) -> str:
    """Say one validation error in plain words: what is wrong, and what to write where that is known."""
    key, given, facts = _name(error["loc"]), error["input"], error.get("ctx", {})
    sentences: dict[str, Callable[[], str]] = {
        "extra_forbidden": lambda: f"'{key}' is not a known key here.{_suggestion(key)}",
        "missing": lambda: f"'{key}' is missing.",
        "union_tag_not_found": lambda: "'kind' is missing.",
        "union_tag_invalid": lambda: (
            f"'kind' cannot be '{facts['tag']}'. It is one of {facts['expected_tags']}."
        ),
        "value_error": lambda: f"{_sentence(str(facts['error']))}.",
        "string_pattern_mismatch": lambda: (
            f"'{key}' is {given!r}, which is not in the form {facts['pattern']}."
        ),
        "literal_error": lambda: f"'{key}' cannot be {given!r}. It is one of {facts['expected']}.",
        "too_short": lambda: (
            f"'{key}' needs {facts['min_length']} or more, and has {facts['actual_length']}."
        ),
        "string_too_short": lambda: f"'{key}' is empty.",
        "string_too_long": lambda: (
            f"'{key}' has {len(str(given))} characters; the most is {facts['max_length']}."
        ),
    }
    kind = error["type"]
    if kind in _WANTED:
        return f"'{key}' must be {_WANTED[kind]}, not {given!r}."
    return sentences.get(kind, lambda: f"'{key}': {error['msg'][0].lower()}{error['msg'][1:]}.")()


def follows(error: ErrorDetails) -> bool:
    """Whether an error only follows from others: a list said to be too short because its bad items were not counted."""
    return error["type"] == "too_short" and len(error["input"]) >= error["ctx"]["min_length"]


def _name(place: tuple[str | int, ...]) -> str:
    if not place:
        return "this file"
    last = place[-1]
    return f"{_name(place[:-1])}, item {last + 1}" if isinstance(last, int) else last


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}"


def _suggestion(key: str) -> str:
    near = difflib.get_close_matches(key, _every_key(), n=1, cutoff=0.75)
    return f" Did you mean '{near[0]}'?" if near else ""


@cache
def _every_key() -> frozenset[str]:
    waiting: list[type[BaseModel]] = [Description]
    keys: set[str] = set()
    while waiting:
        description = waiting.pop()
        keys |= description.model_fields.keys()
        waiting += description.__subclasses__()
    return frozenset(keys)
