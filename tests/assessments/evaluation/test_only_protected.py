"""What draws or writes figures cannot count answers: it takes protected tables, and knows of the others only names."""

import ast
from pathlib import Path

import pytest

import assessments.evaluation

ROOM = Path(assessments.evaluation.__file__).parent
DRAWING = (
    "change_figures",
    "charts",
    "charts_svg",
    "figures",
    "group_figures",
    "export",
    "released",
    "storing",
)
COUNTING = {"build", "count_frequencies", "count_groups", "count_transitions", "unprotected", "protect"}


def names_in(module: str) -> set[str]:
    tree = ast.parse((ROOM / f"{module}.py").read_text(encoding="utf-8"))
    names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    names |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return names | {
        alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names
    }


@pytest.mark.parametrize("module", [*DRAWING, "views", "sections"])
def test_it_neither_counts_answers_nor_protects_them(module: str) -> None:
    assert not names_in(module) & COUNTING


@pytest.mark.parametrize("module", [each for each in DRAWING if each not in {"released", "storing"}])
def test_it_takes_no_exact_tables(module: str) -> None:
    assert not names_in(module) & {"Tables", "Responses", "answers_of"}
