"""The JSON schema of the files an author writes, for editors that complete and check as one types. Pure.

It is made from the descriptions, so that it cannot be wrong about them. What no JSON schema can say (sums of minutes,
links, ids that belong together) is for `flask content check`.
"""

import json
from pathlib import Path

from courses.content.description import Description
from courses.content.schema import CourseOutline, Module

FOLDER = Path(__file__).parent / "schemas"
"""Where the copies are that editors are pointed to."""

FILES: dict[str, type[Description]] = {"course.schema.json": CourseOutline, "module.schema.json": Module}
"""Each schema's file and what it describes: `course.yaml`, and the files of `modules/`."""


def schemas() -> dict[str, str]:
    """The text of each schema by its file's name, always the same for the same descriptions."""
    return {name: _text(described) for name, described in FILES.items()}


def _text(described: type[Description]) -> str:
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **described.model_json_schema(),
    }
    return json.dumps(schema, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
