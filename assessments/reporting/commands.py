"""`flask evaluation report` and `flask evaluation data`: the whole report as a file, and the answers as a data package."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

import click
from tqdm import tqdm

from assessments.evaluation import disclosure, tables
from assessments.evaluation.commands import (
    FAULTY,
    evaluation,
    note_export,
    read_answers,
    reads_answers,
    telling_what_cannot_be_written,
)
from assessments.evaluation.kept_chapters import of_responses
from assessments.evaluation.sections import answered
from assessments.evaluation.thresholds import policy_in_force
from assessments.reporting import html, pdf, release, release_files, workbook
from assessments.reporting.checks import ReportRefused
from assessments.reporting.document import Report
from assessments.reporting.material import gather
from assessments.reporting.report import Subject, build
from lms.core import clock

__all__ = ["evaluation"]

FORMS: Mapping[str, Callable[[Report], bytes]] = MappingProxyType(
    {".pdf": pdf.as_pdf, ".html": html.as_html, ".xlsx": workbook.as_workbook}
)
STEPS = ("reading", "counting", "protecting", "writing and checking", "setting", "done")


@evaluation.command("report")
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write; its ending says the form: .pdf, .html or .xlsx.",
)
@reads_answers
def write_report(
    out: Path, responses_file: Path | None, codebook_file: Path | None, *, no_suppression: bool
) -> None:
    """Write the report: every figure checked against its table."""
    form = FORMS.get(out.suffix)
    if form is None:
        raise click.UsageError(f"{out.name}: the ending is not known; accepted: {', '.join(FORMS)}")
    with tqdm(total=len(STEPS) - 1, desc=STEPS[0], disable=not sys.stderr.isatty(), leave=False) as progress:

        def step() -> None:
            progress.update()
            progress.set_description(STEPS[int(progress.n)])

        responses = read_answers(responses_file, codebook_file)
        step()
        counted = tables.build(responses)
        step()
        policy = policy_in_force()
        protected = disclosure.unprotected(counted) if no_suppression else disclosure.protect(counted, policy)
        step()
        name = "All cohorts" if responses_file is None else f"Responses in {responses_file.name}"
        material = gather(
            protected, answered(responses, policy), name, exact=True, chapters=of_responses(responses, policy)
        )
        try:
            report = build(material, Subject(name, "", clock.today()))
        except ReportRefused as refused:
            for failure in refused.failures:
                click.echo(failure, err=True)
            sys.exit(FAULTY)
        step()
        written = form(report)
        step()
    with telling_what_cannot_be_written(out, "a file in a folder you may write to"):
        unfinished = out.with_name(f".{out.name}")
        unfinished.write_bytes(written)
        unfinished.replace(out)
    if responses_file is None and no_suppression:
        note_export(respondents=len(responses), suppression=False)
    click.echo(
        f"{len(responses)} respondents, {len(report.figures)} figures, {len(report.tables)} tables. Wrote {out}."
    )


@evaluation.command("data")
@click.option(
    "--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder to write to."
)
@click.option(
    "--everything",
    is_flag=True,
    help="Special-category and fine profile answers too, nothing blanked. For a permitted analyst only.",
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
def write_data(
    out: Path, responses_file: Path | None, codebook_file: Path | None, *, everything: bool
) -> None:
    """Write the answers row by row: CSV with codebook (a Frictionless data package), SPSS and JSON."""
    responses = read_answers(responses_file, codebook_file)
    released = release.release(responses, policy_in_force(), everything=everything)
    with telling_what_cannot_be_written(out, "a folder you may write to"):
        written = release_files.write(released, out, clock.today())
    if responses_file is None:
        note_export(respondents=len(responses), suppression=not everything, rows=True)
    click.echo(
        f"{len(responses)} rows, {released.blanked} profile answers blanked. "
        f"Wrote {', '.join(path.name for path in written)} to {out}."
    )
