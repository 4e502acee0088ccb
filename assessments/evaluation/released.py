"""The figures that have come out: what pages, charts and files are drawn from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from assessments.evaluation import queries, storing
from assessments.evaluation.disclosure import Protected
from assessments.evaluation.models import Release
from assessments.evaluation.queries import Scope
from assessments.evaluation.sections import Answered


@dataclass(frozen=True)
class Released:
    """Figures as they came out.

    Attributes:
        protected: What may be shown.
        answered: How many answered before and after, rounded.
        people: How many people they are about; shown rounded.
        made_on: The day they came out.
        counted: How many responses each cohort held then.
    """

    protected: Protected
    answered: Answered
    people: int
    made_on: date
    counted: Mapping[int, int]


def find(scope: Scope) -> Released | None:
    """The figures of a cohort, provider or programme that came out last; None where none have."""
    found = queries.find_releases(scope.kind, [scope.id]).get(scope.id)
    return None if found is None else _read(found)


def providers_of(programme: Scope) -> Mapping[str, Protected | None]:
    """The figures of each provider of a programme, by name, in the order of the names.

    None for a provider whose figures have not come out, or are about another programme's cohorts as well.
    """
    names = {part.provider_id: part.provider for part in programme.counted}
    inside = {str(part.id) for part in programme.parts}
    found = queries.find_releases("provider", list(names))
    return MappingProxyType(
        {
            name: _read(found[provider_id]).protected
            if provider_id in found and found[provider_id].counted.keys() <= inside
            else None
            for provider_id, name in names.items()
        }
    )


def _read(release: Release) -> Released:
    return Released(
        storing.from_document(release.figures["tables"], queries.codebook()),
        Answered(**release.figures["answered"]),
        release.people,
        release.made_on,
        {int(cohort_id): responses for cohort_id, responses in release.counted.items()},
    )
