"""Pages about cohorts: the list, a new one, one cohort, its people."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, request
from flask.typing import ResponseReturnValue

from courses.cohorts import catch_ups, choices, forms, queries, register_queries, roll, service
from courses.cohorts.calendar import CannotLayOut, Timetable, lay_out
from courses.cohorts.hours import described
from courses.cohorts.models import Cohort, Enrolment, EnrolmentStatus
from lms.core import clock
from lms.core.access import Reach, current_actor, requires
from lms.core.errors import DomainError, Refused
from lms.core.forms import choices as options
from lms.core.permissions import Permission
from lms.core.spreadsheets import csv_bytes
from lms.core.web import render, see_other
from lms.people.models import Organisation, User

blueprint = Blueprint("cohorts", __name__, template_folder="../templates")

OK = 200
UNCHANGED = 422
MOST_CATCH_UPS = 3
STALE = 409


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
    return render("courses/cohorts/index.html", groups=groups, is_empty=not lines, several=several)


# ---- a new cohort


def _cohort_form(reach: Reach) -> tuple[forms.CohortForm, list[Organisation], list[User]]:
    """The form with the choices this person has; filled from the address while the dates are looked at."""
    form = forms.CohortForm(request.form if request.method == "POST" else request.args)
    providers = choices.list_providers(within=reach)
    facilitators = choices.list_possible_facilitators(providers)
    form.provider.choices = options((provider.ref, provider.name) for provider in providers)
    form.course.choices = options(choices.list_courses())
    form.programme.choices = options([("", "None"), *choices.list_programmes()])
    form.facilitators.choices = options((user.ref, user.name) for user in facilitators)
    return form, providers, facilitators


def _dates(form: forms.TimetableForm) -> Timetable | None:
    """The sessions that were asked for; None, with the reason on the form, when they cannot be laid out."""
    wishes = form.wishes()
    if wishes is None:
        return None
    try:
        return lay_out(
            wishes.pattern, first_day=wishes.first_day, starts=wishes.starts, without=wishes.without
        )
    except CannotLayOut as reason:
        form.add_error(str(reason), field="first_day")
        return None


@blueprint.get("/cohorts/new")
@requires(Permission.COHORTS_COHORT_CREATE)
def new(reach: Reach) -> ResponseReturnValue:
    """First the days, then the rest. Looking at the days changes nothing, so it is a GET."""
    form, _, _ = _cohort_form(reach)
    timetable = _dates(form) if "pattern" in request.args or "first_day" in request.args else None
    return _new_page(form, timetable, status=UNCHANGED if form.errors else OK)


def _new_page(form: forms.CohortForm, timetable: Timetable | None, *, status: int) -> ResponseReturnValue:
    """The two steps; the second carries on what was asked in the first."""
    sent = request.form if request.method == "POST" else request.args
    kept = {name: sent.get(name, "") for name in ("pattern", "first_day", "starts", "without")}
    return render("courses/cohorts/new.html", form=form, timetable=timetable, kept=kept), status


@blueprint.post("/cohorts/new")
@requires(Permission.COHORTS_COHORT_CREATE)
def create(reach: Reach) -> ResponseReturnValue:
    """Create the cohort and lay out its sessions."""
    form, providers, facilitators = _cohort_form(reach)
    wishes = form.wishes() if form.validate() else None
    if wishes is not None:
        course = choices.find_course(form.course.data)
        try:
            if course is None:
                raise Refused("That course is no longer there. Choose another.", field="course")
            cohort = service.create_cohort(
                provider=next(provider for provider in providers if provider.ref == form.provider.data),
                course_version=course,
                name=form.name.data or "",
                pattern=wishes.pattern,
                first_day=wishes.first_day,
                starts=wishes.starts,
                without=wishes.without,
                region=form.region.data,
                venue=form.venue.data or "",
                programme=choices.find_programme(form.programme.data) if form.programme.data else None,
                facilitators=[user for user in facilitators if user.ref in (form.facilitators.data or [])],
                by=current_actor(),
            )
        except DomainError as refusal:
            form.add_error(refusal.message, field=refusal.field)
        else:
            flash(f"{cohort.name} is there. Next: add its people.", "success")
            return see_other("cohorts.show", cohort_ref=cohort.ref)
    return _new_page(form, _dates(form), status=UNCHANGED)


# ---- one cohort


@blueprint.get("/cohorts/<ref:cohort_ref>")
@requires(Permission.COHORTS_COHORT_READ, cohort=queries.get_cohort)
def show(cohort: Cohort) -> ResponseReturnValue:
    """How the cohort does: figures, people to ring, attendance and hours."""
    sessions = queries.list_sessions(cohort.id)
    hours = queries.hours_by_enrolment(cohort.id, sessions=sessions)
    everybody = queries.list_people(cohort.id)
    active = [(person, hours[person.id]) for person in everybody if person.status is EnrolmentStatus.ACTIVE]
    left = [person for person in everybody if person.status is EnrolmentStatus.WITHDRAWN]
    rings = roll.to_ring(active, sessions) if roll.is_time_to_ring(sessions, clock.today()) else []
    return render(
        "courses/cohorts/show.html",
        cohort=cohort,
        sessions=sessions,
        lead=roll.lead(sessions, queries.list_facilitators(cohort.id), clock.today()),
        register=roll.register_due(sessions, [standing for _, standing in active], clock.today()),
        figures=roll.figures(
            [standing for _, standing in active],
            left=[person.status_reason for person in left],
            seek=sum(person.seeks_accreditation for person, _ in active),
        ),
        ring_heading=roll.ring_heading(len(rings)),
        cards=rings[: roll.CARDS],
        more_to_ring=len(rings[roll.CARDS :]),
        ringing={ring.ref for ring in rings},
        active=active,
        used={mark.value for _, standing in active for mark in standing.marks if mark},
        left=left,
    )


@blueprint.get("/cohorts/<ref:cohort_ref>/people")
@requires(Permission.COHORTS_COHORT_READ, cohort=queries.get_cohort)
def people(cohort: Cohort) -> ResponseReturnValue:
    """Everybody who has or had a place, with addresses and agreements."""
    return render("courses/cohorts/people.html", cohort=cohort, people=queries.list_people(cohort.id))


@blueprint.get("/cohorts/<ref:cohort_ref>/people.csv")
@requires(Permission.COHORTS_LEARNERS_IMPORT, cohort=queries.get_cohort)
def export(cohort: Cohort) -> ResponseReturnValue:
    """People and hours as a spreadsheet."""
    sessions = queries.list_sessions(cohort.id)
    hours = queries.hours_by_enrolment(cohort.id, sessions=sessions)
    header = [
        "Name", "Email", "Setting", "Employer", "Seeks accreditation", "Shares progress with employer", "Enrolled on",
        "Left on", "Why", *(f"Session {line.number}" for line in sessions), "Hours attended", "Hours made up",
        "Hours in all", "Hours still possible",
    ]  # fmt: skip
    rows = [
        [
            person.name, person.email, person.setting, person.employer, "yes" if person.seeks_accreditation else "no",
            "yes" if person.shares_progress else "no", f"{person.enrolled_on:%d/%m/%Y}",
            f"{person.withdrawn_on:%d/%m/%Y}" if person.withdrawn_on else "", person.status_reason,
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
    return _person_page(enrolment, forms.WithdrawForm())


def _person_page(enrolment: Enrolment, form: forms.WithdrawForm) -> str:
    sessions = queries.list_sessions(enrolment.cohort_id)
    hours = queries.hours_of(enrolment, sessions=sessions)
    history = register_queries.list_marks_of(enrolment)
    return render(
        "courses/cohorts/person.html",
        enrolment=enrolment,
        cohort=enrolment.cohort,
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
        has_left=enrolment.status is EnrolmentStatus.WITHDRAWN,
        now=clock.now(),
        form=form,
    )


@blueprint.post("/enrolments/<ref:enrolment_ref>/withdraw")
@requires(Permission.COHORTS_LEARNERS_IMPORT, enrolment=queries.get_enrolment)
def withdraw(enrolment: Enrolment) -> ResponseReturnValue:
    """Note that the person has left."""
    form = forms.WithdrawForm(request.form)
    if form.validate():
        service.withdraw(enrolment, reason=form.reason.data or "", by=current_actor())
        flash(f"{enrolment.user.name} has left the cohort. What they did is kept.", "success")
        return see_other("cohorts.show", cohort_ref=enrolment.cohort.ref)
    return _person_page(enrolment, form), UNCHANGED


@blueprint.post("/enrolments/<ref:enrolment_ref>/bring-back")
@requires(Permission.COHORTS_LEARNERS_IMPORT, enrolment=queries.get_enrolment)
def bring_back(enrolment: Enrolment) -> ResponseReturnValue:
    """Undo a withdrawal."""
    service.bring_back(enrolment, by=current_actor())
    flash(f"{enrolment.user.name} is back in the cohort.", "success")
    return see_other("cohorts.person", enrolment_ref=enrolment.ref)
