"""People, the organisations they belong to, and how they get in."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core import clock
from lms.core.model import Entity, enum_column
from lms.people.roles import Role


class OrganisationKind(StrEnum):
    """What an organisation is in the programme."""

    PROVIDER = "provider"
    EMPLOYER = "employer"
    AWARDING_BODY = "awarding-body"
    COMMISSIONER = "commissioner"
    OPERATOR = "operator"


class Theme(StrEnum):
    """How a person likes pages to look."""

    LIGHT = "light"
    DARK = "dark"
    DEVICE = "auto"


class LinkPurpose(StrEnum):
    """What a mailed single-use link is for."""

    INVITATION = "invitation"
    RESET = "reset"
    SIGN_IN = "sign-in"
    PLACE = "place"


class Organisation(Entity):
    """A training provider, an employer, an awarding body, a commissioner or the operator of the site."""

    __tablename__ = "organisation"
    __table_args__ = (UniqueConstraint("kind", "name"),)

    kind: Mapped[OrganisationKind] = mapped_column(enum_column(OrganisationKind))
    name: Mapped[str] = mapped_column(String(160))
    phone: Mapped[str] = mapped_column(String(40), default="")


class Setting(Entity):
    """A children's centre or other workplace of an employer."""

    __tablename__ = "setting"
    __table_args__ = (UniqueConstraint("organisation_id", "name"),)

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    name: Mapped[str] = mapped_column(String(160), index=True)
    region: Mapped[str] = mapped_column(String(40), default="")
    location: Mapped[str] = mapped_column(String(20), default="")
    phase: Mapped[str] = mapped_column(String(20), default="")
    deprivation: Mapped[str] = mapped_column(String(40), default="")

    organisation: Mapped[Organisation] = relationship()


class User(Entity):
    """A person. The e-mail address is kept in lower case; a person without a password has not accepted yet."""

    __tablename__ = "user"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_lower"),)

    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    theme: Mapped[Theme] = mapped_column(enum_column(Theme), default=Theme.LIGHT)
    disabled_at: Mapped[datetime | None]


class Membership(Entity):
    """A role of a person in an organisation, from one day until another."""

    __tablename__ = "membership"
    __table_args__ = (
        UniqueConstraint("user_id", "organisation_id", "role"),
        CheckConstraint("until_on IS NULL OR until_on >= from_on", name="days"),
        Index(None, "organisation_id", "role"),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    role: Mapped[Role] = mapped_column(enum_column(Role))
    from_on: Mapped[date] = mapped_column(default=clock.today)
    until_on: Mapped[date | None]

    user: Mapped[User] = relationship()
    organisation: Mapped[Organisation] = relationship()


class SignIn(Entity):
    """One sign-in on one device. The cookie holds a token; only its hash is here."""

    __tablename__ = "sign_in"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    device: Mapped[str] = mapped_column(String(120), default="")
    role: Mapped[Role | None] = mapped_column(enum_column(Role))

    user: Mapped[User] = relationship()


class SingleUseLink(Entity):
    """A mailed link: works once, until it expires. Only the token's hash is here."""

    __tablename__ = "single_use_link"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    purpose: Mapped[LinkPurpose] = mapped_column(enum_column(LinkPurpose))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    user: Mapped[User] = relationship()
