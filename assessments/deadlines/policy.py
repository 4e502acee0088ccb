"""When a portfolio is due and what more time can be given, by the policy in `policy.yaml`. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from pydantic import Field

from assessments.dated_policy import Dated, Strict, in_force, read_versions
from lms.core.text import plural

FILE = Path(__file__).parent / "policy.yaml"
SPECIAL_CONSIDERATION = "special-consideration"


class Reason(Strict):
    """A reason for more time: its words, and the most days that can be given for it."""

    words: str
    most_days: int = Field(gt=0)


class Policy(Dated):
    """One version of what `policy.yaml` says."""

    due_days_after_course: int = Field(gt=0)
    most_days: int = Field(gt=0)
    reasons: dict[str, Reason]

    def due_on(self, course_ends_on: date) -> date:
        """The day a portfolio is due, before any extension."""
        return course_ends_on + timedelta(days=self.due_days_after_course)


@dataclass(frozen=True, slots=True)
class Given:
    """More time that was given: for what reason, and for how many days."""

    reason: str
    days: int


@lru_cache
def policies() -> tuple[Policy, ...]:
    """Every version that ships with the product, earliest first."""
    return read_versions(FILE, Policy)


def policy_for(course_ends_on: date) -> Policy:
    """The version that a cohort goes by."""
    return in_force(policies(), course_ends_on)


def why_not(policy: Policy, given: Sequence[Given], asked: Given) -> str | None:
    """Why more time cannot be given, in words; None when it can.

    Args:
        policy: the version that the cohort goes by.
        given: what was given before.
        asked: what is asked for now.
    """
    reason = policy.reasons.get(asked.reason)
    if reason is None:
        return "Choose one of the reasons."
    if asked.days < 1:
        return "Choose a day after the one it is due on now."
    left = reason.most_days - sum(one.days for one in given if one.reason == asked.reason)
    left_in_all = policy.most_days - sum(one.days for one in given)
    if asked.days > left:
        return f"For “{reason.words}” {_most(left)} This is {plural(asked.days, 'day')}."
    if asked.days > left_in_all:
        return f"In all, {_most(left_in_all)} This is {plural(asked.days, 'day')}."
    return None


def _most(days: int) -> str:
    return f"{plural(days, 'more day')} can be given." if days > 0 else "no more time can be given."
