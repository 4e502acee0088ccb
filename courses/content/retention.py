"""What is kept of courses."""

from __future__ import annotations

from courses.content.models import CourseVersion
from lms.core.retention import Kept

KEPT = (
    Kept(
        (CourseVersion,),
        "Courses, each version as it was taught",
        until="as long as the installation",
        why="They are not about people.",
    ),
)
