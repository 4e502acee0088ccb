"""The study of 2011: what it printed, and the checks that find where it contradicts itself. Pure but for the files it reads.

Source: *Reaching out to families: An impact evaluation of Families Going Forward training course for outreach
practitioners* (Cordis Bright for the Children's Workforce Development Council, 2011, SP211/0311). The respondents are
invented so that they reproduce the printed figures; no row is a person.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, product
from pathlib import Path
from types import MappingProxyType

import yaml

from assessments.evaluation import tables
from assessments.evaluation.codebook import study_codebook
from assessments.evaluation.responses import read_responses
from assessments.evaluation.tables import Tables

FOLDER = Path(__file__).parent / "data" / "study_2011"
RESPONDENTS = FOLDER / "cohort_2010_11.csv"
LARGEST_BASE = 502
"""How many answered after the course, so that no base of Figure 18 can be larger."""
RATINGS = ("SA", "A", "D", "SD", "NI")
PROFILE = ("fig04_qualification", "fig05_nqf", "fig06_length", "fig07_08_employment", "fig09_bme_disability",
           "fig10_line_manager", "fig11_home_visits_multi_agency", "s3_3_1_location", "fig13_deprivation", "fig14_motivation")  # fmt: skip

BME = MappingProxyType({"yes": 17.1, "no": 82.3})
HOME_VISITS = MappingProxyType({"yes": 87.9, "no": 12.1})
WHOLES = (
    (
        "fig14_motivation",
        "motivation",
        "only_training",
        "mot_only_training",
        "app1_4_home_visits",
        HOME_VISITS,
    ),
    ("fig16_pre_ratings", "pre_challenge", "agree", "pre_challenge", "app1_4_home_visits", HOME_VISITS),
    ("fig21_support", "sup_team", "agree", "sup_team", "app1_6_bme", BME),
)
"""Overall figures whose groups the first appendix prints, with the printed sizes of the groups."""
CLOSE_TO_WHOLE = 1.25
"""How far rounding and missing answers may move a whole from what its groups make of it, in points."""

ADDS_UP, BASE, TEXT, COLUMNS, RANGE, ROUNDED, WHOLE = (
    "the answers of a row add up to a hundred",
    "a whole number of people gives the percentage",
    "the text says what its table says",
    "groups said to differ do differ",
    "a percentage lies between none and all",
    "a percentage is rounded once, from people",
    "a whole lies where its groups put it",
)
"""What each check asks."""

Rows = Sequence[Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Found:
    """One figure that fails a check: which check, where, what is printed, and what was to be expected."""

    check: str
    where: str
    printed: str
    expected: str


@dataclass(frozen=True, slots=True)
class Inconsistency:
    """A contradiction of the publication.

    Attributes:
        id, kind, place, beside, printed, why: As described in `inconsistencies.csv`.
        found_by: The checks that find it; none when it was found by reading.
        ours: Our figures beside it: which, in words, and as a percentage of people.
    """

    id: str
    kind: str
    place: str
    beside: str
    printed: str
    why: str
    found_by: tuple[str, ...]
    ours: tuple[str, ...]


@lru_cache(maxsize=1)
def study_tables() -> Tables:
    """The tables of the study's respondents."""
    return tables.build(read_responses(RESPONDENTS, study_codebook()))


@lru_cache(maxsize=1)
def inconsistencies() -> tuple[Inconsistency, ...]:
    """Every contradiction, with the checks that find it and our own figures."""
    links = yaml.safe_load((FOLDER / "ours.yaml").read_text(encoding="utf-8"))
    checks = {found.where: found.check for found in find()}
    return tuple(
        Inconsistency(
            row["id"],
            row["kind"],
            row["location"],
            row["compared_with"],
            row["printed"],
            row["why_inconsistent"],
            tuple(dict.fromkeys(checks[where] for where in links.get(row["id"], {}).get("found", ()))),
            tuple(_ours(figure) for figure in links.get(row["id"], {}).get("ours", ())),
        )
        for row in _read("inconsistencies")
    )


@lru_cache(maxsize=1)
def find() -> tuple[Found, ...]:
    """Every printed figure that fails a check."""
    return (
        *_rows_of_figure_18(),
        *_profile(),
        *_texts_of_section_6(),
        *_texts_of_section_8(),
        *_appendix(),
        *_wholes(),
    )


@lru_cache(maxsize=64)
def _read(name: str) -> Rows:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(MappingProxyType(row) for row in csv.DictReader(file))


def _figure_18() -> Mapping[tuple[str, str, str], Mapping[str, str]]:
    """The printed percentages of each row, by statements and rating before."""
    found: dict[tuple[str, str, str], dict[str, str]] = {}
    for row in _read("fig18_pre_post"):
        key = row["group_variable"], row["item"], row["group"]
        found.setdefault(key, {})[row["category"]] = row["value"]
    return found


def _rows_of_figure_18() -> Iterator[Found]:
    for (pre, _, rating), cells in _figure_18().items():
        shares = [float(cells[code]) for code in RATINGS if cells.get(code)]
        total = round(sum(shares), 1)
        where = f"fig18 {pre} {rating}"
        printed = " / ".join(cells.get(code) or "lost" for code in RATINGS)
        if abs(total - 100) > 0.05 * len(RATINGS):
            yield Found(ADDS_UP, where, printed, f"adds up to {total}")
        if len(shares) == len(RATINGS) and not any(
            _people(shares, base) for base in range(1, LARGEST_BASE + 1)
        ):
            yield Found(BASE, f"{where} base", printed, f"no base up to {LARGEST_BASE}")


def _people(shares: Sequence[float], base: int) -> bool:
    """Whether whole numbers of people out of a base print as these shares and make up the base."""
    choices = [_counts(share, base, 1) for share in shares]
    return all(choices) and any(sum(counts) == base for counts in product(*choices))


def _counts(share: float, base: int, decimals: int) -> list[int]:
    """The whole numbers out of a base that print as a share."""
    near = int(share * base / 100)
    return [n for n in range(max(0, near - 1), min(base, near + 2) + 1) if _print(n, base, decimals) == share]


def _print(count: int, base: int, decimals: int) -> float:
    """A percentage as a printer rounds it, halves up, from whole people."""
    scale: int = 10**decimals
    return int((200 * scale * count + base) // (2 * base)) / scale


def _profile() -> Iterator[Found]:
    """Percentages of a printed base that no whole number of people gives, and answers that do not make up the whole."""
    for name in PROFILE:
        for row in _read(name):
            if row["unit"] != "percent" or not row["base_n"] or not row["printed"] or row["source"] == "text":
                continue
            decimals = 1 if "." in row["printed"] else 0
            if not _counts(float(row["value"]), int(row["base_n"]), decimals):
                where = f"{name} {row['item']}={row['category']}"
                yield Found(BASE, where, f"{row['printed']} of {row['base_n']}", "no whole number of people")
    for name, item, codes in (
        ("fig09_bme_disability", "bme", ("yes", "no")),
        ("fig16_pre_ratings", "pre_challenge", ("agree", "disagree", "D")),
    ):
        shares: dict[str, float] = {}
        for row in _read(name):
            if row["item"] == item and row["unit"] == "percent" and row["category"] in codes:
                shares.setdefault(row["category"], float(row["value"]))
        total = round(sum(shares.values()), 1)
        if abs(total - 100) > 0.5:  # noqa: PLR2004 -- two rounded figures
            yield Found(
                ADDS_UP, f"{name} {item}", " and ".join(map(str, shares.values())), f"adds up to {total}"
            )


def _texts_of_section_6() -> Iterator[Found]:
    """What the text says of Figure 18, against the printed cells and against people."""
    table = _figure_18()
    for row in _read("s6_3_text"):
        key = row["group_variable"], row["item"], row["group"]
        if not all(key):
            continue
        where = f"s6_3_text {key[0]} {key[2]} {row['category']}"
        codes = row["category"].split("+")
        if key not in table:
            yield Found(TEXT, where, row["printed"], "no such row in the table")
            continue
        cells = [table[key].get(code) for code in codes]
        if not all(cells):
            continue
        said, decimals = float(row["value"]), 1 if "." in row["value"].removesuffix(".0") else 0
        total = round(sum(float(cell or 0) for cell in cells), 1)
        close = 0.5 / 10**decimals + (0.05 * len(cells) if decimals == 0 else 0)
        if abs(said - total) > close + 1e-9:
            yield Found(TEXT, where, row["printed"], f"{total} in the table")
            continue
        count, base = _moved(key[0], key[1], key[2], codes)
        if base and _print(count, base, decimals) != said:
            yield Found(ROUNDED, where, row["printed"], f"{count} of {base}")


def _texts_of_section_8() -> Iterator[Found]:
    """What section 8 and Figure 23 say of the groups, against the first appendix."""
    appendix = {
        (row["group_variable"], row["group"], row["item"]): float(row["value"])
        for path in sorted(FOLDER.glob("app1_*.csv"))
        for row in _read(path.stem)
    }
    for name in ("s8_text", "fig23_length_pre"):
        for row in _read(name):
            table = appendix.get((row["group_variable"], row["group"], row["item"]))
            said = float(row["value"])
            close = (0.5 if said == int(said) else 0.05) + 0.05
            if table is not None and abs(said - table) > close + 1e-9:
                where = f"{name} {row['item']} {row['group_variable']}={row['group']}"
                yield Found(TEXT, where, row["printed"], f"{table} in the table")


def _appendix() -> Iterator[Found]:
    """Groups that are said to differ and print the same figure, and figures beyond a hundred."""
    for path in sorted(FOLDER.glob("app1_*.csv")):
        rows = _read(path.stem)
        for row in rows:
            if float(row["printed"]) > 100:  # noqa: PLR2004 -- per cent
                where = f"{path.stem} {row['item']} {row['group_variable']}={row['group']}"
                yield Found(RANGE, where, row["printed"], "at most 100")
        for (grouping, item), members in groupby(rows, lambda row: (row["group_variable"], row["item"])):
            shares = [row["value"] for row in members]
            if len(shares) > 1 and len(set(shares)) == 1:
                yield Found(
                    COLUMNS, f"{path.stem} {item} {grouping}", " and ".join(shares), "figures that differ"
                )


def _wholes() -> Iterator[Found]:
    """Overall percentages against what two groups, weighted by their printed sizes, make of them."""
    for name, item, code, group_item, appendix, weights in WHOLES:
        said = next(
            float(row["value"])
            for row in _read(name)
            if (row["item"], row["category"]) == (item, code) and row["unit"] == "percent"
        )
        parts = {row["group"]: float(row["value"]) for row in _read(appendix) if row["item"] == group_item}
        implied = round(
            sum(parts[group] * size for group, size in weights.items()) / sum(weights.values()), 1
        )
        if abs(said - implied) > CLOSE_TO_WHOLE:
            yield Found(WHOLE, f"{name} {group_item} whole", str(said), f"{implied} by its groups")


def _moved(pre: str, post: str, before: str, after: Sequence[str]) -> tuple[int, int]:
    """Of the respondents who gave a rating before, how many gave one of some ratings after."""
    table = study_tables().transitions
    pair = table.pairs.index((pre, post))
    rows, columns = table.ratings[pair]
    counts = table.counts[pair][rows.index(before)]
    return sum(int(counts[columns.index(code)]) for code in after), int(counts.sum())


def _ours(figure: str) -> str:
    """One of our figures: "transition PRE BEFORE AFTER", "frequency VARIABLE CODE" or "group ITEM GROUPING GROUP"."""
    kind, *names = figure.split()
    counted = study_tables()
    if kind == "transition":
        pre, before, after = names
        count, base = _moved(pre, dict(counted.codebook.pairs)[pre], before, after.split("+"))
    elif kind == "frequency":
        row = counted.frequencies.keys.index((names[0], names[1]))
        count, base = int(counted.frequencies.count[row]), int(counted.frequencies.base[row])
    else:
        item, name, group = names
        grouping = next(each for each in counted.groups.groupings if each.name == name)
        at = counted.groups.items.index(item), grouping.start + grouping.groups.index(group)
        count, base = int(counted.groups.agree[at]), int(counted.groups.base[at])
    return f"{_print(count, base, 1)}% ({count} of {base})"
