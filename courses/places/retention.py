"""What is kept of how people came to a place: offers, requests, lists and files."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import and_, func, or_, select, update

from courses.cohorts.models import Enrolment, WaitingPlace
from courses.cohorts.retention import over
from courses.places.models import LearnerImport, PlaceInvitation, PlaceRequest
from lms.core.extensions import db
from lms.core.retention import Rule
from lms.people.models import SingleUseLink


def _forget_file(import_ids: Sequence[int]) -> None:
    """People stay where the file put them; that it was this file is forgotten."""
    for model in (Enrolment, WaitingPlace):
        db.session.execute(update(model).where(model.import_id.in_(import_ids)).values(import_id=None))


RULES = (
    Rule(
        PlaceInvitation,
        "Invitations to a place",
        keep="KEEP_OFFERS",
        since="they were accepted, taken back or ran out",
        why="Who accepted has a place by now. Who did not may be asked again, not kept on a list.",
        past=lambda before: (
            func.coalesce(
                PlaceInvitation.accepted_at,
                PlaceInvitation.withdrawn_at,
                select(SingleUseLink.expires_at)
                .where(SingleUseLink.id == PlaceInvitation.link_id)
                .correlate(PlaceInvitation)
                .scalar_subquery(),
            )
            < before
        ),
    ),
    Rule(
        PlaceRequest,
        "Requests for a place",
        keep="KEEP_REQUESTS",
        since="they were decided, or the group they were for was over",
        why="So that who was declined can ask why, and complain. They may be strangers who never had a place.",
        past=lambda before: or_(
            PlaceRequest.decided_at < before,
            and_(PlaceRequest.decided_at.is_(None), over(PlaceRequest.cohort_id, before)),
        ),
    ),
    Rule(
        WaitingPlace,
        "Places on a waiting list",
        keep="KEEP_OFFERS",
        since="the group was over",
        why="There is nothing to wait for any more.",
        past=lambda before: over(WaitingPlace.cohort_id, before),
    ),
    Rule(
        LearnerImport,
        "Spreadsheets of people, as they were sent in",
        keep="KEEP_LISTS",
        since="they were taken in, or checked and left",
        why="So that a wrong row can be traced to its file. What it says of people is with their places.",
        past=lambda before: func.coalesce(LearnerImport.confirmed_at, LearnerImport.created_at) < before,
        first=_forget_file,
    ),
)
