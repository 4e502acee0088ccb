"""Pages about cohorts: the list, one cohort, its people, its registers."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, current_app, flash, request
from flask.typing import ResponseReturnValue

from courses.cohorts import forms, queries, roll, service
from courses.cohorts.calendar import LONDON
from courses.cohorts.models import Cohort, Enrolment, EnrolmentStatus, Session
from courses.cohorts.new_forms import PlacesForm
from lms.core import clock
from lms.core.access import Reach, current_actor, requires
from lms.core.errors import Conflict, Refused
from lms.core.permissions import Permission
from lms.core.spreadsheets import csv_bytes
from lms.core.text import plural
from lms.core.web import render, see_other

blueprint = Blueprint("cohorts", __name__, template_folder="../templates")

UNCHANGED = 422
STALE = 409


def percent() -> int:
    """The share of taught hours that a certificate asks for, in whole per cent."""
    share: float = current_app.config["CERTIFICATE_SHARE"]
    return round(share * 100)


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


# ---- one cohort


@blueprint.get("/cohorts/<ref:cohort_ref>")
@requires(Permission.COHORTS_COHORT_READ, cohort=queries.get_cohort)
def show(cohort: Cohort) -> ResponseReturnValue:
    """How the cohort does: figures, people to ring, attendance and hours."""
    sessions = queries.list_sessions(cohort.id)
    hours = queries.hours_by_enrolment(cohort.id, sessions=sessions, percent=percent())
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
        left=left,
        codes=partial(roll.codes, meetings=sessions),
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
        "courses/cohorts/people.html",
        cohort=cohort,
        people=everybody,
        taken=sum(person.status is EnrolmentStatus.ACTIVE for person in everybody),
        waiting=queries.list_waiting(cohort.id),
        form=form,
    )


@blueprint.get("/cohorts/<ref:cohort_ref>/people.csv")
@requires(Permission.COHORTS_LEARNERS_IMPORT, cohort=queries.get_cohort)
def export(cohort: Cohort) -> ResponseReturnValue:
    """People and hours as a spreadsheet."""
    sessions = queries.list_sessions(cohort.id)
    hours = queries.hours_by_enrolment(cohort.id, sessions=sessions, percent=percent())
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
    hours = queries.hours_of(enrolment, sessions=sessions, percent=percent())
    history = queries.list_marks_of(enrolment.id)
    return render(
        "courses/cohorts/person.html",
        enrolment=enrolment,
        cohort=enrolment.cohort,
        hours=hours,
        sessions=list(zip(sessions, hours.marks, strict=True)),
        history=history,
        numbers={session.id: session.number for session in sessions},
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
        promoted = service.withdraw(
            enrolment,
            reason=form.reason.data or "",
            by=current_actor(),
            lasts=current_app.config["INVITATION_LASTS"],
        )
        names = " and ".join(each.user.name for each in promoted)
        given = f" The place goes to {names}; we write to them now." if promoted else ""
        flash(f"{enrolment.user.name} has left the cohort. What they did is kept.{given}", "success")
        return see_other("cohorts.show", cohort_ref=enrolment.cohort.ref)
    return _person_page(enrolment, form), UNCHANGED


@blueprint.post("/enrolments/<ref:enrolment_ref>/bring-back")
@requires(Permission.COHORTS_LEARNERS_IMPORT, enrolment=queries.get_enrolment)
def bring_back(enrolment: Enrolment) -> ResponseReturnValue:
    """Undo a withdrawal."""
    service.bring_back(enrolment, by=current_actor())
    flash(f"{enrolment.user.name} is back in the cohort.", "success")
    return see_other("cohorts.person", enrolment_ref=enrolment.ref)


# ---- registers


@blueprint.get("/sessions/<ref:session_ref>/register")
@requires(Permission.COHORTS_REGISTER_TAKE, session=queries.get_session)
def register(session: Session) -> ResponseReturnValue:
    """The register of one session: one tap a person."""
    return _register_page(session, None)


def _register_page(session: Session, refused: forms.RegisterForm | None, stale: str = "") -> str:
    people_here = queries.list_register(session)
    form = refused or forms.RegisterForm(formdata=None)
    if refused is None or stale:
        form.fill(people_here, seen=queries.last_mark_id(session.id))
    named = {line.ref: line for line in people_here}
    return render(
        "courses/cohorts/register.html",
        session=session,
        cohort=session.cohort,
        form=form,
        stale=stale,
        lines=[
            (named[line.form.enrolment.data], line.form)
            for line in form.lines.entries
            if line.form.enrolment.data in named
        ],
        last=queries.last_marked_by(session.id),
        is_open=session.starts_at.astimezone(LONDON).date() <= clock.today(),
    )


@blueprint.post("/sessions/<ref:session_ref>/register")
@requires(Permission.COHORTS_REGISTER_TAKE, session=queries.get_session)
def take_register(session: Session) -> ResponseReturnValue:
    """Save the register; only what differs is added."""
    form = forms.RegisterForm(request.form)
    if not form.validate():
        return _register_page(session, form), UNCHANGED
    try:
        marks = service.take_register(session, form.entries(), by=current_actor(), seen=form.seen_number)
    except Conflict as conflict:
        return _register_page(session, form, stale=conflict.message), STALE
    except Refused as refusal:
        form.add_error(refusal.message)
        return _register_page(session, form), UNCHANGED
    said = f"{plural(len(marks), 'mark')} saved" if marks else "Nothing changed"
    flash(f"Register of session {session.number}: {said}.", "success")
    return see_other("cohorts.show", cohort_ref=session.cohort.ref)
