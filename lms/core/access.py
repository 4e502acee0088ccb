"""Who may open which page: one stamped decision a view, read by one engine, denied by default.

A view carries exactly one of `@public`, `@signed_in` or `@requires`. The application refuses to start when one
has none, and `requires` does the three steps in one order: who is asking, may this role do this, and is this
very object within reach. Loaders (`queries.get_x(ref, within=reach)`) answer the last question inside the query,
so that another organisation's object is simply not found.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Literal, Protocol, TypeVar, cast

from flask import Flask
from flask_login import current_user

from lms.core.errors import Forbidden
from lms.core.extensions import login
from lms.core.permissions import Permission

ANOTHERS = "This page belongs to someone else. If you think you should see it, ring your training provider."

View = TypeVar("View", bound=Callable[..., Any])
Loader = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Reach:
    """Where one person may use one permission.

    Attributes:
        person_id: the person; loaders of a person's own things go by this alone.
        organisation_ids: the organisations in which the person holds a role with the permission.
        everywhere: whether every organisation is within reach.
    """

    person_id: int
    organisation_ids: frozenset[int] = frozenset()
    everywhere: bool = False

    def covers(self, organisation_id: int) -> bool:
        """Whether an organisation lies within reach."""
        return self.everywhere or organisation_id in self.organisation_ids


class Actor(Protocol):
    """Somebody who acts: what services and queries may know of the person who is signed in."""

    @property
    def id(self) -> int:
        """The person's number."""

    @property
    def name(self) -> str:
        """The person's name as they write it."""

    @property
    def email(self) -> str:
        """Where the person is written to."""

    def may(self, permission: Permission) -> bool:
        """Whether any of the person's roles includes the permission."""

    def reach(self, permission: Permission) -> Reach | None:
        """Where the person may use the permission; None when nowhere."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The stamp on a view.

    Attributes:
        kind: public, signed-in or requires.
        why: for public and signed-in views, the reason that no permission is asked.
        permission: for the others, the permission.
        loads: names of the objects that are loaded within reach before the view runs.
    """

    kind: Literal["public", "signed-in", "requires"]
    why: str = ""
    permission: Permission | None = None
    loads: tuple[str, ...] = ()


def decision_of(view: Callable[..., Any]) -> Decision | None:
    """The decision stamped on a view function, if any."""
    return cast("Decision | None", getattr(view, "access_decision", None))


def _stamp(view: View, decision: Decision) -> View:
    if decision_of(view) is not None:
        raise TypeError(f"{view.__module__}.{view.__name__} carries two access decisions")
    cast("Any", view).access_decision = decision
    return view


def public(why: str) -> Callable[[View], View]:
    """Stamp a view as open to anybody, and say why."""
    return lambda view: _stamp(view, Decision(kind="public", why=why))


def signed_in(why: str) -> Callable[[View], View]:
    """Stamp a view as open to whoever is signed in, and say why no permission is asked."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if not current_user.is_authenticated:
                return login.unauthorized()
            return view(*args, **kwargs)

        return cast("View", _stamp(guarded, Decision(kind="signed-in", why=why)))

    return decorate


def requires(permission: Permission, **loaders: Loader) -> Callable[[View], View]:
    """Stamp a view with the permission it asks for, and load its objects within the person's reach.

    Each keyword names an argument of the view; its loader is called with the URL parameter `<name>_ref` (or
    with nothing, when the route has no such parameter) and with `within=`, and its result takes the parameter's
    place. A loader raises NotFound for what lies outside.
    """

    def decorate(view: View) -> View:
        wants_reach = "reach" in inspect.signature(view).parameters

        @wraps(view)
        def guarded(**values: Any) -> Any:
            if not current_user.is_authenticated:
                return login.unauthorized()
            reach = current_actor().reach(permission)
            if reach is None:
                raise Forbidden(ANOTHERS)
            for name, loader in loaders.items():
                key = f"{name}_ref"
                values[name] = (
                    loader(values.pop(key), within=reach) if key in values else loader(within=reach)
                )
            if wants_reach:
                values["reach"] = reach
            return view(**values)

        stamped = Decision(kind="requires", permission=permission, loads=tuple(loaders))
        return cast("View", _stamp(guarded, stamped))

    return decorate


def current_actor() -> Actor:
    """The person who is signed in.

    Raises:
        Forbidden: nobody is.
    """
    person = current_user._get_current_object()  # noqa: SLF001 (werkzeug's documented way through its proxy)
    if not person.is_authenticated:
        raise Forbidden("Sign in first.")
    return cast("Actor", person)


def can(permission: str) -> bool:
    """For templates: whether the person who is signed in holds a permission, named by its value."""
    return bool(current_user.is_authenticated and current_actor().may(Permission(permission)))


def refuse_unstamped_views(app: Flask) -> None:
    """Deny by default: stop the application when a view carries no decision.

    Raises:
        RuntimeError: naming every endpoint that lacks one.
    """
    bare = sorted(
        name
        for name, view in app.view_functions.items()
        if decision_of(view) is None and not name.endswith("static")
    )
    if bare:
        raise RuntimeError(f"views without an access decision: {', '.join(bare)}")
