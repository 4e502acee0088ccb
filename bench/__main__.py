"""`python -m bench [name ...]`: run each file of this folder that has `figures()` and print one table."""

from __future__ import annotations

import pkgutil
import sys
from collections.abc import Iterable, Iterator
from importlib import import_module

import bench
from bench.figure import Figure

HEADINGS = ("what", "figure", "times", "against", "goal", "")


def main(names: Iterable[str]) -> int:
    """Measure and print; the exit status is 1 when a goal was missed."""
    chosen = set(names)
    found = [
        module.name
        for module in pkgutil.iter_modules(bench.__path__)
        if not module.ispkg and module.name not in {"__main__", "figure"}
    ]
    unknown = chosen - set(found)
    if unknown:
        print(f"There is no bench/{', '.join(sorted(unknown))}.py. There are: {', '.join(found)}.")
        return 2
    figures = [figure for name in found if not chosen or name in chosen for figure in _measured(name)]
    _print(figures)
    return int(any(figure.is_met is False for figure in figures))


def _measured(name: str) -> list[Figure]:
    measured: list[Figure] = import_module(f"bench.{name}").figures()
    return measured


def _print(figures: Iterable[Figure]) -> None:
    rows = [HEADINGS, *(tuple(_cells(figure)) for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _cells(figure: Figure) -> Iterator[str]:
    yield figure.name
    yield f"{figure.value:,.4g} {figure.unit}"
    yield "" if figure.ratio is None else f"{figure.ratio:.2f}"
    yield figure.against
    yield "" if figure.goal is None else f"{figure.goal:g}"
    yield {True: "reached", False: "missed", None: ""}[figure.is_met]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
