"""The unique learner number: optional, checked, seen by administrators alone."""

from __future__ import annotations

import io

import pytest
import sqlalchemy as sa

from courses.cohorts.leaving import Leaving
from courses.cohorts.models import Cohort, Enrolment
from courses.places import imports, withdrawals
from courses.places import service as places
from courses.places.uln import tidy_uln, why_not_uln
from lms.core.audit import AuditRecord
from lms.core.extensions import db
from lms.people.models import Organisation, User
from lms.people.person import Person
from lms.people.roles import Role
from tests.client import JudgingClient
from tests.factories.cohorts import make_cohort, make_enrolment
from tests.factories.people import as_actor, make_user

HEAD = "Name,Email,Seeks accreditation,ULN\n"
GOOD = "9276308686"


@pytest.fixture
def cohort(joy: User) -> Cohort:
    return make_cohort(db.session.get_one(Organisation, as_actor(joy).hats[0].organisation_id))


@pytest.mark.parametrize("text", [GOOD, "1000000043", " 927 630 8686 ", "927-630-8686", "", "9999999999"])
def test_numbers_that_fit(text: str) -> None:
    assert why_not_uln(text) is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("1000000063", "last digit does not fit"),
        ("9276308687", "last digit does not fit"),
        ("9700000001", "last digit does not fit"),
        ("0276308686", "last digit does not fit"),
        ("100000004", "has 9 digits"),
        ("92763086861", "has 11 digits"),
        ("92763O8686", "digits only"),
        ("٩٢٧٦٣٠٨٦٨٦", "digits only"),
        ("9.27631E+09", "cut short"),
    ],
)
def test_numbers_that_do_not(text: str, says: str) -> None:
    assert says in (why_not_uln(text) or "")


def test_one_changed_digit_is_always_found() -> None:
    for place in range(10):
        for digit in "0123456789":
            changed = GOOD[:place] + digit + GOOD[place + 1 :]
            assert (why_not_uln(changed) is None) == (changed == GOOD), changed


def test_spaces_go_and_ten_nines_mean_not_known() -> None:
    assert tidy_uln("927 630 8686") == GOOD
    assert tidy_uln("9999999999") == ""


# ---- from a spreadsheet


def bring(cohort: Cohort, by: Person, rows: str) -> None:
    kept = imports.offer_import(cohort, (HEAD + rows).encode(), filename="p.csv", by=by)
    plan, _ = imports.plan(cohort, imports.learners_of(kept))
    imports.confirm_import(kept, expected=plan.fingerprint, lasts=places.INVITATION_LASTS, by=by)


def numbers(cohort: Cohort) -> dict[str, str]:
    rows = db.session.execute(
        sa.select(User.name, Enrolment.uln)
        .join(Enrolment, Enrolment.user_id == User.id)
        .where(Enrolment.cohort_id == cohort.id)
    )
    return {name: uln for name, uln in rows}  # noqa: C416 (rows)


def test_a_file_brings_numbers_also_to_those_who_wait(cohort: Cohort, by: Person) -> None:
    places.set_capacity(cohort, 2, by=by)
    bring(cohort, by, f"Ann,a@l.example,yes,{GOOD}\nBo,b@l.example,no,\nCy,c@l.example,no,1000000043\n")
    assert numbers(cohort) == {"Ann": GOOD, "Bo": ""}
    ann = db.session.scalars(sa.select(Enrolment).where(Enrolment.uln == GOOD)).one()
    withdrawals.withdraw(ann, reason=Leaving.OTHER, by=by)
    assert numbers(cohort)["Cy"] == "1000000043"


def test_a_file_with_a_wrong_number_is_refused_with_its_row(client: JudgingClient, cohort: Cohort) -> None:
    data = {"file": (io.BytesIO((HEAD + "Ann,a@l.example,yes,9276308687\n").encode()), "p.csv")}
    page = client.send("cohorts.check_learners", cohort_ref=cohort.ref, data=data, status=422)
    assert "“9276308687” is not a unique learner number" in page.text
    assert "Row 2" in page.text


# ---- on the page


def test_an_administrator_writes_it_down(client: JudgingClient, cohort: Cohort) -> None:
    ann = make_enrolment(cohort)
    assert "Unique learner number: not known." in client.see("cohorts.person", enrolment_ref=ann.ref).text
    page = client.send("cohorts.keep_learner_number", enrolment_ref=ann.ref, data={"uln": "123"}, status=422)
    assert "has 3 digits, and a unique learner number has ten. Check it" in page.text
    client.send("cohorts.keep_learner_number", enrolment_ref=ann.ref, data={"uln": "927 630 8686"})
    assert f"Unique learner number: {GOOD}." in client.see("cohorts.person", enrolment_ref=ann.ref).text
    assert client.see("cohorts.learner_number", enrolment_ref=ann.ref).field("uln") == GOOD
    client.send("cohorts.keep_learner_number", enrolment_ref=ann.ref, data={"uln": "9999999999"})
    assert db.session.get_one(Enrolment, ann.id).uln == ""
    facts = db.session.scalars(
        sa.select(AuditRecord.facts).where(AuditRecord.act == "cohorts:learner-number:changed")
    ).all()
    assert facts == [{"is_known": True}, {"is_known": False}]


def test_nobody_else_sees_it(client: JudgingClient, cohort: Cohort) -> None:
    teacher = make_user(Role.FACILITATOR, cohort.provider)
    taught = make_cohort(cohort.provider, facilitators=(teacher,))
    ann = make_enrolment(taught)
    client.send("cohorts.keep_learner_number", enrolment_ref=ann.ref, data={"uln": GOOD})
    assert GOOD not in client.see("cohorts.export", cohort_ref=taught.ref).body
    client.sign_in(teacher)
    for endpoint in ("cohorts.show", "cohorts.people"):
        assert GOOD not in client.see(endpoint, cohort_ref=taught.ref).body
    assert GOOD not in client.see("cohorts.person", enrolment_ref=ann.ref).body
    client.see("cohorts.learner_number", enrolment_ref=ann.ref, status=403)
    client.sign_in(make_user(Role.PROVIDER_ADMINISTRATOR))
    client.see("cohorts.learner_number", enrolment_ref=ann.ref, status=404)
    client.send("cohorts.keep_learner_number", enrolment_ref=ann.ref, data={"uln": ""}, status=404)
