"""The chapters that have come out, as pages and reports read them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from assessments.evaluation import lost_figures, queries, sure_figures
from assessments.evaluation.chapters import TITLES, Document
from assessments.evaluation.codebook import Kind
from assessments.evaluation.cohort_figures import Cohorts, Verdict
from assessments.evaluation.estimates import Estimate
from assessments.evaluation.figures import Table
from assessments.evaluation.later_figures import NOT_YET, Later, Line
from assessments.evaluation.lost_figures import Dropout
from assessments.evaluation.manager_figures import Agreeing
from assessments.evaluation.models import Chapter
from assessments.evaluation.policy import Policy
from assessments.evaluation.queries import Scope
from assessments.evaluation.responses import Responses
from assessments.evaluation.sure_figures import Reliability


@dataclass(frozen=True)
class Chapters:
    """What has come out of one provider or programme besides its tables.

    Attributes:
        lost: Who was lost; None where that has not come out.
        reliability: Whether statements go together, by the set of statements.
        cohorts: How cohorts compare, by statement.
        later: What later questionnaires and, last, focus groups say.
        managers: What managers say.
    """

    lost: Dropout | None = None
    reliability: Mapping[Kind, Reliability] = field(default_factory=dict)
    cohorts: Mapping[str, Cohorts] = field(default_factory=dict)
    later: tuple[Later, ...] = ()
    managers: Agreeing = field(default_factory=dict)


def find(scope: Scope) -> Chapters:
    """The chapters of a provider or programme that came out last; a cohort has none."""
    if scope.kind == "cohort":
        return Chapters()
    said: dict[Chapter, Document] = {
        each.chapter: each.figures for each in queries.find_chapters(scope.kind, scope.id)
    }
    return Chapters(
        _dropout(said[Chapter.LOST]) if Chapter.LOST in said else None,
        {Kind(kind): _reliability(each) for kind, each in said.get(Chapter.RELIABILITY, {}).items()},
        {name: _cohorts(each) for name, each in said.get(Chapter.COHORTS, {}).items()},
        tuple(
            _later(said[chapter]) if chapter in said else Later(title, NOT_YET, (), None)
            for chapter, title in TITLES.items()
        ),
        {name: (agree, base) for name, (agree, base) in said.get(Chapter.MANAGERS, {}).items()},
    )


def of_responses(responses: Responses, policy: Policy) -> Chapters:
    """The same of one set of respondents by itself, for a permitted analyst's report: nothing asked later is in it."""
    return Chapters(lost_figures.dropout(responses, policy), sure_figures.reliabilities(responses, policy))


def _table(document: Document | None) -> Table | None:
    if document is None:
        return None
    return Table(document["caption"], tuple(document["heads"]), tuple(tuple(row) for row in document["rows"]))


def _dropout(document: Document) -> Dropout:
    counts = tuple((label, said) for label, said in document["counts"])
    return Dropout(counts, document["finding"], _table(document["table"]))


def _reliability(document: Document) -> Reliability:
    return Reliability(
        document["people"],
        Estimate(**{name: _number(value) for name, value in document["alpha"].items()}),
        tuple(map(_number, document["item_rest"])),
        tuple(map(_number, document["alpha_without"])),
    )


def _number(value: Any) -> float:
    return math.nan if value is None else float(value)


def _cohorts(document: Document) -> Cohorts:
    return Cohorts(tuple(Verdict(**each) for each in document["verdicts"]), document["alike"])


def _later(document: Document) -> Later:
    lines = tuple(Line(**each) for each in document["lines"])
    return Later(document["title"], document["finding"], lines, _table(document["table"]))
