"""The command that looks after files."""

from __future__ import annotations

import sys

import click
from flask.cli import AppGroup

from lms.core.file_checks import faulty

files_group = AppGroup("files", help="Files that people sent and that were issued.")


@files_group.command("check")
def check() -> None:
    """Read every file and compare it with what was stored; exit 1 when one is missing or damaged. Meant for every week."""
    count = 0
    for stored, fault in faulty():
        click.echo(
            f"{fault}: file {stored.id} ({stored.purpose}, {stored.created_at:%d %B %Y}) at {stored.path}"
        )
        count += 1
    click.echo(f"{count} of the files are missing or damaged")
    sys.exit(1 if count else 0)
