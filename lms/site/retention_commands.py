"""The command that carries out the retention schedule."""

from __future__ import annotations

import click
from flask.cli import AppGroup
from tqdm import tqdm

from lms.core.database import writing
from lms.core.extensions import db
from lms.core.leftovers import leftovers
from lms.core.retention import Rule, clear_batch, count_past
from lms.core.text import day_year
from lms.site.retention import ROOMS

retention_group = AppGroup("retention", help="How long things are kept.")


@retention_group.command("clear-up")
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
def clear_up(*, dry_run: bool) -> None:
    """Let go whatever is past its time. Meant to run every day; again at once it finds nothing.

    A dry run counts what can go now; what only these rows still name goes with them, so that more may go than it says.
    """
    total = 0
    for rule in (rule for room in ROOMS for rule in room.rules):
        past = count_past(rule)
        if past and not dry_run:
            past = _clear(rule, past)
        if past:
            click.echo(
                f"{past:>8,}  {rule.what}: before {day_year(rule.before.date())}, kept {rule.days} days"
            )
        total += past
    total += _remove_leftovers(dry_run=dry_run)
    click.echo(f"{total:>8,}  {'would go' if dry_run else 'gone'}")


def _clear(rule: Rule, past: int) -> int:
    gone = 0
    with tqdm(total=past, desc=rule.what, unit="row", leave=False, disable=None) as bar:
        while batch := _batch(rule):
            gone += batch
            bar.update(batch)
    return gone


def _batch(rule: Rule) -> int:
    """Each in a transaction of its own, so that nobody waits long for it."""
    with writing():
        gone = clear_batch(rule, before=rule.before)
        db.session.commit()
    return gone


def _remove_leftovers(*, dry_run: bool) -> int:
    count = 0
    for file in leftovers():
        if not dry_run:
            file.unlink(missing_ok=True)
        count += 1
    if count:
        click.echo(f"{count:>8,}  files on the disk that nothing names")
    return count
