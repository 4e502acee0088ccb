"""Facts, eligibility, numbers, names and standing: arithmetic and words without a database."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates import eligibility, serials
from certificates.eligibility import Assessed, Attended
from certificates.facts import in_hours, span
from certificates.names import is_last_name
from certificates.standing import CertificateEventKind as Event
from certificates.standing import ImpossibleOrder, Standing, fold
from tests.certificates.papers import attendance

ENDS = date(2025, 12, 5)
AFTER = date(2025, 12, 8)


def attended(**changes):
    return Attended(
        **{"is_enrolled": True, "had": 1620, "needed": 1620, "taught": 1800, "ends_on": ENDS, **changes}
    )


def assessed(**changes):
    usual = {"is_enrolled": True, "seeks_accreditation": True, "criteria": 24, "met": 24, "is_accepted": True}
    return Assessed(**{**usual, "name_is_confirmed": True, **changes})


def test_attendance_asks_for_27_of_30_hours_and_the_end_of_the_course():
    assert eligibility.attendance(attended(), today=AFTER) == ()
    assert eligibility.attendance(attended(), today=ENDS) == ()
    assert eligibility.attendance(attended(had=1619), today=AFTER) == (
        "Has 26.9 of 30 taught hours. A certificate asks for 27.",
    )
    assert eligibility.attendance(attended(had=0), today=date(2025, 12, 4)) == (
        "Has 0 of 30 taught hours. A certificate asks for 27.",
        "The course runs until 5 December 2025.",
    )
    assert eligibility.attendance(attended(is_enrolled=False), today=AFTER) == ("Has left the cohort.",)


@pytest.mark.parametrize(
    ("changes", "reasons"),
    [
        ({}, ()),
        ({"is_enrolled": False}, ("Has left the cohort.",)),
        ({"seeks_accreditation": False}, ("Does not seek accreditation.",)),
        ({"criteria": 0, "met": 0, "is_accepted": False}, ("Has not begun a portfolio.",)),
        ({"met": 23, "is_accepted": False}, ("Has 23 of 24 criteria met.",)),
        ({"is_accepted": False}, ("Every criterion is met. An IQA has yet to accept the unit.",)),
        ({"name_is_confirmed": False}, ("Has yet to confirm how their name is to be printed.",)),
    ],
)
def test_a_unit_asks_for_all_criteria_an_iqa_and_a_confirmed_name(changes, reasons):
    assert eligibility.unit(assessed(**changes)) == reasons


def test_somebody_without_a_portfolio_is_not_asked_for_their_name():
    assert len(eligibility.unit(assessed(criteria=0, met=0, is_accepted=False, name_is_confirmed=False))) == 1


def test_all_reasons_are_given_at_once():
    assert len(eligibility.unit(assessed(is_accepted=False, name_is_confirmed=False))) == 2


def test_hours_are_never_rounded_up():
    assert [in_hours(minutes) for minutes in (0, 1800, 1170, 1619, 1619 + 1)] == [
        "0",
        "30",
        "19.5",
        "26.9",
        "27",
    ]


def test_dates_do_not_say_a_month_or_year_twice():
    assert span(date(2025, 12, 1), date(2025, 12, 5)) == "1 to 5 December 2025"
    assert span(date(2025, 10, 6), date(2025, 12, 8)) == "6 October to 8 December 2025"
    assert span(date(2025, 12, 29), date(2026, 1, 2)) == "29 December 2025 to 2 January 2026"
    assert span(ENDS, ENDS) == "5 December 2025"


def test_a_role_reads_well_inside_a_sentence():
    rows = dict(attendance(signatory_role="IQA lead").rows())
    assert rows["Signed by"] == "Joy Mensah, IQA lead"
    assert dict(attendance().rows())["Signed by"] == "Joy Mensah, programme manager"


# ---- numbers


def test_a_number_is_read_however_it_is_typed():
    serial = serials.new_serial()
    bare = serial.removeprefix("GF-").replace("-", "")
    for typed in (serial, serial.lower(), bare, f"gf {bare}", f" {serial.replace('-', ' ')} "):
        assert serials.tidy_serial(typed) == serial


@given(st.lists(st.sampled_from(serials.ALPHABET), min_size=8, max_size=8).map("".join), st.data())
def test_one_wrong_letter_or_two_swapped_are_noticed(body, data):
    serial = serials._shown(body + serials._check(body))
    plain = serial.removeprefix("GF-").replace("-", "")
    place = data.draw(st.integers(0, 8))
    other = data.draw(st.sampled_from(serials.ALPHABET).filter(lambda letter: letter != plain[place]))
    assert serials.tidy_serial(plain[:place] + other + plain[place + 1 :]) is None
    swap = data.draw(st.integers(0, 6))
    swapped = plain[:swap] + plain[swap + 1] + plain[swap] + plain[swap + 2 :]
    assert swapped == plain or serials.tidy_serial(swapped) is None


def test_nonsense_is_no_number():
    for typed in ("", "GF", "GF-0000-0000-0", "GF-7K4M-29QX", "7K4M-29QX-T-T", "１２３４５６７８９", "'; --"):
        assert serials.tidy_serial(typed) is None


def test_numbers_and_codes_do_not_repeat():
    assert len({serials.new_serial() for _ in range(1000)}) == 1000
    codes = {serials.new_code() for _ in range(1000)}
    assert len(codes) == 1000
    assert {len(code) for code in codes} == {serials.CODE_LENGTH}


# ---- names


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("O'Dowd", "Maeve O’Dowd"),
        ("odowd", "Maeve O’Dowd"),
        ("Lukaszewicz", "Łukasz Łukaszewicz"),
        ("dang", "Đặng Thùy Linh"),
        ("Linh", "Đặng Thùy Linh"),
        ("ap Gwynedd", "Llŷr ap Gwynedd"),
        ("CELIK", "Zoë Ştefănescu-Çelik"),
        ("Stefanescu-Celik", "Zoë Ştefănescu-Çelik"),
        ("கோபாலகிருஷ்ணன்", "தமிழ்செல்வி கோபாலகிருஷ்ணன்"),
    ],
)
def test_a_last_name_is_known_without_accents_and_in_either_order(typed, printed):
    assert is_last_name(typed, printed)


@pytest.mark.parametrize("typed", ["", " ", "'", "Dowd", "Mae", "Maeve X", "%"])
def test_another_name_is_not(typed):
    assert not is_last_name(typed, "Maeve O’Dowd")


# ---- standing


def test_a_certificate_is_issued_and_ends_at_most_once():
    assert fold([Event.ISSUED]) is Standing.VALID
    assert fold([Event.ISSUED, Event.REPLACED]) is Standing.REPLACED
    assert fold([Event.ISSUED, Event.REVOKED]) is Standing.REVOKED


@pytest.mark.parametrize("length", [0, 1, 2, 3])
def test_any_other_order_is_refused(length):
    possible = {(Event.ISSUED,), (Event.ISSUED, Event.REPLACED), (Event.ISSUED, Event.REVOKED)}
    for events in product(Event, repeat=length):
        if events not in possible:
            with pytest.raises(ImpossibleOrder):
                fold(events)
