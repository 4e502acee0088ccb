"""Issuing, replacing and revoking: once each, by the right person, frozen for good."""

from __future__ import annotations

import contextlib
import hashlib
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError, IntegrityError

from certificates import cases, making, queries, service
from certificates.facts import CertificateKind, facts_from
from certificates.models import Certificate, CertificateEvent, LiveCertificate
from certificates.standing import CertificateEventKind, Standing
from courses.cohorts.leaving import Leaving
from courses.content import queries as content
from courses.places import withdrawals
from courses.progress import service as progress
from lms.core import files, jobs
from lms.core.audit import Act, AuditRecord
from lms.core.database import reading, writing
from lms.core.errors import Conflict, Forbidden, Refused
from lms.core.extensions import db
from lms.core.jobs import Job
from lms.core.mail import Message
from lms.people.roles import Role
from tests.certificates.papers import words_in
from tests.factories.certificates import ROLE, accept_portfolio, enrol, issue, make_place
from tests.factories.people import as_actor, make_user

pytestmark = pytest.mark.usefixtures("app")

UNIT = CertificateKind.UNIT


def count(model: type) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


def run_jobs() -> None:
    db.session.commit()
    with writing():
        jobs.run_all_due()


def ready_for_unit(place, name="Maeve O’Dowd"):
    enrolment = enrol(place, name=name)
    assessor = make_user(Role.ASSESSOR, place.provider)
    accept_portfolio(enrolment, assessor=assessor, iqa=make_user(Role.IQA, place.provider))
    service.confirm_name(enrolment, name, by=as_actor(enrolment.user))
    return enrolment, assessor


def test_a_certificate_is_frozen_with_its_facts_bytes_and_hash():
    place = make_place("Aire Valley Family Training")
    certificate = issue(enrol(place, name="Maeve O’Dowd", sessions=9), place)
    db.session.commit()
    kept = files.read(certificate.file)
    assert hashlib.sha256(kept).hexdigest() == certificate.file.sha256
    facts = facts_from(certificate.facts)
    assert (facts.holder, facts.hours, facts.provider) == (
        "Maeve O’Dowd",
        "27 of 30",
        "Aire Valley Family Training",
    )
    assert facts.check_at == f"http://localhost/verify/{certificate.code}"
    words = words_in(kept)
    assert "27 of 30 taught hours" in words
    assert certificate.serial in words
    assert queries.standing_of(certificate) is Standing.VALID


def test_neither_facts_nor_events_can_be_changed_in_the_database():
    place = make_place()
    issue(enrol(place), place)
    db.session.commit()
    for statement in (
        sa.update(Certificate).values(serial="GF-OTHER"),
        sa.delete(CertificateEvent),
        sa.update(CertificateEvent).values(reason="other"),
    ):
        with pytest.raises(DatabaseError):
            db.session.execute(statement)
        db.session.rollback()


def test_the_holder_is_written_to_and_the_act_is_kept():
    place = make_place("Aire Valley Family Training")
    enrolment = enrol(place)
    certificate = issue(enrolment, place)
    db.session.commit()
    (message,) = db.session.scalars(sa.select(Message))
    assert message.to == enrolment.user.email
    assert message.subject == "Your certificate of attendance is ready"
    assert certificate.serial in message.text
    assert (
        db.session.scalar(sa.select(AuditRecord).where(AuditRecord.act == Act.CERTIFICATE_ISSUED)) is not None
    )


def test_issuing_again_gives_the_one_that_holds():
    place = make_place()
    enrolment = enrol(place)
    assert issue(enrolment, place) is issue(enrolment, place)
    assert count(Certificate) == count(Message) == 1


def test_the_database_refuses_a_second_one_that_holds():
    place = make_place()
    first = issue(enrol(place, name="First"), place)
    second = issue(enrol(place, name="Second"), place)
    db.session.commit()
    db.session.execute(sa.delete(LiveCertificate).where(LiveCertificate.certificate_id == second.id))
    twice = LiveCertificate(certificate_id=second.id, enrolment_id=first.enrolment_id, kind=first.kind)
    db.session.add(twice)
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_too_few_hours_are_refused_with_the_reason():
    place = make_place()
    with pytest.raises(Refused, match=r"Priya Nair: Has 24 of 30 taught hours\. A certificate asks for 27\."):
        issue(enrol(place, name="Priya Nair", sessions=8), place)
    assert count(Certificate) == 0


def test_somebody_who_left_gets_none():
    place = make_place()
    enrolment = enrol(place)
    withdrawals.withdraw(enrolment, reason=Leaving.OTHER, note="Moved away", by=as_actor(place.administrator))
    with pytest.raises(Refused, match="Has left the cohort"):
        issue(enrolment, place)


def test_nobody_issues_their_own():
    place = make_place()
    enrolment = enrol(place)
    with pytest.raises(Forbidden, match="your own"):
        service.issue(
            enrolment,
            CertificateKind.ATTENDANCE,
            signatory_role=ROLE,
            terms=making.terms(),
            by=as_actor(enrolment.user),
        )


def test_the_database_refuses_an_issuer_who_is_the_holder():
    place = make_place()
    enrolment = enrol(place)
    certificate = issue(enrolment, place)
    columns = {
        c.key: getattr(certificate, c.key) for c in sa.inspect(Certificate).column_attrs if c.key != "id"
    }
    own = {**columns, "ref": "x" * 22, "serial": "GF-X", "code": "x" * 16, "issued_by_id": enrolment.user_id}
    with pytest.raises(IntegrityError, match="not_own"):
        db.session.execute(sa.insert(Certificate).values(**own))


def test_a_unit_record_needs_the_iqa_and_a_confirmed_name_and_says_what_was_met():
    place = make_place()
    enrolment = enrol(place, name="Maeve O’Dowd")
    assessor, iqa = make_user(Role.ASSESSOR, place.provider), make_user(Role.IQA, place.provider)
    accept_portfolio(enrolment, assessor=assessor, iqa=iqa, accepted=False)
    with pytest.raises(Refused, match=r"An IQA has yet to accept.*confirm how their name"):
        issue(enrolment, place, UNIT)
    enrolment, _ = ready_for_unit(place, "Ṣadé Ọláolúwa")
    facts = issue(enrolment, place, UNIT).facts
    assert facts["criteria"] == "24 of 24"
    assert (facts["level"], facts["credit"]) == ("3", "6")
    assert "not an awarding body" in facts["specification"]


def test_whoever_assessed_the_work_does_not_issue_the_record():
    place = make_place()
    enrolment, assessor = ready_for_unit(place)
    with pytest.raises(Forbidden, match="you assessed the work"):
        service.issue(enrolment, UNIT, signatory_role=ROLE, terms=making.terms(), by=as_actor(assessor))


def test_a_name_is_printed_as_its_owner_confirmed_it():
    place = make_place()
    enrolment = enrol(place, name="Sade Olaoluwa")
    service.confirm_name(enrolment, "Sade O.", by=as_actor(enrolment.user))
    service.confirm_name(enrolment, " Ṣadé  Ọláolúwa ", by=as_actor(enrolment.user))
    assert issue(enrolment, place).facts["holder"] == "Ṣadé Ọláolúwa"


def test_nobody_confirms_somebody_elses_name_nor_one_that_cannot_be_printed():
    place = make_place()
    enrolment = enrol(place)
    with pytest.raises(Forbidden):
        service.confirm_name(enrolment, "Wrong", by=as_actor(place.administrator))
    with pytest.raises(Refused, match="小明"):
        service.confirm_name(enrolment, "小明", by=as_actor(enrolment.user))
    with pytest.raises(Refused, match="Write your name"):
        service.confirm_name(enrolment, "\u200b", by=as_actor(enrolment.user))


def test_a_replacement_has_a_new_number_says_so_and_ends_the_older_one():
    place = make_place()
    enrolment = enrol(place, name="Maeve ODowd")
    older = issue(enrolment, place)
    service.confirm_name(enrolment, "Maeve O’Dowd", by=as_actor(enrolment.user))
    newer = service.replace(
        older,
        reason="Spelled wrongly",
        signatory_role=ROLE,
        terms=making.terms(),
        by=as_actor(place.administrator),
    )
    db.session.commit()
    assert newer.serial != older.serial
    assert newer.replaces_id == older.id
    words = words_in(files.read(newer.file))
    assert "Replacement" in words
    assert "Maeve O’Dowd" in words
    assert (queries.standing_of(older), queries.standing_of(newer)) == (Standing.REPLACED, Standing.VALID)
    assert queries.find_live(enrolment.id, CertificateKind.ATTENDANCE) == newer


def test_a_certificate_ends_once():
    place = make_place()
    enrolment = enrol(place)
    certificate = issue(enrolment, place)
    by = as_actor(place.administrator)
    service.revoke(certificate, reason="Wrong person", by=by)
    for again in (
        lambda: service.revoke(certificate, reason="Again", by=by),
        lambda: service.replace(certificate, reason="Lost", signatory_role=ROLE, terms=making.terms(), by=by),
    ):
        with pytest.raises(Conflict, match="no longer holds"):
            again()
    extra = CertificateEvent(
        certificate_id=certificate.id, number=2, kind=CertificateEventKind.REPLACED, reason="x", by_id=by.id
    )
    db.session.add(extra)
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_after_a_revocation_a_new_one_can_be_issued():
    place = make_place()
    enrolment = enrol(place)
    first = issue(enrolment, place)
    service.revoke(first, reason="Wrong hours", by=as_actor(place.administrator))
    second = issue(enrolment, place)
    assert second.serial != first.serial
    assert second.replaces_id is None
    assert "The reason they gave: Wrong hours" in db.session.scalars(sa.select(Message.text)).all()[1]


def test_a_whole_cohort_is_issued_by_jobs_and_only_to_whom_it_is_due():
    place = make_place()
    for name in ("Aisha Rahman", "Łukasz Łukaszewicz", "Đặng Thùy Linh"):
        enrol(place, name=name)
    enrol(place, name="Too Few", sessions=5)
    ready_for_unit(place, "Ṣadé Ọláolúwa")
    by = as_actor(place.administrator)
    assert service.issue_for_cohort(place.cohort, signatory_role=ROLE, by=by) == 5
    assert queries.batch_progress(place.cohort).waiting == 5
    assert count(Certificate) == 0
    run_jobs()
    assert queries.batch_progress(place.cohort) == queries.BatchProgress(waiting=0, failed=0)
    assert count(Certificate) == count(LiveCertificate) == 5
    assert service.issue_for_cohort(place.cohort, signatory_role=ROLE, by=by) == 0


def test_a_batch_begun_twice_or_stopped_half_way_gives_exactly_one_each(monkeypatch):
    place = make_place()
    for number in range(4):
        enrol(place, name=f"Person {number}")
    by = as_actor(place.administrator)
    for _ in range(2):
        service.issue_for_cohort(place.cohort, signatory_role=ROLE, by=by)
    db.session.commit()
    first = jobs.claim()
    assert jobs.run(first)
    killed = jobs.claim()
    # the worker dies after the work and before the commit: nothing of it remains, and the lease runs out
    making.issue(killed.payload)
    db.session.rollback()
    with writing():
        db.session.execute(sa.update(Job).where(Job.id == killed.id).values(leased_until=None))
    run_jobs()
    assert count(Certificate) == count(LiveCertificate) == 4
    assert set(db.session.scalars(sa.select(Job.state))) == {"done"}


def test_a_job_that_is_refused_ends_and_changes_nothing():
    place = make_place()
    enrolment = enrol(place)
    by = as_actor(place.administrator)
    service.issue_for_cohort(place.cohort, signatory_role=ROLE, by=by)
    withdrawals.withdraw(enrolment, reason=Leaving.OTHER, note="Moved away", by=as_actor(place.administrator))
    run_jobs()
    assert count(Certificate) == 0
    assert queries.batch_progress(place.cohort) == queries.BatchProgress(waiting=0, failed=0)


def test_whoever_had_one_revoked_is_not_given_another_with_all_the_others():
    place = make_place()
    enrolment = enrol(place)
    by = as_actor(place.administrator)
    service.revoke(issue(enrolment, place), reason="Somebody else came in her name", by=by)
    assert service.issue_for_cohort(place.cohort, signatory_role=ROLE, by=by) == 0


def test_reading_is_declared_once_every_step_before_the_course_is_ticked():
    place = make_place()
    enrolment = enrol(place)
    course = content.get_document(place.cohort.course_version.content_hash).course
    steps = [step.id for step in course.modules[0].steps]
    for step in steps[:-1]:
        progress.complete(enrolment.id, step, by=as_actor(enrolment.user))
    assert cases.reading_minutes(enrolment) == 0
    progress.complete(enrolment.id, steps[-1], by=as_actor(enrolment.user))
    assert "and declared 5 hours of reading" in words_in(files.read(issue(enrolment, place).file))


WORKER = """
import sys
from pathlib import Path
from lms.core import jobs
from lms.site.app import create_app
from tests.databases import settings_for
with create_app(settings_for(sys.argv[1], Path(sys.argv[2]))).app_context():
    jobs.run_all_due()
"""


@pytest.mark.slow
def test_a_worker_that_is_killed_leaves_exactly_one_each(app, tmp_path):
    place = make_place()
    for number in range(6):
        enrol(place, name=f"Person {number}")
    by = as_actor(place.administrator)
    service.issue_for_cohort(place.cohort, signatory_role=ROLE, by=by)
    db.session.commit()
    url = db.engine.url.render_as_string(hide_password=False)
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, url, str(tmp_path)], cwd=Path(__file__).parents[2]
    )
    with reading():
        while count(Certificate) < 3:
            db.session.rollback()
            with contextlib.suppress(subprocess.TimeoutExpired):
                pytest.fail(f"the worker ended with {worker.wait(timeout=0.05)}")
    worker.kill()
    worker.wait()
    db.session.rollback()
    made = count(Certificate)
    assert 3 <= made <= 6
    # the lease of the job in hand would run out by itself after five minutes
    db.session.execute(sa.update(Job).where(Job.state == "waiting").values(leased_until=None))
    run_jobs()
    assert count(Certificate) == count(LiveCertificate) == 6
    for certificate in db.session.scalars(sa.select(Certificate)):
        assert certificate.serial in words_in(files.read(certificate.file))


@pytest.mark.parametrize(
    "name", ['<font color="[[[1]]]">x</font>', "{{7*7}}", "=HYPERLINK()", "தமிழ்செல்வி", "W" * 120]
)
def test_hostile_and_unusual_names_are_issued_as_they_are(name):
    place = make_place()
    certificate = issue(enrol(place, name=name), place)
    assert certificate.facts["holder"] == name


def test_awards_for_an_employer_hold_no_revoked_ones():
    place = make_place()
    kept, revoked = enrol(place), enrol(place)
    issue(kept, place)
    service.revoke(issue(revoked, place), reason="Wrong", by=as_actor(place.administrator))
    awards = queries.list_awards([kept.id, revoked.id])
    assert list(awards) == [kept.id]
    assert awards[kept.id][0].title == "Families Going Forward"
