"""What can be done with certificates: confirm a name, issue, replace, revoke.

A certificate is frozen when it is issued: its facts and its bytes are kept and never made again. Whoever issues one is
neither its holder nor, for a unit, somebody who assessed the work.
"""

from __future__ import annotations

import io
import secrets
from dataclasses import dataclass
from dataclasses import replace as with_changes

from sqlalchemy import delete, select

from assessments.portfolio import queries as portfolios
from certificates import cases, queries
from certificates.cases import Case
from certificates.document import document
from certificates.facts import (
    AttendanceFacts,
    CertificateKind,
    Facts,
    UnitFacts,
    as_json,
    facts_from,
    in_hours,
    long_date,
    span,
)
from certificates.models import Certificate, CertificateEvent, LiveCertificate, PrintedName
from certificates.serials import new_code, new_serial
from certificates.standing import CertificateEventKind
from courses.cohorts.models import Cohort, Enrolment
from lms.core import audit, clock, files, mail
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.errors import Conflict, Forbidden, Refused
from lms.core.extensions import db
from lms.core.faces import Face
from lms.core.files import Purpose
from lms.core.jobs import enqueue
from lms.core.scripts import Undrawable, runs_of, tidy

OWN_PAGE = "/certificates"


@dataclass(frozen=True, slots=True)
class Terms:
    """What the operator has set: where people reach the site."""

    public_url: str


def confirm_name(enrolment: Enrolment, name: str, *, by: Actor) -> PrintedName:
    """Note how a practitioner's name is to be printed, in their own word.

    Raises:
        Forbidden: it is somebody else's name.
        Refused: it is empty, or holds letters that no face of ours draws.
    """
    if by.id != enrolment.user_id:
        raise Forbidden("Only the person themselves can say how their name is written.")
    printed = tidy(name)
    if not printed:
        raise Refused("Write your name as it is to be printed.", field="name")
    try:
        runs_of(printed, Face.LITERATA_SEMIBOLD)
    except Undrawable as trouble:
        raise Refused(_cannot_print(trouble), field="name") from trouble
    confirmed = PrintedName(enrolment_id=enrolment.id, name=printed, by_id=by.id)
    db.session.add(confirmed)
    db.session.flush()
    audit.record(
        Act.CERTIFICATE_NAME_CONFIRMED, by=by, on=confirmed, organisation_id=enrolment.cohort.provider_id
    )
    return confirmed


def issue(
    enrolment: Enrolment, kind: CertificateKind, *, signatory_role: str, terms: Terms, by: Actor
) -> Certificate:
    """Give a practitioner a certificate; where one holds already, give that one back and change nothing.

    Args:
        enrolment: whose it is.
        kind: of attendance, or of a unit.
        signatory_role: the issuer's role as it is printed under their name.
        terms: what the operator has set.
        by: the issuer, whose name is printed as the signature.

    Raises:
        Forbidden: the issuer is the holder, or assessed the work.
        Refused: something still stands between the practitioner and the certificate, or their name cannot be printed.
    """
    # On PostgreSQL two issuers wait for each other here; SQLite has one writer at a time anyway.
    db.session.execute(select(Enrolment.id).where(Enrolment.id == enrolment.id).with_for_update())
    standing = queries.find_live(enrolment.id, kind)
    if standing is not None:
        return standing
    _require_impartial(enrolment, kind, by)
    case = cases.get_case(enrolment)
    reasons = case.reasons(kind, today=clock.today())
    if reasons:
        raise Refused(f"{case.name}: {' '.join(reasons)}")
    code = new_code()
    draft = _attendance_facts if kind is CertificateKind.ATTENDANCE else _unit_facts
    facts = draft(enrolment, case, code=code, signatory_role=signatory_role, terms=terms, by=by)
    certificate = _freeze(enrolment, facts, code=code, by=by)
    audit.record(
        Act.CERTIFICATE_ISSUED,
        by=by,
        on=certificate,
        organisation_id=enrolment.cohort.provider_id,
        kind=kind.value,
        serial=certificate.serial,
    )
    _write_to_holder(certificate, "issued")
    return certificate


def issue_for_cohort(cohort: Cohort, *, signatory_role: str, by: Actor) -> int:
    """Begin to make every certificate of a cohort that can be issued today.

    Each is a job of its own, so that a stop at any instant loses at most the one in hand, which is then made by
    the next run; a certificate that exists is left alone.

    Returns:
        How many were begun. Those of the issuer themselves, or assessed by them, are left for a colleague; whoever
        had one revoked is left for somebody to decide.
    """
    today = clock.today()
    batch = queries.batch_key(cohort) + secrets.token_hex(4)
    begun = 0
    for case in cases.list_cases(cohort):
        for kind in CertificateKind:
            if case.is_ready(kind, today=today):
                payload = {
                    "enrolment_ref": case.enrolment_ref,
                    "kind": kind.value,
                    "signatory_role": signatory_role,
                    "by_id": by.id,
                }
                enqueue(queries.ISSUE_JOB, payload, key=f"{batch}:{begun}")
                begun += 1
    audit.record(Act.CERTIFICATES_BEGUN, by=by, on=cohort, organisation_id=cohort.provider_id, count=begun)
    return begun


def replace(
    certificate: Certificate, *, reason: str, signatory_role: str, terms: Terms, by: Actor
) -> Certificate:
    """Give a newer certificate in place of one that was lost, or whose name has changed.

    It prints "Replacement" and the name as it is confirmed now; everything else is as it was. The older one no
    longer holds.

    Raises:
        Conflict: it no longer holds already.
        Forbidden: the issuer is the holder, or assessed the work.
    """
    enrolment = certificate.enrolment
    _require_impartial(enrolment, certificate.kind, by)
    _end(certificate, CertificateEventKind.REPLACED, reason, by)
    code, serial = new_code(), new_serial()
    names = queries.printed_names([enrolment.id])
    before = facts_from(certificate.facts)
    facts = with_changes(
        before,
        number=serial,
        holder=names.get(enrolment.id, before.holder),
        check_at=_check_at(terms, code),
        check_shown=_check_shown(terms),
        signatory=tidy(by.name),
        signatory_role=tidy(signatory_role),
        signed_on=clock.today(),
        is_replacement=True,
    )
    newer = _freeze(enrolment, facts, code=code, by=by, replaces=certificate)
    audit.record(
        Act.CERTIFICATE_REPLACED,
        by=by,
        on=certificate,
        organisation_id=enrolment.cohort.provider_id,
        serial=certificate.serial,
        newer=newer.serial,
    )
    _write_to_holder(newer, "replaced")
    return newer


def revoke(certificate: Certificate, *, reason: str, by: Actor) -> None:
    """Declare a certificate not valid. The public page says so from this moment, without the reason.

    Raises:
        Conflict: it no longer holds already.
        Forbidden: the person who revokes it is the holder.
    """
    if by.id == certificate.holder_id:
        raise Forbidden("A colleague has to do this: the certificate is your own.")
    _end(certificate, CertificateEventKind.REVOKED, reason, by)
    audit.record(
        Act.CERTIFICATE_REVOKED,
        by=by,
        on=certificate,
        organisation_id=certificate.enrolment.cohort.provider_id,
        serial=certificate.serial,
    )
    _write_to_holder(certificate, "revoked", reason=reason)


def _end(certificate: Certificate, kind: CertificateEventKind, reason: str, by: Actor) -> None:
    """Append a certificate's last event; from now on it does not hold."""
    ended = db.session.execute(
        delete(LiveCertificate).where(LiveCertificate.certificate_id == certificate.id)
    )
    if not ended.rowcount:  # type: ignore[attr-defined]
        raise Conflict(f"{certificate.serial} no longer holds: somebody replaced or revoked it before you.")
    event = CertificateEvent(certificate_id=certificate.id, number=2, kind=kind, reason=reason, by_id=by.id)
    db.session.add(event)
    db.session.flush()
    db.session.expire(certificate, ["events"])


def _require_impartial(enrolment: Enrolment, kind: CertificateKind, by: Actor) -> None:
    if by.id == enrolment.user_id:
        raise Forbidden("A colleague has to do this: the certificate is your own.")
    portfolio = cases.find_portfolio(enrolment) if kind is CertificateKind.UNIT else None
    if portfolio is not None and by.id in cases.assessors_of(portfolio):
        raise Forbidden("A colleague has to do this: you assessed the work.")


def _attendance_facts(
    enrolment: Enrolment, case: Case, *, code: str, signatory_role: str, terms: Terms, by: Actor
) -> AttendanceFacts:
    cohort = enrolment.cohort
    reading = cases.reading_minutes(enrolment)
    return AttendanceFacts(
        number=new_serial(),
        holder=case.name,
        title=cohort.course_version.title,
        provider=cohort.provider.name,
        signatory=tidy(by.name),
        signatory_role=tidy(signatory_role),
        signed_on=clock.today(),
        check_at=_check_at(terms, code),
        check_shown=_check_shown(terms),
        hours_attended=in_hours(case.attended.had),
        hours_taught=in_hours(case.attended.taught),
        dates=span(cohort.starts_on, cohort.ends_on),
        venue=cohort.venue,
        reading_hours=in_hours(reading) if reading else "",
    )


def _unit_facts(
    enrolment: Enrolment, case: Case, *, code: str, signatory_role: str, terms: Terms, by: Actor
) -> UnitFacts:
    portfolio = cases.find_portfolio(enrolment)
    if portfolio is None:
        raise Refused(f"{case.name}: Has not begun a portfolio.")
    unit = portfolios.unit_of(portfolio)
    return UnitFacts(
        number=new_serial(),
        holder=case.name,
        title=unit.title,
        provider=enrolment.cohort.provider.name,
        signatory=tidy(by.name),
        signatory_role=tidy(signatory_role),
        signed_on=clock.today(),
        check_at=_check_at(terms, code),
        check_shown=_check_shown(terms),
        level=str(unit.level),
        credit=str(unit.credits),
        reference=unit.reference_number or "",
        specification=unit.label,
        criteria=f"{case.assessed.met} of {case.assessed.criteria}",
        agreed_on=long_date(cases.accepted_on(portfolio)),
    )


def _check_at(terms: Terms, code: str) -> str:
    return f"{terms.public_url.rstrip('/')}/verify/{code}"


def _check_shown(terms: Terms) -> str:
    return f"{terms.public_url.rstrip('/').split('://')[-1]}/verify"


def _freeze(
    enrolment: Enrolment, facts: Facts, *, code: str, by: Actor, replaces: Certificate | None = None
) -> Certificate:
    """Draw the certificate, keep its bytes and its facts, and let it hold from now on."""
    try:
        drawn = document(facts)
    except Undrawable as trouble:
        raise Refused(f"{facts.holder}: {_cannot_print(trouble)}") from trouble
    name = f"{facts.name} {facts.number}.pdf"
    stored = files.store(io.BytesIO(drawn), name=name, purpose=Purpose.CERTIFICATE, by=None)
    certificate = Certificate(
        kind=facts.kind,
        serial=facts.number,
        code=code,
        enrolment=enrolment,
        holder_id=enrolment.user_id,
        facts=as_json(facts),
        file=stored,
        issued_on=facts.signed_on,
        issued_by_id=by.id,
        replaces_id=replaces.id if replaces else None,
    )
    certificate.events.append(CertificateEvent(number=1, kind=CertificateEventKind.ISSUED, by_id=by.id))
    db.session.add(certificate)
    db.session.flush()
    db.session.add(
        LiveCertificate(certificate_id=certificate.id, enrolment_id=enrolment.id, kind=certificate.kind)
    )
    db.session.flush()
    return certificate


def _write_to_holder(certificate: Certificate, message: str, *, reason: str = "") -> None:
    facts = facts_from(certificate.facts)
    cohort = certificate.enrolment.cohort
    mail.queue(
        to=certificate.enrolment.user.email,
        template=f"certificates/mail/{message}",
        name=certificate.enrolment.user.name,
        what=facts.name,
        title=facts.title,
        serial=certificate.serial,
        provider=cohort.provider.name,
        phone=cohort.provider.phone,
        reason=reason,
        path=OWN_PAGE,
    )


def _cannot_print(trouble: Undrawable) -> str:
    return (
        f"We cannot print these letters yet: {trouble.letters}. "
        "Write the name in Latin, Greek, Cyrillic, Arabic, Tamil, Devanagari or Bengali letters."
    )
