"""What a course is, as an author writes it: strict, frozen descriptions. Pure.

A course is data. Every key below is the whole list of what may be written; an unknown key is an error, so a
misspelling cannot pass in silence. The text under each field is the author's manual (`flask content manual`
prints it). Files are read by `loader`, judged as a whole by `checks`. Scenarios, worksheets and knowledge checks
have a file each.
"""

import hashlib
import json
from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from courses.content.description import (
    ActivityBase,
    CriterionRef,
    Description,
    Identifier,
    Line,
    Minutes,
    PagePath,
    Prose,
)
from courses.content.knowledge_checks import Check
from courses.content.scenarios import Scenario
from courses.content.worksheets import Worksheet


class Term(Description):
    """One word of a framework, such as one of the nine C's."""

    id: Identifier
    """Short name used in `draws_on`, in lower case with hyphens."""
    title: Line
    """How it is shown to people."""
    meaning: Line
    """One plain sentence."""


class Framework(Description):
    """A named set of ideas that aims can point to: principles, stages of support."""

    id: Identifier
    """Short name used as a key in `draws_on`."""
    title: Line
    """How it is shown to people."""
    status: Line
    """Where it comes from and how settled it is, said plainly: a draft must be called a draft."""
    terms: Annotated[tuple[Term, ...], Field(min_length=1)]
    """The words, in order."""


class Aim(Description):
    """One thing a practitioner can do after a module."""

    text: Line
    """Ends the sentence "By the end you can ..."; starts with a verb, no full stop."""
    criteria: tuple[CriterionRef, ...] = ()
    """References of the unit's assessment criteria that this aim prepares for, such as 2.3."""
    draws_on: dict[Identifier, tuple[Identifier, ...]] = Field(default_factory=dict)
    """Framework id to the ids of its terms, such as `nine-cs: [connect]`."""


class Reading(ActivityBase):
    """A page to read. The practitioner ticks it as read."""

    kind: Literal["reading"]
    """Always `reading`."""
    page: PagePath
    """The Markdown file, from the course folder, such as `pages/listening.md`."""


class Reflection(ActivityBase):
    """A prompt for the journal. Only its author can read what is written."""

    kind: Literal["reflection"]
    """Always `reflection`."""
    prompt: Prose
    """The question, in Markdown."""
    hint: Line = "Only you can see this."
    """A quiet line under the question."""


class SessionRow(Description):
    """A timed row of a facilitator's plan."""

    minutes: Minutes
    """How long it takes."""
    title: Line
    """What it is."""
    run: Prose
    """How to run it, in Markdown, for someone who has never met this material."""


class SessionPlan(ActivityBase):
    """How to run the taught session. Shown to facilitators only."""

    kind: Literal["session-plan"]
    """Always `session-plan`."""
    bring: tuple[Line, ...] = ()
    """What to have in the room."""
    rows: Annotated[tuple[SessionRow, ...], Field(min_length=1)]
    """The session from start to end; the minutes add up to the module's."""


Activity = Annotated[
    Reading | Scenario | Reflection | Worksheet | Check | SessionPlan, Field(discriminator="kind")
]


class Module(Description):
    """One part of a course: the reading before it starts, or what one taught session is about."""

    id: Identifier
    """Unique in the course and never reused."""
    number: Annotated[int, Field(ge=0, le=99)]
    """0 for reading done before the course; taught modules count from 1."""
    title: Line
    """What it is called on the path."""
    lead: Line
    """One sentence for the practitioner: what this is about."""
    minutes: Minutes
    """Taught minutes of its session, or declared reading minutes of module 0."""
    material: Literal["written", "to-come"]
    """`written` when the activities are here; `to-come` when only the outline is, which people are told."""
    aims: Annotated[tuple[Aim, ...], Field(min_length=1)]
    """What a practitioner can do afterwards."""
    activities: tuple[Activity, ...] = ()
    """What there is to do, in order."""
    handout: PagePath | None = None
    """The Markdown page to hand out in the session: printed as a PDF, also in large print."""

    @property
    def is_taught(self) -> bool:
        """Whether a session belongs to it; module 0 is read before the course."""
        return self.number > 0

    @cached_property
    def steps(self) -> tuple[Activity, ...]:
        """The activities a practitioner does, in order: everything but the session plan."""
        return tuple(activity for activity in self.activities if activity.kind != "session-plan")

    @property
    def session_plan(self) -> SessionPlan | None:
        """The facilitator's plan, where there is one."""
        return next((each for each in self.activities if isinstance(each, SessionPlan)), None)

    @model_validator(mode="after")
    def _material_is_as_said(self) -> Self:
        if self.material == "written" and not self.activities:
            raise ValueError("material is 'written' but there are no activities")
        if self.material == "to-come" and self.activities:
            raise ValueError("material is 'to-come' but there are activities: say 'written'")
        return self


class Completion(Description):
    """What it takes to complete a course. Hours come from registers, the rest from what a practitioner did."""

    taught_minutes: Annotated[int, Field(ge=1)]
    """The fewest taught minutes."""
    reading_minutes: Annotated[int, Field(ge=0)] = 0
    """The fewest minutes of declared reading that are ticked as read."""
    activities: tuple[Identifier, ...] = ()
    """Ids of activities that have to be done."""


class CourseOutline(Description):
    """What `course.yaml` says: everything about a course but its modules, which are files of their own."""

    slug: Identifier
    """The folder's name; part of every address."""
    title: Line
    """The course's name."""
    subtitle: Line
    """One sentence under the name."""
    unit: Identifier | None = None
    """Slug of the unit that its portfolio is assessed against; left out for a course without one."""
    taught_minutes: Annotated[int, Field(ge=1)]
    """Taught time in all; the taught modules add up to it."""
    reading_minutes: Annotated[int, Field(ge=0)]
    """Declared reading before the course; module 0 adds up to it."""
    reading_age: Annotated[int, Field(ge=7, le=21)]
    """The highest reading age, in years, that a page may have."""
    completion: Completion
    """What it takes to complete the course."""
    frameworks: tuple[Framework, ...] = ()
    """Named sets of ideas that aims point to."""


class Course(CourseOutline):
    """A whole course."""

    modules: Annotated[tuple[Module, ...], Field(min_length=1)]
    """Filled from the files of `modules/`, in order of their numbers. Not written in course.yaml."""

    def activities(self) -> Iterator[tuple[Module, Activity]]:
        """Every activity with its module, in order, session plans among them."""
        for module in self.modules:
            for activity in module.activities:
                yield module, activity


class Document(Description):
    """A course with the text of its pages: all that is needed to teach it, as published and kept."""

    course: Course
    """The course."""
    pages: dict[PagePath, str]
    """Markdown by file name, from the course folder."""

    @property
    def content_hash(self) -> str:
        """SHA-256, in hex, of the canonical JSON: equal content has an equal hash whatever its layout in files."""
        canonical = json.dumps(
            self.model_dump(mode="json"), sort_keys=True, ensure_ascii=False, separators=(",", ":")
        )
        return hashlib.sha256(canonical.encode()).hexdigest()
