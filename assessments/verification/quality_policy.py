"""How assessors are rated and their decisions sampled: policy data with the day from which it holds. Pure.

The versions that ship with the product stand in `quality_policy.yaml`; a provider may have its own (`policies`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from assessments.verification.sampling import Risk, Stage

FILE = Path(__file__).parent / "quality_policy.yaml"


class _Part(BaseModel):
    """A part of the policy: frozen, and closed to keys that are not named here."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Rates(_Part):
    """Per cent of an assessor's portfolios, by risk."""

    red: int = Field(ge=0, le=100)
    amber: int = Field(ge=0, le=100)
    green: int = Field(ge=0, le=100)

    def by_risk(self) -> dict[Risk, int]:
        """The same, for the draw."""
        return {Risk.RED: self.red, Risk.AMBER: self.amber, Risk.GREEN: self.green}


class Recent(_Part):
    """A fact that counts for a time after the start."""

    months: int = Field(ge=1)
    points: int = Field(ge=0)


class Under(_Part):
    """A fact that counts while there are fewer than some."""

    under: int = Field(ge=1)
    points: int = Field(ge=0)


class Share(_Part):
    """A share that counts from a minimum base on, and more where it is large."""

    months: int = Field(ge=1)
    at_least: int = Field(ge=1)
    from_per_cent: int = Field(ge=0, le=100)
    points: int = Field(ge=0)
    much_from_per_cent: int = Field(ge=0, le=100)
    much_points: int = Field(ge=0)


class Returns(_Part):
    """Decisions that came back."""

    months: int = Field(ge=1)
    some: int = Field(ge=1)
    points: int = Field(ge=0)
    many: int = Field(ge=1)
    many_points: int = Field(ge=0)


class Development(_Part):
    """Professional development that counts while less than some hours of it are recorded."""

    months: int = Field(ge=1)
    under_hours: int = Field(ge=1)
    points: int = Field(ge=0)


class Points(_Part):
    """What each fact adds to a risk, and from how many points it is amber or red."""

    amber: int = Field(ge=1)
    red: int = Field(ge=1)
    in_training: int = Field(ge=0)
    new_in_role: Recent
    development: Development
    few_portfolios: Under
    disagreement: Share
    late: Share
    returned: Returns
    overdue: int = Field(ge=0)
    new_version: Under

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.red <= self.amber:
            raise ValueError("red begins at more points than amber")
        return self


class QualityPolicy(_Part):
    """One version of the policy."""

    holds_from: date = Field(alias="from")
    summative: Rates
    interim: Rates
    floor_per_quarter: int = Field(ge=0, le=100)
    cover_within_months: int = Field(ge=1, le=60)
    action_days: int = Field(ge=1, le=365)
    rating_lasts_months: int = Field(ge=1, le=60)
    points: Points

    def rates(self, stage: Stage) -> dict[Risk, int]:
        """Per cent by risk, at a stage."""
        return (self.interim if stage is Stage.INTERIM else self.summative).by_risk()

    def document(self) -> dict[str, Any]:
        """The policy as plain data, to be stored."""
        return self.model_dump(mode="json", by_alias=True)

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """Read a policy from plain data, strictly.

        Raises:
            pydantic.ValidationError: naming every fault.
        """
        return cls.model_validate(document)


@cache
def shipped() -> tuple[QualityPolicy, ...]:
    """The versions that ship with the product, oldest first."""
    document = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    versions = [QualityPolicy.from_document(version) for version in document["versions"]]
    return tuple(sorted(versions, key=lambda one: one.holds_from))


def shipped_on(day: date) -> QualityPolicy:
    """The shipped version that holds on a day; the oldest for days before it."""
    holding = [one for one in shipped() if one.holds_from <= day]
    return holding[-1] if holding else shipped()[0]
