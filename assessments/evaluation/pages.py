"""What each page of results is made from: figures that have come out, and where a page may, the answers behind them."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from assessments.evaluation import comparisons, queries, released, sections, sure_figures, waves
from assessments.evaluation.cohort_figures import Divided
from assessments.evaluation.comparisons import SortedCohorts
from assessments.evaluation.queries import Scope
from assessments.evaluation.released import Released
from assessments.evaluation.sections import Page
from assessments.evaluation.thresholds import policy_in_force
from assessments.questionnaires.schema import WaveKind

LATER: Mapping[WaveKind, str] = MappingProxyType(
    {WaveKind.ONE_MONTH: "One month on", WaveKind.THREE_MONTHS: "Three months on"}
)


def page(scope: Scope, found: Released, section: str, about: str | None) -> Page:
    """One page of a cohort's, a provider's or a programme's results.

    Args:
        scope: Whose.
        found: Its figures.
        section: Which page.
        about: Which statement or motivation, on the pages that are about one; the page's own choice when None.
    """
    policy, protected = policy_in_force(), found.protected
    # of one cohort, what is worked out from single answers could be taken from that of all
    is_whole = scope.kind != "cohort"
    if section == "providers":
        return _providers(scope, found, about)
    if section == "later":
        return later_page(scope)
    make: dict[str, Callable[[], Page]] = {
        "results": lambda: sections.results(protected, found.answered),
        "people": lambda: sections.people(
            protected,
            found.answered,
            released.responses_of(scope, found),
            policy,
            may_compare=is_whole,
        ),
        "change": lambda: sections.change(protected, about),
        "support": lambda: sections.support(protected),
        "groups": lambda: comparisons.groups(protected, about),
        "sure": lambda: sections.sure(
            protected,
            released.responses_of(scope, found),
            policy,
            tells=tuple(sure_figures.TITLES) if is_whole else (),
        ),
    }
    return make[section]()


def _providers(scope: Scope, found: Released, about: str | None) -> Page:
    """Providers side by side, with their cohorts also sorted by where and how they were taught."""
    return comparisons.providers(
        found.protected,
        released.providers_of(scope),
        sorted_cohorts(scope, found),
        policy=policy_in_force(),
        about=about,
    )


def sorted_cohorts(scope: Scope, found: Released) -> SortedCohorts | None:
    """The answers of a programme by cohort, sorted in several ways; None while they are not those of the figures."""
    answers = released.answers_of(scope, found)
    if answers is None:
        return None
    parts = scope.counted
    place = {part.id: index for index, part in enumerate(parts)}
    divided = [
        Divided(title, np.unique(keys, return_inverse=True)[1])
        for title, keys in (
            ("By provider", [part.provider_id for part in parts]),
            ("By region where taught", [part.region for part in parts]),
            ("By pattern of delivery", [part.pattern for part in parts]),
        )
    ]
    cohorts = np.array([place[cohort_id] for cohort_id in answers.cohort_ids.tolist()], np.int64)
    return SortedCohorts(answers.responses, cohorts, divided)


def later_page(scope: Scope) -> Page:
    """What the waves after the course say, in cohorts where they have closed."""
    closed = queries.closed_waves(scope.counted, (*LATER, WaveKind.FOCUS_GROUP))
    again = {title: waves.responses_of(closed[kind], (WaveKind.POST, kind)) for kind, title in LATER.items()}
    sheets = waves.responses_of(closed[WaveKind.FOCUS_GROUP], [WaveKind.FOCUS_GROUP])
    marks = {
        pair: (waves.numbers_of(sheets, pair[0]), waves.numbers_of(sheets, pair[1]))
        for pair in sheets.codebook.pairs
    }
    return sections.later(again, sheets, marks, queries.codebook(), policy_in_force())
