"""What the autosave script does when the network, the session or another device gets in the way."""

import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import jinja2
import pytest
from flask import Flask, Response, current_app, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from flask_bootstrap import Bootstrap5
from playwright.sync_api import BrowserContext, Page, expect
from werkzeug.serving import make_server

from lms.core.fragments import register_fragments
from lms.core.icons import register_icons
from tests.core.pages import ROOT, TEMPLATES
from tests.journeys.conftest import PHONE

pytestmark = pytest.mark.browser

PAGE = """{% extends "layouts/bare.html" %}{% from "components/saved.html" import saved %}{% block title %}Journal{% endblock %}
{% block main %}<h1>Journal</h1><form method="post" data-autosave{{ extra }} data-autosave-url="/save" data-autosave-version="{{ version }}">
<input type="hidden" name="csrf_token" value="{{ token }}"><label for="text">Words</label>
<textarea class="form-control" id="text" name="text">{{ text }}</textarea>
<label><input type="checkbox" name="kinds" value="visit"> Visit</label>{{ saved() }}<button class="btn btn-primary">Keep this</button></form>{% endblock %}"""


@dataclass
class Desk:
    """A server of one form that can be made to misbehave."""

    url: str = ""
    text: str = ""
    version: int = 0
    token: str = "first"
    conflict: int = 202
    extra: str = ""
    mode: str = "well"
    heard: list[dict[str, str]] = field(default_factory=list)
    posted: list[str] = field(default_factory=list)


def _app(desk: Desk) -> Flask:
    app = Flask("desk", static_folder=str(ROOT / "lms/core/static"))
    app.jinja_options = {"undefined": jinja2.StrictUndefined}
    app.jinja_loader = jinja2.FileSystemLoader(TEMPLATES)
    app.jinja_env.globals["csp_nonce"] = lambda: "n"
    app.config["desk"] = desk
    Bootstrap5(app)
    register_icons(app)
    register_fragments(app)
    for address, endpoint in (
        ("/accessibility", "pages.accessibility"),
        ("/privacy", "pages.privacy"),
        ("/door", "door"),
    ):
        app.add_url_rule(address, endpoint, lambda: "<!doctype html><title>Sign in</title><h1>Sign in</h1>")
    app.add_url_rule("/", "journal", journal)
    app.add_url_rule("/", "keep", keep, methods=["POST"])
    app.add_url_rule("/save", "save", save, methods=["POST"])
    return app


def _desk() -> Desk:
    desk: Desk = current_app.config["desk"]
    return desk


def journal() -> ResponseReturnValue:
    desk = _desk()
    if desk.mode == "signed out":
        return redirect("/door")
    page = current_app.jinja_env.from_string(PAGE)
    return page.render(text=desk.text, version=desk.version, token=desk.token, extra=desk.extra)


def keep() -> ResponseReturnValue:
    _desk().posted.append(request.form["text"])
    return redirect("/door", code=303)


def save() -> ResponseReturnValue:
    desk = _desk()
    desk.heard.append(dict(request.form))
    if desk.mode == "broken":
        return Response(status=500)
    if desk.mode == "signed out":
        return jsonify(error="signed-out", message="away"), 401
    if request.headers["X-CSRFToken"] != desk.token:
        return jsonify(error="bad_request", message="old"), 400
    if int(request.form["version"]) != desk.version:
        return jsonify(version=desk.version, saved_at="5.40pm", values={"text": desk.text}), desk.conflict
    desk.version += 1
    desk.text = request.form["text"].replace("\r\n", "\n")
    return jsonify(version=desk.version, saved_at="4.12pm")


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    server = make_server("127.0.0.1", 0, _app(desk), threaded=True)
    desk.url = f"http://127.0.0.1:{server.port}/"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield desk
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def context(open_browser: Callable[..., BrowserContext]) -> BrowserContext:
    return open_browser(PHONE)


@pytest.fixture
def page(context: BrowserContext, desk: Desk) -> Page:
    page = context.new_page()
    page.goto(desk.url)
    return page


def line(page: Page, words: str | re.Pattern[str]) -> None:
    expect(page.locator("[data-saved]")).to_contain_text(words)


def test_words_are_saved_a_moment_after_they_are_typed(page: Page, desk: Desk) -> None:
    page.get_by_label("Words").press_sequentially("Family B offered me tea.")
    line(page, "Saved at 4.12pm")
    assert desk.text == "Family B offered me tea."
    assert all(set(sent) <= {"csrf_token", "text", "version", "kinds"} for sent in desk.heard)
    assert page.evaluate("localStorage.length") == 0


def test_without_signal_words_stay_on_the_phone_and_go_when_it_is_back(
    page: Page, context: BrowserContext, desk: Desk
) -> None:
    context.set_offline(True)
    page.get_by_label("Words").fill("Written in a stairwell")
    line(page, "No signal. Keep writing.")
    context.set_offline(False)
    line(page, "Saved at")
    assert desk.text == "Written in a stairwell"


def test_words_the_server_never_got_come_back_after_a_reload(page: Page, desk: Desk) -> None:
    desk.mode = "broken"
    page.get_by_label("Words").fill("Not yet anywhere else")
    line(page, "Not saved. Your words are still here.")
    desk.mode = "well"
    page.reload()
    expect(page.get_by_label("Words")).to_have_value("Not yet anywhere else")
    line(page, "Saved at")
    assert desk.text == "Not yet anywhere else"


def test_a_sign_in_that_ended_keeps_the_words_until_the_person_is_back(page: Page, desk: Desk) -> None:
    desk.mode = "signed out"
    page.get_by_label("Words").fill("Still mine")
    line(page, "You were signed out. Your words are kept on this")
    page.get_by_role("link", name="Sign in to carry on").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    desk.mode = "well"
    desk.token = "second"
    page.goto(desk.url)
    expect(page.get_by_label("Words")).to_have_value("Still mine")
    line(page, "Saved at")


def test_a_page_older_than_its_token_takes_a_new_one(page: Page, desk: Desk) -> None:
    desk.token = "second"
    page.get_by_label("Words").fill("After signing in again in another tab")
    line(page, "Saved at")
    assert desk.text == "After signing in again in another tab"


@pytest.mark.parametrize(
    ("choice", "stands"),
    [("On this", "mine"), ("Saved at 5.40pm", "theirs"), ("Both, one after the other", "mine\n\ntheirs")],
)
@pytest.mark.parametrize("status", [202, 409])
def test_two_versions_are_both_kept_until_the_person_chooses(
    page: Page, desk: Desk, status: int, choice: str, stands: str
) -> None:
    desk.text, desk.version, desk.conflict = "theirs", 3, status
    page.get_by_label("Words").fill("mine")
    expect(page.get_by_role("heading", name="Two versions of your words")).to_be_focused()
    page.get_by_label(choice).check()
    page.get_by_role("button", name="Use this one").click()
    expect(page.get_by_label("Words")).to_have_value(stands)
    line(page, "Saved at") if stands != "theirs" else expect(
        page.locator("[data-two-versions]")
    ).to_have_count(0)
    assert desk.text == stands


def test_the_button_waits_for_the_words_and_stays_when_they_cannot_go(
    page: Page, context: BrowserContext, desk: Desk
) -> None:
    context.set_offline(True)
    page.get_by_label("Words").fill("Pressed without signal")
    page.get_by_role("button", name="Keep this").click()
    line(page, "No signal. Keep writing.")
    expect(page.get_by_label("Words")).to_have_value("Pressed without signal")
    context.set_offline(False)
    page.get_by_role("button", name="Keep this").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert desk.posted == ["Pressed without signal"]


def test_a_tick_is_a_change_too(page: Page, desk: Desk) -> None:
    page.get_by_label("Visit").check()
    line(page, "Saved at")
    assert desk.heard[-1]["kinds"] == "visit"


def test_answers_under_a_pseudonym_are_never_kept_on_the_device(page: Page, desk: Desk) -> None:
    desk.extra = " data-autosave-device=no"
    page.goto(desk.url)
    desk.mode = "broken"
    page.get_by_label("Words").fill("Nobody may find this here")
    line(page, "Not saved.")
    assert page.evaluate("localStorage.length") == 0


def test_words_typed_before_the_script_arrives_are_saved_too(
    open_browser: Callable[..., BrowserContext], desk: Desk
) -> None:
    page = open_browser(PHONE).new_page()
    page.route(
        "**/autosave.js", lambda route: (page.get_by_label("Words").fill("Quick fingers"), route.continue_())
    )
    page.goto(desk.url)
    line(page, "Saved at")
    assert desk.text == "Quick fingers"
