"""What a course is, as an author writes it: strict, frozen descriptions. Pure.

A course is data. Every key below is the whole list of what may be written; an unknown key is an error, so a
misspelling cannot pass in silence. The text under each field is the author's manual (`flask content manual`
prints it). Files are read by `loader`, judged as a whole by `checks`.
"""

import hashlib
import json
from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
Line = Annotated[str, StringConstraints(min_length=1, max_length=240)]
Prose = Annotated[str, StringConstraints(min_length=1, max_length=6000)]
PagePath = Annotated[str, StringConstraints(pattern=r"^pages/[a-z0-9-]+\.md$")]
CriterionRef = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]?\.[1-9][0-9]?$")]
Minutes = Annotated[int, Field(ge=1, le=600)]


class Description(BaseModel):
    """Base of every description: unknown keys are errors, values are not coerced, nothing changes after reading."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, str_strip_whitespace=True, use_attribute_docstrings=True
    )


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


class Reading(ActivityBase):
    """A page to read. The practitioner ticks it as read."""

    kind: Literal["reading"]
    """Always `reading`."""
    page: PagePath
    """The Markdown file, from the course folder, such as `pages/listening.md`."""


class Choice(Description):
    """One thing a practitioner might do in a scenario."""

    id: Identifier
    """Unique in the scenario."""
    text: Line
    """What you would do, in the first person."""
    fit: Literal["strong", "partly", "think-again"]
    """How well it fits: strong, partly, or think-again. Shown in words beside the feedback."""
    feedback: Prose
    """What would probably happen, and why. Kind, practical, and never only "wrong"."""


class Scenario(ActivityBase):
    """A moment from practice with several things one might do. Families are codes, such as Family A."""

    kind: Literal["scenario"]
    """Always `scenario`."""
    situation: Prose
    """What is happening, in Markdown."""
    question: Line
    """What the practitioner is asked to decide."""
    choices: Annotated[tuple[Choice, ...], Field(min_length=2, max_length=6)]
    """Two to six things to do. At least one is strong."""
    learning: Prose
    """What to take from it whichever choice was made, in Markdown."""

    @model_validator(mode="after")
    def _has_a_strong_choice(self) -> Self:
        if not any(choice.fit == "strong" for choice in self.choices):
            raise ValueError("no choice has the fit 'strong': a scenario needs at least one good way to act")
        if len({choice.id for choice in self.choices}) < len(self.choices):
            raise ValueError("two choices have the same id")
        return self


class Reflection(ActivityBase):
    """A prompt for the journal. Only its author can read what is written."""

    kind: Literal["reflection"]
    """Always `reflection`."""
    prompt: Prose
    """The question, in Markdown."""
    hint: Line = "Only you can see this."
    """A quiet line under the question."""


class WorksheetField(Description):
    """One box of a worksheet."""

    id: Identifier
    """Unique in the worksheet and never reused: answers are kept under it."""
    label: Line
    """The question, above the box."""
    hint: Line | None = None
    """A quiet line under the label."""
    size: Literal["line", "text", "choice"] = "text"
    """`line` for a few words, `text` for a paragraph, `choice` for one of `options`."""
    options: tuple[Line, ...] = ()
    """The answers of a `choice`, two to six; not for other sizes."""

    @model_validator(mode="after")
    def _options_belong_to_choices(self) -> Self:
        if self.size == "choice" and not 2 <= len(self.options) <= 6:  # noqa: PLR2004 - the rule as its message says it
            raise ValueError("a choice needs two to six options")
        if self.size != "choice" and self.options:
            raise ValueError("options are only for a field whose size is 'choice'")
        return self


class WorksheetPart(Description):
    """Boxes that belong together, under a heading."""

    title: Line
    """The heading."""
    text: Prose | None = None
    """A line or two under the heading, in Markdown."""
    fields: Annotated[tuple[WorksheetField, ...], Field(min_length=1)]
    """The boxes, in order."""


class Worksheet(ActivityBase):
    """A form to fill in and keep; it can become evidence."""

    kind: Literal["worksheet"]
    """Always `worksheet`."""
    intro: Prose
    """What it is for and how to fill it in, in Markdown."""
    parts: Annotated[tuple[WorksheetPart, ...], Field(min_length=1)]
    """Its parts, in order."""

    @property
    def fields(self) -> tuple[WorksheetField, ...]:
        """Every box, in order of appearance."""
        return tuple(field for part in self.parts for field in part.fields)

    @model_validator(mode="after")
    def _ids_differ(self) -> Self:
        ids = [field.id for field in self.fields]
        for name in ids:
            if ids.count(name) > 1:
                raise ValueError(f"two fields have the id '{name}'")
        return self


class Option(Description):
    """One answer to a question."""

    id: Identifier
    """Unique in the question."""
    text: Line
    """The answer."""
    right: bool = False
    """true where choosing it is right."""
    feedback: Line
    """What to say to someone who chose it."""


class Question(Description):
    """A question of a knowledge check."""

    id: Identifier
    """Unique in the check and never reused."""
    text: Line
    """The question."""
    choose: Literal["one", "many"] = "one"
    """`one` for a single right answer, `many` for all that are right."""
    options: Annotated[tuple[Option, ...], Field(min_length=2, max_length=6)]
    """Two to six answers."""

    @model_validator(mode="after")
    def _has_right_answers(self) -> Self:
        right = sum(option.right for option in self.options)
        if self.choose == "one" and right != 1:
            raise ValueError(f"a question to choose one has exactly one right option, and this has {right}")
        if self.choose == "many" and right < 1:
            raise ValueError("a question to choose many needs at least one right option")
        if len({option.id for option in self.options}) < len(self.options):
            raise ValueError("two options have the same id")
        return self


class Check(ActivityBase):
    """A knowledge check. It teaches; it does not count towards the unit."""

    kind: Literal["check"]
    """Always `check`."""
    intro: Prose = "A few questions to see what has stayed with you. They do not count towards anything."
    """What to say first."""
    questions: Annotated[tuple[Question, ...], Field(min_length=1)]
    """The questions, in order."""

    @model_validator(mode="after")
    def _ids_differ(self) -> Self:
        if len({question.id for question in self.questions}) < len(self.questions):
            raise ValueError("two questions have the same id")
        return self


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

    @property
    def is_taught(self) -> bool:
        """Whether a session belongs to it; module 0 is read before the course."""
        return self.number > 0

    @property
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


class CourseOutline(Description):
    """What `course.yaml` says: everything about a course but its modules, which are files of their own."""

    slug: Identifier
    """The folder's name; part of every address."""
    title: Line
    """The course's name."""
    subtitle: Line
    """One sentence under the name."""
    unit: Identifier
    """Slug of the unit that its portfolio is assessed against."""
    taught_minutes: Annotated[int, Field(ge=1)]
    """Taught time in all; the taught modules add up to it."""
    reading_minutes: Annotated[int, Field(ge=0)]
    """Declared reading before the course; module 0 adds up to it."""
    reading_age: Annotated[int, Field(ge=7, le=21)]
    """The highest reading age, in years, that a page may have."""
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
