"""Pages for a new cohort: laid out from nothing, or like one that is there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import flash, request
from flask.typing import ResponseReturnValue

from courses.cohorts import choices, queries, service, taught_course
from courses.cohorts.blueprint import UNCHANGED
from courses.cohorts.blueprint import blueprint as blueprint  # noqa: PLC0414 (the rooms share it; importing this module adds these routes to it)
from courses.cohorts.calendar import CannotLayOut, Pattern, Timetable, describe
from courses.cohorts.models import Cohort
from courses.cohorts.new_forms import PATTERNS, CohortForm
from courses.content.models import CourseVersion
from lms.core.access import Reach, current_actor, requires
from lms.core.errors import DomainError, Refused
from lms.core.forms import choices as options
from lms.core.forms import text_of
from lms.core.permissions import Permission
from lms.core.web import render, see_other
from lms.people.models import Organisation, User

OK = 200
STEP_ONE = ("course", "pattern", "first_day", "starts", "without", "listed")


@dataclass(frozen=True, slots=True)
class Draft:
    """A cohort that is being made: its form, what can be chosen, and the cohort it is like."""

    form: CohortForm
    providers: list[Organisation]
    facilitators: list[User]
    course: CourseVersion | None
    like: Cohort | None


def _draft(reach: Reach, like: Cohort | None = None) -> Draft:
    """The form with the choices this person has; filled from the address while the dates are looked at."""
    given = _like(like) if like else {}
    form = CohortForm(request.form if request.method == "POST" else request.args or None, data=given)
    providers = choices.list_providers(within=reach)
    facilitators = choices.list_possible_facilitators(providers)
    courses = choices.list_courses(also=like.course_version_id if like else None)
    form.provider.choices = options((provider.ref, provider.name) for provider in providers)
    form.course.choices = options(courses)
    form.programme.choices = options([("", "None"), *choices.list_programmes()])
    form.facilitators.choices = options((user.ref, user.name) for user in facilitators)
    if not form.course.data and courses and (request.method == "GET" or len(courses) == 1):
        form.course.data = choices.find_usual_course(providers) or courses[0][0]
    if request.method == "GET" and "facilitators" in given:
        form.facilitators.data = given[
            "facilitators"
        ]  # a list of ticks that is not in the address is not empty
    course = choices.find_course(form.course.data) if form.course.data else None
    if course is not None:
        modules = taught_course.module_minutes(course)
        form.pattern.choices = options((pattern.value, describe(pattern, modules)) for pattern in PATTERNS)
    return Draft(form, providers, facilitators, course, like)


def _like(cohort: Cohort) -> dict[str, Any]:
    """What a clone takes over: everything but the days and the people."""
    first = choices.first_start(cohort.id)
    return {
        "course": cohort.course_version.ref,
        "pattern": cohort.pattern.value,
        "starts": first,
        "name": cohort.name,
        "provider": cohort.provider.ref,
        "programme": cohort.programme.ref if cohort.programme else "",
        "region": cohort.region,
        "venue": cohort.venue,
        "link": cohort.link,
        "capacity": cohort.capacity,
        "facilitators": choices.facilitator_refs(cohort.id),
    }


def _dates(draft: Draft) -> Timetable | None:
    """The sessions that were asked for; None, with the reason on the form, when they cannot be laid out."""
    wishes = draft.form.wishes()
    if wishes is None or draft.course is None:
        return None
    try:
        return wishes.lay_out(taught_course.module_minutes(draft.course))
    except CannotLayOut as reason:
        field = "listed" if wishes.pattern is Pattern.CUSTOM else "first_day"
        draft.form.add_error(str(reason), field=field)
        return None


def _page(draft: Draft, timetable: Timetable | None, *, status: int) -> ResponseReturnValue:
    """The two steps; the second carries on what was asked in the first."""
    sent = request.form if request.method == "POST" else request.args
    kept = {name: sent.get(name, "") for name in STEP_ONE}
    kept["course"] = draft.form.course.data or ""
    page = render(
        "courses/cohorts/new.html", form=draft.form, timetable=timetable, kept=kept, like=draft.like
    )
    return page, status


def _look(draft: Draft) -> ResponseReturnValue:
    """Looking at the days changes nothing, so it is a GET."""
    asked = "pattern" in request.args or "first_day" in request.args
    timetable = _dates(draft) if asked else None
    return _page(draft, timetable, status=UNCHANGED if draft.form.errors else OK)


def _create(draft: Draft) -> ResponseReturnValue:
    """Create the cohort and lay out its sessions."""
    form = draft.form
    wishes = form.wishes() if form.validate() else None
    if wishes is None:
        return _page(draft, _dates(draft), status=UNCHANGED)
    try:
        if draft.course is None:
            raise Refused("That course is no longer there. Choose another.", field="course")
        cohort = service.create_cohort(
            provider=next(provider for provider in draft.providers if provider.ref == form.provider.data),
            course_version=draft.course,
            name=text_of(form.name),
            wishes=wishes,
            region=form.region.data,
            venue=text_of(form.venue),
            link=text_of(form.link),
            capacity=form.capacity.data,
            programme=choices.find_programme(form.programme.data) if form.programme.data else None,
            facilitators=[user for user in draft.facilitators if user.ref in (form.facilitators.data or [])],
            like=draft.like,
            by=current_actor(),
        )
    except DomainError as refusal:
        form.add_error(refusal.message, field=refusal.field)
        return _page(draft, _dates(draft), status=UNCHANGED)
    flash(f"{cohort.name} is there. Next: add its people.", "success")
    return see_other("cohorts.show", cohort_ref=cohort.ref)


@blueprint.get("/cohorts/new")
@requires(Permission.COHORTS_COHORT_CREATE)
def new(reach: Reach) -> ResponseReturnValue:
    """A new cohort: first the days, then the rest."""
    return _look(_draft(reach))


@blueprint.post("/cohorts/new")
@requires(Permission.COHORTS_COHORT_CREATE)
def create(reach: Reach) -> ResponseReturnValue:
    """Create a cohort."""
    return _create(_draft(reach))


@blueprint.get("/cohorts/<ref:cohort_ref>/clone")
@requires(Permission.COHORTS_COHORT_CREATE, cohort=queries.get_cohort)
def clone(cohort: Cohort, reach: Reach) -> ResponseReturnValue:
    """Another cohort like this one: its course, place, facilitators and places, on new days."""
    return _look(_draft(reach, like=cohort))


@blueprint.post("/cohorts/<ref:cohort_ref>/clone")
@requires(Permission.COHORTS_COHORT_CREATE, cohort=queries.get_cohort)
def create_clone(cohort: Cohort, reach: Reach) -> ResponseReturnValue:
    """Create a cohort like this one. Nobody's place is taken over."""
    return _create(_draft(reach, like=cohort))
