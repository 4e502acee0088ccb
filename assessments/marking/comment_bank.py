"""Comments that assessors use again: each one's own, and the provider's for everybody."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, or_, select

from assessments.marking import assessors
from assessments.marking.note_models import BankComment
from lms.core import audit
from lms.core.access import Actor, Reach
from lms.core.audit import Act
from lms.core.errors import Conflict, Forbidden, NotFound, Refused
from lms.core.extensions import db

LONGEST_COMMENT = 1000
MOST_COMMENTS = 60
"""In one bank: a longer list would be slower to look through than to write anew."""


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment of a bank, as pages offer it."""

    ref: str
    text: str
    criterion: str
    is_shared: bool
    version: int


def comments_for(person_id: int, provider_id: int, criterion: str = "") -> list[Comment]:
    """What one assessor of a provider may use: those about a criterion first, then by their words. One query."""
    rows = db.session.scalars(
        select(BankComment)
        .where(
            BankComment.organisation_id == provider_id,
            or_(BankComment.owner_id == person_id, BankComment.owner_id.is_(None)),
        )
        .order_by(func.lower(BankComment.text))
    )
    found = [Comment(row.ref, row.text, row.criterion, row.owner_id is None, row.version) for row in rows]
    return sorted(found, key=lambda one: one.criterion != criterion)


def add_comment(
    provider_id: int, text: str, *, criterion: str = "", is_shared: bool = False, by: Actor
) -> BankComment:
    """Keep a comment; one with the same words that is there already is given back.

    Raises:
        Refused: no words, too many, or the bank is full.
        Forbidden: an assessor in training adds to the provider's.
    """
    _require_words(text)
    if is_shared:
        _require_may_share(provider_id, by)
    owner_id = None if is_shared else by.id
    mine = (BankComment.organisation_id == provider_id, BankComment.owner_id.is_not_distinct_from(owner_id))
    same = db.session.scalar(select(BankComment).where(*mine, func.lower(BankComment.text) == text.lower()))
    if same is not None:
        return same
    if (db.session.scalar(select(func.count()).select_from(BankComment).where(*mine)) or 0) >= MOST_COMMENTS:
        raise Refused(
            f"There are {MOST_COMMENTS} already. Take one out that you no longer use.", field="text"
        )
    comment = BankComment(organisation_id=provider_id, owner_id=owner_id, criterion=criterion, text=text)
    db.session.add(comment)
    db.session.flush()
    audit.record(Act.COMMENT_BANK_CHANGED, by=by, on=comment, organisation_id=provider_id, what="added")
    return comment


def change_comment(comment: BankComment, text: str, *, version: int, by: Actor) -> None:
    """Put other words into a comment; decisions in which it was used stay as they are.

    Raises:
        Refused: no words, or too many.
        Conflict: somebody changed it since the page was opened.
        Forbidden: an assessor in training changes one of the provider's.
    """
    _require_words(text)
    _require_may_change(comment, by)
    if version != comment.version:
        raise Conflict(
            f"Somebody changed this comment since you opened the page. It reads now: “{comment.text}”"
        )
    comment.text = text
    comment.version += 1
    audit.record(Act.COMMENT_BANK_CHANGED, by=by, on=comment, what="changed")


def remove_comment(comment: BankComment, *, by: Actor) -> None:
    """Take a comment out of its bank.

    Raises:
        Forbidden: an assessor in training takes one of the provider's.
    """
    _require_may_change(comment, by)
    audit.record(Act.COMMENT_BANK_CHANGED, by=by, on=comment, what="taken out")
    db.session.delete(comment)


def get_comment(ref: str, *, within: Reach) -> BankComment:
    """A comment that the asking assessor may use.

    Raises:
        NotFound: there is none for them.
    """
    comment = db.session.scalar(
        select(BankComment).where(
            BankComment.ref == ref,
            or_(BankComment.owner_id == within.person_id, BankComment.owner_id.is_(None)),
        )
    )
    if comment is None or not within.covers(comment.organisation_id):
        raise NotFound
    return comment


def _require_words(text: str) -> None:
    if not text:
        raise Refused("Write the comment first.", field="text")
    if len(text) > LONGEST_COMMENT:
        raise Refused(f"Keep a comment under {LONGEST_COMMENT:,} letters.", field="text")


def _require_may_change(comment: BankComment, by: Actor) -> None:
    if comment.owner_id is None:
        _require_may_share(comment.organisation_id, by)


def _require_may_share(provider_id: int, by: Actor) -> None:
    if assessors.standing_of(by.id, provider_id).in_training:
        raise Forbidden("The provider's comments are kept by qualified assessors. You can use them all.")
