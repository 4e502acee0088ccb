"""Reading a provider's file of responses: the study's own file, and each way of getting one wrong."""

import csv
import io
from datetime import date
from pathlib import Path

import pytest

from assessments.questionnaires import importing, responses_file
from assessments.questionnaires.codes import decode
from assessments.questionnaires.schema import WaveKind

DATA = Path(__file__).parent / "data"
FILE = (DATA / "cohort_2010_11.csv").read_bytes()
INSTRUMENTS = importing.instruments_by_wave()
STUDY = list(csv.DictReader(io.StringIO(FILE.decode())))
COHORTS = {row["cohort"] for row in STUDY}
ARISE = next(row for row in STUDY if row["provider"] == "ARISE" and row["post_completed"] == "1")


def as_csv(rows, header=None, delimiter=","):
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow(header or rows[0])
    writer.writerows(row if isinstance(row, list) else row.values() for row in rows)
    return out.getvalue().encode()


def read(data, **options):
    return responses_file.read(
        data, filename="answers.csv", instruments=INSTRUMENTS, **{"cohorts": COHORTS, **options}
    )


def test_the_studys_file_reads_whole_one_provider_at_a_time():
    readings = [read(FILE, provider=code) for code in ("ARISE", "FMI", "NCB", "SUNLIGHT", "SURREY")]
    assert [reading.faults for reading in readings] == [()] * 5
    people = [person for reading in readings for person in reading.respondents]
    assert len(people) == 547
    assert sum(WaveKind.POST in person.responses for person in people) == 502


def test_every_cell_of_the_study_comes_back_from_the_bytes():
    by_code = {row["respondent_id"]: row for row in STUDY}
    for provider in sorted({row["provider"] for row in STUDY}):
        for person in read(FILE, provider=provider).respondents:
            row = by_code[person.code]
            assert person.cohort == row["cohort"]
            for kind, instrument in INSTRUMENTS.items():
                response = person.responses.get(kind)
                answers = decode(instrument, response.coded) if response else {}
                for item in instrument.items:
                    answer, told = answers.get(item.code, ""), row[item.code]
                    assert (answer if isinstance(answer, str) else set(answer)) == (
                        set(told.split("|")) if told and item.kind == "multiple" else told
                    )
                if response:
                    assert response.answered_on.isoformat() == row[f"{kind}_date"]


def test_a_file_of_several_providers_is_refused_with_their_rows():
    (fault,) = read(FILE).faults
    assert "more than one provider: ARISE (" in fault.what


def test_columns_that_only_people_need_may_be_left_out_and_days_may_be_british():
    kept = {
        name: cell for name, cell in ARISE.items() if name not in {"provider", "region_taught", "nqf_level"}
    }
    reading = read(as_csv([{**kept, "pre_date": "25/10/2010"}]))
    assert reading.faults == ()
    assert reading.respondents[0].responses[WaveKind.PRE].answered_on == date(2010, 10, 25)


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + as_csv([ARISE]),
        as_csv([ARISE], delimiter=";"),
        as_csv([ARISE]).replace(b"\r\n", b"\n"),
    ],
)
def test_the_same_answers_whatever_the_program_that_wrote_the_file(data):
    assert read(data).respondents == read(as_csv([ARISE])).respondents != ()


WRONG = {
    "an unknown code": ({"bme": "perhaps"}, "bme", "“perhaps” is not an answer here", "Accepted: yes, no, not_said, or"),
    "no impact before the course": ({"pre_access": "NI"}, "pre_access", "“NI”", "SA, A, D, SD, or blank."),
    "a tick that is none": ({"deprivation": "some_deprived|rich"}, "deprivation", "“rich”", "joined by |"),
    "a tick twice": ({"deprivation": "most_deprived|most_deprived"}, "deprivation", "twice", "most_deprived"),
    "two answers to one question": ({"hours": "full_time|part_time"}, "hours", "not an answer", "full_time, part_time"),
    "a day that is none": ({"pre_date": "31/02/2011"}, "pre_date", "“31/02/2011” is not a day", "2011-01-31"),
    "answers without a day": ({"pre_date": ""}, "pre_date", "day is missing", "2011-01-31"),
    "no respondent": ({"respondent_id": ""}, "respondent_id", "blank", "A code"),
    "no cohort": ({"cohort": ""}, "cohort", "blank", "A code"),
    "no cohort of yours": ({"cohort": "C99"}, "cohort", "you have no cohort C99", "Your cohorts: C01, C02"),
    "answered and not answered": ({"post_completed": "0"}, "post_role_clearer", "is 0", "Blank"),
    "completed, perhaps": ({"post_completed": "x"}, "post_completed", "“x”", "1 for yes"),
    "a level against the qualification": (
        {"qualification": "level6", "nqf_level": "3", "nqf_group": "ge4"}, "nqf_level", "does not agree", "6, or blank",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_a_fault_names_row_column_what_is_wrong_and_what_is_accepted(case):
    cells, column, what, accepted = WRONG[case]
    reading = read(as_csv([{**ARISE, **cells}]))
    assert reading.respondents == ()
    (fault,) = reading.faults
    assert (fault.row, fault.column) == (2, column)
    assert what in fault.what
    assert accepted in fault.accepted


def test_all_faults_are_found_at_once_and_nothing_is_kept():
    reading = read(
        as_csv([{**ARISE, "bme": "?"}, {**ARISE, "respondent_id": "R9", "hours": "?", "pre_link": "?"}])
    )
    assert [(fault.row, fault.column) for fault in reading.faults] == [
        (2, "bme"),
        (3, "hours"),
        (3, "pre_link"),
    ]
    assert reading.respondents == ()


def test_a_missing_a_doubled_and_an_unknown_column_are_faults_of_the_header():
    kept = {name: cell for name, cell in ARISE.items() if name != "pre_link"}
    reading = read(as_csv([[*kept.values(), "", "9"]], header=[*kept, "hours", "shoe_size"]))
    told = " ".join(str(fault) for fault in reading.faults)
    assert {fault.row for fault in reading.faults} == {1}
    assert "the column “pre_link” is missing" in told
    assert "the column “hours” is there 2 times" in told
    assert "“shoe_size”" in told


def test_a_column_of_names_is_refused():
    reading = read(as_csv([[*ARISE.values(), "Ann Field"]], header=[*ARISE, "Surname"]))
    (fault,) = reading.faults
    assert fault.what == "a name is not needed"
    assert "Ann Field" not in str(fault)


def test_a_respondent_twice_names_the_first_row():
    (fault,) = read(as_csv([ARISE, ARISE])).faults
    assert fault.row == 3
    assert f"{ARISE['respondent_id']} of {ARISE['cohort']} is already in row 2" in fault.what


def test_a_row_with_nothing_in_it_but_a_code_is_a_fault():
    bare = dict.fromkeys(ARISE, "") | {"respondent_id": "R1", "cohort": "C01"}
    (fault,) = read(as_csv([bare])).faults
    assert "no answers" in fault.what


def test_a_provider_without_rows_is_told():
    (fault,) = read(as_csv([ARISE]), provider="NCB").faults
    assert "no row has NCB as its provider" in fault.what


def test_a_wholly_wrong_file_stops_at_two_hundred_faults():
    rows = [{**ARISE, "respondent_id": f"R{number}", "hours": "?", "bme": "?"} for number in range(300)]
    assert len(read(as_csv(rows)).faults) == responses_file.MOST_FAULTS
