"""A practitioner's own certificates, and a provider's pages for giving, replacing and revoking them."""

from __future__ import annotations

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue

from certificates import cases, claiming, forms, queries, service
from certificates.facts import CertificateKind, facts_from, in_hours
from certificates.making import terms
from certificates.models import Certificate
from courses.cohorts.models import Cohort, Enrolment
from lms.core import clock, files
from lms.core.access import Reach, current_actor, requires
from lms.core.errors import DomainError, NotFound
from lms.core.forms import text_of
from lms.core.permissions import Permission
from lms.core.text import plural
from lms.core.web import render, see_other

blueprint = Blueprint("certificates", __name__)


# ---- a practitioner's own


@blueprint.get("/certificates")
@requires(Permission.CERTIFICATES_CERTIFICATE_READ_OWN)
def mine(reach: Reach) -> ResponseReturnValue:
    """My certificates, and how my name is printed on them."""
    return _mine(reach)


def _mine(reach: Reach, refused: forms.NameForm | None = None, enrolment_ref: str = "") -> str:
    names: list[tuple[queries.NameLine, forms.NameForm]] = []
    for number, line in enumerate(queries.list_own_names(within=reach), start=1):
        fresh = forms.NameForm(formdata=None, data={"name": line.name})
        form = refused if refused and line.enrolment_ref == enrolment_ref else fresh
        form["name"].id = f"printed-{number}"
        names.append((line, form))
    return render(
        "certificates/mine.html",
        awards=queries.list_own(within=reach),
        claims=claiming.list_own_claims(within=reach),
        names=names,
        asked=_asked(names[0][0]) if names else "most of the taught hours",
        form=refused,
    )


def _asked(line: queries.NameLine) -> str:
    """The hours that a certificate of attendance asks for, as in 27 of the 30 taught hours."""
    return f"{in_hours(line.minutes_needed)} of the {in_hours(line.taught_minutes)} taught hours"


@blueprint.post("/certificates/names/<ref:enrolment_ref>")
@requires(Permission.CERTIFICATES_CERTIFICATE_READ_OWN, enrolment=queries.get_own_enrolment)
def confirm_name(enrolment: Enrolment, reach: Reach) -> ResponseReturnValue:
    """Say how my name is to be printed."""
    form = forms.NameForm(request.form)
    if form.validate():
        try:
            service.confirm_name(enrolment, text_of(form.name), by=current_actor())
        except DomainError as refusal:
            form.add_error(refusal.message, field=refusal.field)
        else:
            flash(f"Your name will be printed as {text_of(form.name)}.", "success")
            return see_other("certificates.mine")
    return _mine(reach, form, enrolment.ref), 422


@blueprint.get("/certificates/<ref:certificate_ref>")
@requires(Permission.CERTIFICATES_CERTIFICATE_READ_OWN, certificate=queries.get_own_certificate)
def download(certificate: Certificate) -> ResponseReturnValue:
    """The bytes that were issued to me."""
    return files.send(certificate.file)


# ---- a provider's cohort


@blueprint.get("/cohorts/<ref:cohort_ref>/certificates")
@requires(Permission.CERTIFICATES_CERTIFICATE_ISSUE, cohort=queries.get_cohort)
def cohort(cohort: Cohort) -> ResponseReturnValue:
    """Who has which certificate, who can have one, and what stands in the way of the others."""
    return _cohort_page(
        cohort, forms.IssueForm(data={"signatory_role": queries.usual_role(current_actor().id)})
    )


def _cohort_page(cohort: Cohort, form: forms.IssueForm) -> str:
    today = clock.today()
    listed = cases.list_cases(cohort)
    kinds = cases.kinds_of(cohort)
    ready = sum(case.is_ready(kind, today=today) for case in listed for kind in kinds)
    return render(
        "certificates/cohort.html",
        cohort=cohort,
        form=form,
        cases=listed,
        kinds=kinds,
        today=today,
        ready=ready,
        progress=queries.batch_progress(cohort),
    )


@blueprint.post("/cohorts/<ref:cohort_ref>/certificates")
@requires(Permission.CERTIFICATES_CERTIFICATE_ISSUE, cohort=queries.get_cohort)
def issue(cohort: Cohort) -> ResponseReturnValue:
    """Issue every certificate that is ready, or the one whose button was pressed."""
    form = forms.IssueForm(request.form)
    if not form.validate():
        return _cohort_page(cohort, form), 422
    role, only = text_of(form.signatory_role), request.form.get("only", "")
    if only:
        enrolment, kind = _chosen(cohort, only)
        issued = service.issue(enrolment, kind, signatory_role=role, terms=terms(), by=current_actor())
        flash(f"{issued.facts['holder']} has {issued.serial}. We have written to them.", "success")
    else:
        begun = service.issue_for_cohort(cohort, signatory_role=role, by=current_actor())
        flash(f"We are making {plural(begun, 'certificate')}. You can leave this page.", "success")
    return see_other("certificates.cohort", cohort_ref=cohort.ref)


def _chosen(cohort: Cohort, only: str) -> tuple[Enrolment, CertificateKind]:
    """The practitioner and kind that a button stands for, as in "enrolment-ref attendance"."""
    ref, _, kind = only.partition(" ")
    enrolment = queries.find_enrolment(cohort, ref)
    if enrolment is None or kind not in set(CertificateKind):
        raise NotFound
    return enrolment, CertificateKind(kind)


# ---- one certificate, for its provider


@blueprint.get("/issued/<ref:certificate_ref>")
@requires(Permission.CERTIFICATES_CERTIFICATE_ISSUE, certificate=queries.get_certificate)
def show(certificate: Certificate) -> ResponseReturnValue:
    """What it says, what has happened to it, and how to replace or revoke it."""
    return _show(certificate)


def _show(
    certificate: Certificate,
    *,
    replace: forms.ReplaceForm | None = None,
    revoke: forms.RevokeForm | None = None,
) -> str:
    role = queries.usual_role(current_actor().id)
    return render(
        "certificates/show.html",
        certificate=certificate,
        facts=facts_from(certificate.facts),
        standing=queries.standing_of(certificate),
        form=replace or revoke,
        replace_form=replace or forms.ReplaceForm(formdata=None, data={"signatory_role": role}),
        revoke_form=revoke or forms.RevokeForm(formdata=None),
    )


@blueprint.get("/issued/<ref:certificate_ref>/file")
@requires(Permission.CERTIFICATES_CERTIFICATE_ISSUE, certificate=queries.get_certificate)
def download_issued(certificate: Certificate) -> ResponseReturnValue:
    """The bytes that were issued."""
    return files.send(certificate.file)


@blueprint.post("/issued/<ref:certificate_ref>/replace")
@requires(Permission.CERTIFICATES_CERTIFICATE_ISSUE, certificate=queries.get_certificate)
def replace(certificate: Certificate) -> ResponseReturnValue:
    """Give a newer one."""
    form = forms.ReplaceForm(request.form)
    if not form.validate():
        return _show(certificate, replace=form), 422
    newer = service.replace(
        certificate,
        reason=text_of(form.reason),
        signatory_role=text_of(form.signatory_role),
        terms=terms(),
        by=current_actor(),
    )
    flash(
        f"{newer.serial} takes the place of {certificate.serial}. We have written to the holder.", "success"
    )
    return see_other("certificates.show", certificate_ref=newer.ref)


@blueprint.post("/issued/<ref:certificate_ref>/revoke")
@requires(Permission.CERTIFICATES_CERTIFICATE_ISSUE, certificate=queries.get_certificate)
def revoke(certificate: Certificate) -> ResponseReturnValue:
    """Declare it not valid."""
    form = forms.RevokeForm(request.form)
    if not form.validate():
        return _show(certificate, revoke=form), 422
    service.revoke(certificate, reason=text_of(form.reason), by=current_actor())
    flash(f"{certificate.serial} is no longer valid. We have written to the holder.", "success")
    return see_other("certificates.show", certificate_ref=certificate.ref)
