"""Pages that belong to no room: accessibility and privacy statements, and whether the site is well."""

from __future__ import annotations

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from lms.core.access import public
from lms.core.extensions import db
from lms.core.web import render
from lms.site.retention import ROOMS

blueprint = Blueprint("pages", __name__)


@blueprint.get("/accessibility")
@public("a statement for everybody")
def accessibility() -> ResponseReturnValue:
    """How accessible the site is and whom to tell when it is not."""
    return render("site/accessibility.html")


@blueprint.get("/privacy")
@public("a statement for everybody")
def privacy() -> ResponseReturnValue:
    """What is kept about people, why and for how long."""
    return render("site/privacy.html")


@blueprint.get("/privacy/how-long")
@public("a statement for everybody")
def how_long() -> ResponseReturnValue:
    """The retention schedule: what goes by itself and when, what stays and why."""
    return render("site/how_long.html", rooms=[*ROOMS[-2::-1], ROOMS[-1]])


@blueprint.get("/health")
@public("asked by the machine that watches the site")
def health() -> ResponseReturnValue:
    """200 when the database answers; 503 by the error page when it does not."""
    db.session.execute(text("SELECT 1"))
    return jsonify(status="ok")
