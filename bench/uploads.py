"""Send a recording in pieces to the server as it is run, against what the same server can take in at all, and against `cp`.

A piece is written and flushed to the disk before it is acknowledged; at the end the whole is looked through apart, hashed and
put in its place. The drain is gunicorn with an application that reads and forgets; both get the same pieces, those that a
browser sends. Memory is that of the server and of everything it starts.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import sys
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

from itsdangerous import URLSafeTimedSerializer

from bench.figure import Figure, seconds
from bench.stand.databases import application, close, copied, empty, place, settings
from bench.stand.memory import peak_of
from bench.stand.servers import free_port, serving
from lms.core import clock, file_disk
from lms.core.database import writing
from lms.core.extensions import db
from lms.core.uploads import PIECE
from lms.people import service as people
from lms.people.sign_in import SEEN

MEGABYTE = 1024 * 1024
SMALL, LARGE = 10, 192
"""Megabytes of a recording; of no kind are more than 200 taken."""
ROUNDS = 7
MOST_GROWTH = 16
"""Megabytes that the server may take more for the large recording than for the small one."""
CSRF = "bench " * 8
BYTES = {"Content-Type": "application/octet-stream"}


class Sender:
    """Somebody who is signed in, sending recordings, each over a connection of its own."""

    def __init__(self, port: int, headers: dict[str, str]) -> None:
        self.connection = HTTPConnection("127.0.0.1", port, timeout=120)
        self.headers = headers

    def send(self, recording: Path) -> None:
        """Send a recording from beginning to end; it is kept when this returns.

        Raises:
            RuntimeError: an answer is not what it should be.
        """
        self.connection.close()
        size = recording.stat().st_size
        facts = {"name": recording.name, "size": size, "purpose": "evidence", "mark": ""}
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        ref = self.ask("/uploads/", urlencode(facts).encode(), form)["ref"]
        at = 0
        for piece in _pieces(recording):
            self.ask(f"/uploads/{ref}/{at}", piece, BYTES)
            at += len(piece)
        if not self.ask(f"/uploads/{ref}/finish", b"", {})["is_finished"]:
            raise RuntimeError("the upload is not finished")

    def drain(self, recording: Path) -> None:
        """Send the same pieces to the server that forgets them."""
        self.connection.close()
        for piece in _pieces(recording):
            self.ask("/", piece, BYTES)

    def ask(self, path: str, body: bytes, headers: dict[str, str]) -> dict[str, str]:
        """Ask for one answer."""
        self.connection.request("POST", path, body, self.headers | headers)
        answer = self.connection.getresponse()
        content = answer.read()
        if answer.status >= 300:
            raise RuntimeError(f"{path}: {answer.status} {content[:300]!r}")
        found: dict[str, str] = json.loads(content or b"{}")
        return found


def _pieces(recording: Path) -> Iterator[bytes]:
    """The pieces that a browser sends where the line is quick: each twice as large as the one before, up to four times."""
    size = PIECE
    with recording.open("rb") as file:
        while piece := file.read(size):
            yield piece
            size = min(2 * size, 4 * PIECE)


def figures() -> list[Figure]:
    """Rounds of all three, turn and turn about; then the memory for a small and for a large recording."""
    with TemporaryDirectory(prefix="going-forward-bench-") as name:
        folder = Path(name)
        small, large = _recording(folder / "small.wav", SMALL), _recording(folder / "large.wav", LARGE)
        with _ours(folder) as (ours, process_id), _drain(folder) as drain:
            ours.send(small)
            peaks = [_peak(process_id, ours, recording) for recording in (small, large)]
            rates = [_round(ours, drain, large, folder) for _ in range(ROUNDS)]
    sent, drained, copied_ = (statistics.median(each) for each in zip(*rates, strict=True))
    # of the same round, so that whatever else the machine did then counts for both
    to_drain = statistics.median(ours / theirs for ours, theirs, _ in rates)
    to_copy = statistics.median(ours / theirs for ours, _, theirs in rates)
    growth = peaks[1] - peaks[0]
    return [
        Figure("bytes into the server that forgets them", drained, "MB/s"),
        Figure("cp, flushed", copied_, "MB/s"),
        Figure("upload in pieces, kept", sent, "MB/s", to_drain, "what the server can take in at all", 0.6),
        Figure("upload in pieces, kept", sent, "MB/s", to_copy, "cp, flushed"),
        Figure(
            f"memory for {LARGE} MB more than for {SMALL} MB",
            growth,
            "MB",
            MOST_GROWTH / max(growth, 1),
            f"at most {MOST_GROWTH} MB",
            1,
        ),
    ]


def _round(ours: Sender, drain: Sender, recording: Path, folder: Path) -> tuple[float, float, float]:
    """Megabytes a second of each."""
    taken = (
        seconds(lambda: ours.send(recording)),
        seconds(lambda: drain.drain(recording)),
        seconds(lambda: _copy(recording, folder / "copy.wav")),
    )
    sent, drained, copied_ = (LARGE / each for each in taken)
    return sent, drained, copied_


def _copy(source: Path, target: Path) -> None:
    shutil.copyfile(source, target)
    file_disk.flush(target)
    target.unlink()


def _peak(process_id: int, sender: Sender, recording: Path) -> float:
    with peak_of(process_id) as highest:
        sender.send(recording)
    return highest[0]


def _recording(path: Path, megabytes: int) -> Path:
    """A WAV of noise, which nothing can make smaller."""
    with wave.open(str(path), "wb") as made:
        made.setnchannels(1)
        made.setsampwidth(2)
        made.setframerate(48_000)
        for _ in range(megabytes - 1):
            made.writeframes(os.urandom(MEGABYTE))
        made.writeframes(os.urandom(MEGABYTE - 1024))
    return path


@contextmanager
def _ours(folder: Path) -> Iterator[tuple[Sender, int]]:
    """Ours behind gunicorn with one worker, and the number of gunicorn's process."""
    path = copied(empty(), place("uploads"))
    more = {"ROOM_EACH": str(100 * LARGE * MEGABYTE)}
    headers = _signed_in(path)
    port, note = free_port(), folder / "gunicorn.pid"
    command = [sys.executable, "-m", "gunicorn", "wsgi:app", *_threads(port), "--pid", str(note)]
    environment = os.environ | settings(path) | more
    with serving(command, port=port, path="/health", environment=environment, folder=folder):
        yield Sender(port, headers), int(note.read_text(encoding="ascii"))


@contextmanager
def _drain(folder: Path) -> Iterator[Sender]:
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "bench.stand.drain:app", *_threads(port)]
    with serving(command, port=port, path="/", environment=os.environ, folder=folder):
        yield Sender(port, {})


def _threads(port: int) -> list[str]:
    return ["--worker-class", "gthread", "--threads", "8", "--bind", f"127.0.0.1:{port}"]


def _signed_in(path: Path) -> dict[str, str]:
    """The headers by which the server knows somebody."""
    app = application(path)
    with app.app_context(), writing():
        user = people.create_user(name="Joy Mensah", email="joy@example.org")
        person = people.sign_in(user, lasts=app.config["SESSION_LONGEST"], device="bench")
        db.session.commit()
        token = person.token
        close()
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"], cookie[SEEN] = token, True, clock.now().timestamp()
        cookie["csrf_token"] = CSRF
    found = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    if found is None:
        raise RuntimeError("there is no session cookie")
    signed = URLSafeTimedSerializer(app.config["SECRET_KEY"], salt="wtf-csrf-token").dumps(CSRF)
    return {"Cookie": f"{found.key}={found.value}", "X-CSRFToken": str(signed)}
