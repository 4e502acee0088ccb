"""What other floors add to a practitioner's first page, and to the page of what a cohort completed. Pure.

A referral or an open questionnaire belongs on the one, portfolios and certificates on the other, but the rooms that know
of them stand above this one. The roof gathers them and leaves a function under each name; here is only the shape of its
answer.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass

EXTENSION = "courses.learner-supplements"
"""Where the roof puts its `Supplier`: `app.extensions[EXTENSION] = supplier`."""
COHORT_EXTENSION = "courses.cohort-supplements"
"""Where the roof puts its `CohortSupplier`."""


@dataclass(frozen=True, slots=True)
class Errand:
    """Something to do, in words ready for the page.

    Attributes:
        title: What it is; for a next step it starts with a verb.
        text: One or two sentences.
        href: Where it is done.
        action: What the link says.
        by: By when, such as "By Tuesday 10 March"; None when there is no date.
    """

    title: str
    text: str
    href: str
    action: str
    by: str | None = None


@dataclass(frozen=True, slots=True)
class CriteriaCount:
    """How far a portfolio is.

    Attributes:
        met: Criteria decided as met.
        with_evidence: Criteria with any evidence, the met ones among them.
        total: All criteria of the unit.
    """

    met: int
    with_evidence: int
    total: int


@dataclass(frozen=True, slots=True)
class Supplements:
    """All that is added.

    Attributes:
        first: What comes before the course's own next step, such as an open questionnaire.
        needs: What a person waits for, such as a referral; the page shows two at most.
        criteria: The portfolio's count; None for who does not go for credit.
    """

    first: Errand | None = None
    needs: tuple[Errand, ...] = ()
    criteria: CriteriaCount | None = None


Supplier = Callable[[int], Supplements]
"""Given the id of an enrolment."""


@dataclass(frozen=True, slots=True)
class Reached:
    """How many of a cohort have got how far.

    Attributes:
        count: Those who have.
        of: Those who can.
        label: What they have, after the figure: "have met every criterion".
        hint: A few words more; None for none.
    """

    count: int
    of: int
    label: str
    hint: str | None = None


CohortSupplier = Callable[[Collection[int]], tuple[Reached, ...]]
"""Given the ids of the enrolments that a cohort has today."""
