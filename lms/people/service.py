"""What can be done about people: making them, inviting them, letting them in and out."""

from __future__ import annotations

import secrets
from datetime import timedelta

from sqlalchemy import select, update

from lms.core import audit, clock, mail
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.errors import Conflict, Refused
from lms.core.extensions import db
from lms.people import passwords, queries
from lms.people.models import (
    LinkPurpose,
    Membership,
    Organisation,
    OrganisationKind,
    Setting,
    SignIn,
    SingleUseLink,
    Theme,
    User,
)
from lms.people.person import Person
from lms.people.roles import Role

ROLES_IN: dict[OrganisationKind, tuple[Role, ...]] = {
    OrganisationKind.PROVIDER: (
        Role.PROVIDER_ADMINISTRATOR,
        Role.FACILITATOR,
        Role.ASSESSOR,
        Role.IQA,
        Role.PRACTITIONER,
    ),
    OrganisationKind.EMPLOYER: (Role.EMPLOYER,),
    OrganisationKind.AWARDING_BODY: (Role.EQA,),
    OrganisationKind.COMMISSIONER: (Role.COMMISSIONER,),
    OrganisationKind.OPERATOR: (Role.ADMINISTRATOR,),
}


def create_organisation(
    *, kind: OrganisationKind, name: str, phone: str = "", by: Actor | None = None
) -> Organisation:
    """Add an organisation."""
    organisation = Organisation(kind=kind, name=name, phone=phone)
    db.session.add(organisation)
    db.session.flush()
    audit.record(Act.ORGANISATION_CREATED, by=by, on=organisation, organisation_id=organisation.id)
    return organisation


def create_setting(
    employer: Organisation,
    *,
    name: str,
    region: str = "",
    location: str = "",
    phase: str = "",
    deprivation: str = "",
    by: Actor | None = None,
) -> Setting:
    """Add a workplace of an employer."""
    setting = Setting(
        organisation=employer,
        name=name,
        region=region,
        location=location,
        phase=phase,
        deprivation=deprivation,
    )
    db.session.add(setting)
    db.session.flush()
    audit.record(Act.ORGANISATION_CREATED, by=by, on=setting, organisation_id=employer.id)
    return setting


def create_user(*, name: str, email: str, password: str | None = None, by: Actor | None = None) -> User:
    """Add a person; without a password they get in by an invitation.

    Raises:
        Conflict: the address is taken.
    """
    if queries.find_user(email) is not None:
        raise Conflict(f"Somebody with the address {email} is already here.", field="email")
    user = User(
        name=name,
        email=email.strip().lower(),
        password_hash=passwords.hash_password(password) if password else None,
    )
    db.session.add(user)
    db.session.flush()
    audit.record(Act.USER_CREATED, by=by, on=user)
    return user


def add_member(user: User, organisation: Organisation, role: Role, *, by: Actor | None = None) -> Membership:
    """Give a person a role in an organisation; one that was ended begins again today.

    Raises:
        Refused: organisations of this kind have no such role.
    """
    if role not in ROLES_IN[organisation.kind]:
        raise Refused(f"{organisation.name} cannot have a person in the role {role.words}.", field="role")
    membership = db.session.scalar(
        select(Membership).where(
            Membership.user_id == user.id,
            Membership.organisation_id == organisation.id,
            Membership.role == role,
        )
    )
    if membership is None:
        membership = Membership(user=user, organisation=organisation, role=role)
        db.session.add(membership)
    membership.until_on = None
    db.session.flush()
    audit.record(
        Act.MEMBERSHIP_CHANGED, by=by, on=membership, organisation_id=organisation.id, role=role.value
    )
    return membership


def end_membership(membership: Membership, *, by: Actor) -> None:
    """Take a role away; it is gone at the person's next request.

    Raises:
        Refused: people cannot take their own role away.
    """
    if membership.user_id == by.id:
        raise Refused("You cannot take away your own role. Ask a colleague.")
    yesterday = clock.today() - timedelta(days=1)
    membership.from_on = min(membership.from_on, yesterday)
    membership.until_on = yesterday
    audit.record(
        Act.MEMBERSHIP_CHANGED,
        by=by,
        on=membership,
        organisation_id=membership.organisation_id,
        role=membership.role.value,
        ended=True,
    )


def invite(
    organisation: Organisation, *, name: str, email: str, role: Role, lasts: timedelta, by: Actor
) -> Membership:
    """Give a person a role, and mail them a link to get in if they have no password yet."""
    user = queries.find_user(email) or create_user(name=name, email=email, by=by)
    membership = add_member(user, organisation, role, by=by)
    if user.password_hash is None:
        send_invitation(user, organisation_name=organisation.name, lasts=lasts, by=by)
    return membership


def send_invitation(user: User, *, organisation_name: str, lasts: timedelta, by: Actor | None) -> None:
    """Mail a person the link by which they choose a password."""
    _, token = make_link(user, LinkPurpose.INVITATION, lasts=lasts)
    mail.queue(
        to=user.email,
        template="people/mail/invitation",
        name=user.name,
        organisation=organisation_name,
        path=f"/welcome/{token}",
        until=clock.now() + lasts,
    )
    audit.record(Act.INVITATION_SENT, by=by, on=user)


def send_link(email: str, purpose: LinkPurpose, *, lasts: timedelta) -> None:
    """Mail a sign-in or reset link to whoever has an address; for a stranger do nothing, and say nothing."""
    user = queries.find_user(email)
    if user is None or user.disabled_at is not None:
        return
    _, token = make_link(user, purpose, lasts=lasts)
    path = f"/sign-in/{token}" if purpose is LinkPurpose.SIGN_IN else f"/new-password/{token}"
    mail.queue(
        to=user.email,
        template=f"people/mail/{purpose.value}",
        name=user.name,
        path=path,
        until=clock.now() + lasts,
    )
    audit.record(Act.SIGN_IN_LINK_SENT, by=None, on=user, purpose=purpose.value)


def make_link(user: User, purpose: LinkPurpose, *, lasts: timedelta) -> tuple[SingleUseLink, str]:
    """Make a link that works once, and the token that opens it. Only the token's hash is kept."""
    token = secrets.token_urlsafe(32)
    link = SingleUseLink(
        user_id=user.id,
        purpose=purpose,
        token_hash=queries.hash_token(token),
        expires_at=clock.now() + lasts,
    )
    db.session.add(link)
    db.session.flush()
    return link, token


def use_link(link: SingleUseLink) -> None:
    """Use a link up, together with every other of its kind that its person still has.

    Raises:
        Conflict: it was used a moment ago.
    """
    if link.used_at is not None:
        raise Conflict("This link has been used. Ask for a new one.")
    db.session.execute(
        update(SingleUseLink)
        .where(
            SingleUseLink.user_id == link.user_id,
            SingleUseLink.purpose == link.purpose,
            SingleUseLink.used_at.is_(None),
        )
        .values(used_at=clock.now())
    )


def choose_password(user: User, password: str) -> None:
    """Set a new password and end every sign-in made with the old one.

    Raises:
        Refused: short or easily guessed.
    """
    passwords.require_good(password, about=[user.email, *user.name.split()])
    first = user.password_hash is None
    user.password_hash = passwords.hash_password(password)
    end_all_sign_ins(user.id)
    act = Act.INVITATION_ACCEPTED if first else Act.PASSWORD_CHANGED
    audit.record(act, by=queries.get_person(user.id), on=user)


def check_password(email: str, password: str) -> User:
    """The user whose address and password these are.

    Raises:
        Refused: they do not belong together, told in the same words and after the same time whoever it is.
    """
    user = queries.find_user(email)
    known = passwords.matches(user.password_hash if user else None, password)
    if user is None or not known or user.disabled_at is not None:
        raise Refused("That address and password do not go together. Try again, or ask for a link by email.")
    if user.password_hash and passwords.needs_rehash(user.password_hash):
        user.password_hash = passwords.hash_password(password)
    return user


def sign_in(user: User, *, lasts: timedelta, device: str) -> Person:
    """Begin a sign-in with a fresh token."""
    token = secrets.token_urlsafe(32)
    made = SignIn(
        user_id=user.id,
        token_hash=queries.hash_token(token),
        expires_at=clock.now() + lasts,
        device=device[:120],
    )
    db.session.add(made)
    db.session.flush()
    person = queries.find_signed_in(token)
    if person is None:
        raise Refused("Your account is closed. Ring your training provider.")
    audit.record(Act.SIGNED_IN, by=person, on=made)
    return person


def sign_out(person: Person) -> None:
    """End this sign-in."""
    ended = db.session.scalar(select(SignIn).where(SignIn.token_hash == queries.hash_token(person.token)))
    if ended is not None and ended.ended_at is None:
        ended.ended_at = clock.now()
        audit.record(Act.SIGNED_OUT, by=person, on=ended)


def end_all_sign_ins(user_id: int) -> None:
    """End every sign-in of a person, on every device."""
    db.session.execute(
        update(SignIn)
        .where(SignIn.user_id == user_id, SignIn.ended_at.is_(None))
        .values(ended_at=clock.now())
    )


def wear(person: Person, role: Role) -> None:
    """Show the pages of another of the person's roles.

    Raises:
        Refused: the person does not hold it.
    """
    if role not in person.roles:
        raise Refused("That is not one of your roles.")
    db.session.execute(
        update(SignIn).where(SignIn.token_hash == queries.hash_token(person.token)).values(role=role)
    )
    audit.record(Act.PREFERENCE_CHANGED, by=person, kind="sign_in", role=role.value)


def choose_theme(person: Person, theme: Theme) -> None:
    """Keep how a person likes pages to look."""
    user = db.session.get_one(User, person.id)
    user.theme = theme
    audit.record(Act.PREFERENCE_CHANGED, by=person, on=user, theme=theme.value)
