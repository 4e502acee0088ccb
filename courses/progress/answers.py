"""What it means to do each kind of activity: what is kept, and whether it is done then."""

from courses.content.knowledge_checks import Check
from courses.content.scenarios import Scenario
from courses.content.schema import Activity, Reading, Reflection
from courses.content.worksheets import Worksheet
from courses.progress import drafts, service
from courses.progress.branching import is_at_its_end, way_through
from courses.progress.drafts import Values
from courses.progress.queries import Learning
from lms.core.access import Actor


def answer(
    learning: Learning, activity: Activity, words: Values, *, based_on: int, finishes: bool, by: Actor
) -> bool:
    """Do an activity.

    A reading is done by ticking it. A scenario is done at the end of its way, a check by answering. A reflection is
    kept in the journal. A worksheet is kept as it is, and is done when its author says so.

    Args:
        learning: Whose course.
        activity: Which part of it.
        words: What was chosen or written, by field name.
        based_on: The version of the draft that the form was filled from.
        finishes: Whether a worksheet's author says that it is done.
        by: Who acts.

    Returns:
        Whether somebody had saved since, so that both versions were kept and nothing was done yet.

    Raises:
        Refused: There is nothing to keep, or too much.
    """
    if isinstance(activity, Reading):
        service.complete(learning.enrolment_id, activity.id, by=by)
        return False
    if drafts.save(words, key=learning.key(activity.id), based_on=based_on, by=by).kept_both:
        return True
    if isinstance(activity, Reflection):
        service.keep_entry(learning.enrolment_id, str(words.get("text", "")), activity=activity.id, by=by)
    if not _is_whole(activity, words, finishes=finishes):
        service.start(learning.enrolment_id, activity.id, by=by)
    else:
        service.complete(learning.enrolment_id, activity.id, by=by)
    return False


def do_again(learning: Learning, activity: Activity, *, by: Actor) -> None:
    """Open a done activity again; nothing when it is not done. A scenario and a check begin at their beginning."""
    is_open_again = service.reopen(learning.enrolment_id, activity.id, by=by)
    if is_open_again and isinstance(activity, Scenario | Check):
        drafts.start_over(learning.key(activity.id), by=by)


def _is_whole(activity: Activity, words: Values, *, finishes: bool) -> bool:
    if isinstance(activity, Worksheet):
        return finishes
    return not isinstance(activity, Scenario) or is_at_its_end(way_through(activity, words))
