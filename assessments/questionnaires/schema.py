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
STUDY = (WaveKind.PRE, WaveKind.POST)
"""The two waves of the 2010-11 study: what its codebook, its files and its published figures are about."""


class Standing(StrEnum):
    """How far a wording is known to be the one that the study printed."""

    VERBATIM = "verbatim"
    RECONSTRUCTED = "reconstructed"
    INFERRED = "inferred"


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


class Item(Strict):
    """One question.

    Attributes:
        code: the variable in files, the codebook and exports; the same in every version of an instrument.
        kind: `single` (one of a list), `multiple` (ticks) or `likert` (a statement with a scale).
        wording: the question as asked.
        standing: whether the wording was printed, reconstructed or inferred.
        source: where in the report the wording comes from, or what it was reconstructed from.
        label: the name of the variable in tables, where it differs from the wording.
        hint: a line of help under the question.
        optional: true where the person is told that the question may be passed over.
        special_category: true for data that UK GDPR article 9 protects; such answers are stored apart.
        options: the answers of `single` and `multiple`.
        scale: the scale of a `likert` item.
        pair: the item of the other wave that this one is compared with.
    """

    code: Code
    kind: Literal["single", "multiple", "likert"]
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

    @model_validator(mode="after")
    def _answers_fit_the_kind(self) -> Self:
        if self.kind == "likert":
            if self.scale is None or self.options:
                raise ValueError("a likert item names a scale and lists no options of its own")
        elif self.scale is not None or not self.options:
            raise ValueError("a single or multiple item lists its options and names no scale")
        if self.kind == "multiple" and len(self.options) > MOST_TICKS:
            raise ValueError(
                f"a multiple item has at most {MOST_TICKS} options, so that its ticks fit one byte"
            )
        if self.special_category and not self.optional:
            raise ValueError("a special-category item must be optional")
        _refuse_repeats(f"option of {self.code}", [option.code for option in self.options])
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
    """One screen of a questionnaire."""

    title: Text
    lead: Text
    items: tuple[Item, ...] = Field(min_length=1)


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
    def variables(self) -> tuple[str, ...]:
        """Codes of all variables, asked and derived."""
        return tuple(item.code for item in self.items) + tuple(derived.code for derived in self.derived)

    @cached_property
    def _scales(self) -> dict[str, Scale]:
        return {scale.code: scale for scale in self.scales}

    def options_of(self, item: Item) -> tuple[Option, ...]:
        """The options of an item, from its scale where it has one, in the order of the coding."""
        return item.options if item.scale is None else self._scales[item.scale].options

    def apart_of(self, item: Item) -> tuple[str, ...]:
        """Codes of a scale that are not a point on it; empty for items without a scale."""
        return () if item.scale is None else self._scales[item.scale].apart

    @model_validator(mode="after")
    def _names_agree(self) -> Self:
        _refuse_repeats("variable", self.variables)
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


def _refuse_repeats(what: str, codes: tuple[str, ...] | list[str]) -> None:
    repeated = sorted({code for code in codes if codes.count(code) > 1})
    if repeated:
        raise ValueError(f"{what} given twice: {', '.join(repeated)}")


def _refuse_strangers(where: str, codes: Iterable[str], options: tuple[Option, ...]) -> None:
    known = {option.code for option in options}
    strangers = [code for code in codes if code not in known]
    if strangers:
        raise ValueError(f"{where}: {', '.join(strangers)} is not among the options")
