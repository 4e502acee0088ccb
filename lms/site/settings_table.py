"""The table of settings, written from the settings themselves, so that the page for operators cannot be out of date."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import Field, fields
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from config import INSTANCE, Settings

settings_group = AppGroup("settings", help="What can be set.")


def lines() -> Iterator[str]:
    """The table in Markdown, a line each."""
    yield "| setting | default | what it is |"
    yield "| --- | --- | --- |"
    for setting in fields(Settings):
        yield f"| `{setting.name}` | {_default(setting)} | {setting.metadata['meaning']} |"


def _default(setting: Field[Any]) -> str:
    factory: Any = setting.default_factory
    value = factory()
    if value == "":
        return "none"
    if isinstance(value, timedelta):
        return f"`{int(value.total_seconds() // 60)}`"
    if isinstance(value, bool):
        return "`yes`" if value else "`no`"
    shown = value.relative_to(INSTANCE.parent) if isinstance(value, Path) else value
    return f"`{shown}`".replace(f"{INSTANCE.parent}/", "")


@settings_group.command("table")
def table() -> None:
    """Print the table of settings for docs/operators.md."""
    for line in lines():
        click.echo(line)
