"""Pages of results, drawn from figures that have come out and from nothing else: a cohort's and a provider's for its administrator, a programme's for its commissioner."""

import csv
from collections.abc import Mapping
from io import StringIO
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from assessments.evaluation import charts_svg, figures, pages, queries, released
from assessments.evaluation.methods import methods as methods_in_use
from assessments.evaluation.methods import numbers
from assessments.evaluation.queries import Kind, Scope
from assessments.evaluation.scopes import of_each_scope
from assessments.evaluation.thresholds import policy_in_force, reason_for_looser
from lms.core import clock
from lms.core.access import current_actor, signed_in
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
OF_KIND: Mapping[Kind, Mapping[str, str]] = {
    "cohort": SECTIONS,
    "provider": PROVIDER_SECTIONS,
    "programme": PROGRAMME_SECTIONS,
}
"""The pages of each kind of scope; too few of one cohort answer later questionnaires to show what lasted."""


STAYING = "staying"
"""The page that counts places, which needs no answers and so has a view of its own."""


def _section_of(kind: Kind) -> str:
    """The part of an address that names one of the pages of a kind of scope."""
    return f"<any({', '.join(OF_KIND[kind])}):section>/"


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


@of_each_scope(blueprint, _section_of)
def results(scope: Scope, section: str) -> ResponseReturnValue:
    """A page of results of a programme, a provider or a cohort."""
    return _show(scope, section)


@of_each_scope(blueprint, lambda kind: f"{_section_of(kind)}figures.csv", "_figures")
def figures_file(scope: Scope, section: str) -> ResponseReturnValue:
    """The figures of such a page as a file."""
    return _file(scope, section)


def _show(scope: Scope, section: str) -> str:
    found = released.find(scope)
    common = {
        "scope": scope,
        "section": section,
        "sections": tabs(scope, section),
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
    page = pages.page(scope, found, section, request.args.get("about"))
    file = _address(scope, section, file=True, about=request.args.get("about"))
    return render(
        f"assessments/evaluation/{section}.html",
        page=page,
        file=file,
        people=figures.people(found.people),
        made_on=found.made_on,
        **common,
    )


def tabs(scope: Scope, section: str) -> list[tuple[str, str, bool]]:
    """The pages of results: label, address and whether it is open.

    One counts places and not answers; of a programme there is also what people said in their own words.
    """
    own = [(label, _address(scope, name), name == section) for name, label in OF_KIND[scope.kind].items()]
    values: dict[str, Any] = {f"{scope.kind}_ref": scope.ref}
    own.append(("Who stayed", url_for(f"staying.{scope.kind}", **values), section == STAYING))
    if scope.kind == "programme":
        words = url_for("words.programme", programme_ref=scope.ref)
        own.append(("Own words", words, section == "words"))
    return own


def _file(scope: Scope, section: str) -> Response:
    found = released.find(scope)
    written = StringIO()
    writer = csv.writer(written, lineterminator="\n")
    if found is not None:
        for table in pages.page(scope, found, section, request.args.get("about")).tables:
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
