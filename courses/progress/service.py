"""What a practitioner does on a course: do a part, open it again, keep a line in the journal. Others call these too."""

from sqlalchemy import select

from courses.cohorts.models import Enrolment
from courses.progress import queries
from courses.progress.models import ActivityEvent, ActivityEventKind, JournalEntry
from courses.progress.standing import allowed
from lms.core import audit, clock
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.errors import Refused
from lms.core.extensions import db

LONGEST_ENTRY = 20_000


def start(enrolment_id: int, activity: str, *, by: Actor) -> None:
    """Note that an activity was begun; nothing when it was begun or done before."""
    _append(enrolment_id, activity, ActivityEventKind.STARTED, by)


def complete(enrolment_id: int, activity: str, *, by: Actor) -> None:
    """Note that an activity is done; nothing when it is done already."""
    _append(enrolment_id, activity, ActivityEventKind.COMPLETED, by)


def reopen(enrolment_id: int, activity: str, *, by: Actor) -> bool:
    """Open a done activity again, and say whether it was: nothing happens when it is not done."""
    return _append(enrolment_id, activity, ActivityEventKind.REOPENED, by)


def _append(enrolment_id: int, activity: str, kind: ActivityEventKind, by: Actor) -> bool:
    # One writer an enrolment at a time: two taps side by side must not append an order that cannot be folded.
    db.session.execute(select(Enrolment.id).where(Enrolment.id == enrolment_id).with_for_update())
    standing = queries.standings(enrolment_id).get(activity)
    if kind.value not in allowed(standing):
        return False
    event = ActivityEvent(enrolment_id=enrolment_id, activity=activity, kind=kind)
    db.session.add(event)
    db.session.flush()
    audit.record(Act.PROGRESS_RECORDED, by=by, on=event, activity=activity, kind=kind.value)
    return True


def keep_entry(enrolment_id: int, text: str, *, by: Actor, activity: str = "") -> JournalEntry:
    """Keep words in the journal: a new entry, or for an activity's prompt the one entry that answers it.

    Raises:
        Refused: There are no words, or more than an entry holds.
    """
    entry = None
    if activity:
        entry = db.session.scalar(
            select(JournalEntry).where(
                JournalEntry.enrolment_id == enrolment_id, JournalEntry.activity == activity
            )
        )
    if entry is None:
        entry = JournalEntry(enrolment_id=enrolment_id, text=_fit(text), activity=activity)
        db.session.add(entry)
        db.session.flush()
        audit.record(Act.JOURNAL_WRITTEN, by=by, on=entry)
        return entry
    change_entry(entry, text, by=by)
    return entry


def change_entry(entry: JournalEntry, text: str, *, by: Actor) -> None:
    """Change an entry's words.

    Raises:
        Refused: There are no words, or more than an entry holds.
    """
    entry.text = _fit(text)
    entry.changed_at = clock.now()
    audit.record(Act.JOURNAL_WRITTEN, by=by, on=entry, changed=True)


def _fit(text: str) -> str:
    if not text.strip():
        raise Refused("There is nothing here yet. Write a line, then press Keep this.", field="text")
    if len(text) > LONGEST_ENTRY:
        raise Refused(
            f"An entry holds {LONGEST_ENTRY:,} letters and this has {len(text):,}. Make two of it.",
            field="text",
        )
    return text
