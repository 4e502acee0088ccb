"""`flask evaluation`: the evaluation's figures as files."""

import sys
from pathlib import Path

import click

from assessments.evaluation import disclosure, export, queries, releasing, tables
from assessments.evaluation.codebook import FaultyFile, read_codebook, study_codebook
from assessments.evaluation.responses import Responses, read_responses
from assessments.evaluation.thresholds import policy_in_force
from lms.core import audit, clock
from lms.core.audit import Act
from lms.core.database import writing
from lms.core.extensions import db

FAULTY = 2


@click.group("evaluation")
def evaluation() -> None:
    """Figures of the evaluation."""


@evaluation.command("export")
@click.option(
    "--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder to write to."
)
@click.option(
    "--responses",
    "responses_file",
    type=click.Path(path_type=Path),
    help="Read this CSV file of responses instead of the database.",
)
@click.option(
    "--codebook",
    "codebook_file",
    type=click.Path(path_type=Path),
    help="What the file's codes mean. The 2011 study's codebook when left out.",
)
@click.option("--no-suppression", is_flag=True, help="Hide nothing. For a permitted analyst only.")
def export_figures(
    out: Path, responses_file: Path | None, codebook_file: Path | None, *, no_suppression: bool
) -> None:
    """Write frequencies.csv, transitions.csv, groups.csv and tests.csv."""
    if responses_file is None and codebook_file is not None:
        raise click.UsageError("--codebook describes a file: name it with --responses.")
    try:
        responses = from_database() if responses_file is None else from_files(responses_file, codebook_file)
    except FaultyFile as faulty:
        for fault in faulty.faults:
            click.echo(str(fault), err=True)
        sys.exit(FAULTY)
    counted = tables.build(responses)
    protected = (
        disclosure.unprotected(counted) if no_suppression else disclosure.protect(counted, policy_in_force())
    )
    try:
        written = export.write(protected, out)
    except OSError as error:
        click.echo(
            f"{out}: cannot be written ({error.strerror}); accepted: a folder you may write to", err=True
        )
        sys.exit(FAULTY)
    if responses_file is None and no_suppression:
        note_export(respondents=len(responses))
    click.echo(f"{len(responses)} respondents. Wrote {', '.join(path.name for path in written)} to {out}.")


@evaluation.command("release")
def release_figures() -> None:
    """Take cohorts whose questionnaires have closed into the results, with enough others. To be run every day."""
    with writing():
        out = releasing.release(policy_in_force(), on=clock.today())
        db.session.commit()
    click.echo(f"{len(out)} sets of figures came out." if out else "Nothing is due.")


def from_database() -> Responses:
    """Every response in the database; needs an application context."""
    return queries.all_answers()


def note_export(*, respondents: int) -> None:
    """Enter an export without suppression in the audit trail."""
    with writing():
        audit.record(
            Act.EVALUATION_EXPORTED, by=None, kind="responses", respondents=respondents, suppression=False
        )
        db.session.commit()


def from_files(responses_file: Path, codebook_file: Path | None) -> Responses:
    """Responses from a file, without a database.

    Raises:
        FaultyFile: With every fault of the codebook, or else of the responses.
    """
    codebook = study_codebook() if codebook_file is None else read_codebook(codebook_file)
    return read_responses(responses_file, codebook)
