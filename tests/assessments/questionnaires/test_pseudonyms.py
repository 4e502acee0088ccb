"""Keyed pseudonyms: stable for the same thing, unlike for anything else, useless without the key."""

from assessments.questionnaires.pseudonyms import (
    CHECK_LENGTH,
    LENGTH,
    Purpose,
    check_value,
    derive,
    derive_each,
)

KEY, OTHER = b"k" * 32, b"o" * 32


def test_the_same_enrolment_has_one_pseudonym():
    assert derive(KEY, Purpose.ENROLMENT, "abc") == derive(KEY, Purpose.ENROLMENT, "abc")
    assert len(derive(KEY, Purpose.ENROLMENT, "abc")) == LENGTH
    assert set(derive(KEY, Purpose.ENROLMENT, "abc")) <= set("0123456789abcdef")


def test_the_value_is_hmac_sha256_cut_to_128_bits():
    # checked against: printf '24:response of an enrolment3:abc' | openssl dgst -sha256 -hmac kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk
    assert derive(KEY, Purpose.ENROLMENT, "abc") == "a12dd02e3536088c3169cdb0fb56763d"


def test_another_key_purpose_or_thing_gives_another():
    values = {
        derive(key, purpose, *parts)
        for key in (KEY, OTHER)
        for purpose in Purpose
        for parts in (("ab", "c"), ("a", "bc"), ("abc",))
    }
    assert len(values) == 2 * len(Purpose) * 3


def test_a_check_value_tells_keys_apart():
    assert check_value(KEY) == check_value(KEY) != check_value(OTHER)
    assert len(check_value(KEY)) == CHECK_LENGTH


def test_many_at_once_are_the_same_as_one_by_one():
    names = ["", "a", "abc", "Ṣadé"]
    assert derive_each(KEY, Purpose.SPECIAL, names) == [derive(KEY, Purpose.SPECIAL, name) for name in names]
