"""What is kept of results."""

from __future__ import annotations

from assessments.evaluation.models import ChapterRelease, CountedCohort, PlacesRelease, Release
from lms.core.retention import Kept

KEPT = (
    Kept(
        (CountedCohort, Release, ChapterRelease, PlacesRelease),
        "Results, as they came out",
        until="as long as the installation",
        why="They are counts in which small numbers are hidden, not answers of anybody.",
    ),
)
