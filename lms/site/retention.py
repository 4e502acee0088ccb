"""The retention schedule: every room's, put together."""

from __future__ import annotations

from dataclasses import dataclass

from assessments.dossier import retention as dossier
from assessments.evaluation import retention as evaluation
from assessments.marking import retention as marking
from assessments.planning import retention as planning
from assessments.portfolio import retention as portfolio
from assessments.questionnaires import retention as questionnaires
from assessments.standardisation import retention as standardisation
from assessments.themes import retention as themes
from assessments.verification import retention as verification
from certificates import retention as certificates
from courses.attendance import retention as attendance
from courses.cohorts import retention as cohorts
from courses.content import retention as content
from courses.places import retention as places
from courses.progress import retention as progress
from lms.core import traces as core
from lms.core.retention import Kept, Rule
from lms.people import retention as people


@dataclass(frozen=True, slots=True)
class Room:
    """What one part of the product keeps, under the name that people know it by."""

    name: str
    rules: tuple[Rule, ...]
    kept: tuple[Kept, ...]


ROOMS = (
    Room("Certificates", (), certificates.KEPT),
    Room("In people’s own words", (), themes.KEPT),
    Room("Results", (), evaluation.KEPT),
    Room("Copies of portfolios", dossier.RULES, ()),
    Room("Standardisation", (), standardisation.KEPT),
    Room("Verification", (), verification.KEPT),
    Room("Assessment", (), (*marking.KEPT, *planning.KEPT)),
    Room("Portfolios", portfolio.RULES, portfolio.KEPT),
    Room("Questionnaires", questionnaires.RULES, questionnaires.KEPT),
    Room("Learning", (), progress.KEPT),
    Room("Coming to a group", places.RULES, ()),
    Room("Sessions and registers", attendance.RULES, attendance.KEPT),
    Room("Groups", (), cohorts.KEPT),
    Room("Courses", (), content.KEPT),
    Room("People", people.RULES, people.KEPT),
    Room("The site itself", core.RULES, core.KEPT),
)
"""Upper rooms first: a row can go when nothing above names it any more."""
