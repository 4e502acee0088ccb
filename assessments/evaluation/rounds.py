"""What comes out when cohorts come into the figures: programmes, the providers within them, the cohorts within these. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import reduce

from assessments.evaluation import disclosure, parts, tables
from assessments.evaluation.disclosure import Protected
from assessments.evaluation.newcomers import Telling
from assessments.evaluation.policy import Policy
from assessments.evaluation.queries import Answers, Kind, Part
from assessments.evaluation.sections import answered
from assessments.evaluation.sums import Figures, Sums, besides, sums_of, telling_of
from assessments.evaluation.tables import Tables


@dataclass(frozen=True)
class Earlier:
    """Figures that had come out, and how many responses each cohort in them held then."""

    protected: Protected
    counted: Mapping[int, int]


@dataclass(frozen=True)
class Due:
    """Figures that are to come out."""

    kind: Kind
    subject_id: int
    cohort_ids: frozenset[int]
    figures: Figures
    answered: dict[str, int | None]


class Round:
    """Everything counted, what of it is new, and what had come out before."""

    def __init__(
        self,
        counted: Sequence[Part],
        answers: Answers,
        policy: Policy,
        *,
        responses: Mapping[int, int],
        earlier: Mapping[tuple[Kind, int], Sequence[Earlier]],
    ) -> None:
        """Take what is needed.

        Args:
            counted: Every cohort that the figures count.
            answers: Their answers.
            policy: The thresholds.
            responses: How many responses each cohort holds now.
            earlier: The figures that had come out, the latest last, by what they are about.
        """
        self.counted, self.answers, self.policy = counted, answers, policy
        self.responses, self.earlier = responses, earlier

    def due(self) -> list[Due]:
        """What is to come out: programmes first, then providers within them, then cohorts within these.

        A provider or cohort of which less could be shown than before keeps the figures that it has.
        """
        programmes = self._of("programme")
        providers = self._within_programmes(programmes, self._of("provider"))
        found = [due for due in programmes.values() if self._fresh_of(due)]
        for provider in providers.values():
            if self._fresh_of(provider) and _tells_more(provider.figures):
                cohorts = self._within_provider(provider)
                found += [
                    provider,
                    *(each for each in cohorts if self._fresh_of(each) and _tells_more(each.figures)),
                ]
        return found

    def _fresh_of(self, due: Due) -> frozenset[int]:
        return self._fresh(due.kind, due.subject_id, due.cohort_ids)

    def _fresh(self, kind: Kind, subject: int, cohort_ids: frozenset[int]) -> frozenset[int]:
        """The cohorts that earlier figures of the same did not count."""
        before = self._last(kind, subject)
        return cohort_ids if before is None else cohort_ids - before.counted.keys()

    def _last(self, kind: Kind, subject: int) -> Earlier | None:
        """The figures of the same that came out last."""
        return next(iter(reversed(self.earlier.get((kind, subject), ()))), None)

    def _telling(self, kind: Kind, subject: int, cohort_ids: frozenset[int]) -> Telling | None:
        """What would tell a few beside any of the figures of the same that had come out; None when none had."""
        told = []
        for each in self.earlier.get((kind, subject), ()):
            new = self._tables(cohort_ids - each.counted.keys())
            old = self._sums(cohort_ids & each.counted.keys())
            told.append(telling_of(sums_of(new), old, each.protected, self.policy))
            if new.respondents:
                # the newcomers' own table is the difference of the two: what would give a small number in it away is hidden too
                told.append(besides(disclosure.protect(new, self._of_any_size), each.protected))
        return reduce(Telling.__or__, told) if told else None

    @property
    def _of_any_size(self) -> Policy:
        """The thresholds of counts alone: how many people a percentage needs is asked of what is shown, not of newcomers."""
        return replace(self.policy, percent_base=1)

    def _of(self, kind: Kind) -> dict[int, Due]:
        """Every programme or provider that has anything counted."""
        members: dict[int, set[int]] = {}
        for part in self.counted:
            subject = (
                part.programme_id if kind == "programme" else None if part.is_shared else part.provider_id
            )
            if subject is not None:
                members.setdefault(subject, set()).add(part.id)
        return {subject: self._due(kind, subject, frozenset(ids)) for subject, ids in members.items()}

    def _due(self, kind: Kind, subject: int, cohort_ids: frozenset[int]) -> Due:
        """The figures of some cohorts, protected by themselves; those that stay are taken as they came out."""
        before = self._last(kind, subject)
        shown = None if before is None else before.protected
        fresh = self._fresh(kind, subject, cohort_ids)
        new = self._sums(fresh)
        if shown is not None and not fresh:
            figures = Figures(shown, self._sums(cohort_ids), new, shown, is_fixed=True)
            return Due(kind, subject, cohort_ids, figures, {})
        exact = self._tables(cohort_ids)
        protected = disclosure.protect(
            exact,
            self.policy,
            clear_only=self._is_part(kind, cohort_ids),
            telling=self._telling(kind, subject, cohort_ids),
        )
        stirred = before is not None and any(
            self.responses.get(cohort_id, 0) != then for cohort_id, then in before.counted.items()
        )
        figures = Figures(protected, sums_of(exact), new, shown, stirred=stirred)
        told = asdict(answered(self.answers.of(sorted(cohort_ids)), self.policy))
        return Due(kind, subject, cohort_ids, figures, told)

    def _within_programmes(
        self, programmes: Mapping[int, Due], providers: Mapping[int, Due]
    ) -> dict[int, Due]:
        """Providers without what would give something away beside any of their programmes."""
        found = dict(providers)
        for programme in programmes.values():
            alone = next((each for each in found.values() if self._is_all_of(each, programme)), None)
            if alone is not None:
                found[alone.subject_id] = _showing(alone, programme.figures.protected)
                continue
            inside = {
                provider_id: self._inside(due, programme.cohort_ids)
                for provider_id, due in found.items()
                if due.cohort_ids & programme.cohort_ids
            }
            for provider_id, protected in parts.shown_by(programme.figures, inside, self.policy).items():
                found[provider_id] = _showing(found[provider_id], protected)
        return found

    def _is_all_of(self, provider: Due, programme: Due) -> bool:
        """Whether a programme is one provider's, now and in the figures before, so that both show the same."""
        return provider.cohort_ids == programme.cohort_ids and self._fresh_of(provider) == self._fresh_of(
            programme
        )

    def _inside(self, due: Due, whole: frozenset[int]) -> Figures:
        """The figures of a provider as far as they are about a programme."""
        outside = due.cohort_ids - whole
        if not outside:
            return due.figures
        return replace(
            due.figures,
            now=self._sums(due.cohort_ids & whole),
            new=self._sums(self._fresh_of(due) & whole),
            besides=self._sums(outside),
        )

    def _within_provider(self, provider: Due) -> list[Due]:
        """The cohorts of a provider that are large enough to show, less what would give something away."""
        alone = [part.id for part in self.counted if part.id in provider.cohort_ids and self._is_alone(part)]
        if provider.cohort_ids == set(alone) and len(alone) == 1:
            return [replace(provider, kind="cohort", subject_id=alone[0])]
        cohorts = {cohort_id: self._due("cohort", cohort_id, frozenset({cohort_id})) for cohort_id in alone}
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


def _tells_more(figures: Figures) -> bool:
    """Whether there is something to show, and no less than there was before."""
    told = _told(figures.protected)
    return told > 0 and (figures.before is None or told >= _told(figures.before))


def _told(protected: Protected) -> int:
    """How many numbers of people are shown; that nobody gave an answer is none."""
    return int((~protected.count & (protected.tables.frequencies.count > 0)).sum())
