"""Personal codes for paper: what somebody writes on each of their forms, so that the forms pair without a name on them.

A code is worked out from the person's place on the course with the key of the pseudonyms, and is never stored. It is short
enough to copy by hand, so it is looked for among the people of one cohort only.
"""

from __future__ import annotations

from sqlalchemy import select

from assessments.questionnaires import pseudonyms
from assessments.questionnaires.pseudonyms import Purpose
from courses.cohorts.models import Cohort, Enrolment, EnrolmentStatus
from lms.core import keys
from lms.core.access import Reach
from lms.core.extensions import db

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Letters and figures that nobody takes for one another in handwriting: no 0 and O, no 1, I and L."""
NUMBER_LENGTH = 8


def code_of(enrolment_ref: str) -> str:
    """The personal code of somebody's place on the course: 8 letters and figures."""
    number = int(pseudonyms.derive(keys.response_key(), Purpose.PAPER_CODE, enrolment_ref), 16)
    letters: list[str] = []
    for _ in range(NUMBER_LENGTH):
        number, place = divmod(number, len(LETTERS))
        letters.append(LETTERS[place])
    return "".join(letters)


def tidy(text: str) -> str:
    """A number or a code as it was typed, without blanks and hyphens, in capitals."""
    return "".join(letter for letter in text.upper() if letter.isalnum())


def find_enrolment(cohort_id: int, code: str) -> Enrolment | None:
    """Whose code it is, among those who have a place in the cohort; for the machine alone, never shown to who keys."""
    people = db.session.scalars(
        select(Enrolment).where(Enrolment.cohort_id == cohort_id, Enrolment.status == EnrolmentStatus.ACTIVE)
    )
    return next((each for each in people if code_of(each.ref) == code), None)


def own_codes(*, within: Reach) -> list[tuple[str, str]]:
    """The person's own codes: the name of the cohort and the code for it."""
    mine = db.session.execute(
        select(Cohort.name, Enrolment.ref)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(Enrolment.user_id == within.person_id, Enrolment.status == EnrolmentStatus.ACTIVE)
        .order_by(Cohort.starts_on.desc(), Enrolment.id)
    )
    return [(name, code_of(ref)) for name, ref in mine]
