"""What every description of content has in common: strict, frozen, and the kinds of words it may hold. Pure."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, WithJsonSchema

Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
Line = Annotated[str, StringConstraints(min_length=1, max_length=240)]
Prose = Annotated[str, StringConstraints(min_length=1, max_length=6000)]
PagePath = Annotated[str, StringConstraints(pattern=r"^pages/[a-z0-9-]+\.md$")]
CRITERION = r"^[1-9][0-9]?\.[1-9][0-9]?$"
# Editors take an unquoted 2.3 for a number; our own reader keeps it as text, so that 1.10 stays what it is.
CriterionRef = Annotated[
    str,
    StringConstraints(pattern=CRITERION),
    WithJsonSchema({"type": ["string", "number"], "pattern": CRITERION}),
]
Minutes = Annotated[int, Field(ge=1, le=600)]


class Description(BaseModel):
    """Base of every description: unknown keys are errors, values are not coerced, nothing changes after reading."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, str_strip_whitespace=True, use_attribute_docstrings=True
    )


class ActivityBase(Description):
    """What every kind of activity has."""

    id: Identifier
    """Unique in the whole course and never reused: progress is recorded against it."""
    title: Line
    """What the practitioner sees on the path."""
    minutes: Minutes
    """Honest time for a careful reader, in minutes."""
    criteria: tuple[CriterionRef, ...] = ()
    """Criteria that this piece of work can be used as evidence for, once the practitioner chooses to."""
