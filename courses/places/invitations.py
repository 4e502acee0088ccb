"""Inviting somebody to a place: a mailed link that works once, and gives the place or, when all are taken, one on the list."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from courses.cohorts import letters
from courses.cohorts.models import Cohort, Enrolment, WaitingPlace
from courses.places import mail as place_mail
from courses.places import service as places
from courses.places.models import PlaceInvitation
from lms.core import audit, clock
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.errors import Conflict, Refused
from lms.core.extensions import db
from lms.people import queries as people_queries
from lms.people import service as people
from lms.people.models import LinkPurpose, Setting, SingleUseLink

GONE = "This invitation has been used, was withdrawn or is too old. Ring the provider that sent it to you."


def invite(
    cohort: Cohort, *, name: str, email: str, by: Actor, lasts: timedelta, setting: Setting | None = None
) -> PlaceInvitation:
    """Offer somebody a place by mail. Somebody new to us gets an account that they cannot use before they accept.

    Args:
        cohort: which cohort.
        name: what to call them.
        email: where to write to; what tells people apart.
        by: who invites them.
        lasts: how long the link works.
        setting: where they work, if it is known.

    Raises:
        Refused: the cohort is over.
        Conflict: the person has or had a place in it, or waits for one.
    """
    if cohort.ends_on < clock.today():
        raise Refused(f"{cohort.name} is over. Invite people to one that is running or to come.")
    places.take_turn(cohort)
    user = people_queries.find_user(email) or people.create_user(name=name, email=email, by=by)
    places.refuse_second(cohort, user)
    places.refuse_waiting(cohort, user)
    kept = db.session.scalar(
        select(PlaceInvitation).where(
            PlaceInvitation.cohort_id == cohort.id, PlaceInvitation.user_id == user.id
        )
    )
    invitation = kept or PlaceInvitation(cohort=cohort, user=user)
    invitation.name, invitation.setting = name, setting
    _send(invitation, by=by, lasts=lasts)
    return invitation


def send_again(invitation: PlaceInvitation, *, by: Actor, lasts: timedelta) -> None:
    """Send an invitation again, with a new link; the one before stops working.

    Raises:
        Conflict: it is accepted already.
        Refused: the cohort is over.
    """
    if invitation.accepted_at is not None:
        raise Conflict(f"{invitation.name} has accepted already.")
    if invitation.cohort.ends_on < clock.today():
        raise Refused(f"{invitation.cohort.name} is over.")
    _send(invitation, by=by, lasts=lasts)


def _send(invitation: PlaceInvitation, *, by: Actor, lasts: timedelta) -> None:
    if invitation.link is not None:
        _use_up(invitation.link)
    cohort = invitation.cohort
    invitation.link, token = people.make_link(invitation.user, LinkPurpose.PLACE, lasts=lasts)
    invitation.by_id, invitation.sent_at = by.id, clock.now()
    invitation.accepted_at = invitation.withdrawn_at = None
    db.session.add(invitation)
    db.session.flush()
    letters.write(
        cohort,
        "courses/mail/invited",
        to=invitation.user.email,
        name=invitation.name,
        inviter=by.name,
        starts_on=cohort.starts_on,
        venue=cohort.venue,
        path=f"/places/invited/{token}",
        until=invitation.link.expires_at,
    )
    _record(invitation, by, "sent")


def withdraw(invitation: PlaceInvitation, *, by: Actor) -> None:
    """Take an invitation back; its link stops working.

    Raises:
        Conflict: it is accepted or withdrawn already.
    """
    if invitation.accepted_at is not None:
        raise Conflict(f"{invitation.name} has accepted already. Their place is on the page of people.")
    if invitation.withdrawn_at is not None:
        raise Conflict("This invitation is withdrawn already.")
    _use_up(invitation.link)
    invitation.withdrawn_at = clock.now()
    _record(invitation, by, "withdrawn")


def _use_up(link: SingleUseLink) -> None:
    """This link alone: the person may hold invitations to other cohorts."""
    link.used_at = link.used_at or clock.now()


def find_by_token(token: str) -> PlaceInvitation | None:
    """The invitation that a mailed link belongs to, while the link works."""
    link = people_queries.find_link(token, LinkPurpose.PLACE)
    if link is None:
        return None
    return db.session.scalar(select(PlaceInvitation).where(PlaceInvitation.link_id == link.id))


def accept(invitation: PlaceInvitation) -> Enrolment | WaitingPlace:
    """Give whoever holds the link the place, or when all are taken one on the waiting list, and tell them by mail.

    Raises:
        Conflict: the invitation was used or withdrawn a moment ago, or the person has a place by now.
    """
    places.take_turn(invitation.cohort)
    db.session.refresh(invitation.link, ["used_at"])
    if invitation.link.used_at is not None:
        raise Conflict(GONE)
    me = people_queries.get_person(invitation.user_id)
    taken = places.take(invitation.cohort, user=invitation.user, setting=invitation.setting, by=me)
    _use_up(invitation.link)
    invitation.accepted_at = clock.now()
    _record(invitation, me, "accepted")
    if isinstance(taken, Enrolment):
        place_mail.tell_enrolled(taken)
    else:
        place_mail.tell_waiting(taken)
    return taken


def _record(invitation: PlaceInvitation, by: Actor, state: str) -> None:
    audit.record(
        Act.PLACE_INVITATION_CHANGED,
        by=by,
        on=invitation,
        organisation_id=invitation.cohort.provider_id,
        state=state,
    )
