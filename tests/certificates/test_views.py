"""Pages about certificates: who may open them, what they say, and that a stranger learns no more than is printed."""

from __future__ import annotations

import contextvars
import re

import pytest

from certificates import making, service
from certificates.facts import CertificateKind, facts_from
from certificates.models import Certificate
from lms.core import files, jobs
from lms.core.database import writing
from lms.core.extensions import db
from lms.people.roles import Role
from tests import budget, databases
from tests.factories.certificates import ROLE, accept_portfolio, enrol, issue, make_place
from tests.factories.people import as_actor, make_user


@pytest.fixture
def place(app):
    return make_place("Aire Valley Family Training")


def issued(place, name="Maeve O’Dowd") -> Certificate:
    certificate = issue(enrol(place, name=name), place)
    db.session.commit()
    return certificate


# ---- the practitioner


def test_a_practitioner_sees_and_downloads_exactly_what_was_issued(client, place):
    certificate = issued(place)
    client.sign_in(certificate.holder)
    page = client.see("certificates.mine")
    assert "Certificate of attendance" in page.text
    assert certificate.serial in page.text
    answer = client.see("certificates.download", certificate_ref=certificate.ref).response
    assert answer.mimetype == "application/pdf"
    assert answer.get_data() == files.read(certificate.file)
    assert certificate.serial in answer.headers["Content-Disposition"]


def test_a_practitioner_without_certificates_reads_what_one_asks_for(client, place):
    client.sign_in(enrol(place).user)
    assert "27 of the 30 taught hours" in client.see("certificates.mine").text


def test_another_practitioner_cannot_tell_that_a_certificate_exists(client, place):
    certificate = issued(place)
    client.sign_in(enrol(place).user)
    client.see("certificates.download", certificate_ref=certificate.ref, status=404)
    client.see("certificates.download", certificate_ref="x" * 22, status=404)


def test_a_name_is_confirmed_on_ones_own_page(client, place):
    enrolment = enrol(place, name="Sade")
    client.sign_in(enrolment.user)
    assert client.see("certificates.mine").field("name") == "Sade"
    client.send("certificates.confirm_name", enrolment_ref=enrolment.ref, data={"name": "Ṣadé Ọláolúwa"})
    assert "You said it is printed as Ṣadé Ọláolúwa" in client.see("certificates.mine").text


@pytest.mark.parametrize("name", ["", "W" * 121, "小明"])
def test_a_name_that_cannot_be_printed_is_refused_and_kept_in_the_box(client, place, name):
    enrolment = enrol(place)
    client.sign_in(enrolment.user)
    page = client.send(
        "certificates.confirm_name", enrolment_ref=enrolment.ref, data={"name": name}, status=422
    )
    assert page.field("name") == name
    assert page.all("title")[0].text.startswith("Put right:")


def test_nobody_confirms_the_name_of_another(client, place):
    client.sign_in(enrol(place).user)
    other = enrol(place)
    client.send("certificates.confirm_name", enrolment_ref=other.ref, data={"name": "X"}, status=404)


# ---- the provider


def test_the_cohort_page_says_who_can_have_one_and_why_not(client, place):
    enrol(place, name="Aisha Rahman")
    enrol(place, name="Priya Nair", sessions=8, seeks_accreditation=False)
    client.sign_in(place.administrator)
    page = client.see("certificates.cohort", cohort_ref=place.cohort.ref)
    assert "1 ready to issue" in page.text
    assert "Has 24 of 30 taught hours. A certificate asks for 27." in page.text
    assert "Does not seek accreditation." in page.text


def test_one_button_issues_one(client, place):
    enrolment = enrol(place, name="Aisha Rahman")
    enrol(place, name="Another Person")
    client.sign_in(place.administrator)
    data = {"signatory_role": ROLE, "only": f"{enrolment.ref} attendance"}
    client.send("certificates.issue", cohort_ref=place.cohort.ref, data=data)
    page = client.see("certificates.cohort", cohort_ref=place.cohort.ref)
    assert "Aisha Rahman has GF-" in page.text
    assert db.session.query(Certificate).count() == 1


def test_all_are_issued_in_the_background(client, place):
    for number in range(3):
        enrol(place, name=f"Person {number}")
    client.sign_in(place.administrator)
    client.send("certificates.issue", cohort_ref=place.cohort.ref, data={"signatory_role": ROLE})
    page = client.see("certificates.cohort", cohort_ref=place.cohort.ref)
    assert "We are making 3 certificates" in page.text
    assert "3 certificates are still being made" in page.text
    db.session.commit()
    with writing():
        jobs.run_all_due()
    page = client.see("certificates.cohort", cohort_ref=place.cohort.ref)
    assert "still being made" not in page.text
    assert len(re.findall(r"GF-\w{4}-\w{4}-\w", page.text)) == 3


def test_a_double_press_issues_one_certificate(client, place):
    enrolment = enrol(place)
    client.sign_in(place.administrator)
    data = {"signatory_role": ROLE, "only": f"{enrolment.ref} attendance", "submission_key": "k" * 22}
    client.send("certificates.issue", cohort_ref=place.cohort.ref, data=data)
    address = client.address("certificates.issue", cohort_ref=place.cohort.ref)
    again = client.post(address, data=client._with_token(data))
    other = client.post(address, data=client._with_token({**data, "submission_key": "m" * 22}))
    assert (again.status_code, other.status_code) == (303, 303)
    db.session.expire_all()
    assert db.session.query(Certificate).count() == 1


def test_a_missing_role_is_asked_for(client, place):
    enrol(place)
    client.sign_in(place.administrator)
    page = client.send(
        "certificates.issue", cohort_ref=place.cohort.ref, data={"signatory_role": " "}, status=422
    )
    assert "Write your role" in page.text


@pytest.mark.parametrize("only", ["x", "{ref} gold", "{other} attendance"])
def test_a_button_of_another_cohort_or_kind_is_not_found(client, place, only):
    mine, theirs = enrol(place), enrol(make_place())
    client.sign_in(place.administrator)
    data = {"signatory_role": ROLE, "only": only.format(ref=mine.ref, other=theirs.ref)}
    client.send("certificates.issue", cohort_ref=place.cohort.ref, data=data, status=404)


def test_an_administrator_replaces_and_revokes_and_the_page_tells_the_story(client, place):
    certificate = issued(place)
    client.sign_in(place.administrator)
    client.send(
        "certificates.replace",
        certificate_ref=certificate.ref,
        data={"signatory_role": ROLE, "reason": "Lost in the post"},
    )
    older = client.see("certificates.show", certificate_ref=certificate.ref)
    assert "Replaced by a newer one" in older.text
    assert "Lost in the post" in older.text
    assert "Revoke it" not in older.text
    newer = db.session.query(Certificate).filter_by(replaces_id=certificate.id).one()
    client.send("certificates.revoke", certificate_ref=newer.ref, data={"reason": "Wrong person"})
    assert "Not valid" in client.see("certificates.show", certificate_ref=newer.ref).text
    assert (
        client.see("certificates.download_issued", certificate_ref=newer.ref).response.mimetype
        == "application/pdf"
    )


def test_a_reason_is_asked_for(client, place):
    certificate = issued(place)
    client.sign_in(place.administrator)
    page = client.send(
        "certificates.revoke", certificate_ref=certificate.ref, data={"reason": ""}, status=422
    )
    assert "Write why, such as: it was issued to the wrong person." in page.text
    page = client.send(
        "certificates.replace", certificate_ref=certificate.ref, data={"reason": ""}, status=422
    )
    assert "Write why, such as: the name was spelled wrongly." in page.text


def test_ending_a_certificate_that_has_ended_is_a_conflict(client, place):
    certificate = issued(place)
    service.revoke(certificate, reason="Wrong", by=as_actor(place.administrator))
    client.sign_in(place.administrator)
    page = client.send(
        "certificates.revoke", certificate_ref=certificate.ref, data={"reason": "Again"}, status=409
    )
    assert "no longer holds" in page.text


def test_an_administrator_who_assessed_the_work_is_told_to_ask_a_colleague(client, place):
    enrolment = enrol(place)
    accept_portfolio(enrolment, assessor=place.administrator, iqa=make_user(Role.IQA, place.provider))
    service.confirm_name(enrolment, "Maeve", by=as_actor(enrolment.user))
    client.sign_in(place.administrator)
    data = {"signatory_role": ROLE, "only": f"{enrolment.ref} unit"}
    page = client.send("certificates.issue", cohort_ref=place.cohort.ref, data=data, status=403)
    assert "A colleague has to do this" in page.text


NEIGHBOURS = [
    ("see", "certificates.cohort", {}),
    ("send", "certificates.issue", {"signatory_role": ROLE}),
    ("see", "certificates.show", {}),
    ("see", "certificates.download_issued", {}),
    ("send", "certificates.replace", {"signatory_role": ROLE, "reason": "x"}),
    ("send", "certificates.revoke", {"reason": "x"}),
]


@pytest.mark.parametrize(("way", "endpoint", "data"), NEIGHBOURS)
def test_a_neighbour_finds_nothing_and_other_roles_are_turned_away(client, place, way, endpoint, data):
    certificate = issued(place)
    cohort_page = endpoint in {"certificates.cohort", "certificates.issue"}
    values = {"cohort_ref": place.cohort.ref} if cohort_page else {"certificate_ref": certificate.ref}
    ask = {"data": data} if way == "send" else {}
    client.sign_in(make_place().administrator)
    getattr(client, way)(endpoint, status=404, **values, **ask)
    for role in (Role.FACILITATOR, Role.ASSESSOR, Role.IQA, Role.PRACTITIONER):
        client.sign_in(make_user(role, place.provider))
        getattr(client, way)(endpoint, status=403, **values, **ask)
    client.sign_out()
    answer = client.open(
        client.address(endpoint, **values), method="POST" if ask else "GET", data=client._with_token(data)
    )
    assert (answer.status_code, "/sign-in" in answer.location) == (302, True)
    assert db.session.query(Certificate).count() == 1


def test_lists_cost_the_same_however_long(client, place):
    client.sign_in(place.administrator)
    numbers = iter(range(9))

    def add_one():
        enrolment = enrol(place, name=f"Person {next(numbers)}")
        accept_portfolio(enrolment, assessor=make_user(Role.ASSESSOR, place.provider), iqa=place.facilitator)
        issue(enrolment, place)

    budget.assert_flat(add_one, lambda: client.see("certificates.cohort", cohort_ref=place.cohort.ref))


# ---- a stranger with the paper in hand


def test_the_qr_code_leads_to_a_page_that_repeats_each_fact(client, place):
    certificate = issued(place)
    facts = facts_from(certificate.facts)
    assert facts.check_at.endswith(client.address("verify.show", code=certificate.code))
    page = client.see("verify.show", code=certificate.code)
    assert "Genuine and valid" in page.text
    for label, value in facts.rows():
        assert f"{label}{value}".replace(" ", "") in page.text.replace(" ", "")
    assert page.response.headers["X-Robots-Tag"] == "noindex, nofollow"


def test_the_public_page_says_no_more_than_the_paper(client, place):
    certificate = issued(place)
    page = client.see("verify.show", code=certificate.code)
    for secret in (certificate.holder.email, certificate.ref, place.cohort.name, place.administrator.email):
        assert secret not in page.body


def test_a_revocation_shows_at_once_without_its_reason(client, place):
    certificate = issued(place)
    service.revoke(certificate, reason="Plagiarism", by=as_actor(place.administrator))
    page = client.see("verify.show", code=certificate.code)
    assert "Not valid" in page.text
    assert "Genuine" not in page.text
    assert "Plagiarism" not in page.body


def test_a_replaced_certificate_points_to_the_newer_without_naming_it(client, place):
    certificate = issued(place)
    newer = service.replace(
        certificate,
        reason="Lost",
        signatory_role=ROLE,
        terms=making.terms(),
        by=as_actor(place.administrator),
    )
    page = client.see("verify.show", code=certificate.code)
    assert "Replaced by a newer one" in page.text
    assert newer.serial not in page.body
    assert newer.code not in page.body
    assert "Genuine and valid" in client.see("verify.show", code=newer.code).text


@pytest.mark.parametrize("last_name", ["O'Dowd", "odowd", "maeve"])
def test_a_number_and_a_last_name_lead_there(client, place, last_name):
    certificate = issued(place)
    typed = certificate.serial.lower().replace("-", " ")
    page = client.send("verify.check", data={"number": typed, "last_name": last_name})
    assert page.location == client.address("verify.show", code=certificate.code)


def test_unknown_numbers_names_and_codes_look_the_same(client, place):
    certificate = issued(place)
    pages = [
        client.send("verify.check", data={"number": certificate.serial, "last_name": "Wrong"}, status=404),
        client.send("verify.check", data={"number": "GF-2222-2222-9", "last_name": "O'Dowd"}, status=404),
        client.send("verify.check", data={"number": "' OR 1=1 --", "last_name": "%"}, status=404),
        client.see("verify.show", code="x" * 16, status=404),
    ]
    assert len({page.text for page in pages}) == 1
    assert "No such number" in pages[0].text
    assert "Maeve" not in pages[0].body


def test_the_form_says_what_is_missing(client):
    page = client.see("verify.index")
    assert "nobody is told that you looked" in page.text
    page = client.send("verify.check", data={"number": "", "last_name": ""}, status=422)
    assert "Write the number at the foot of the certificate." in page.text
    assert "Write the last name on the certificate." in page.text


def test_hostile_names_are_shown_as_typed(client, place):
    certificate = issued(place, name="<script>alert(1)</script>{{7*7}}")
    page = client.see("verify.show", code=certificate.code)
    assert "<script>alert(1)</script>{{7*7}}" in page.text
    assert "<script>alert" not in page.body


@pytest.fixture
def limited(app, tmp_path):
    """The application with its rate limits in force."""
    with databases.limited(app, tmp_path) as made:
        yield made


def test_guessing_is_slowed_down(limited):
    browser = limited.test_client()
    db.session.commit()
    answers = [
        contextvars.Context().run(browser.get, f"/verify/{number:016d}").status_code for number in range(22)
    ]
    assert answers[:20] == [404] * 20
    assert answers[20:] == [429] * 2


def test_a_practitioner_sees_what_became_of_each(client, place):
    certificate = issued(place)
    service.revoke(certificate, reason="Wrong hours", by=as_actor(place.administrator))
    again = issue(certificate.enrolment, place)
    db.session.commit()
    client.sign_in(certificate.holder)
    page = client.see("certificates.mine")
    assert "Not valid" in page.text
    downloads = [link for link in page.links() if link.startswith("/certificates/")]
    assert downloads == [client.address("certificates.download", certificate_ref=again.ref)]
    assert again.kind is CertificateKind.ATTENDANCE
