"""Words being written: saved as they come, never thrown away. A draft is what stands; a copy is what it replaced.

Each save says which version it began from. When somebody saved in between (another tab, another phone), nothing is
overwritten: what stands stays, what came is kept beside it, and the person chooses.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select

from courses.progress.models import Draft, DraftCopy
from lms.core import audit, clock, purging
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.errors import NotFound, Refused
from lms.core.extensions import db

MOST_CHARACTERS = 100_000

Values = dict[str, str | list[str]]


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a save.

    Attributes:
        draft: What stands.
        kept_both: Whether the words sent were kept beside it because somebody had saved since.
    """

    draft: Draft
    kept_both: bool


def save(values: Values, *, key: str, based_on: int, by: Actor) -> Saved:
    """Save what a person is writing.

    Args:
        values: Field names to what is in them.
        key: The place, the same for every save of the same form.
        based_on: The version that the form was filled from; 0 when there was none.
        by: The author.

    Raises:
        Refused: It is too long to be an honest form.
    """
    if (
        sum(len(value) for each in values.values() for value in ([each] if isinstance(each, str) else each))
        > MOST_CHARACTERS
    ):
        raise Refused(
            f"This is longer than {MOST_CHARACTERS:,} letters. Keep some of it in another place first."
        )
    draft = _find(key, by)
    if draft is None:
        draft = Draft(user_id=by.id, key=key, values=values)
        db.session.add(draft)
    elif draft.values == values:
        pass
    elif draft.version == based_on:
        _replace(draft, values)
    else:
        _keep_copy(draft.values, draft.version, draft)
        _keep_copy(values, based_on, draft)
        audit.record(Act.DRAFT_KEPT, by=by, on=draft, both=True)
        return Saved(draft, kept_both=True)
    db.session.flush()
    audit.record(Act.DRAFT_KEPT, by=by, on=draft, version=draft.version)
    return Saved(draft, kept_both=False)


def settle(copy_ref: str, *, key: str, by: Actor) -> Draft:
    """Let a copy stand in place of what stood; that is kept as a copy too.

    Raises:
        NotFound: The author has no such copy here.
    """
    mine = select(DraftCopy).where(
        DraftCopy.ref == copy_ref, DraftCopy.user_id == by.id, DraftCopy.key == key
    )
    copy, draft = db.session.scalar(mine), _find(key, by)
    if copy is None or draft is None:
        raise NotFound
    _keep_copy(draft.values, draft.version, draft)
    _replace(draft, copy.values)
    audit.record(Act.DRAFT_KEPT, by=by, on=draft, version=draft.version, settled=True)
    return draft


def empty(key: str, *, by: Actor) -> None:
    """Clear a draft whose words now stand elsewhere. Its version moves on, so that an old tab cannot bring it back."""
    draft = _find(key, by)
    if draft is not None:
        _replace(draft, {})


def start_over(key: str, *, by: Actor) -> None:
    """Clear a draft for another try. What stood is kept, and is no version to be settled: the clearing comes after it."""
    draft = _find(key, by)
    if draft is not None:
        _keep_copy(draft.values, draft.version, draft)
        _replace(draft, {})


def take_out(
    author_id: int, which: Callable[[str, Values], bool], *, cause: str, by: Actor
) -> list[tuple[str, Values]]:
    """Take some of an author's drafts and all copies of them out of the site; gives back where each was, and its words.

    Args:
        author_id: whose they are.
        which: whether one goes, by its key and its words.
        cause: because of what.
        by: who has it done.
    """
    gone: list[tuple[str, Values]] = []
    for draft in db.session.scalars(select(Draft).where(Draft.user_id == author_id)).all():
        if draft.values and which(draft.key, draft.values):
            gone.append((f"draft:{draft.key}", draft.values))
            _replace(draft, {})
    for copy in db.session.scalars(select(DraftCopy).where(DraftCopy.user_id == author_id)).all():
        if which(copy.key, copy.values):
            gone.append((f"draft_copy:{copy.key}", copy.values))
            purging.purge(copy, cause=cause, by=by)
    return gone


def _find(key: str, by: Actor) -> Draft | None:
    return db.session.scalar(select(Draft).where(Draft.user_id == by.id, Draft.key == key).with_for_update())


def _replace(draft: Draft, values: Values) -> None:
    draft.values = dict(values)
    draft.version += 1
    draft.saved_at = clock.now()


def _keep_copy(values: Values, based_on: int, draft: Draft) -> None:
    same = select(DraftCopy.values).where(
        DraftCopy.user_id == draft.user_id, DraftCopy.key == draft.key, DraftCopy.based_on == based_on
    )
    if values and values not in db.session.scalars(same).all():
        db.session.add(DraftCopy(user_id=draft.user_id, key=draft.key, values=values, based_on=based_on))
        # Now, so that its time lies before the next save's: copies later than the last save are still to be settled.
        db.session.flush()
