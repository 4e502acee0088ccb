"""The IQA's pages of standardisation: exercises, from the script to the discussion."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, request
from flask.typing import ResponseReturnValue

from assessments.portfolio import queries as portfolios
from assessments.portfolio.models import UnitVersion
from assessments.standardisation import exercises, meetings, queries, results
from assessments.standardisation.blueprint import blueprint as blueprint  # noqa: PLC0414 (importing this module adds these routes to it)
from assessments.standardisation.forms import (
    CopyForm,
    ExerciseForm,
    OpenForm,
    PieceForm,
    RemarkForm,
)
from assessments.standardisation.models import Exercise, ScriptPiece
from lms.core import clock, files
from lms.core.access import Reach, current_actor, requires
from lms.core.errors import DomainError
from lms.core.files import StoredFile
from lms.core.forms import PressForm, first_error
from lms.core.permissions import Permission
from lms.core.text import plural
from lms.core.web import render, see_other
from lms.people.models import Organisation
from lms.people.queries import get_organisation, list_organisations

IQA = Permission.VERIFICATION_SAMPLE_DECIDE


@blueprint.get("/")
@requires(IQA)
def index(reach: Reach) -> ResponseReturnValue:
    """Exercises, meetings, what is open, and whether the next meeting is due."""
    return index_page(reach)


def index_page(reach: Reach, *, error: str = "") -> str:
    """The page of `index`, with what was wrong when something sent from it was refused."""
    today = clock.today()
    found = []
    for provider in list_organisations(within=reach):
        last = meetings.last_held(provider.id)
        is_due = meetings.is_due(last, today=today)
        found.append(
            (provider, last, is_due, meetings.meetings(provider.id), meetings.open_actions(provider.id))
        )
    return render(
        "assessments/standardisation/index.html",
        rows=queries.exercises(queries.at_providers(reach)),
        providers=found,
        today=today,
        months=meetings.MONTHS_BETWEEN,
        error=error,
    )


@blueprint.get("/providers/<ref:provider_ref>/exercises/new")
@requires(IQA, provider=get_organisation)
def new_exercise(provider: Organisation) -> ResponseReturnValue:
    """Begin an exercise."""
    return _new_page(provider, _exercise_form(provider))


@blueprint.post("/providers/<ref:provider_ref>/exercises/new")
@requires(IQA, provider=get_organisation)
def prepare(provider: Organisation) -> ResponseReturnValue:
    """Keep it, to be filled."""
    form = _exercise_form(provider)
    if not form.validate():
        return _new_page(provider, form), 422
    version = next(one for one in queries.unit_versions(provider.id) if one.ref == form.unit.data)
    try:
        made = exercises.prepare(
            provider,
            version,
            title=form.title.data or "",
            criteria=form.criteria.data or (),
            by=current_actor(),
        )
    except DomainError as error:
        form.add_error(error.message, field=error.field)
        return _new_page(provider, form), error.status
    return see_other("standardisation.exercise", exercise_ref=made.ref)


@blueprint.get("/exercises/<ref:exercise_ref>")
@requires(IQA, exercise=queries.get_exercise)
def exercise(exercise: Exercise) -> ResponseReturnValue:
    """A script being prepared; or who has judged; or what was said."""
    return _page(exercise)


@blueprint.post("/exercises/<ref:exercise_ref>/copy")
@requires(IQA, exercise=queries.get_exercise)
def copy(exercise: Exercise) -> ResponseReturnValue:
    """Copy the evidence of a portfolio."""
    ref = request.form.get("portfolio", "")
    try:
        portfolio = queries.sampled_portfolio(exercise, ref)
        count = exercises.copy_from(exercise, portfolio, by=current_actor())
    except DomainError as error:
        return _page(exercise, error=error.message), error.status
    flash(f"{plural(count, 'piece')} copied. Read each: take out what names anybody.")
    return see_other("standardisation.exercise", exercise_ref=exercise.ref)


@blueprint.post("/exercises/<ref:exercise_ref>/pieces")
@requires(IQA, exercise=queries.get_exercise)
def add_piece(exercise: Exercise) -> ResponseReturnValue:
    """Put a piece into the script."""
    form = PieceForm(request.form)
    upload = request.files.get("file")
    if not form.validate():
        return _page(exercise, error=first_error(form), piece=form), 422
    try:
        exercises.add_piece(
            exercise,
            title=form.title.data or "",
            text=form.text.data or "",
            upload=(upload.stream, upload.filename) if upload and upload.filename else None,
            by=current_actor(),
        )
    except DomainError as error:
        return _page(exercise, error=error.message, piece=form), error.status
    return see_other("standardisation.exercise", exercise_ref=exercise.ref)


@blueprint.post("/pieces/<ref:piece_ref>")
@requires(IQA, piece=queries.get_piece)
def change_piece(piece: ScriptPiece) -> ResponseReturnValue:
    """Change the words of a piece, or take it out."""
    exercise = piece.exercise
    form, takes_out = PieceForm(request.form), bool(request.form.get("take_out"))
    if not takes_out and not form.validate():
        return _page(exercise, error=first_error(form), typed={piece.ref: form}), 422
    try:
        if takes_out:
            exercises.take_out(piece, by=current_actor())
        else:
            exercises.change_piece(
                piece, title=form.title.data or "", text=form.text.data or "", by=current_actor()
            )
    except DomainError as error:
        return _page(exercise, error=error.message, typed={piece.ref: form}), error.status
    flash("Kept.")
    return see_other("standardisation.exercise", exercise_ref=exercise.ref)


@blueprint.post("/exercises/<ref:exercise_ref>/open")
@requires(IQA, exercise=queries.get_exercise)
def open_exercise(exercise: Exercise) -> ResponseReturnValue:
    """Ask the assessors."""
    form = OpenForm(request.form)
    try:
        count = exercises.open_to_assessors(
            exercise, is_anonymous=bool(form.is_anonymous.data), by=current_actor()
        )
    except DomainError as error:
        return _page(exercise, error=error.message), error.status
    flash(f"{plural(count, 'assessor')} asked. We wrote to each.")
    return see_other("standardisation.exercise", exercise_ref=exercise.ref)


@blueprint.post("/exercises/<ref:exercise_ref>/close")
@requires(IQA, exercise=queries.get_exercise)
def close_exercise(exercise: Exercise) -> ResponseReturnValue:
    """Let everybody see what was said so far."""
    try:
        exercises.close(exercise, by=current_actor())
    except DomainError as error:
        return _page(exercise, error=error.message), error.status
    flash("Closed. Everybody sees what was said.")
    return see_other("standardisation.exercise", exercise_ref=exercise.ref)


@blueprint.post("/exercises/<ref:exercise_ref>/remarks")
@requires(IQA, exercise=queries.get_exercise)
def remark(exercise: Exercise) -> ResponseReturnValue:
    """Say something, or settle a criterion."""
    form = RemarkForm(request.form, criteria=exercise.criteria)
    if not form.validate():
        return _page(
            exercise, error="Write something, about the script or one criterion of it.", said=form
        ), 422
    met = {"met": True, "not": False}.get(form.met.data or "")
    try:
        exercises.remark(
            exercise,
            text=form.text.data or "",
            criterion=form.criterion.data or "",
            met=met,
            by=current_actor(),
        )
    except DomainError as error:
        return _page(exercise, error=error.message, said=form), error.status
    return see_other("standardisation.exercise", exercise_ref=exercise.ref, _anchor="said")


@blueprint.get("/files/<ref:file_ref>")
@requires(IQA, file=queries.script_file)
def file(file: StoredFile) -> ResponseReturnValue:
    """A file of a script."""
    return files.send(file, inline=file.is_picture)


def _exercise_form(provider: Organisation) -> ExerciseForm:
    versions = queries.unit_versions(provider.id)
    return ExerciseForm(
        request.form if request.method == "POST" else None,
        units=[(one.ref, f"{one.title}, version {one.number}") for one in versions],
        criteria=_criteria(versions),
    )


def _criteria(versions: list[UnitVersion]) -> list[tuple[str, str]]:
    """The criteria of the newest unit, and of the others those that it lacks."""
    found: dict[str, str] = {}
    for version in versions:
        for ref, criterion in portfolios.unit_of_version(version.id).criteria.items():
            found.setdefault(ref, f"{ref} {criterion.plain}")
    return list(found.items())


def _new_page(provider: Organisation, form: ExerciseForm) -> str:
    return render("assessments/standardisation/new.html", provider=provider, form=form)


def _page(
    exercise: Exercise,
    *,
    error: str = "",
    piece: PieceForm | None = None,
    said: RemarkForm | None = None,
    typed: Mapping[str, PieceForm] | None = None,
) -> str:
    """The page of an exercise, with what was wrong; `typed` holds the words that were refused, by piece."""
    is_over = queries.is_open_to_see(exercise)
    is_draft = exercise.opened_at is None
    return render(
        "assessments/standardisation/exercise.html",
        exercise=exercise,
        unit=exercises.unit_of(exercise),
        pieces=queries.pieces(exercise),
        typed=typed or {},
        judges=queries.judges(exercise),
        judged=set(queries.judgements(exercise)),
        results=results.of(exercise) if is_over else None,
        remarks=queries.remarks(exercise) if is_over else [],
        error=error,
        copy_form=CopyForm(portfolios=queries.sampled_portfolios(exercise) if is_draft else []),
        piece_form=piece or PieceForm(),
        open_form=OpenForm(),
        remark_form=said or RemarkForm(criteria=exercise.criteria),
        press=PressForm(),
    )
