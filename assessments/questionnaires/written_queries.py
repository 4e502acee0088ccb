"""What people wrote, for whoever redacts it and looks for its themes: by question and cohort, never by person.

Nothing here says who wrote, when, or what else. Rows come in the order of random keys. Who may read, and from how many
answers on, is decided by the caller before anything is shown.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from assessments.questionnaires.models import Wave, WrittenAnswer
from assessments.questionnaires.schema import WaveKind
from lms.core.errors import NotFound
from lms.core.extensions import db


@dataclass(frozen=True)
class WrittenCount:
    """How many answered a question in words, in some cohorts together."""

    kind: WaveKind
    item: str
    answers: int
    quotable: int


@dataclass(frozen=True)
class WrittenText:
    """One text.

    Attributes:
        id: its random key, by which redactions and themes may be kept; it is gone when the text is taken back.
        text: the words.
        may_quote: whether the writer agreed to be quoted without a name.
    """

    id: str
    text: str
    may_quote: bool


def count_written(cohort_ids: Collection[int]) -> list[WrittenCount]:
    """The questions that were answered in words in some cohorts, and by how many; days are not counted."""
    counted = (
        select(
            Wave.kind,
            WrittenAnswer.item,
            func.count().label("answers"),
            func.count().filter(WrittenAnswer.may_quote).label("quotable"),
        )
        .join(Wave, Wave.id == WrittenAnswer.wave_id)
        .where(Wave.cohort_id.in_(cohort_ids), WrittenAnswer.text.is_not(None))
        .group_by(Wave.kind, WrittenAnswer.item)
        .order_by(WrittenAnswer.item)
    )
    return [
        WrittenCount(row.kind, row.item, row.answers, row.quotable) for row in db.session.execute(counted)
    ]


def list_written(cohort_ids: Collection[int], item: str) -> Sequence[WrittenText]:
    """Everything written in answer to one question in some cohorts, in the order of random keys."""
    wanted = (
        select(WrittenAnswer.id, WrittenAnswer.text, WrittenAnswer.may_quote)
        .join(Wave, Wave.id == WrittenAnswer.wave_id)
        .where(Wave.cohort_id.in_(cohort_ids), WrittenAnswer.item == item, WrittenAnswer.text.is_not(None))
        .order_by(WrittenAnswer.id)
    )
    return [WrittenText(row.id, row.text or "", row.may_quote) for row in db.session.execute(wanted)]


def get_written(written_id: str, *, cohort_ids: Collection[int]) -> WrittenText:
    """One text of some cohorts.

    Raises:
        NotFound: it was taken back, or belongs to none of them.
    """
    wanted = (
        select(WrittenAnswer.id, WrittenAnswer.text, WrittenAnswer.may_quote)
        .join(Wave, Wave.id == WrittenAnswer.wave_id)
        .where(
            WrittenAnswer.id == written_id, Wave.cohort_id.in_(cohort_ids), WrittenAnswer.text.is_not(None)
        )
    )
    found = db.session.execute(wanted).one_or_none()
    if found is None:
        raise NotFound
    return WrittenText(found.id, found.text or "", found.may_quote)
