"""Adjustments: what somebody needs to take part, written by themselves or by their provider, seen by those who deliver it.

Whoever may read an enrolment's adjustments is exactly whoever `queries.get_enrolment` lets open it: the administrators of
its provider and the facilitators of the cohort it is in now; and its own person. Each reading by another leaves a line in
the log, without what was read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import structlog
from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from courses.attendance.models import Adjustments
from courses.attendance.needs import Need, in_short
from courses.cohorts.models import Cohort, Enrolment, EnrolmentStatus
from lms.core import audit, clock
from lms.core.access import Actor, Reach
from lms.core.audit import Act
from lms.core.errors import NotFound
from lms.core.extensions import db
from lms.core.reading import Rows, read_rows

_log = structlog.get_logger(__name__)


def get_own_enrolment(*, within: Reach) -> Enrolment:
    """The person's own place: of several, the one in the cohort that began last.

    Raises:
        NotFound: there is none.
    """
    mine = (
        select(Enrolment)
        .join(Enrolment.cohort)
        .where(Enrolment.user_id == within.person_id, Enrolment.status == EnrolmentStatus.ACTIVE)
        .order_by(Cohort.starts_on.desc(), Enrolment.id.desc())
        .limit(1)
    )
    found = db.session.scalar(mine)
    if found is None:
        raise NotFound
    return found


def find(enrolment: Enrolment) -> Adjustments | None:
    """What the person of an enrolment needs, if they or their provider said so."""
    return db.session.scalar(
        select(Adjustments)
        .where(Adjustments.enrolment_id == enrolment.id)
        .options(joinedload(Adjustments.by))
    )


def agree(enrolment: Enrolment, *, needs: Iterable[Need], words: str, by: Actor) -> None:
    """Keep what somebody needs, in place of what was kept before. With neither needs nor words nothing is kept.

    Args:
        enrolment: whose.
        needs: what is ticked.
        words: anything else, in their own words.
        by: the person, or an administrator of the provider.
    """
    ticked, words = set(needs), words.strip()
    kept = find(enrolment)
    if not ticked and not words:
        if kept is not None:
            db.session.delete(kept)
    else:
        kept = kept or Adjustments(enrolment_id=enrolment.id)
        kept.needs = [need.value for need in Need if need in ticked]
        kept.words, kept.by_id, kept.changed_at = words, by.id, clock.now()
        db.session.add(kept)
    db.session.flush()
    audit.record(Act.ADJUSTMENTS_CHANGED, by=by, on=enrolment, organisation_id=enrolment.cohort.provider_id)


_FOR_DELIVERY = (
    select(Enrolment.ref, Adjustments.needs, Adjustments.words)
    .join(Adjustments, Adjustments.enrolment_id == Enrolment.id)
    .where(Enrolment.cohort_id == bindparam("cohort"), Enrolment.status == EnrolmentStatus.ACTIVE)
)


NeedRows = Rows[str, list[str], str]


def read_for_delivery(cohort_id: int, *, by: Actor) -> NeedRows:
    """What the people of a cohort need, as rows. Guests are not among them.

    Args:
        cohort_id: a cohort that the reader administers or teaches; the caller has seen to that.
        by: the reader, for the log.
    """
    found = read_rows(_FOR_DELIVERY, cohort=cohort_id)
    _note_reading([row[0] for row in found], by)
    return found


def needs_of(rows: NeedRows) -> dict[str, str]:
    """What `read_for_delivery` has read, in a line each, by the reference of the enrolment."""
    return {ref: in_short(needs, words) for ref, needs, words in rows}


def read(enrolment: Enrolment, *, by: Actor) -> Adjustments | None:
    """What somebody needs, for a reader who administers or teaches their cohort; the caller has seen to that."""
    kept = find(enrolment)
    _note_reading([enrolment.ref] if kept else [], by)
    return kept


def _note_reading(refs: Sequence[str], by: Actor) -> None:
    if refs:
        _log.info("adjustments were read", by=by.id, of=list(refs))
