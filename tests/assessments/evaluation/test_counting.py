"""Counting by bitmaps gives what counting answer by answer gives, whatever the number of respondents."""

import numpy as np
import pytest

from assessments.evaluation import tables
from assessments.evaluation.bitmaps import BLOCK, PACKED
from assessments.evaluation.codebook import Codebook, Kind
from assessments.evaluation.responses import Responses, from_matrix

AROUND_A_WORD = (1, 63, 64, 65)
AROUND_A_BLOCK = (PACKED + 1, BLOCK, BLOCK + 70)


def random_responses(codebook: Codebook, people: int) -> Responses:
    """Every code of every question, and no answer, in any order."""
    rng = np.random.default_rng(people)
    most = [
        (1 << len(variable.codes)) - 1 if variable.kind is Kind.MULTIPLE else len(variable.codes)
        for variable in codebook.coded
    ]
    return from_matrix(codebook, rng.integers(0, np.array(most) + 1, (people, len(most))).astype(np.uint8))


def chose(responses: Responses, name: str, code: str) -> np.ndarray:
    """Who chose a code of a variable, of a derived variable, or of a question with several answers."""
    for variable in responses.codebook.of_kind(Kind.MULTIPLE):
        if name in variable.codes:
            values = responses.column(variable.name)
            ticked = (values >> variable.codes.index(name)) % 2 == 1
            return ticked if code == "yes" else ~ticked & (values > 0)
    source = name.removesuffix(tables.SINGLE)
    codes = {tables.AGREE: ("SA", "A"), tables.DISAGREE: ("D", "SD")}.get(code, (code,))
    places = [responses.codebook.variables[source].codes.index(each) + 1 for each in codes]
    return np.isin(responses.column(source), places)


def answered(responses: Responses, name: str) -> np.ndarray:
    """Who answered a question at all; with more than one answer to a single-answer question, as it is compared, nobody did."""
    source = next(
        (each.name for each in responses.codebook.of_kind(Kind.MULTIPLE) if name in each.codes),
        name.removesuffix(tables.SINGLE),
    )
    some = responses.column(source) > 0
    return some & ~chose(responses, source, "multiple") if name.endswith(tables.SINGLE) else some


@pytest.mark.parametrize("people", [0, *AROUND_A_WORD, *AROUND_A_BLOCK])
def test_every_count_is_the_number_of_respondents_it_stands_for(codebook: Codebook, people: int) -> None:
    responses = random_responses(codebook, people)
    counted = tables.build(responses)
    assert counted.respondents == people
    found = counted.frequencies
    for (name, code), count, base in zip(found.keys, found.count, found.base, strict=True):
        assert (count, base) == (chose(responses, name, code).sum(), answered(responses, name).sum())
    crossed = counted.transitions
    for place, (pre, post) in enumerate(crossed.pairs):
        whole = np.zeros((5, 6), np.int64)
        np.add.at(whole, (responses.column(pre), responses.column(post)), 1)
        assert (crossed.counts[place] == whole[1:, 1:]).all()
        assert (crossed.before_only[place] == whole[1:, 0]).all()
        assert (crossed.after_only[place] == whole[0, 1:]).all()


@pytest.mark.parametrize("people", [0, *AROUND_A_WORD, BLOCK + 70])
def test_every_group_has_the_members_that_it_stands_for(codebook: Codebook, people: int) -> None:
    responses = random_responses(codebook, people)
    groups = tables.build(responses).groups
    members = {
        place: np.flatnonzero(chose(responses, grouping.name, group))
        for grouping in groups.groupings
        for place, group in enumerate(grouping.groups, start=grouping.start)
    }
    for item, agree, base in zip(groups.items, groups.agree, groups.base, strict=True):
        motivation = item.removeprefix(tables.MOTIVATION_ITEM)
        name, code = (item, "agree") if motivation == item else ("motivation_single", motivation)
        agreeing, asked = chose(responses, name, code), answered(responses, name)
        for place, own in members.items():
            assert (agree[place], base[place]) == (agreeing[own].sum(), asked[own].sum())
