"""Files on their way: a server killed at any instant, a broken connection, a page that was reloaded."""

from __future__ import annotations

import hashlib
import http.client
import json
import random
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from queue import Queue
from urllib.error import HTTPError
from urllib.parse import urlencode

import pytest
from playwright.sync_api import BrowserContext, expect

from lms.core.database import writing
from lms.core.extensions import db
from lms.core.files import StoredFile
from lms.core.uploads import Upload
from lms.people.passwords import hash_password
from lms.site.app import create_app
from tests import databases
from tests.core.hostile import photo_with_place, sample, sound
from tests.factories.portfolios import Desk
from tests.journeys.conftest import PHONE
from tests.journeys.look import faults
from tests.journeys.person import PATIENCE, Person
from tests.journeys.practitioner import EMAIL, PASSWORD, open_page
from tests.journeys.server import Server

pytestmark = pytest.mark.slow

KILLS = 8
PIECE = 4096


@pytest.fixture
def server(installed: Server) -> Server:
    """A practitioner who has begun a portfolio; served."""
    app = create_app(databases.settings_for(installed.database_url, installed.folder))
    with app.app_context(), writing():
        learner = Desk().begin().learner
        learner.email, learner.password_hash = EMAIL, hash_password(PASSWORD)
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    installed.start()
    return installed


@dataclass
class Practitioner:
    """Sends recordings without end, and remembers what the server has acknowledged."""

    server: Server
    number: int
    answers: Queue[str]
    received: dict[str, int] = field(default_factory=dict)
    content: dict[str, bytes] = field(default_factory=dict)
    finished: set[str] = field(default_factory=set)
    is_done: bool = False
    token: str = ""

    def __post_init__(self) -> None:
        self.person = Person(self.server, EMAIL, PASSWORD)
        self.token = self.person.form("/portfolio/upload")["csrf_token"]

    def run(self) -> None:
        while not self.is_done:
            content = sound(frames=random.randbytes(24_000))
            self.send(content)

    def send(self, content: bytes) -> None:
        data = {"name": "talk.wav", "size": len(content), "purpose": "evidence", "mark": ""}
        ref = self.insist("/uploads/", urlencode(data).encode())["ref"]
        self.content[ref], self.received[ref] = content, 0
        while self.received[ref] < len(content):
            at = self.received[ref]
            self.received[ref] = self.insist(f"/uploads/{ref}/{at}", content[at : at + PIECE])["received"]
        self.insist(f"/uploads/{ref}/finish", b"")
        self.finished.add(ref)

    def insist(self, path: str, body: bytes) -> dict[str, object]:
        """Ask until there is an answer; one that never came may have done its work all the same."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                answer = json.loads(self._ask(path, body))
            except HTTPError as error:
                if error.code != 409:
                    raise
                return json.loads(error.read())
            except (OSError, http.client.HTTPException):
                if time.monotonic() > until:
                    raise
            else:
                self.answers.put(path)
                return answer

    def _ask(self, path: str, body: bytes) -> str:
        more = {"Content_Type": "application/octet-stream"} if body and not path.endswith("/uploads/") else {}
        return self.person.ask(path, body, X_CSRFToken=self.token, **more)


def test_a_server_killed_at_any_instant_of_upload_loses_nothing_acknowledged(server: Server) -> None:
    answers: Queue[str] = Queue()
    people = [Practitioner(server, number, answers) for number in range(2)]
    threads = [threading.Thread(target=person.run, daemon=True) for person in people]
    for thread in threads:
        thread.start()
    instants = random.Random(5)
    for _ in range(KILLS):
        # so many answers more, and then at any moment of the next
        heard = instants.randint(1, 20)
        for _ in range(heard):
            assert answers.get(timeout=PATIENCE)
        time.sleep(instants.uniform(0, 0.03))
        server.kill()
        server.start()
    for person in people:
        person.is_done = True
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()
    server.kill()
    faulty = list(_faults(server, people))
    assert faulty == []
    assert sum(len(person.finished) for person in people) >= KILLS


def _faults(server: Server, people: list[Practitioner]) -> Iterator[str]:
    """Whatever was acknowledged and is not there, and whatever is there by halves."""
    app = create_app(databases.settings_for(server.database_url, server.folder))
    files = server.folder / "files"
    with app.app_context():
        rows = {upload.ref: upload for upload in db.session.query(Upload)}
        for person in people:
            for ref, received in person.received.items():
                if rows[ref].received < received:
                    yield f"{ref}: {received} were acknowledged, {rows[ref].received} are noted"
                stored = rows[ref].file
                if ref in person.finished and (
                    stored is None or not _holds(files / stored.path, person.content[ref])
                ):
                    yield f"{ref}: was said to be finished"
                partial = files / "uploads" / ref
                if not partial.exists():
                    partial = partial.with_suffix(".whole")
                if partial.read_bytes()[:received] != person.content[ref][:received]:
                    yield f"{ref}: the disk does not hold what was acknowledged"
        kept = db.session.query(StoredFile).all()
        if len(kept) != sum(upload.file_id is not None for upload in rows.values()):
            yield f"{len(kept)} stored files"
        for each in kept:
            if hashlib.sha256((files / each.path).read_bytes()).hexdigest() != each.sha256:
                yield f"{each.path}: damaged"
        db.session.remove()
        db.engine.dispose()


def _holds(path: Path, content: bytes) -> bool:
    return path.read_bytes() == content


@pytest.mark.browser
def test_it_goes_on_after_a_broken_connection_and_after_a_reload(
    server: Server, open_browser: Callable[..., BrowserContext], tmp_path: Path
) -> None:
    talk, clip, photo = tmp_path / "talk.wav", tmp_path / "clip.mp4", tmp_path / "IMG_0042.HEIC"
    talk.write_bytes(sound(note=b"long" * 1_500_000))
    clip.write_bytes(sample("clip.mp4"))
    photo.write_bytes(photo_with_place("HEIF"))
    bad = tmp_path / "photo.jpg"
    bad.write_bytes(b"<!DOCTYPE html><script>document.title = 'ran'</script>")
    page = open_page(open_browser(PHONE), server, "/portfolio/upload")
    page.route("**/uploads/*/4194304", lambda route: route.abort())
    choose = page.get_by_label("Your photos or files")
    choose.set_input_files(talk)
    expect(page.get_by_text("No signal. It goes on by itself")).to_be_visible()
    page.reload()
    expect(page.get_by_text("It had not arrived whole when the page was left.")).to_be_visible()
    page.unroute("**/uploads/*/4194304")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(server.url)))
    choose.set_input_files(talk)
    expect(page.get_by_text("Arrived. Notes that the device wrote into it")).to_be_visible()
    assert not [path for path in asked if path.endswith("/0")]
    choose.set_input_files([clip, photo, bad])
    expect(page.get_by_text("photo.jpg is not a JPEG picture, whatever its name says.")).to_be_visible()
    expect(page.get_by_text(re.compile("^Arrived"))).to_have_count(3)
    assert not faults(page)
    page.get_by_role("button", name="Take out photo.jpg").click()
    page.get_by_label("What do you call it?").fill("First visits")
    page.get_by_role("button", name="Put it in my portfolio").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_text(re.compile("^Arrived"))).to_have_count(3)
    assert not faults(page)
    page.get_by_label("When did you do this work?").fill("2026-01-12")
    page.locator("label.gf-choice", has_text="1.1").first.click()
    for tick in ("This is my own work", "I have looked"):
        page.get_by_label(tick).check()
    page.get_by_role("button", name="Put it in my portfolio").click()
    page.get_by_role("link", name="First visits").click()
    for name in ("talk.wav", "clip.mp4", "IMG_0042.jpg"):
        address = page.get_by_role("link", name=name).get_attribute("href")
        assert page.evaluate(SHOWS, [address, name]), name


SHOWS = """([address, name]) => new Promise((resolve) => {
  const shown = document.createElement(name.endsWith("wav") ? "audio" : name.endsWith("mp4") ? "video" : "img");
  shown.addEventListener("load", () => resolve(shown.naturalWidth === 40));
  shown.addEventListener("canplay", () => resolve(shown.duration > 0));
  shown.addEventListener("error", () => resolve(false));
  shown.src = address;
  document.body.append(shown);
})"""
"""Whether a page of ours can show or play a file."""
