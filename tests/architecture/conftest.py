"""One application for the tests that only look at how it is built."""

from __future__ import annotations

import pytest
from flask import Flask

from lms.site.app import create_app
from tests.databases import settings_for


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application, made once; it has no data and needs none."""
    folder = tmp_path_factory.mktemp("built")
    return create_app(settings_for(f"sqlite:///{folder / 'none.sqlite'}", folder))
