"""Pages about cohorts: the list, one cohort, its people."""

from __future__ import annotations

from flask import current_app
from flask.typing import ResponseReturnValue

from courses.attendance import adjustments, catch_ups, hours_queries, register_queries, roll
from courses.attendance.hours import described
from courses.attendance.needs import in_short
from courses.cohorts import moved, queries, taught_course
from courses.cohorts.blueprint import blueprint as blueprint  # noqa: PLC0414 (the rooms share it; importing this module adds these routes to it)
from courses.cohorts.models import Cohort, Enrolment, EnrolmentStatus
from courses.cohorts.shown import CohortShown, show_cohort
from courses.places import cohort_page, leaver_queries, request_queries
from courses.places import queries as place_queries
from courses.places.forms import PlacesForm
from lms.core import clock
from lms.core.access import Reach, current_actor, requires
from lms.core.forms import BaseForm
from lms.core.kept import kept
from lms.core.kept_pages import render_kept
from lms.core.permissions import Permission
from lms.core.spreadsheets import csv_bytes
from lms.core.web import render

MOST_CATCH_UPS = 3


@blueprint.get("/cohorts")
@requires(Permission.COHORTS_COHORT_READ)
def index(reach: Reach) -> ResponseReturnValue:
    """Every cohort I look after: those running, those to come, those that are over."""
    lines = queries.list_cohorts(within=reach)
    today = clock.today()
    groups = [
        ("Running now", [line for line in lines if line.starts_on <= today <= line.ends_on]),
        ("To come", [line for line in reversed(lines) if line.starts_on > today]),
        ("Over", [line for line in lines if line.ends_on < today]),
    ]
    several = len({line.provider for line in lines}) > 1
    return render(
        "courses/places/index.html",
        groups=groups,
        is_empty=not lines,
        several=several,
        asking=request_queries.count_open_by_cohort(within=reach),
        leavers=leaver_queries.count_leavers(within=reach),
    )


# ---- one cohort


@blueprint.get("/cohorts/<ref:cohort_ref>")
@requires(Permission.COHORTS_COHORT_READ, cohort=show_cohort)
def show(cohort: CohortShown) -> ResponseReturnValue:
    """How the cohort does: figures, people to ring, attendance and hours."""
    read = cohort_page.read_standing(cohort)
    return render_kept(
        "courses/places/show.html",
        cohort_page.values,
        read,
        cohort_page.read_news(cohort.id),
        catch_ups.read_alike_rows(cohort.id) if kept(cohort_page.wants_catch_ups, read) else None,
    )


@blueprint.get("/cohorts/<ref:cohort_ref>/people")
@requires(Permission.COHORTS_COHORT_READ, cohort=queries.get_cohort)
def people(cohort: Cohort) -> ResponseReturnValue:
    """Everybody who has or had a place, with addresses and agreements."""
    return people_page(cohort, PlacesForm(formdata=None, capacity=cohort.capacity))


def people_page(cohort: Cohort, form: PlacesForm) -> str:
    """The people of a cohort, those who wait, and how many places there are."""
    everybody = queries.list_people(cohort.id)
    return render(
        "courses/places/people.html",
        cohort=cohort,
        people=everybody,
        has_unit=taught_course.has_unit(cohort),
        taken=sum(person.status is EnrolmentStatus.ACTIVE for person in everybody),
        waiting=place_queries.list_waiting(cohort.id),
        form=form,
    )


@blueprint.get("/cohorts/<ref:cohort_ref>/people.csv")
@requires(Permission.COHORTS_LEARNERS_IMPORT, cohort=queries.get_cohort)
def export(cohort: Cohort) -> ResponseReturnValue:
    """People and hours as a spreadsheet."""
    sessions = queries.list_sessions(cohort.id)
    hours = hours_queries.hours_by_enrolment(cohort.id, sessions=sessions)
    header = [
        "Name", "Email", "Setting", "Employer", "Seeks accreditation", "Shares progress with employer", "Enrolled on",
        "Left on", "Why", "Note", *(f"Session {line.number}" for line in sessions), "Hours attended", "Hours made up",
        "Hours in all", "Hours still possible",
    ]  # fmt: skip
    rows = [
        [
            person.name, person.email, person.setting, person.employer, "yes" if person.seeks_accreditation else "no",
            "yes" if person.shares_progress else "no", f"{person.enrolled_on:%d/%m/%Y}",
            f"{person.withdrawn_on:%d/%m/%Y}" if person.withdrawn_on else "",
            person.left_reason.words if person.left_reason else "", person.left_note,
            *(mark.words if mark else "" for mark in hours[person.id].marks),
            hours[person.id].attended / 60, hours[person.id].made_up / 60, hours[person.id].had / 60,
            hours[person.id].reachable / 60,
        ]
        for person in queries.list_people(cohort.id)
    ]  # fmt: skip
    response = current_app.make_response(csv_bytes(header, rows))
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{cohort.code}-people-and-hours.csv"'
    return response


# ---- one person in a cohort


@blueprint.get("/enrolments/<ref:enrolment_ref>")
@requires(Permission.COHORTS_COHORT_READ, enrolment=queries.get_enrolment)
def person(enrolment: Enrolment) -> ResponseReturnValue:
    """One person's sessions, hours and history."""
    return person_page(enrolment, BaseForm(formdata=None))


def person_page(enrolment: Enrolment, form: BaseForm) -> str:
    """One person's page; `form` carries what could not be done, if anything."""
    sessions = queries.list_sessions(enrolment.cohort_id)
    hours = hours_queries.hours_of(enrolment, sessions=sessions)
    history = register_queries.list_marks_of(enrolment)
    return render(
        "courses/places/person.html",
        enrolment=enrolment,
        cohort=enrolment.cohort,
        has_unit=taught_course.has_unit(enrolment.cohort),
        hours=hours,
        sessions=[
            (session, mark, described(mark, minutes=worth, session_minutes=session.minutes) if mark else "")
            for session, mark, worth in zip(sessions, hours.marks, hours.worths, strict=True)
        ],
        history=history,
        made_up_at={
            line.session_id: line.elsewhere.words for line in reversed(history) if line.elsewhere.words
        },
        elsewhere=catch_ups.find_catch_ups(enrolment, hours)[:MOST_CATCH_UPS] if not hours.has_enough else [],
        possible=roll.possible(enrolment.user.name, hours, len(sessions)),
        needs=adjustments.read(enrolment, by=current_actor()),
        in_short=in_short,
        moves=moved.list_moves_of(enrolment.id),
        has_left=enrolment.status is EnrolmentStatus.WITHDRAWN,
        now=clock.now(),
        form=form,
    )
