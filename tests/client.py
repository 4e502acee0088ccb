"""A test client that asks by endpoint and judges every page it is given.

Every HTML answer must parse strictly, have a title, one h1, no duplicate ids, a label for each field, no style
attribute, no script without a nonce, and the security headers. Every successful unsafe request must leave an
audit entry unless its endpoint is excused below, and no request may leave the session dirty.
"""

from __future__ import annotations

import contextvars
import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from lms.core import clock
from lms.core.audit import AuditRecord
from lms.core.extensions import db
from lms.people import service
from lms.people.models import User
from lms.people.sign_in import SEEN

WITHOUT_AUDIT = {
    "people.email_sign_in_link",
    "people.send_reset_link",
    "verify.check",
}
"""Unsafe endpoints that may succeed without an audit entry: they answer strangers, known or not, alike, and change nothing."""

XHTML = "{http://www.w3.org/1999/xhtml}"
UNREAD = {f"{XHTML}script", f"{XHTML}style", "{http://www.w3.org/2000/svg}svg"}
HEADERS = ("Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "X-Frame-Options")


class JudgingClient(FlaskClient):
    """Asks by endpoint; judges what comes back."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Ask in a context of its own, as a server would; what the test has pending is committed first."""
        db.session.commit()
        kwargs.setdefault("buffered", True)  # a file that is sent is read to its end and closed
        return contextvars.Context().run(super().open, *args, **kwargs)

    def sign_in(self, user: User) -> None:
        """Be a person from now on, as if they had come through the door."""
        person = service.sign_in(user, lasts=self.application.config["SESSION_LONGEST"], device="test")
        db.session.commit()
        with self.session_transaction() as cookie:
            cookie["_user_id"] = person.token
            cookie["_fresh"] = True
            cookie[SEEN] = clock.now().timestamp()

    def sign_out(self) -> None:
        """Be nobody."""
        with self.session_transaction() as cookie:
            cookie.clear()

    def see(self, endpoint: str, *, status: int = 200, **values: Any) -> Page:
        """GET a page by endpoint."""
        return self._judged("GET", endpoint, status, values, {})

    def send(
        self,
        endpoint: str,
        *,
        data: dict[str, Any] | None = None,
        status: int = 303,
        audited: bool = True,
        headers: dict[str, str] | None = None,
        **values: Any,
    ) -> Page:
        """POST a form by endpoint, with a CSRF token, as the page's own form would.

        `audited=False` says that this one, though answered well, changes nothing.
        """
        request = {"data": self._with_token(data or {}), "headers": headers or {}}
        before = _audit_entries()
        page = self._judged("POST", endpoint, status, values, request)
        if audited and status < 400 and endpoint not in WITHOUT_AUDIT:
            assert _audit_entries() > before, f"POST {endpoint} left no audit entry"
        return page

    def address(self, endpoint: str, **values: Any) -> str:
        """The path of an endpoint."""
        return self.application.url_map.bind("localhost").build(endpoint, values)

    def _with_token(self, data: dict[str, Any]) -> dict[str, Any]:
        with self.session_transaction() as cookie:
            raw = cookie.setdefault("csrf_token", "0" * 40)
        signer = URLSafeTimedSerializer(self.application.secret_key or "", salt="wtf-csrf-token")
        return {"csrf_token": signer.dumps(raw), **data}

    def _judged(
        self, method: str, endpoint: str, status: int, values: dict[str, Any], request: dict[str, Any]
    ) -> Page:
        address = self.address(endpoint, **values)
        response = self.open(address, method=method, **request)
        db.session.expire_all()
        page = Page(response)
        assert response.status_code == status, (
            f"{method} {address}: {response.status_code}, not {status}\n{page.text[:2000]}"
        )
        for header in HEADERS:
            assert header in response.headers, f"{address} lacks {header}"
        if page.is_html and (status < 300 or status >= 400):
            page.judge(address)
        return page


def _audit_entries() -> int:
    """How many there are; what the test has pending is committed first, so that the request can see it."""
    db.session.commit()
    count = db.session.scalar(select(func.count()).select_from(AuditRecord)) or 0
    db.session.commit()
    return count


class Page:
    """An answer, with ways to look at it."""

    def __init__(self, response: TestResponse) -> None:
        self.response = response
        self.status = response.status_code
        self.is_html = response.mimetype == "text/html"

    @property
    def body(self) -> str:
        return self.response.get_data(as_text=True)

    @property
    def location(self) -> str:
        return self.response.headers.get("Location", "")

    @property
    def json(self) -> Any:
        return self.response.get_json()

    @cached_property
    def text(self) -> str:
        """What a reader sees, white space folded."""
        if not self.is_html:
            return self.body
        return re.sub(r"\s+", " ", "".join(_words(self._parsed[0]))).strip()

    def all(self, tag: str) -> list[Element]:
        """Every element of a tag."""
        return list(self._parsed[0].iter(XHTML + tag))

    def links(self) -> list[str]:
        """Every place the page links to."""
        return [link.get("href", "") for link in self.all("a")]

    def field(self, name: str) -> str:
        """The value of a form field."""
        for tag in ("input", "textarea", "select"):
            for element in self.all(tag):
                if element.get("name") == name:
                    return element.get("value") or (element.text or "")
        raise AssertionError(f"no field {name}")

    def judge(self, address: str) -> None:
        """Fail unless the page is well made."""
        if not self.is_html:
            return
        tree, faults = self._parsed
        errors = [error for error in faults if error[1] != "unexpected-end-tag-after-body"]
        assert not errors, f"{address}: HTML errors {errors[:5]}"
        titles = [(element.text or "").strip() for element in tree.iter(XHTML + "title")]
        assert any(titles[:1]), f"{address}: no title"
        assert len(list(tree.iter(XHTML + "h1"))) == 1, f"{address}: not exactly one h1"
        ids = [element.get("id") for element in tree.iter() if element.get("id")]
        assert len(ids) == len(set(ids)), (
            f"{address}: ids twice: {sorted({i for i in ids if ids.count(i) > 1})}"
        )
        assert not [e for e in tree.iter() if e.get("style")], f"{address}: a style attribute"
        for script in tree.iter(XHTML + "script"):
            assert script.get("nonce"), f"{address}: a script without a nonce"
        self._judge_fields(tree, address)

    @staticmethod
    def _judge_fields(tree: Element, address: str) -> None:
        labelled = {label.get("for") for label in tree.iter(XHTML + "label")}
        inside = {id(field) for label in tree.iter(XHTML + "label") for field in label.iter()}
        for tag in ("input", "select", "textarea"):
            for field in tree.iter(XHTML + tag):
                quiet = field.get("type") in {"hidden", "submit", "button"}
                named = (
                    field.get("id") in labelled
                    or id(field) in inside
                    or field.get("aria-label")
                    or field.get("aria-labelledby")
                )
                assert quiet or named, f"{address}: field {field.get('name')} has no label"

    @cached_property
    def _parsed(self) -> tuple[Element, list[Any]]:
        """The page's tree and what was wrong with its HTML; parsed once, for to parse costs as much as to ask."""
        parser = html5lib.HTMLParser()
        return parser.parse(self.body), parser.errors


def _words(element: Element) -> Iterator[str]:
    """The text of an element and of what is in it, without scripts, styles and drawings."""
    if not isinstance(element.tag, str):  # a comment
        return
    if element.tag in UNREAD:
        yield " "
        return
    yield element.text or ""
    for child in element:
        yield from _words(child)
        yield child.tail or ""
