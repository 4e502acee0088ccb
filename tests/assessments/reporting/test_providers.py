"""Providers in a programme's report: side by side and in the order of their names; no chapter where none can be compared."""

from dataclasses import replace

import numpy as np
import pytest

from assessments.evaluation import cohort_figures, comparisons, disclosure, tables
from assessments.evaluation.cohort_figures import Divided, SortedCohorts
from assessments.evaluation.policy import Policy
from assessments.evaluation.responses import Responses, from_matrix
from assessments.reporting import chapters_frame, chapters_providers, report
from assessments.reporting.document import Figure, Points, Table
from assessments.reporting.material import Material
from tests.assessments.evaluation.conftest import COHORT, read_rows
from tests.assessments.reporting.conftest import SUBJECT

ROWS = read_rows(COHORT)
FINDING = "We see no clear difference between providers on any statement."


@pytest.fixture(scope="module")
def compared(material: Material, study: Responses) -> Material:
    """The study's report with what is said of its providers."""
    names, provider = np.unique([row["provider"] for row in ROWS], return_inverse=True)
    codes, cohort = np.unique([row["cohort"] for row in ROWS], return_inverse=True)
    own = {
        str(name): disclosure.protect(
            tables.build(from_matrix(study.codebook, study.codes[provider == place]))
        )
        for place, name in enumerate(names)
    }
    of_cohort = np.array([provider[cohort == place][0] for place in range(len(codes))])
    ordered = SortedCohorts(study, cohort, [Divided("By provider", of_cohort)])
    items = comparisons.about_providers(material.protected)
    cohorts = {item: cohort_figures.about(ordered, item, Policy()) for item in items}
    return replace(
        material,
        providers={
            item: comparisons.providers(material.protected, own, cohorts, about=item) for item in items
        },
    )


def test_providers_stand_in_the_order_of_their_names_and_pass_the_checks(compared: Material) -> None:
    written = report.build(compared, SUBJECT)
    chapter = next(each for each in written.chapters if each.title == "Provider by provider")
    figure = next(part for part in chapter.parts if isinstance(part, Figure))
    assert figure.finding == FINDING
    for group in figure.groups:
        names = [row.label for row in group.rows]
        assert names == sorted(names)
        assert len(names) == len({row["provider"] for row in ROWS})
    figures = next(table for table in written.tables if table.name == "providers")
    assert {len(row.cells) for row in figures.rows} == {3}
    tested = next(part for part in chapter.parts if isinstance(part, Table))
    assert all("p " in row.cells[0].text or "Too few" in row.cells[0].text for row in tested.rows)


def test_where_no_two_may_be_compared_a_sentence_says_so(compared: Material) -> None:
    hidden = {
        item: replace(page, show={**page.show, "groups": page.show["groups"][:1]})
        for item, page in compared.providers.items()
    }
    silent = replace(compared, providers=hidden)
    assert chapters_providers.providers(silent) is None
    assert chapters_providers.table(silent) is None
    points = [
        item for part in chapters_frame.trust(silent).parts if isinstance(part, Points) for item in part.items
    ]
    assert any(item.startswith("**Providers** cannot be compared") for item in points)
