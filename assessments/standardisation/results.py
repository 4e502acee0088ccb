"""What an exercise shows once everybody may see it: who said what of each criterion, and how far they agree."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from assessments.agreement import Agreement
from assessments.panel_agreement import panel_agreement, same_share
from assessments.portfolio.queries import unit_of_version
from assessments.portfolio.unit_schema import Criterion, Unit
from assessments.standardisation import queries
from assessments.standardisation.models import Exercise, ScriptJudge, ScriptJudgement, ScriptRemark


@dataclass(frozen=True, slots=True)
class CriterionResult:
    """One criterion: what each said, by name; the share of pairs that agree; and what was settled, if anything."""

    criterion: Criterion
    said: tuple[tuple[str, ScriptJudgement], ...]
    same: float | None
    settled: ScriptRemark | None

    @property
    def met(self) -> int:
        """How many said that it is met."""
        return sum(one.met for _, one in self.said)

    @property
    def is_split(self) -> bool:
        """Whether they did not all say the same."""
        return 0 < self.met < len(self.said)


@dataclass(frozen=True, slots=True)
class Results:
    """An exercise as everybody sees it: those who did not judge are named, too."""

    criteria: tuple[CriterionResult, ...]
    overall: Agreement
    people: int
    missing: tuple[str, ...]


def of(exercise: Exercise) -> Results:
    """The results of an exercise; whether they may be seen is the caller's rule (`queries.is_open_to_see`)."""
    return of_each([exercise])[exercise.id]


def of_each(exercises: Collection[Exercise]) -> dict[int, Results]:
    """The results of some exercises, by the exercise's number: the same queries for any number."""
    judges, judgements = queries.judges_of(exercises), queries.judgements_of(exercises)
    remarks = queries.remarks_of(exercises)
    units = {version: unit_of_version(version) for version in {one.unit_version_id for one in exercises}}
    return {
        one.id: _results(one, units[one.unit_version_id], judges[one.id], judgements[one.id], remarks[one.id])
        for one in exercises
    }


def _results(
    exercise: Exercise,
    unit: Unit,
    judges: Sequence[ScriptJudge],
    judgements: Mapping[int, Mapping[str, ScriptJudgement]],
    remarks: Sequence[ScriptRemark],
) -> Results:
    settled = {one.criterion: one for one in remarks if one.met is not None}
    people = [
        (one.assessor.name, judgements[one.assessor_id]) for one in judges if one.assessor_id in judgements
    ]

    def one(ref: str) -> CriterionResult:
        said = tuple((name, theirs[ref]) for name, theirs in people)
        return CriterionResult(
            unit.criteria[ref], said, same_share([each.met for _, each in said]), settled.get(ref)
        )

    return Results(
        criteria=tuple(map(one, exercise.criteria)),
        overall=panel_agreement(
            {
                str(place): [theirs[ref].met for ref in exercise.criteria]
                for place, (_, theirs) in enumerate(people)
            }
        ),
        people=len(people),
        missing=tuple(one.assessor.name for one in judges if one.assessor_id not in judgements),
    )
