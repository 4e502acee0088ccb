"""Pages of results: a cohort's and a provider's for its administrator, a programme's for its commissioner."""

import csv
from collections.abc import Callable
from io import StringIO
from typing import Any

import numpy as np
from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from assessments.evaluation import (
    charts_svg,
    disclosure,
    figures,
    group_figures,
    queries,
    sections,
    tables,
    waves,
)
from assessments.evaluation.cohort_figures import Divided
from assessments.evaluation.methods import methods as methods_in_use
from assessments.evaluation.methods import numbers
from assessments.evaluation.queries import Answers, Scope
from assessments.evaluation.sections import Page
from assessments.evaluation.thresholds import policy_in_force, reason_for_looser
from assessments.questionnaires.schema import WaveKind
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
LATER = {WaveKind.ONE_MONTH: "One month on", WaveKind.THREE_MONTHS: "Three months on"}


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
    answers = queries.answers_of(scope.counted)
    common = {
        "scope": scope,
        "section": section,
        "sections": [(name, label, _address(scope, name)) for name, label in OF_KIND[scope.kind].items()],
        "home": url_for("evaluation.index"),
        "people": figures.people(sum(answers.size(part) for part in scope.chosen)),
        "cohorts_counted": len([part for part in scope.counted if part.id in scope.chosen]),
        "policy": policy_in_force(),
        "reason": reason_for_looser(),
        "draw": charts_svg.DRAW,
        "key": charts_svg.key,
        "hatch": charts_svg.HATCH,
        "report": _report(scope),
    }
    if not may_be_shown(scope, answers):
        waiting = [part for part in scope.parts if part.id in scope.chosen and not part.is_counted]
        return render("assessments/evaluation/too_few.html", waiting=waiting, **common)
    page = _page(scope, answers, section)
    file = _address(scope, section, file=True, about=request.args.get("about"))
    return render(f"assessments/evaluation/{section}.html", page=page, file=file, **common)


def _file(scope: Scope, section: str) -> Response:
    answers = queries.answers_of(scope.counted)
    written = StringIO()
    writer = csv.writer(written, lineterminator="\n")
    if may_be_shown(scope, answers):
        for table in _page(scope, answers, section).tables:
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


def may_be_shown(scope: Scope, answers: Answers) -> bool:
    """Whether there are people enough, and taking them from the whole leaves people enough or nobody."""
    sizes = {part.id: answers.size(part.id) for part in scope.counted}
    if scope.kind != "cohort":
        return sum(sizes.values()) >= policy_in_force().percent_base
    return scope.chosen <= group_figures.parts_of_whole(sizes, policy_in_force())


def _page(scope: Scope, answers: Answers, section: str) -> Page:
    about = request.args.get("about")
    responses = answers.of(sorted(scope.chosen))
    if section == "providers":
        return _providers(scope, answers, about)
    if section == "later":
        return _later(scope)
    counted, policy = tables.build(responses), policy_in_force()
    if section == "groups":
        return sections.groups(counted, policy, about)
    protected = disclosure.protect(counted, policy, items=[])
    make: dict[str, Callable[[], Page]] = {
        "results": lambda: sections.results(protected, sections.answered(responses, policy)),
        "people": lambda: sections.people(protected, responses, policy),
        "change": lambda: sections.change(protected, about),
        "support": lambda: sections.support(protected),
        "sure": lambda: sections.sure(protected, responses, policy),
    }
    return make[section]()


def _providers(scope: Scope, answers: Answers, about: str | None) -> Page:
    """Providers side by side, with their cohorts also sorted by where and how they were taught."""
    parts = scope.counted
    place = {part.id: index for index, part in enumerate(parts)}
    cohorts = np.array([place[cohort_id] for cohort_id in answers.cohort_ids.tolist()], np.int64)
    names = {part.provider_id: part.provider for part in parts}
    divided = [
        Divided(title, np.unique(keys, return_inverse=True)[1])
        for title, keys in (
            ("By region where taught", [part.region for part in parts]),
            ("By pattern of delivery", [part.pattern for part in parts]),
        )
    ]
    in_order = {provider_id: index for index, provider_id in enumerate(names)}
    by_provider = np.array([in_order[part.provider_id] for part in parts], np.int64)
    divided.insert(0, Divided("By provider", by_provider))
    return sections.providers(
        answers.responses, list(names.values()), cohorts, divided, policy=policy_in_force(), about=about
    )


def _later(scope: Scope) -> Page:
    """What the waves after the course say, in cohorts where they have closed."""
    closed = queries.closed_waves(scope.counted, (*LATER, WaveKind.FOCUS_GROUP))
    again = {title: waves.responses_of(closed[kind], (WaveKind.POST, kind)) for kind, title in LATER.items()}
    sheets = waves.responses_of(closed[WaveKind.FOCUS_GROUP], [WaveKind.FOCUS_GROUP])
    marks = {
        pair: (waves.numbers_of(sheets, pair[0]), waves.numbers_of(sheets, pair[1]))
        for pair in sheets.codebook.pairs
    }
    return sections.later(again, sheets, marks, queries.codebook(), policy_in_force())
