"""The unique learner number of an enrolment: optional, for the provider's administrators, checked by its last digit."""

from __future__ import annotations

from courses.cohorts.models import Enrolment
from courses.places.uln import tidy_uln, why_not_uln
from lms.core import audit
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.errors import Refused

CHECK_IT = "Check it on the learner's record, or leave it empty."


def set_number(enrolment: Enrolment, text: str, *, by: Actor) -> None:
    """Keep somebody's number; empty, or the ten nines of funding returns, for one that is not known.

    Raises:
        Refused: it is not well formed.
    """
    wrong = why_not_uln(text)
    if wrong is not None:
        raise Refused(f"{wrong}. {CHECK_IT}", field="uln")
    enrolment.uln = tidy_uln(text)
    audit.record(
        Act.LEARNER_NUMBER_CHANGED,
        by=by,
        on=enrolment,
        organisation_id=enrolment.cohort.provider_id,
        is_known=bool(enrolment.uln),
    )
