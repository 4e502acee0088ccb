"""Reading what a piece of evidence asks of its author before it is sent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import exists, select, union
from sqlalchemy.orm import joinedload, selectinload

from assessments.portfolio.checking import WRITTEN_FIELDS, Answer, Check, Place, Unread, asking, look
from assessments.portfolio.checking_models import NameAnswer, UnreadFile
from assessments.portfolio.models import Evidence, Mapping, Portfolio
from assessments.portfolio.queries import IS_NEW
from courses.cohorts.models import CohortFacilitator, Enrolment
from lms.core import previews
from lms.core.extensions import db
from lms.core.files import StoredFile
from lms.people.models import Membership, Setting, User


def check(evidence: Evidence) -> Check:
    """What one piece of evidence asks of its author."""
    return checks([evidence])[evidence.id]


def checks(pieces: Sequence[Evidence]) -> dict[int, Check]:
    """What some pieces of evidence of one portfolio ask of their author, by number. The queries do not grow with the pieces."""
    if not pieces:
        return {}
    ids = [piece.id for piece in pieces]
    known = known_people(pieces[0].portfolio)
    answers = _answers(ids)
    declared = {
        (number, sha256)
        for number, sha256 in db.session.execute(
            select(UnreadFile.evidence_id, UnreadFile.sha256).where(UnreadFile.evidence_id.in_(ids))
        )
    }
    reasons = _reasons(ids)
    return {
        piece.id: _check(piece, reasons[piece.id], known, answers[piece.id], declared) for piece in pieces
    }


def _check(
    piece: Evidence,
    reasons: Iterable[tuple[str, str]],
    known: Collection[str],
    answers: dict[str, Answer],
    declared: set[tuple[int, str]],
) -> Check:
    places, unread = _written(piece, reasons), []
    for file in piece.files:
        places.append(
            Place(
                name_place(file),
                f"The name of the file {file.name}",
                _spaced(file.name),
                file.ref,
                is_name=True,
                is_title=True,
            )
        )
        words = previews.text(file)
        if words:
            places.append(Place(words_place(file), file.name, words, file.ref))
        else:
            is_declared = (piece.id, file.sha256) in declared
            unread.append(Unread(file.ref, file.name, file.sha256, asking(file.media_type), is_declared))
    found = look(places, known=known, answers=answers)
    return Check(tuple(found), tuple(unread))


def _written(piece: Evidence, reasons: Iterable[tuple[str, str]]) -> list[Place]:
    own_title = piece.testimony_id is None  # else it is ours, and names the witness who signed it
    places = [
        Place(name, label, getattr(piece, name), is_title=name == "title" and own_title)
        for name, label in WRITTEN_FIELDS.items()
    ]
    return places + [Place(f"why:{ref}", f"Why it shows {ref}", why) for ref, why in reasons]


def name_place(file: StoredFile) -> str:
    """The key of a file's name as a place."""
    return f"file:{file.sha256[:32]}:name"


def words_place(file: StoredFile) -> str:
    """The key of a file's words as a place."""
    return f"file:{file.sha256[:32]}:words"


def _spaced(name: str) -> str:
    """A file's name as words: Leanne_plan.pdf holds the name Leanne."""
    return name.rpartition(".")[0].replace("_", " ")


def _answers(evidence_ids: Iterable[int]) -> dict[int, dict[str, Answer]]:
    found: dict[int, dict[str, Answer]] = defaultdict(dict)
    for row in db.session.scalars(select(NameAnswer).where(NameAnswer.evidence_id.in_(evidence_ids))):
        found[row.evidence_id][row.key] = Answer(row.instead, row.reason, row.said, row.times)
    return found


def _reasons(evidence_ids: Iterable[int]) -> dict[int, list[tuple[str, str]]]:
    """Why each piece shows its criteria."""
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    rows = select(Mapping.evidence_id, Mapping.criterion, Mapping.why).where(
        Mapping.evidence_id.in_(evidence_ids)
    )
    for evidence_id, criterion, why in db.session.execute(rows):
        found[evidence_id].append((criterion, why))
    return found


def known_people(portfolio: Portfolio) -> frozenset[str]:
    """The practitioner's own name, and those of the people she works and learns with, who are no family."""
    enrolment = portfolio.enrolment
    names = db.session.scalars(
        union(
            select(User.name).where(User.id == portfolio.learner_id),
            select(User.name)
            .join(Membership, Membership.user_id == User.id)
            .join(Setting, Setting.organisation_id == Membership.organisation_id)
            .where(Setting.id == enrolment.setting_id),
            select(User.name)
            .join(Enrolment, Enrolment.user_id == User.id)
            .where(Enrolment.setting_id == enrolment.setting_id, Enrolment.setting_id.is_not(None)),
            select(User.name)
            .join(CohortFacilitator, CohortFacilitator.user_id == User.id)
            .where(CohortFacilitator.cohort_id == enrolment.cohort_id),
        )
    )
    return frozenset(names)


def stays(evidence_ids: Iterable[int]) -> dict[int, list[NameAnswer]]:
    """What its author left in some pieces of evidence, and why, for those who assess it."""
    found: dict[int, list[NameAnswer]] = defaultdict(list)
    rows = select(NameAnswer).where(NameAnswer.evidence_id.in_(evidence_ids), NameAnswer.reason.is_not(None))
    for row in db.session.scalars(rows.order_by(NameAnswer.id)):
        found[row.evidence_id].append(row)
    return found


def to_check(portfolio_id: int) -> list[Evidence]:
    """The pieces of a portfolio that hold something which has not been sent, newest first."""
    unsent = exists().where(Mapping.evidence_id == Evidence.id, IS_NEW)
    return list(
        db.session.scalars(
            select(Evidence)
            .where(Evidence.portfolio_id == portfolio_id, Evidence.removed_at.is_(None), unsent)
            .order_by(Evidence.happened_on.desc(), Evidence.id.desc())
            .options(
                selectinload(Evidence.files), joinedload(Evidence.portfolio).joinedload(Portfolio.enrolment)
            )
        )
    )
