"""What is kept of questionnaires."""

from __future__ import annotations

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
from assessments.questionnaires.paper_models import KeyedForm, PaperHand, PaperSheet
from lms.core.retention import Kept

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
        (PaperSheet, PaperHand, KeyedForm, ResponseImport),
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
