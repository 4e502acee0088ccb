"""What an instrument is: questions, their wording and its standing, options and pairs. Pure values, no storage.

An instrument is a YAML file in `instruments/`, read strictly: an unknown key or a repeated code is an error. The order of
options is part of the coding (see `codes.py`), so a published version is never edited; a new version takes a new number.
"""

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


class AnsweredBy(StrEnum):
    """Who answers a questionnaire."""

    PRACTITIONER = "practitioner"
    MANAGER = "manager"
    PARTICIPANT = "participant"
    """Of a focus group."""
    PARENT = "parent"


class WaveKind(StrEnum):
    """When a questionnaire is asked, counted from the course, or of whom."""

    PRE = "pre"
    POST = "post"
    ONE_MONTH = "one_month"
    THREE_MONTHS = "three_months"
    MANAGER = "manager"
    FOCUS_GROUP = "focus_group"
    PARENT_START = "parent_start"
    PARENT_END = "parent_end"

    @property
    def answered_by(self) -> AnsweredBy:
        """Who answers. A practitioner's waves pair with each other, a parent's two with each other, and nothing else."""
        return _NOT_BY_PRACTITIONERS.get(self, AnsweredBy.PRACTITIONER)


_NOT_BY_PRACTITIONERS: Mapping[WaveKind, AnsweredBy] = MappingProxyType(
    {
        WaveKind.MANAGER: AnsweredBy.MANAGER,
        WaveKind.FOCUS_GROUP: AnsweredBy.PARTICIPANT,
        WaveKind.PARENT_START: AnsweredBy.PARENT,
        WaveKind.PARENT_END: AnsweredBy.PARENT,
    }
)
BY_PRACTITIONERS = tuple(kind for kind in WaveKind if kind.answered_by is AnsweredBy.PRACTITIONER)
STUDY = (WaveKind.PRE, WaveKind.POST)
"""The two waves of the 2010-11 study: what its codebook, its files and its published figures are about."""


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
        _refuse_repeats(f"option of {self.code}", [option.code for option in self.options])
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


class Section(Strict):
    """One screen of a questionnaire; with `asked_if`, one that not everybody meets."""

    title: Text
    lead: Text
    items: tuple[Item, ...] = Field(min_length=1)
    asked_if: AskedIf | None = None


class Instrument(Strict):
    """One version of a questionnaire.

    Attributes:
        slug: the same for every version.
        number: the version, from 1.
        title: as the person who answers sees it.
        waves: when it may be asked.
        intro: what the first page says.
        source: the study and the file that wording and codes come from.
        scales: shared scales.
        sections: the screens in order.
        derived: variables computed from answers.
    """

    slug: Slug
    number: int = Field(ge=1)
    title: Text
    waves: tuple[Annotated[WaveKind, Field(strict=False)], ...] = Field(min_length=1)
    intro: Text
    source: Text
    scales: tuple[Scale, ...] = ()
    sections: tuple[Section, ...] = Field(min_length=1)
    derived: tuple[Derived, ...] = ()

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """Every question in the order asked."""
        return tuple(item for section in self.sections for item in section.items)

    @cached_property
    def by_code(self) -> dict[str, Item]:
        """Question by its code."""
        return {item.code: item for item in self.items}

    @cached_property
    def written(self) -> tuple[Item, ...]:
        """The questions that are answered in the person's own words, or with a day."""
        return tuple(item for item in self.items if item.is_written)

    @cached_property
    def is_routed(self) -> bool:
        """Whether anything in it depends on an earlier answer."""
        routes = [section.asked_if for section in self.sections] + [item.asked_if for item in self.items]
        return any(route is not None for route in routes)

    @cached_property
    def variables(self) -> tuple[str, ...]:
        """Codes of all variables that are a byte, asked and derived: everything but what is written."""
        asked = tuple(item.code for item in self.items if not item.is_written)
        return asked + tuple(derived.code for derived in self.derived)

    @cached_property
    def _scales(self) -> dict[str, Scale]:
        return {scale.code: scale for scale in self.scales}

    def options_of(self, item: Item) -> tuple[Option, ...]:
        """The options of an item in the order of the coding: its own, its scale's, or its numbers; none if it is written."""
        if item.kind in COUNTED:
            return item.values
        return item.options if item.scale is None else self._scales[item.scale].options

    def apart_of(self, item: Item) -> tuple[str, ...]:
        """Codes of a scale that are not a point on it; empty for items without a scale."""
        return () if item.scale is None else self._scales[item.scale].apart

    @model_validator(mode="after")
    def _names_agree(self) -> Self:
        _refuse_repeats("variable", [*self.variables, *(item.code for item in self.written)])
        _refuse_repeats("scale", [scale.code for scale in self.scales])
        for scale in self.scales:
            _refuse_repeats(f"option of scale {scale.code}", [option.code for option in scale.options])
            _refuse_strangers(f"scale {scale.code}, apart", scale.apart, scale.options)
        known = set(self._scales)
        for item in self.items:
            if item.scale is not None and item.scale not in known:
                raise ValueError(f"{item.code} names the scale {item.scale!r}, which is not in scales")
        for derived in self.derived:
            followed = self.by_code.get(derived.follows)
            if followed is None or followed.kind != "single":
                raise ValueError(
                    f"{derived.code} follows {derived.follows!r}, which is no single-answer item here"
                )
            _refuse_strangers(f"{derived.code}, becomes", derived.becomes, followed.options)
            _refuse_strangers(f"{derived.code}, becomes", derived.becomes.values(), derived.options)
        return self

    @model_validator(mode="after")
    def _routes_lead_forward(self) -> Self:
        earlier: dict[str, Item] = {}
        for section in self.sections:
            self._refuse_route(section.title, section.asked_if, earlier)
            for item in section.items:
                self._refuse_route(item.code, item.asked_if, earlier)
                earlier[item.code] = item
        return self

    def _refuse_route(self, what: str, route: AskedIf | None, earlier: Mapping[str, Item]) -> None:
        if route is None:
            return
        if route.item not in earlier:
            raise ValueError(f"{what} is asked if {route.item}, which is no earlier question")
        item = earlier[route.item]
        if item.is_written:
            raise ValueError(f"{what} is asked if {route.item}, which is answered in writing")
        _refuse_strangers(f"{what}, asked_if", route.codes, self.options_of(item))


def _refuse_repeats(what: str, codes: tuple[str, ...] | list[str]) -> None:
    repeated = sorted({code for code in codes if codes.count(code) > 1})
    if repeated:
        raise ValueError(f"{what} given twice: {', '.join(repeated)}")


def _refuse_strangers(where: str, codes: Iterable[str], options: tuple[Option, ...]) -> None:
    known = {option.code for option in options}
    strangers = [code for code in codes if code not in known]
    if strangers:
        raise ValueError(f"{where}: {', '.join(strangers)} is not among the options")
