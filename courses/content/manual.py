"""The author's manual, made from the schema so that it cannot be wrong about it. Pure."""

from collections.abc import Iterator
from typing import get_args, get_origin

from pydantic.fields import FieldInfo

from courses.content import knowledge_checks, scenarios, schema, worksheets
from courses.content.description import Description

SUBJECTS: tuple[type[Description], ...] = (
    schema.CourseOutline,
    schema.Completion,
    schema.Framework,
    schema.Term,
    schema.Module,
    schema.Aim,
    schema.Reading,
    scenarios.Scenario,
    scenarios.Scene,
    scenarios.Choice,
    schema.Reflection,
    worksheets.Worksheet,
    worksheets.WorksheetPart,
    worksheets.WorksheetField,
    worksheets.WorksheetTable,
    knowledge_checks.Check,
    knowledge_checks.ChoiceQuestion,
    knowledge_checks.Option,
    knowledge_checks.OrderQuestion,
    knowledge_checks.MatchQuestion,
    knowledge_checks.Pair,
    knowledge_checks.ShortQuestion,
    schema.SessionPlan,
    schema.SessionRow,
)


def manual() -> str:
    """What may be written in a course's files: every description with its keys, one line a key."""
    return "\n".join(line for subject in SUBJECTS for line in _subject(subject))


def _subject(subject: type[Description]) -> Iterator[str]:
    yield f"{subject.__name__}: {(subject.__doc__ or '').strip()}"
    for key, field in subject.model_fields.items():
        need = "" if field.is_required() else " (may be left out)"
        yield f"  {key}{need}: {field.description}{_values(field)}"
    yield ""


def _values(field: FieldInfo) -> str:
    if "Literal" not in str(get_origin(field.annotation)):
        return ""
    values = [str(value) for value in get_args(field.annotation)]
    return f" One of: {', '.join(values)}." if len(values) > 1 else ""
