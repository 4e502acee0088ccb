"""What each page of results is made from: figures that have come out, and nothing else."""

from collections.abc import Callable, Mapping

from assessments.evaluation import comparisons, kept_chapters, released, sections
from assessments.evaluation.queries import Scope
from assessments.evaluation.released import Released
from assessments.evaluation.sections import Page


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
        "people": lambda: sections.people(protected, found.answered, kept_chapters.find(scope).lost),
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


def providers_by_statement(programme: Scope, found: Released) -> Mapping[str, Page]:
    """The page of providers of every statement that it can be about, in the order of the questionnaire."""
    own, cohorts = released.providers_of(programme), kept_chapters.find(programme).cohorts
    return {
        item: comparisons.providers(found.protected, own, cohorts, about=item)
        for item in comparisons.about_providers(found.protected)
    }
