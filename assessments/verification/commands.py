"""`flask verification`: draws repeated from what was recorded of them."""

from __future__ import annotations

import click
from flask.cli import AppGroup
from sqlalchemy import select

from assessments.verification import drawing, queries
from assessments.verification.models import SamplePlan
from lms.core.extensions import db

verification_group = AppGroup("verification", help="Samples of quality assurance.")


# a reference may begin with a dash, and is no option then
@verification_group.command("repeat", context_settings={"ignore_unknown_options": True})
@click.argument("plan_ref", required=False)
def repeat(plan_ref: str | None) -> None:
    """Draw every plan again, or the one given, and say whether the same portfolios come out."""
    plans = select(SamplePlan).order_by(SamplePlan.id)
    found = db.session.scalars(plans.where(SamplePlan.ref == plan_ref) if plan_ref else plans).all()
    if plan_ref and not found:
        raise click.ClickException(f"there is no plan {plan_ref}")
    wrong = 0
    for plan in found:
        rows = queries.plan_rows(plan)
        said = {row.portfolio_ref: (row.drawn, row.reason) for row in rows}
        differences = drawing.differences(drawing.repeat(plan.seed, plan.rule), said)
        wrong += bool(differences)
        drawn = sum(row.drawn for row in rows)
        click.echo(
            f"{plan.ref}: seed “{plan.seed}”, {drawn} of {len(rows)}: {'other' if differences else 'the same'}"
        )
        for line in differences:
            click.echo(f"  {line}")
    if wrong:
        raise click.ClickException(f"{wrong} of {len(found)} plans come out otherwise")
    click.echo(f"{len(found)} plans, all the same")
