"""The product at another time: a journey of six weeks is walked in a minute, on a server that thinks it is that day."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from lms.core import clock
from lms.site.app import create_app

AT = datetime.fromisoformat(os.environ["JOURNEY_AT"])
_product = create_app()


def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer a request as the product would have at that time."""
    with clock.set_to(AT):
        return _product(environ, start_response)
