"""By when something about a case is to be done, by the policy in `limits.yaml`. Pure."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path

from pydantic import Field

from assessments.cases.standing import Kind, Phase, Stage, Standing
from assessments.dated_policy import Dated, Strict, in_force, read_versions
from assessments.working_days import working_days_after

FILE = Path(__file__).parent / "limits.yaml"


class KindLimits(Strict):
    """The limits of one kind of case, in working days."""

    lodge: int | None = Field(default=None, gt=0)
    answer: dict[Stage, int]
    further: int = Field(gt=0)
    put: int = Field(default=5, gt=0)
    respond: int = Field(default=10, gt=0)


class Limits(Dated):
    """One version of what `limits.yaml` says."""

    appeal: KindLimits
    complaint: KindLimits
    adjustment: KindLimits
    consideration: KindLimits
    malpractice: KindLimits
    maladministration: KindLimits

    def of(self, kind: Kind) -> KindLimits:
        """The limits of a kind of case."""
        limits: KindLimits = getattr(self, kind.value)
        return limits


@lru_cache
def versions() -> tuple[Limits, ...]:
    """Every version that ships with the product, earliest first."""
    return read_versions(FILE, Limits)


def limits_on(day: date, kind: Kind) -> KindLimits:
    """The limits in force on a day."""
    return in_force(versions(), day).of(kind)


def due_on(now: Standing, *, today: date) -> date | None:
    """By when what a case waits for is to be done, if it began to wait today; None when it waits for nothing.

    After an answer, the last day on which it can be taken further, or appealed against; none after the awarding body’s.
    """
    limits = limits_on(today, now.kind)
    match now.phase:
        case Phase.TO_PUT:
            return working_days_after(today, limits.put)
        case Phase.RESPONSE:
            return working_days_after(today, limits.respond)
        case Phase.ANSWER:
            return working_days_after(today, limits.answer[now.stage])
        case Phase.ANSWERED if not now.is_last_word:
            return working_days_after(today, limits.further)
        case _:
            return None


def last_day_to_appeal(decided_on: date) -> date:
    """The last day on which a decision can be appealed against."""
    lodge = limits_on(decided_on, Kind.APPEAL).lodge or 1
    return working_days_after(decided_on, lodge)
