"""What is kept of questionnaires."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists
from sqlalchemy.orm import aliased

from assessments.questionnaires.models import (
    AnswerColumns,
    CopiedWave,
    FamilyLink,
    InstrumentVersion,
    Invitation,
    OutsideInvitation,
    Pairing,
    PersonalLink,
    Reminder,
    Response,
    ResponseImport,
    SpecialAnswers,
    Wave,
    WrittenAnswer,
)
from assessments.questionnaires.paper import unsettled
from assessments.questionnaires.paper.models import KeyedForm, PaperHand, PaperSheet
from lms.core.retention import Kept, Rule


def _keyed_long_ago(before: datetime) -> ColumnElement[bool]:
    """Forms of which no keying is younger; the last day that the keying page names is over."""
    other = aliased(KeyedForm)
    return ~exists().where(
        other.sheet_id == KeyedForm.sheet_id, other.created_at >= before - timedelta(days=1)
    )


RULES = (
    Rule(
        KeyedForm,
        "What was keyed from a form on paper and nobody settled",
        keep="KEEP_KEYED",
        since="it was keyed last",
        why="It holds answers beside a personal code. Then what is sure of it becomes an answer, and the rest is left out.",
        past=_keyed_long_ago,
        first=unsettled.end,
    ),
)
KEPT = (
    Kept(
        (Response, SpecialAnswers, WrittenAnswer, AnswerColumns, CopiedWave, Pairing),
        "Answers to questionnaires, under a code in place of a name",
        until="as long as the evaluation needs them, or until their author takes them back",
        why="An evaluation compares years. Without the key, which is kept apart, no answer leads to a person.",
    ),
    Kept(
        (Invitation, OutsideInvitation, PersonalLink, FamilyLink, Reminder),
        "Who was asked, and whether they answered",
        until="as long as the answers",
        why="The response rate is worked out from it, and who was asked without an account reads and takes back their answers by "
        "their link.",
    ),
    Kept(
        (PaperSheet, PaperHand, ResponseImport),
        "Forms on paper and files of answers, until they are taken in",
        until="until they are taken in or given up",
        why="What was keyed or sent in goes when it has become an answer.",
    ),
    Kept(
        (Wave, InstrumentVersion),
        "Questionnaires, and when each group was asked",
        until="as long as the installation",
        why="They are not about people.",
    ),
)
