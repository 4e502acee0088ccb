"""What could identify a family is found; what only looks like it is left alone."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.identifying.finding import find
from assessments.identifying.findings import Identifier
from assessments.identifying.numbers import is_nhs_number


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Her NHS number is 943 476 5919.", Identifier.NHS_NUMBER),
        ("NHS 9434765919", Identifier.NHS_NUMBER),
        ("NI: QQ 12 34 56 C is the sample, AB 12 34 56 C is not", Identifier.NI_NUMBER),
        ("ab123456c", Identifier.NI_NUMBER),
        ("Ring 07700 900123 after six", Identifier.PHONE),
        ("Ring 0113 496 0000", Identifier.PHONE),
        ("+44 7700 900123", Identifier.PHONE),
        ("+44 (0)113 496 0000", Identifier.PHONE),
        ("They live at LS1 4AP.", Identifier.POSTCODE),
        ("M1 1AE", Identifier.POSTCODE),
        ("EC1A 1BB", Identifier.POSTCODE),
        ("mail gran@example.org today", Identifier.EMAIL),
        ("dob 12/03/2019", Identifier.BIRTH_DATE),
        ("born on 3rd March 2019", Identifier.BIRTH_DATE),
    ],
)
def test_it_is_found(text, kind):
    findings = find(text)
    assert [finding.kind for finding in findings] == [kind]
    assert text[findings[0].start : findings[0].end] == findings[0].found


@pytest.mark.parametrize(
    "text",
    [
        "Family B came on Tuesday 10 March at 9.30am and stayed until 11.15.",
        "We met 4 times in 2026 and 12 times in 2025.",
        "The plan had 3 steps: 1.1, 2.2 and 3.1.",
        "Unit 300, 6 credits, 30 taught hours, page 1234567890123",
        "Between 2010 and 2011, 1,214 people took part; 94.6% agreed.",
        "1234567890",
        "",
    ],
)
def test_ordinary_writing_is_left_alone(text):
    assert find(text) == []


def test_an_nhs_number_is_told_by_its_check_digit():
    assert is_nhs_number("9434765919")
    assert not is_nhs_number("9434765918")


def test_only_an_nhs_or_national_insurance_number_may_never_stay():
    assert {kind for kind in Identifier if not kind.may_stay} == {Identifier.NHS_NUMBER, Identifier.NI_NUMBER}


@given(st.text(max_size=400))
def test_findings_never_overlap_and_stand_in_order(text):
    findings = find(text)
    assert all(a.end <= b.start for a, b in pairwise(findings))
