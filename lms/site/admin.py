"""Pages of the administrator: organisations, the audit trail, and whether all is well."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Row, func, select
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length

from lms.core.access import Reach, current_actor, requires
from lms.core.audit import AuditHead, AuditRecord
from lms.core.extensions import db
from lms.core.forms import BaseForm, choices, text_of
from lms.core.jobs import Job, JobState
from lms.core.mail import Message
from lms.core.permissions import Permission
from lms.core.web import render, see_other
from lms.people import queries, service
from lms.people.models import OrganisationKind, User

blueprint = Blueprint("admin", __name__, url_prefix="/admin")
PAGE = 50


class OrganisationForm(BaseForm):
    """A new organisation."""

    kind = SelectField(
        "What it is",
        choices=choices((kind.value, kind.value.replace("-", " ").capitalize()) for kind in OrganisationKind),
    )
    name = StringField("Name", validators=[InputRequired("Write its name."), Length(max=160)])
    phone = StringField("Telephone", validators=[Length(max=40)])


@blueprint.get("/")
@requires(Permission.ADMIN_HEALTH_READ)
def index() -> ResponseReturnValue:
    """Where the administrator begins."""
    return render("site/admin/index.html", counts=_counts())


def _counts() -> dict[str, int]:
    waiting = select(func.count()).select_from(Job).where(Job.state == JobState.WAITING)
    failed = select(func.count()).select_from(Job).where(Job.state == JobState.FAILED)
    unsent = select(func.count()).select_from(Message).where(Message.sent_at.is_(None))
    sealed = select(func.coalesce(func.max(AuditHead.sequence), 0))
    row = db.session.execute(
        select(
            waiting.scalar_subquery(),
            failed.scalar_subquery(),
            unsent.scalar_subquery(),
            sealed.scalar_subquery(),
        )
    ).one()
    return {"waiting": row[0], "failed": row[1], "unsent": row[2], "sealed": row[3]}


@blueprint.get("/health")
@requires(Permission.ADMIN_HEALTH_READ)
def health_page() -> ResponseReturnValue:
    """Jobs that wait or failed, messages not sent."""
    failed = db.session.scalars(
        select(Job)
        .where(Job.state == JobState.FAILED)
        .order_by(Job.created_at.desc(), Job.id.desc())
        .limit(PAGE)
    )
    return render("site/admin/health.html", counts=_counts(), failed=list(failed))


@blueprint.get("/audit")
@requires(Permission.ADMIN_AUDIT_READ)
def audit_trail() -> ResponseReturnValue:
    """The newest entries of the audit trail."""
    before = request.args.get("before", type=int)
    rows = _entries(before)
    return render("site/admin/audit.html", rows=rows, older=rows[-1][0] if len(rows) == PAGE else None)


def _entries(before: int | None) -> Sequence[Row[int, datetime, str, str, str, int | None]]:
    statement = (
        select(
            AuditRecord.sequence,
            AuditRecord.at,
            AuditRecord.act,
            User.name,
            AuditRecord.subject_kind,
            AuditRecord.subject_id,
        )
        .outerjoin(User, User.id == AuditRecord.actor_id)
        .order_by(AuditRecord.sequence.desc())
        .limit(PAGE)
    )
    if before is not None:
        statement = statement.where(AuditRecord.sequence < before)
    return db.session.execute(statement).all()


@blueprint.get("/organisations")
@requires(Permission.ADMIN_ORGANISATION_MANAGE)
def organisations(reach: Reach) -> ResponseReturnValue:
    """Every organisation, and a form for a new one."""
    return render(
        "site/admin/organisations.html",
        organisations=queries.list_organisations(within=reach),
        form=OrganisationForm(),
    )


@blueprint.post("/organisations")
@requires(Permission.ADMIN_ORGANISATION_MANAGE)
def create_organisation(reach: Reach) -> ResponseReturnValue:
    """Add an organisation."""
    form = OrganisationForm(request.form)
    if not form.validate():
        found = queries.list_organisations(within=reach)
        return render("site/admin/organisations.html", organisations=found, form=form), 422
    made = service.create_organisation(
        kind=OrganisationKind(form.kind.data),
        name=text_of(form.name),
        phone=text_of(form.phone),
        by=current_actor(),
    )
    flash(f"{made.name} is here. Now invite its people.", "success")
    return see_other("people.team", organisation_ref=made.ref)
