"""What is logged: one JSON line an event, with the time in UTC and a plain traceback.

Local variables never reach a log, for they hold people's words. Values of fields named in `NEVER` are masked.
"""

from __future__ import annotations

import logging
from collections.abc import MutableMapping
from typing import Any

import structlog

NEVER = frozenset(
    {"password", "token", "answer", "answers", "text", "feedback", "csrf_token", "codes", "needs"}
)


def configure() -> None:
    """Set up logging for the process. Called once, by the roof."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _mask,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(),
        cache_logger_on_first_use=False,
    )


def _mask(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name in NEVER & event.keys():
        event[name] = "(not logged)"
    return event
