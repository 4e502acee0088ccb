"""Asking people: each is written to once, with a personal link that opens this questionnaire and nothing else.

The letters are forgotten once they are sent. They hold the link, and a reminder that is kept would say who had not answered
by which day.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, and_, select

from assessments.questionnaires import service
from assessments.questionnaires.asking.counts import answered_before
from assessments.questionnaires.models import Invitation, OutsideInvitation, PersonalLink, Wave
from assessments.questionnaires.schema import BY_PRACTITIONERS
from courses.cohorts import letters
from courses.cohorts.models import Enrolment, EnrolmentStatus
from lms.core import audit, clock, keys
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.errors import Refused
from lms.core.extensions import db
from lms.core.model import new_ref
from lms.people import queries as people
from lms.people.models import User

ASKED = "assessments/mail/questionnaire"
REMINDED = "assessments/mail/questionnaire_reminder"
MOST_AT_ONCE = 60


@dataclass(frozen=True, slots=True)
class Addressee:
    """Somebody who is asked and has not answered.

    Attributes:
        enrolment_id, outside_id: which of the two they are; the other is None.
        name, email: whom to write to.
        link: what they were sent; None for who has not been written to.
    """

    enrolment_id: int | None
    outside_id: int | None
    name: str
    email: str
    link: PersonalLink | None


def ask_everybody(wave: Wave) -> int:
    """Write to everybody of an open wave who has not been written to. Safe to repeat.

    Returns:
        How many letters were written.
    """
    if wave.kind in BY_PRACTITIONERS:
        service.invite(wave, by=None)
    new = [each for each in list_unanswered(wave) if each.link is None]
    for each in new:
        _write(wave, each, ASKED)
    return len(new)


def remind(wave: Wave, addressees: Iterable[Addressee]) -> None:
    """Write to people once more, with the link that they have."""
    for each in addressees:
        _write(wave, each, REMINDED)


def list_unanswered(wave: Wave) -> list[Addressee]:
    """Who is asked in a wave and has not answered, in no telling order: by the number of their place."""
    statement = _practitioners(wave) if wave.kind in BY_PRACTITIONERS else _outside(wave)
    return [
        Addressee(enrolment_id, outside_id, name, email, link)
        for enrolment_id, outside_id, name, email, link in db.session.execute(statement)
    ]


def _practitioners(wave: Wave) -> Select[int | None, int | None, str, str, PersonalLink | None]:
    return (
        select(Enrolment.id, PersonalLink.outside_id, User.name, User.email, PersonalLink)
        .select_from(Invitation)
        .join(Wave, Wave.id == Invitation.wave_id)
        .join(Enrolment, Enrolment.id == Invitation.enrolment_id)
        .join(User, User.id == Enrolment.user_id)
        .outerjoin(
            PersonalLink,
            and_(PersonalLink.wave_id == wave.id, PersonalLink.enrolment_id == Enrolment.id),
        )
        .where(
            Invitation.wave_id == wave.id,
            ~Invitation.answered,
            Enrolment.status == EnrolmentStatus.ACTIVE,
            Enrolment.cohort_id == wave.cohort_id,
            User.disabled_at.is_(None),
            ~answered_before(wave.cohort_id),
        )
        .order_by(Enrolment.id)
    )


def _outside(wave: Wave) -> Select[int | None, int | None, str, str, PersonalLink | None]:
    return (
        select(
            PersonalLink.enrolment_id,
            OutsideInvitation.id,
            OutsideInvitation.name,
            OutsideInvitation.email,
            PersonalLink,
        )
        .outerjoin(PersonalLink, PersonalLink.outside_id == OutsideInvitation.id)
        .where(OutsideInvitation.wave_id == wave.id, ~OutsideInvitation.answered)
        .order_by(OutsideInvitation.id)
    )


def _write(wave: Wave, to: Addressee, template: str) -> None:
    link = to.link or _make_link(wave, to)
    letters.write(
        wave.cohort,
        template,
        to=to.email,
        name=to.name,
        title=wave.instrument_version.title,
        path=path_of(link),
        closes_on=wave.closes_on,
        is_outside=to.enrolment_id is None,
        is_forgotten=True,
    )


def _make_link(wave: Wave, to: Addressee) -> PersonalLink:
    ref = new_ref()
    link = PersonalLink(
        ref=ref,
        wave_id=wave.id,
        enrolment_id=to.enrolment_id,
        outside_id=to.outside_id,
        token_hash=people.hash_token(keys.link_token(ref)),
    )
    db.session.add(link)
    db.session.flush()
    return link


def path_of(link: PersonalLink) -> str:
    """The secret address of a personal link; the same in every letter."""
    return f"/answer/{keys.link_token(link.ref)}"


def ask_outside(wave: Wave, asked: Sequence[tuple[str, str]], *, by: Actor) -> int:
    """Ask people who have no place in the cohort, such as managers: at once in an open wave, else when it opens.

    Args:
        wave: one that practitioners do not answer.
        asked: their names and addresses; who has been asked already is passed over.
        by: who asks.

    Returns:
        How many are new.

    Raises:
        Refused: practitioners answer this wave, it has closed, or there are too many at once.
    """
    if wave.kind in BY_PRACTITIONERS:
        raise Refused(
            "This questionnaire is for the practitioners of the cohort. They are asked by themselves."
        )
    if wave.closes_on < clock.today():
        raise Refused("This questionnaire has closed.")
    if len(asked) > MOST_AT_ONCE:
        raise Refused(f"Ask at most {MOST_AT_ONCE} people at a time.", field="people")
    known = set(
        db.session.scalars(select(OutsideInvitation.email).where(OutsideInvitation.wave_id == wave.id))
    )
    new = {email.lower(): name for name, email in asked if email.lower() not in known}
    db.session.add_all(
        OutsideInvitation(wave_id=wave.id, name=name, email=email) for email, name in new.items()
    )
    db.session.flush()
    audit.record(Act.WAVE_OPENED, by=by, on=wave, organisation_id=wave.cohort.provider_id, invited=len(new))
    if wave.opens_on <= clock.today():
        ask_everybody(wave)
    return len(new)
