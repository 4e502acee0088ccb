"""The course player: one page a part. What was typed is saved as it comes; nothing is locked."""

import re
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from courses.cohorts.calendar import in_words
from courses.content.knowledge_checks import Check
from courses.content.scenarios import Scenario
from courses.content.schema import Activity, Module, Reading
from courses.content.worksheets import Worksheet
from courses.progress import (
    answers,
    branching,
    drafts,
    forms,
    queries,
    service,
    words,
    worksheet_text,
)
from courses.progress.activity_forms import form_for
from courses.progress.judging import field_name as answer_name
from courses.progress.judging import judge
from courses.progress.queries import Learning, Writing
from courses.progress.shuffling import shuffled
from courses.progress.standing import Standing
from lms.core import clock, text
from lms.core.access import current_actor, requires
from lms.core.errors import DomainError, NotFound
from lms.core.permissions import Permission
from lms.core.web import render, see_other

blueprint = Blueprint("progress", __name__)

LEARN = Permission.PROGRESS_COURSE_LEARN_OWN
KEPT_BOTH = 202
"""Accepted, and kept beside what stood: two places wrote at once. Below 400, so that the copy is committed."""

_INSIDE_LINK = re.compile(r"\]\((activity|module):([a-z0-9-]+)\)")


@dataclass(frozen=True, slots=True)
class Place:
    """An activity with what stands around it."""

    module: Module
    activity: Activity
    number: int
    following: Activity | None


def place_of(learning: Learning, activity_id: str) -> Place:
    """Find an activity that a practitioner may open.

    Raises:
        NotFound: The course has none of that id, or it is for facilitators.
    """
    for module in learning.document.course.modules:
        for index, activity in enumerate(module.steps):
            if activity.id == activity_id:
                rest = module.steps[index + 1 :]
                return Place(module, activity, index + 1, rest[0] if rest else None)
    raise NotFound


def page_html(markdown: str) -> Markup:
    """A page's Markdown as safe HTML, with links to activities and modules made addresses."""

    def address(found: re.Match[str]) -> str:
        kind, identifier = found.groups()
        if kind == "module":
            return f"]({url_for('progress.module', module_id=identifier)})"
        return f"]({url_for('progress.activity', activity_id=identifier)})"

    return text.markdown(_INSIDE_LINK.sub(address, markdown))


def steps_of(module: Module, stands: dict[str, Standing], here: str | None = None) -> list[dict[str, Any]]:
    """A module's parts for the path component."""
    steps = []
    for number, step in enumerate(module.steps, start=1):
        kind, stand = words.kind_of(step), stands.get(step.id)
        done = stand is not None and stand.is_done
        notes = [f"{kind.name}, {in_words(step.minutes)}"]
        if step.id == here:
            notes.append("You are here")
        elif stand is not None:
            notes.append(f"Done {words.short_day(stand.since)}" if stand.is_done else "Begun")
        state = "now" if step.id == here else "done" if done else "todo"
        href = None if step.id == here else url_for("progress.activity", activity_id=step.id)
        steps.append(
            {"state": state, "title": step.title, "text": ". ".join(notes), "href": href, "number": number}
        )
    return steps


def saved_text(written: Writing) -> str:
    """The saved line beside a box: empty until something was saved."""
    return f"Saved at {text.clock_time(written.saved_at)}" if written.saved_at else ""


@blueprint.get("/my-course/activities/<string:activity_id>")
@requires(LEARN, learning=queries.get_learning)
def activity(learning: Learning, activity_id: str) -> ResponseReturnValue:
    """One part of the course."""
    place = place_of(learning, activity_id)
    written = written_by(learning, place.activity)
    form = form_for(place.activity, data=written.values | {"version": str(written.version)})
    return _page(learning, place, form, written)


def written_by(learning: Learning, activity: Activity) -> Writing:
    """What the person who is signed in has written in an activity so far: its draft, or for a reflection what was kept."""
    written = queries.writing(learning.key(activity.id), person_id=current_actor().id)
    if activity.kind == "reflection" and not written.values:
        kept = queries.find_answer(learning.enrolment_id, activity.id)
        return Writing({"text": kept} if kept else {}, written.version, written.saved_at, written.copies)
    return written


def _page(learning: Learning, place: Place, form: forms.DraftForm, written: Writing) -> str:
    stands = queries.standings(learning.enrolment_id)
    activity, module = place.activity, place.module
    stand = stands.get(activity.id)
    done = [step for step in module.steps if step.id in stands and stands[step.id].is_done]
    return render(
        "courses/progress/activity.html",
        learning=learning,
        module=module,
        module_name=words.name_of(module),
        activity=activity,
        kind=words.kind_of(activity),
        length=in_words(activity.minutes),
        place=place,
        stand=stand,
        is_done=stand is not None and stand.is_done,
        done_count=len(done),
        steps=steps_of(module, stands, here=activity.id),
        form=form,
        **_extras(activity, form, written),
        written=written,
        saved_text=saved_text(written),
        settle_href=lambda ref: url_for("progress.settle_draft", activity_id=activity.id, copy_ref=ref),
        page=page_html(learning.document.pages[activity.page]) if isinstance(activity, Reading) else None,
        html=page_html,
    )


def _extras(activity: Activity, form: forms.DraftForm, written: Writing) -> dict[str, Any]:
    """What only one kind of activity's page needs."""
    if isinstance(activity, Scenario):
        way = branching.way_through(activity, form.words or written.values)
        return {"way": way, "is_over": branching.is_at_its_end(way), "choice_name": branching.field_name}
    if isinstance(activity, Check):
        return {
            "judged": judge(activity, written.values),
            "answer_name": answer_name,
            "shuffled": shuffled,
        }
    if isinstance(activity, Worksheet):
        return {
            "box_name": worksheet_text.field_name,
            "cell_name": worksheet_text.cell_name,
            "row_count": lambda table: worksheet_text.rows_to_show(table, form.words),
            "open_count": lambda table: worksheet_text.rows_to_open(table, form.words),
        }
    return {}


@blueprint.post("/my-course/activities/<string:activity_id>")
@requires(LEARN, learning=queries.get_learning)
def save_activity(learning: Learning, activity_id: str) -> ResponseReturnValue:
    """Do a part of the course, or keep what there is of it."""
    place = place_of(learning, activity_id)
    form = form_for(place.activity, request.form)
    finishes = "finish" in request.form
    if not form.validate():
        return _page(learning, place, form, written_by(learning, place.activity)), 422
    try:
        kept_both = answers.answer(
            learning,
            place.activity,
            form.words,
            based_on=form.based_on,
            finishes=finishes,
            by=current_actor(),
        )
    except DomainError as refusal:
        form.add_error(refusal.message, field=refusal.field)
        return _page(learning, place, form, written_by(learning, place.activity)), refusal.status
    if kept_both:
        flash("You wrote here in two places. We kept both. Choose which one shall stand.", "warning")
    elif isinstance(place.activity, Reading):
        return _onward(place)
    return see_other("progress.activity", activity_id=activity_id)


def _onward(place: Place) -> ResponseReturnValue:
    if place.following is not None:
        return see_other("progress.activity", activity_id=place.following.id)
    return see_other("progress.module", module_id=place.module.id)


@blueprint.post("/my-course/activities/<string:activity_id>/draft")
@requires(LEARN, learning=queries.get_learning)
def save_draft(learning: Learning, activity_id: str) -> ResponseReturnValue:
    """Save what is in a form at this moment. Answered as autosave.js expects."""
    place = place_of(learning, activity_id)
    form = form_for(place.activity, request.form)
    answer = keep_draft(learning.key(activity_id), form)
    service.start(learning.enrolment_id, activity_id, by=current_actor())
    return answer


def keep_draft(key: str, form: forms.DraftForm) -> ResponseReturnValue:
    """Save a form's words, and say to the page's script what became of them."""
    try:
        saved = drafts.save(form.words, key=key, based_on=form.based_on, by=current_actor())
    except DomainError as refusal:
        return jsonify(message=refusal.message), refusal.status
    at = text.clock_time(saved.draft.saved_at)
    if saved.kept_both:
        return jsonify(version=saved.draft.version, saved_at=at, values=saved.draft.values), KEPT_BOTH
    return jsonify(version=saved.draft.version, saved_at=at)


@blueprint.post("/my-course/activities/<string:activity_id>/versions/<ref:copy_ref>")
@requires(LEARN, learning=queries.get_learning)
def settle_draft(learning: Learning, activity_id: str, copy_ref: str) -> ResponseReturnValue:
    """Of two versions of the same words, let the other one stand."""
    place_of(learning, activity_id)
    drafts.settle(copy_ref, key=learning.key(activity_id), by=current_actor())
    flash(f"The other version stands now, since {text.clock_time(clock.now())}. The first is kept too.")
    return see_other("progress.activity", activity_id=activity_id)


@blueprint.post("/my-course/activities/<string:activity_id>/again")
@requires(LEARN, learning=queries.get_learning)
def reopen(learning: Learning, activity_id: str) -> ResponseReturnValue:
    """Open a done part again."""
    place = place_of(learning, activity_id)
    answers.do_again(learning, place.activity, by=current_actor())
    return see_other("progress.activity", activity_id=activity_id)
