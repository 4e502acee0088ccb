"""A learner's copies: asking for one, and how far the newest has come."""

from __future__ import annotations

from sqlalchemy import select

from assessments.dossier.copy_making import COPY_JOB
from assessments.dossier.gathering import gather
from assessments.dossier.models import PortfolioCopy
from assessments.dossier.progress import Progress, progress
from assessments.portfolio.models import Portfolio
from lms.core import audit, file_disk, jobs
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.extensions import db


def ask(portfolio: Portfolio, *, by: Actor) -> PortfolioCopy:
    """Ask for a copy; while one is being made, give that one back.

    Raises:
        NoRoom: there is no room for it on the disk.
    """
    newest = find_newest(portfolio.id)
    if newest is not None and progress_of(newest).is_going:
        return newest
    dossier = gather(portfolio, to_learner=True)
    file_disk.check_room(sum(file.size for item in dossier.items for file in item.files))
    copy = begin(portfolio.id)
    audit.record(
        Act.PORTFOLIO_COPIED,
        by=by,
        on=portfolio,
        organisation_id=portfolio.enrolment.cohort.provider_id,
        pieces=len(dossier.items),
    )
    return copy


def begin(portfolio_id: int) -> PortfolioCopy:
    """Begin a copy of a portfolio."""
    copy = PortfolioCopy(portfolio_id=portfolio_id)
    db.session.add(copy)
    db.session.flush()
    job = jobs.enqueue(COPY_JOB, {"copy": copy.ref}, key=f"{COPY_JOB}:{copy.ref}")
    db.session.flush()
    copy.job_id = job.id
    return copy


def find_newest(portfolio_id: int) -> PortfolioCopy | None:
    """The copy of a portfolio that was asked for last, if one was."""
    return db.session.scalar(
        select(PortfolioCopy)
        .where(PortfolioCopy.portfolio_id == portfolio_id)
        .order_by(PortfolioCopy.id.desc())
        .limit(1)
    )


def find_made(portfolio_id: int) -> PortfolioCopy | None:
    """The newest copy of a portfolio that is ready, if one is."""
    return db.session.scalar(
        select(PortfolioCopy)
        .where(PortfolioCopy.portfolio_id == portfolio_id, PortfolioCopy.archive_id.is_not(None))
        .order_by(PortfolioCopy.id.desc())
        .limit(1)
    )


def progress_of(copy: PortfolioCopy) -> Progress:
    """How far a copy has come, in pieces and then the document."""
    return progress(copy.job, is_made=copy.archive_id is not None)
