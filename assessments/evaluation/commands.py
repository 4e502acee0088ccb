"""`flask evaluation`: the evaluation's figures as files."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy.exc import IntegrityError

from assessments.evaluation import disclosure, export, queries, releasing, tables
from assessments.evaluation.codebook import FaultyFile, read_codebook, study_codebook
from assessments.evaluation.models import Release
from assessments.evaluation.responses import Responses, read_responses
from assessments.evaluation.thresholds import policy_in_force
from assessments.questionnaires import columns
from lms.core import audit, clock
from lms.core.audit import Act
from lms.core.database import writing
from lms.core.extensions import db

FAULTY = 2


@click.group("evaluation")
def evaluation() -> None:
    """Figures of the evaluation."""


Options = Callable[..., None]


def reads_answers(command: Options) -> Options:
    """The options of a command that reads answers from the database, or straight from files."""
    for option in (
        click.option("--no-suppression", is_flag=True, help="Hide nothing. For a permitted analyst only."),
        click.option(
            "--codebook",
            "codebook_file",
            type=click.Path(path_type=Path),
            help="What the file's codes mean. The 2011 study's codebook when left out.",
        ),
        click.option(
            "--responses",
            "responses_file",
            type=click.Path(path_type=Path),
            help="Read this CSV file of responses instead of the database.",
        ),
    ):
        command = option(command)
    return command


@evaluation.command("export")
@click.option(
    "--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder to write to."
)
@reads_answers
def export_figures(
    out: Path, responses_file: Path | None, codebook_file: Path | None, *, no_suppression: bool
) -> None:
    """Write frequencies.csv, transitions.csv, groups.csv and tests.csv."""
    responses = read_answers(responses_file, codebook_file)
    counted = tables.build(responses)
    protected = (
        disclosure.unprotected(counted) if no_suppression else disclosure.protect(counted, policy_in_force())
    )
    with telling_what_cannot_be_written(out, "a folder you may write to"):
        written = export.write(protected, out)
    if responses_file is None and no_suppression:
        note_export(respondents=len(responses), suppression=False)
    click.echo(f"{len(responses)} respondents. Wrote {', '.join(path.name for path in written)} to {out}.")


@evaluation.command("release")
def release_figures() -> None:
    """Take cohorts whose questionnaires have closed into the results, with enough others. To be run every day.

    Answers of questionnaires that have closed are copied by column first, so that results are read quickly from then on.
    """
    sum(_copied())
    try:
        out = _released()
    except IntegrityError:
        # another run brought out the same meanwhile, which is seen this time; any other fault comes again
        db.session.rollback()
        out = _released()
    click.echo(f"{len(out)} sets of figures came out." if out else "Nothing is due.")


def _released() -> list[Release]:
    with writing():
        out = releasing.release(policy_in_force(), on=clock.today())
        db.session.commit()
    return out


def read_answers(responses_file: Path | None, codebook_file: Path | None) -> Responses:
    """Answers from the file named, or from the database; faults are told and end the command."""
    if responses_file is None and codebook_file is not None:
        raise click.UsageError("--codebook describes a file: name it with --responses.")
    try:
        return from_database() if responses_file is None else from_files(responses_file, codebook_file)
    except FaultyFile as faulty:
        for fault in faulty.faults:
            click.echo(str(fault), err=True)
        sys.exit(FAULTY)


@contextmanager
def telling_what_cannot_be_written(out: Path, accepted: str) -> Iterator[None]:
    """End the command with a plain sentence when its file or folder cannot be written."""
    try:
        yield
    except OSError as error:
        click.echo(f"{out}: cannot be written ({error.strerror}); accepted: {accepted}", err=True)
        sys.exit(FAULTY)


def from_database() -> Responses:
    """Every response in the database; needs an application context."""
    return queries.all_answers()


def note_export(*, respondents: int, suppression: bool, rows: bool = False) -> None:
    """Enter an export in the audit trail that tells more than protected figures: whether anything was held back, and
    whether single rows left.
    """
    with writing():
        audit.record(
            Act.EVALUATION_EXPORTED,
            by=None,
            kind="responses",
            respondents=respondents,
            suppression=suppression,
            rows=rows,
        )
        db.session.commit()


def from_files(responses_file: Path, codebook_file: Path | None) -> Responses:
    """Responses from a file, without a database.

    Raises:
        FaultyFile: With every fault of the codebook, or else of the responses.
    """
    codebook = study_codebook() if codebook_file is None else read_codebook(codebook_file)
    return read_responses(responses_file, codebook)


@evaluation.command("columns")
@click.option("--rebuild", is_flag=True, help="Drop every copy first and make them anew.")
@click.option("--drop", is_flag=True, help="Drop every copy and make none.")
def copy_columns(*, rebuild: bool, drop: bool) -> None:
    """Copy the answers of questionnaires that have closed by column, so that large programmes are read quickly.

    Figures are the same with and without copies. Safe to repeat: only what is not copied yet is copied.
    """
    if rebuild or drop:
        with writing():
            columns.drop()
            db.session.commit()
    copied = 0 if drop else sum(_copied())
    click.echo("Dropped every copy." if drop else f"Copied {copied:,} responses.")


def _copied() -> Iterator[int]:
    """How many responses each copy holds; each is kept before the next is begun, so that nobody waits for all."""
    for waves in list(columns.list_to_copy()):
        with writing():
            yield columns.copy(waves)
            db.session.commit()
