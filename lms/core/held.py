"""Words that arrived after a sign-in had ended, held for their author until they sign in again.

When a form is posted with a cookie whose sign-in has run out, its text fields are kept under the author's id; the
same form shows them again after the next sign-in, and a successful send lets them go. Files, passwords
and answers to questionnaires are never held: answers are kept under nobody's name.
"""

from __future__ import annotations

from datetime import datetime

from flask import Request, g, session
from flask_login import current_user
from sqlalchemy import JSON, ForeignKey, Index, String, delete, select
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.datastructures import MultiDict

from lms.core import clock
from lms.core.extensions import db
from lms.core.model import Entity

NEVER = ("csrf_token", "submission_key", "password", "answer-", "written")
MOST_CHARACTERS = 200_000
FLAG = "held"


class HeldForm(Entity):
    """The text of one form, for one person, until it is sent again."""

    __tablename__ = "held_form"
    __table_args__ = (Index(None, "user_id", "page"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    page: Mapped[str] = mapped_column(String(300))
    values: Mapped[list[list[str]]] = mapped_column(JSON)
    held_at: Mapped[datetime] = mapped_column(default=clock.now)


def hold(request: Request, *, user_id: int, page: str) -> bool:
    """Keep the text of a request's form; gives back whether there was any."""
    values = [
        [name, value]
        for name, value in request.form.items(multi=True)
        if not name.startswith(NEVER) and value.strip()
    ]
    if not values or sum(len(value) for _, value in values) > MOST_CHARACTERS:
        return False
    db.session.execute(delete(HeldForm).where(HeldForm.user_id == user_id, HeldForm.page == page))
    db.session.add(HeldForm(user_id=user_id, page=page, values=values))
    session[FLAG] = True
    return True


def held_values(page: str) -> MultiDict[str, str] | None:
    """What is held for the person who is signed in, for a page; None when nothing is."""
    if FLAG not in session or not current_user.is_authenticated:
        return None
    held = db.session.scalar(
        select(HeldForm)
        .where(HeldForm.user_id == current_user.id, HeldForm.page == page)
        .order_by(HeldForm.held_at.desc())
    )
    if held is None:
        return None
    g.held_at = held.held_at
    return MultiDict([(name, value) for name, value in held.values])


def take_out(user_id: int, page_part: str) -> list[list[list[str]]]:
    """Forget what is held for a person on pages whose address has a part; gives back the words."""
    rows = db.session.scalars(
        select(HeldForm).where(
            HeldForm.user_id == user_id, HeldForm.page.contains(page_part, autoescape=True)
        )
    ).all()
    for row in rows:
        db.session.delete(row)
    return [row.values for row in rows]


def let_go(page: str) -> None:
    """Forget what is held for a page, because its form has now been sent."""
    if FLAG in session:
        db.session.execute(delete(HeldForm).where(HeldForm.user_id == current_user.id, HeldForm.page == page))
