"""Personal codes for paper: what somebody writes on each of their forms, so that the forms pair without a name on them.

A code is worked out from the person's place on the course with the key of the pseudonyms, and is never stored. It is short
enough to copy by hand, so it is looked for among the people of one cohort only.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from assessments.questionnaires import pseudonyms
from assessments.questionnaires.paper_models import LETTERS, NUMBER_LENGTH, PaperHand, PaperTask
from assessments.questionnaires.pseudonyms import Purpose
from courses.cohorts.models import Cohort, Enrolment, EnrolmentStatus
from lms.core import audit, keys
from lms.core.access import Actor, Reach
from lms.core.audit import Act
from lms.core.errors import Refused
from lms.core.extensions import db
from lms.people.models import User


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


def refuse(cohort_id: int, task: PaperTask, *, by: Actor) -> None:
    """Say why somebody may not take on a part of the work with a cohort's paper; nothing when they may.

    Raises:
        Refused: they do the other part already.
    """
    hand = db.session.get(PaperHand, (cohort_id, by.id))
    if hand is not None and hand.task is not task:
        raise Refused(HAS_CODES if task is PaperTask.KEYING else HAS_KEYED)


def take_on(cohort_id: int, task: PaperTask, *, by: Actor) -> None:
    """Note what somebody does with the paper of a cohort.

    Raises:
        Refused: as `refuse`.
    """
    refuse(cohort_id, task, by=by)
    if db.session.get(PaperHand, (cohort_id, by.id)) is None:
        db.session.add(PaperHand(cohort_id=cohort_id, user_id=by.id, task=task))
        db.session.flush()


HAS_CODES = (
    "You printed the list that says whose code is whose, so somebody else keys the forms of this cohort. "
    "Nobody may see both."
)
HAS_KEYED = (
    "You have keyed forms of this cohort, so somebody else prints the list of codes. Nobody may see both. "
    "People also find their code on their own page of questionnaires."
)


def list_codes(cohort: Cohort, *, by: Actor) -> Sequence[tuple[str, str]]:
    """Names and codes of a cohort's people, to be cut into slips and handed out; by name.

    Raises:
        Refused: the person keys this cohort's forms.
    """
    take_on(cohort.id, PaperTask.CODES, by=by)
    people = db.session.execute(
        select(User.name, Enrolment.ref)
        .join(User, User.id == Enrolment.user_id)
        .where(Enrolment.cohort_id == cohort.id, Enrolment.status == EnrolmentStatus.ACTIVE)
        .order_by(User.name, Enrolment.id)
    ).all()
    audit.record(
        Act.PAPER_CODES_PRINTED, by=by, on=cohort, organisation_id=cohort.provider_id, people=len(people)
    )
    return [(name, code_of(ref)) for name, ref in people]
