"""The journal: a practitioner's own words, which nobody else can open."""

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue

from courses.progress import drafts, forms, queries, service
from courses.progress.models import JournalEntry
from courses.progress.player import blueprint, keep_draft, saved_text
from courses.progress.queries import Learning
from lms.core.access import current_actor, requires
from lms.core.errors import Refused
from lms.core.permissions import Permission
from lms.core.web import render, see_other

__all__ = ["blueprint"]

WRITE = Permission.PROGRESS_JOURNAL_WRITE_OWN
JOT = "journal"


def jot_form(written: queries.Writing) -> forms.JournalForm:
    """The box for a new line, with what is being written in it."""
    return forms.JournalForm(data={"text": written.values.get("text", ""), "version": str(written.version)})


@blueprint.get("/my-course/journal")
@requires(WRITE, learning=queries.get_learning)
def journal(learning: Learning) -> ResponseReturnValue:
    """All entries, newest first, and a box for the next one."""
    written = queries.writing(learning.key(JOT), person_id=current_actor().id)
    return _journal(learning, jot_form(written), written)


def _journal(learning: Learning, form: forms.JournalForm, written: queries.Writing) -> str:
    titles = {activity.id: activity.title for _, activity in learning.document.course.activities()}
    return render(
        "courses/progress/journal.html",
        entries=queries.list_entries(learning.enrolment_id),
        titles=titles,
        form=form,
        written=written,
        saved_text=saved_text(written),
        settle_href=lambda ref: url_for("progress.settle_jot", copy_ref=ref),
    )


@blueprint.post("/my-course/journal")
@requires(WRITE, learning=queries.get_learning)
def keep_entry(learning: Learning) -> ResponseReturnValue:
    """Keep a new entry and empty the box."""
    form = forms.JournalForm(request.form)
    if form.validate():
        try:
            service.keep_entry(learning.enrolment_id, str(form.text.data or ""), by=current_actor())
        except Refused as refusal:
            form.add_error(refusal.message, field=refusal.field)
        else:
            drafts.empty(learning.key(JOT), by=current_actor())
            flash("Kept in your journal. Only you can see it.")
            return see_other("progress.journal")
    written = queries.writing(learning.key(JOT), person_id=current_actor().id)
    return _journal(learning, form, written), 422


@blueprint.post("/my-course/journal/draft")
@requires(WRITE, learning=queries.get_learning)
def save_jot(learning: Learning) -> ResponseReturnValue:
    """Save the line being written at this moment."""
    return keep_draft(learning.key(JOT), forms.JournalForm(request.form))


@blueprint.post("/my-course/journal/versions/<ref:copy_ref>")
@requires(WRITE, learning=queries.get_learning)
def settle_jot(learning: Learning, copy_ref: str) -> ResponseReturnValue:
    """Of two versions of the line being written, let the other one stand."""
    drafts.settle(copy_ref, key=learning.key(JOT), by=current_actor())
    flash("The other version stands now. The first is kept too.")
    return see_other("progress.journal")


def _entry_key(entry: JournalEntry) -> str:
    return f"entry:{entry.ref}"


@blueprint.get("/my-course/journal/<ref:entry_ref>")
@requires(WRITE, entry=queries.get_entry)
def entry(entry: JournalEntry) -> ResponseReturnValue:
    """One entry, to read or to change."""
    written = queries.writing(_entry_key(entry), person_id=current_actor().id)
    words = written.values.get("text", entry.text)
    return _entry(entry, forms.JournalForm(data={"text": words, "version": str(written.version)}), written)


def _entry(entry: JournalEntry, form: forms.JournalForm, written: queries.Writing) -> str:
    return render(
        "courses/progress/entry.html",
        entry=entry,
        form=form,
        written=written,
        saved_text=saved_text(written),
        settle_href=lambda ref: url_for("progress.settle_entry", entry_ref=entry.ref, copy_ref=ref),
    )


@blueprint.post("/my-course/journal/<ref:entry_ref>")
@requires(WRITE, entry=queries.get_entry)
def change_entry(entry: JournalEntry) -> ResponseReturnValue:
    """Change an entry."""
    form = forms.JournalForm(request.form)
    if form.validate():
        try:
            service.change_entry(entry, str(form.text.data or ""), by=current_actor())
        except Refused as refusal:
            form.add_error(refusal.message, field=refusal.field)
        else:
            drafts.empty(_entry_key(entry), by=current_actor())
            flash("Changed. Only you can see it.")
            return see_other("progress.journal")
    return _entry(entry, form, queries.writing(_entry_key(entry), person_id=current_actor().id)), 422


@blueprint.post("/my-course/journal/<ref:entry_ref>/draft")
@requires(WRITE, entry=queries.get_entry)
def save_entry_draft(entry: JournalEntry) -> ResponseReturnValue:
    """Save a change to an entry as it is being written; the entry itself changes when it is kept."""
    return keep_draft(_entry_key(entry), forms.JournalForm(request.form))


@blueprint.post("/my-course/journal/<ref:entry_ref>/versions/<ref:copy_ref>")
@requires(WRITE, entry=queries.get_entry)
def settle_entry(entry: JournalEntry, copy_ref: str) -> ResponseReturnValue:
    """Of two versions of a change to an entry, let the other one stand."""
    drafts.settle(copy_ref, key=_entry_key(entry), by=current_actor())
    flash("The other version stands now. The first is kept too.")
    return see_other("progress.entry", entry_ref=entry.ref)
