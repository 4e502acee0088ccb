"""The person who is signed in: what the rest of the application sees of a user and of their roles."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask_login import UserMixin

from lms.core.access import Reach
from lms.core.permissions import Permission
from lms.core.text import initials
from lms.people.models import Theme
from lms.people.roles import EVERYWHERE, GRANTS, Role


@dataclass(frozen=True, slots=True)
class Hat:
    """One role in one organisation."""

    role: Role
    organisation_id: int
    organisation: str


@dataclass(frozen=True)
class Person(UserMixin):  # type: ignore[misc]
    """Somebody who acts, with the roles they hold today. Satisfies `lms.core.access.Actor`."""

    id: int
    ref: str
    name: str
    email: str
    hats: tuple[Hat, ...]
    theme: Theme = Theme.LIGHT
    worn: Role | None = None
    token: str = field(default="", compare=False, repr=False)

    def get_id(self) -> str:
        """What the cookie keeps: the token of this sign-in, never the person's number."""
        return self.token

    @property
    def initials(self) -> str:
        """First letters of first and last name."""
        return initials(self.name)

    @property
    def role(self) -> Role | None:
        """The role whose pages are shown: the one chosen, else the first held."""
        held = {hat.role for hat in self.hats}
        if self.worn in held:
            return self.worn
        return next((role for role in Role if role in held), None)

    @property
    def roles(self) -> tuple[Role, ...]:
        """Every role held, in the order of the list of roles."""
        held = {hat.role for hat in self.hats}
        return tuple(role for role in Role if role in held)

    def may(self, permission: Permission) -> bool:
        """Whether any of the roles includes the permission."""
        return any(permission in GRANTS[hat.role] for hat in self.hats)

    def reach(self, permission: Permission) -> Reach | None:
        """Where the permission may be used."""
        granting = [hat for hat in self.hats if permission in GRANTS[hat.role]]
        if not granting:
            return None
        return Reach(
            person_id=self.id,
            organisation_ids=frozenset(hat.organisation_id for hat in granting),
            everywhere=any(hat.role in EVERYWHERE for hat in granting),
        )
