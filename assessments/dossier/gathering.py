"""Gathering a whole portfolio from what the rooms below keep: the same number of queries whatever it holds."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from assessments.dossier.contents import CriterionRecord, Dossier, Item, ItemFile, Sent
from assessments.dossier.planned import gather_plan
from assessments.dossier.telling import Telling
from assessments.marking import queries as marking
from assessments.portfolio import evidence_queries
from assessments.portfolio import queries as portfolios
from assessments.portfolio.evidence_queries import EvidenceRow
from assessments.portfolio.models import Portfolio, Submission
from assessments.portfolio.sending import as_it_is
from assessments.portfolio.snapshot import Piece, pieces_of
from assessments.portfolio.unit_schema import criterion_order
from assessments.verification import visit_queries
from lms.core import clock
from lms.core.extensions import db
from lms.core.files import StoredFile

LONGEST_NAME = 60
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


def gather(portfolio: Portfolio, *, to_learner: bool) -> Dossier:
    """A whole portfolio; whether one may read it is the caller's rule.

    Args:
        portfolio: the portfolio.
        to_learner: whether the learner is handed it.
    """
    unit = portfolios.unit_of(portfolio)
    rows = evidence_queries.evidence_rows(portfolio.id)
    happened = list(reversed(marking.happenings(portfolio.id)))
    submissions = _submissions(portfolio.id)
    pieces = _Pieces(rows if to_learner else (), submissions)
    standing = marking.position(portfolio, unit).standing
    states = standing.states(evidence_queries.with_new_evidence(rows) if to_learner else ())
    answers = visit_queries.answers_of(portfolio.id)
    told = Telling(happened, answers, to_learner=to_learner)
    return Dossier(
        learner=portfolio.learner.name,
        provider=portfolio.enrolment.cohort.provider.name,
        cohort=portfolio.enrolment.cohort.name,
        unit=unit,
        standing=standing,
        made_at=clock.now(),
        items=tuple(pieces.items),
        plan=tuple(gather_plan(portfolio.id, pieces.numbers)),
        submissions=tuple(_sent(one, pieces.carried[one.number]) for one in submissions),
        criteria=tuple(
            CriterionRecord(
                ref=ref,
                wording=criterion.wording,
                state=states[ref],
                items=tuple(item.number for item in pieces.items if ref in item.criteria),
                history=told.of_criterion(ref),
            )
            for ref, criterion in unit.criteria.items()
        ),
        decided_by=told.deciders(),
    )


def _submissions(portfolio_id: int) -> Sequence[Submission]:
    return db.session.scalars(
        select(Submission)
        .where(Submission.portfolio_id == portfolio_id)
        .order_by(Submission.number)
        .options(selectinload(Submission.sent_words))
    ).all()


def _sent(submission: Submission, items: Iterable[str]) -> Sent:
    used = submission.ai_statement if submission.ai_used else "No AI was used in it."
    return Sent(
        number=submission.number,
        at=submission.created_at,
        criteria=tuple(submission.criteria),
        declarations=(submission.declaration, f"On the use of AI: {used}"),
        items=tuple(items),
        content_hash=submission.content_hash,
    )


@dataclass
class _Form:
    """A piece in one form, the submissions that carried it so, and why it serves each criterion."""

    piece: Piece
    sent_in: list[int] = field(default_factory=list)
    why: dict[str, str] = field(default_factory=dict)


@dataclass
class _Pieces:
    """Every piece once for each form in which it was sent, or has now, numbered in the order in which it was first sent."""

    rows: Sequence[EvidenceRow]
    submissions: Sequence[Submission]
    items: list[Item] = field(default_factory=list)
    carried: dict[int, list[str]] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    _forms: dict[str, _Form] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for submission in self.submissions:
            for form, piece in self._read(submission.snapshot):
                form.sent_in.append(submission.number)
                form.why.update(piece.why)
        self._add_unsent()
        stored = _stored(file.ref for form in self._forms.values() for file in form.piece.files)
        self.carried = {submission.number: [] for submission in self.submissions}
        for place, form in enumerate(self._forms.values(), start=1):
            item = _item(f"E{place}", form, stored)
            self.items.append(item)
            self.numbers[form.piece.ref] = item.number
            for number in form.sent_in:
                self.carried[number].append(item.number)

    def _read(self, snapshot: Mapping[str, Any]) -> Iterator[tuple[_Form, Piece]]:
        """The pieces of a snapshot, each with its form: a new one, or the one in which it is already there."""
        for frozen, piece in zip(snapshot["evidence"], pieces_of(snapshot), strict=True):
            said = {name: value for name, value in frozen.items() if name != "is_replaced"}
            yield self._forms.setdefault(json.dumps(said, sort_keys=True), _Form(piece)), piece

    def _add_unsent(self) -> None:
        """What was never sent for something, or not as it is now."""
        unsent = {row.ref: row.unsent for row in self.rows if row.unsent or not row.sent}
        if not unsent:
            return
        now = as_it_is(row.id for row in self.rows if row.ref in unsent)
        for form, piece in self._read(now):
            form.why |= {
                ref: why for ref, why in piece.why.items() if ref in unsent[piece.ref] or ref not in form.why
            }


def _item(number: str, form: _Form, stored: Mapping[str, StoredFile]) -> Item:
    piece = form.piece
    files = [stored[file.ref] for file in piece.files if file.ref in stored]
    return Item(
        number=number,
        kind=piece.kind,
        title=piece.title,
        text=piece.text,
        note=piece.note,
        happened_on=piece.happened_on,
        family_code=piece.family_code,
        place=piece.place,
        seen_by=piece.seen_by,
        author=piece.author,
        by_assessor=piece.by_assessor,
        witness=piece.witness,
        why={ref: form.why[ref] for ref in sorted(form.why, key=criterion_order)},
        files=tuple(
            ItemFile(
                ref=one.ref,
                name=one.name,
                path=f"files/{number}-{place}-{plain_name(one.name)}",
                media_type=one.media_type,
                size=one.size,
                sha256=one.sha256,
            )
            for place, one in enumerate(files, start=1)
        ),
        sent_in=tuple(form.sent_in),
        is_withheld=piece.is_withheld,
        is_replaced=piece.is_replaced,
    )


def _stored(refs: Iterable[str]) -> dict[str, StoredFile]:
    rows = db.session.scalars(select(StoredFile).where(StoredFile.ref.in_(set(refs))))
    return {one.ref: one for one in rows}


def plain_name(name: str) -> str:
    """A file's name as any machine takes it: letters, digits, dots and dashes, its ending kept."""
    plain = _UNSAFE.sub("-", name).strip("-.") or "file"
    stem, dot, ending = plain.rpartition(".")
    return f"{stem[:LONGEST_NAME]}.{ending[:8]}" if dot and stem else plain[:LONGEST_NAME]
