"""What the floors above the course add to a practitioner's first page: a referral, an open questionnaire, the count."""

from __future__ import annotations

import structlog
from flask import url_for

from assessments.marking import queries as marking
from assessments.questionnaires import own_waves
from assessments.questionnaires.own_waves import OwnWave
from assessments.questionnaires.respondents import Standing
from courses.progress.supplements import CriteriaCount, Errand, Supplements
from lms.core.access import Reach, current_actor
from lms.core.errors import Conflict
from lms.core.text import day

_log = structlog.get_logger(__name__)


def supplements(_enrolment_id: int) -> Supplements:
    """What is added for the person who is signed in."""
    person_id = current_actor().id
    standing = marking.standing_for_home(person_id)
    asked = _next_questionnaire(person_id)
    return Supplements(
        first=_questionnaire(asked) if asked else None,
        needs=tuple(
            Errand(
                title=fact.title,
                text=fact.text,
                href=url_for(fact.endpoint, **fact.values),
                action=fact.action,
            )
            for fact in (standing.waiting if standing else ())
        ),
        criteria=CriteriaCount(met=standing.met, with_evidence=standing.have_evidence, total=standing.total)
        if standing
        else None,
    )


def _next_questionnaire(person_id: int) -> OwnWave | None:
    """The questionnaire that waits; None too when the site runs with another key than the one answers pair by."""
    try:
        return own_waves.find_next_questionnaire(within=Reach(person_id=person_id))
    except Conflict as trouble:
        _log.error("questionnaires cannot be paired", trouble=trouble.message)
        return None


def _questionnaire(asked: OwnWave) -> Errand:
    begun = asked.standing is Standing.STARTED
    return Errand(
        title=f"Answer “{asked.title}”",
        text="It is confidential: your name is not kept with your answers. You can stop and come back.",
        href=url_for("questionnaires.show", wave_ref=asked.ref),
        action="Carry on" if begun else "Start answering",
        by=f"By {day(asked.closes_on)}",
    )
