"""Those who answered twice and those who were lost, against pandas and plain arithmetic."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.evaluation import matched
from assessments.evaluation.codebook import Codebook, Kind
from assessments.evaluation.responses import Responses, from_matrix
from tests.assessments.evaluation.test_statistics import by_pandas


def random_cohort(codebook: Codebook, seed: int, people: int) -> Responses:
    """Answers at random; half of the people answer nothing after the course, a few nothing at all."""
    rng = np.random.default_rng(seed)
    codes = np.column_stack([rng.integers(0, len(each.codes) + 1, people) for each in codebook.coded])
    after = [each.kind in (Kind.POST, Kind.SUPPORT) for each in codebook.coded]
    codes[np.ix_(rng.random(people) < 0.5, after)] = 0
    codes[rng.random(people) < 0.05] = 0
    return from_matrix(codebook, codes.astype(np.uint8))


@pytest.mark.parametrize("people", [0, 1, 2, 80])
def test_counts_equal_pandas(codebook: Codebook, people: int) -> None:
    responses = random_cohort(codebook, people, people)
    frame = by_pandas(responses)
    before = frame[[each.name for each in codebook.of_kind(Kind.PRE)]].notna().any(axis=1)
    after = frame[[each.name for each in codebook.of_kind(Kind.POST, Kind.SUPPORT)]].notna().any(axis=1)
    waves = matched.count_waves(responses)
    assert (waves.both, waves.before_only) == ((before & after).sum(), (before & ~after).sum())
    assert waves.both + waves.before_only + waves.after_only + waves.neither == people
    for each in matched.compare_lost(responses):
        for rows, counts in ((before & after, each.kept), (before & ~after, each.lost)):
            answers = frame[each.name][rows].dropna()
            if each.codes[0] == "agree":
                answers = answers.isin(["SA", "A"]).map({True: "agree", False: "rest"})
            assert counts.tolist() == [(answers == code).sum() for code in each.codes]


def test_only_what_is_asked_for_is_compared_and_adjusted(study: Responses) -> None:
    found = matched.compare_lost(study, {"hours", "pre_challenge"})
    assert [each.name for each in found] == ["hours", "pre_challenge"]
    whole = {each.name: each for each in matched.compare_lost(study)}
    assert all(each.test.p == whole[each.name].test.p for each in found)
    assert found[0].p_adjusted <= whole["hours"].p_adjusted


def test_nothing_is_compared_twice_or_after_the_course(codebook: Codebook, study: Responses) -> None:
    names = [each.name for each in matched.compare_lost(study)]
    assert len(set(names)) == len(names)
    assert {"qualification", "motivation", "some_deprived", "pre_role_clear"} <= set(names)
    assert not {"nqf_group", "motivation_single", "post_role_clearer", "sup_team"} & set(names)


def test_the_study_lost_45_who_were_like_the_rest(study: Responses) -> None:
    assert matched.count_waves(study) == matched.Waves(both=502, before_only=45, after_only=0, neither=0)
    found = matched.compare_lost(study)
    assert all(math.isnan(each.p_adjusted) or each.p_adjusted > 0.05 for each in found)
    challenge = next(each for each in found if each.name == "pre_challenge")
    kept, everyone = 376 / challenge.kept.sum(), 409 / 527
    assert matched.moved_by_loss(challenge) == pytest.approx(100 * (kept - everyone), abs=1e-9)


@settings(max_examples=40)
@given(
    first=st.tuples(st.integers(0, 60), st.integers(0, 60)),
    second=st.tuples(st.integers(0, 60), st.integers(0, 60)),
)
def test_distance_of_two_answers_is_the_distance_of_shares(
    first: tuple[int, int], second: tuple[int, int]
) -> None:
    of_profile = matched.profile_distance(np.array(first), np.array(second))
    of_share = matched.share_distance(first[0], sum(first), second[0], sum(second))
    if not of_share.has_interval:
        return
    p, q = first[0] / sum(first), second[0] / sum(second)
    assert of_share.value == pytest.approx((p - q) / math.sqrt((p * (1 - p) + q * (1 - q)) / 2), abs=1e-9)
    assert of_profile == pytest.approx(abs(of_share.value), abs=1e-9)
    other = matched.share_distance(second[0], sum(second), first[0], sum(first))
    assert (other.low, other.high) == pytest.approx((-of_share.high, -of_share.low), abs=1e-12)


@settings(max_examples=40)
@given(
    counts=st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=2, max_size=6),
    times=st.integers(2, 9),
)
def test_distance_of_profiles_does_not_mind_order_or_number(
    counts: list[tuple[int, int]], times: int
) -> None:
    first, second = np.array(counts).T
    found = matched.profile_distance(first, second)
    turned = matched.profile_distance(second[::-1], times * first[::-1])
    assert math.isnan(found) == math.isnan(turned)
    if not math.isnan(found):
        assert turned == pytest.approx(found, abs=1e-7)
        assert found >= 0


@pytest.mark.parametrize(("first", "second"), [((23, 0), (0, 23)), ((10, 13, 0), (0, 0, 30))])
def test_groups_with_no_answer_in_common_are_not_called_alike(
    first: tuple[int, ...], second: tuple[int, ...]
) -> None:
    assert math.isnan(matched.profile_distance(np.array(first), np.array(second)))
    assert math.isnan(matched.profile_distance(np.array(second)[::-1], np.array(first)[::-1]))
