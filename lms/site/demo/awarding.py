"""Certificates of the demonstration: issued for the block, one replaced for a name, one revoked for a register."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial

from flask import current_app

from assessments.portfolio.models import Portfolio
from certificates import claiming, service
from certificates import queries as certificates
from certificates.facts import CertificateKind
from certificates.models import Certificate
from certificates.service import Terms
from courses.attendance.hours import Mark
from courses.cohorts.models import Cohort, Enrolment
from lms.people.roles import Role
from lms.site.demo.characters import FINISHED, LIVE, Learner, Standing
from lms.site.demo.days import Days
from lms.site.demo.stage import Moment, Stage, at
from lms.site.demo.teaching import BLOCK, correct

ADMINISTRATOR, SIGNATORY_ROLE = Role.PROVIDER_ADMINISTRATOR.value, "Programme manager"
RENAMED, FULL_NAME = "kwame", "Kwame Kofi Boateng"
MISTAKEN, MISTAKEN_SESSIONS = "shanthi", (4, 5)


def moments(days: Days) -> Iterator[Moment]:
    """Names confirmed, the block's certificates, then what had to be put right."""
    over = days.finished[-1]
    for learner in FINISHED:
        if learner.standing is Standing.ACCEPTED:
            yield _named(learner, learner.name, over + timedelta(days=39))
    yield Moment(at(over + timedelta(days=42), "14:00"), "certificates for the block", _issue)
    yield Moment(at(over + timedelta(days=43), "09:15"), "the credit of two units is claimed", _claim)
    renamed = next(learner for learner in FINISHED if learner.key == RENAMED)
    yield _named(renamed, FULL_NAME, over + timedelta(days=47))
    yield Moment(at(over + timedelta(days=48), "10:30"), "a certificate is replaced", _replace)
    mistaken = over + timedelta(days=52)
    for session in MISTAKEN_SESSIONS:
        yield Moment(
            at(mistaken, "09:40"),
            "a register is put right",
            partial(correct, BLOCK, session, MISTAKEN, (Mark.MISSED, "Was not on the signed sheet")),
        )
    yield Moment(at(mistaken, "10:10"), "a certificate is revoked", _revoke)
    for learner in LIVE:
        if learner.standing is Standing.ACCEPTED:
            yield _named(learner, learner.name, days.ago(5))


def _named(learner: Learner, name: str, day: date) -> Moment:
    return Moment(at(day, "18:45"), f"{learner.name} confirms the name", partial(_confirm, learner.key, name))


def _confirm(key: str, name: str, stage: Stage) -> None:
    service.confirm_name(stage.get(Enrolment, key), name, by=stage.actor(key))


def _claim(stage: Stage) -> None:
    """On direct claims, for two of those whose unit is accepted; the others wait for somebody to press."""
    accepted = [one.key for one in FINISHED if one.standing is Standing.ACCEPTED]
    for key in accepted[:2]:
        claiming.claim(stage.get(Portfolio, key), by=stage.actor(ADMINISTRATOR))


def _terms() -> Terms:
    return Terms(public_url=current_app.config["PUBLIC_URL"])


def _issue(stage: Stage) -> None:
    service.issue_for_cohort(
        stage.get(Cohort, BLOCK),
        signatory_role=SIGNATORY_ROLE,
        by=stage.actor(ADMINISTRATOR),
    )


def _attendance(key: str, stage: Stage) -> Certificate:
    found = certificates.find_live(stage.get(Enrolment, key).id, CertificateKind.ATTENDANCE)
    if found is None:
        raise LookupError(f"{key} has no certificate of attendance")
    return found


def _replace(stage: Stage) -> None:
    service.replace(
        _attendance(RENAMED, stage),
        reason="His middle name was missing.",
        signatory_role=SIGNATORY_ROLE,
        terms=_terms(),
        by=stage.actor(ADMINISTRATOR),
    )


def _revoke(stage: Stage) -> None:
    service.revoke(
        _attendance(MISTAKEN, stage),
        reason="The register of the last two days was wrong: 18 hours, not 30.",
        by=stage.actor(ADMINISTRATOR),
    )
