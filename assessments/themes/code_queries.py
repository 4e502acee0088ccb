"""What both coders said, read only once both have said all of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import Row, select

from assessments.questionnaires.models import WrittenAnswer
from assessments.themes import codes, queries
from assessments.themes.codes import Coded, Codes, Settled
from assessments.themes.models import (
    CodedTheme,
    Coder,
    Coding,
    Redaction,
    SettledTheme,
    Settlement,
    Theme,
    ThemeQuestion,
)
from lms.core.extensions import db
from lms.people.models import User


def codes_of(question: ThemeQuestion) -> Codes:
    """What both said of every answer of which they have said it for good, by the codebook as it is now."""
    fixed = select(Coding.answer_id).where(Coding.question_id == question.id, Coding.is_fixed)
    answers = db.session.execute(
        select(Redaction.answer_id, Redaction.text, WrittenAnswer.may_quote)
        .join(WrittenAnswer, WrittenAnswer.id == Redaction.answer_id)
        .where(Redaction.answer_id.in_(fixed))
        .order_by(Redaction.answer_id)
    ).all()
    counts_as = counted_themes(queries.list_themes(question))
    chosen = _grouped(
        db.session.execute(
            select(CodedTheme.answer_id, Coder.place, CodedTheme.theme_id)
            .join(Coder, Coder.coder_id == CodedTheme.coder_id)
            .where(Coder.question_id == question.id, CodedTheme.answer_id.in_(fixed))
        )
    )
    settled = _grouped(
        db.session.execute(
            select(SettledTheme.answer_id, Settlement.question_id, SettledTheme.theme_id)
            .join(Settlement, Settlement.answer_id == SettledTheme.answer_id)
            .where(Settlement.question_id == question.id)
        )
    )
    who = {
        row.answer_id: row
        for row in db.session.execute(
            select(Settlement.answer_id, User.name, Settlement.at)
            .join(User, User.id == Settlement.by_id)
            .where(Settlement.question_id == question.id)
        )
    }
    return Codes(
        tuple(
            Coded(
                row.answer_id,
                row.text,
                row.may_quote,
                codes.counted(chosen[row.answer_id, 1], counts_as),
                codes.counted(chosen[row.answer_id, 2], counts_as),
                Settled(
                    codes.counted(settled[row.answer_id, question.id], counts_as),
                    who[row.answer_id].name,
                    who[row.answer_id].at,
                )
                if row.answer_id in who
                else None,
            )
            for row in answers
        )
    )


def counted_themes(themes: Iterable[Theme]) -> dict[int, int]:
    """For each theme that still counts, as which."""
    return dict(codes.what_counts([(each.id, each.is_retired, each.merged_into_id) for each in themes]))


def _grouped(rows: Iterable[Row[str, int, int]]) -> defaultdict[tuple[str, int], set[int]]:
    grouped: defaultdict[tuple[str, int], set[int]] = defaultdict(set)
    for answer_id, of, theme_id in rows:
        grouped[answer_id, of].add(theme_id)
    return grouped
