"""Rules of the house that no linter knows."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OURS = sorted(
    path
    for package in ("lms", "courses", "assessments", "certificates")
    for path in (ROOT / package).rglob("*.py")
)
WEBLESS = [path for path in OURS if path.name in {"service.py", "queries.py", "models.py"}]
MAY_COMMIT = {
    "lms/core/web.py",
    "lms/core/jobs.py",
    "lms/site/commands.py",
    "lms/site/demo/stage.py",
    "lms/core/audit.py",
}


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", WEBLESS, ids=_name)
def test_rules_and_tables_know_nothing_of_the_web(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
        )
    }
    assert not imported & {"flask", "flask_login", "wtforms", "flask_wtf"}


def test_nobody_commits_but_the_edge_the_queue_and_commands() -> None:
    committing = {
        _name(path) for path in OURS if re.search(r"\.commit\(\)", path.read_text(encoding="utf-8"))
    }
    commands = {name for name in committing if name.endswith("commands.py")}
    assert committing - commands <= MAY_COMMIT


def test_the_time_is_read_in_one_place() -> None:
    for path in OURS:
        if _name(path) != "lms/core/clock.py":
            source = path.read_text(encoding="utf-8")
            assert not re.search(r"datetime\.(now|utcnow|today)\(|date\.today\(", source), _name(path)


def test_package_markers_are_empty() -> None:
    for path in OURS:
        if path.name == "__init__.py":
            assert path.read_text(encoding="utf-8") == "", _name(path)


def test_answers_are_written_in_one_place() -> None:
    """Elsewhere nobody begins one, and no statement changes many: their copy by column would be left as it was."""
    answers = {"Response", "SpecialAnswers", "WrittenAnswer"}
    for path in OURS:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        known = {
            alias.asname or alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and str(node.module).endswith("questionnaires.models")
            for alias in node.names
            if alias.name in answers
        }
        writing = {
            ast.unparse(node)
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
            for named in (node.args[:1] if node.func.id in {"insert", "update", "delete"} else [node.func])
            if isinstance(named, ast.Name) and named.id in known
        }
        assert not writing or path.name == "keeping.py", f"{_name(path)}: {writing}"
