"""A worksheet as an author writes it: a structured tool that is filled in and kept. Pure."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from courses.content.description import ActivityBase, Description, Identifier, Line, Prose


class WorksheetField(Description):
    """One box of a worksheet, or one column of a table."""

    id: Identifier
    """Unique in the worksheet and never reused: answers are kept under it."""
    label: Line
    """The question, above the box."""
    hint: Line | None = None
    """A quiet line under the label."""
    size: Literal["line", "text", "date", "choice", "many", "light"] = "text"
    """`line` for a few words, `text` for a paragraph, `date` for a day, `choice` for one of `options`, `many` for
    any of them, `light` for the traffic light: a strength, something to watch, or act now."""
    options: tuple[Line, ...] = ()
    """The answers of a `choice` or a `many`, two to ten; not for other sizes."""

    @model_validator(mode="after")
    def _options_belong_to_choices(self) -> Self:
        offers = self.size in {"choice", "many"}
        if offers and not 2 <= len(self.options) <= 10:  # noqa: PLR2004 - the rule as its message says it
            raise ValueError("a choice needs two to ten options")
        if not offers and self.options:
            raise ValueError("options are only for a field whose size is 'choice' or 'many'")
        return self


class WorksheetTable(Description):
    """Rows of the same boxes: a list that grows, such as services, steps or worries."""

    id: Identifier
    """Unique in the worksheet and never reused: answers are kept under it."""
    row: Line
    """What one row is, in one or two words, such as "Service". Shown with its number."""
    most: Annotated[int, Field(ge=1, le=20)]
    """The most rows that can be filled in."""
    columns: Annotated[tuple[WorksheetField, ...], Field(min_length=1, max_length=6)]
    """The boxes of each row. Ids are unique in the table."""

    @model_validator(mode="after")
    def _ids_differ(self) -> Self:
        if len({column.id for column in self.columns}) < len(self.columns):
            raise ValueError("two columns have the same id")
        return self


class WorksheetPart(Description):
    """Boxes that belong together, under a heading."""

    title: Line
    """The heading."""
    text: Prose | None = None
    """A line or two under the heading, in Markdown."""
    fields: tuple[WorksheetField, ...] = ()
    """The boxes, in order."""
    table: WorksheetTable | None = None
    """Rows of boxes, below the fields."""

    @model_validator(mode="after")
    def _has_something_to_fill_in(self) -> Self:
        if not self.fields and self.table is None:
            raise ValueError("a part needs fields or a table")
        return self


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
        """Every box outside the tables, in order of appearance."""
        return tuple(field for part in self.parts for field in part.fields)

    @property
    def tables(self) -> tuple[WorksheetTable, ...]:
        """Every table, in order of appearance."""
        return tuple(part.table for part in self.parts if part.table is not None)

    @model_validator(mode="after")
    def _ids_differ(self) -> Self:
        ids = [field.id for field in self.fields] + [table.id for table in self.tables]
        for name in ids:
            if ids.count(name) > 1:
                raise ValueError(f"two fields have the id '{name}'")
        return self
