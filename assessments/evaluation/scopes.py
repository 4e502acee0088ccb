"""The routes that programmes, providers and cohorts have alike, each stamped with the permission that its kind asks for."""

from collections.abc import Callable, Mapping
from functools import wraps
from types import MappingProxyType
from typing import Any, TypeAlias

from flask import Blueprint
from flask.typing import ResponseReturnValue

from assessments.evaluation import queries
from assessments.evaluation.queries import Kind, Scope
from lms.core.access import requires
from lms.core.permissions import Permission

View: TypeAlias = Callable[..., ResponseReturnValue]
READERS: Mapping[Kind, tuple[Permission, Callable[..., Scope]]] = MappingProxyType(
    {
        "programme": (Permission.EVALUATION_PROGRAMME_READ, queries.get_programme),
        "provider": (Permission.EVALUATION_COHORT_READ, queries.get_provider),
        "cohort": (Permission.EVALUATION_COHORT_READ, queries.get_cohort),
    }
)
"""Who reads about each kind, and what finds one within their reach."""


def of_each_scope(
    blueprint: Blueprint, rule: Callable[[Kind], str], suffix: str = ""
) -> Callable[[View], View]:
    """Give a view of a scope a route for each kind, `/evaluation/<kind>s/<its reference>/…`, with that kind's decision.

    The view is called with the scope, which lies within the person's reach, and the other parameters of the route.

    Args:
        blueprint: Where the routes go.
        rule: What follows the reference in the address, by kind.
        suffix: What follows the kind in the name of the endpoint.
    """

    def decorate(view: View) -> View:
        for kind, (permission, get) in READERS.items():
            stamped = requires(permission, **{kind: get})(_of(kind, view))
            blueprint.add_url_rule(
                f"/evaluation/{kind}s/<ref:{kind}_ref>/{rule(kind)}", f"{kind}{suffix}", stamped
            )
        return view

    return decorate


def _of(kind: Kind, view: View) -> View:
    @wraps(view)
    def of_scope(**values: Any) -> ResponseReturnValue:
        return view(values.pop(kind), **values)

    return of_scope
