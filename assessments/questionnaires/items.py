"""What a question is: its kind, its wording and how sure that is, its answers. Pure values, no storage."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_]*$", max_length=60)]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Text = Annotated[str, Field(min_length=1)]

MOST_TICKS = 7
"""A question with several answers is one byte, a bit an option; the eighth bit is kept for "I would rather not say"."""
MOST_OPTIONS = 254
"""0 is no answer and 255 is "I would rather not say"."""
MOST_VALUES = 253
"""How many whole numbers a question may offer, from its lowest to its highest."""
MOST_CHARACTERS: Mapping[str, int] = MappingProxyType({"text": 200, "long_text": 4_000})
"""How long a written answer may be, by kind of question."""

Kind = Literal["single", "multiple", "likert", "scale", "number", "date", "text", "long_text"]
WRITTEN: frozenset[Kind] = frozenset({"date", "text", "long_text"})
"""Kinds whose answers are kept each for itself and never among the bytes of a response."""
COUNTED: frozenset[Kind] = frozenset({"scale", "number"})
"""Kinds whose answers are whole numbers from a lowest to a highest."""


class Standing(StrEnum):
    """How far a wording is known to be the one that the study printed."""

    VERBATIM = "verbatim"
    RECONSTRUCTED = "reconstructed"
    INFERRED = "inferred"
    NEW = "new"
    """The study did not ask this; the wording is ours."""


class Strict(BaseModel):
    """Base of every description: frozen, and an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Option(Strict):
    """One answer of a question.

    Attributes:
        code: the code in files and exports.
        label: the words on screen and in tables.
        asked: false for a code that only older files carry ("more than one answer"); it is read but never offered.
        declines: true for the option that means "I would rather not say" where the study counted it as an answer.
    """

    code: Code
    label: Text
    asked: bool = True
    declines: bool = False


class Scale(Strict):
    """Options shared by many statements, in the codebook's order (strongest agreement first).

    Attributes:
        code: the name that items use.
        options: the answers; their order is the coding.
        apart: codes shown away from the scale because they are not a point on it ("no impact").
    """

    code: Slug
    options: tuple[Option, ...] = Field(min_length=2, max_length=MOST_OPTIONS)
    apart: tuple[Code, ...] = ()


class AskedIf(Strict):
    """When a question or a part is asked at all: an earlier question has one of some answers.

    Attributes:
        item: that question; it is answered by choosing.
        codes: the answers (`is` in files); for several ticks, any of them.
    """

    item: Code
    codes: tuple[Code, ...] = Field(alias="is", min_length=1)


class Item(Strict):
    """One question.

    Attributes:
        code: the variable in files, the codebook and exports; the same in every version of an instrument.
        kind: `single` (one of a list), `multiple` (ticks), `likert` (a statement with a scale), `scale` (a whole number from
            0 or 1 to 10, with words for both ends), `number` (a whole number with a unit), `date` (a day), `text` (a line) or
            `long_text` (several).
        wording: the question as asked.
        standing: whether the wording was printed, reconstructed or inferred.
        source: where in the report the wording comes from, or what it was reconstructed from.
        label: the name of the variable in tables, where it differs from the wording.
        hint: a line of help under the question.
        optional: true where the person is told that the question may be passed over.
        special_category: true for data that UK GDPR article 9 protects; such answers are stored apart.
        options: the answers of `single` and `multiple`.
        scale: the scale of a `likert` item.
        pair: the item of an earlier or later wave that this one is compared with.
        lowest, highest: the ends of a `scale` or `number`, both included.
        lowest_words, highest_words: what the ends of a `scale` mean.
        unit: what a `number` counts ("hours").
        asked_if: on which earlier answer it is asked; always where None.
    """

    code: Code
    kind: Kind
    wording: Text
    standing: Annotated[Standing, Field(strict=False)]
    source: Text
    label: str | None = None
    hint: str | None = None
    optional: bool = False
    special_category: bool = False
    options: tuple[Option, ...] = ()
    scale: Slug | None = None
    pair: Code | None = None
    lowest: int | None = Field(default=None, ge=0)
    highest: int | None = None
    lowest_words: Text | None = None
    highest_words: Text | None = None
    unit: Text | None = None
    asked_if: AskedIf | None = None

    @property
    def is_written(self) -> bool:
        """Whether its answers are kept each for itself and never among the bytes of a response."""
        return self.kind in WRITTEN

    @cached_property
    def values(self) -> tuple[Option, ...]:
        """The whole numbers of a `scale` or `number` as options, lowest first; empty for other kinds."""
        if self.lowest is None or self.highest is None:
            return ()
        return tuple(Option(code=str(each), label=str(each)) for each in range(self.lowest, self.highest + 1))

    @model_validator(mode="after")
    def _answers_fit_the_kind(self) -> Self:
        if (self.kind == "likert") != (self.scale is not None):
            raise ValueError("a likert item, and no other, names a scale")
        if (self.kind in {"single", "multiple"}) != bool(self.options):
            raise ValueError("single and multiple items, and no others, list options")
        if self.kind == "multiple" and len(self.options) > MOST_TICKS:
            raise ValueError(
                f"a multiple item has at most {MOST_TICKS} options, so that its ticks fit one byte"
            )
        refuse_repeats(f"option of {self.code}", [option.code for option in self.options])
        return self

    @model_validator(mode="after")
    def _ends_fit_the_kind(self) -> Self:
        if (self.kind in COUNTED) != (self.lowest is not None and self.highest is not None):
            raise ValueError("scale and number items, and no others, have a lowest and a highest")
        if (self.kind == "scale") != (self.lowest_words is not None and self.highest_words is not None):
            raise ValueError("a scale item, and no other, has words for its lowest and its highest")
        if (self.kind == "number") != (self.unit is not None):
            raise ValueError("a number item, and no other, has a unit")
        if self.kind == "scale" and (self.lowest not in {0, 1} or self.highest != 10):  # noqa: PLR2004
            raise ValueError("a scale item runs from 0 or 1 to 10")
        if self.kind in COUNTED and not 1 < len(self.values) <= MOST_VALUES:
            raise ValueError(f"a number item has from 2 to {MOST_VALUES} values, so that one fits a byte")
        return self

    @model_validator(mode="after")
    def _special_category_stands_apart(self) -> Self:
        if self.special_category and not self.optional:
            raise ValueError("a special-category item must be optional")
        if self.special_category and self.is_written:
            raise ValueError(
                "a special-category item is answered by choosing: written answers name their wave"
            )
        return self


class Derived(Strict):
    """A variable that nobody is asked: it follows from one single-answer item.

    Attributes:
        code: the variable in files, the codebook and exports.
        label: its name in tables.
        follows: the item that it is read from.
        options: its values in the codebook's order.
        becomes: value of the item -> value of this variable; a value that is left out gives a missing one.
    """

    code: Code
    label: Text
    follows: Code
    options: tuple[Option, ...] = Field(min_length=2, max_length=MOST_OPTIONS)
    becomes: dict[Code, Code]


def refuse_repeats(what: str, codes: tuple[str, ...] | list[str]) -> None:
    """Raise ValueError for what is given twice."""
    repeated = sorted({code for code in codes if codes.count(code) > 1})
    if repeated:
        raise ValueError(f"{what} given twice: {', '.join(repeated)}")


def refuse_strangers(where: str, codes: Iterable[str], options: tuple[Option, ...]) -> None:
    """Raise ValueError for codes that no option has."""
    known = {option.code for option in options}
    strangers = [code for code in codes if code not in known]
    if strangers:
        raise ValueError(f"{where}: {', '.join(strangers)} is not among the options")
