"""Where criteria and the unit stand: the ordinary life, every order that cannot be, and what holds of all histories."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.marking.happened import (
    Accepted,
    Agreed,
    Countersigned,
    Decided,
    Questioned,
    Referred,
    Reopened,
    Returned,
    Reversed,
    Submitted,
)
from assessments.marking.outcomes import (
    CriterionState,
    ImpossibleOrder,
    Standing,
    UnitState,
    fold,
    step,
)

CRITERIA = ("1.1", "1.2", "2.1")
EVERY = frozenset(CRITERIA)
PROPOSED = [
    Submitted(1, EVERY),
    Decided("1.1", met=True, in_training=True),
    Decided("1.2", met=False, in_training=True),
    Decided("2.1", met=True, in_training=True),
]
ALL_MET = [Submitted(1, EVERY), *(Decided(ref, met=True) for ref in CRITERIA)]


def test_nothing_has_happened():
    standing = fold(CRITERIA, [])
    assert standing.unit is UnitState.IN_PROGRESS
    assert set(standing.states().values()) == {CriterionState.NONE}


def test_evidence_that_is_not_sent_makes_a_criterion_ready():
    states = fold(CRITERIA, []).states(with_new_evidence=["1.2"])
    assert states == {"1.1": "none", "1.2": "ready", "2.1": "none"}


def test_the_whole_life_of_a_portfolio():
    life = []

    def after(*entries):
        life.extend(entries)
        standing = fold(CRITERIA, life)
        return list(standing.states().values()), standing.unit

    assert after(Submitted(1, frozenset({"1.1", "1.2"}))) == (["with", "with", "none"], "submitted")
    assert after(Decided("1.1", met=True)) == (["met", "with", "none"], "submitted")
    assert after(Decided("1.2", met=False)) == (["met", "with", "none"], "submitted"), (
        "held until the referral"
    )
    assert after(Referred(1)) == (["met", "notyet", "none"], "referred")
    assert after(Submitted(2, frozenset({"1.2", "2.1"}))) == (["met", "with", "with"], "submitted")
    assert after(Decided("1.2", met=True), Decided("2.1", met=True)) == (["met"] * 3, "met-awaiting-iqa")
    assert after(Agreed("1.1"), Returned("2.1")) == (["agreed", "met", "with"], "submitted")
    assert after(Decided("2.1", met=True)) == (["agreed", "met", "met"], "met-awaiting-iqa")
    assert after(Agreed("2.1"), Accepted()) == (["agreed", "met", "agreed"], "accepted")


def test_some_criteria_met_and_the_rest_not_sent_is_in_progress():
    standing = fold(CRITERIA, [Submitted(1, frozenset({"1.1"})), Decided("1.1", met=True)])
    assert standing.unit is UnitState.IN_PROGRESS
    assert standing.met == 1


def test_only_what_was_referred_or_never_sent_may_be_sent():
    standing = fold(
        CRITERIA,
        [
            Submitted(1, frozenset({"1.1", "1.2"})),
            Decided("1.1", met=True),
            Decided("1.2", met=False),
            Referred(1),
        ],
    )
    assert [ref for ref in CRITERIA if standing.may_send(ref)] == ["1.2", "2.1"]
    assert standing.states(with_new_evidence=CRITERIA) == {"1.1": "met", "1.2": "ready", "2.1": "ready"}


def test_a_returned_criterion_waits_for_the_assessor_in_its_own_submission():
    standing = fold(CRITERIA, [*ALL_MET, Returned("1.2")])
    assert standing.to_decide(1) == ("1.2",)
    again = fold(CRITERIA, [*ALL_MET, Returned("1.2"), Decided("1.2", met=False), Referred(1)])
    assert again.state("1.2") is CriterionState.NOT_YET


def test_what_is_decided_in_training_reaches_nobody_until_it_is_countersigned():
    standing = fold(CRITERIA, PROPOSED)
    assert set(standing.states().values()) == {"with"}
    assert (standing.unit, standing.met) == ("submitted", 0)
    assert standing.to_countersign(1) == CRITERIA
    questioned = fold(CRITERIA, [*PROPOSED, Questioned("1.2")])
    assert questioned.to_decide(1) == ("1.2",)
    assert questioned.to_countersign(1) == ("1.1", "2.1")
    signed = fold(CRITERIA, [*PROPOSED, *map(Countersigned, CRITERIA)])
    assert signed.held(1) == ("1.2",)
    assert fold(CRITERIA, [*PROPOSED, *map(Countersigned, CRITERIA), Referred(1)]).states() == {
        "1.1": "met",
        "1.2": "notyet",
        "2.1": "met",
    }


def test_a_decision_that_was_sent_is_reversed_by_another_after_it():
    standing = fold(CRITERIA, [*ALL_MET, Reversed("1.2", met=False)])
    assert (standing.state("1.2"), standing.unit) == ("notyet", "referred")
    assert standing.may_send("1.2")
    assert (
        fold(CRITERIA, [*ALL_MET, Reversed("1.2", met=False), Reversed("1.2", met=True)]).unit
        == UnitState.MET
    )


def test_reopening_takes_the_acceptance_back_and_only_that_criterion_is_decided_again():
    standing = fold(CRITERIA, [*ALL_MET, Agreed("1.1"), Accepted(), Reopened("1.1")])
    assert not standing.accepted
    assert standing.states() == {"1.1": "with", "1.2": "met", "2.1": "met"}
    assert standing.to_decide(1) == ("1.1",)


@pytest.mark.parametrize(
    ("history", "then", "says"),
    [
        ([], Decided("1.1", met=True), "1.1 cannot be decided: it is not sent"),
        ([], Decided("9.9", met=True), "the unit has no criterion 9.9"),
        ([], Submitted(2, EVERY), "submission 2 cannot follow submission 0"),
        ([], Submitted(1, frozenset()), "submission 1 holds no criterion"),
        ([], Submitted(1, frozenset({"7.7"})), "the unit has no criterion 7.7"),
        ([], Agreed("1.1"), "1.1 cannot be agreed: it is not sent"),
        ([], Accepted(), "the unit cannot be accepted: 1.1, 1.2, 2.1 not met"),
        ([Submitted(1, EVERY)], Submitted(1, EVERY), "submission 1 cannot follow submission 1"),
        (
            [Submitted(1, EVERY)],
            Submitted(2, frozenset({"1.1"})),
            "1.1 cannot be sent: it is with the assessor",
        ),
        ([Submitted(1, EVERY)], Agreed("1.1"), "1.1 cannot be agreed: it is with the assessor"),
        ([Submitted(1, EVERY)], Referred(1), "submission 1 cannot be referred: 1.1, 1.2, 2.1 not decided"),
        (ALL_MET, Referred(1), "nothing in it is not yet met"),
        (ALL_MET, Decided("1.1", met=False), "1.1 cannot be decided: it is met"),
        (ALL_MET, Submitted(2, frozenset({"1.1"})), "1.1 cannot be sent: it is met"),
        ([*ALL_MET, Agreed("1.1")], Returned("1.1"), "1.1 cannot be returned: it is agreed by the IQA"),
        ([*ALL_MET, Accepted()], Returned("1.1"), "the unit has been accepted"),
        ([*ALL_MET, Accepted()], Reversed("1.1", met=False), "the unit has been accepted"),
        (PROPOSED, Agreed("1.1"), "1.1 cannot be agreed: it is decided as met, and not countersigned yet"),
        (PROPOSED, Accepted(), "the unit cannot be accepted: 1.1, 1.2, 2.1 not met"),
        (PROPOSED, Referred(1), "submission 1 cannot be referred: 1.1, 1.2, 2.1 not countersigned"),
        (ALL_MET, Countersigned("1.1"), "1.1 cannot be countersigned: it is met"),
        ([*ALL_MET, Agreed("1.1")], Reversed("1.1", met=False), "1.1 cannot be reversed: it is agreed"),
        (ALL_MET, Reversed("1.1", met=True), "1.1 cannot be reversed: it is met"),
        ([Submitted(1, EVERY)], Reopened("1.1"), "1.1 cannot be reopened: it is with the assessor"),
    ],
)
def test_an_order_that_cannot_be_is_refused_in_words(history, then, says):
    standing = fold(CRITERIA, history)
    with pytest.raises(ImpossibleOrder, match=says):
        step(standing, then)


refs = st.sampled_from([*CRITERIA, "9.9"])
entries = st.one_of(
    st.builds(Submitted, st.integers(0, 4), st.frozensets(refs, max_size=4)),
    st.builds(Decided, refs, met=st.booleans(), in_training=st.booleans()),
    st.builds(Countersigned, refs),
    st.builds(Questioned, refs),
    st.builds(Reversed, refs, met=st.booleans()),
    st.builds(Reopened, refs),
    st.builds(Referred, st.integers(0, 4)),
    st.builds(Returned, refs),
    st.builds(Agreed, refs),
    st.builds(Accepted),
)


@st.composite
def histories(draw):
    """A history in which only what may happen happened; a quarter of it is proposed blindly."""
    standing, history = Standing(CRITERIA), []
    for _ in range(draw(st.integers(0, 12))):
        sendable = [ref for ref in CRITERIA if standing.may_send(ref)]
        likely = st.one_of(
            entries,
            st.builds(
                Submitted,
                st.just(standing.submissions + 1),
                st.frozensets(st.sampled_from(sendable or ["1.1"]), min_size=1),
            ),
            st.builds(Decided, st.sampled_from(CRITERIA), met=st.booleans(), in_training=st.booleans()),
            st.builds(Countersigned, st.sampled_from(CRITERIA)),
            st.builds(Referred, st.just(standing.submissions)),
        )
        entry = draw(likely)
        try:
            standing = step(standing, entry)
        except ImpossibleOrder:
            continue
        history.append(entry)
    return history


@given(histories(), st.integers(0, 12))
def test_a_history_and_its_continuation_agree(history, cut):
    resumed = fold(CRITERIA, history[:cut])
    for entry in history[cut:]:
        resumed = step(resumed, entry)
    assert resumed == fold(CRITERIA, history)


@given(histories())
def test_the_same_thing_twice_never_counts_twice(history):
    """A repeated click is refused: no entry may follow itself."""
    standing = Standing(CRITERIA)
    for entry in history:
        standing = step(standing, entry)
        with pytest.raises(ImpossibleOrder):
            step(standing, entry)


@given(histories())
def test_a_criterion_is_never_agreed_before_it_counts_as_met(history):
    met, proposed = set(), set()
    for entry in history:
        match entry:
            case Decided(ref, met=is_met, in_training=in_training):
                (proposed if in_training else met).update({ref} if is_met else ())
            case Countersigned(ref) if ref in proposed:
                met.add(ref)
            case Reversed(ref, met=is_met):
                (met.add if is_met else met.discard)(ref)
            case Returned(ref) | Reopened(ref):
                met.discard(ref)
                proposed.discard(ref)
            case Questioned(ref):
                proposed.discard(ref)
            case Agreed(ref):
                assert ref in met
            case Accepted():
                assert met == EVERY


@given(histories())
def test_met_only_falls_when_a_decision_is_taken_back(history):
    standing = Standing(CRITERIA)
    for entry in history:
        later = step(standing, entry)
        if not isinstance(entry, Returned | Reversed | Reopened):
            assert later.met >= standing.met
        standing = later


@given(histories())
def test_the_unit_agrees_with_its_criteria(history):
    standing = fold(CRITERIA, history)
    states = set(standing.states().values())
    done = {CriterionState.MET, CriterionState.AGREED}
    assert (standing.unit in {UnitState.MET, UnitState.ACCEPTED}) == (states <= done)
    assert (standing.unit is UnitState.REFERRED) == (CriterionState.NOT_YET in states)
    assert len([s for s in standing.states().values() if s in done]) == standing.met
    asked_for_more = [ref for ref, s in standing.states().items() if s is CriterionState.NOT_YET]
    assert list(standing.referred) == asked_for_more


@given(histories(), entries)
def test_a_refusal_changes_nothing(history, entry):
    standing = fold(CRITERIA, history)
    before = fold(CRITERIA, history)
    with suppress(ImpossibleOrder):
        step(standing, entry)
    assert standing == before
