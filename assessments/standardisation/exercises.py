"""What IQAs and assessors do with a script: prepare, open, judge blind, close, talk about it.

Nobody sees what another said before all have judged or it is closed, and nobody changes what they said afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import IO

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from assessments.identifying.finding import find
from assessments.marking import queries as marking
from assessments.portfolio import queries as portfolios
from assessments.portfolio.evidence_fields import LONGEST_TEXT
from assessments.portfolio.models import Portfolio, UnitVersion
from assessments.portfolio.snapshot import Piece, pieces_for
from assessments.portfolio.unit_schema import Unit
from assessments.standardisation import queries
from assessments.standardisation.models import (
    Exercise,
    ScriptJudge,
    ScriptJudgement,
    ScriptPiece,
    ScriptRemark,
)
from lms.core import audit, clock, files, mail
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.errors import Conflict, Forbidden, Refused
from lms.core.extensions import db
from lms.core.files import Purpose
from lms.core.permissions import Permission
from lms.people.models import Organisation, User

SOMEBODY = "the practitioner"
LONGEST_TITLE = 160
"""Of a piece; a name may be shorter than the words that take its place."""


@dataclass(frozen=True, slots=True)
class Said:
    """What an assessor says of one criterion; `met` is None where they have not said."""

    met: bool | None
    why: str = ""


def prepare(
    provider: Organisation, unit_version: UnitVersion, *, title: str, criteria: Iterable[str], by: Actor
) -> Exercise:
    """Begin an exercise; nobody but IQAs sees it before it is opened.

    Raises:
        Refused: it has no title, no criterion, or one that the unit lacks.
    """
    unit = portfolios.unit_of_version(unit_version.id)
    chosen = set(criteria)
    refs = [ref for ref in unit.criteria if ref in chosen]
    if not title:
        raise Refused("Give the exercise a name.", field="title")
    if lacking := sorted(chosen - set(refs)):
        raise Refused(f"This unit has no criterion {', '.join(lacking)}.", field="criteria")
    if not refs:
        raise Refused("Choose the criteria that the script is judged by.", field="criteria")
    exercise = Exercise(
        provider_id=provider.id,
        iqa_id=by.id,
        unit_version_id=unit_version.id,
        title=title,
        criteria=refs,
        opened_at=None,
        closed_at=None,
    )
    db.session.add(exercise)
    db.session.flush()
    _note(exercise, by, what="prepared")
    return exercise


def copy_from(exercise: Exercise, portfolio: Portfolio, *, by: Actor) -> int:
    """Copy the evidence behind the decisions of a portfolio, for the criteria of an exercise; the learner's names go.

    The words are copied, not linked: they can be changed until they name nobody. Files are not copied, since names in
    them cannot be taken out here.

    Returns:
        How many pieces were copied.

    Raises:
        Refused: nothing of the portfolio has been decided for these criteria, or it has no words.
        Conflict: the exercise has been opened.
    """
    _require_draft(exercise)
    pieces = _evidence(portfolio, exercise.criteria)
    if not pieces:
        raise Refused(
            "Nothing written has been decided in that portfolio for these criteria.", field="portfolio"
        )
    names = _names_of(portfolio.learner)
    for place, piece in enumerate(pieces, start=_next_place(exercise)):
        db.session.add(
            ScriptPiece(
                exercise_id=exercise.id,
                place=place,
                title=_without(names, piece.title)[:LONGEST_TITLE],
                text=_without(names, piece.text)[:LONGEST_TEXT],
                source_ref=piece.ref,
            )
        )
    db.session.flush()
    _note(exercise, by, what="copied", portfolio=portfolio.ref)
    return len(pieces)


def add_piece(
    exercise: Exercise, *, title: str, text: str = "", upload: tuple[IO[bytes], str] | None = None, by: Actor
) -> ScriptPiece:
    """Put a piece into a script: words, or a file.

    Raises:
        Refused: it has no title, or neither words nor a file, or the file is refused or was taken out of a portfolio.
        Conflict: the exercise has been opened.
    """
    _require_draft(exercise)
    if not title:
        raise Refused("Give the piece a name.", field="title")
    if not text and upload is None:
        raise Refused("Write something, or choose a file.", field="text")
    file = files.store(upload[0], name=upload[1], purpose=Purpose.EVIDENCE, by=by) if upload else None
    if file is not None and files.is_withheld_copy(file):
        raise Refused(
            "This file was taken away because somebody could be recognised in it. Choose another.",
            field="file",
        )
    piece = ScriptPiece(
        exercise_id=exercise.id,
        place=_next_place(exercise),
        title=title,
        text=text,
        file_id=file.id if file else None,
    )
    db.session.add(piece)
    db.session.flush()
    _note(exercise, by, what="piece added")
    return piece


def change_piece(piece: ScriptPiece, *, title: str, text: str, by: Actor) -> None:
    """Change the words of a piece, so that they name nobody; without words and file it goes.

    Raises:
        Refused: it has no title.
        Conflict: the exercise has been opened.
    """
    _require_draft(piece.exercise)
    if not title:
        raise Refused("Give the piece a name.", field="title")
    if not text and piece.file_id is None:
        db.session.delete(piece)
    else:
        piece.title, piece.text = title, text
    _note(piece.exercise, by, what="piece changed")


def take_out(piece: ScriptPiece, *, by: Actor) -> None:
    """Take a piece out of a script.

    Raises:
        Conflict: the exercise has been opened.
    """
    _require_draft(piece.exercise)
    _note(piece.exercise, by, what="piece taken out")
    db.session.delete(piece)


def open_to_assessors(exercise: Exercise, *, is_anonymous: bool, by: Actor) -> int:
    """Ask every assessor of the provider to judge the script.

    Returns:
        How many are asked.

    Raises:
        Refused: it is empty, nobody has said that it is anonymous, it holds a number that points at one person, or the
            provider has fewer than two assessors.
        Conflict: it has been opened.
    """
    _require_draft(exercise)
    pieces = queries.pieces(exercise)
    if not pieces:
        raise Refused("Put something into the script first.")
    if not is_anonymous:
        raise Refused("Read it once more and tick that it names nobody.", field="is_anonymous")
    found = [one for piece in pieces for one in find(_words(piece)) if not one.kind.may_stay]
    if found:
        raise Refused(f"There is {found[0].kind.words} in it: “{found[0].found}”. Take it out first.")
    assessors = queries.assessors(exercise.provider_id)
    if len(assessors) < 2:  # noqa: PLR2004 (to agree takes two)
        raise Refused("To compare takes two assessors. This provider has fewer.")
    exercise.is_anonymous, exercise.opened_at = True, clock.now()
    db.session.add_all(ScriptJudge(exercise_id=exercise.id, assessor_id=one.id) for one in assessors)
    _note(exercise, by, what="opened")
    for one in assessors:
        mail.queue(
            to=one.email,
            template="assessments/mail/standardise",
            name=one.name,
            provider=exercise.provider,
            title=exercise.title,
        )
    return len(assessors)


def judge(exercise: Exercise, said: Mapping[str, Said], *, by: Actor) -> None:
    """Say of every criterion whether the script meets it, once and for all.

    Raises:
        Refused: a criterion is left out, or not yet met has no reason.
        Conflict: they have judged it, or it is closed.
        Forbidden: they are not asked.
    """
    _require_asked(exercise, by)
    if queries.is_open_to_see(exercise):
        raise Conflict("This exercise is closed. What was said before stands.")
    missing = [ref for ref in exercise.criteria if ref not in said or said[ref].met is None]
    if missing:
        raise Refused(f"{', '.join(missing)}: say met or not yet met. Nothing was sent.")
    bare = [ref for ref in exercise.criteria if not said[ref].met and not said[ref].why]
    if bare:
        raise Refused(f"{', '.join(bare)}: say why it is not yet met. Nothing was sent.")
    try:
        with db.session.begin_nested():
            db.session.add_all(
                ScriptJudgement(
                    exercise_id=exercise.id,
                    assessor_id=by.id,
                    criterion=ref,
                    met=bool(said[ref].met),
                    why=said[ref].why,
                )
                for ref in exercise.criteria
            )
    except IntegrityError as error:
        raise Conflict("You have judged this script. What you said stands.") from error
    audit.record(Act.STANDARD_JUDGED, by=by, on=exercise, organisation_id=exercise.provider_id)


def close(exercise: Exercise, *, by: Actor) -> None:
    """Let everybody see what was said, though not all have judged.

    Raises:
        Conflict: it has not been opened, or is closed.
    """
    if exercise.opened_at is None or exercise.closed_at is not None:
        raise Conflict("Only an open exercise can be closed.")
    exercise.closed_at = clock.now()
    _note(exercise, by, what="closed")


def remark(
    exercise: Exercise, *, text: str, criterion: str = "", met: bool | None = None, by: Actor
) -> ScriptRemark:
    """Say something in the discussion; with `met`, what everybody holds from now on.

    Raises:
        Forbidden: they were not asked to judge it and are no IQA of the provider, or would settle what an IQA settles.
        Refused: nothing is said, it is of a criterion that the script is not judged by, or it settles none.
        Conflict: not everybody has judged, and it is not closed.
    """
    if not _is_iqa(exercise, by):
        if met is not None:
            raise Forbidden("An IQA sets down what all of you hold.")
        _require_asked(exercise, by)
    if not queries.is_open_to_see(exercise):
        raise Conflict("The discussion begins when all have judged, or when it is closed.")
    if not text:
        raise Refused("Write something first.", field="text")
    if criterion and criterion not in exercise.criteria:
        raise Refused("Choose one of the criteria of this script.", field="criterion")
    if met is not None and not criterion:
        raise Refused("Choose the criterion that all of you hold like this.", field="criterion")
    said = ScriptRemark(exercise_id=exercise.id, criterion=criterion, by_id=by.id, text=text, met=met)
    db.session.add(said)
    db.session.flush()
    audit.record(Act.STANDARD_REMARKED, by=by, on=exercise, organisation_id=exercise.provider_id)
    return said


def unit_of(exercise: Exercise) -> Unit:
    """The unit by which a script is judged."""
    return portfolios.unit_of_version(exercise.unit_version_id)


def _evidence(portfolio: Portfolio, criteria: Iterable[str]) -> list[Piece]:
    """The written evidence behind the decisions that count, each piece once, in the order of the criteria."""
    decisions = marking.latest_decisions(portfolio.id)
    found: dict[str, Piece] = {}
    for ref in criteria:
        if ref in decisions:
            for piece in pieces_for(decisions[ref].submission.snapshot, ref):
                if piece.text:
                    found.setdefault(piece.ref, piece)
    return list(found.values())


def _names_of(user: User) -> re.Pattern[str]:
    parts = sorted({user.name, *user.name.split()}, key=len, reverse=True)
    return re.compile("|".join(rf"\b{re.escape(part)}\b" for part in parts if len(part) > 1))


def _without(names: re.Pattern[str], text: str) -> str:
    return names.sub(SOMEBODY, text)


def _words(piece: ScriptPiece) -> str:
    """Everything of a piece that an assessor reads before opening its file."""
    return "\n".join((piece.title, piece.text, piece.file.name if piece.file else ""))


def _next_place(exercise: Exercise) -> int:
    last = db.session.scalar(
        select(func.max(ScriptPiece.place)).where(ScriptPiece.exercise_id == exercise.id)
    )
    return (last or 0) + 1


def _is_iqa(exercise: Exercise, by: Actor) -> bool:
    within = by.reach(Permission.VERIFICATION_SAMPLE_DECIDE)
    return within is not None and within.covers(exercise.provider_id)


def _require_asked(exercise: Exercise, by: Actor) -> None:
    if by.id not in {one.assessor_id for one in queries.judges(exercise)}:
        raise Forbidden("This script is for the assessors who were there when it was opened.")


def _require_draft(exercise: Exercise) -> None:
    if exercise.opened_at is not None:
        raise Conflict("The script has been opened. It stays as the assessors read it.")


def _note(exercise: Exercise, by: Actor, *, what: str, portfolio: str = "") -> None:
    audit.record(
        Act.STANDARD_EXERCISE_CHANGED,
        by=by,
        on=exercise,
        organisation_id=exercise.provider_id,
        what=what,
        portfolio=portfolio,
    )
