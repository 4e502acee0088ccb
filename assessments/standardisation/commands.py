"""`flask standardisation`: the reminder that a meeting is due."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from assessments.standardisation import reminders
from lms.core.database import writing
from lms.core.extensions import db

standardisation_group = AppGroup("standardisation", help="Standardisation of assessors.")


@standardisation_group.command("remind")
def remind() -> None:
    """Write to the IQAs of providers whose standardisation meeting is due. Daily, by a timer; once a month to each."""
    with writing():
        count = reminders.remind()
        db.session.commit()
    click.echo(f"{count} providers reminded")
