"""What a unit is: learning outcomes, assessment criteria and the rules its evidence must keep.

Units are data (`assessments/portfolio/units/*.yaml`), read strictly: an unknown key is an error. The descriptions of the
fields are the manual of whoever writes a unit.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cached_property
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


def criterion_order(ref: str) -> tuple[int, ...]:
    """The place of a criterion among others: 2.10 comes after 2.9."""
    return tuple(int(part) for part in ref.split("."))


class Status(StrEnum):
    """Whose words a unit is written in."""

    CENTRE_DEVISED = "centre-devised"
    """Devised by a centre; not an awarding body's specification."""
    AWARDING_BODYS_TEXT = "awarding-bodys-text"
    """An awarding body's own text."""


class PrinciplesStatus(StrEnum):
    """Whether the principles of a unit are final."""

    DRAFT = "draft"
    FINAL = "final"


class CriterionKind(StrEnum):
    """What a criterion asks a practitioner to show."""

    KNOWLEDGE = "knowledge"
    PERFORMANCE = "performance"


class EvidenceKind(StrEnum):
    """The kinds of evidence an assessor accepts."""

    REFLECTIVE_ACCOUNT = "reflective-account"
    WORK_PRODUCT = "work-product"
    WITNESS_TESTIMONY = "witness-testimony"
    OBSERVATION = "observation"
    PROFESSIONAL_DISCUSSION = "professional-discussion"
    QUESTIONS = "questions"
    SEEN_IN_WORKPLACE = "seen-in-workplace"
    PRIOR_LEARNING = "prior-learning"

    @property
    def words(self) -> str:
        """The name of the kind as everybody reads it, whoever's work it is."""
        return KIND_WORDS[self][0]

    @property
    def meaning(self) -> str:
        """One line that says to its author what the kind is."""
        return KIND_WORDS[self][1]

    @property
    def meaning_to_assessor(self) -> str:
        """One line that says to an assessor what the kind is."""
        return KIND_WORDS[self][2]


KIND_WORDS = {
    EvidenceKind.REFLECTIVE_ACCOUNT: (
        "Reflective account",
        "what you did, why, and what you learned",
        "what they did, why, and what they learned",
    ),
    EvidenceKind.WORK_PRODUCT: (
        "Something from work",
        "a plan, a letter or a photo, with names covered",
        "a plan, a letter or a photo of theirs, with names covered",
    ),
    EvidenceKind.WITNESS_TESTIMONY: (
        "Witness statement",
        "what somebody saw you do, signed and dated",
        "what somebody saw them do, signed and dated",
    ),
    EvidenceKind.OBSERVATION: (
        "Observation",
        "your assessor or an expert watched you work",
        "you or an expert watched them work",
    ),
    EvidenceKind.PROFESSIONAL_DISCUSSION: (
        "Professional discussion",
        "notes of a talk with your assessor",
        "notes of a talk between you",
    ),
    EvidenceKind.QUESTIONS: (
        "Questions and answers",
        "your answers to your assessor's questions",
        "their answers to your questions",
    ),
    EvidenceKind.SEEN_IN_WORKPLACE: (
        "Seen in the workplace",
        "what cannot leave it: what it is, where, and who saw it there",
        "what cannot leave it: what it is, where, and who saw it there",
    ),
    EvidenceKind.PRIOR_LEARNING: (
        "Learning before this course",
        "what you learned, when, and its certificate",
        "what they learned, when, and its certificate",
    ),
}


class Strict(BaseModel):
    """A part of a unit: frozen, and closed to keys that are not named here."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Principle(Strict):
    """A principle of practice that criteria may serve."""

    slug: str = Field(pattern=r"^[a-z]+(-[a-z]+)*$", description="how criteria refer to it")
    title: str = Field(min_length=1, description="the principle in a few words")


class Criterion(Strict):
    """One thing that a practitioner must show."""

    ref: str = Field(pattern=r"^[1-9]\d*\.[1-9]\d*$", description="outcome and place in it, as 3.1")
    wording: str = Field(min_length=1, description="the specification's own words")
    plain: str = Field(min_length=1, description="the same in plain words, as the page's heading")
    shows: str = Field(min_length=1, description="what would show it, for somebody who looks at her own work")
    kind: CriterionKind = Field(description="knowledge, or performance in real work")
    nine_cs: tuple[str, ...] = Field(default=(), description="which of the unit's C's it serves")
    principles: tuple[str, ...] = Field(default=(), description="slugs of the principles it serves")
    best_evidence: tuple[EvidenceKind, ...] = Field(
        min_length=1, description="kinds that suit it, best first"
    )

    @property
    def outcome(self) -> int:
        """The number of the outcome that the criterion belongs to."""
        return int(self.ref.split(".")[0])


class Outcome(Strict):
    """A learning outcome and its criteria."""

    number: int = Field(ge=1, description="its place in the unit, from 1")
    wording: str = Field(min_length=1, description="the specification's own words")
    short: str = Field(min_length=1, max_length=40, description="a heading of a few plain words")
    criteria: tuple[Criterion, ...] = Field(min_length=1)


class ObservationRule(Strict):
    """How much of the work somebody must have seen."""

    at_least: int = Field(ge=1, description="how many observations")
    outcomes: tuple[int, ...] = Field(min_length=1, description="outcomes that the observations must serve")


class EvidenceRules(Strict):
    """What the evidence of a whole portfolio must keep to. Policy of the unit's version, never of the code."""

    current_years: int = Field(ge=1, description="evidence older than this many years draws a question")
    prior_learning_years: int = Field(
        default=3, ge=1, description="learning before the course that is older than this draws a question"
    )
    families_at_least: int = Field(ge=0, description="how many families, by code, across the portfolio")
    real_work_outcomes: tuple[int, ...] = Field(description="outcomes shown in real work only")
    simulation_accepted: tuple[str, ...] = Field(
        description="criteria of those that a made-up case may serve"
    )
    observation: ObservationRule | None = Field(default=None)
    witness_never_alone: bool = Field(
        description="whether testimony may not be all the evidence of an outcome"
    )
    answer_within_working_days: int = Field(
        ge=1, description="the assessor’s promise, in working days (Monday to Friday without bank holidays)"
    )


class Unit(Strict):
    """A unit that portfolios are assessed against."""

    slug: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    title: str = Field(min_length=1, description="the title as the specification gives it")
    level: int = Field(ge=1, le=8)
    credits: int = Field(ge=1)
    status: Status
    label: str = Field(min_length=1, description="shown wherever the unit's words are shown: whose they are")
    source: str = Field(min_length=1, description="where the wording comes from")
    reference_number: str | None = Field(
        pattern=r"^[A-Z]/\d{3}/\d{4}$", description="the awarding body's; empty until it is supplied"
    )
    belongs_to: str = Field(min_length=1, description="the qualification that the unit is part of")
    nine_cs: tuple[str, ...] = Field(default=(), description="the course's words that criteria may serve")
    principles: tuple[Principle, ...] = Field(default=())
    principles_status: PrinciplesStatus = Field(
        default=PrinciplesStatus.DRAFT, description="draft when they were never made final"
    )
    outcomes: tuple[Outcome, ...] = Field(min_length=1)
    evidence_rules: EvidenceRules

    @cached_property
    def criteria(self) -> Mapping[str, Criterion]:
        """Every criterion by its reference, in the unit's order."""
        return {criterion.ref: criterion for outcome in self.outcomes for criterion in outcome.criteria}

    def outcome_of(self, ref: str) -> Outcome:
        """The outcome that a criterion belongs to.

        Raises:
            KeyError: the unit has no such criterion.
        """
        number = self.criteria[ref].outcome
        return next(outcome for outcome in self.outcomes if outcome.number == number)

    def needs_real_work(self, ref: str) -> bool:
        """Whether a made-up case cannot serve a criterion."""
        rules = self.evidence_rules
        return self.criteria[ref].outcome in rules.real_work_outcomes and ref not in rules.simulation_accepted

    @model_validator(mode="after")
    def _agree_with_itself(self) -> Self:
        """Name every reference inside the unit that leads nowhere, all at once."""
        faults = [*self._status_faults(), *self._numbering_faults(), *self._reference_faults()]
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def _status_faults(self) -> Iterable[str]:
        if self.status is Status.CENTRE_DEVISED and self.reference_number is not None:
            yield "a centre's own words have no reference number: only an awarding body gives one"

    def _numbering_faults(self) -> Iterable[str]:
        for place, outcome in enumerate(self.outcomes, start=1):
            if outcome.number != place:
                yield f"outcome {outcome.number} stands in place {place}"
            for number, criterion in enumerate(outcome.criteria, start=1):
                if criterion.ref != f"{outcome.number}.{number}":
                    yield f"criterion {criterion.ref} stands in the place of {outcome.number}.{number}"

    def _reference_faults(self) -> Iterable[str]:
        slugs = {principle.slug for principle in self.principles}
        for slug, times in Counter(principle.slug for principle in self.principles).items():
            if times > 1:
                yield f"principle {slug} is given {times} times"
        for criterion in self.criteria.values():
            yield from (
                f"{criterion.ref}: no principle {slug}" for slug in criterion.principles if slug not in slugs
            )
            yield from (
                f"{criterion.ref}: no C {word}" for word in criterion.nine_cs if word not in self.nine_cs
            )
        numbers = {outcome.number for outcome in self.outcomes}
        rules = self.evidence_rules
        observed = rules.observation.outcomes if rules.observation else ()
        yield from (
            f"evidence rules: no outcome {n}"
            for n in (*rules.real_work_outcomes, *observed)
            if n not in numbers
        )
        yield from (
            f"evidence rules: no criterion {r}" for r in rules.simulation_accepted if r not in self.criteria
        )

    def document(self) -> dict[str, Any]:
        """The unit as plain data, to be stored as a version."""
        return self.model_dump(mode="json")

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """Read a unit from plain data, strictly.

        Raises:
            pydantic.ValidationError: naming every fault.
        """
        return cls.model_validate_json(json.dumps(document))
