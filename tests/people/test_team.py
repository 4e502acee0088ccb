"""People of an organisation: who may look after them, and whose they are."""

from __future__ import annotations

from sqlalchemy import select

from lms.core.extensions import db
from lms.people.models import Membership, OrganisationKind
from lms.people.roles import Role
from tests.budget import assert_flat
from tests.client import JudgingClient
from tests.factories.people import make_organisation, make_user


def test_an_administrator_of_a_provider_invites_a_colleague(client: JudgingClient) -> None:
    provider = make_organisation()
    client.sign_in(make_user(Role.PROVIDER_ADMINISTRATOR, provider))
    client.send(
        "people.invite", organisation_ref=provider.ref,
        data={"name": "Rukhsana Begum", "email": "rukhsana@example.org", "role": "assessor"},
    )  # fmt: skip
    page = client.see("people.team", organisation_ref=provider.ref)
    assert "Rukhsana Begum" in page.text
    assert "Assessor" in page.text


def test_another_providers_team_is_not_found(client: JudgingClient) -> None:
    client.sign_in(make_user(Role.PROVIDER_ADMINISTRATOR))
    other = make_organisation()
    colleague = make_user(Role.ASSESSOR, other)
    client.see("people.team", organisation_ref=other.ref, status=404)
    membership = db.session.scalars(select(Membership).where(Membership.user_id == colleague.id)).one()
    client.send("people.end_membership", membership_ref=membership.ref, status=404)
    client.send(
        "people.invite", organisation_ref=other.ref, status=404,
        data={"name": "X", "email": "x@example.org", "role": "assessor"},
    )  # fmt: skip


def test_a_role_that_the_organisation_cannot_have_is_refused(client: JudgingClient) -> None:
    employer = make_organisation(OrganisationKind.EMPLOYER)
    client.sign_in(make_user(Role.ADMINISTRATOR))
    page = client.send(
        "people.invite", organisation_ref=employer.ref, status=422,
        data={"name": "X", "email": "x@example.org", "role": "administrator"},
    )  # fmt: skip
    assert "Put right" in page.text
    assert page.field("name") == "X"


def test_nobody_takes_away_their_own_role(client: JudgingClient) -> None:
    joy = make_user(Role.PROVIDER_ADMINISTRATOR)
    client.sign_in(joy)
    membership = db.session.scalars(select(Membership).where(Membership.user_id == joy.id)).one()
    page = client.send("people.end_membership", membership_ref=membership.ref, status=422)
    assert "cannot take away your own role" in page.text


def test_the_team_page_costs_the_same_for_one_and_for_many(client: JudgingClient) -> None:
    provider = make_organisation()
    client.sign_in(make_user(Role.PROVIDER_ADMINISTRATOR, provider))
    assert_flat(
        add_one=lambda: make_user(Role.ASSESSOR, provider),
        look=lambda: client.see("people.team", organisation_ref=provider.ref),
    )


def test_how_pages_look_is_kept(client: JudgingClient) -> None:
    client.sign_in(make_user(Role.ASSESSOR))
    client.send("people.choose_theme", data={"theme": "dark"})
    assert 'data-bs-theme="dark"' in client.see("people.account").body
