"""Reading a provider's file of responses: the study's own file, and each way of getting one wrong."""

import csv
from datetime import date
from pathlib import Path

import pytest

from assessments.questionnaires import library, responses_file
from assessments.questionnaires.codes import decode
from assessments.questionnaires.responses_file import Table
from assessments.questionnaires.schema import WaveKind

DATA = Path(__file__).parent / "data"
INSTRUMENTS = {instrument.waves[0]: instrument for instrument in library.shipped()}


def study() -> list[dict[str, str]]:
    with (DATA / "cohort_2010_11.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


STUDY = study()
ARISE = next(row for row in STUDY if row["provider"] == "ARISE" and row["post_completed"] == "1")


def table(rows: list[dict[str, str]]) -> Table:
    header = tuple(rows[0])
    return Table(
        header, tuple((number, tuple(row[name] for name in header)) for number, row in enumerate(rows, 2))
    )


def read(rows, **options):
    return responses_file.read(table(rows), INSTRUMENTS, **options)


def changed(**cells: str) -> list[dict[str, str]]:
    return [{**ARISE, **cells}]


def test_the_studys_file_reads_whole_one_provider_at_a_time():
    readings = [read(STUDY, provider=code) for code in ("ARISE", "FMI", "NCB", "SUNLIGHT", "SURREY")]
    assert [reading.faults for reading in readings] == [()] * 5
    people = [person for reading in readings for person in reading.respondents]
    assert len(people) == 547
    assert sum(WaveKind.POST in person.responses for person in people) == 502
    assert all(reading.passed_over == 547 - len(reading.respondents) for reading in readings)


def test_every_cell_of_the_study_comes_back_from_the_bytes():
    by_code = {row["respondent_id"]: row for row in STUDY}
    for provider in sorted({row["provider"] for row in STUDY}):
        for person in read(STUDY, provider=provider).respondents:
            row = by_code[person.code]
            assert person.cohort == row["cohort"]
            for kind, instrument in INSTRUMENTS.items():
                response = person.responses.get(kind)
                answers = decode(instrument, response.coded) if response else {}
                for item in instrument.items:
                    answer = answers.get(item.code, "")
                    told = row[item.code]
                    assert (answer if isinstance(answer, str) else set(answer)) == (
                        set(told.split("|")) if told and item.kind == "multiple" else told
                    )
                if response:
                    assert response.answered_on.isoformat() == row[f"{kind}_date"]


def test_a_file_of_several_providers_asks_which_one():
    (fault,) = read(STUDY).faults
    assert "more than one provider: ARISE (" in fault.wrong
    assert fault.row == 1


def test_columns_that_only_people_need_may_be_left_out_and_days_may_be_british():
    kept = {
        name: cell for name, cell in ARISE.items() if name not in {"provider", "region_taught", "nqf_level"}
    }
    reading = read([{**kept, "pre_date": "25/10/2010"}])
    assert reading.faults == ()
    assert reading.respondents[0].responses[WaveKind.PRE].answered_on == date(2010, 10, 25)


WRONG = {
    "an unknown code": ({"bme": "perhaps"}, 2, "bme", "“perhaps” is not an answer here.", "yes, no, not_said, or blank."),
    "no impact before the course": ({"pre_access": "NI"}, 2, "pre_access", "“NI”", "SA, A, D, SD, or blank."),
    "a tick that is none": ({"deprivation": "some_deprived|rich"}, 2, "deprivation", "“rich”", "joined by |"),
    "a tick twice": ({"deprivation": "most_deprived|most_deprived"}, 2, "deprivation", "twice", "most_deprived"),
    "two answers to one question": ({"hours": "full_time|part_time"}, 2, "hours", "not an answer", "full_time, part_time"),
    "a day that is none": ({"pre_date": "31/02/2011"}, 2, "pre_date", "“31/02/2011” is not a day", "2011-01-31"),
    "answers without a day": ({"pre_date": ""}, 2, "pre_date", "day is missing", "2011-01-31"),
    "no respondent": ({"respondent_id": ""}, 2, "respondent_id", "blank", "same in every wave"),
    "no cohort": ({"cohort": ""}, 2, "cohort", "blank", "code"),
    "answered and not answered": ({"post_completed": "0"}, 2, "post_role_clearer", "says 0", "Blank"),
    "completed, perhaps": ({"post_completed": "x"}, 2, "post_completed", "“x”", "1 for yes"),
    "a level against the qualification": (
        {"qualification": "level6", "nqf_level": "3", "nqf_group": "ge4"}, 2, "nqf_level", "does not agree", "6, or blank",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_a_fault_names_row_column_what_is_wrong_and_what_is_accepted(case):
    cells, row, column, wrong, accepted = WRONG[case]
    reading = read(changed(**cells))
    assert reading.respondents == ()
    (fault,) = reading.faults
    assert (fault.row, fault.column) == (row, column)
    assert wrong in fault.wrong
    assert accepted in fault.accepted


def test_all_faults_are_found_at_once_and_nothing_is_kept():
    reading = read([{**ARISE, "bme": "?"}, {**ARISE, "respondent_id": "R9", "hours": "?", "pre_link": "?"}])
    assert [(fault.row, fault.column) for fault in reading.faults] == [
        (2, "bme"),
        (3, "hours"),
        (3, "pre_link"),
    ]
    assert reading.respondents == ()


def test_a_missing_a_doubled_and_an_unknown_column_are_faults_of_the_header():
    header = [*[name for name in ARISE if name != "pre_link"], "hours", "shoe_size"]
    cells = [*[cell for name, cell in ARISE.items() if name != "pre_link"], "", "9"]
    reading = responses_file.read(Table(tuple(header), ((2, tuple(cells)),)), INSTRUMENTS)
    assert [(fault.row, fault.column) for fault in reading.faults] == [
        (1, "hours"),
        (1, "pre_link"),
        (1, "shoe_size"),
    ]


def test_a_respondent_twice_names_the_first_row():
    (fault,) = read([ARISE, ARISE]).faults
    assert fault.row == 3
    assert f"{ARISE['respondent_id']} of {ARISE['cohort']} is already in row 2." in fault.wrong


def test_a_row_with_nothing_in_it_is_a_fault():
    bare = dict.fromkeys(ARISE, "") | {"respondent_id": "R1", "cohort": "C1"}
    (fault,) = read([bare]).faults
    assert "no answers" in fault.wrong


def test_a_provider_without_rows_is_told():
    (fault,) = read([ARISE], provider="NCB").faults
    assert "no rows for provider NCB" in fault.wrong


def test_a_wholly_wrong_file_stops_at_two_hundred_faults():
    rows = [{**ARISE, "respondent_id": f"R{number}", "hours": "?", "bme": "?"} for number in range(300)]
    assert len(read(rows).faults) == responses_file.MOST_FAULTS
