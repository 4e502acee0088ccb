"""The study's respondents and their tables, counted once."""

import csv
from pathlib import Path

import pytest

from assessments.evaluation import study_2011, tables
from assessments.evaluation.codebook import Codebook, study_codebook
from assessments.evaluation.responses import Responses, read_responses
from assessments.evaluation.tables import Tables

DATA = Path(__file__).parent / "data"
STUDY_2011 = study_2011.FOLDER
COHORT = study_2011.RESPONDENTS


def read_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="session")
def codebook() -> Codebook:
    return study_codebook()


@pytest.fixture(scope="session")
def study(codebook: Codebook) -> Responses:
    return read_responses(COHORT, codebook)


@pytest.fixture(scope="session")
def study_tables(study: Responses) -> Tables:
    return tables.build(study)
