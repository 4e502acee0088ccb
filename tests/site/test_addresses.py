"""Addresses are worked out once and remembered; what is remembered is the address that would be worked out."""

import pytest
from flask import Flask, url_for


@pytest.mark.parametrize("module_id", ["trust", "first-steps"])
def test_each_module_keeps_its_own_address(app: Flask, module_id: str) -> None:
    with app.test_request_context():
        first, again = (url_for("progress.module", module_id=module_id) for _ in range(2))
    assert first == again == f"/my-course/modules/{module_id}"


def test_an_option_is_never_taken_from_an_address_without_it(app: Flask) -> None:
    with app.test_request_context(base_url="https://one.example"):
        assert url_for("progress.home") == "/my-course"
        assert url_for("progress.home", _external=True) == "https://one.example/my-course"
        assert url_for("progress.home", _anchor="jot") == "/my-course#jot"
        assert url_for("progress.home") == "/my-course"


def test_values_that_are_equal_but_read_differently_are_not_confused(app: Flask) -> None:
    with app.test_request_context():
        assert url_for("progress.home", page=1) == "/my-course?page=1"
        assert url_for("progress.home", page=True) == "/my-course?page=True"
        assert url_for("progress.home", page="1") == "/my-course?page=1"


def test_a_site_below_a_prefix_gets_addresses_below_it(app: Flask) -> None:
    with app.test_request_context():
        assert url_for("progress.home") == "/my-course"
    with app.test_request_context(base_url="http://localhost/training"):
        assert url_for("progress.home") == "/training/my-course"


def test_more_addresses_than_are_remembered_are_still_right(app: Flask) -> None:
    with app.test_request_context():
        for number in range(5000):
            assert url_for("progress.module", module_id=f"m{number}") == f"/my-course/modules/m{number}"
        assert url_for("progress.module", module_id="m0") == "/my-course/modules/m0"
