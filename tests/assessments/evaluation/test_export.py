"""The four files, by the command that evaluators run."""

import csv
import math
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from assessments.evaluation import export
from assessments.evaluation.commands import evaluation
from tests.assessments.evaluation.conftest import COHORT, read_rows
from tests.assessments.evaluation.test_files import STUDY, changed

NAMES = ("frequencies", "transitions", "groups", "tests")


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(evaluation, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("out")
    assert run("export", "--out", out / "shown", "--responses", COHORT).exit_code == 0
    assert run("export", "--out", out / "all", "--responses", COHORT, "--no-suppression").exit_code == 0
    return out


def test_headers_order_and_number_of_rows(written: Path) -> None:
    headers = (export.FREQUENCIES, export.TRANSITIONS, export.GROUPS, export.TESTS)
    for name, header, rows in zip(NAMES, headers, (308, 12 * 20, 41 * 33, 41 * 12), strict=True):
        for folder in ("shown", "all"):
            raw = (written / folder / f"{name}.csv").read_bytes()
            assert b"\r" not in raw
            assert raw.endswith(b"\n")
            assert raw.decode("utf-8").splitlines()[0] == ",".join(header)
            assert len(read_rows(written / folder / f"{name}.csv")) == rows


def test_numbers_read_back_to_the_same_double(written: Path) -> None:
    rows = read_rows(written / "all" / "frequencies.csv")
    row = next(row for row in rows if (row["variable"], row["code"]) == ("pre_challenge", "agree"))
    assert (row["count"], row["base"], row["suppressed"]) == ("409", "527", "no")
    assert float(row["percent"]) == 100 * 409 / 527
    assert row["percent"] == repr(100 * 409 / 527)
    assert float(row["low"]) < float(row["percent"]) < float(row["high"])


def test_nothing_is_suppressed_for_the_analyst(written: Path) -> None:
    for name in NAMES:
        assert {row["suppressed"] for row in read_rows(written / "all" / f"{name}.csv")} == {"no"}
    tests = read_rows(written / "all" / "tests.csv")
    assert {row["method"] for row in tests} == {"pearson", "fisher", "monte_carlo"}
    for row in tests:
        assert (row["fisher_p"] != "") == (row["rows"] == "2")
        assert float(row["p_adjusted"]) >= float(row["p"])


def test_suppressed_cells_are_empty_and_said(written: Path) -> None:
    for name in NAMES:
        for shown, exact in zip(
            read_rows(written / "shown" / f"{name}.csv"),
            read_rows(written / "all" / f"{name}.csv"),
            strict=True,
        ):
            changed_cells = {key for key in shown if shown[key] != exact[key]} - {"p_adjusted"}
            assert all(shown[key] == "" for key in changed_cells - {"suppressed"})
            assert bool(changed_cells) == (shown["suppressed"] == "yes")


def test_no_small_number_is_shown(written: Path) -> None:
    for row in read_rows(written / "shown" / "groups.csv"):
        least = 10 if row["grouping"] == "bme" else 5
        if row["base"]:
            assert int(row["base"]) == 0 or int(row["base"]) >= least
        if row["percent"]:
            assert int(row["base"]) >= 23
            for part in (int(row["agree"]), int(row["base"]) - int(row["agree"])):
                assert part >= least or (part == 0 and row["grouping"] != "bme")
    for row in read_rows(written / "shown" / "frequencies.csv"):
        least = 10 if row["variable"] in ("bme", "disability") else 5
        assert not row["count"] or int(row["count"]) == 0 or int(row["count"]) >= least
        assert not row["percent"] or int(row["base"]) >= 23
    for row in read_rows(written / "shown" / "transitions.csv"):
        assert row["count"] in ("", "0") or int(row["count"]) >= 5
        assert not row["row_percent"] or int(row["row_base"]) >= 23


def test_a_test_is_shown_only_with_all_its_groups(written: Path) -> None:
    hidden = {
        (row["item"], row["grouping"])
        for row in read_rows(written / "shown" / "groups.csv")
        if row["agree"] == "" or row["base"] == ""
    }
    for row in read_rows(written / "shown" / "tests.csv"):
        assert (row["suppressed"] == "yes") == ((row["item"], row["grouping"]) in hidden)
        assert row["suppressed"] == "no" or not any(
            value for key, value in row.items() if key not in ("item", "grouping", "suppressed")
        )


def test_a_faulty_file_gives_a_line_a_fault_and_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("\n".join([STUDY[0], changed(STUDY[1], hours="all day", bme="maybe")]), encoding="utf-8")
    result = run("export", "--out", tmp_path / "out", "--responses", path)
    assert result.exit_code == 2
    assert result.stderr.splitlines() == [
        (
            "bad.csv, row 2, column hours: 'all day' is no answer to this question; "
            "accepted: full_time, part_time, or nothing"
        ),
        "bad.csv, row 2, column bme: 'maybe' is no answer to this question; accepted: yes, no, not_said, or nothing",
    ]
    assert not (tmp_path / "out").exists()


def test_absent_files_and_folders_that_cannot_be_written(tmp_path: Path) -> None:
    result = run("export", "--out", tmp_path / "out", "--responses", tmp_path / "none.csv")
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    (tmp_path / "file").write_text("here already")
    assert run("export", "--out", tmp_path / "file" / "out", "--responses", COHORT).exit_code == 2


def test_nobody_answered_anything(tmp_path: Path) -> None:
    path = tmp_path / "none.csv"
    path.write_text(STUDY[0] + "\n", encoding="utf-8")
    assert run("export", "--out", tmp_path / "out", "--responses", path).exit_code == 0
    rows = read_rows(tmp_path / "out" / "frequencies.csv")
    assert {(row["count"], row["base"], row["percent"]) for row in rows} <= {("0", "0", ""), ("", "", "")}
    with (tmp_path / "out" / "tests.csv").open(encoding="utf-8") as file:
        assert not any(row["p"] for row in csv.DictReader(file))


def test_another_codebook_describes_another_questionnaire(tmp_path: Path) -> None:
    scale = ("SA", "A", "D", "SD")
    lines = ["variable,label,kind,code,code_label"]
    lines += [f"pre_calm,I stay calm.,pre statement,{code}," for code in scale]
    lines += [f'hours,Hours,"profile, single",{code},' for code in ("full_time", "part_time")]
    (tmp_path / "codebook.csv").write_text("\n".join(lines), encoding="utf-8")
    answers = ["hours,pre_calm"] + ["full_time,SA", "part_time,D"] * 30
    (tmp_path / "answers.csv").write_text("\n".join(answers), encoding="utf-8")
    result = run(
        "export",
        "--out",
        tmp_path / "out",
        "--responses",
        tmp_path / "answers.csv",
        "--codebook",
        tmp_path / "codebook.csv",
    )
    assert result.exit_code == 0
    (row,) = read_rows(tmp_path / "out" / "tests.csv")
    assert math.isclose(float(row["chi_square"]), 60)
    assert float(row["cramers_v"]) == 1.0
