"""A full cohort: who waits, who gets the next place, who is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from courses.cohorts import queries
from courses.cohorts.leaving import Leaving
from courses.cohorts.models import Cohort, Enrolment, EnrolmentStatus, WaitingPlace
from courses.places import imports, withdrawals
from courses.places import queries as place_queries
from courses.places import service as places
from courses.places.imports import FaultyFile
from lms.core import clock, jobs
from lms.core.audit import AuditRecord
from lms.core.errors import Refused
from lms.core.extensions import db
from lms.core.mail import Message
from lms.people.models import Membership, Organisation, User
from lms.people.person import Person
from lms.people.roles import Role
from tests.budget import assert_flat
from tests.client import JudgingClient
from tests.factories.cohorts import make_cohort, make_enrolment
from tests.factories.people import as_actor, make_user

LASTS = timedelta(days=14)
HEAD = "Name,Email,Setting,Employer,Seeks accreditation,Shares progress with employer\n"


@pytest.fixture
def cohort(joy: User) -> Cohort:
    """A cohort with two places, both free."""
    made = make_cohort(db.session.get_one(Organisation, as_actor(joy).hats[0].organisation_id))
    made.capacity = 2
    db.session.flush()
    return made


def rows(*names: str) -> bytes:
    return (HEAD + "".join(f"{name},{name.lower()}@leeds.example,,,yes,no\n" for name in names)).encode()


def bring(cohort: Cohort, by: Person, *names: str) -> int:
    kept = imports.offer_import(cohort, rows(*names), filename="people.csv", by=by)
    plan, _ = imports.plan(cohort, imports.learners_of(kept))
    return imports.confirm_import(kept, expected=plan.fingerprint, lasts=LASTS, by=by)


def enrolled(cohort: Cohort) -> list[str]:
    return [line.name for line in queries.list_people(cohort.id) if line.status is EnrolmentStatus.ACTIVE]


def waiting(cohort: Cohort) -> list[str]:
    return [line.name for line in place_queries.list_waiting(cohort.id)]


def enrolment_of(cohort: Cohort, name: str) -> Enrolment:
    return db.session.scalars(
        sa.select(Enrolment).join(Enrolment.user).where(Enrolment.cohort_id == cohort.id, User.name == name)
    ).one()


def run_jobs() -> None:
    db.session.commit()
    jobs.run_all_due()


def letters(template: str) -> list[str]:
    return list(
        db.session.scalars(sa.select(Message.to).where(Message.template == template).order_by(Message.id))
    )


def test_a_file_fills_the_places_and_the_rest_wait_in_its_order(by: Person, cohort: Cohort) -> None:
    kept = imports.offer_import(cohort, rows("Ann", "Bo", "Cy", "Di"), filename="people.csv", by=by)
    plan, faults = imports.plan(cohort, imports.learners_of(kept))
    assert faults == ()
    assert [learner.name for learner in plan.added] == ["Ann", "Bo"]
    assert [(learner.row, learner.name) for learner in plan.waits] == [(4, "Cy"), (5, "Di")]
    assert imports.confirm_import(kept, expected=plan.fingerprint, lasts=LASTS, by=by) == 2
    assert (enrolled(cohort), waiting(cohort)) == (["Ann", "Bo"], ["Cy", "Di"])
    cy = db.session.scalars(sa.select(User).where(User.name == "Cy")).one()
    assert db.session.scalar(sa.select(sa.func.count()).where(Membership.user_id == cy.id)) == 0


def test_the_same_people_again_change_nothing_and_newcomers_go_behind(by: Person, cohort: Cohort) -> None:
    bring(cohort, by, "Ann", "Bo", "Cy")
    bring(cohort, by, "Cy", "Ann", "Ed")
    assert (enrolled(cohort), waiting(cohort)) == (["Ann", "Bo"], ["Cy", "Ed"])


def test_whoever_waited_longest_gets_the_place_of_somebody_who_leaves(by: Person, cohort: Cohort) -> None:
    bring(cohort, by, "Ann", "Bo", "Cy", "Di")
    promoted = withdrawals.withdraw(
        enrolment_of(cohort, "Ann"), reason=Leaving.OTHER, note="moved away", by=by
    )
    assert [each.user.name for each in promoted] == ["Cy"]
    assert (enrolled(cohort), waiting(cohort)) == (["Bo", "Cy"], ["Di"])
    cy = enrolment_of(cohort, "Cy")
    assert (
        db.session.scalar(sa.select(Membership.role).where(Membership.user_id == cy.user_id))
        is Role.PRACTITIONER
    )
    assert letters("people/mail/invitation") == ["cy@leeds.example"]
    db.session.commit()
    acts = list(db.session.scalars(sa.select(AuditRecord.act).order_by(AuditRecord.sequence)))
    assert "cohorts:waiting-list:changed" in acts


def test_somebody_with_a_password_who_is_promoted_is_told_that_the_place_is_there(
    by: Person, cohort: Cohort
) -> None:
    known = make_user(
        Role.PRACTITIONER,
        cohort.provider,
        name="Known",
        email="known@leeds.example",
        password="seven stones and a coral point",
    )
    bring(cohort, by, "Ann", "Bo", "Known")
    withdrawals.withdraw(enrolment_of(cohort, "Bo"), reason=Leaving.OTHER, note="moved away", by=by)
    assert letters("courses/mail/enrolled") == [known.email]


def test_those_who_wait_are_told_so_by_a_job(by: Person, cohort: Cohort) -> None:
    bring(cohort, by, "Ann", "Bo", "Cy", "Di")
    run_jobs()
    assert letters("courses/mail/waiting") == ["cy@leeds.example", "di@leeds.example"]
    assert letters("people/mail/invitation") == ["ann@leeds.example", "bo@leeds.example"]


def test_nobody_is_squeezed_into_a_full_cohort(by: Person, cohort: Cohort) -> None:
    ann, bo = make_enrolment(cohort, name="Ann"), make_enrolment(cohort, name="Bo")
    with pytest.raises(Refused, match="Every place of"):
        make_enrolment(cohort, name="Cy")
    withdrawals.withdraw(ann, reason=Leaving.OTHER, note="moved away", by=by)
    make_enrolment(cohort, name="Di")
    with pytest.raises(Refused, match="Give it more places first"):
        withdrawals.bring_back(ann, by=by)
    places.set_capacity(cohort, 3, by=by)
    withdrawals.bring_back(ann, by=by)
    assert {ann.status, bo.status} == {EnrolmentStatus.ACTIVE}


def test_more_places_go_to_those_who_wait_and_fewer_take_nobodys_away(by: Person, cohort: Cohort) -> None:
    bring(cohort, by, "Ann", "Bo", "Cy", "Di", "Ed")
    assert [each.user.name for each in places.set_capacity(cohort, 4, by=by)] == ["Cy", "Di"]
    assert places.set_capacity(cohort, 1, by=by) == []
    assert (enrolled(cohort), waiting(cohort)) == (["Ann", "Bo", "Cy", "Di"], ["Ed"])
    assert (
        withdrawals.withdraw(enrolment_of(cohort, "Ann"), reason=Leaving.OTHER, note="moved away", by=by)
        == []
    )
    assert [each.user.name for each in places.set_capacity(cohort, None, by=by)] == ["Ed"]
    with pytest.raises(Refused, match="at least one place"):
        places.set_capacity(cohort, 0, by=by)


def test_a_file_with_faults_puts_nobody_on_the_list(by: Person, cohort: Cohort) -> None:
    with pytest.raises(FaultyFile):
        imports.offer_import(
            cohort, (HEAD + "Ann,not an address,,,yes,no\n").encode(), filename="p.csv", by=by
        )
    assert waiting(cohort) == []


# ---- the pages


def test_the_preview_says_who_would_wait(client: JudgingClient, by: Person, cohort: Cohort) -> None:
    kept = imports.offer_import(cohort, rows("Ann", "Bo", "Cy"), filename="people.csv", by=by)
    page = client.see("cohorts.preview", learner_import_ref=kept.ref)
    assert "2 people get a place" in page.text
    assert "1 person waits for a place" in page.text
    assert "cy@leeds.example (row 4)" in page.text
    client.send("cohorts.confirm", learner_import_ref=kept.ref, data={"expected": page.field("expected")})
    assert "2 people added" in (text := client.see("cohorts.show", cohort_ref=cohort.ref).text)
    assert "1 person waits for a place." in text


def test_a_full_cohort_takes_a_file_onto_its_list(client: JudgingClient, by: Person, cohort: Cohort) -> None:
    bring(cohort, by, "Ann", "Bo")
    kept = imports.offer_import(cohort, rows("Cy"), filename="people.csv", by=by)
    page = client.see("cohorts.preview", learner_import_ref=kept.ref)
    assert "Put 1 person on the waiting list" in page.text
    client.send("cohorts.confirm", learner_import_ref=kept.ref, data={"expected": page.field("expected")})
    assert waiting(cohort) == ["Cy"]


def test_places_and_the_list_are_kept_on_the_page_of_people(
    client: JudgingClient, by: Person, cohort: Cohort
) -> None:
    bring(cohort, by, "Ann", "Bo", "Cy", "Di")
    page = client.see("cohorts.people", cohort_ref=cohort.ref)
    assert "2 of 2 places are taken." in page.text
    assert "2 people wait for a place" in page.text
    first = db.session.scalars(sa.select(WaitingPlace).order_by(WaitingPlace.id)).first()
    assert first is not None
    client.send("cohorts.leave_waiting_list", waiting_place_ref=first.ref)
    assert waiting(cohort) == ["Di"]
    client.send("cohorts.set_places", cohort_ref=cohort.ref, data={"capacity": "0"}, status=422)
    client.send("cohorts.set_places", cohort_ref=cohort.ref, data={"capacity": "3"})
    page = client.see("cohorts.people", cohort_ref=cohort.ref)
    assert "1 person who waited has one now." in page.text
    client.send("cohorts.set_places", cohort_ref=cohort.ref, data={"capacity": ""})
    assert "has no limit of places." in client.see("cohorts.people", cohort_ref=cohort.ref).text


def test_leaving_says_who_gets_the_place(client: JudgingClient, by: Person, cohort: Cohort) -> None:
    bring(cohort, by, "Ann", "Bo", "Cy")
    client.send(
        "cohorts.withdraw",
        enrolment_ref=enrolment_of(cohort, "Ann").ref,
        data={"reason": "postponed", "on": clock.today().isoformat()},
    )
    assert "The place goes to Cy" in client.see("cohorts.show", cohort_ref=cohort.ref).text


def test_another_providers_waiting_list_is_not_there(
    client: JudgingClient, by: Person, cohort: Cohort
) -> None:
    bring(cohort, by, "Ann", "Bo", "Cy")
    place = db.session.scalars(sa.select(WaitingPlace)).one()
    client.sign_in(make_user(Role.PROVIDER_ADMINISTRATOR))
    client.send("cohorts.leave_waiting_list", waiting_place_ref=place.ref, status=404)
    client.send("cohorts.set_places", cohort_ref=cohort.ref, data={"capacity": "9"}, status=404)


def test_a_long_list_costs_the_same_queries(client: JudgingClient, by: Person, cohort: Cohort) -> None:
    names = iter(["Ann", "Bo", "Cy", "Di", "Ed", "Fi", "Gu"])
    bring(cohort, by, next(names), next(names))

    def add() -> None:
        bring(cohort, by, next(names))
        db.session.commit()

    assert_flat(add, lambda: client.see("cohorts.people", cohort_ref=cohort.ref))


def test_bringing_somebody_back_into_a_full_cohort_is_answered_on_their_own_page(
    client: JudgingClient, cohort: Cohort, by: Person
) -> None:
    ann = make_enrolment(cohort, name="Ann")
    withdrawals.withdraw(ann, reason=Leaving.OTHER, note="Moved away", by=by)
    places.set_capacity(cohort, 1, by=by)
    make_enrolment(cohort, name="Bo")
    page = client.send("cohorts.bring_back", enrolment_ref=ann.ref, status=422)
    assert [heading.text for heading in page.all("h1")] == ["Ann"]
    assert "Every place of" in page.text
