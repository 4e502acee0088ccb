"""What an instrument is: questions, their wording and its standing, options and pairs. Pure values, no storage.

An instrument is a YAML file in `instruments/`, read strictly: an unknown key or a repeated code is an error. The order of
options is part of the coding (see `codes.py`), so a published version is never edited; a new version takes a new number.
"""

from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import Annotated, Self

from pydantic import Field, model_validator

from assessments.questionnaires.items import (
    COUNTED,
    AskedIf,
    Derived,
    Item,
    Option,
    Scale,
    Slug,
    Strict,
    Text,
    refuse_repeats,
    refuse_strangers,
)


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
        refuse_repeats("variable", [*self.variables, *(item.code for item in self.written)])
        refuse_repeats("scale", [scale.code for scale in self.scales])
        for scale in self.scales:
            refuse_repeats(f"option of scale {scale.code}", [option.code for option in scale.options])
            refuse_strangers(f"scale {scale.code}, apart", scale.apart, scale.options)
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
            refuse_strangers(f"{derived.code}, becomes", derived.becomes, followed.options)
            refuse_strangers(f"{derived.code}, becomes", derived.becomes.values(), derived.options)
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
        refuse_strangers(f"{what}, asked_if", route.codes, self.options_of(item))
