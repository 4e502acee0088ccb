"""The first course as it was first published, and as it is: what the study of 2011 heard from practitioners came into it.

One had only learned at the end that six credits are not a qualification, so the course says it at the start. The story of
the last bus came in with it, and took its minutes from the worksheet beside it.
"""

from __future__ import annotations

from functools import cache

from courses.content import loader
from courses.content.schema import Course, Document, Module

COURSE = "families-going-forward"
PAGE = "pages/portfolio-and-six-credits.md"
SAID_SINCE = (
    " When the course first ran, at least one person only found this out at the end, and was upset."
    " So we say it at the start."
)
ADDED_SINCE = "the-last-bus"
GAVE_ITS_MINUTES = "your-settings-rules"


@cache
def library() -> tuple[Document, ...]:
    """Every course as it is today; read once, for both editions."""
    return tuple(source.document for source in loader.load_library())


def first_edition(document: Document) -> Document:
    """A course as it was first published; one that has changed nothing since is as it is.

    Raises:
        ValueError: what was added since is no longer in the course as it is written now.
    """
    if document.course.slug != COURSE:
        return document
    page = document.pages[PAGE]
    if SAID_SINCE not in page:
        raise ValueError(f"{PAGE} no longer says what came into it since its first edition")
    return document.model_copy(
        update={
            "course": _without_story(document.course),
            "pages": document.pages | {PAGE: page.replace(SAID_SINCE, "")},
        }
    )


def _without_story(course: Course) -> Course:
    added = next(activity for _, activity in course.activities() if activity.id == ADDED_SINCE)
    return course.model_copy(
        update={"modules": tuple(_shortened(module, added.minutes) for module in course.modules)}
    )


def _shortened(module: Module, minutes: int) -> Module:
    kept = (activity for activity in module.activities if activity.id != ADDED_SINCE)
    return module.model_copy(
        update={
            "activities": tuple(
                each.model_copy(update={"minutes": each.minutes + minutes})
                if each.id == GAVE_ITS_MINUTES
                else each
                for each in kept
            )
        }
    )
