"""Templates parse, have a title and one h1, and name only endpoints that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import nodes

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted(
    path
    for package in ("lms", "courses", "assessments", "certificates")
    for path in (ROOT / package).rglob("templates/**/*.html")
)
PAGES = [
    path
    for path in TEMPLATES
    if not path.name.startswith("_") and re.search(r'extends "layouts/(page|bare)\.html"', path.read_text())
]


def _name(path: Path) -> str:
    return str(path).split("/templates/", 1)[1]


def _tree(app: Flask, path: Path) -> nodes.Template:
    return app.jinja_env.parse(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_a_template_parses_and_names_only_endpoints_that_exist(built: Flask, path: Path) -> None:
    for call in _tree(built, path).find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "url_for" and call.args:
            endpoint = call.args[0]
            if isinstance(endpoint, nodes.Const):
                assert endpoint.value in built.view_functions, f"{_name(path)} names {endpoint.value}"


@pytest.mark.parametrize("path", PAGES, ids=_name)
def test_a_page_has_a_title_and_one_heading(built: Flask, path: Path) -> None:
    blocks = {block.name for block in _tree(built, path).find_all(nodes.Block)}
    assert {"title", "main"} <= blocks
    source = path.read_text(encoding="utf-8")
    headings = len(re.findall(r"<h1\b", source)) + len(re.findall(r"\bpage_head\(", source))
    assert headings >= 1, f"{_name(path)} has no h1"


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_a_template_has_no_inline_style_or_script(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    if "email" in path.name or "/mail/" in str(path):
        return
    assert not re.search(r"\sstyle=", source), "a style attribute breaks the content security policy"
    assert not re.search(r"\son[a-z]+=", source), "an inline handler breaks the content security policy"
    assert not re.search(r"<script(?![^>]*\bnonce=)", source), "a script without a nonce"
