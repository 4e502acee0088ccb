"""Pages for what an enrolment says beside the place: one's own agreements, and what the provider keeps."""

from __future__ import annotations

from flask import flash, request
from flask.typing import ResponseReturnValue

from courses.attendance.adjustments import get_own_enrolment
from courses.attendance.views import LEARN
from courses.attendance.views import blueprint as own
from courses.cohorts import queries, taught_course
from courses.cohorts.blueprint import UNCHANGED, blueprint
from courses.cohorts.models import Enrolment
from courses.places import invitation_queries, particulars
from courses.places.forms import AgreementsForm, ParticularsForm
from lms.core.access import current_actor, requires
from lms.core.forms import choices
from lms.core.permissions import Permission
from lms.core.web import render, see_other

__all__ = ["blueprint"]


# ---- one's own


@own.get("/my-course/my-place")
@requires(LEARN, enrolment=get_own_enrolment)
def my_place(enrolment: Enrolment) -> ResponseReturnValue:
    """Say whether I want the unit, and whether my employer may see how far I am."""
    agreed = {
        "seeks_accreditation": enrolment.seeks_accreditation,
        "shares_progress": enrolment.shares_progress,
    }
    return render(
        "courses/places/my_place.html",
        enrolment=enrolment,
        cohort=enrolment.cohort,
        has_unit=taught_course.has_unit(enrolment.cohort),
        form=AgreementsForm(data=agreed),
    )


@own.post("/my-course/my-place")
@requires(LEARN, enrolment=get_own_enrolment)
def keep_my_place(enrolment: Enrolment) -> ResponseReturnValue:
    """Keep what I say."""
    form = AgreementsForm(request.form)
    particulars.change(
        enrolment,
        setting=enrolment.setting,
        seeks_accreditation=_wants_unit(enrolment, form),
        shares_progress=form.shares_progress.data,
        by=current_actor(),
    )
    flash("Kept.", "success")
    return see_other("attendance.my_place")


def _wants_unit(enrolment: Enrolment, form: AgreementsForm | ParticularsForm) -> bool:
    """What is ticked; of a course without a unit nothing is asked, so nothing changes."""
    if taught_course.has_unit(enrolment.cohort):
        return bool(form.seeks_accreditation.data)
    return enrolment.seeks_accreditation


# ---- somebody's, by their provider


@blueprint.get("/enrolments/<ref:enrolment_ref>/particulars")
@requires(Permission.COHORTS_LEARNERS_IMPORT, enrolment=queries.get_enrolment)
def somebodys_particulars(enrolment: Enrolment) -> ResponseReturnValue:
    """Where somebody works, and what they want and agreed to."""
    kept = {
        "setting": enrolment.setting.ref if enrolment.setting else "",
        "seeks_accreditation": enrolment.seeks_accreditation,
        "shares_progress": enrolment.shares_progress,
    }
    return _page(enrolment, _form(enrolment, ParticularsForm(data=kept)))


def _form(enrolment: Enrolment, form: ParticularsForm) -> ParticularsForm:
    known = invitation_queries.list_settings(enrolment.cohort.provider_id)
    form.setting.choices = choices([("", "Not given"), *known])
    return form


def _page(enrolment: Enrolment, form: ParticularsForm) -> str:
    return render(
        "courses/places/particulars.html",
        enrolment=enrolment,
        cohort=enrolment.cohort,
        has_unit=taught_course.has_unit(enrolment.cohort),
        form=form,
    )


@blueprint.post("/enrolments/<ref:enrolment_ref>/particulars")
@requires(Permission.COHORTS_LEARNERS_IMPORT, enrolment=queries.get_enrolment)
def keep_particulars(enrolment: Enrolment) -> ResponseReturnValue:
    """Keep them."""
    form = _form(enrolment, ParticularsForm(request.form))
    if not form.validate():
        return _page(enrolment, form), UNCHANGED
    particulars.change(
        enrolment,
        setting=invitation_queries.find_setting(form.setting.data) if form.setting.data else None,
        seeks_accreditation=_wants_unit(enrolment, form),
        shares_progress=form.shares_progress.data,
        by=current_actor(),
    )
    flash(_what_is_kept(enrolment, asked=form.shares_progress.data), "success")
    return see_other("cohorts.person", enrolment_ref=enrolment.ref)


def _what_is_kept(enrolment: Enrolment, *, asked: bool) -> str:
    if not asked or enrolment.shares_progress:
        return "Kept."
    if enrolment.setting is None:
        return "Kept. Without a workplace there is no employer who could see anything."
    return f"Kept. The employer is another one now and sees nothing until {enrolment.user.name} agrees to it anew."
