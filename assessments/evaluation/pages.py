"""What each page of results is made from: figures that have come out, and nothing else."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from assessments.evaluation import comparisons, kept_chapters, released, response_rates, sections
from assessments.evaluation.queries import Scope
from assessments.evaluation.released import Released
from assessments.evaluation.sections import Page
from assessments.questionnaires.rates import count_asked


def page(scope: Scope, found: Released, section: str, about: str | None) -> Page:
    """One page of a cohort's, a provider's or a programme's results.

    Args:
        scope: Whose.
        found: Its figures.
        section: Which page.
        about: Which statement or motivation, on the pages that are about one; the page's own choice when None.
    """
    protected = found.protected
    make: dict[str, Callable[[], Page]] = {
        "results": lambda: sections.results(protected, found.answered),
        "people": lambda: _people(scope, found),
        "change": lambda: sections.change(protected, about),
        "support": lambda: sections.support(protected),
        "groups": lambda: comparisons.groups(protected, about),
        "sure": lambda: sections.sure(protected, kept_chapters.find(scope).reliability),
        "later": lambda: sections.later(kept_chapters.find(scope).later),
        "providers": lambda: comparisons.providers(
            protected, released.providers_of(scope), kept_chapters.find(scope).cohorts, about=about
        ),
    }
    return make[section]()


def _people(scope: Scope, found: Released) -> Page:
    """Who took part, under how many of those asked have answered."""
    shown = sections.people(found.protected, found.answered, kept_chapters.find(scope).lost)
    answered = response_rates.rates(found.answered, count_asked(found.counted))
    return replace(shown, show={**shown.show, "rates": answered}, tables=(*shown.tables, answered.table))


def providers_by_statement(programme: Scope, found: Released) -> Mapping[str, Page]:
    """The page of providers of every statement that it can be about, in the order of the questionnaire."""
    own, cohorts = released.providers_of(programme), kept_chapters.find(programme).cohorts
    return {
        item: comparisons.providers(found.protected, own, cohorts, about=item)
        for item in comparisons.about_providers(found.protected)
    }
