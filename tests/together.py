"""Doing several things at the same instant, as several people do."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

from flask import Flask

from lms.core.database import writing
from lms.core.errors import DomainError
from lms.core.extensions import db

PATIENCE = timedelta(seconds=30).total_seconds()


def at_once(app: Flask, *works: Callable[[], object]) -> list[str]:
    """Do several things at the same instant, each in a transaction of its own; what each was refused with, empty when done."""
    db.session.commit()
    start = threading.Barrier(len(works))
    said = [""] * len(works)

    def run(place: int) -> None:
        with app.app_context(), writing():
            start.wait(PATIENCE)
            try:
                works[place]()
                db.session.commit()
            except DomainError as refusal:
                said[place] = refusal.message
                db.session.rollback()
            except Exception as fault:  # noqa: BLE001 (whatever it is, the test must see it)
                said[place] = f"FAULT {fault!r}"
                db.session.rollback()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    db.session.expire_all()
    assert not [each for each in said if each.startswith("FAULT")], said
    return said
