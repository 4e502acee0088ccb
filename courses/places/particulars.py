"""What an enrolment says beside the place itself: the workplace, the wish for the unit, and whether the employer may look."""

from __future__ import annotations

from courses.cohorts.models import Enrolment
from lms.core import audit
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.extensions import db
from lms.people.models import Setting


def change(
    enrolment: Enrolment,
    *,
    setting: Setting | None,
    seeks_accreditation: bool,
    shares_progress: bool,
    by: Actor,
) -> None:
    """Keep what is known now. Nothing that was done or decided is touched by it.

    Args:
        enrolment: whose.
        setting: where they work, if it is known.
        seeks_accreditation: whether they want the unit as well.
        shares_progress: whether they agree that their employer sees how far they are. Agreement is given to one
            employer: it ends with a change to another, and there is none without an employer.
        by: the person, or an administrator of the provider.
    """
    has_moved = enrolment.setting is not None and _employer_of(setting) != _employer_of(enrolment.setting)
    enrolment.setting, enrolment.seeks_accreditation = setting, seeks_accreditation
    enrolment.shares_progress = shares_progress and setting is not None and not has_moved
    db.session.flush()
    audit.record(
        Act.ENROLMENT_CHANGED,
        by=by,
        on=enrolment,
        organisation_id=enrolment.cohort.provider_id,
        seeks_accreditation=seeks_accreditation,
        shares_progress=enrolment.shares_progress,
        has_another_employer=has_moved,
    )


def _employer_of(setting: Setting | None) -> int | None:
    return None if setting is None else setting.organisation_id
