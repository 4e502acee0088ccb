"""How cases are said: what kinds are called, what happened, and what comes next. Pure."""

from __future__ import annotations

from datetime import date

from assessments.cases.standing import Kind, Outcome, Phase, Stage, Standing, StepKind
from lms.core.text import day

KINDS = {
    Kind.APPEAL: "Appeal",
    Kind.COMPLAINT: "Complaint",
    Kind.ADJUSTMENT: "Reasonable adjustment",
    Kind.CONSIDERATION: "Special consideration",
    Kind.MALPRACTICE: "Suspected malpractice",
    Kind.MALADMINISTRATION: "Suspected maladministration",
}
OUTCOMES = {
    Outcome.UPHELD: "Upheld",
    Outcome.PARTLY_UPHELD: "Partly upheld",
    Outcome.NOT_UPHELD: "Not upheld",
    Outcome.AGREED: "Agreed",
    Outcome.DECLINED: "Not agreed",
    Outcome.FOUND: "Found",
    Outcome.NOT_FOUND: "Not found",
}
STAGES = {
    Stage.ASSESSOR: "the assessor",
    Stage.IQA: "an internal quality assurer",
    Stage.PROVIDER: "the training provider",
    Stage.INDEPENDENT: "an independent person",
    Stage.AWARDING_BODY: "the awarding body",
}
_STEPS = {
    StepKind.OPENED: "Opened",
    StepKind.PUT: "Put to the person",
    StepKind.RESPONDED: "They responded",
    StepKind.LAPSED: "No response came in time",
    StepKind.TAKEN_FURTHER: "Taken further",
    StepKind.TOLD: "The awarding body was told",
    StepKind.WITHDRAWN: "Taken back",
    StepKind.CLOSED: "Closed",
}


def title(kind: Kind, criterion: str) -> str:
    """What a case is called. An appeal is about a criterion, or against the answer to another case."""
    if kind is not Kind.APPEAL:
        return KINDS[kind]
    return f"Appeal about {criterion}" if criterion else "Appeal against an answer"


def where_words(standing: Standing) -> str:
    """Where a case stands, in a few words for a list."""
    if standing.phase is Phase.ANSWER:
        if standing.needs_a_name:
            return "An independent person is to be named"
        return f"With {STAGES[standing.stage]}"
    if standing.phase is Phase.CLOSED:
        return f"{OUTCOMES[standing.outcome] if standing.outcome else 'Taken back'}, closed"
    return {
        Phase.TO_PUT: "To be put to the person",
        Phase.RESPONSE: "The person can respond",
    }.get(standing.phase or Phase.ANSWERED, "Answered")


def step_words(kind: StepKind, stage: Stage, outcome: Outcome | None, person: str = "") -> str:
    """What happened, as a heading of the history."""
    if kind is StepKind.ANSWERED and outcome is not None:
        return f"{OUTCOMES[outcome]}, by {STAGES[stage]}"
    if kind is StepKind.NAMED:
        return f"{person} answers, as an independent person"
    if kind is StepKind.TAKEN_FURTHER:
        return f"Taken further, to {STAGES[stage]}"
    return _STEPS[kind]


def now_words(standing: Standing, due: date | None) -> str:
    """Where a case stands and what comes next, in a sentence or two."""
    by = f" by {day(due)}" if due else ""
    if standing.phase is Phase.ANSWER:
        return _answer_words(standing, by)
    if standing.phase is Phase.ANSWERED:
        further = f" It can be taken further{by}." if standing.may_go_further else ""
        return f"It is answered.{further}"
    return {
        Phase.TO_PUT: f"It is put to the person{by}.",
        Phase.RESPONSE: f"The person can respond{by}.",
    }.get(standing.phase or Phase.CLOSED, "It is closed.")


def _answer_words(standing: Standing, by: str) -> str:
    if standing.needs_a_name:
        return f"An independent person is being found, who answers{by}."
    return f"It is with {STAGES[standing.stage]}, who answers{by}."
