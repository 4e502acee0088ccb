"""Courses and their versions: what is published, who is taught it, and what is different between two."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from courses.cohorts.version_queries import Taught, taught_by_version
from courses.content import queries
from courses.content.differences import compare
from courses.content.queries import VersionLine, get_document
from courses.content.text_changes import Fate
from lms.core.access import Reach, requires
from lms.core.errors import NotFound
from lms.core.permissions import Permission
from lms.core.web import render

blueprint = Blueprint("versions", __name__, url_prefix="/courses")

READ = Permission.CONTENT_VERSION_READ


@blueprint.get("/")
@requires(READ)
def index(reach: Reach) -> ResponseReturnValue:
    """Every published course with its versions."""
    taught = taught_by_version(within=reach)
    courses = [list(versions) for _, versions in groupby(queries.list_versions(), key=attrgetter("slug"))]
    return render("courses/versions/index.html", courses=courses, taught=taught, never=Taught())


@blueprint.get("/<string:slug>/changes")
@requires(READ)
def changes(reach: Reach, slug: str) -> ResponseReturnValue:
    """What is different between two versions of a course: the newest and the one before it, unless others are asked for.

    Raises:
        NotFound: There is no such course, or it has no such version.
    """
    versions = queries.list_versions(slug)
    if not versions:
        raise NotFound
    after = _asked_for("to", versions, otherwise=versions[0])
    before = _asked_for("from", versions, otherwise=_one_before(after, versions))
    if before.number > after.number:
        before, after = after, before
    taught = taught_by_version(within=reach)
    return render(
        "courses/versions/changes.html",
        versions=versions,
        newest=versions[0],
        before=before,
        after=after,
        taught=(taught.get(before.id, Taught()), taught.get(after.id, Taught())),
        differences=compare(get_document(before.content_hash), get_document(after.content_hash)),
        Fate=Fate,
    )


def _asked_for(name: str, versions: list[VersionLine], *, otherwise: VersionLine) -> VersionLine:
    asked = request.args.get(name)
    if asked is None:
        return otherwise
    found = next((each for each in versions if str(each.number) == asked), None)
    if found is None:
        raise NotFound(f"This course has no version {asked}.")
    return found


def _one_before(version: VersionLine, versions: list[VersionLine]) -> VersionLine:
    return next((each for each in versions if each.number < version.number), version)
