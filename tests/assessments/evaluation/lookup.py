"""Finds single figures in tables, by the names a reader of the report would use."""

from assessments.evaluation.tables import Tables

EITHER = {"agree": ("SA", "A"), "disagree": ("D", "SD")}


def frequency(tables: Tables, variable: str, code: str) -> tuple[int, int]:
    row = tables.frequencies.keys.index((variable, code))
    return int(tables.frequencies.count[row]), int(tables.frequencies.base[row])


def transition(tables: Tables, pre: str, post: str, before: str, after: list[str]) -> tuple[int, int]:
    index = tables.transitions.pairs.index((pre, post))
    rows, columns = tables.transitions.ratings[index]
    counts = tables.transitions.counts[index][rows.index(before)]
    return sum(int(counts[columns.index(code)]) for code in after), int(counts.sum())


def group(tables: Tables, item: str, grouping: str, name: str) -> tuple[int, int]:
    found = next(one for one in tables.groups.groupings if one.name == grouping)
    place = found.start + found.groups.index(name)
    row = tables.groups.items.index(item)
    return int(tables.groups.agree[row, place]), int(tables.groups.base[row, place])
