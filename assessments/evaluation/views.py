"""Pages of results, drawn from figures that have come out and from nothing else: a cohort's and a provider's for its administrator, a programme's for its commissioner."""

import csv
from collections.abc import Callable
from io import StringIO
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from assessments.evaluation import charts_svg, figures, kept_chapters, queries, released, sections
from assessments.evaluation.methods import methods as methods_in_use
from assessments.evaluation.methods import numbers
from assessments.evaluation.queries import Scope
from assessments.evaluation.released import Released
from assessments.evaluation.sections import Page
from assessments.evaluation.thresholds import policy_in_force, reason_for_looser
from lms.core import clock
from lms.core.access import current_actor, requires, signed_in
from lms.core.permissions import Permission
from lms.core.spreadsheets import neutralise
from lms.core.web import render

blueprint = Blueprint("evaluation", __name__)

SECTIONS = {
    "results": "What changed",
    "people": "Who took part",
    "change": "Who moved",
    "support": "What helps it last",
    "groups": "By group",
    "sure": "How sure",
}
PROVIDER_SECTIONS = {**SECTIONS, "later": "What lasted"}
PROGRAMME_SECTIONS = {**PROVIDER_SECTIONS, "providers": "By provider"}
OF_KIND = {"cohort": SECTIONS, "provider": PROVIDER_SECTIONS, "programme": PROGRAMME_SECTIONS}
"""The pages of each kind of scope; too few of one cohort answer later questionnaires to show what lasted."""
OF_COHORT, OF_PROVIDER, OF_PROGRAMME = (f"any({', '.join(names)})" for names in OF_KIND.values())


@blueprint.get("/evaluation/")
@signed_in("lists the programmes and cohorts whose results the person's roles reach, which may be none")
def index() -> ResponseReturnValue:
    """Whose results the person may read: programmes for a commissioner, cohorts for a provider's administrator."""
    actor = current_actor()
    commissioned = actor.reach(Permission.EVALUATION_PROGRAMME_READ)
    own = actor.reach(Permission.EVALUATION_COHORT_READ)
    return render(
        "assessments/evaluation/index.html",
        programmes=queries.list_programmes(within=commissioned) if commissioned else (),
        parts=queries.list_cohorts(within=own) if own else (),
        today=clock.today(),
    )


@blueprint.get("/evaluation/methods/")
@signed_in("explains how figures are worked out and shows none, so no role is asked")
def methods() -> ResponseReturnValue:
    """What every figure is worked out by, from the code's own choices."""
    return render(
        "assessments/evaluation/methods.html", methods=methods_in_use(), numbers=numbers(policy_in_force())
    )


@blueprint.get(f"/evaluation/programmes/<ref:programme_ref>/<{OF_PROGRAMME}:section>/")
@requires(Permission.EVALUATION_PROGRAMME_READ, programme=queries.get_programme)
def programme(programme: Scope, section: str) -> ResponseReturnValue:
    """A programme's results."""
    return _show(programme, section)


@blueprint.get(f"/evaluation/programmes/<ref:programme_ref>/<{OF_PROGRAMME}:section>/figures.csv")
@requires(Permission.EVALUATION_PROGRAMME_READ, programme=queries.get_programme)
def programme_figures(programme: Scope, section: str) -> ResponseReturnValue:
    """The figures of a programme's page as a file."""
    return _file(programme, section)


@blueprint.get(f"/evaluation/providers/<ref:provider_ref>/<{OF_PROVIDER}:section>/")
@requires(Permission.EVALUATION_COHORT_READ, provider=queries.get_provider)
def provider(provider: Scope, section: str) -> ResponseReturnValue:
    """A provider's results, all its cohorts together."""
    return _show(provider, section)


@blueprint.get(f"/evaluation/providers/<ref:provider_ref>/<{OF_PROVIDER}:section>/figures.csv")
@requires(Permission.EVALUATION_COHORT_READ, provider=queries.get_provider)
def provider_figures(provider: Scope, section: str) -> ResponseReturnValue:
    """The figures of a provider's page as a file."""
    return _file(provider, section)


@blueprint.get(f"/evaluation/cohorts/<ref:cohort_ref>/<{OF_COHORT}:section>/")
@requires(Permission.EVALUATION_COHORT_READ, cohort=queries.get_cohort)
def cohort(cohort: Scope, section: str) -> ResponseReturnValue:
    """A cohort's results."""
    return _show(cohort, section)


@blueprint.get(f"/evaluation/cohorts/<ref:cohort_ref>/<{OF_COHORT}:section>/figures.csv")
@requires(Permission.EVALUATION_COHORT_READ, cohort=queries.get_cohort)
def cohort_figures(cohort: Scope, section: str) -> ResponseReturnValue:
    """The figures of a cohort's page as a file."""
    return _file(cohort, section)


def _show(scope: Scope, section: str) -> str:
    found = released.find(scope)
    common = {
        "scope": scope,
        "section": section,
        "sections": [(name, label, _address(scope, name)) for name, label in OF_KIND[scope.kind].items()],
        "home": url_for("evaluation.index"),
        "policy": policy_in_force(),
        "reason": reason_for_looser(),
        "draw": charts_svg.DRAW,
        "key": charts_svg.key,
        "hatch": charts_svg.HATCH,
        "report": _report(scope),
    }
    if found is None:
        chosen = [part for part in scope.parts if part.id in scope.chosen]
        return render(
            "assessments/evaluation/too_few.html",
            waiting=[part for part in chosen if not part.has_closed(clock.today())],
            **common,
        )
    page = _page(scope, found, section)
    file = _address(scope, section, file=True, about=request.args.get("about"))
    return render(
        f"assessments/evaluation/{section}.html",
        page=page,
        file=file,
        people=figures.people(found.people),
        made_on=found.made_on,
        **common,
    )


def _file(scope: Scope, section: str) -> Response:
    found = released.find(scope)
    written = StringIO()
    writer = csv.writer(written, lineterminator="\n")
    if found is not None:
        for table in _page(scope, found, section).tables:
            writer.writerow([neutralise(table.caption)])
            for row in (table.heads, *table.rows):
                writer.writerow([neutralise(cell) for cell in row])
    else:
        writer.writerow([f"Too few to show: fewer than {policy_in_force().percent_base} people"])
    return Response(
        written.getvalue(),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{scope.kind}-{section}.csv"'},
    )


def _address(scope: Scope, section: str, *, file: bool = False, about: str | None = None) -> str:
    endpoint = f"evaluation.{scope.kind}{'_figures' if file else ''}"
    values: dict[str, Any] = {f"{scope.kind}_ref": scope.ref, "section": section, "about": about}
    return url_for(endpoint, **values)


def _report(scope: Scope) -> str:
    values: dict[str, Any] = {f"{scope.kind}_ref": scope.ref}
    return url_for(f"reporting.{scope.kind}", **values)


def _page(scope: Scope, found: Released, section: str) -> Page:
    about, protected = request.args.get("about"), found.protected
    make: dict[str, Callable[[], Page]] = {
        "results": lambda: sections.results(protected, found.answered),
        "people": lambda: sections.people(protected, found.answered, kept_chapters.find(scope).lost),
        "change": lambda: sections.change(protected, about),
        "support": lambda: sections.support(protected),
        "groups": lambda: sections.groups(protected, about),
        "sure": lambda: sections.sure(protected, kept_chapters.find(scope).reliability),
        "later": lambda: sections.later(kept_chapters.find(scope).later),
        "providers": lambda: sections.providers(
            protected, released.providers_of(scope), kept_chapters.find(scope).cohorts, about=about
        ),
    }
    return make[section]()
