"""Reading invitations to places, and the settings from which a provider's people come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from courses.cohorts.models import Cohort, Enrolment
from courses.cohorts.reach import administers
from courses.places.models import PlaceInvitation
from lms.core import clock
from lms.core.access import Reach
from lms.core.errors import NotFound
from lms.core.extensions import db
from lms.people.models import Organisation, Setting, SingleUseLink, User


@dataclass(frozen=True, slots=True)
class InvitationLine:
    """An invitation in a list.

    Attributes:
        ref: its reference.
        name: the name it was sent to.
        email: the address it was sent to.
        by: who sent it last.
        sent_at: when it was sent last.
        until: until when its link works, or would.
        accepted_at: when it was accepted, if it was.
        withdrawn_at: when it was withdrawn, if it was.
        has_place: whether the person has or had a place in the cohort by now, by whatever way.
    """

    ref: str
    name: str
    email: str
    by: str
    sent_at: datetime
    until: datetime
    accepted_at: datetime | None
    withdrawn_at: datetime | None
    has_place: bool

    @property
    def is_open(self) -> bool:
        """Whether it can still be accepted."""
        is_used = self.accepted_at is not None or self.withdrawn_at is not None or self.has_place
        return not is_used and self.until > clock.now()


def list_invitations(cohort_id: int) -> list[InvitationLine]:
    """The invitations to a cohort, the last one sent first. One query."""
    inviter = aliased(User)
    has_place = exists().where(Enrolment.cohort_id == cohort_id, Enrolment.user_id == PlaceInvitation.user_id)
    statement = (
        select(
            PlaceInvitation.ref,
            PlaceInvitation.name,
            User.email,
            inviter.name,
            PlaceInvitation.sent_at,
            SingleUseLink.expires_at,
            PlaceInvitation.accepted_at,
            PlaceInvitation.withdrawn_at,
            has_place,
        )
        .join(User, User.id == PlaceInvitation.user_id)
        .join(inviter, inviter.id == PlaceInvitation.by_id)
        .join(SingleUseLink, SingleUseLink.id == PlaceInvitation.link_id)
        .where(PlaceInvitation.cohort_id == cohort_id)
        .order_by(PlaceInvitation.sent_at.desc(), PlaceInvitation.id.desc())
    )
    return [InvitationLine(*row) for row in db.session.execute(statement)]


def get_place_invitation(ref: str, *, within: Reach) -> PlaceInvitation:
    """An invitation to a cohort of a provider that the person administers.

    Raises:
        NotFound: it does not exist or lies outside.
    """
    found = db.session.scalar(
        select(PlaceInvitation)
        .join(PlaceInvitation.cohort)
        .where(
            PlaceInvitation.ref == ref,
            administers(within),
        )
        .options(contains_eager(PlaceInvitation.cohort), joinedload(PlaceInvitation.link))
    )
    if found is None:
        raise NotFound
    return found


def list_settings(provider_id: int) -> list[tuple[str, str]]:
    """The settings from which people of a provider's cohorts come: (reference, "setting, employer")."""
    statement = (
        select(Setting.ref, Setting.name, Organisation.name)
        .join(Organisation, Organisation.id == Setting.organisation_id)
        .where(
            Setting.id.in_(
                select(Enrolment.setting_id)
                .join(Cohort, Cohort.id == Enrolment.cohort_id)
                .where(Cohort.provider_id == provider_id)
            )
        )
        .order_by(Setting.name, Organisation.name, Setting.id)
    )
    return [
        (ref, name if name == employer else f"{name}, {employer}")
        for ref, name, employer in db.session.execute(statement)
    ]


def find_setting(ref: str) -> Setting | None:
    """A setting by its reference, or None."""
    return db.session.scalar(select(Setting).where(Setting.ref == ref))
