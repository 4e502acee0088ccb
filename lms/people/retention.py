"""What is kept of people: accounts, the roles they hold, how they signed in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, exists, func

from lms.core.extensions import db
from lms.core.held import HeldForm
from lms.core.retention import Kept, Rule, is_unnamed
from lms.core.web import FormReceipt
from lms.people.models import Membership, Organisation, Setting, SignIn, SingleUseLink, User

OF_AN_ACCOUNT = (Membership, SingleUseLink, HeldForm, FormReceipt)
"""What goes with an account that nobody has ever used."""


def _never_used(before: datetime) -> ColumnElement[bool]:
    """Accounts without a password whose last link ran out before, and that nothing else in the product names.

    Whoever has signed in is named by the audit trail, and whoever has, had or awaits a place by that.
    """
    recent = exists().where(SingleUseLink.user_id == User.id, SingleUseLink.expires_at >= before)
    return and_(
        User.password_hash.is_(None),
        User.created_at < before,
        ~recent,
        is_unnamed(User.id, but=OF_AN_ACCOUNT),
    )


def _with_account(user_ids: Sequence[int]) -> None:
    for model in OF_AN_ACCOUNT:
        db.session.execute(delete(model).where(model.user_id.in_(user_ids)))


RULES = (
    Rule(
        SignIn,
        "Which devices somebody signed in on",
        keep="KEEP_SIGN_INS",
        since="they were signed out",
        why="So that a stranger's sign-in can still be found when somebody notices late.",
        past=lambda before: func.coalesce(SignIn.ended_at, SignIn.expires_at) < before,
    ),
    Rule(
        SingleUseLink,
        "Mailed links that were used or ran out",
        keep="KEEP_TRACES",
        since="they were used or ran out",
        why="They open nothing any more.",
        past=lambda before: (
            (func.coalesce(SingleUseLink.used_at, SingleUseLink.expires_at) < before)
            & is_unnamed(SingleUseLink.id)
        ),
    ),
    Rule(
        User,
        "Accounts of people who were invited and never came",
        keep="KEEP_OFFERS",
        since="their last link ran out",
        why="They did not ask to be here. They can be invited again.",
        past=_never_used,
        first=_with_account,
    ),
)

KEPT = (
    Kept(
        (User, Membership),
        "Accounts that were used, with name, address and roles",
        until="until the person asks, and for as long as an assessment or a certificate names them",
        why="A decision must be traceable to whoever made it, and a certificate to whoever holds it.",
    ),
    Kept(
        (Organisation, Setting),
        "Organisations and workplaces",
        until="as long as the installation",
        why="They are not people.",
    ),
)
