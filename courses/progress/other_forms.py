"""The same page in other forms: to print, in large print, and as plain text, for whoever needs it so."""

from dataclasses import dataclass

from flask import request
from flask.typing import ResponseReturnValue

from courses.cohorts.calendar import in_words
from courses.progress import queries, words
from courses.progress.handouts import blueprint
from courses.progress.plain_form import as_plain_text
from courses.progress.player import LEARN, Place, page_html, place_of, written_by
from courses.progress.queries import Learning
from courses.progress.written_out import Piece, write_out
from lms.core.access import requires
from lms.core.web import file_answer, render

__all__ = ["blueprint"]


@dataclass(frozen=True, slots=True)
class WrittenOut:
    """An activity written out, with where it stands in the course; `is_blank` leaves out what its practitioner wrote."""

    place: Place
    where: str
    pieces: tuple[Piece, ...]
    is_blank: bool


def _written_out(learning: Learning, activity_id: str) -> WrittenOut:
    """An activity as its page stands, or blank when `?blank=yes` asks for it.

    Raises:
        NotFound: The course has none of that id, or it is for facilitators.
    """
    place = place_of(learning, activity_id)
    activity, is_blank = place.activity, request.args.get("blank") == "yes"
    stand = None if is_blank else queries.standings(learning.enrolment_id).get(activity_id)
    values = {} if is_blank else written_by(learning, activity).values
    pieces = write_out(activity, learning.document, values, is_done=stand is not None and stand.is_done)
    where = (
        f"{learning.document.course.title}. {words.name_of(place.module)}, part {place.number} of "
        f"{len(place.module.steps)}: {words.kind_of(activity).name}, {in_words(activity.minutes)}"
    )
    return WrittenOut(place, where, pieces, is_blank)


@blueprint.get("/my-course/activities/<string:activity_id>/on-paper")
@requires(LEARN, learning=queries.get_learning)
def on_paper(learning: Learning, activity_id: str) -> ResponseReturnValue:
    """One part of the course to print; `?print=large` asks for large print, on the screen as on paper."""
    written = _written_out(learning, activity_id)
    return render(
        "courses/progress/on_paper.html",
        activity=written.place.activity,
        written=written,
        is_large=request.args.get("print") == "large",
        html=page_html,
    )


@blueprint.get("/my-course/activities/<string:activity_id>/plain.txt")
@requires(LEARN, learning=queries.get_learning)
def plain_text(learning: Learning, activity_id: str) -> ResponseReturnValue:
    """One part of the course as plain text."""
    written = _written_out(learning, activity_id)
    said = as_plain_text(written.place.activity.title, written.where, written.pieces)
    return file_answer(said, name=f"{activity_id}.txt", media_type="text/plain; charset=utf-8", is_shown=True)
