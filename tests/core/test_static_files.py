"""A browser asks once for each style sheet, and again when it has changed."""

from pathlib import Path

import pytest
from flask import Flask, url_for

from lms.core.static_files import register_static_files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "look.css").write_text("body{color:black}")
    (tmp_path / "face.woff2").write_bytes(b"wOF2")
    return tmp_path


@pytest.fixture
def site(folder: Path) -> Flask:
    site = Flask("static-files", static_folder=str(folder), static_url_path="/static")
    register_static_files(site)
    return site


def address(site: Flask, name: str) -> str:
    with site.test_request_context():
        return url_for("static", filename=name)


def test_an_address_changes_with_its_file_and_only_then(site: Flask, folder: Path) -> None:
    first = address(site, "look.css")
    assert "?v=" in first
    assert address(site, "look.css") == first
    (folder / "look.css").write_text("body{color:teal;background:white}")
    assert address(site, "look.css") != first


def how_long(site: Flask, path: str) -> str:
    with site.test_client().get(path) as answer:
        return answer.headers.get("Cache-Control", "")


def test_a_versioned_file_is_kept_for_good_and_a_face_for_a_month(site: Flask) -> None:
    assert "immutable" in how_long(site, address(site, "look.css"))
    assert "immutable" not in how_long(site, "/static/look.css")
    assert "max-age=2592000" in how_long(site, "/static/face.woff2")


def test_a_missing_file_has_an_address_and_is_never_kept(site: Flask) -> None:
    assert "immutable" not in how_long(site, address(site, "gone.css"))
