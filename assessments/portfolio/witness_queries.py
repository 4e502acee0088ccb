"""Reading whom a practitioner asked to be a witness, and what they said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from assessments.portfolio.models import Evidence, Portfolio
from assessments.portfolio.snapshot import WITHHELD
from assessments.portfolio.witness_models import ApprovedExpert, Testimony, WitnessRequest
from lms.core import clock
from lms.core.access import Reach
from lms.core.errors import NotFound
from lms.core.extensions import db
from lms.people.queries import hash_token

NO_LINK = (
    "This link opens nothing any more. Look for a newer letter, or ring the training provider named in it."
)


class RequestState(StrEnum):
    """How far a request to a witness is."""

    SENT = "sent"
    OPENED = "opened"
    GIVEN = "given"
    CALLED_BACK = "called-back"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class WitnessRow:
    """A request to a witness, as its practitioner sees it; `is_used` says whether the testimony is in the portfolio."""

    request: WitnessRequest
    state: RequestState
    since: datetime
    is_used: bool

    @property
    def may_be_sent_again(self) -> bool:
        """Whether the same may be asked once more: not what was taken out."""
        return self.state is not RequestState.GIVEN and self.request.about != WITHHELD


def state_of(request: WitnessRequest) -> tuple[RequestState, datetime]:
    """How far a request is, and since when."""
    if request.testimony is not None:
        return RequestState.GIVEN, request.testimony.created_at
    if request.called_back_at is not None:
        return RequestState.CALLED_BACK, request.called_back_at
    if request.expires_at <= clock.now():
        return RequestState.OVER, request.expires_at
    if request.opened_at is not None:
        return RequestState.OPENED, request.opened_at
    return RequestState.SENT, request.sent_at


def own_request(ref: str, *, within: Reach) -> WitnessRequest:
    """A request that the asking person made.

    Raises:
        NotFound: they made no such request.
    """
    request = db.session.scalar(
        select(WitnessRequest)
        .join(Portfolio, Portfolio.id == WitnessRequest.portfolio_id)
        .where(WitnessRequest.ref == ref, Portfolio.learner_id == within.person_id)
    )
    if request is None:
        raise NotFound
    return request


def requests_of(portfolio_id: int) -> list[WitnessRow]:
    """Whom a practitioner asked, newest first. Two queries."""
    asked = db.session.scalars(
        select(WitnessRequest)
        .where(WitnessRequest.portfolio_id == portfolio_id)
        .options(joinedload(WitnessRequest.testimony))
        .order_by(WitnessRequest.id.desc())
    ).all()
    used = set(
        db.session.scalars(
            select(Evidence.testimony_id).where(
                Evidence.portfolio_id == portfolio_id,
                Evidence.testimony_id.is_not(None),
                Evidence.removed_at.is_(None),
            )
        )
    )
    return [
        WitnessRow(
            request,
            *state_of(request),
            is_used=request.testimony is not None and request.testimony.id in used,
        )
        for request in asked
    ]


def evidence_of(testimony: Testimony) -> Evidence | None:
    """The evidence that a testimony is used as, while it is."""
    return db.session.scalar(
        select(Evidence).where(Evidence.testimony_id == testimony.id, Evidence.removed_at.is_(None))
    )


def experts_of(portfolio_id: int) -> list[ApprovedExpert]:
    """Whom the assessor of a portfolio takes as an expert witness, by name; of each address the latest word. One query."""
    rows = db.session.scalars(
        select(ApprovedExpert)
        .where(ApprovedExpert.portfolio_id == portfolio_id)
        .options(joinedload(ApprovedExpert.approved_by))
        .order_by(ApprovedExpert.id)
    )
    return sorted({one.email: one for one in rows}.values(), key=lambda one: one.name)


def approvals_of(pieces: Iterable[Evidence]) -> dict[int, ApprovedExpert]:
    """By which word of an assessor a witness is an expert, by the number of the piece that they wrote; one query, or none.

    Pieces whose witness is one by their own word alone, or is none, are left out.
    """
    asked = {one.id: one.testimony.request for one in pieces if one.testimony is not None}
    if not asked:
        return {}
    rows = db.session.scalars(
        select(ApprovedExpert)
        .where(ApprovedExpert.portfolio_id.in_({request.portfolio_id for request in asked.values()}))
        .options(joinedload(ApprovedExpert.approved_by))
        .order_by(ApprovedExpert.id)
    )
    latest = {(one.portfolio_id, one.email): one for one in rows}
    found = {key: latest.get((request.portfolio_id, request.email.lower())) for key, request in asked.items()}
    return {key: one for key, one in found.items() if one is not None}


def find_by_token(token: str) -> WitnessRequest | None:
    """The request that a link opens; None when it opens nothing any more, or never did."""
    request = db.session.scalar(select(WitnessRequest).where(WitnessRequest.token_hash == hash_token(token)))
    return request if request is not None and _is_open(request) else None


def get_followed(ref: str | None, sending: int) -> WitnessRequest:
    """The request whose link a browser followed, while that link is the newest one and opens anything.

    Raises:
        NotFound: it is not.
    """
    request = db.session.scalar(select(WitnessRequest).where(WitnessRequest.ref == (ref or "")))
    if request is None or request.sendings != sending or not _is_open(request):
        raise NotFound(NO_LINK)
    return request


def _is_open(request: WitnessRequest) -> bool:
    return state_of(request)[0] in {RequestState.SENT, RequestState.OPENED}
