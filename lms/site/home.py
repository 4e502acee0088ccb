"""The front door: everybody is sent to the page where their work is."""

from __future__ import annotations

from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.core.access import public
from lms.core.web import render, see_other
from lms.people.roles import Role
from lms.site.navigation import PLACES

blueprint = Blueprint("home", __name__)

FIRST_PAGE: dict[Role, str] = {
    Role.PRACTITIONER: "progress.home",
    Role.FACILITATOR: "cohorts.index",
    Role.ASSESSOR: "marking.queue",
    Role.IQA: "verification.index",
    Role.EQA: "visits.index",
    Role.PROVIDER_ADMINISTRATOR: "cohorts.index",
    Role.EMPLOYER: "employer.staff",
    Role.COMMISSIONER: "evaluation.index",
    Role.ADMINISTRATOR: "admin.index",
}


@blueprint.get("/")
@public("sends everybody to where they belong")
def index() -> ResponseReturnValue:
    """Send a person to the first page of their role, a stranger to the door."""
    if not current_user.is_authenticated:
        return see_other("people.sign_in")
    role = current_user.role
    if role is not None and FIRST_PAGE[role] in current_app.view_functions:
        return see_other(FIRST_PAGE[role])
    return render("site/no_role.html", places=PLACES[role] if role else ())
