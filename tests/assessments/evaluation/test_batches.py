"""Who comes into the figures with whom: never a batch that is too small, never one cohort twice."""

from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.evaluation.batches import Waiting, form

ENOUGH = 23


def waiting(cohort, people, *, provider=1, programme=7, may_grow=False):
    return Waiting(cohort, provider, programme, people, may_grow)


def test_a_large_cohort_comes_in_alone_and_small_ones_together() -> None:
    found = form([waiting(1, 30), waiting(2, 12), waiting(3, 14), waiting(4, 9)], ENOUGH)
    assert set(found) == {frozenset({1}), frozenset({2, 3, 4})}


def test_a_cohort_left_over_waits_while_its_provider_has_more_to_come() -> None:
    assert form([waiting(1, 12, may_grow=True), waiting(2, 15, provider=2)], ENOUGH) == ()


def test_those_left_over_at_the_end_come_in_together_with_other_providers_of_the_programme() -> None:
    apart = [waiting(3, 20, provider=3, programme=None), waiting(4, 20, provider=3, programme=8)]
    assert form([waiting(1, 12), waiting(2, 15, provider=2), *apart], ENOUGH) == (frozenset({1, 2}),)


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(st.integers(0, 60), st.integers(1, 4), st.sampled_from([None, 7, 8]), st.booleans()),
        max_size=30,
    )
)
def test_every_batch_is_large_enough_and_of_one_programme(drawn) -> None:
    given_ = [
        Waiting(number, provider, programme, people, grows)
        for number, (people, provider, programme, grows) in enumerate(drawn)
    ]
    by_number = {each.cohort: each for each in given_}
    taken = [cohort for batch in form(given_, ENOUGH) for cohort in batch]
    assert len(taken) == len(set(taken))
    for batch in form(given_, ENOUGH):
        assert sum(by_number[cohort].people for cohort in batch) >= ENOUGH
        assert len({by_number[cohort].programme for cohort in batch}) == 1
