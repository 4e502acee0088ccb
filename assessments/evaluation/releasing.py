"""Takes cohorts into the figures and brings out new figures: nothing is shown that has not come out here.

Run daily (`flask evaluation release`). A run that finds nothing due changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from assessments.evaluation import batches, chapter_releasing, chapters, queries, staying_releasing, storing
from assessments.evaluation.batches import Waiting
from assessments.evaluation.chapter_releasing import Subject
from assessments.evaluation.models import Chapter, CountedCohort, Release
from assessments.evaluation.policy import Policy
from assessments.evaluation.queries import Answers, Kind, Part
from assessments.evaluation.rounds import Due, Earlier, Round
from lms.core import audit
from lms.core.audit import Act
from lms.core.extensions import db


def release(policy: Policy, *, on: date) -> list[Release]:
    """Take in whichever cohorts can be, and bring out the figures of every cohort, provider and programme that this changes.

    With them come their chapters, and besides whatever chapters of later questionnaires are due, and who stayed.

    Args:
        policy: The thresholds.
        on: The day; questionnaires that closed before it have closed.

    Returns:
        The tables that came out; nothing when none were due.
    """
    out = _release_tables(policy, on=on)
    counted = [part for part in queries.list_all_cohorts() if part.is_counted]
    chapter_releasing.release_later(counted, policy, on=on)
    staying_releasing.release_places(policy, on=on)
    return out


def _release_tables(policy: Policy, *, on: date) -> list[Release]:
    closed = [part for part in queries.list_all_cohorts() if part.has_closed(on)]
    answers = queries.answers_of(closed)
    if not _take_in(closed, answers, policy, on=on):
        return []
    counted = [part for part in queries.list_all_cohorts() if part.is_counted]
    responses = queries.count_responses([part.id for part in counted])
    due = Round(counted, answers, policy, responses=responses, earlier=_earlier(counted)).due()
    for made in chapters.of_the_study(answers, counted, policy):
        subjects = [
            Subject(each.kind, each.subject_id, each.cohort_ids, allowing(each))
            for each in due
            if each.kind == "programme" or (each.kind == "provider" and made.chapter is not Chapter.COHORTS)
        ]
        chapter_releasing.bring_out(made, subjects, responses, on=on)
    return [_bring_out(each, responses, on=on) for each in due]


def allowing(due: Due) -> Callable[[Chapter, str], bool]:
    """Whether a chapter may use a question or statement: only if its own table of the same people hides nothing."""
    protected = due.figures.protected
    hidden = {
        variable
        for (variable, _), *flags in zip(
            protected.tables.frequencies.keys, protected.count, protected.base, strict=True
        )
        if any(flags)
    }
    return lambda chapter, name: chapter is Chapter.RELIABILITY or name not in hidden


def _earlier(counted: Sequence[Part]) -> dict[tuple[Kind, int], list[Earlier]]:
    """The figures that have come out of every programme, provider and cohort, the latest last."""
    subjects: dict[Kind, set[int]] = {
        "programme": {part.programme_id for part in counted if part.programme_id is not None},
        "provider": {part.provider_id for part in counted},
        "cohort": {part.id for part in counted},
    }
    earlier: dict[tuple[Kind, int], list[Earlier]] = {}
    for kind, ids in subjects.items():
        for subject, found in queries.list_releases(kind, sorted(ids)):
            protected = storing.from_document(found.figures["tables"], queries.codebook())
            responses = {int(cohort_id): responses for cohort_id, responses in found.counted.items()}
            earlier.setdefault((kind, subject), []).append(Earlier(protected, responses))
    return earlier


def _take_in(closed: Sequence[Part], answers: Answers, policy: Policy, *, on: date) -> bool:
    """Make batches of the cohorts that are not counted yet; whether there were enough for any."""
    growing = {
        (part.provider_id, part.programme_id)
        for part in queries.list_all_cohorts()
        if part.closes_on is not None and not part.has_closed(on)
    }
    waiting = sorted(
        (part for part in closed if not part.is_counted), key=lambda part: (part.closes_on or on, part.id)
    )
    formed = batches.form(
        [
            Waiting(
                part.id,
                part.provider_id,
                part.programme_id,
                answers.size(part.id),
                may_grow=(part.provider_id, part.programme_id) in growing,
            )
            for part in waiting
        ],
        policy.percent_base,
    )
    db.session.add_all(
        CountedCohort(cohort_id=cohort_id, batch=min(batch), counted_on=on)
        for batch in formed
        for cohort_id in batch
    )
    db.session.flush()
    return bool(formed)


def _bring_out(due: Due, responses: Mapping[int, int], *, on: date) -> Release:
    released = Release(
        cohort_id=due.subject_id if due.kind == "cohort" else None,
        provider_id=due.subject_id if due.kind == "provider" else None,
        programme_id=due.subject_id if due.kind == "programme" else None,
        made_on=on,
        people=due.figures.now.people,
        counted={str(cohort_id): responses.get(cohort_id, 0) for cohort_id in sorted(due.cohort_ids)},
        figures={"tables": storing.to_document(due.figures.protected), "answered": due.answered},
    )
    db.session.add(released)
    db.session.flush()
    audit.record(Act.EVALUATION_RELEASED, by=None, on=released, about=due.kind, cohorts=len(due.cohort_ids))
    return released
