"""Pages of results, drawn from figures that have come out and from nothing else: a cohort's and a provider's for its administrator, a programme's for its commissioner."""

import csv
from collections.abc import Callable
from io import StringIO
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from assessments.evaluation import figures, queries, released, sections
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
}
PROGRAMME_SECTIONS = {**SECTIONS, "providers": "By provider"}
OWN = "any(results, people, change, support, groups)"
ALL = "any(results, people, change, support, groups, providers)"


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


@blueprint.get(f"/evaluation/programmes/<ref:programme_ref>/<{ALL}:section>/")
@requires(Permission.EVALUATION_PROGRAMME_READ, programme=queries.get_programme)
def programme(programme: Scope, section: str) -> ResponseReturnValue:
    """A programme's results."""
    return _show(programme, section)


@blueprint.get(f"/evaluation/programmes/<ref:programme_ref>/<{ALL}:section>/figures.csv")
@requires(Permission.EVALUATION_PROGRAMME_READ, programme=queries.get_programme)
def programme_figures(programme: Scope, section: str) -> ResponseReturnValue:
    """The figures of a programme's page as a file."""
    return _file(programme, section)


@blueprint.get(f"/evaluation/providers/<ref:provider_ref>/<{OWN}:section>/")
@requires(Permission.EVALUATION_COHORT_READ, provider=queries.get_provider)
def provider(provider: Scope, section: str) -> ResponseReturnValue:
    """A provider's results, all its cohorts together."""
    return _show(provider, section)


@blueprint.get(f"/evaluation/providers/<ref:provider_ref>/<{OWN}:section>/figures.csv")
@requires(Permission.EVALUATION_COHORT_READ, provider=queries.get_provider)
def provider_figures(provider: Scope, section: str) -> ResponseReturnValue:
    """The figures of a provider's page as a file."""
    return _file(provider, section)


@blueprint.get(f"/evaluation/cohorts/<ref:cohort_ref>/<{OWN}:section>/")
@requires(Permission.EVALUATION_COHORT_READ, cohort=queries.get_cohort)
def cohort(cohort: Scope, section: str) -> ResponseReturnValue:
    """A cohort's results."""
    return _show(cohort, section)


@blueprint.get(f"/evaluation/cohorts/<ref:cohort_ref>/<{OWN}:section>/figures.csv")
@requires(Permission.EVALUATION_COHORT_READ, cohort=queries.get_cohort)
def cohort_figures(cohort: Scope, section: str) -> ResponseReturnValue:
    """The figures of a cohort's page as a file."""
    return _file(cohort, section)


def _show(scope: Scope, section: str) -> str:
    names = PROGRAMME_SECTIONS if scope.kind == "programme" else SECTIONS
    found = released.find(scope)
    common = {
        "scope": scope,
        "section": section,
        "sections": [(name, label, _address(scope, name)) for name, label in names.items()],
        "home": url_for("evaluation.index"),
        "policy": policy_in_force(),
        "reason": reason_for_looser(),
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


def _page(scope: Scope, found: Released, section: str) -> Page:
    about = request.args.get("about")
    protected, answered = found.protected, found.answered
    make: dict[str, Callable[[], Page]] = {
        "results": lambda: sections.results(protected, answered),
        "people": lambda: sections.people(protected, answered),
        "change": lambda: sections.change(protected, about),
        "support": lambda: sections.support(protected),
        "groups": lambda: sections.groups(protected, about),
        "providers": lambda: sections.providers(protected, released.providers_of(scope), about),
    }
    return make[section]()
