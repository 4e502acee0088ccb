"""`flask demo`: build the demonstration, and serve it."""

from __future__ import annotations

import sys
from pathlib import Path

import click
import sqlalchemy as sa
from flask import current_app
from flask.cli import AppGroup
from flask_migrate import upgrade

from lms.core.extensions import db
from lms.site import demo_accounts
from lms.site.demo import loading, serving
from lms.site.demo.loading import Found

ROOT = Path(__file__).resolve().parents[3]

demo = AppGroup(
    "demo", help="The demonstration: invented people, the programme of 2010-11, and a live cohort."
)


@demo.command("load")
@click.option("--quiet", is_flag=True, help="Show no progress.")
def load(*, quiet: bool) -> None:
    """Build the demonstration; when it is there already, say so."""
    _refuse_production()
    _load(quiet=quiet)
    _show_people()


@demo.command("serve")
@click.option("--port", default=8000, show_default=True, help="Where to listen, on this machine only.")
def serve(port: int) -> None:
    """Build the demonstration if need be, then serve it until stopped."""
    _refuse_production()
    if not serving.is_free(port):
        raise click.ClickException(
            f"Something already listens on port {port}. Choose another: make demo PORT={port + 1}"
        )
    # certificates print the address at which they can be checked
    current_app.config["PUBLIC_URL"] = f"http://{serving.HOST}:{port}"
    _load(quiet=False)
    _show_people()
    click.echo(f"\nThe demonstration is at http://{serving.HOST}:{port}  (Ctrl+C stops it)")
    db.engine.dispose()
    sys.exit(serving.serve(port, folder=ROOT))


def _refuse_production() -> None:
    if current_app.config["ENVIRONMENT"] == "production":
        raise click.ClickException(
            "The demonstration is never built in production. Set ENVIRONMENT=demo and a DATABASE_URL of its own."
        )


def _load(*, quiet: bool) -> None:
    _migrate()
    if _is_of_another_edition():
        _begin_again("The demonstration here was built by another edition of the product")
    found = loading.look()
    if found is Found.PART:
        _begin_again("An earlier build was cut short")
        found = loading.look()
    if found is Found.OTHERS:
        raise click.ClickException(
            "This database holds other people's data, so nothing was added. Give the demonstration a DATABASE_URL of its own."
        )
    if found is Found.WHOLE:
        click.echo("The demonstration is here already; nothing was added. `make clean` forgets it.")
        return
    loading.build(quiet=quiet)


def _migrate() -> None:
    """Bring the database to the newest revision; an embedded one is made where it is missing."""
    url = sa.make_url(current_app.config["DATABASE_URL"])
    if url.get_backend_name() == "sqlite" and url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    upgrade(directory=str(ROOT / "migrations"))


def _is_of_another_edition() -> bool:
    """Whether the database lacks what this edition reads: until the first release the one revision is written anew."""
    found = sa.inspect(db.engine)
    tables = set(found.get_table_names())
    return any(
        table.name not in tables
        or {column.name for column in table.columns}
        - {each["name"] for each in found.get_columns(table.name)}
        for table in db.metadata.tables.values()
    )


def _begin_again(why: str) -> None:
    """Forget a demonstration that is of no use. Only an embedded database of the demonstration's own is removed."""
    url = sa.make_url(current_app.config["DATABASE_URL"])
    if url.get_backend_name() != "sqlite" or not url.database:
        raise click.ClickException(f"{why}. Empty the database, then build the demonstration again.")
    click.echo(f"{why}, so it begins again.")
    db.session.remove()
    db.engine.dispose()
    for ending in ("", "-wal", "-shm"):
        Path(f"{url.database}{ending}").unlink(missing_ok=True)
    _migrate()


def _show_people() -> None:
    click.echo("\nSign in as any of these people, from the list on the sign-in page or by password.")
    accounts = demo_accounts.listed()
    widths = [max(len(getattr(one, name)) for one in accounts) for name in ("role", "name", "email")]
    for one in accounts:
        cells = zip((one.role, one.name, one.email), widths, strict=True)
        click.echo("  " + "  ".join(text.ljust(width) for text, width in cells) + f"  {one.organisation}")
    click.echo(f"  Password for each: {loading.PASSWORD}")
