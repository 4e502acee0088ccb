"""Asking a witness to say what they saw, and keeping what they said.

A witness needs no account: a mailed link, which works once and for some days, opens one page and nothing else. What they
say is theirs: the practitioner reads it and chooses whether to use it, and nobody changes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from assessments.portfolio.evidence_fields import LONGEST_TEXT
from assessments.portfolio.identifying import refuse_numbers
from assessments.portfolio.models import Evidence, Portfolio
from assessments.portfolio.snapshot import WITHHELD
from assessments.portfolio.unit_schema import EvidenceKind
from assessments.portfolio.witness_models import Testimony, WitnessRequest
from lms.core import audit, clock, keys, mail
from lms.core.access import Actor
from lms.core.audit import Act, AuditRecord
from lms.core.errors import Conflict, Refused
from lms.core.extensions import db
from lms.core.model import new_ref
from lms.people.queries import hash_token

LASTS = timedelta(days=28)
"""For how long a witness's link opens the page."""
MOST_DRAFTED = LONGEST_TEXT + 4_000
"""Characters that a witness's draft may hold, in all its boxes."""
MOST_A_DAY = 10
"""Letters to witnesses that one portfolio may send within a day."""
ALREADY_GIVEN = "Your witness has answered already. What they said is below."


@dataclass(frozen=True, slots=True)
class Said:
    """What a witness says.

    Attributes:
        name: who they are.
        role: their job or role.
        relationship_to: what they are to the practitioner.
        contact: how the assessor reaches them.
        how_known: how they know the practitioner's work.
        saw: what they saw, in their words.
        seen_on: when, or the last time.
        expert_basis: why they are an expert witness; empty when they are not.
        interest: what the assessor should know, such as that they are related.
        signature: their name, typed as a signature.
        declared: whether they declare that it is true and their own.
        identifiers_stay: whether what looks like a phone number or the like is not about a family.
    """

    name: str
    role: str
    relationship_to: str
    contact: str
    how_known: str
    saw: str
    seen_on: date
    expert_basis: str
    interest: str
    signature: str
    declared: bool
    identifiers_stay: bool = False


def ask(portfolio: Portfolio, *, name: str, email: str, about: str, by: Actor) -> WitnessRequest:
    """Mail somebody a link by which they say what they saw.

    Raises:
        Refused: it is the practitioner's own address, or there were too many letters today.
        Identifies: the words to the witness could identify a family.
    """
    if email.casefold() == by.email.casefold():
        raise Refused("A witness is somebody else. Give their email address.", field="email")
    _require_few(portfolio)
    refuse_numbers(about)
    request = WitnessRequest(
        ref=new_ref(),
        portfolio_id=portfolio.id,
        name=name,
        email=email,
        about=about,
        sendings=1,
        sent_at=clock.now(),
        expires_at=clock.now() + LASTS,
    )
    db.session.add(request)
    _mail(request, portfolio, by=by)
    return request


def send_again(request: WitnessRequest, *, by: Actor) -> None:
    """Mail the witness a new link; the one before it opens nothing any more.

    Raises:
        Conflict: they have answered, or what they were asked was taken out.
        Refused: there were too many letters today.
    """
    _require_unanswered(request)
    if request.about == WITHHELD:
        raise Conflict(
            "What you asked them was taken out: somebody could be recognised in it. Ask them anew."
        )
    portfolio = db.session.get_one(Portfolio, request.portfolio_id)
    _require_few(portfolio)
    request.sendings += 1
    request.sent_at, request.expires_at = clock.now(), clock.now() + LASTS
    request.opened_at = request.called_back_at = None
    _mail(request, portfolio, by=by)


def call_back(request: WitnessRequest, *, by: Actor) -> None:
    """Let the link open nothing any more; one that was called back stays so.

    Raises:
        Conflict: they have answered.
    """
    _require_unanswered(request)
    if request.called_back_at is None:
        request.called_back_at = clock.now()
        audit.record(Act.WITNESS_ASKED, by=by, on=request, what="called back")


def note_opened(request: WitnessRequest) -> None:
    """Note that the witness has begun; the first time counts."""
    if request.opened_at is None:
        request.opened_at = clock.now()
        audit.record(Act.WITNESS_ASKED, by=None, on=request, what="opened")


def keep_draft(request: WitnessRequest, values: dict[str, str], *, based_on: int) -> bool:
    """Keep what a witness is writing; False when it stands as somebody saved it since, which is then not overwritten.

    Raises:
        Refused: it is too long.
    """
    if sum(map(len, values.values())) > MOST_DRAFTED:
        raise Refused(f"Keep it under {LONGEST_TEXT:,} letters.", field="saw")
    if request.draft == values:
        return True
    if request.draft_version != based_on:
        return False
    request.draft, request.draft_saved_at = values, clock.now()
    request.draft_version += 1
    audit.record(Act.DRAFT_KEPT, by=None, on=request, version=request.draft_version)
    return True


def give(request: WitnessRequest, said: Said) -> Testimony:
    """Keep what a witness says, once, and tell the practitioner that it is there.

    Raises:
        Refused: something in it cannot be used; the error names the field.
        Identifies: its words could identify a family.
        Conflict: it was given already.
    """
    _check(said)
    testimony = Testimony(
        request_id=request.id,
        name=said.name,
        role=said.role,
        relationship_to=said.relationship_to,
        contact=said.contact,
        how_known=said.how_known,
        saw=said.saw,
        seen_on=said.seen_on,
        is_expert=bool(said.expert_basis),
        expert_basis=said.expert_basis,
        interest=said.interest,
        signature=said.signature,
    )
    try:
        with db.session.begin_nested():
            db.session.add(testimony)
    except IntegrityError as error:
        raise Conflict("You have sent this already. Thank you: once is enough.") from error
    request.draft = {}
    audit.record(Act.TESTIMONY_GIVEN, by=None, on=testimony, expert=testimony.is_expert)
    portfolio = db.session.get_one(Portfolio, request.portfolio_id)
    mail.queue(
        to=portfolio.learner.email,
        template="assessments/mail/witness_answered",
        name=portfolio.learner.name,
        witness=request.name,
        path=f"/portfolio/witnesses/{request.ref}",
        provider=portfolio.enrolment.cohort.provider,
    )
    return testimony


def use(testimony: Testimony, *, by: Actor) -> Evidence:
    """Put what a witness said into the practitioner's portfolio; what is in it already is given back."""
    evidence = db.session.scalar(select(Evidence).where(Evidence.testimony_id == testimony.id))
    if evidence is None:
        evidence = Evidence(
            portfolio_id=testimony.request.portfolio_id,
            testimony_id=testimony.id,
            kind=EvidenceKind.WITNESS_TESTIMONY,
            title=f"What {testimony.name} saw"[:160],
            text=testimony.saw,
            happened_on=testimony.seen_on,
            declared_own_work=True,
            redaction_checked=True,
        )
        db.session.add(evidence)
        db.session.flush()
    elif evidence.removed_at is None:
        return evidence
    evidence.removed_at = None
    audit.record(Act.EVIDENCE_CHANGED, by=by, on=evidence, what="testimony used")
    return evidence


def _check(said: Said) -> None:
    if not said.declared:
        raise Refused("Tick the box to say that it is true and in your own words.", field="declared")
    if said.seen_on > clock.today():
        raise Refused("That day is still to come. Give the day on which you saw it.", field="seen_on")
    if len(said.saw) > LONGEST_TEXT:
        raise Refused(f"Keep it under {LONGEST_TEXT:,} letters.", field="saw")
    refuse_numbers(said.saw, said.how_known, said.interest, said.expert_basis, may_stay=said.identifiers_stay)


def _require_unanswered(request: WitnessRequest) -> None:
    if request.testimony is not None:
        raise Conflict(ALREADY_GIVEN)


def _require_few(portfolio: Portfolio) -> None:
    """Strangers are written to in our name, so not without end. Each letter stands in the audit trail with its time."""
    requests = select(WitnessRequest.id).where(WitnessRequest.portfolio_id == portfolio.id)
    lately = db.session.scalar(
        select(func.count())
        .select_from(AuditRecord)
        .where(
            AuditRecord.act == Act.WITNESS_ASKED.value,
            AuditRecord.subject_kind == WitnessRequest.__tablename__,
            AuditRecord.subject_id.in_(requests),
            AuditRecord.facts["what"].as_string() == "sent",
            AuditRecord.at > clock.now() - timedelta(days=1),
        )
    )
    if lately is not None and lately >= MOST_A_DAY:
        raise Refused(f"You have sent {MOST_A_DAY} letters to witnesses within a day. Send more tomorrow.")


def _mail(request: WitnessRequest, portfolio: Portfolio, *, by: Actor) -> None:
    """Give a request the token of its newest sending, of which only the hash is kept, and mail the link."""
    token = keys.witness_token(request.ref, request.sendings)
    request.token_hash = hash_token(token)
    db.session.flush()
    mail.queue(
        to=request.email,
        template="assessments/mail/witness",
        is_forgotten=True,
        name=request.name,
        learner=portfolio.learner.name,
        path=f"/witness/{token}",
        until=request.expires_at,
        provider=portfolio.enrolment.cohort.provider,
    )
    audit.record(Act.WITNESS_ASKED, by=by, on=request, what="sent", sending=request.sendings)
