"""Takes cohorts into the figures and brings out new figures: nothing is shown that has not come out here.

Run daily (`flask evaluation release`). A run that finds nothing due changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date

from assessments.evaluation import batches, disclosure, parts, queries, storing, tables
from assessments.evaluation.batches import Waiting
from assessments.evaluation.disclosure import Protected
from assessments.evaluation.models import CountedCohort, Release
from assessments.evaluation.policy import Policy
from assessments.evaluation.queries import Answers, Kind, Part
from assessments.evaluation.sections import answered
from assessments.evaluation.sums import Figures, Sums, sums_of
from assessments.evaluation.tables import Tables
from lms.core import audit
from lms.core.audit import Act
from lms.core.extensions import db


@dataclass(frozen=True)
class Due:
    """Figures that are to come out."""

    kind: Kind
    subject_id: int
    cohort_ids: frozenset[int]
    figures: Figures
    answered: dict[str, int | None]


def release(policy: Policy, *, on: date) -> list[Release]:
    """Take in whichever cohorts can be, and bring out the figures of every cohort, provider and programme that this changes.

    Args:
        policy: The thresholds.
        on: The day; questionnaires that closed before it have closed.

    Returns:
        What came out; nothing when nothing was due.
    """
    closed = [part for part in queries.list_all_cohorts() if part.has_closed(on)]
    answers = queries.answers_of(closed)
    fresh = _take_in(closed, answers, policy, on=on)
    if not fresh:
        return []
    counted = [part for part in queries.list_all_cohorts() if part.is_counted]
    house = _House(counted, answers, fresh, policy)
    return [_bring_out(due, house.responses, on=on) for due in house.due()]


def _take_in(closed: Sequence[Part], answers: Answers, policy: Policy, *, on: date) -> frozenset[int]:
    """Make batches of the cohorts that are not counted yet; the numbers of those that now are."""
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
    return frozenset(cohort_id for batch in formed for cohort_id in batch)


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


class _House:
    """Everything counted, and what of it is new."""

    def __init__(
        self, counted: Sequence[Part], answers: Answers, fresh: frozenset[int], policy: Policy
    ) -> None:
        self.counted, self.answers, self.fresh, self.policy = counted, answers, fresh, policy
        self.responses = queries.count_responses([part.id for part in counted])

    def due(self) -> list[Due]:
        """What is to come out: programmes first, then providers within them, then cohorts within these."""
        programmes = self._of("programme")
        providers = self._of("provider")
        restricted = self._within_programmes(programmes, providers)
        cohorts = [
            cohort
            for provider in restricted.values()
            if self.fresh & provider.cohort_ids
            for cohort in self._within_provider(provider)
        ]
        changed = [*programmes.values(), *restricted.values(), *cohorts]
        return [due for due in changed if self.fresh & due.cohort_ids]

    def _of(self, kind: Kind) -> dict[int, Due]:
        """Every programme or provider that has anything counted."""
        members: dict[int, set[int]] = {}
        for part in self.counted:
            subject = (
                part.programme_id if kind == "programme" else None if part.is_shared else part.provider_id
            )
            if subject is not None:
                members.setdefault(subject, set()).add(part.id)
        before = queries.find_releases(kind, list(members))
        return {
            subject: self._due(kind, subject, frozenset(ids), before.get(subject))
            for subject, ids in members.items()
        }

    def _due(self, kind: Kind, subject: int, cohort_ids: frozenset[int], before: Release | None) -> Due:
        """The figures of some cohorts, protected by themselves; those that stay as they were are read again."""
        shown = None if before is None else _protected(before)
        new = self._sums(cohort_ids & self.fresh)
        if shown is not None and before is not None and not cohort_ids & self.fresh:
            now = self._sums(cohort_ids)
            return Due(kind, subject, cohort_ids, Figures(shown, now, new, shown, is_fixed=True), {})
        exact = self._tables(cohort_ids)
        stirred = before is not None and any(
            self.responses.get(int(cohort_id), 0) != then for cohort_id, then in before.counted.items()
        )
        figures = Figures(
            disclosure.protect(exact, self.policy, clear_only=self._is_part(kind, cohort_ids)),
            sums_of(exact),
            new,
            shown,
            stirred=stirred,
        )
        told = asdict(answered(self.answers.of(sorted(cohort_ids)), self.policy))
        return Due(kind, subject, cohort_ids, figures, told)

    def _within_programmes(
        self, programmes: Mapping[int, Due], providers: Mapping[int, Due]
    ) -> dict[int, Due]:
        """Providers without what would give something away beside any of their programmes."""
        found = dict(providers)
        for programme in programmes.values():
            inside = {
                provider_id: self._inside(due, programme.cohort_ids)
                for provider_id, due in found.items()
                if due.cohort_ids & programme.cohort_ids
            }
            for provider_id, protected in parts.shown_by(programme.figures, inside, self.policy).items():
                found[provider_id] = _showing(found[provider_id], protected)
        return found

    def _inside(self, due: Due, whole: frozenset[int]) -> Figures:
        """The figures of a provider as far as they are about a programme."""
        outside = due.cohort_ids - whole
        if not outside:
            return due.figures
        return replace(
            due.figures,
            now=self._sums(due.cohort_ids & whole),
            new=self._sums(due.cohort_ids & whole & self.fresh),
            besides=self._sums(outside),
        )

    def _within_provider(self, provider: Due) -> list[Due]:
        """The cohorts of a provider that are large enough to show, less what would give something away."""
        alone = [part.id for part in self.counted if part.id in provider.cohort_ids and self._is_alone(part)]
        if provider.cohort_ids == set(alone) and len(alone) == 1:
            return [replace(provider, kind="cohort", subject_id=alone[0])]
        before = queries.find_releases("cohort", alone)
        cohorts = {
            cohort_id: self._due("cohort", cohort_id, frozenset({cohort_id}), before.get(cohort_id))
            for cohort_id in alone
        }
        shown = parts.shown_by(
            provider.figures, {cohort_id: due.figures for cohort_id, due in cohorts.items()}, self.policy
        )
        return [_showing(cohorts[cohort_id], protected) for cohort_id, protected in shown.items()]

    def _is_part(self, kind: Kind, cohort_ids: frozenset[int]) -> bool:
        """Whether the figures lie within others': a cohort's in the provider's, these in a programme's."""
        in_programmes = {part.id for part in self.counted if part.programme_id is not None}
        return kind == "cohort" or (kind == "provider" and bool(cohort_ids & in_programmes))

    def _is_alone(self, part: Part) -> bool:
        return [each.batch for each in self.counted].count(part.batch) == 1

    def _tables(self, cohort_ids: Iterable[int]) -> Tables:
        return tables.build(self.answers.of(sorted(cohort_ids)))

    def _sums(self, cohort_ids: Iterable[int]) -> Sums:
        return sums_of(self._tables(cohort_ids))


def _showing(due: Due, protected: Protected) -> Due:
    return replace(due, figures=replace(due.figures, protected=protected))


def _protected(released: Release) -> Protected:
    return storing.from_document(released.figures["tables"], queries.codebook())
