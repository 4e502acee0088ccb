"""Commands for authors: check the library, publish a course, print the manual, write the schema for editors."""

from pathlib import Path

import click
from flask.cli import AppGroup

from courses.content import checks, json_schema, loader, manual, service
from courses.content.checks import CriteriaOf
from courses.content.loader import Source
from lms.core.database import writing
from lms.core.extensions import db
from lms.core.text import plural

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
        click.echo(f"{plural(len(sources), 'course')}, {plural(count, 'activity', 'activities')}: no faults")

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

    @group.command("schema")
    @click.option(
        "--to",
        "folder",
        type=click.Path(file_okay=False, path_type=Path),
        default=json_schema.FOLDER,
        help="The folder to write into. The product's own unless given.",
    )
    def write_schema(folder: Path) -> None:
        """Write the JSON schema of course.yaml and of the files in modules/, for editors."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in json_schema.schemas().items():
            (folder / name).write_text(text, encoding="utf-8")
            click.echo(str(folder / name))

    return group


def _faultless(library: Path, criteria_of: CriteriaOf | None) -> list[Source]:
    sources, unreadable = loader.read_library(library)
    faults = sorted({*unreadable, *checks.check_library(sources, criteria_of=criteria_of)})
    if not faults:
        return sources
    for fault in faults:
        click.echo(str(fault), err=True)
    raise click.ClickException(f"{plural(len(faults), 'fault')}. Nothing was changed.")
