"""Where a person can go: four places at most for each role, and what every page is given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from flask import Flask, current_app, g, request, url_for
from flask_login import current_user

from assessments.portfolio.queries import keeps_portfolio
from lms.core.access import current_actor
from lms.core.kept import kept
from lms.core.kept_pages import register_pages
from lms.people.models import Theme
from lms.people.person import Person
from lms.people.roles import Role


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the main menu: its words, its icon, its endpoint, and the rooms or endpoints it stands for."""

    label: str
    icon: str
    endpoint: str
    rooms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NavItem:
    """A place, ready for the page."""

    label: str
    icon: str
    href: str
    current: bool


_PORTFOLIO = Place(
    "Portfolio",
    "grid-3x3-gap",
    "portfolio.index",
    ("portfolio", "evidence", "submissions", "witnesses", "names", "dossier", "history", "own_cases"),
)
_COHORTS = Place(
    "Cohorts",
    "people",
    "cohorts.index",
    (
        "cohorts",
        "allocation",
        "assessors",
        "standings",
        "cases",
        "deadlines",
        "certificates",
        "progress",
        "versions",
        "units",
        "visits_given",
        "development",
        "direct_claims",
        "claims",
        "quarantine",
    ),
)

PLACES: dict[Role, tuple[Place, ...]] = {
    Role.PRACTITIONER: (
        Place("Home", "house-door", "progress.home", ("certificates",)),
        Place("Course", "signpost-split", "progress.course", ("progress", "attendance", "questionnaires")),
        Place("Journal", "journal-text", "progress.journal"),
        _PORTFOLIO,
    ),
    Role.FACILITATOR: (_COHORTS,),
    Role.ASSESSOR: (
        Place(
            "Queue",
            "inbox",
            "marking.queue",
            ("marking", "notes", "countersign", "comments", "reversal", "history", "returning"),
        ),
        Place("Learners", "people", "marking.learners", ("assessors", "planning")),
        Place("Actions", "list-check", "verification.own_actions", ("standardisation",)),
        Place("Cases", "chat-square-text", "cases.index", ("cases",)),
    ),
    Role.IQA: (
        Place(
            "Samples",
            "shuffle",
            "verification.index",
            ("verification", "history", "sample_returning", "development", "undoing"),
        ),
        Place("Actions", "list-check", "verification.actions_list"),
        Place("Standards", "rulers", "standardisation.index", ("standardisation",)),
        Place("Cases", "chat-square-text", "cases.index", ("cases",)),
    ),
    Role.EQA: (Place("Visits", "calendar-event", "visits.index", ("visits", "packs")),),
    Role.PROVIDER_ADMINISTRATOR: (
        _COHORTS,
        Place("Answers", "ui-checks", "questionnaires.imports", ("questionnaires",)),
        Place("Results", "bar-chart", "evaluation.index", ("evaluation", "staying")),
        Place("People", "person-plus", "people.teams", ("people.team",)),
    ),
    Role.EMPLOYER: (Place("Staff", "people", "employer.staff", ("employer",)),),
    Role.COMMISSIONER: (
        Place("Results", "bar-chart", "evaluation.index", ("evaluation", "words", "staying")),
        Place("Own words", "chat-quote", "themes.index", ("themes",)),
    ),
    Role.ADMINISTRATOR: (
        Place("Home", "house-door", "admin.index", ("versions", "units")),
        Place("Organisations", "buildings", "admin.organisations", ("people.team",)),
        Place("Audit", "journal-check", "admin.audit_trail"),
        Place("Health", "heart-pulse", "admin.health_page"),
    ),
}
"""The menu of each role."""


def _places(person: Person) -> tuple[Place, ...]:
    """The menu of a person's role, without the portfolio for whoever works towards no unit."""
    places = PLACES[person.role] if person.role else ()
    if _PORTFOLIO in places and not keeps_portfolio(person.id):
        return tuple(place for place in places if place is not _PORTFOLIO)
    return places


def _items(places: tuple[Place, ...], endpoint: str, room: str, _root: str) -> tuple[NavItem, ...]:
    """A menu as it looks from an endpoint of a room. Addresses depend on where the application is mounted, too."""
    known = [place for place in places if place.endpoint in current_app.view_functions]
    exact = {place.endpoint for place in known}
    return tuple(
        NavItem(
            label=place.label,
            icon=place.icon,
            href=url_for(place.endpoint),
            current=endpoint in {place.endpoint, *place.rooms}
            or (endpoint not in exact and room in place.rooms),
        )
        for place in known
    )


def _nav(person: Person) -> tuple[NavItem, ...]:
    here = request.endpoint or "", request.blueprint or "", request.script_root
    return kept(_items, _places(person), *here)


@dataclass(frozen=True, slots=True)
class _Around:
    """What the layouts draw of the person who looks; nobody is signed in where `person` is None."""

    person: Person | None
    nav: tuple[NavItem, ...]


def around() -> _Around:
    """What stands around every page. Worked out once a request."""
    # the person, not the proxy: a page asks for them a dozen times
    person = cast("Person", current_actor()) if current_user.is_authenticated else None
    found: _Around | None = g.get("around")
    if found is None or found.person is not person:
        found = g.around = _Around(person, _nav(person) if person else ())
    return found


def page_values() -> dict[str, Any]:
    """What every page is given: the menu, the person, and how it should look."""
    found = around()
    theme = found.person.theme if found.person else Theme.LIGHT
    return {"nav": found.nav, "person": found.person, "theme": theme.value}


def register_navigation(app: Flask) -> None:
    """Give every page its surroundings."""
    app.context_processor(page_values)
    app.teardown_request(lambda _: g.pop("around", None))
    register_pages(app, around)
