"""Reading published courses."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import select

from courses.content.models import CourseVersion
from courses.content.schema import Completion, Document
from lms.core.errors import NotFound
from lms.core.extensions import db


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A published version in a list, without its content."""

    id: int
    slug: str
    number: int
    title: str
    published_at: datetime
    content_hash: str


def list_versions(slug: str | None = None) -> list[VersionLine]:
    """The published versions of every course, or of one: course by course, the newest version first. One query."""
    columns = (
        CourseVersion.id, CourseVersion.slug, CourseVersion.number, CourseVersion.title, CourseVersion.created_at,
        CourseVersion.content_hash,
    )  # fmt: skip
    statement = select(*columns).order_by(CourseVersion.slug, CourseVersion.number.desc())
    if slug is not None:
        statement = statement.where(CourseVersion.slug == slug)
    return [VersionLine(*row) for row in db.session.execute(statement)]


@lru_cache(maxsize=32)
def get_document(content_hash: str) -> Document:
    """The content of a published version, by its hash.

    A hash names one content for ever, so what was read once is kept in memory whatever database it came from.

    Raises:
        NotFound: No published version has this content.
    """
    stored = db.session.scalar(
        select(CourseVersion.document).where(CourseVersion.content_hash == content_hash).limit(1)
    )
    if stored is None:
        raise NotFound("This course is not published.")
    return Document.model_validate(stored, strict=False)


def completion_of(content_hash: str) -> Completion:
    """What it takes to complete a published version of a course."""
    return get_document(content_hash).course.completion
