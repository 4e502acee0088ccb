"""The page of methods names everything that is used, with the numbers that are used."""

import inspect
import re
from types import ModuleType

import pytest

from assessments.evaluation import (
    association,
    change_statistics,
    clusters,
    cohort_figures,
    group_figures,
    item_analysis,
    mark_disclosure,
    marks,
    matched,
    methods,
    paired_agreement,
    reliability_disclosure,
    statistics,
    views,
)
from assessments.evaluation.policy import Policy
from lms.people.roles import Role
from tests.factories.people import make_organisation, make_user

MODULES = (
    association,
    change_statistics,
    clusters,
    item_analysis,
    marks,
    matched,
    paired_agreement,
    statistics,
)
NAMED = {function for method in methods.methods() for function in method.functions}


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__.rsplit(".", 1)[-1])
def test_every_function_with_a_source_is_on_the_page(module: ModuleType) -> None:
    sourced = {
        function
        for _, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and methods.source_of(function)
    }
    assert sourced
    assert {each.__name__ for each in sourced - NAMED} == set()


def test_each_method_has_a_source_and_says_where_it_is_used() -> None:
    pages = {*views.PROGRAMME_SECTIONS.values(), "Export"}
    for method in methods.methods():
        assert method.sources, method.name
        assert set(method.used) <= pages, method.name
        assert method.in_short.endswith(".")
        assert method.in_full.endswith(".")
    tests = {
        statistics.PEARSON: "chi_square",
        statistics.FISHER: "fisher_exact",
        statistics.MONTE_CARLO: "monte_carlo",
    }
    assert set(tests) == set(group_figures.METHODS)
    assert set(tests.values()) <= {function.__name__ for function in NAMED}


def test_a_change_in_the_code_changes_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statistics, "SEED", 77)
    monkeypatch.setattr(statistics, "REPLICATES", 1_234)
    monkeypatch.setattr(clusters, "LEAST_COHORTS", 9)
    monkeypatch.setattr(matched, "FAMILY", "all of it")
    monkeypatch.setattr(cohort_figures, "MANY_COHORTS", 31)
    monkeypatch.setattr(mark_disclosure, "LEAST_VARIANCE", 1.5)
    monkeypatch.setattr(reliability_disclosure, "LEAST_NUMBERS", 4)
    words = " ".join(method.in_full for method in methods.methods())
    assert "seed 77" in words
    assert "1,234 random tables" in words
    assert "fewer than 9 cohorts" in words
    assert "all of it" in words
    assert words.count("of 31 cohorts or more") == 2
    assert "in 1,000,000,000,000 ways or more" in words
    assert "a variance of 1.5 or more" in words
    assert "every small count of an answer 4 numbers" in words
    values = dict(methods.numbers(Policy(percent_base=37)))
    assert values["Fewest people behind a percentage"] == "37"
    assert values["Fewest people behind how far marks lie apart, and tests of marks"] == "37"
    assert values["Fewest cohorts of which F and a correlation are told"] == "31"
    assert values["Smallest variance of marks of which that is told"] == "1.5"
    assert values["Fewest numbers that correlations of statements leave a small count"] == "4"
    assert values["Seed of random numbers"] == "77"


def test_the_page_is_linked_and_read_by_whoever_is_signed_in(app, client) -> None:
    client.see("evaluation.methods", status=302)
    client.sign_in(make_user(Role.PROVIDER_ADMINISTRATOR, make_organisation()))
    page = client.see("evaluation.methods")
    for method in methods.methods():
        assert method.name in page.text
    assert re.search(r"Fewest people behind a percentage\s*23", page.text)
