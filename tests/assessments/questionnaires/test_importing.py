"""Taking in files of answers: the study's own through the path of any provider's, whole, once, and into own cohorts only."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest
import sqlalchemy as sa

from assessments.questionnaires import importing, library, queries, schema
from assessments.questionnaires.models import Invitation, Response, ResponseImport, SpecialAnswers, Wave
from courses.cohorts.models import Cohort
from lms.core.errors import Conflict, Refused
from lms.core.extensions import db
from lms.people.roles import Role
from tests.assessments.questionnaires.conftest import DATA, make_cohort
from tests.factories.people import as_actor, make_organisation, make_user

FILE = (DATA / "cohort_2010_11.csv").read_bytes()
STUDY = list(csv.DictReader(io.StringIO(FILE.decode())))
CODEBOOK = list(csv.DictReader(io.StringIO((DATA / "codebook.csv").read_text(encoding="utf-8"))))


def count(table):
    return db.session.scalar(sa.select(sa.func.count()).select_from(table))


def as_csv(rows):
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def provider_with(code):
    """A provider with the cohorts that the study's file names for it."""
    provider = make_organisation()
    for cohort_code in sorted({row["cohort"] for row in STUDY if row["provider"] == code}):
        make_cohort(provider, code=cohort_code)
    return provider, as_actor(make_user(Role.PROVIDER_ADMINISTRATOR, provider))


@pytest.fixture
def arise(app):
    return provider_with("ARISE")


@pytest.fixture
def rows():
    return [row for row in STUDY if row["provider"] == "ARISE"]


def codebook_places():
    """variable -> code -> place in the codebook's order."""
    places: dict[str, dict[str, int]] = {}
    for row in CODEBOOK:
        places.setdefault(row["variable"], {}).setdefault(row["code"], len(places.get(row["variable"], {})))
    return places


def test_all_547_respondents_of_the_study_come_out_of_the_database_as_they_went_in(app):
    for code in ("ARISE", "FMI", "NCB", "SUNLIGHT", "SURREY"):
        provider, by = provider_with(code)
        importing.import_responses(FILE, name="cohort_2010_11.csv", provider=provider, by=by, only=code)
    assert count(Response) == 547 + 502
    assert count(Invitation) == 0
    paired = queries.paired_answers(list(db.session.scalars(sa.select(Cohort.id))))
    variables, matrix = paired.variables, paired.codes
    places = codebook_places()

    def byte(variable, text):
        if not text:
            return 0
        if variable == "deprivation":
            return sum(1 << places[variable][tick] for tick in text.split("|"))
        return places[variable][text] + 1

    expected = np.array(
        [[byte(variable, row[variable]) for variable in variables] for row in STUDY], dtype=np.uint8
    )
    assert matrix.shape == (547, 50)
    assert sorted(map(bytes, matrix)) == sorted(map(bytes, expected))
    assert [bytes(row) for row in matrix] != [bytes(row) for row in expected], "the order of the file is gone"


def test_the_preview_adds_nothing_and_says_what_would_be_added(arise, rows):
    provider, by = arise
    offer = importing.offer_import(as_csv(rows), name="a.csv", provider=provider, by=by)
    assert offer.faults == ()
    assert count(Response) == count(Wave) == 0
    assert sum(line["respondents"] for line in offer.offered.counts) == len(rows)
    assert sum(line["post"] for line in offer.offered.counts) == sum(
        row["post_completed"] == "1" for row in rows
    )


def test_confirming_takes_all_in_and_empties_what_was_kept_for_it(arise, rows):
    provider, by = arise
    offered = importing.import_responses(as_csv(rows), name="a.csv", provider=provider, by=by)
    assert offered.staged is None
    assert offered.confirmed_at is not None
    assert count(Response) == sum(1 + int(row["post_completed"]) for row in rows)
    assert count(SpecialAnswers) == sum(bool(row["bme"] or row["disability"]) for row in rows)


def test_the_same_file_is_taken_in_once(arise, rows):
    provider, by = arise
    importing.import_responses(as_csv(rows), name="a.csv", provider=provider, by=by)
    before = count(Response)
    with pytest.raises(Conflict, match="Nothing has been added a second time"):
        importing.import_responses(as_csv(rows), name="renamed.csv", provider=provider, by=by)
    assert count(Response) == before


def test_another_file_with_the_same_respondents_is_refused_row_by_row(arise, rows):
    provider, by = arise
    importing.import_responses(as_csv(rows), name="a.csv", provider=provider, by=by)
    offer = importing.offer_import(as_csv(list(reversed(rows))[:2]), name="b.csv", provider=provider, by=by)
    assert offer.offered is None
    assert {fault.row for fault in offer.faults} == {2, 3}
    assert "are here already" in offer.faults[0].what


def test_answers_from_after_the_course_can_come_in_a_second_file_and_pair(arise, rows):
    provider, by = arise
    row = next(row for row in rows if row["post_completed"] == "1")
    pre = {name: "" if name.startswith(("post_", "sup_")) else cell for name, cell in row.items()}
    post = {
        name: cell if name.startswith(("post_", "sup_", "respondent", "cohort", "provider")) else ""
        for name, cell in row.items()
    }
    importing.import_responses(as_csv([pre]), name="before.csv", provider=provider, by=by)
    importing.import_responses(as_csv([post]), name="after.csv", provider=provider, by=by)
    paired = queries.paired_answers(list(db.session.scalars(sa.select(Cohort.id))))
    variables, matrix = paired.variables, paired.codes
    assert len(matrix) == 1
    assert matrix[0, variables.index("pre_role_clear")]
    assert matrix[0, variables.index("post_role_clearer")]


def test_one_fault_anywhere_and_nothing_is_kept(arise, rows):
    provider, by = arise
    faulty = [*rows[:-1], {**rows[-1], "pre_access": "NI"}]
    offer = importing.offer_import(as_csv(faulty), name="a.csv", provider=provider, by=by)
    assert [(fault.row, fault.column) for fault in offer.faults] == [(len(rows) + 1, "pre_access")]
    assert count(ResponseImport) == count(Response) == 0
    with pytest.raises(Refused, match=f"Row {len(rows) + 1}: "):
        importing.import_responses(as_csv(faulty), name="a.csv", provider=provider, by=by)


def test_cohorts_of_another_provider_are_no_cohorts_of_yours(arise, rows):
    neighbour, by = provider_with("FMI")
    offer = importing.offer_import(as_csv(rows[:1]), name="a.csv", provider=neighbour, by=by)
    (fault,) = offer.faults
    assert fault.what == f"you have no cohort {rows[0]['cohort']}"
    assert "Your cohorts: C" in fault.accepted


def test_a_discarded_file_leaves_nothing_and_can_come_again(arise, rows):
    provider, by = arise
    data = as_csv(rows)
    offered = importing.offer_import(data, name="a.csv", provider=provider, by=by).offered
    importing.discard_import(offered, by=by)
    assert count(ResponseImport) == 0
    importing.import_responses(data, name="a.csv", provider=provider, by=by)
    with pytest.raises(Conflict):
        importing.discard_import(db.session.scalar(sa.select(ResponseImport)), by=by)


def test_sending_a_file_twice_before_deciding_keeps_one_offer(arise, rows):
    provider, by = arise
    data = as_csv(rows)
    first = importing.offer_import(data, name="a.csv", provider=provider, by=by).offered
    second = importing.offer_import(data, name="b.csv", provider=provider, by=by).offered
    assert first.id == second.id
    importing.confirm_import(second, by=by)
    with pytest.raises(Conflict, match="dealt with already"):
        importing.confirm_import(second, by=by)


def test_two_files_that_both_passed_the_check_cannot_both_come_in(arise, rows):
    provider, by = arise
    one = importing.offer_import(as_csv(rows), name="a.csv", provider=provider, by=by).offered
    two = importing.offer_import(as_csv(rows[:3]), name="b.csv", provider=provider, by=by).offered
    importing.confirm_import(one, by=by)
    with pytest.raises(Conflict, match="Nothing has been taken in"):
        importing.confirm_import(two, by=by)


def test_waves_are_wide_enough_for_the_days_in_the_file_and_responses_keep_their_day(arise, rows):
    provider, by = arise
    importing.import_responses(as_csv(rows), name="a.csv", provider=provider, by=by)
    outside = db.session.scalar(
        sa.select(sa.func.count())
        .select_from(Response)
        .join(Wave)
        .where(sa.or_(Response.answered_on < Wave.opens_on, Response.answered_on > Wave.closes_on))
    )
    assert outside == 0
    days = sorted(day.isoformat() for day in db.session.scalars(sa.select(Response.answered_on)))
    assert days == sorted(row[name] for row in rows for name in ("pre_date", "post_date") if row[name])


def test_the_instruments_cover_what_the_file_holds():
    held = {variable for instrument in library.shipped_for(schema.STUDY) for variable in instrument.variables}
    administrative = {row["variable"] for row in CODEBOOK if row["kind"] == "administrative"}
    assert set(STUDY[0]) == held | administrative
