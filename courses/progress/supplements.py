"""What other floors add to a practitioner's first page. Pure.

A referral or an open questionnaire belongs on that page, but the rooms that know of them stand above this one. The
roof gathers them and leaves one function under `EXTENSION`; here is only the shape of its answer.
"""

from collections.abc import Callable
from dataclasses import dataclass

EXTENSION = "courses.learner-supplements"
"""Where the roof puts its `Supplier`: `app.extensions[EXTENSION] = supplier`."""


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
