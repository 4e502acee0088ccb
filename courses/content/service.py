"""Publishing courses. A published version is never changed; a cohort pins the one it was created with."""

from sqlalchemy import func, select

from courses.content.models import CourseVersion
from courses.content.schema import Document
from lms.core import audit
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.extensions import db


def publish(document: Document, *, by: Actor | None) -> CourseVersion:
    """Publish a course as its next version; content that is already published is the version it was.

    Args:
        document: A course that `checks` found no fault with.
        by: Who publishes; None for the command line.
    """
    course, content_hash = document.course, document.content_hash
    same = select(CourseVersion).where(
        CourseVersion.slug == course.slug, CourseVersion.content_hash == content_hash
    )
    published = db.session.scalar(same)
    if published is not None:
        return published
    last = db.session.scalar(select(func.max(CourseVersion.number)).where(CourseVersion.slug == course.slug))
    version = CourseVersion(
        slug=course.slug,
        number=(last or 0) + 1,
        title=course.title,
        taught_minutes=course.taught_minutes,
        reading_minutes=course.reading_minutes,
        content_hash=content_hash,
        document=document.model_dump(mode="json"),
    )
    db.session.add(version)
    db.session.flush()
    audit.record(
        Act.COURSE_PUBLISHED, by=by, on=version, slug=course.slug, number=version.number, sha256=content_hash
    )
    return version
