"""Commands for authors: check the library, publish a course, print the manual."""

from pathlib import Path

import click
from flask.cli import AppGroup

from courses.content import checks, loader, manual, service
from courses.content.checks import CriteriaOf
from courses.content.faults import ContentFaults
from courses.content.loader import Source
from lms.core.database import writing
from lms.core.extensions import db

FOLDER = click.option(
    "--library",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=loader.LIBRARY,
    help="The folder that holds the courses. The product's own unless given.",
)


def content_group(criteria_of: CriteriaOf | None = None) -> AppGroup:
    """The `content` group.

    Args:
        criteria_of: The criteria of a unit, by its slug. Units live on a higher floor, so the roof supplies them;
            without it references to criteria are not judged.
    """
    group = AppGroup("content", help="Courses as data: check, publish, and what may be written.")

    @group.command("check")
    @FOLDER
    def check(library: Path) -> None:
        """Judge every course; say every fault with its file and line. Exit 1 when there is one."""
        sources = _faultless(library, criteria_of)
        count = sum(1 for source in sources for _ in source.document.course.activities())
        click.echo(f"{len(sources)} courses, {count} activities: no faults")

    @group.command("publish")
    @click.argument("slug")
    @FOLDER
    def publish(slug: str, library: Path) -> None:
        """Publish a course as its next version. Content that is already published stays the version it was."""
        found = [source for source in _faultless(library, criteria_of) if source.document.course.slug == slug]
        if not found:
            raise click.ClickException(f"There is no course '{slug}' in {library}.")
        with writing():
            version = service.publish(found[0].document, by=None)
            db.session.commit()
        click.echo(f"{version.title} is published as version {version.number} ({version.content_hash[:12]})")

    @group.command("manual")
    def show_manual() -> None:
        """Print every key that a course's files may have, and what it means."""
        click.echo(manual.manual())

    return group


def _faultless(library: Path, criteria_of: CriteriaOf | None) -> list[Source]:
    try:
        sources = loader.load_library(library)
    except ContentFaults as found:
        faults = found.faults
    else:
        faults = checks.check_library(sources, criteria_of=criteria_of)
        if not faults:
            return sources
    for fault in faults:
        click.echo(str(fault), err=True)
    raise click.ClickException(
        f"{len(faults)} {'fault' if len(faults) == 1 else 'faults'}. Nothing was changed."
    )
