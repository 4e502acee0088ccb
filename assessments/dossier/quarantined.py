"""Packs that hold a copy of a piece of evidence which has been taken out: they go with it.

One that is being made may have the piece in it already: it is made anew, without it. One that was ready is asked for again.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import or_, select

from assessments.dossier import pack_service
from assessments.dossier.models import VisitPack
from assessments.portfolio.models import Evidence
from assessments.verification.visit_models import VisitChoice, VisitProposal
from lms.core.access import Actor
from lms.core.extensions import db
from lms.core.files import StoredFile


def follow(evidence: Evidence, by: Actor) -> Iterator[StoredFile]:  # noqa: ARG001 (a follower's signature)
    """Unname the packs of every visit that reads the portfolio, and begin those in the making anew; gives back their files."""
    packs = db.session.scalars(
        select(VisitPack)
        .where(
            or_(
                *(
                    VisitPack.visit_id.in_(
                        select(of.visit_id).where(of.portfolio_id == evidence.portfolio_id)
                    )
                    for of in (VisitChoice, VisitProposal)
                )
            ),
        )
        # a pack that is ending at this moment is waited for, and then has its file
        .with_for_update()
    ).all()
    for pack in packs:
        stored = pack.file
        db.session.delete(pack)
        db.session.flush()
        if stored is not None:
            yield stored
        elif not pack_service.progress_of(pack).has_failed:
            pack_service.begin(pack.visit, wanted_by_id=pack.wanted_by_id)
