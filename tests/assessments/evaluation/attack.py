"""An attacker with a solver: tries to work hidden counts back from everything that is published.

He knows every published number, which cells are hidden, how many people were asked, that counts are not negative, and
every sum that ties the tables together. Each hidden count is made as small and as large as all that allows.

- A hidden count whose smallest and largest value are the same has been given away.
- A hidden count that is small (1 to 4; 0 to 9 of special categories) has been narrowed when it cannot be all of these: whoever
  knows the rule, which is no secret, knows as much, and the figures must not tell more. That is the feasibility interval of
  L. H. Cox (JASA 75, 1980) and J. P. Kelly, B. L. Golden and A. A. Assad (Networks 22, 1992), with protection levels that reach
  from each small count to the smallest and the largest of them; tau-Argus calls it the frequency rule with a safety range.

Who ticked more than one box where one was asked for counts as who left the question out: it says nothing of them, and how many
did is not guarded against being narrowed.
"""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from math import inf
from types import MappingProxyType

import numpy as np

from assessments.evaluation.codebook import MULTIPLE
from tests.assessments.evaluation.solving import EXACT, Need, Solver

ANYTHING = (0, inf)
ROOM, SPECIAL_ROOM = 2, 4
"""How far apart the smallest and largest number must at least be that a small count can be; of special categories, the second.
Beside other levels and other days, or where a table by group is hidden whole and only the totals of both questions speak, a count
may be narrowed further than the rule does, but not to fewer than three numbers (five), if as many people answered: half of what
the rule leaves, and what rounding to the nearest five would leave."""


@dataclass
class System:
    """Unknown counts, the sums they are part of, and what hidden ones must be able to be.

    `is_silent` says that no answer by group is shown. `limits` says of a count within a group what the shown totals of the
    question by itself leave it: no more people than gave the answer in all, and no more of the group who left the question out
    than left it out in all; if nobody gave another answer, so many agreed at the least.
    """

    names: dict = field(default_factory=dict)
    rows: list = field(default_factory=list)
    hidden: list = field(default_factory=list)
    needs: dict = field(default_factory=dict)
    limits: dict = field(default_factory=dict)
    is_silent: bool = False

    def cell(self, name, value=None):
        """An unknown; `value` if it is published."""
        place = self.names.setdefault(name, len(self.names))
        if value is not None:
            self.rows.append(({place: 1.0}, float(value)))
        return place

    def adds_up(self, parts, whole):
        row = defaultdict(float)
        for part in parts:
            row[part] += 1.0
        row[whole] -= 1.0
        self.rows.append((row, 0.0))


def known(systems):
    """Every count by name, of each of some systems where nothing is hidden."""
    for system, counts in zip(systems, Solver(systems).any(), strict=True):
        yield {name: round(counts[place]) for name, place in system.names.items()}


def small_ones(known, policy, *, size=None, limits=MappingProxyType({})):
    """What hidden small counts must be able to be: every number that would be hidden, but no more than there are people.

    Args:
        known: All counts of a system by name; who ticked several boxes is left out.
        size: How many people there are.
        limits: The smallest and largest that a count can be whatever is said of groups, by its name.
    """
    special = is_special(known, policy)
    least, most = (0 if special else 1), policy.threshold(special=special) - 1
    most = most if size is None else min(most, size)
    return {
        name: _within(limits.get(name, ANYTHING), min(least, most), most)
        for name, count in known.items()
        if least <= count <= most and not (isinstance(name, tuple) and MULTIPLE in name)
    }


def _within(limits, least, most):
    return Need(max(least, limits[0]), min(most, limits[1]))


def room_of(names, policy):
    """How far apart numbers must be that a small count can be, at the least."""
    return SPECIAL_ROOM if is_special(names, policy) else ROOM


def is_special(names, policy):
    """Whether a system is about special categories."""
    return any(part in policy.special for name in names if isinstance(name, tuple) for part in name)


def _number(text):
    return None if text == "" else int(text)


class Attack:
    """Reads the four published files, as lists of dictionaries, and sets up one system for each linked table."""

    def __init__(self, files, respondents):
        self.respondents = respondents
        self.frequencies = defaultdict(dict)
        for row in files["frequencies"]:
            self.frequencies[row["variable"]][row["code"]] = (_number(row["count"]), _number(row["base"]))
        self.transitions = defaultdict(list)
        for row in files["transitions"]:
            self.transitions[row["pre"], row["post"]].append(row)
        self.groups = defaultdict(list)
        for row in files["groups"]:
            self.groups[row["item"], row["grouping"]].append(row)

    def systems(self, *, groups=None, pairs=None):
        """One for each linked table; of tables by group only so many, chosen at random, if that is given.

        If `pairs` are given, one for each of these pairs of statements and nothing else.
        """
        if pairs is not None:
            yield from (self._pair(*pair) for pair in pairs)
            return
        yield from self.of_variables(self.frequencies)
        yield from self._pairs()
        yield from self._families()
        yield from self._groupings(groups)

    def found(self, exact=None, policy=None, **which):
        """Every hidden count that can only be one number, or is narrowed further than the rule does, with its interval.

        Args:
            exact: The same attack on files where nothing is hidden, to know which are small; all that is one number is
                found without.
            policy: The thresholds.
            which: As of `systems`.
        """
        systems = list(self.systems(**which))
        for system in systems:
            # that nobody is in a group who gave an answer that nobody gave is no secret
            system.needs = {name: EXACT for name in system.hidden if system.limits.get(name, ANYTHING)[1]}
        if exact is not None:
            for system, counts in zip(systems, known(list(exact.systems(**which))), strict=True):
                small = small_ones(counts, policy, limits=system.limits)
                room = room_of(counts, policy) if system.is_silent else inf
                system.needs |= {
                    name: replace(small[name], room=room) for name in system.needs if name in small
                }
        return Solver(systems).found()

    def of_variables(self, variables):
        """A system for each variable's own table."""
        for variable in variables:
            system = System()
            self._frequency(system, variable, guard=True)
            yield system

    def _pairs(self):
        for pair in self.transitions:
            yield self._pair(*pair)

    def _frequency(self, system, variable, *, guard=False):
        """A variable's own table; those who gave no answer make it up to everyone asked."""
        codes = self.frequencies[variable]
        base_value = next(iter(codes.values()))[1]
        base = system.cell((variable, "base"), base_value)
        everyone = system.cell("respondents", self.respondents)
        missing = system.cell((variable, "missing"))
        system.adds_up([base, missing], everyone)
        cells = {}
        for code, (count, _) in codes.items():
            cells[code] = system.cell((variable, code), count)
            if count is None and guard:
                system.hidden.append((variable, code))
        if base_value is None and guard:
            system.hidden.append((variable, "base"))
        if "agree" in codes:
            system.adds_up([cells["SA"], cells["A"]], cells["agree"])
            system.adds_up([cells["D"], cells["SD"]], cells["disagree"])
        system.adds_up([cells[code] for code in codes if code not in ("agree", "disagree")], base)
        return cells, base, missing

    def _pair(self, pre, post, system=None):
        system = System() if system is None else system
        before, _, no_pre = self._frequency(system, pre, guard=True)
        after, _, no_post = self._frequency(system, post, guard=True)
        columns, bases = defaultdict(list), {}
        rows = defaultdict(list)
        for row in self.transitions[pre, post]:
            r, s = row["pre_rating"], row["post_rating"]
            count = _number(row["count"])
            cell = system.cell((pre, post, r, s), count)
            if count is None:
                system.hidden.append((pre, post, r, s))
            if r not in bases:
                base = _number(row["row_base"])
                bases[r] = system.cell((pre, post, r), base)
                if base is None:
                    system.hidden.append((pre, post, r))
            rows[r].append(cell)
            columns[s].append(cell)
        neither = system.cell("neither")
        before_only = []
        for r, cells in rows.items():
            system.adds_up(cells, bases[r])
            only = system.cell(("before only", r))
            before_only.append(only)
            system.adds_up([bases[r], only], before[r])
        after_only = []
        for s, cells in columns.items():
            only = system.cell(("after only", s))
            after_only.append(only)
            system.adds_up([*cells, only], after[s])
        system.adds_up([*before_only, neither], no_post)
        system.adds_up([*after_only, neither], no_pre)
        return system

    def _groupings(self, some=None):
        motives = [item for item, _ in self.groups if item.startswith("mot_")]
        of_statements = [(item, grouping) for item, grouping in self.groups if not item.startswith("mot_")]
        of_motives = list(dict.fromkeys(grouping for item, grouping in self.groups if item in motives))
        if some is not None:
            rng = np.random.default_rng(some)
            of_statements = [of_statements[at] for at in rng.choice(len(of_statements), some, replace=False)]
            of_motives = of_motives[:2]
        for item, grouping in of_statements:
            yield self._statement_by_group(item, grouping, System())
        for grouping in of_motives:
            system = System()
            own = "motivation_single" if "motivation_single" in self.frequencies else "motivation"
            cells, _, missing = self._frequency(system, own)
            outcomes = {item: cells[item[4:]] for item in dict.fromkeys(motives)}
            totals = {item: self.frequencies[own][item[4:]][0] for item in outcomes}
            gaps = self._gaps(next(iter(self.frequencies[own].values()))[1])
            self._divide(system, grouping, outcomes, missing, totals=totals, gaps=gaps)
            yield system

    def _statement_by_group(self, item, grouping, system):
        cells, base, missing = self._frequency(system, item)
        rest = system.cell("rest")
        system.adds_up([cells["agree"], rest], base)
        agree, asked = self.frequencies[item]["agree"]
        totals = {item: agree, None: None if agree is None or asked is None else asked - agree}
        self._divide(
            system,
            grouping,
            {item: cells["agree"], None: rest},
            missing,
            totals=totals,
            gaps=self._gaps(asked),
        )
        return system

    def _gaps(self, asked):
        return None if asked is None else self.respondents - asked

    def _divide(self, system, grouping, outcomes, missing, *, totals, gaps):
        """Every outcome of an item, and those who left it out, divided by group.

        Args:
            totals: How many there are of each outcome, None where that is not shown.
            gaps: How many left the item out, None where that is not shown.
        """
        own = grouping + "_single" if grouping + "_single" in self.frequencies else grouping
        members, _, _ = self._frequency(system, own)
        groups = [row["group"] for row in self.groups[next(iter(outcomes)), grouping]]
        system.is_silent = all(
            row["agree"] == "" or row["base"] == "0"
            for outcome in outcomes
            for row in self.groups.get((outcome, grouping), ())
        )
        elsewhere = [system.cell((outcome, "elsewhere")) for outcome in outcomes]
        left_out = [system.cell(("left out", group)) for group in groups]
        parts = defaultdict(list)
        for place, group in enumerate(groups):
            size = system.cell(("base", group))
            for outcome in outcomes:
                cell = system.cell((outcome, group))
                if totals[outcome] is not None:
                    system.limits[outcome, group] = (0, totals[outcome])
                parts[outcome].append(cell)
                parts[group].append(cell)
                if outcome is None:
                    continue
                row = self.groups[outcome, grouping][place]
                agree, base = _number(row["agree"]), _number(row["base"])
                system.cell((outcome, group), agree)
                system.cell(("base", group), base)
                if agree is None:
                    system.hidden.append((outcome, group))
                    if None in outcomes and base is not None:
                        system.hidden.append((None, group))
                if base is None:
                    system.hidden.append(("base", group))
            if gaps is not None and self.frequencies[own][group][0] is not None:
                self._limit_base(system, group, self.frequencies[own][group][0] - gaps, totals)
            system.adds_up(parts[group], size)
            system.adds_up([size, left_out[place]], members[group])
        for outcome, total in outcomes.items():
            system.adds_up([*parts[outcome], elsewhere[list(outcomes).index(outcome)]], total)
        system.adds_up([*left_out, system.cell("left out elsewhere")], missing)
        others = system.cell("others")
        system.adds_up([*elsewhere, system.cell("left out elsewhere")], others)
        system.adds_up([*(members[group] for group in groups), others], system.cell("respondents"))

    def _limit_base(self, system, group, fewest, totals):
        system.limits["base", group] = (fewest, inf)
        if totals.get(None) == 0:
            # everybody who answered agreed, so those of the group who agreed are those of it who answered
            (item,) = totals.keys() - {None}
            system.limits[item, group] = (fewest, totals[item])

    def _families(self):
        """Tables that are sums of one another: qualifications and levels, with and without multiple answers."""
        for source in ("location", "motivation"):
            if source in self.frequencies:
                system = System()
                cells, _, _ = self._frequency(system, source, guard=True)
                single, _, _ = self._frequency(system, source + "_single", guard=True)
                for code, cell in single.items():
                    system.adds_up([cell], cells[code])
                yield system
        if {"qualification", "nqf_level", "nqf_group"} <= set(self.frequencies):
            yield self._qualifications(System())

    def _qualifications(self, system):
        answers, _, _ = self._frequency(system, "qualification", guard=True)
        levels, _, _ = self._frequency(system, "nqf_level", guard=True)
        halves, _, _ = self._frequency(system, "nqf_group", guard=True)
        of_level = {
            "1": ["level1_or_entry"],
            "2": ["level2"],
            "3": ["other_level3", "specialist_level3"],
            **{str(level): [f"level{level}"] for level in (4, 5, 6, 7)},
        }
        for level, codes in of_level.items():
            system.adds_up([answers[code] for code in codes], levels[level])
        system.adds_up([levels[level] for level in "123"], halves["le3"])
        system.adds_up([levels[level] for level in "45678"], halves["ge4"])
        return system
