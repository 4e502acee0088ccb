"""How closely an assessor is looked at: worked out from dated facts by policy, each fact with what it adds. Pure.

A risk is suggested; an IQA confirms it or says otherwise with a reason. What they said stands until it is too old, or
until the facts ask for more than they did when it was said.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

from scipy.special import ndtri

from assessments.verification.quality_policy import QualityPolicy, Share
from assessments.verification.sampling import Risk
from lms.core.text import day_year, plural

CONFIDENCE = 0.95
_RANK = {Risk.GREEN: 0, Risk.AMBER: 1, Risk.RED: 2}


@dataclass(frozen=True, slots=True)
class Counted:
    """So many of so many, such as decisions that came back of those looked at."""

    part: int
    of: int


@dataclass(frozen=True, slots=True)
class Developed:
    """How many minutes of professional development are recorded within some months, and the last day of it."""

    minutes: int = 0
    last_on: date | None = None

    @property
    def hours(self) -> str:
        """How long it took, in words."""
        return f"{self.minutes / 60:.3g} {'hour' if self.minutes == 60 else 'hours'}"  # noqa: PLR2004 (an hour)

    @property
    def words(self) -> str:
        """All of it in words, where the months are said beside it."""
        return f"{self.hours}, last on {day_year(self.last_on)}" if self.last_on else "nothing recorded"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an assessor on a day.

    Attributes:
        on: the day.
        qualified_on: when they got their assessor's award; None while in training or when nothing is recorded.
        in_training: whether they are recorded as in training.
        in_role_since: the first day as an assessor of the provider.
        portfolios: how many portfolios they have decided in.
        disagreed: decisions that an IQA did not agree with, of those looked at, within the policy's months.
        late: submissions answered after the promised day or overdue now, of those answered or overdue, within its months.
        returned: how many decisions were returned within the policy's months.
        last_returned_on: the day of the last one.
        overdue: how many actions are past their day.
        new_version: the number of a newer version of the unit that they have been given portfolios on; None when the
            version they decide on is the only one they know.
        on_new_version: how many portfolios they have decided on that version.
        developed: their professional development within the policy's months.
    """

    on: date
    in_role_since: date | None
    qualified_on: date | None = None
    in_training: bool = False
    portfolios: int = 0
    disagreed: Counted = Counted(0, 0)
    late: Counted = Counted(0, 0)
    returned: int = 0
    last_returned_on: date | None = None
    overdue: int = 0
    new_version: int | None = None
    on_new_version: int = 0
    developed: Developed = Developed()


@dataclass(frozen=True, slots=True)
class Contribution:
    """One fact in words, and the points it adds."""

    fact: str
    words: str
    points: int


@dataclass(frozen=True, slots=True)
class Rating:
    """The risk that facts suggest."""

    risk: Risk
    points: int
    contributions: tuple[Contribution, ...]

    @property
    def why(self) -> str:
        """The facts that count, in one line, weightiest first."""
        counting = sorted((one for one in self.contributions if one.points), key=lambda one: -one.points)
        return "; ".join(one.words for one in counting) or "nothing in the facts asks for more"


def rate(facts: Facts, policy: QualityPolicy) -> Rating:
    """The risk that facts suggest by a policy, with what each fact adds."""
    contributions = (
        _standing(facts, policy),
        _time_in_role(facts, policy),
        _developed(facts, policy),
        _portfolios(facts, policy),
        _disagreement(facts, policy),
        _late(facts, policy),
        _returned(facts, policy),
        Contribution(
            "Actions past their day",
            plural(facts.overdue, "action"),
            policy.points.overdue * bool(facts.overdue),
        ),
        _new_version(facts, policy),
    )
    points = sum(one.points for one in contributions)
    bounds = policy.points
    risk = Risk.RED if points >= bounds.red else Risk.AMBER if points >= bounds.amber else Risk.GREEN
    return Rating(risk, points, contributions)


def worse(one: Risk, other: Risk) -> bool:
    """Whether the first risk asks for a closer look than the second."""
    return _RANK[one] > _RANK[other]


def in_force(
    now: Risk,
    *,
    said: Risk | None,
    suggested_then: Risk | None,
    said_on: date | None,
    today: date,
    lasts_months: int,
) -> Risk:
    """The risk that a draw goes by.

    Args:
        now: what the facts suggest today.
        said: what an IQA last said; None when nobody has.
        suggested_then: what the facts suggested when it was said.
        said_on: the day on which it was said.
        today: the present day.
        lasts_months: how long what is said holds.
    """
    if (
        said is None
        or suggested_then is None
        or said_on is None
        or months_before(today, lasts_months) > said_on
    ):
        return now
    if worse(now, suggested_then):
        return now if worse(now, said) else said
    return said


def months_before(day: date, months: int) -> date:
    """The day some months before another; the last of the month where the month has no such day."""
    place = day.year * 12 + day.month - 1 - months
    year, month = divmod(place, 12)
    for number in range(day.day, 0, -1):
        try:
            return date(year, month + 1, number)
        except ValueError:
            continue
    raise AssertionError("every month has a first day")


def likely(counted: Counted) -> tuple[float, float]:
    """The range, each 0 to 1, in which the share lies with 95 per cent confidence.

    Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal of the American
    Statistical Association 22 (1927).

    Raises:
        ValueError: there is nothing to count.
    """
    if counted.of < 1:
        raise ValueError("a share of nothing has no range")
    z, n, p = float(ndtri((1 + CONFIDENCE) / 2)), counted.of, counted.part / counted.of
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return max(middle - half, 0.0), min(middle + half, 1.0)


def _standing(facts: Facts, policy: QualityPolicy) -> Contribution:
    if facts.in_training:
        return Contribution("Qualified", "in training", policy.points.in_training)
    if facts.qualified_on is None:
        return Contribution("Qualified", "nothing recorded", 0)
    return Contribution("Qualified", f"since {day_year(facts.qualified_on)}", 0)


def _time_in_role(facts: Facts, policy: QualityPolicy) -> Contribution:
    rule = policy.points.new_in_role
    if facts.in_role_since is None:
        return Contribution("Time in the role", "nothing recorded", 0)
    is_new = facts.in_role_since > months_before(facts.on, rule.months)
    words = f"assessor here since {day_year(facts.in_role_since)}"
    return Contribution("Time in the role", words, rule.points if is_new else 0)


def _developed(facts: Facts, policy: QualityPolicy) -> Contribution:
    rule = policy.points.development
    words = f"no professional development recorded in {plural(rule.months, 'month')}"
    if facts.developed.last_on is not None:
        last = day_year(facts.developed.last_on)
        words = f"{facts.developed.hours} in {plural(rule.months, 'month')}, last on {last}"
    is_little = facts.developed.minutes < 60 * rule.under_hours
    return Contribution("Professional development", words, rule.points if is_little else 0)


def _portfolios(facts: Facts, policy: QualityPolicy) -> Contribution:
    rule = policy.points.few_portfolios
    words = f"has decided in {plural(facts.portfolios, 'portfolio')} so far"
    return Contribution("Portfolios", words, rule.points if facts.portfolios < rule.under else 0)


def _disagreement(facts: Facts, policy: QualityPolicy) -> Contribution:
    rule = policy.points.disagreement
    words = (
        f"IQAs disagreed with {facts.disagreed.part} of {plural(facts.disagreed.of, 'decision')} looked at"
    )
    return _share("Disagreement", words, facts.disagreed, rule)


def _late(facts: Facts, policy: QualityPolicy) -> Contribution:
    words = f"{facts.late.part} of {plural(facts.late.of, 'answer')} after the promised day"
    return _share("Late feedback", words, facts.late, policy.points.late)


def _share(fact: str, words: str, counted: Counted, rule: Share) -> Contribution:
    if counted.of < rule.at_least:
        return Contribution(fact, f"{words}: too few to say, under {rule.at_least}", 0)
    low, high = likely(counted)
    words = f"{words}, likely between {low:.0%} and {high:.0%}"
    percent = 100 * counted.part / counted.of
    if percent >= rule.much_from_per_cent:
        return Contribution(fact, words, rule.much_points)
    return Contribution(fact, words, rule.points if percent >= rule.from_per_cent else 0)


def _returned(facts: Facts, policy: QualityPolicy) -> Contribution:
    rule = policy.points.returned
    words = f"{plural(facts.returned, 'decision')} came back in {plural(rule.months, 'month')}"
    if facts.last_returned_on is not None:
        words += f", last on {day_year(facts.last_returned_on)}"
    if facts.returned >= rule.many:
        return Contribution("Returned", words, rule.many_points)
    return Contribution("Returned", words, rule.points if facts.returned >= rule.some else 0)


def _new_version(facts: Facts, policy: QualityPolicy) -> Contribution:
    rule = policy.points.new_version
    if facts.new_version is None:
        return Contribution("New version of the unit", "none", 0)
    words = f"version {facts.new_version}: has decided {plural(facts.on_new_version, 'portfolio')} on it"
    return Contribution(
        "New version of the unit", words, rule.points if facts.on_new_version < rule.under else 0
    )
