"""The employer's page: which of their staff came, how far they are and what they were awarded; nothing else."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from lms.core.access import Reach, requires
from lms.core.permissions import Permission
from lms.core.web import render
from lms.site import staff as staff_queries

blueprint = Blueprint("employer", __name__)


@blueprint.get("/staff")
@requires(Permission.EMPLOYER_STAFF_READ)
def staff(reach: Reach) -> ResponseReturnValue:
    """My staff on the course."""
    lines = staff_queries.list_staff(within=reach)
    return render(
        "site/employer/staff.html",
        lines=lines,
        settings=sorted({line.setting for line in lines}),
        cohorts=len({(line.progress.provider, line.progress.cohort) for line in lines if line.progress}),
    )
