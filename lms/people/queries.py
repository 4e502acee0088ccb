"""Reading people: who is signed in, who works where."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache

from sqlalchemy import Row, Select, and_, bindparam, or_, select

from lms.core import clock
from lms.core.access import Reach
from lms.core.errors import NotFound
from lms.core.extensions import db
from lms.core.reading import read_rows
from lms.people.models import LinkPurpose, Membership, Organisation, SignIn, SingleUseLink, Theme, User
from lms.people.person import Hat, Person
from lms.people.roles import Role


def hash_token(token: str) -> str:
    """What is kept of a token: its SHA-256. Tokens are random, so a fast hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


@cache
def _held() -> Select[int, str, str, str, Theme, Role, int, str]:
    """Somebody with the roles of a day (`day`). Built once: building costs more than asking."""
    membership_today = and_(
        Membership.user_id == User.id,
        Membership.from_on <= bindparam("day"),
        or_(Membership.until_on.is_(None), Membership.until_on >= bindparam("day")),
    )
    return (
        select(
            User.id, User.ref, User.name, User.email, User.theme,
            Membership.role, Membership.organisation_id, Organisation.name,
        )
        .outerjoin(Membership, membership_today)
        .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
        .order_by(Membership.id)
    )  # fmt: skip


@cache
def _signed_in() -> Select[int, str, str, str, Theme, Role, int, str, Role]:
    """The person behind the hash of a cookie's token (`token_hash`), at an instant (`now`) and on its `day`."""
    return (
        _held()
        .add_columns(SignIn.role)
        .join(SignIn, SignIn.user_id == User.id)
        .where(
            SignIn.token_hash == bindparam("token_hash"),
            SignIn.ended_at.is_(None),
            SignIn.expires_at > bindparam("now"),
            User.disabled_at.is_(None),
        )
    )


def find_signed_in(token: str) -> Person | None:
    """The person behind a cookie's token, or None when the sign-in has ended or the account is closed. One query."""
    found = read_rows(_signed_in(), token_hash=hash_token(token), now=clock.now(), day=clock.today())
    if not found:
        return None
    return _person([row[:8] for row in found], token=token, worn=found[0][8])


@cache
def _one_person() -> Select[int, str, str, str, Theme, Role, int, str]:
    """The person with a number (`person`), with the roles of a `day`."""
    return _held().where(User.id == bindparam("person"))


def get_person(user_id: int) -> Person:
    """A person as an actor, with today's roles: for jobs, commands and the demonstration.

    Raises:
        NotFound: nobody has that number.
    """
    found = read_rows(_one_person(), person=user_id, day=clock.today())
    if not found:
        raise NotFound
    return _person([row[:8] for row in found])


_Held = tuple[int, str, str, str, Theme, Role | None, int, str]


def _person(held: Sequence[_Held], *, token: str = "", worn: Role | None = None) -> Person:
    first = held[0]
    hats = tuple(Hat(role=row[5], organisation_id=row[6], organisation=row[7]) for row in held if row[5])
    return Person(*first[:4], hats=hats, theme=first[4], worn=worn, token=token)


def find_user(email: str) -> User | None:
    """The user with an e-mail address, however it is capitalised."""
    return db.session.scalar(select(User).where(User.email == email.strip().lower()))


def find_link(token: str, purpose: LinkPurpose) -> SingleUseLink | None:
    """A link that still works, or None."""
    return db.session.scalar(
        select(SingleUseLink)
        .join(User)
        .where(
            SingleUseLink.token_hash == hash_token(token),
            SingleUseLink.purpose == purpose,
            SingleUseLink.used_at.is_(None),
            SingleUseLink.expires_at > clock.now(),
            User.disabled_at.is_(None),
        )
    )


def list_sign_ins(user_id: int) -> list[SignIn]:
    """A person's sign-ins that have not ended, newest first."""
    statement = (
        select(SignIn)
        .where(SignIn.user_id == user_id, SignIn.ended_at.is_(None), SignIn.expires_at > clock.now())
        .order_by(SignIn.created_at.desc(), SignIn.id.desc())
    )
    return list(db.session.scalars(statement))


def get_organisation(ref: str, *, within: Reach) -> Organisation:
    """An organisation within reach.

    Raises:
        NotFound: it does not exist or lies outside.
    """
    organisation = db.session.scalar(select(Organisation).where(Organisation.ref == ref))
    if organisation is None or not within.covers(organisation.id):
        raise NotFound
    return organisation


def list_organisations(*, within: Reach) -> list[Organisation]:
    """The organisations within reach, by name."""
    statement = select(Organisation).order_by(Organisation.name, Organisation.id)
    if not within.everywhere:
        statement = statement.where(Organisation.id.in_(within.organisation_ids))
    return list(db.session.scalars(statement))


def list_members(organisation_id: int) -> Sequence[Row[str, str, str, Role, str | None]]:
    """Members of an organisation today, practitioners left out: (membership ref, name, e-mail, role, password hash)."""
    day = clock.today()
    statement = (
        select(Membership.ref, User.name, User.email, Membership.role, User.password_hash)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.organisation_id == organisation_id,
            Membership.role != "practitioner",
            Membership.from_on <= day,
            or_(Membership.until_on.is_(None), Membership.until_on >= day),
        )
        .order_by(User.name, Membership.id)
    )
    return db.session.execute(statement).all()


def get_membership(ref: str, *, within: Reach) -> Membership:
    """A membership in an organisation within reach.

    Raises:
        NotFound: it does not exist or lies outside.
    """
    membership = db.session.scalar(select(Membership).where(Membership.ref == ref))
    if membership is None or not within.covers(membership.organisation_id):
        raise NotFound
    return membership
