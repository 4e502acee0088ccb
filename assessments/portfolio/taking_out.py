"""The page on which somebody who reads what was sent takes a piece of it out, from wherever they read it."""

from __future__ import annotations

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from assessments.portfolio import quarantine_queries
from assessments.portfolio.models import Evidence
from assessments.portfolio.quarantine_forms import TakeOutForm
from assessments.portfolio.quarantine_service import quarantine
from lms.core.access import current_actor
from lms.core.web import render


def ask(evidence: Evidence, *, back: str) -> str:
    """The page that asks by what somebody can be recognised, and says what happens. It posts to its own address.

    Args:
        evidence: the piece.
        back: the address of the page before.
    """
    return _page(evidence, TakeOutForm(formdata=None), back=back)


def answer(evidence: Evidence, *, back: str) -> ResponseReturnValue:
    """Take the piece out, for everybody, at once, and go back."""
    form = TakeOutForm(request.form)
    if not form.validate():
        return _page(evidence, form, back=back), 422
    quarantine(evidence, form.told(), by=current_actor())
    flash("It is taken out. Its author, the provider and whoever looks after data protection are told.")
    return redirect(back, 303)


def _page(evidence: Evidence, form: TakeOutForm, *, back: str) -> str:
    return render(
        "assessments/portfolio/taking_out.html",
        learner=evidence.portfolio.learner,
        evidence=evidence,
        form=form,
        action=request.script_root + request.path,
        back=back,
        is_out=quarantine_queries.standing_quarantine(evidence.id) is not None,
    )
