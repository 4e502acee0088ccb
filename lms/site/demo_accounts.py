"""The people a visitor of the demonstration may sign in as: one for each role, listed on its sign-in page only."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from lms.core.extensions import db
from lms.people.models import Membership, Organisation, User
from lms.people.roles import WORDS, Role

DEMO_DOMAIN = "demo.goingforward.example"


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """One listed person."""

    ref: str
    name: str
    email: str
    role: str
    organisation: str


def address(local: str) -> str:
    """The e-mail address of a listed person of the demonstration."""
    return f"{local}@{DEMO_DOMAIN}"


def listed() -> list[DemoAccount]:
    """The listed people, in the order of the roles."""
    addresses = [address(role.value) for role in Role]
    rows = db.session.execute(
        select(User.ref, User.name, User.email, Membership.role, Organisation.name)
        .join(Membership, Membership.user_id == User.id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(User.email.in_(addresses))
    ).all()
    by_address = {
        row[2]: DemoAccount(ref=row[0], name=row[1], email=row[2], role=WORDS[row[3]], organisation=row[4])
        for row in rows
        if row[2] == address(row[3].value)
    }
    return [by_address[one] for one in addresses if one in by_address]
