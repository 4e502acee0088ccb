"""Enrolling from a spreadsheet: checked, shown, then all or none; twice is once."""

from __future__ import annotations

import io
from datetime import timedelta

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask

from courses.cohorts.leaving import Leaving
from courses.cohorts.models import Cohort, Enrolment, EnrolmentStatus
from courses.places import imports, withdrawals
from courses.places.imports import FaultyFile
from courses.places.models import LearnerImport
from lms.core import jobs
from lms.core.audit import AuditRecord
from lms.core.errors import Conflict
from lms.core.extensions import db
from lms.core.files import StoredFile
from lms.core.mail import Message
from lms.people import service as people
from lms.people.models import Membership, Organisation, OrganisationKind, Setting, SingleUseLink, User
from lms.people.roles import Role
from tests.budget import queries
from tests.client import JudgingClient, Page
from tests.factories.cohorts import make_cohort, make_enrolment
from tests.factories.people import as_actor, make_organisation, make_setting, make_user

HEAD = "Name,Email,Setting,Employer,Seeks accreditation,Shares progress with employer,Enrolled on\n"
SADE = "Ṣadé Adéyẹmí,sade@leeds.example,Rowan Tree,Leeds City Council,yes,yes,09/03/2026\n"
TAMIL = "தமிழ்ச்செல்வி,tamil@leeds.example,rowan tree,Leeds City Council,no,no,\n"
FATIMA = "Fatima Zahra Benali,fatima@leeds.example,St Aidan’s,,yes,,\n"
TABLES = (User, Membership, Enrolment, Setting, Organisation, LearnerImport, StoredFile, Message, jobs.Job)
LASTS = timedelta(days=14)


def counts() -> dict[str, int]:
    return {
        table.__name__: db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
        for table in TABLES
    }


@pytest.fixture
def joy(app: Flask) -> User:
    return make_user(
        Role.PROVIDER_ADMINISTRATOR, make_organisation(name="Leeds Family Learning"), name="Joy Mensah"
    )


@pytest.fixture
def cohort(joy: User) -> Cohort:
    made = make_cohort(
        db.session.get_one(Organisation, as_actor(joy).hats[0].organisation_id), name="Harehills"
    )
    make_setting(make_organisation(OrganisationKind.EMPLOYER, "St Aidan’s Trust"), "St Aidan’s")
    db.session.commit()
    return made


def offer(cohort: Cohort, joy: User, text: str, filename: str = "learners.csv") -> LearnerImport:
    return imports.offer_import(cohort, text.encode(), filename=filename, by=as_actor(joy))


def confirm(kept: LearnerImport, joy: User, expected: str | None = None) -> int:
    plan, _ = imports.plan(kept.cohort, imports.learners_of(kept))
    return imports.confirm_import(kept, expected=expected or plan.fingerprint, lasts=LASTS, by=as_actor(joy))


def test_three_people_are_checked_then_added_then_written_to(cohort: Cohort, joy: User) -> None:
    before = counts()
    kept = offer(cohort, joy, HEAD + SADE + TAMIL + FATIMA)
    assert [row["email"] for row in kept.rows] == [
        "sade@leeds.example",
        "tamil@leeds.example",
        "fatima@leeds.example",
    ]
    assert {name: counts()[name] - before[name] for name in ("User", "Enrolment", "Setting", "Message")} == {
        "User": 0, "Enrolment": 0, "Setting": 0, "Message": 0,
    }  # fmt: skip
    plan, faults = imports.plan(cohort, imports.learners_of(kept))
    assert faults == ()
    assert plan.new_settings == (("Leeds City Council", "Rowan Tree"),)
    assert confirm(kept, joy) == 3
    db.session.commit()
    enrolments = db.session.scalars(sa.select(Enrolment).order_by(Enrolment.id)).all()
    assert [
        (one.user.name, one.setting.name, one.seeks_accreditation, one.shares_progress) for one in enrolments
    ] == [
        ("Ṣadé Adéyẹmí", "Rowan Tree", True, True),
        ("தமிழ்ச்செல்வி", "Rowan Tree", False, False),
        ("Fatima Zahra Benali", "St Aidan’s", True, False),
    ]
    assert f"{enrolments[0].enrolled_on}" == "2026-03-09"
    assert all(one.user.password_hash is None for one in enrolments)
    assert len({one.ref for one in enrolments}) == 3
    roles = db.session.execute(
        sa.select(Membership.user_id, Membership.role).where(Membership.organisation_id == cohort.provider_id)
    )
    assert {role for user_id, role in roles if user_id != joy.id} == {Role.PRACTITIONER}
    jobs.run_all_due()
    assert set(db.session.scalars(sa.select(Message.to))) == {one.user.email for one in enrolments}
    assert db.session.scalar(sa.select(sa.func.count(SingleUseLink.id))) == 3


def test_the_same_address_is_the_same_person_and_keeps_name_and_password(cohort: Cohort, joy: User) -> None:
    other = make_organisation()
    known = make_user(
        Role.PRACTITIONER, other, name="Ṣadé A.", email="sade@leeds.example", password="long enough to be one"
    )
    db.session.commit()
    confirm(offer(cohort, joy, HEAD + SADE), joy)
    db.session.commit()
    jobs.run_all_due()
    again = db.session.scalars(sa.select(User).where(User.email == "sade@leeds.example")).one()
    assert (again.id, again.name, again.password_hash is None) == (known.id, "Ṣadé A.", False)
    message = db.session.scalars(sa.select(Message)).one()
    assert message.template == "courses/mail/enrolled"
    assert "You have a place in Harehills." in message.text
    assert db.session.scalar(sa.select(sa.func.count(SingleUseLink.id))) == 0


def test_a_role_that_had_ended_begins_again(cohort: Cohort, joy: User) -> None:
    known = make_user(Role.PRACTITIONER, cohort.provider, email="sade@leeds.example")
    membership = db.session.scalars(sa.select(Membership).where(Membership.user_id == known.id)).one()
    people.end_membership(membership, by=as_actor(joy))
    confirm(offer(cohort, joy, HEAD + SADE), joy)
    db.session.expire_all()
    assert db.session.get_one(Membership, membership.id).until_on is None


def test_the_same_file_twice_adds_nobody_twice(cohort: Cohort, joy: User) -> None:
    first = offer(cohort, joy, HEAD + SADE + FATIMA)
    assert offer(cohort, joy, HEAD + SADE + FATIMA, "copy of learners.csv") is first
    assert confirm(first, joy) == 2
    db.session.commit()
    after = counts()
    assert confirm(first, joy) == 2
    again = offer(cohort, joy, HEAD + SADE + FATIMA)
    assert again is first
    db.session.commit()
    assert counts() == after
    plan, _ = imports.plan(cohort, imports.learners_of(again))
    assert (plan.added, len(plan.already)) == ((), 2)


def test_a_longer_file_later_adds_only_who_is_new(cohort: Cohort, joy: User) -> None:
    confirm(offer(cohort, joy, HEAD + SADE), joy)
    assert confirm(offer(cohort, joy, HEAD + SADE + TAMIL), joy) == 1
    assert counts()["Enrolment"] == 2
    assert counts()["Setting"] == 2


def test_people_who_left_are_not_brought_back_by_a_file(cohort: Cohort, joy: User) -> None:
    confirm(offer(cohort, joy, HEAD + SADE), joy)
    gone = db.session.scalars(sa.select(Enrolment)).one()
    withdrawals.withdraw(gone, reason=Leaving.OTHER, note="moved away", by=as_actor(joy))
    assert confirm(offer(cohort, joy, HEAD + SADE + FATIMA), joy) == 1
    assert gone.status is EnrolmentStatus.WITHDRAWN


def test_a_preview_that_no_longer_holds_is_not_carried_out(cohort: Cohort, joy: User) -> None:
    kept = offer(cohort, joy, HEAD + SADE + FATIMA)
    shown = imports.plan(cohort, imports.learners_of(kept))[0].fingerprint
    confirm(offer(cohort, joy, HEAD + FATIMA), joy)
    db.session.commit()
    before = counts()
    with pytest.raises(Conflict, match="changed since this page was shown"):
        confirm(kept, joy, shown)
    db.session.rollback()
    assert counts() == before


def test_settings_are_known_by_name_alone_only_when_there_is_one(cohort: Cohort, joy: User) -> None:
    make_setting(make_organisation(OrganisationKind.EMPLOYER, "Another Trust"), "St Aidan’s")
    with pytest.raises(FaultyFile) as caught:
        offer(cohort, joy, HEAD + SADE + FATIMA + "Bo,bo@leeds.example,Beck Side,,no,no,\n")
    assert [str(fault) for fault in caught.value.faults] == [
        "Row 3: we know 2 settings called St Aidan’s. Add a column “Employer” and write who runs it.",
        "Row 4: Beck Side is new to us. Add a column “Employer” and write who runs it.",
    ]


def test_a_large_import_is_written_to_in_hundreds_each_once(cohort: Cohort, joy: User) -> None:
    rows = "".join(f"Person {n},p{n}@leeds.example,,,no,no,\n" for n in range(205))
    assert confirm(offer(cohort, joy, HEAD + rows), joy) == 205
    db.session.commit()
    jobs.run_all_due()
    assert db.session.scalar(sa.select(sa.func.count(sa.distinct(Message.to)))) == 205
    invitations = db.session.scalars(sa.select(jobs.Job).where(jobs.Job.name == imports.INVITE)).all()
    assert len(invitations) == 3
    before = counts()
    imports.invite_learners(invitations[-1].payload | {"after": 10**9})
    assert counts() == before


def test_each_step_leaves_an_audit_entry_without_names(cohort: Cohort, joy: User) -> None:
    confirm(offer(cohort, joy, HEAD + SADE), joy)
    db.session.commit()
    entries = db.session.scalars(
        sa.select(AuditRecord).where(AuditRecord.act.startswith("cohorts:learners"))
    ).all()
    assert [(entry.act, entry.organisation_id) for entry in entries] == [
        ("cohorts:learners:import-offered", cohort.provider_id),
        ("cohorts:learners:imported", cohort.provider_id),
    ]
    assert entries[1].facts == {"added": 1, "already": 0, "waiting": 0, "settings": 1}


# ---- the pages


def upload(
    client: JudgingClient, cohort: Cohort, data: bytes, name: str = "learners.csv", status: int = 303
) -> Page:
    return client.send(
        "cohorts.check_learners",
        cohort_ref=cohort.ref,
        data={"file": (io.BytesIO(data), name)},
        status=status,
    )


def test_upload_look_and_confirm(client: JudgingClient, cohort: Cohort, joy: User) -> None:
    client.sign_in(joy)
    assert "Leave out dates of birth" in client.see("cohorts.import_learners", cohort_ref=cohort.ref).text
    upload(client, cohort, (HEAD + SADE + FATIMA).encode())
    ref = db.session.scalars(sa.select(LearnerImport.ref)).one()
    page = client.see("cohorts.preview", learner_import_ref=ref)
    assert "2 people get a place" in page.text
    assert "One setting is new to us. Rowan Tree (Leeds City Council)." in page.text
    form = {"expected": page.field("expected"), "submission_key": "once"}
    done = client.send("cohorts.confirm", learner_import_ref=ref, data=form)
    assert done.location == client.address("cohorts.show", cohort_ref=cohort.ref)
    assert counts()["Enrolment"] == 2
    after = counts()
    db.session.commit()
    assert (
        client.post(
            client.address("cohorts.confirm", learner_import_ref=ref), data=client._with_token(form)
        ).status_code
        == 303
    )
    client.send("cohorts.confirm", learner_import_ref=ref, data=form | {"submission_key": "another tab"})
    assert counts() == after
    text = client.see("cohorts.preview", learner_import_ref=ref).text
    assert "2 people were added from this file" in text
    assert "2 people are in this cohort already" in text
    assert "Ṣadé Adéyẹmí" in client.see("cohorts.show", cohort_ref=cohort.ref).text


def test_a_stale_preview_is_shown_again(client: JudgingClient, cohort: Cohort, joy: User) -> None:
    kept = offer(cohort, joy, HEAD + SADE + FATIMA)
    confirm(offer(cohort, joy, HEAD + FATIMA), joy)
    client.sign_in(joy)
    page = client.send(
        "cohorts.confirm", learner_import_ref=kept.ref, data={"expected": "0" * 16}, status=409
    )
    assert "Look again, then confirm." in page.text
    assert "1 person gets a place" in page.text
    client.send("cohorts.confirm", learner_import_ref=kept.ref, data={"expected": page.field("expected")})
    assert counts()["Enrolment"] == 2


def test_another_providers_import_is_not_found(client: JudgingClient, cohort: Cohort, joy: User) -> None:
    kept = offer(cohort, joy, HEAD + SADE)
    client.sign_in(make_user(Role.PROVIDER_ADMINISTRATOR, make_organisation()))
    client.see("cohorts.preview", learner_import_ref=kept.ref, status=404)
    client.send("cohorts.confirm", learner_import_ref=kept.ref, data={"expected": "x"}, status=404)
    assert counts()["Enrolment"] == 0


def test_the_empty_file_has_the_columns_we_read(client: JudgingClient, cohort: Cohort, joy: User) -> None:
    client.sign_in(joy)
    template = client.see("cohorts.template").response.get_data()
    page = upload(client, cohort, template + b"Bo Ek,bo@leeds.example,,,no,,\n")
    assert page.location


def test_a_preview_costs_the_same_queries_for_three_people(
    client: JudgingClient, cohort: Cohort, joy: User
) -> None:
    client.sign_in(joy)
    seen = []
    for rows in (SADE, SADE + TAMIL + FATIMA):
        kept = offer(cohort, joy, HEAD + rows)
        db.session.commit()

        with queries() as made:
            client.see("cohorts.preview", learner_import_ref=kept.ref)
        seen.append(len(made))
    assert seen[0] == seen[1]


def xlsx(*rows: list[object], merge: str = "") -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    if merge:
        book.active.merge_cells(merge)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


HEADINGS = ["Name", "Email", "Seeks accreditation"]
GOOD = "Bo Ek,bo@leeds.example,,,no,no,\n"
BAD_FILES = [
    ("empty.csv", b"", "The file: it is empty."),
    ("only-headings.csv", HEAD.encode(), "The file: there is nobody under the column names."),
    ("program.xlsx", b"MZ\x90\x00" + bytes(60), "inside it is a program."),
    ("letter.csv", b"%PDF-1.7\n%...", "inside it is a PDF."),
    ("list.doc", b"x", "its name ends in “.doc”."),
    ("old.xlsx", b"\xd0\xcf\x11\xe0" + bytes(100), "inside it is an old Excel file (.xls)."),
    (
        "locked.xlsx",
        b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"),
        "it is locked with a password.",
    ),
    ("broken.xlsx", b"PK\x03\x04" + bytes(50), "the workbook is damaged, so we cannot open it."),
    ("products.csv", b"Product,Price\nTea,2\n", "Row 1: it does not hold the column names we look for."),
    ("no-email.csv", b"Name,Seeks accreditation\nBo,no\n", "Row 1: the column “Email” is missing."),
    (
        "twice.csv",
        b"Name,Name,Email,Accreditation\nA,B,a@b.org,no\n",
        "Row 1: the column “Name” is there 2 times",
    ),
    (
        "shoes.csv",
        b"Name,Email,Accreditation,Shoes\nA,a@b.org,no,38\n",
        "Row 1: we do not know the column “Shoes”.",
    ),
    (
        "born.csv",
        b"Name,Email,Accreditation,DOB\nA,a@b.org,no,1/2/90\n",
        "Row 2: the date of birth is not needed. Take out that column",
    ),
    (
        "formula.xlsx",
        xlsx(HEADINGS, ["=A1", "a@b.org", "no"]),
        "Row 2: A2 holds a formula. Type the value instead.",
    ),
    (
        "merged.xlsx",
        xlsx(HEADINGS, ["A", "a@b.org", "no"], [None, "b@b.org", "no"], merge="A2:A3"),
        "Row 2: cells A2 to A3 are joined",
    ),
    (
        "date.csv",
        (HEAD + GOOD.replace("no,no,", "no,no,31/02/2011")).encode(),
        "Row 2: 31/02/2011 is not a date in the calendar.",
    ),
    ("double.csv", (HEAD + GOOD + GOOD).encode(), "Row 3: bo@leeds.example is already in row 2."),
    (
        "address.csv",
        (HEAD + GOOD.replace("@", " at ")).encode(),
        "Row 2: “bo at leeds.example” is not one email address.",
    ),
    ("nameless.csv", (HEAD + GOOD.replace("Bo Ek", "")).encode(), "Row 2: the name is empty."),
    ("long.csv", (HEAD + GOOD.replace("Bo Ek", "B" * 121)).encode(), "Row 2: the name has 121 letters"),
    (
        "maybe.csv",
        (HEAD + GOOD.replace("no,no", "maybe,no")).encode(),
        "Row 2: “maybe” under “Seeks accreditation” is neither yes nor no.",
    ),
    (
        "quote.csv",
        (HEAD + '"Bo Ek,bo@leeds.example\n').encode(),
        "Row 2: a quotation mark is opened and not closed",
    ),
    (
        "letters.csv",
        HEAD.encode() + b"B\x81o,bo@leeds.example,,,no,no,\n",
        "Row 2: some letters in column A cannot be read.",
    ),
    ("place.csv", (HEAD + GOOD.replace(",,,", ",Beck Side,,")).encode(), "Row 2: Beck Side is new to us."),
    ("half.csv", (HEAD + GOOD + "Cy,,,,yes,no,\n").encode(), "Row 3: the email is empty."),
]


@pytest.mark.parametrize("bad", BAD_FILES, ids=[bad[0] for bad in BAD_FILES])
def test_a_bad_file_is_answered_in_words_and_nothing_is_kept(
    client: JudgingClient, cohort: Cohort, joy: User, bad: tuple[str, bytes, str]
) -> None:
    name, data, words = bad
    client.sign_in(joy)
    before = counts()
    page = upload(client, cohort, data, name, status=422)
    assert words in page.text
    assert "Nobody was added." in page.text
    assert page.all("title")[0].text.startswith("Put right:")
    assert counts() == before


def test_no_file_at_all_is_asked_for(client: JudgingClient, cohort: Cohort, joy: User) -> None:
    client.sign_in(joy)
    page = client.send("cohorts.check_learners", cohort_ref=cohort.ref, data={}, status=422)
    assert "Choose a file first." in page.text


GOOD_FILES = [
    ("bom.csv", (HEAD + TAMIL).encode("utf-8-sig")),
    ("semicolons.csv", (HEAD + TAMIL).replace(",", ";").encode()),
    ("tabs.csv", (HEAD + TAMIL).replace(",", "\t").encode("utf-16")),
    ("latin.csv", (HEAD + "Siân Núñez,sian@leeds.example,,,no,no,\n").encode("latin-1")),
    ("book.xlsx", xlsx(HEADINGS, ["தமிழ்ச்செல்வி", "tamil@leeds.example", "yes"])),
]


@pytest.mark.parametrize(("name", "data"), GOOD_FILES, ids=[good[0] for good in GOOD_FILES])
def test_files_as_spreadsheet_programs_save_them_are_taken(
    client: JudgingClient, cohort: Cohort, joy: User, name: str, data: bytes
) -> None:
    client.sign_in(joy)
    upload(client, cohort, data, name)
    ref = db.session.scalars(sa.select(LearnerImport.ref)).one()
    page = client.see("cohorts.preview", learner_import_ref=ref)
    assert "1 person gets a place" in page.text
    client.send("cohorts.confirm", learner_import_ref=ref, data={"expected": page.field("expected")})
    assert db.session.scalars(sa.select(User.name).join(Enrolment)).one() in {"தமிழ்ச்செல்வி", "Siân Núñez"}


def test_many_faults_are_counted_and_the_first_shown(
    client: JudgingClient, cohort: Cohort, joy: User
) -> None:
    client.sign_in(joy)
    rows = "".join(f"Person {n},wrong{n},,,no,no,\n" for n in range(80))
    page = upload(client, cohort, (HEAD + rows).encode(), status=422)
    assert "80 things need another look in the file." in page.text
    assert "And 30 more of the same kinds." in page.text


def test_an_enrolment_made_by_hand_stays_as_it_is(cohort: Cohort, joy: User) -> None:
    user = make_user(Role.PRACTITIONER, cohort.provider, email="sade@leeds.example")
    by_hand = make_enrolment(cohort, user)
    assert confirm(offer(cohort, joy, HEAD + SADE + FATIMA), joy) == 1
    assert not by_hand.shares_progress
