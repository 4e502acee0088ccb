"""Somebody at a running server who needs no browser: signs in by password, opens a page, presses its form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, Request, build_opener

from tests.journeys.server import Server

PATIENCE = 20
"""Seconds that an answer may take."""
_FORM = r'<form\b[^>]*action="{}".*?</form>'
_HIDDEN = re.compile(r'<input\b[^>]*type="hidden"[^>]*>')
_NAME, _VALUE = re.compile(r'\bname="([^"]*)"'), re.compile(r'\bvalue="([^"]*)"')


class _Stay(HTTPRedirectHandler):
    """Goes nowhere: where an answer sends on to is the answer."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


class Person:
    """Somebody who has signed in. An answer that never comes is an OSError or an HTTPException."""

    def __init__(self, server: Server, email: str, password: str) -> None:
        self.server = server
        self._cookies = HTTPCookieProcessor(CookieJar())
        self._browser = build_opener(self._cookies)
        self._staying = build_opener(self._cookies, _Stay)
        self.press("/sign-in", self.form("/sign-in") | {"email": email, "password": password})

    def ask(self, path: str, body: bytes | None = None, **headers: str) -> str:
        """What is answered: to a GET, or to a POST of a body."""
        request = Request(f"{self.server.url}{path}", data=body)
        for name, value in headers.items():
            request.add_header(name.replace("_", "-"), value)
        with self._browser.open(request, timeout=PATIENCE) as answer:
            words: str = answer.read().decode()
        return words

    def form(self, path: str, *, on: str = "") -> dict[str, Any]:
        """What the form that goes to a path holds without being seen: the token, its key, and the like.

        It stands on the page of the same path, unless on another.
        """
        form = re.search(_FORM.format(re.escape(path)), self.ask(on or path), re.DOTALL)
        assert form is not None, f"nothing goes to {path}"
        hidden = _HIDDEN.findall(form[0])
        return {
            name[1]: value[1]
            for each in hidden
            if (name := _NAME.search(each)) and (value := _VALUE.search(each))
        }

    def press(self, path: str, fields: Mapping[str, Any]) -> str:
        """Send a form; gives back where the answer sends on to."""
        request = Request(f"{self.server.url}{path}", data=urlencode(fields, doseq=True).encode())
        try:
            with self._staying.open(request, timeout=PATIENCE) as answer:
                raise AssertionError(f"{path} answered with a page: {answer.read().decode()[:2000]}")
        except HTTPError as error:
            if error.code != 303:
                raise
            sent_on: str = error.headers["Location"]
            return sent_on
