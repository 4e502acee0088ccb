"""Who is asked what, where they stand with it, and under which pseudonyms their answers are kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from assessments.questionnaires import pseudonyms
from assessments.questionnaires.codes import Answer
from assessments.questionnaires.models import PersonalLink, Wave
from assessments.questionnaires.pseudonyms import Purpose
from assessments.questionnaires.schema import AnsweredBy, Instrument
from assessments.questionnaires.written import Written
from courses.cohorts.models import Enrolment
from lms.core import keys
from lms.core.errors import Conflict

Given = Answer | Written
"""What may be said in answer to a question: by choosing, or in writing."""

SHEET = "sheet"
"""Begins the words that tell apart people whose forms on paper bear no code; the number of the sheet follows."""
KEY_CHANGED = (
    "We cannot open your answers just now: the key that protects them is not the one they were made with. "
    "Nothing is lost and nobody has seen them. Ring your training provider."
)


# a practitioner without an enrolment is one whose form on paper bears no code
_PURPOSES = {
    AnsweredBy.PRACTITIONER: Purpose.PAPER,
    AnsweredBy.MANAGER: Purpose.MANAGER,
    AnsweredBy.PARTICIPANT: Purpose.PARTICIPANT,
    AnsweredBy.PARENT: Purpose.PARENT,
}


class Standing(StrEnum):
    """Where one person's questionnaire stands today; what waits for them comes first."""

    STARTED = "started"
    OPEN = "open"
    NOT_YET = "not-yet"
    FINISHED = "finished"
    KEPT = "kept"
    MISSED = "missed"

    @property
    def may_answer(self) -> bool:
        """Whether answers may be given or changed."""
        return self in {Standing.OPEN, Standing.STARTED, Standing.FINISHED}


@dataclass(frozen=True)
class Asked:
    """One wave as one person who is asked meets it.

    Attributes:
        wave: what is asked of a cohort, and when.
        enrolment: a practitioner's place on the course; None for anybody else.
        instrument: the questions, in the version that the wave pins.
        who: for anybody but a practitioner, the words that tell them from others of the same wave, such as a reference
            that cannot be guessed; a parent's are the same at the start and at the end, so that the two pair.
        link: the personal link by which they came; None for who is signed in.
    """

    wave: Wave
    enrolment: Enrolment | None
    instrument: Instrument
    who: tuple[str, ...] = ()
    link: PersonalLink | None = None

    @property
    def by_link(self) -> bool:
        """Whether the person came by a personal link, which stands for them in this wave and nowhere else."""
        return self.link is not None


def standing_of(opens_on: date, closes_on: date, *, started: bool, complete: bool, today: date) -> Standing:
    """Where a questionnaire stands, from its days and from what there is of the person's response."""
    if today < opens_on:
        return Standing.NOT_YET
    if today > closes_on:
        return Standing.KEPT if started else Standing.MISSED
    if complete:
        return Standing.FINISHED
    return Standing.STARTED if started else Standing.OPEN


def pseudonym_of(enrolment_ref: str, key_check: str) -> str:
    """The pseudonym of an enrolment's responses.

    Raises:
        Conflict: the key in use is not the one with which the cohort's responses pair.
    """
    _require_key(key_check)
    return pseudonyms.derive(keys.response_key(), Purpose.ENROLMENT, enrolment_ref)


def own_pseudonym(asked: Asked) -> str:
    """The pseudonym of the response of whoever is asked; a purpose of its own for each sort of people.

    Raises:
        Conflict: as `pseudonym_of`.
        ValueError: a practitioner's wave without an enrolment, or another's with one: two people might share a pseudonym.
    """
    answered_by = asked.wave.kind.answered_by
    if asked.enrolment is not None and answered_by is AnsweredBy.PRACTITIONER:
        return pseudonym_of(asked.enrolment.ref, asked.wave.key_check)
    is_on_paper = asked.who[:1] == (SHEET,)
    if (
        asked.enrolment is not None
        or not asked.who
        or (answered_by is AnsweredBy.PRACTITIONER and not is_on_paper)
    ):
        raise ValueError(f"a wave of kind {asked.wave.kind} is answered by a {answered_by}")
    _require_key(asked.wave.key_check)
    return pseudonyms.derive(keys.response_key(), _PURPOSES[answered_by], *asked.who)


def _require_key(key_check: str) -> None:
    if pseudonyms.check_value(keys.response_key()) != key_check:
        raise Conflict(KEY_CHANGED)


def special_pseudonym(response_id: str) -> str:
    """The pseudonym under which the special-category answers of a response are kept."""
    return pseudonyms.derive(keys.response_key(), Purpose.SPECIAL, response_id)


def special_pseudonyms(response_ids: Iterable[str]) -> list[str]:
    """`special_pseudonym` of each of many responses."""
    return pseudonyms.derive_each(keys.response_key(), Purpose.SPECIAL, response_ids)


def written_pseudonym(response_id: str, item: str) -> str:
    """The pseudonym under which the written answer to one question of a response is kept."""
    return pseudonyms.derive(keys.response_key(), Purpose.WRITTEN, response_id, item)
