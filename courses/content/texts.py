"""The words of a description that people read, each with its place. Pure."""

from collections.abc import Iterator
from typing import Any

from courses.content.description import Description
from courses.content.lined_yaml import Place

CODES = frozenset(
    {"id", "kind", "page", "handout", "material", "size", "fit", "choose", "leads_to", "criteria", "draws_on"}
)
"""Keys whose values are for the product and not for people."""


def texts_of(description: Description) -> Iterator[tuple[Place, str]]:
    """Every text in a description, in order, with its place in it."""
    yield from _texts(description.model_dump(), ())


def _texts(value: Any, place: Place) -> Iterator[tuple[Place, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key not in CODES:
                yield from _texts(inner, (*place, key))
    elif isinstance(value, tuple | list):
        for index, inner in enumerate(value):
            yield from _texts(inner, (*place, index))
