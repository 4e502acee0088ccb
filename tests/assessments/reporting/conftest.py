"""One report of the study's respondents, written once."""

from datetime import date

import pytest

from assessments.evaluation import disclosure, tables
from assessments.evaluation.codebook import study_codebook
from assessments.evaluation.disclosure import Protected
from assessments.evaluation.kept_chapters import of_responses
from assessments.evaluation.policy import Policy
from assessments.evaluation.responses import Responses, read_responses
from assessments.evaluation.sections import answered
from assessments.reporting import report
from assessments.reporting.document import Report
from assessments.reporting.material import Material, gather
from assessments.reporting.report import Subject
from tests.assessments.evaluation.conftest import COHORT

SUBJECT = Subject("Families Going Forward", "Northgate Training", date(2026, 11, 28))


@pytest.fixture(scope="session")
def study() -> Responses:
    return read_responses(COHORT, study_codebook())


@pytest.fixture(scope="session")
def protected(study: Responses) -> Protected:
    return disclosure.protect(tables.build(study))


@pytest.fixture(scope="session")
def material(study: Responses, protected: Protected) -> Material:
    return gather(
        protected,
        answered(study, Policy()),
        "the study's respondents",
        exact=True,
        chapters=of_responses(study, Policy()),
    )


@pytest.fixture(scope="session")
def written(material: Material) -> Report:
    return report.build(material, SUBJECT)
