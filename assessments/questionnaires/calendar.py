"""When a cohort is asked what, by the policy in `waves.yaml`. Pure: days in, days out."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Literal, NamedTuple, Self

import yaml
from pydantic import Field, model_validator

from assessments.questionnaires.items import Strict
from assessments.questionnaires.schema import WaveKind

FILE = Path(__file__).parent / "waves.yaml"
MONTHS = 12

Kind = Annotated[WaveKind, Field(strict=False)]
Numbers = Annotated[tuple[int, ...], Field(strict=False)]


class Days(NamedTuple):
    """From when until when a wave is open, both days included."""

    opens_on: date
    closes_on: date

    def __contains__(self, day: object) -> bool:
        """Whether a day lies within."""
        return isinstance(day, date) and self.opens_on <= day <= self.closes_on


class Day(Strict):
    """A day, counted from the first or the last on which a cohort meets."""

    counted_from: Literal["first", "last"] = Field(alias="from")
    days: int = 0
    months: int = 0
    not_after: Literal["last"] | None = None

    def of(self, first: date, last: date) -> date:
        """The day for a cohort that meets from `first` to `last`."""
        start = first if self.counted_from == "first" else last
        day = _months_later(start, self.months) + timedelta(days=self.days)
        return min(day, last) if self.not_after else day


class Asking(Strict):
    """One questionnaire that a cohort is asked, and when; one `on_request` is not laid out by itself."""

    kind: Kind
    on_request: bool = False
    opens: Day
    closes: Day


class Reminders(Strict):
    """On which days those who have not answered are written to, and how often at most."""

    after_opening: Numbers
    before_closing: Numbers
    at_most: int = Field(ge=0)


class Policy(Strict):
    """What `waves.yaml` says."""

    waves: Annotated[tuple[Asking, ...], Field(strict=False)]
    in_order: Annotated[tuple[Kind, ...], Field(strict=False)]
    reminders: Reminders
    keyed_within_days: int = Field(ge=0)

    @cached_property
    def by_itself(self) -> frozenset[WaveKind]:
        """The kinds of waves that are laid out with their cohort."""
        return frozenset(asking.kind for asking in self.waves if not asking.on_request)

    @model_validator(mode="after")
    def _each_kind_once(self) -> Self:
        if sorted(asking.kind for asking in self.waves) != sorted(WaveKind):
            raise ValueError("each kind of wave is given once")
        return self


@lru_cache
def policy() -> Policy:
    """The policy that ships with the product."""
    return Policy.model_validate(yaml.safe_load(FILE.read_text(encoding="utf-8")))


def usual_days(first: date, last: date) -> dict[WaveKind, Days]:
    """When each wave of a cohort is open that meets from `first` to `last`."""
    return {
        asking.kind: Days(asking.opens.of(first, last), asking.closes.of(first, last))
        for asking in policy().waves
    }


def reminder_days(days: Days) -> tuple[date, ...]:
    """On which days of a wave reminders go out by themselves, soonest first; none on its first day or after its last."""
    plan = policy().reminders
    after = {days.opens_on + timedelta(days=number) for number in plan.after_opening}
    before = {days.closes_on - timedelta(days=number) for number in plan.before_closing}
    return tuple(sorted(day for day in after | before if day in days and day > days.opens_on))


def moved(standing: Days, wanted: Days, *, today: date) -> Days:
    """Days of a wave after its cohort's calendar has changed: what has opened stays open, and nothing closes in the past."""
    if today > standing.closes_on:
        return standing
    opens_on = wanted.opens_on if today < standing.opens_on else standing.opens_on
    return Days(opens_on, max(wanted.closes_on, opens_on, today))


def overlapping(kind: WaveKind, days: Days, others: dict[WaveKind, Days]) -> WaveKind | None:
    """The wave of the same people that would no longer come wholly before or after this one; None when all is well."""
    order = policy().in_order
    if kind not in order:
        return None
    place = order.index(kind)
    for other, theirs in others.items():
        if other in order[:place] and theirs.closes_on > days.opens_on:
            return other
        if other in order[place + 1 :] and theirs.opens_on < days.closes_on:
            return other
    return None


def _months_later(day: date, months: int) -> date:
    """The same day of a later month, or the last of it where it has none such."""
    years, month = divmod(day.month - 1 + months, MONTHS)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
