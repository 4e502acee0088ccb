"""The unit: the 24 criteria are all there, and a unit with a fault is refused with every fault and its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from assessments.portfolio.unit_files import UNITS, UnitFault, read_unit, read_units
from assessments.portfolio.unit_schema import CriterionKind, EvidenceKind, Status, Unit

UNIT = UNITS / "build-and-maintain-relationships.yaml"


@pytest.fixture(scope="module")
def unit() -> Unit:
    return read_unit(UNIT)


def test_it_has_six_outcomes_and_24_criteria_in_order(unit):
    assert [len(outcome.criteria) for outcome in unit.outcomes] == [4, 4, 3, 6, 3, 4]
    assert list(unit.criteria)[:5] == ["1.1", "1.2", "1.3", "1.4", "2.1"]
    assert len(unit.criteria) == 24


def test_it_says_whose_words_it_is_and_claims_no_number(unit):
    assert unit.label == "Centre-devised; not an awarding body's specification"
    assert unit.status is Status.CENTRE_DEVISED
    assert unit.reference_number is None
    assert (unit.level, unit.credits) == (3, 6)


def test_outcome_one_is_knowledge_and_the_rest_is_real_work(unit):
    kinds = {ref: criterion.kind for ref, criterion in unit.criteria.items()}
    assert {ref for ref, kind in kinds.items() if kind is CriterionKind.KNOWLEDGE} == {
        "1.1",
        "1.2",
        "1.3",
        "1.4",
    }
    assert not unit.needs_real_work("1.1")
    assert unit.needs_real_work("3.1")
    assert not unit.needs_real_work("5.3"), "a made-up safeguarding case is accepted"


def test_every_c_and_every_principle_is_served(unit):
    served = {word for criterion in unit.criteria.values() for word in criterion.nine_cs}
    assert served == set(unit.nine_cs)
    assert len(unit.nine_cs) == 9
    principles = {slug for criterion in unit.criteria.values() for slug in criterion.principles}
    assert principles == {principle.slug for principle in unit.principles}
    assert len(unit.principles) == 9


def test_every_criterion_says_in_plain_words_what_it_asks(unit):
    for criterion in unit.criteria.values():
        assert criterion.plain != criterion.wording
        assert len(criterion.plain.split()) <= 22, criterion.ref
        assert criterion.shows.endswith(".")


def test_a_version_read_back_from_its_document_is_the_same(unit):
    assert Unit.from_document(unit.document()) == unit


def test_a_second_small_unit_needs_no_code(tmp_path):
    (tmp_path / "small.yaml").write_text(SMALL, encoding="utf-8")
    (small,) = read_units(tmp_path)
    assert list(small.criteria) == ["1.1"]
    assert small.criteria["1.1"].best_evidence == (EvidenceKind.OBSERVATION,)


def test_every_fault_is_named_with_its_line(tmp_path):
    path = tmp_path / "faulty.yaml"
    path.write_text(
        SMALL.replace("credits: 3", "credits: three\nprice: 12").replace("kind: performance", "kind: magic")
    )
    with pytest.raises(UnitFault) as fault:
        read_unit(path)
    lines = str(fault.value).splitlines()
    assert any(line.startswith("faulty.yaml:4: credits:") for line in lines)
    assert any(line.startswith("faulty.yaml:5: price:") for line in lines)
    assert any("outcomes, 1, criteria, 1, kind" in line for line in lines)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('ref: "1.1"', 'ref: "1.2"', "criterion 1.2 stands in the place of 1.1"),
        ("number: 1", "number: 2", "outcome 2 stands in place 1"),
        ("real_work_outcomes: [1]", "real_work_outcomes: [1, 7]", "no outcome 7"),
        ("simulation_accepted: []", 'simulation_accepted: ["9.9"]', "no criterion 9.9"),
        (
            "kind: performance",
            "kind: performance\n        principles: [none-such]",
            "1.1: no principle none-such",
        ),
        ("kind: performance", "kind: performance\n        nine_cs: [conjure]", "1.1: no C conjure"),
        ("level: 3", "level: 3\nlevel: 4", "'level' is here twice"),
    ],
)
def test_a_reference_that_leads_nowhere_is_refused(tmp_path, old, new, says):
    path = tmp_path / "faulty.yaml"
    path.write_text(SMALL.replace(old, new), encoding="utf-8")
    with pytest.raises(UnitFault, match=says):
        read_unit(path)


@pytest.mark.parametrize("text", ["- a\n- list\n", "", "title: [unclosed"])
def test_a_file_that_is_no_unit_is_refused_in_words(tmp_path, text):
    path = Path(tmp_path) / "other.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UnitFault, match=r"other\.yaml:\d+: "):
        read_unit(path)


SMALL = """\
slug: small-unit
title: A small unit
level: 3
credits: 3
status: awarding-bodys-text
label: For tests
source: For tests
reference_number: A/999/9999
belongs_to: For tests
evidence_rules:
  current_years: 3
  families_at_least: 0
  real_work_outcomes: [1]
  simulation_accepted: []
  witness_never_alone: false
  answer_within_working_days: 5
outcomes:
  - number: 1
    wording: Be able to do one thing
    short: One thing
    criteria:
      - ref: "1.1"
        wording: Do the thing
        plain: Do it
        shows: Somebody saw you do it.
        kind: performance
        best_evidence: [observation]
"""
