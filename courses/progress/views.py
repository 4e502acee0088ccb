"""A practitioner's first page, and the course as a path."""

from typing import Any

from flask import current_app, url_for
from flask.typing import ResponseReturnValue

from courses.attendance import catch_ups
from courses.cohorts.calendar import in_words
from courses.places.leaver_queries import find_left
from courses.places.request_queries import list_open_for
from courses.progress import journal, queries, words
from courses.progress.hours_need import Lack, hours_need, lack
from courses.progress.plans import blueprint
from courses.progress.player import LEARN, saved_text, steps_of
from courses.progress.queries import HomeRows, LearnerHome, Learning, Writing
from courses.progress.supplements import EXTENSION, Errand, Supplements
from courses.progress.way import NextMeeting, NextPart, Stone, Way
from lms.core import text
from lms.core.access import Reach, current_actor, requires
from lms.core.errors import NotFound
from lms.core.kept import kept
from lms.core.kept_pages import render_kept
from lms.core.web import render

__all__ = ["blueprint"]


@blueprint.get("/my-course")
@requires(LEARN, learning=queries.find_learning)
def home(learning: Learning | None, reach: Reach) -> ResponseReturnValue:
    """Where am I, what is next, by when."""
    if learning is None:
        return render(
            "courses/progress/not_on_a_course.html",
            sentence=queries.NOT_ON_A_COURSE,
            left=find_left(within=reach),
            open_cohorts=list_open_for(reach.person_id),
        )
    supplier = current_app.extensions.get(EXTENSION)
    added: Supplements = supplier(learning.enrolment_id) if supplier else Supplements()
    read = queries.read_home(learning)
    is_lacking = kept(_lack, read) is not None
    alike = catch_ups.read_alike_rows(learning.cohort_id) if is_lacking else None
    actor = current_actor()
    jot = queries.writing(learning.key(journal.JOT), person_id=actor.id)
    given = actor.name.split()[0], read, added, alike, jot.version
    if jot.values:  # words that nobody else can open are kept in the database alone
        return render("courses/progress/home.html", **_home_values(*given) | _writing_values(jot))
    return render_kept("courses/progress/home.html", _home_values, *given)


def _lack(read: HomeRows) -> Lack | None:
    return lack(kept(queries.learner_home, read))


def _home_values(
    first_name: str,
    read: HomeRows,
    added: Supplements,
    alike: catch_ups.AlikeRows | None,
    version: int,
) -> dict[str, Any]:
    """What the first page is given: rows and strings ready to print, and nothing written in the line for the journal.

    `alike` is there where hours are lacking; `version` is what the next save of the line is based on.
    """
    learner = kept(queries.learner_home, read)
    lacking = kept(_lack, read)
    hours = hours_need(learner, lacking, catch_ups.alike_of(alike)) if lacking and alike is not None else None
    return {
        "learner": learner,
        "first_name": first_name,
        "next": added.first or next_errand(learner.way),
        "needs_boxes": [box for box in (hours, *added.needs) if box][:2],
        "criteria": added.criteria,
        "hours_taught": words.hours(learner.minutes_taught),
        "hours_to_read": words.hours(learner.minutes_to_read),
        "hours_text": _hours_text(learner),
        "path_steps": [stone_step(stone) for stone in learner.way.stones],
        "is_unfinished": any(stone.total == 0 for stone in learner.way.stones),
        "meeting": learner.way.upcoming,
    } | _writing_values(Writing({}, version))


def _writing_values(written: Writing) -> dict[str, Any]:
    return {"form": journal.jot_form(written), "written": written, "saved_text": saved_text(written)}


def next_errand(way: Way) -> Errand | None:
    """The next step in words; None when there is nothing left to do."""
    following = way.next
    if isinstance(following, NextPart):
        kind, activity = words.kind_of(following.activity), following.activity
        before = following.before
        return Errand(
            title=f"{kind.verb} “{activity.title}”",
            text=f"About {in_words(activity.minutes)}. {kind.promise}",
            href=url_for("progress.activity", activity_id=activity.id),
            action="Carry on" if following.is_started else kind.begin,
            by=f"By {text.day(before.starts_at)}, before session {before.number}" if before else None,
        )
    if isinstance(following, NextMeeting):
        meeting, module = following.meeting, following.module
        about = f"It is about “{module.title}”. " if module else ""
        return Errand(
            title=f"Come to session {meeting.number}",
            text=f"{about}You have done everything there is to do before it.",
            href=url_for("progress.module", module_id=module.id) if module else url_for("progress.course"),
            action="See what it is about",
            by=f"{text.day(meeting.starts_at)}, {text.clock_time(meeting.starts_at)}",
        )
    return None


def _hours_text(learner: LearnerHome) -> str:
    if learner.minutes_had >= learner.minutes_taught:
        return "You have had them all."
    if learner.minutes_reachable >= learner.minutes_taught:
        return f"You can still reach all {text.hours(learner.minutes_taught)}."
    return f"You can reach {text.hours(learner.minutes_reachable)} hours here. Ask about making up the rest."


def stone_step(stone: Stone) -> dict[str, Any]:
    """A module for the path component."""
    met_on = words.short_day(stone.meeting.starts_at) if stone.meeting else None
    finished_on = words.short_day(stone.finished_at) if stone.finished_at else None
    return {
        "state": stone.state,
        "title": stone.module.title,
        "text": words.stone_text(stone, met_on=met_on, finished_on=finished_on),
        "href": url_for("progress.module", module_id=stone.module.id),
        "number": stone.module.number,
    }


@blueprint.get("/my-course/path")
@requires(LEARN, learning=queries.get_learning)
def course(learning: Learning) -> ResponseReturnValue:
    """The whole course as a path."""
    way = queries.way_of(learning)
    described = learning.document.course
    done = sum(stone.done for stone in way.stones)
    return render(
        "courses/progress/course.html",
        learning=learning,
        course=described,
        next=next_errand(way),
        steps=[stone_step(stone) for stone in way.stones],
        done=done,
        total=sum(stone.total for stone in way.stones),
        to_come=words.modules_named(stone.module for stone in way.stones if stone.total == 0),
    )


@blueprint.get("/my-course/modules/<string:module_id>")
@requires(LEARN, learning=queries.get_learning)
def module(learning: Learning, module_id: str) -> ResponseReturnValue:
    """One module: what it is for, and its parts in order."""
    way = queries.way_of(learning)
    stone = next((each for each in way.stones if each.module.id == module_id), None)
    if stone is None:
        raise NotFound
    stands = queries.standings(learning.enrolment_id)
    undone = [step for step in stone.module.steps if step.id not in stands or not stands[step.id].is_done]
    return render(
        "courses/progress/module.html",
        learning=learning,
        stone=stone,
        module=stone.module,
        name=words.name_of(stone.module),
        taught=sum(1 for each in way.stones if each.module.is_taught),
        parts=words.count(stone.total, "part"),
        length=in_words(sum(step.minutes for step in stone.module.steps)),
        steps=steps_of(stone.module, stands),
        undone=undone[0] if undone else None,
        begin=words.kind_of(undone[0]).begin if undone else "",
        facilitators=queries.facilitators(learning.cohort_id),
    )
