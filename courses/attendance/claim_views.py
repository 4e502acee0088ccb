"""Checking in where there is no signal: the page a phone keeps, what it sends later, and the facilitator's answer."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from pathlib import Path

from flask import current_app, flash, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_limiter.errors import RateLimitExceeded

from courses.attendance import claims, views
from courses.attendance.check_in import NOT_RECORDED, CheckedIn
from courses.attendance.models import CheckInClaim
from courses.attendance.register_views import TAKE, blueprint
from courses.cohorts.queries import list_facilitators
from lms.core.access import current_actor, public, requires
from lms.core.errors import DomainError, Refused
from lms.core.extensions import limiter
from lms.core.text import clock_time
from lms.core.web import render, see_other

__all__ = ["blueprint"]

KEPT_PAGE = "courses/attendance/no_signal.html"
MOST_CHARACTERS = 20


# ---- the page that a phone keeps


@views.blueprint.get("/check-in/no-signal")
@public("the page that a phone keeps for a hall without signal: it says nothing of anybody")
def no_signal() -> ResponseReturnValue:
    """Ask for the code, and keep it on the phone."""
    return render(KEPT_PAGE)


@views.blueprint.get("/check-in-worker.js")
@public("the script by which a phone keeps that page: the same for everybody")
def worker() -> ResponseReturnValue:
    """The service worker of the check-in page. Its text changes when anything it keeps does."""
    files = _files_of_the_page()
    source = current_app.jinja_env.get_template(KEPT_PAGE).filename or ""
    version = hashlib.sha256(json.dumps(files).encode() + Path(source).read_bytes()).hexdigest()[:12]
    body = render_template(
        "courses/attendance/check_in_worker.js",
        version=version,
        page=url_for("attendance.check_in"),
        kept_page=url_for("attendance.no_signal"),
        files=files,
    )
    response = current_app.make_response(body)
    response.headers["Content-Type"] = "text/javascript; charset=utf-8"
    return response


def _files_of_the_page() -> list[str]:
    """The addresses of its style sheets and scripts: by version as pages name them, plain as scripts import each other."""
    folder = Path(current_app.static_folder or "") / "js"
    named = ("js/theme.js", "js/going-forward.js", "css/going-forward.css")
    return [
        url_for("bootstrap.static", filename="css/bootstrap.min.css"),
        *(url_for("static", filename=name) for name in named),
        *(f"{current_app.static_url_path}/js/{script.name}" for script in sorted(folder.glob("*.js"))),
    ]


# ---- what it sends later


@views.blueprint.post("/check-in/kept")
@requires(views.LEARN)
def send_kept() -> ResponseReturnValue:
    """Take a check-in from a phone that kept it, for a moment or for days: `code`, and `ago` in whole seconds."""
    actor = current_actor()
    code = request.form.get("code", "")[:MOST_CHARACTERS]
    ago = timedelta(seconds=min(request.form.get("ago", 0, type=int), claims.STILL_TAKEN.total_seconds()))
    try:
        with limiter.limit(views.LIMIT, key_func=lambda: f"check-in of {actor.id}"):
            outcome = claims.send_kept(code, ago=ago, by=actor)
    except RateLimitExceeded:
        return jsonify(message=f"{NOT_RECORDED} You have tried many codes."), views.TOO_MANY
    except Refused as refusal:
        return jsonify(state="refused", message=refusal.message), views.UNCHANGED
    return jsonify(_said(outcome))


def _said(outcome: CheckedIn | CheckInClaim) -> dict[str, str]:
    """What the person is told: that it is recorded, or that it is not yet."""
    session = outcome.session
    where = f"session {session.number} of {session.cohort.name}"
    if isinstance(outcome, CheckedIn):
        if outcome.is_new:
            return {"state": "recorded", "message": f"Recorded: you came to {where}."}
        said = f"You were recorded already for {where}: {outcome.mark.words}."
        return {"state": "recorded", "message": said}
    who = " or ".join(list_facilitators(session.cohort_id)) or "your facilitator"
    return {
        "state": "waiting",
        "message": f"Not recorded yet. Your check-in of {clock_time(outcome.typed_at)} for {where} arrived after "
        f"check-in had closed. It counts when {who} accepts it; My hours shows when.",
    }


# ---- the facilitator's answer


@blueprint.post("/check-in-claims/<ref:claim_ref>/accept")
@requires(TAKE, claim=claims.get_claim)
def accept_claim(claim: CheckInClaim) -> ResponseReturnValue:
    """Mark somebody as having come, as their phone says."""
    try:
        claims.accept(claim, by=current_actor())
    except DomainError as refusal:
        flash(refusal.message, "warning")
        return see_other("cohorts.register", session_ref=claim.session.ref)
    flash(f"{claim.enrolment.user.name}: came.", "success")
    return see_other("cohorts.register", session_ref=claim.session.ref)


@blueprint.post("/check-in-claims/<ref:claim_ref>/decline")
@requires(TAKE, claim=claims.get_claim)
def decline_claim(claim: CheckInClaim) -> ResponseReturnValue:
    """Leave the register as it is."""
    try:
        claims.decline(claim, by=current_actor())
    except DomainError as refusal:
        flash(refusal.message, "warning")
        return see_other("cohorts.register", session_ref=claim.session.ref)
    flash(
        f"{claim.enrolment.user.name}: the check-in was not accepted. Mark them in the register.", "success"
    )
    return see_other("cohorts.register", session_ref=claim.session.ref)
