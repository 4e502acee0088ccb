"""A knowledge check as an author writes it: questions of four kinds, with feedback that teaches. Pure."""

from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator

from courses.content.description import ActivityBase, Description, Identifier, Line, Prose


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


class ChoiceQuestion(Description):
    """A question with answers to choose from."""

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


class Named(Description):
    """Something with an id and its words."""

    id: Identifier
    """Unique in the question."""
    text: Line
    """The words."""


class OrderQuestion(Description):
    """Steps to put in order."""

    id: Identifier
    """Unique in the check and never reused."""
    text: Line
    """The question."""
    choose: Literal["order"]
    """Always `order`."""
    steps: Annotated[tuple[Named, ...], Field(min_length=3, max_length=9)]
    """Three to nine steps in the right order; they are shown in another."""
    feedback: Prose
    """Why this order, said to everybody."""

    @model_validator(mode="after")
    def _ids_differ(self) -> Self:
        if len({step.id for step in self.steps}) < len(self.steps):
            raise ValueError("two steps have the same id")
        return self


class Pair(Description):
    """Two things that belong together."""

    id: Identifier
    """Unique in the question."""
    text: Line
    """What is given."""
    match: Line
    """What belongs to it; different for each pair."""
    feedback: Line
    """Why they belong together."""


class MatchQuestion(Description):
    """Things to match with what belongs to them."""

    id: Identifier
    """Unique in the check and never reused."""
    text: Line
    """The question."""
    choose: Literal["match"]
    """Always `match`."""
    pairs: Annotated[tuple[Pair, ...], Field(min_length=2, max_length=8)]
    """Two to eight pairs; what belongs to each is offered for all."""

    @model_validator(mode="after")
    def _pairs_differ(self) -> Self:
        if len({pair.id for pair in self.pairs}) < len(self.pairs):
            raise ValueError("two pairs have the same id")
        if len({pair.match for pair in self.pairs}) < len(self.pairs):
            raise ValueError("two pairs have the same match, so nobody could tell which is meant")
        return self


class ShortQuestion(Description):
    """A question to answer in a few words of one's own."""

    id: Identifier
    """Unique in the check and never reused."""
    text: Line
    """The question."""
    choose: Literal["short"]
    """Always `short`."""
    accept: Annotated[tuple[Line, ...], Field(min_length=1)]
    """Answers that are right, in lower case: an answer that holds one of them is right too."""
    model: Line
    """A good answer, shown afterwards."""
    feedback: Prose
    """Why, said to everybody."""


def _kind_of_question(given: Any) -> str:
    """Which question is meant: `choose` says so, and need not be written for a choice of one."""
    choose = given.get("choose", "one") if isinstance(given, dict) else given.choose
    return choose if choose in {"order", "match", "short"} else "choice"


Question = Annotated[
    Annotated[ChoiceQuestion, Tag("choice")]
    | Annotated[OrderQuestion, Tag("order")]
    | Annotated[MatchQuestion, Tag("match")]
    | Annotated[ShortQuestion, Tag("short")],
    Discriminator(_kind_of_question),
]


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
