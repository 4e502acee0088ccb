"""The units that portfolios are assessed against: their words, whose they are, and what is different between two versions."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from assessments.portfolio.queries import unit_of_version
from assessments.portfolio.taught import modules_by_criterion
from assessments.portfolio.unit_differences import compare
from assessments.portfolio.unit_queries import UnitLine, list_courses, list_moves, list_versions
from lms.core.access import Reach, requires
from lms.core.errors import NotFound
from lms.core.permissions import Permission
from lms.core.web import render

blueprint = Blueprint("units", __name__, url_prefix="/units")

READ = Permission.CONTENT_VERSION_READ


@blueprint.get("/")
@requires(READ)
def index(reach: Reach) -> ResponseReturnValue:
    """Every published unit with its versions."""
    versions = list_versions(within=reach)
    units = [list(of_one) for _, of_one in groupby(versions, key=attrgetter("slug"))]
    newest = {lines[0].slug: unit_of_version(lines[0].id) for lines in units}
    return render("assessments/portfolio/units.html", units=units, newest=newest)


@blueprint.get("/<string:slug>")
@requires(READ)
def show(reach: Reach, slug: str) -> ResponseReturnValue:
    """One version of a unit in full: the newest, unless another is asked for.

    Raises:
        NotFound: There is no such unit, or it has no such version.
    """
    versions = _versions(slug, reach)
    version = _asked_for("version", versions, otherwise=versions[0])
    unit = unit_of_version(version.id)
    return render(
        "assessments/portfolio/unit.html",
        version=version,
        versions=versions,
        unit=unit,
        principles={principle.slug: principle.title for principle in unit.principles},
        taught=[(course.title, modules_by_criterion(course)) for course in list_courses(slug)],
    )


@blueprint.get("/<string:slug>/changes")
@requires(READ)
def changes(reach: Reach, slug: str) -> ResponseReturnValue:
    """What is different between two versions of a unit, and which portfolios were moved between them.

    Raises:
        NotFound: There is no such unit, or it has no such version.
    """
    versions = _versions(slug, reach)
    after = _asked_for("to", versions, otherwise=versions[0])
    before = _asked_for("from", versions, otherwise=_one_before(after, versions))
    if before.number > after.number:
        before, after = after, before
    return render(
        "assessments/portfolio/unit_changes.html",
        versions=versions,
        before=before,
        after=after,
        differences=compare(unit_of_version(before.id), unit_of_version(after.id)),
        moves=list_moves(before.id, after.id, within=reach),
    )


def _versions(slug: str, reach: Reach) -> list[UnitLine]:
    versions = list_versions(slug, within=reach)
    if not versions:
        raise NotFound
    return versions


def _asked_for(name: str, versions: list[UnitLine], *, otherwise: UnitLine) -> UnitLine:
    asked = request.args.get(name)
    if asked is None:
        return otherwise
    found = next((each for each in versions if str(each.number) == asked), None)
    if found is None:
        raise NotFound(f"This unit has no version {asked}.")
    return found


def _one_before(version: UnitLine, versions: list[UnitLine]) -> UnitLine:
    return next((each for each in versions if each.number < version.number), version)
