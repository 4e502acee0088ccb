"""Every command of `flask --app wsgi …`, one group a subject."""

from __future__ import annotations

import time
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select

from assessments.portfolio import service as portfolios
from assessments.portfolio.move_models import PortfolioMove
from assessments.portfolio.unit_files import UnitFault, read_strictly, read_units
from assessments.portfolio.unit_moves import Moves
from assessments.portfolio.unit_moving import move_portfolios
from assessments.questionnaires import service as questionnaires
from assessments.questionnaires import translations
from assessments.questionnaires.library import InstrumentFault
from assessments.reporting.commands import evaluation
from assessments.standardisation.commands import standardisation_group
from assessments.verification.commands import verification_group
from courses.content.commands import content_group
from lms.core import audit, jobs
from lms.core.access import decision_of
from lms.core.audit import AuditRecord
from lms.core.database import writing
from lms.core.errors import DomainError
from lms.core.extensions import db
from lms.people import service
from lms.people.models import OrganisationKind
from lms.people.roles import GRANTS, Role
from lms.site.demo.commands import demo
from lms.site.file_commands import files_group
from lms.site.retention_commands import retention_group
from lms.site.settings_table import settings_group

people = AppGroup("people", help="People and their roles.")
jobs_group = AppGroup("jobs", help="Slow work.")
assessments_group = AppGroup("assessments", help="Units and questionnaires.")
audit_group = AppGroup("audit", help="The audit trail.")
access_group = AppGroup("access", help="Who may open what.")


@people.command("first-administrator")
@click.argument("email")
@click.argument("name")
def first_administrator(email: str, name: str) -> None:
    """Make the first administrator and mail an invitation; refused once there is one."""
    with writing():
        try:
            operator = service.create_organisation(kind=OrganisationKind.OPERATOR, name="Going Forward")
            user = service.create_user(name=name, email=email)
            service.add_member(user, operator, Role.ADMINISTRATOR)
            service.send_invitation(
                user, organisation_name=operator.name, lasts=current_app.config["INVITATION_LASTS"], by=None
            )
            db.session.commit()
        except DomainError as refusal:
            raise click.ClickException(refusal.message) from refusal
    click.echo(f"An invitation for {email} is in the outbox. Run `flask --app wsgi jobs run` to send it.")


@jobs_group.command("run")
def run_jobs() -> None:
    """Run every job that is due, then stop."""
    click.echo(f"{jobs.run_all_due()} jobs run")


@jobs_group.command("work")
@click.option("--every", default=2.0, show_default=True, help="Seconds between looks at an empty queue.")
def work(every: float) -> None:
    """Run jobs as they come, until stopped. Any number of workers may run at once."""
    while True:
        if jobs.run_all_due() == 0:
            db.session.remove()
            time.sleep(every)


@assessments_group.command("publish")
def publish_assessments() -> None:
    """Publish every unit and questionnaire that comes with the product. What is published already stays as it is."""
    with writing():
        try:
            units = [portfolios.publish_unit(unit, by=None) for unit in read_units()]
            instruments = questionnaires.publish_instruments(by=None)
            lines = [f"{unit.title}: version {unit.number}" for unit in units]
            lines += [f"{instrument.title}: version {instrument.number}" for instrument in instruments]
            db.session.commit()
        except DomainError as refusal:
            raise click.ClickException(refusal.message) from refusal
    click.echo("\n".join(lines))


@assessments_group.command("move-portfolios")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would become of each portfolio, and change nothing.")
def move_to_version(file: Path, *, dry_run: bool) -> None:
    """Move portfolios to a later version of their unit, by a FILE that says where each criterion goes."""
    with writing():
        try:
            move, lines = move_portfolios(read_strictly(file, Moves), by=None)
            click.echo(
                f"{move.to_version.title}: version {move.from_version.number} to {move.to_version.number}"
            )
            for line in lines:
                click.echo(_said_of(line))
            if dry_run:
                db.session.rollback()
                click.echo("Nothing was changed.")
            else:
                db.session.commit()
        except (DomainError, UnitFault) as refusal:
            raise click.ClickException(str(refusal)) from refusal


def _said_of(line: PortfolioMove) -> str:
    if line.stays:
        return f"{line.portfolio.ref} stays: work was sent on the older version"
    gone = "".join(f"; {ref} serves {criterion} no more" for ref, criterion, _ in line.dropped)
    return f"{line.portfolio.ref} moves: {line.links_before} links, {line.links_after} afterwards{gone}"


@assessments_group.command("check")
def check_assessments() -> None:
    """Read every questionnaire and translation that comes with the product; exit 1 when one is faulty, list what is missing."""
    try:
        for line in translations.report():
            click.echo(line)
    except InstrumentFault as fault:
        raise click.ClickException(str(fault)) from fault


@audit_group.command("verify")
def verify_audit() -> None:
    """Check every link of the audit trail's chain; exit 1 when one is broken."""
    entries = db.session.scalars(select(AuditRecord).order_by(AuditRecord.sequence)).all()
    broken = audit.broken_entries(entries)
    if broken:
        raise click.ClickException(f"entries that do not hold: {', '.join(map(str, broken))}")
    click.echo(f"{len(entries)} entries, every link holds")


@access_group.command("table")
def access_table() -> None:
    """Print every route, its decision and the roles that may open it."""
    for line in access_lines():
        click.echo(line)


def access_lines() -> list[str]:
    """The access table: a line for each route, with its methods, decision and roles."""
    lines: list[str] = []
    for rule in sorted(
        current_app.url_map.iter_rules(), key=lambda rule: (rule.rule, sorted(rule.methods or ()))
    ):
        decision = decision_of(current_app.view_functions[rule.endpoint])
        if decision is None:
            continue
        methods = "|".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        if decision.permission is None:
            who = f"{decision.kind}: {decision.why}"
        else:
            roles = ", ".join(role.value for role in Role if decision.permission in GRANTS[role])
            loads = f" within reach: {', '.join(decision.loads)}" if decision.loads else ""
            who = f"{decision.permission.value} ({roles}){loads}"
        lines.append(f"{methods:5} {rule.rule}  ->  {rule.endpoint}  [{who}]")
    return lines


def _criteria_of(unit: str) -> frozenset[str] | None:
    """The criteria of a unit that comes with the product: where courses and units are both in sight."""
    return next((frozenset(found.criteria) for found in read_units() if found.slug == unit), None)


GROUPS = (
    people,
    jobs_group,
    audit_group,
    access_group,
    assessments_group,
    content_group(_criteria_of),
    evaluation,
    verification_group,
    standardisation_group,
    demo,
    settings_group,
    retention_group,
    files_group,
)
