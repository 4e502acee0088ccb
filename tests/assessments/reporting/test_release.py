"""Rows that leave: what stays behind, that they read back, and that each form says the same."""

import hashlib
import json
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pyreadstat
import pytest
from click.testing import CliRunner

from assessments.evaluation import tables
from assessments.evaluation.codebook import Kind, read_codebook
from assessments.evaluation.policy import Policy
from assessments.evaluation.responses import RESPONDENT, Responses, read_responses
from assessments.reporting import release
from assessments.reporting.commands import evaluation
from tests.assessments.evaluation.conftest import COHORT, read_rows


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("data")
    for name, more in (("plain", []), ("whole", ["--everything"])):
        arguments = ["data", "--out", str(out / name), "--responses", str(COHORT), *more]
        done = CliRunner().invoke(evaluation, arguments)
        assert done.exit_code == 0, done.output
        assert done.output.startswith("547 rows, ")
    return out


def test_everything_comes_back_in_as_it_went_out(folders: Path, study: Responses) -> None:
    book = read_codebook(folders / "whole" / "codebook.csv")
    back = read_responses(folders / "whole" / "responses.csv", book)
    assert book.pairs == study.codebook.pairs
    kept = [variable for variable in study.codebook.coded if variable.kind is not Kind.ADMINISTRATIVE]
    assert [variable.name for variable in book.coded] == [variable.name for variable in kept]
    before = sorted(map(tuple, np.stack([study.column(each.name) for each in kept], axis=1).tolist()))
    assert sorted(map(tuple, back.codes.tolist())) == before
    counted, again = tables.build(study), tables.build(back)
    assert (counted.groups.agree == again.groups.agree).all()


def test_what_tells_on_people_stays(folders: Path) -> None:
    rows = read_rows(folders / "plain" / "responses.csv")
    assert len(rows) == 547
    for name in ("bme", "disability", "qualification", "line_manager", "provider", "cohort", "pre_date"):
        assert name not in rows[0]
    profile = [name for name in release.LEAST_MISSED if name in rows[0]]
    combinations = Counter(tuple(row[name] for name in profile) for row in rows)
    assert min(count for each, count in combinations.items() if any(each)) >= Policy().smallest_count
    known = {row[RESPONDENT] for row in read_rows(COHORT)}
    assert not known & {row[RESPONDENT] for row in rows}


def test_statements_are_whole_and_in_no_known_order(folders: Path, study: Responses) -> None:
    book = read_codebook(folders / "plain" / "codebook.csv")
    back = read_responses(folders / "plain" / "responses.csv", book)
    names = [variable.name for variable in study.codebook.statements]
    before = np.stack([study.column(name) for name in names], axis=1)
    after = np.stack([back.column(name) for name in names], axis=1)
    assert sorted(map(tuple, before.tolist())) == sorted(map(tuple, after.tolist()))
    assert (before != after).any()


def test_no_two_releases_share_a_name(study: Responses) -> None:
    one, two = (release.release(study, Policy(), everything=False) for _ in range(2))
    assert len(set(one.ids)) == len(study)
    assert not set(one.ids) & set(two.ids)


@pytest.mark.parametrize("kind", ["plain", "whole"])
def test_the_package_describes_its_files(folders: Path, kind: str) -> None:
    package = json.loads((folders / kind / "datapackage.json").read_text(encoding="utf-8"))
    assert package["profile"] == "tabular-data-package"
    assert re.fullmatch(r"[a-z0-9._-]+", package["name"])
    for resource in package["resources"]:
        content = (folders / kind / resource["path"]).read_bytes()
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        rows = read_rows(folders / kind / resource["path"])
        fields = resource["schema"]["fields"]
        assert [field["name"] for field in fields] == list(rows[0])
        for field in fields:
            answers = {row[field["name"]] for row in rows} - set(resource["schema"]["missingValues"])
            rules = field.get("constraints", {})
            assert answers <= set(rules.get("enum", answers))
            assert all(re.fullmatch(rules.get("pattern", ".*"), each) for each in answers)
            if rules.get("unique"):
                assert len(answers) == len(rows)


def test_spss_has_labels_and_the_same_answers(folders: Path) -> None:
    frame, about = pyreadstat.read_sav(folders / "plain" / "responses.sav")
    rows = {row[RESPONDENT]: row for row in read_rows(folders / "plain" / "responses.csv")}
    assert about.column_names_to_labels["pre_challenge"].startswith("I feel I can challenge practices")
    assert about.variable_value_labels["post_challenge"][5.0] == "No impact"
    assert about.variable_measure["pre_challenge"] == "ordinal"
    codes = {"": None, "SA": 1, "A": 2, "D": 3, "SD": 4}
    for _, row in frame.iterrows():
        wanted = codes[rows[row[RESPONDENT]]["pre_challenge"]]
        assert (wanted is None and np.isnan(row["pre_challenge"])) or row["pre_challenge"] == wanted
        ticks = rows[row[RESPONDENT]]["deprivation"]
        assert (
            np.isnan(row["most_deprived"])
            if not ticks
            else row["most_deprived"] == ("most_deprived" in ticks)
        )


def test_json_says_what_the_csv_says(folders: Path) -> None:
    made = json.loads((folders / "plain" / "responses.json").read_text(encoding="utf-8"))
    assert made["rows"] == read_rows(folders / "plain" / "responses.csv")
