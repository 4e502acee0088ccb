"""Uploads in pieces: begin, send the next piece, ask where it stands, finish, give up. Spoken with by `pieces.js`."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from lms.core import files, upload_disk, uploads
from lms.core.access import Actor, current_actor, signed_in
from lms.core.errors import Refused
from lms.core.extensions import db
from lms.core.file_kinds import Purpose
from lms.core.files import StoredFile
from lms.core.upload_disk import OutOfStep
from lms.core.uploads import Upload

blueprint = Blueprint("uploads", __name__, url_prefix="/uploads")
OPEN_TO = frozenset({Purpose.EVIDENCE, Purpose.FEEDBACK})
"""What may arrive in pieces: what people keep here, not lists that are read and done with."""
FIELD = "file"
ARRIVED_FIELD = "uploaded"
WHY = "an upload is one's own until a form takes it, and the form asks for its own permission"


@blueprint.post("/")
@signed_in(WHY)
def begin() -> ResponseReturnValue:
    """Begin to send a file, or go on with one that was begun."""
    upload = uploads.begin(
        name=request.form.get("name", ""),
        size=request.form.get("size", 0, type=int),
        mark=request.form.get("mark", ""),
        purpose=_purpose(),
        by=current_actor(),
    )
    return jsonify(_standing(upload)), HTTPStatus.CREATED


@blueprint.get("/<ref:upload_ref>")
@signed_in(WHY)
def show(upload_ref: str) -> ResponseReturnValue:
    """Where an upload stands."""
    return jsonify(_standing(uploads.find(upload_ref, by=current_actor())))


@blueprint.post("/<ref:upload_ref>/<int:offset>")
@signed_in(WHY)
def append(upload_ref: str, offset: int) -> ResponseReturnValue:
    """Take the next piece, which is the body of the request as it is."""
    by = current_actor()
    place = uploads.place_for(uploads.find(upload_ref, by=by), offset)
    # nobody else waits for the database while the bytes come in, which may take minutes
    db.session.rollback()
    received = upload_disk.write(place, offset, request.environ["wsgi.input"], request.content_length or 0)
    upload = uploads.find(upload_ref, by=by)
    uploads.note(upload, received)
    return jsonify(received=upload.received)


@blueprint.post("/<ref:upload_ref>/finish")
@signed_in(WHY)
def finish(upload_ref: str) -> ResponseReturnValue:
    """Look at the whole file and keep it; finished twice it is one file."""
    by = current_actor()
    upload = uploads.find(upload_ref, by=by)
    if upload.file is not None:
        return jsonify(_standing(upload))
    if upload.received < upload.size:
        raise OutOfStep(upload.received, "It has not arrived whole yet.")
    place = upload.place
    # nor while it is looked at
    db.session.rollback()
    prepared = uploads.prepare(place)
    upload = uploads.find(upload_ref, by=by)
    uploads.finish(upload, prepared, by=by)
    return jsonify(_standing(upload))


@blueprint.post("/<ref:upload_ref>/give-up")
@signed_in(WHY)
def give_up(upload_ref: str) -> ResponseReturnValue:
    """Take away a file that was chosen by mistake."""
    uploads.give_up(uploads.find(upload_ref, by=current_actor()))
    return "", HTTPStatus.NO_CONTENT


@blueprint.errorhandler(OutOfStep)
def _out_of_step(error: OutOfStep) -> ResponseReturnValue:
    db.session.rollback()
    return jsonify(received=error.received, message=error.message), error.status


def sent_files(*, purpose: Purpose, by: Actor) -> list[StoredFile]:
    """The files that come with the present form: those that arrived before it in pieces, then those in it.

    Raises:
        DomainError: one cannot be taken; as `uploads.taken` and `files.store`.
    """
    arrived = uploads.taken(request.form.getlist(ARRIVED_FIELD), purpose=purpose, by=by)
    given = [each for each in request.files.getlist(FIELD) if each.filename]
    return arrived + [
        files.store(each.stream, name=each.filename or "", purpose=purpose, by=by) for each in given
    ]


def arrived_uploads() -> list[Upload]:
    """For templates: the uploads that came with the present form, which has to be shown once more."""
    refs = request.form.getlist(ARRIVED_FIELD)
    return uploads.arrived(refs, by=current_actor()) if refs else []


def files_taken(purpose: str) -> dict[str, str]:
    """For templates: what a field for files says beforehand (`words`), and which endings it lets people choose (`accept`)."""
    what = Purpose(purpose)
    return {
        "words": f"{files.accepted_words(what)}. {files.limit_words(what)}",
        "accept": files.endings(what),
    }


def _purpose() -> Purpose:
    try:
        purpose = Purpose(request.form.get("purpose", ""))
    except ValueError:
        purpose = None
    if purpose not in OPEN_TO:
        raise Refused("Files cannot be sent here.")
    return purpose


def _standing(upload: Upload) -> dict[str, Any]:
    """What the browser is told of an upload."""
    kept = upload.file
    return {
        "ref": upload.ref,
        "name": kept.name if kept else upload.name,
        "size": upload.size,
        "received": upload.received,
        "piece": uploads.PIECE,
        "is_finished": kept is not None,
        "changes": kept.changes if kept else "",
    }
