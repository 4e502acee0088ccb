"""What the ground floor keeps, and for how long: the site's own traces."""

from __future__ import annotations

from lms.core.audit import AuditHead, AuditRecord
from lms.core.files import StoredFile
from lms.core.held import HeldForm
from lms.core.jobs import Job, JobState
from lms.core.mail import Message
from lms.core.retention import Kept, Rule, is_unnamed
from lms.core.uploads import Upload
from lms.core.web import FormReceipt

RULES = (
    Rule(
        Message,
        "Letters that were sent",
        keep="KEEP_TRACES",
        since="they were sent",
        why="So that somebody who did not get one can be helped. The letter itself is with whoever it went to.",
        past=lambda before: Message.sent_at < before,
    ),
    Rule(
        Message,
        "Letters that could not be sent",
        keep="KEEP_TROUBLE",
        since="they were written",
        why="So that an administrator can find out why.",
        past=lambda before: Message.sent_at.is_(None) & (Message.created_at < before),
    ),
    Rule(
        Job,
        "Slow work that was done",
        keep="KEEP_TRACES",
        since="it was due",
        why="So that the same work, asked for twice, is done once.",
        past=lambda before: (Job.state == JobState.DONE) & (Job.due_at < before),
    ),
    Rule(
        Job,
        "Slow work that failed",
        keep="KEEP_TROUBLE",
        since="it was last tried",
        why="So that an administrator can find out why.",
        past=lambda before: (Job.state == JobState.FAILED) & (Job.due_at < before),
    ),
    Rule(
        FormReceipt,
        "Which form was sent, and where its sender was taken",
        keep="KEEP_TRACES",
        since="it was sent",
        why="So that a form sent twice counts once.",
        past=lambda before: FormReceipt.at < before,
    ),
    Rule(
        HeldForm,
        "Words held for somebody who was signed out before they were sent",
        keep="KEEP_WORDS",
        since="they were typed",
        why="So that nothing typed is lost. Who has not come back for them by then will not.",
        past=lambda before: HeldForm.held_at < before,
    ),
    Rule(
        Upload,
        "Files that were begun to be sent, or sent, and that no form took",
        keep="KEEP_UPLOADS",
        since="something of them last arrived",
        why="So that one broken off can be gone on with after a week without signal.",
        past=lambda before: Upload.touched_at < before,
    ),
    Rule(
        StoredFile,
        "Files that nothing here names any more: taken back, replaced, or of a list that is gone",
        keep="KEEP_REMOVED",
        since="they were uploaded",
        why="They may show families, and nobody needs them.",
        past=lambda before: (StoredFile.created_at < before) & is_unnamed(StoredFile.id),
    ),
)

KEPT = (
    Kept(
        (AuditRecord, AuditHead),
        "The audit trail: who did what to which record, and when",
        until="as long as the installation",
        why="Each entry is sealed to the one before, so that none can be taken out unseen. It names people by number and "
        "holds nothing that anybody wrote or answered.",
    ),
)
