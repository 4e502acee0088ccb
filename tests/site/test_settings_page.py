"""The page for operators lists every setting as it is."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

from config import Settings
from lms.site import settings_table

PAGE = Path(__file__).parents[2] / "docs" / "operators.md"


def test_the_table_for_operators_is_the_one_that_the_settings_write() -> None:
    page = PAGE.read_text(encoding="utf-8")
    written = [line for line in page.splitlines() if line.startswith("|")]
    assert written == list(settings_table.lines()), (
        "run `flask --app wsgi settings table` and put its lines into docs/operators.md"
    )


def test_every_setting_has_its_line() -> None:
    lines = list(settings_table.lines())
    assert [line.split("`")[1] for line in lines[2:]] == [setting.name for setting in fields(Settings)]
