"""Changes to the places of a cohort: how many there are, and who waits for one."""

from __future__ import annotations

from flask import current_app, flash, request
from flask.typing import ResponseReturnValue

from courses.cohorts import queries
from courses.cohorts.blueprint import UNCHANGED
from courses.cohorts.blueprint import blueprint as blueprint  # noqa: PLC0414 (the rooms share it; importing this module adds these routes to it)
from courses.cohorts.models import Cohort, WaitingPlace
from courses.places import queries as place_queries
from courses.places import service as places
from courses.places.forms import PlacesForm
from courses.places.views import people_page
from lms.core.access import current_actor, requires
from lms.core.permissions import Permission
from lms.core.text import plural
from lms.core.web import see_other


@blueprint.post("/cohorts/<ref:cohort_ref>/places")
@requires(Permission.COHORTS_LEARNERS_IMPORT, cohort=queries.get_cohort)
def set_places(cohort: Cohort) -> ResponseReturnValue:
    """Say how many places there are. More places go to those who wait."""
    form = PlacesForm(request.form)
    if not form.validate():
        return people_page(cohort, form), UNCHANGED
    promoted = places.set_capacity(
        cohort, form.capacity.data, by=current_actor(), lasts=current_app.config["INVITATION_LASTS"]
    )
    words = plural(cohort.capacity, "place") if cohort.capacity else "no limit of places"
    given = (
        f" {plural(len(promoted), 'person who waited has', 'people who waited have')} one now."
        if promoted
        else ""
    )
    flash(f"{cohort.name} has {words}.{given}", "success")
    return see_other("cohorts.people", cohort_ref=cohort.ref)


@blueprint.post("/waiting/<ref:waiting_place_ref>/leave")
@requires(Permission.COHORTS_LEARNERS_IMPORT, waiting_place=place_queries.get_waiting_place)
def leave_waiting_list(waiting_place: WaitingPlace) -> ResponseReturnValue:
    """Take somebody off the waiting list."""
    name, cohort = waiting_place.user.name, waiting_place.cohort
    places.leave_waiting_list(waiting_place, by=current_actor())
    flash(f"{name} no longer waits for a place.", "success")
    return see_other("cohorts.people", cohort_ref=cohort.ref)
