"""Nothing hidden can be had back: an attacker with a solver, and the rules one by one."""

import numpy as np
import pytest

from assessments.evaluation import disclosure, tables
from assessments.evaluation.codebook import Codebook, Kind
from assessments.evaluation.network import Edge, Network
from assessments.evaluation.policy import Policy
from assessments.evaluation.responses import Responses, from_matrix
from assessments.evaluation.tables import Tables
from tests.assessments.evaluation.attack import Attack
from tests.assessments.evaluation.linked_attack import as_files
from tests.assessments.evaluation.solving import EXACT, Solver


def attacks(responses: Responses) -> tuple[Attack, Attack]:
    """An attack on what is published, and on the same with nothing hidden, by which to know what is small."""
    counted = tables.build(responses)
    both = (disclosure.protect(counted), disclosure.unprotected(counted))
    first, second = (Attack(as_files(each), len(responses)) for each in both)
    return first, second


SOME = 12
"""In how many tables by group each is attacked; `sweep` attacks all of them."""


def some(study: Responses, people: int, *, seed: int, complete: bool) -> Responses:
    """Some of the study's people; `complete`: as if nobody had left anything out, which gives an attacker most."""
    rng = np.random.default_rng(seed)
    codes = study.codes[rng.choice(len(study), people, replace=False)].copy()
    derived = {study.names.index(name) for name in ("qualification", "nqf_level", "nqf_group")}
    for column in set(range(codes.shape[1])) - derived if complete else ():
        answered = study.codes[:, column][study.codes[:, column] > 0]
        gaps = codes[:, column] == 0
        codes[gaps, column] = rng.choice(answered, gaps.sum())
    return from_matrix(study.codebook, codes)


@pytest.mark.slow
def test_the_study_gives_nothing_away(study: Responses) -> None:
    shown, exact = attacks(study)
    assert shown.found(exact, Policy(), groups=SOME) == []


@pytest.mark.slow
@pytest.mark.parametrize(("people", "complete"), [(14, True), (30, False), (60, True)])
def test_a_cohort_gives_nothing_away(study: Responses, people: int, *, complete: bool) -> None:
    shown, exact = attacks(some(study, people, seed=people, complete=complete))
    assert shown.found(exact, Policy(), groups=SOME) == []


def test_bases_of_rows_do_not_narrow_how_many_disagreed(study: Responses) -> None:
    """Of 37, 31 had agreed and answered again, and three at most did not answer again: so three or more had disagreed."""
    shown, exact = attacks(some(study, 38, seed=34, complete=False))
    assert shown.found(exact, Policy(), pairs=[("pre_involve", "post_involve")]) == []


@pytest.mark.slow
def test_the_attack_finds_what_carelessness_leaves(study: Responses) -> None:
    """The attacker is a real one: with only small counts hidden, he gets them back."""
    counted = tables.build(study)
    careful = disclosure.protect(counted)
    small = (counted.groups.agree < 5) | (counted.groups.base - counted.groups.agree < 5)
    careless = disclosure.Protected(
        **{
            **vars(careful),
            "tables": counted,
            "count": (counted.frequencies.count < 5) & (counted.frequencies.count > 0),
            "base": np.zeros_like(careful.base),
            "agree": small & (counted.groups.base > 0),
            "group_base": np.zeros_like(careful.group_base),
        }
    )
    files = as_files(careless)
    system = next(Attack(files, len(study)).of_variables(["bme"]))
    system.needs = dict.fromkeys(system.hidden, EXACT)
    assert (("bme", "not_said"), (3, 3)) in Solver([system]).found()


def test_a_cohort_of_14_shows_how_many_answered_and_nothing_more(study: Responses) -> None:
    protected = disclosure.protect(tables.build(some(study, 14, seed=1, complete=True)))
    counted = protected.tables
    zero = counted.frequencies.count == 0
    assert (protected.count | zero).all()
    assert not protected.base[-1]
    assert all(
        (cells | (counts == 0)).all()
        for cells, counts in zip(protected.cells, counted.transitions.counts, strict=True)
    )
    assert protected.agree.all()
    assert protected.tests.all()
    assert np.isnan(protected.p_adjusted).all()


def test_of_the_study_most_is_still_shown(study_tables: Tables) -> None:
    """Protection that hides everything is no use: this is what it costs."""
    protected = disclosure.protect(study_tables)
    agree = [row for row, (_, code) in enumerate(study_tables.frequencies.keys) if code == "agree"]
    assert not protected.percent[agree].any()
    assert protected.percent.mean() < 0.30
    assert protected.agree.mean() < 0.40
    assert sum(rows.sum() for rows in protected.row_bases) <= 12


def test_groups_by_ethnicity_show_neither_all_nor_none(study_tables: Tables) -> None:
    protected = disclosure.protect(study_tables)
    groups = study_tables.groups
    bme = next(one for one in groups.groupings if one.name == "bme").span
    shown = ~protected.group_percent[:, bme]
    rest = (groups.base - groups.agree)[:, bme]
    assert shown.any()
    assert (rest[shown] >= 10).all()
    assert (groups.agree[:, bme][shown] >= 10).all()


def test_stricter_thresholds_hide_more(study_tables: Tables) -> None:
    usual = disclosure.protect(study_tables)
    strict = disclosure.protect(study_tables, Policy(smallest_count=10, smallest_special=20, percent_base=50))
    assert strict.agree.sum() > usual.agree.sum()
    assert strict.count.sum() > usual.count.sum()


def test_adjusted_p_values_know_nothing_of_hidden_tests(study_tables: Tables) -> None:
    protected = disclosure.protect(study_tables)
    p = study_tables.tests.p[~protected.tests]
    largest = np.nanmax(p)
    assert np.nanmax(protected.p_adjusted) == pytest.approx(largest)
    assert np.isnan(protected.p_adjusted[protected.tests]).all()


def test_ticks_of_one_question_are_hidden_together(codebook: Codebook, study: Responses) -> None:
    """The four kinds of area share one base, so one hidden count would follow from the other three tables."""
    (question,) = codebook.of_kind(Kind.MULTIPLE)
    codes = study.codes.copy()
    column = list(study.names).index(question.name)
    codes[:, column] = np.where(codes[:, column] > 0, 1, 0)
    codes[:3, column] = 1 << 3
    protected = disclosure.protect(tables.build(from_matrix(codebook, codes)))
    rare = question.codes[3]
    hidden = {
        key: bool(flag) for key, flag in zip(protected.tables.frequencies.keys, protected.count, strict=True)
    }
    assert hidden[rare, "yes"]
    assert hidden[rare, "no"]
    span = next(one for one in protected.tables.groups.groupings if one.name == rare).span
    assert protected.group_base[:, span].all()


def test_a_single_hidden_cell_takes_the_cheapest_round_trip_with_it() -> None:
    network = Network()
    numbers = {
        (r, c): network.add(Edge((("row", r), ("column", c)), value, hidden=value < 5, cost=value))
        for r, row in enumerate([[3, 40, 60], [50, 8, 70], [90, 9, 80]])
        for c, value in enumerate(row)
    }
    assert network.protect() == []
    hidden = {place for place, number in numbers.items() if network.edges[number].hidden}
    assert hidden == {(0, 0), (0, 1), (1, 0), (1, 1)}


def test_a_cell_alone_in_its_row_cannot_be_protected() -> None:
    network = Network()
    alone = network.add(Edge(("row", "column"), 3, hidden=True))
    assert network.protect() == [alone]


def test_hidden_numbers_are_not_carried_along(study_tables: Tables) -> None:
    """Whoever forgets a flag shows a nought, not a secret; rows of movement still add up to their base."""
    protected = disclosure.protect(study_tables, items=["post_challenge"])
    shown = protected.tables
    assert not shown.frequencies.count[protected.count].any()
    assert not shown.frequencies.base[protected.base].any()
    assert not shown.groups.agree[protected.agree].any()
    assert np.isnan(shown.tests.p[protected.tests]).all()
    for exact, kept, cells, rows in zip(
        study_tables.transitions.counts,
        shown.transitions.counts,
        protected.cells,
        protected.row_bases,
        strict=True,
    ):
        assert (kept[~cells] == exact[~cells]).all()
        assert (kept.sum(axis=1) == exact.sum(axis=1))[~rows].all()
        assert ((kept * cells > 0).sum(axis=1) <= 1).all()


def test_a_small_cell_takes_so_many_with_it_that_it_can_be_any_small_number() -> None:
    """A round trip over cells of one lets the three be two, three or four; with the forty beside it, it can be one as well."""
    cells = [[3, 1, 30], [1, 40, 50], [30, 50, 90]]
    for most, wanted in ((0, False), (4, True)):
        network = Network(most=most)
        numbers = {
            (r, c): network.add(Edge((("row", r), ("column", c)), value, hidden=value < 5, cost=value))
            for r, row in enumerate(cells)
            for c, value in enumerate(row)
        }
        network.add(Edge((("row", 1), ("column", 1)), 1, hidden=True))
        assert network.protect() == []
        assert network.narrowed() == []
        assert network.edges[numbers[1, 1]].hidden is wanted
