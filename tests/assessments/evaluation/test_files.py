"""Reading codebooks and responses: what is wrong is said, all of it at once, with its place and what is accepted."""

from pathlib import Path

import numpy as np
import pytest

from assessments.evaluation.codebook import Codebook, FaultyFile, Kind, read_codebook
from assessments.evaluation.responses import Responses, from_matrix, read_responses
from tests.assessments.evaluation.conftest import COHORT

STUDY = COHORT.read_text(encoding="utf-8").splitlines()
HEADER = STUDY[0].split(",")


def save(tmp_path: Path, *lines: str, name: str = "answers.csv", encoding: str = "utf-8") -> Path:
    path = tmp_path / name
    path.write_bytes("\n".join(lines).encode(encoding))
    return path


def faults(path: Path, codebook: Codebook) -> list[str]:
    with pytest.raises(FaultyFile) as caught:
        read_responses(path, codebook)
    return [str(fault) for fault in caught.value.faults]


def changed(line: str, **cells: str) -> str:
    row = dict(zip(HEADER, line.split(","), strict=True)) | cells
    return ",".join(row[name] for name in HEADER)


def test_the_study_has_547_respondents_and_all_coded_questions(study: Responses, codebook: Codebook) -> None:
    assert len(study) == 547
    assert study.codes.flags.f_contiguous
    assert study.codes.dtype == np.uint8
    assert [variable.name for variable in codebook.coded] == list(study.names)
    assert len(codebook.pairs) == 12
    assert len(codebook.statements) == 35
    assert codebook.variables["deprivation"].kind is Kind.MULTIPLE


def test_several_answers_become_a_mask_of_ticks(study: Responses) -> None:
    codes = study.codebook.variables["deprivation"].codes
    row = next(i for i, line in enumerate(STUDY[1:]) if "some_deprived|some_affluent" in line)
    expected = 1 << codes.index("some_deprived") | 1 << codes.index("some_affluent")
    assert study.column("deprivation")[row] == expected


def test_every_fault_is_named_at_once(tmp_path: Path, codebook: Codebook) -> None:
    path = save(
        tmp_path,
        STUDY[0],
        STUDY[1],
        changed(STUDY[2], pre_role_clear="Agree", location="moon"),
        STUDY[3] + ",extra",
        changed(STUDY[4], deprivation="some_deprived|some_deprived"),
        changed(STUDY[1], sup_team="NI"),
    )
    found = faults(path, codebook)
    for said in (
        (
            "answers.csv, row 3, column location: 'moon' is no answer to this question; "
            "accepted: urban, suburban, rural, multiple, or nothing"
        ),
        (
            "answers.csv, row 3, column pre_role_clear: 'Agree' is no answer to this question; "
            "accepted: SA, A, D, SD, or nothing"
        ),
        "answers.csv, row 4: has 61 cells; accepted: 60 cells, as the header",
        (
            "answers.csv, row 5, column deprivation: 'some_deprived|some_deprived' is no answer to this question; "
            "accepted: any of some_deprived, most_deprived, some_affluent, most_affluent joined by |, or nothing"
        ),
        "answers.csv, row 6, column respondent_id: 'R0001' already stands in row 2; accepted: each once",
        (
            "answers.csv, row 6, column sup_team: 'NI' is no answer to this question; "
            "accepted: SA, A, D, SD, or nothing"
        ),
    ):
        assert said in found
    assert len(found) == 6
    assert [int(said.split("row ")[1].split(",")[0].split(":")[0]) for said in found] == [3, 3, 4, 5, 6, 6]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([""], "is empty"),
        ([STUDY[0].replace(",", ";"), STUDY[1].replace(",", ";")], "not separated by commas"),
        ([STUDY[0] + ",shoe_size", STUDY[1] + ",41"], "column shoe_size: is not in the codebook"),
        ([STUDY[0] + ",bme", STUDY[1] + ",yes"], "column bme: stands twice"),
        ([STUDY[0].replace(",bme", ""), STUDY[1]], "column bme: is missing from the header"),
        ([STUDY[0], STUDY[1].replace("NCB", '"NCB')], "is not CSV"),
    ],
)
def test_a_file_that_is_not_one_of_responses(
    tmp_path: Path, codebook: Codebook, lines: list[str], said: str
) -> None:
    assert any(said in fault for fault in faults(save(tmp_path, *lines), codebook))


def test_other_encodings_and_absent_files_are_said_plainly(tmp_path: Path, codebook: Codebook) -> None:
    latin = save(tmp_path, STUDY[0], changed(STUDY[1], cohort="Café"), encoding="latin-1")
    assert faults(latin, codebook) == ["answers.csv, row 2: is not written in UTF-8; accepted: UTF-8 text"]
    assert "cannot be read" in faults(tmp_path / "nowhere.csv", codebook)[0]


def test_byte_order_mark_spaces_and_column_order_do_not_matter(tmp_path: Path, codebook: Codebook) -> None:
    backwards = [",".join(reversed([f" {cell} " for cell in line.split(",")])) for line in STUDY[:5]]
    path = save(tmp_path, *backwards, encoding="utf-8-sig")
    plain = read_responses(save(tmp_path, *STUDY[:5], name="plain.csv"), codebook)
    assert (read_responses(path, codebook).codes == plain.codes).all()


def test_administrative_columns_may_be_left_out(tmp_path: Path, codebook: Codebook) -> None:
    kept = [i for i, name in enumerate(HEADER) if codebook.variables[name].kind is not Kind.ADMINISTRATIVE]
    path = save(tmp_path, *(",".join(line.split(",")[i] for i in kept) for line in STUDY[:4]))
    assert len(read_responses(path, codebook)) == 3


def test_a_faulty_codebook_is_said_whole(tmp_path: Path) -> None:
    path = save(
        tmp_path,
        "variable,label,kind,code,code_label",
        "hours,Hours,profile single,full_time,Full-time",
        "pre_x,I know.,pre statement,SA,Strongly agree",
        "pre_x,I know.,pre statement,SA,Strongly agree",
        "pre_x,before and after pair,pair,post_x,",
        "short,row",
        name="codebook.csv",
    )
    with pytest.raises(FaultyFile) as caught:
        read_codebook(path)
    said = "\n".join(map(str, caught.value.faults))
    for words in (
        "row 2, column kind: 'profile single' is not known",
        "row 4, column code: 'SA' stands twice for 'pre_x'",
        "row 6: has 2 cells",
        "row 3, column code: the scale of 'pre_x' is SA; accepted: SA, A, D, SD",
        "row 5, column code: 'post_x' is not a post statement",
    ):
        assert words in said


def test_a_matrix_must_fit_the_codebook(codebook: Codebook) -> None:
    with pytest.raises(ValueError, match="expected a matrix of"):
        from_matrix(codebook, np.zeros((2, 3), np.uint8))
    codes = np.zeros((1, len(codebook.coded)), np.uint8)
    codes[0, -1] = 9
    with pytest.raises(ValueError, match="sup_share_learning: code 9 is beyond 4"):
        from_matrix(codebook, codes)
