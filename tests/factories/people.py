"""People and organisations for tests."""

from __future__ import annotations

from itertools import count

from lms.core.extensions import db
from lms.people import queries, service
from lms.people.models import Organisation, OrganisationKind, Setting, User
from lms.people.person import Person
from lms.people.roles import Role

_numbers = count(1)

HOME_OF_ROLE = {
    Role.PRACTITIONER: OrganisationKind.PROVIDER,
    Role.FACILITATOR: OrganisationKind.PROVIDER,
    Role.ASSESSOR: OrganisationKind.PROVIDER,
    Role.IQA: OrganisationKind.PROVIDER,
    Role.PROVIDER_ADMINISTRATOR: OrganisationKind.PROVIDER,
    Role.EQA: OrganisationKind.AWARDING_BODY,
    Role.EMPLOYER: OrganisationKind.EMPLOYER,
    Role.COMMISSIONER: OrganisationKind.COMMISSIONER,
    Role.ADMINISTRATOR: OrganisationKind.OPERATOR,
}


def make_organisation(kind: OrganisationKind = OrganisationKind.PROVIDER, name: str = "") -> Organisation:
    """An organisation; a training provider unless said."""
    return service.create_organisation(
        kind=kind, name=name or f"{kind.value} {next(_numbers)}", phone="0113 496 0000"
    )


def make_setting(employer: Organisation | None = None, name: str = "") -> Setting:
    """A children's centre."""
    employer = employer or make_organisation(OrganisationKind.EMPLOYER)
    return service.create_setting(
        employer, name=name or f"Centre {next(_numbers)}", region="yorkshire_humber"
    )


def make_user(
    role: Role = Role.PRACTITIONER,
    organisation: Organisation | None = None,
    *,
    name: str = "",
    email: str = "",
    password: str | None = None,
) -> User:
    """Somebody with a role in an organisation (a new one of the right kind unless given)."""
    number = next(_numbers)
    user = service.create_user(
        name=name or f"Person {number}", email=email or f"person{number}@example.org", password=password
    )
    service.add_member(user, organisation or make_organisation(HOME_OF_ROLE[role]), role)
    db.session.flush()
    return user


def as_actor(user: User) -> Person:
    """A user as services are told who acts."""
    return queries.get_person(user.id)
