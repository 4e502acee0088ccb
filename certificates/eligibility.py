"""What still stands between somebody and a certificate: reasons in words, none when it can be issued. Pure.

A reason is written for the provider administrator and is fair to show to the practitioner: it says how things are and what
would change them, and never how anybody feels about it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from certificates.facts import in_hours, long_date


@dataclass(frozen=True, slots=True, kw_only=True)
class Attended:
    """What the register and the enrolment say of somebody. Minutes are taught minutes."""

    is_enrolled: bool
    had: int
    needed: int
    taught: int
    ends_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessed:
    """What marking and quality assurance say of somebody's portfolio; no criteria when there is no portfolio.

    `holds` are sentences: what of it is on hold, and why.
    """

    is_enrolled: bool
    seeks_accreditation: bool
    criteria: int
    met: int
    is_accepted: bool
    name_is_confirmed: bool
    holds: tuple[str, ...] = ()


LEFT = "Has left the cohort."


def attendance(attended: Attended, *, today: date) -> tuple[str, ...]:
    """Why a certificate of attendance cannot be issued today; empty when it can.

    It asks for the taught hours that the course itself asks for (27 of 30, say) and for the course to be over, so that
    the hours in print are the last word.
    """
    reasons: list[str] = []
    if not attended.is_enrolled:
        reasons.append(LEFT)
    if attended.had < attended.needed:
        had, taught, needed = map(in_hours, (attended.had, attended.taught, attended.needed))
        reasons.append(f"Has {had} of {taught} taught hours. A certificate asks for {needed}.")
    if today < attended.ends_on:
        reasons.append(f"The course runs until {long_date(attended.ends_on)}.")
    return tuple(reasons)


def unit(assessed: Assessed) -> tuple[str, ...]:
    """Why a record of achievement cannot be issued today; empty when it can.

    It asks that accreditation is sought, that every criterion is met, that an IQA has accepted the unit, that nothing of
    it is on hold, and that the practitioner has confirmed how their name is to be printed.
    """
    if not assessed.is_enrolled:
        return (LEFT,)
    if not assessed.seeks_accreditation:
        return ("Does not seek accreditation.",)
    if not assessed.criteria:
        return ("Has not begun a portfolio.",)
    reasons: list[str] = []
    if assessed.met < assessed.criteria:
        reasons.append(f"Has {assessed.met} of {assessed.criteria} criteria met.")
    elif not assessed.is_accepted:
        reasons.append("Every criterion is met. An IQA has yet to accept the unit.")
    reasons.extend(assessed.holds)
    if not assessed.name_is_confirmed:
        reasons.append("Has yet to confirm how their name is to be printed.")
    return tuple(reasons)


def claim(assessed: Assessed, *, is_signed_off: bool, in_force: bool, said: str) -> tuple[str, ...]:
    """Why the credit of a unit cannot be claimed today; empty when it can.

    It asks for all that a record of achievement asks for, and for one of two things: that an external quality assurer has signed
    this portfolio off, or that direct claims are in force on this day.

    Args:
        assessed: what marking and quality assurance say.
        is_signed_off: whether a visitor has signed the portfolio off as it is decided now.
        in_force: whether direct claims are in force today.
        said: how direct claims stand, in a sentence.
    """
    reasons = list(unit(assessed))
    if not is_signed_off and not in_force:
        reasons.append(
            f"Waits for a visit: no external quality assurer has signed off what is decided in it now. {said}"
        )
    return tuple(reasons)
