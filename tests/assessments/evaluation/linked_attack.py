"""The same attacker with everything that is published at every level and at several times.

What each cohort answered is unknown to him, and every published figure is a sum over cohorts; whoever withdrew between two
times is a cohort of their own, which only the earlier figures count. He tries for every small count: one that is hidden in
something published, and one of a cohort of which nothing is published.
"""

from dataclasses import dataclass, replace

import numpy as np

from assessments.evaluation import disclosure, export, matched, tables
from assessments.evaluation.policy import Policy
from tests.assessments.evaluation.attack import ANYTHING, Attack, System, known, room_of, small_ones


@dataclass(frozen=True)
class Published:
    """What was shown of some cohorts at some time: tables, and of which statements those lost were compared."""

    label: str
    cohorts: frozenset
    protected: object
    lost: frozenset = frozenset()


def _answered(counts, name):
    """Of how many people a count is: those who answered its question, or each of its questions."""
    bases = {
        each[0]: count for each, count in counts.items() if isinstance(each, tuple) and each[1:] == ("base",)
    }
    within_group = ("base", name[1]) in counts
    return min(bases.values()) if within_group else bases.get(name[0], min(bases.values()))


class Named:
    """A part of a system, whose cells carry its name."""

    def __init__(self, system, label):
        self.system, self.label, self.names, self.limits = system, label, [], {}
        self.hidden = self

    def cell(self, name, value=None):
        self.names.append(name)
        return self.system.cell((self.label, name), value)

    def adds_up(self, parts, whole):
        self.system.adds_up(parts, whole)

    def append(self, name):
        self.system.hidden.append((self.label, name))


def as_files(protected):
    """What the four files would say."""
    return {
        name: [dict(zip(header, map(export._text, row), strict=True)) for row in rows]
        for name, header, rows in (
            ("frequencies", export.FREQUENCIES, export.frequency_rows(protected)),
            ("transitions", export.TRANSITIONS, export.transition_rows(protected)),
            ("groups", export.GROUPS, export.group_rows(protected)),
        )
    }


def silent(files):
    """The same with every number left out."""
    numbers = {"count", "base", "row_base", "agree"}
    return {
        name: [{key: "" if key in numbers else cell for key, cell in row.items()} for row in rows]
        for name, rows in files.items()
    }


class LinkedAttack:
    """Attacks everything published at once, one linked set of tables at a time."""

    def __init__(self, published, people, policy=None):
        """Take everything published and, to know what is small, the people of each cohort (or part of one) by its name."""
        self.policy = policy or Policy()
        self.sizes = {cohort: len(responses) for cohort, responses in people.items()}
        self.published = published
        files = {each.label: as_files(each.protected) for each in published}
        self.attacks = {
            each.label: Attack(files[each.label], sum(self.sizes[cohort] for cohort in each.cohorts))
            for each in published
        }
        nothing = silent(files[published[0].label])
        self.cohorts = {cohort: Attack(nothing, size) for cohort, size in self.sizes.items()}
        self.exact = {
            cohort: Attack(as_files(disclosure.unprotected(tables.build(responses))), len(responses))
            for cohort, responses in people.items()
        }
        self.lost = {cohort: matched.count_lost(responses) for cohort, responses in people.items()}

    def of_variable(self, name):
        """All that is known of one question."""
        return self._system(lambda attack, system: attack._frequency(system, name, guard=True))

    def of_pair(self, pre, post):
        """All that is known of two statements."""
        return self._system(lambda attack, system: attack._pair(pre, post, system), lost=pre)

    def by_group(self, item, grouping):
        """All that is known of a statement by group."""
        return self._system(
            lambda attack, system: attack._statement_by_group(item, grouping, system), lost=item
        )

    def of_qualifications(self):
        """All that is known of the three tables of qualifications."""
        return self._system(lambda attack, system: attack._qualifications(system))

    def _system(self, describe, *, lost=None):
        system = System()
        names, limits = [], {}
        for label, attack in (*self.attacks.items(), *self.cohorts.items()):
            view = Named(system, label)
            describe(attack, view)
            self._lost(view, label, lost)
            limits[label] = view.limits
            names = names or list(dict.fromkeys(view.names))
        for each in self.published:
            for name in names:
                system.adds_up(
                    [system.cell((cohort, name)) for cohort in each.cohorts], system.cell((each.label, name))
                )
        wanted = self._wanted(describe, limits)
        system.needs = {name: wanted[name] for name in system.hidden if name in wanted}
        return system

    def small_differences(self):
        """Counts shown twice of the same, of which a few more people gave the answer the second time."""
        found = []
        for place, later in enumerate(self.published):
            for earlier in self.published[:place]:
                if (
                    earlier.label.split(",")[0] == later.label.split(",")[0]
                    and earlier.cohorts < later.cohorts
                ):
                    both = ~earlier.protected.count & ~later.protected.count
                    counts = [each.protected.tables.frequencies.count for each in (later, earlier)]
                    more = np.where(both, counts[0] - counts[1], 0)
                    found += [
                        (earlier.label, later.label, row) for row in np.flatnonzero((more > 0) & (more < 5))
                    ]
        return found

    def _lost(self, view, label, name):
        """Those who stayed and those who were lost, of whom a statement before the course is told, beside its own table."""
        cells = {each for each in view.names if isinstance(each, tuple)}
        if name is None or (name, "agree") not in cells or not name.startswith("pre_"):
            return
        shown = next((each.lost for each in self.published if each.label == label), frozenset())
        told = None
        if name in shown:
            (each,) = [each for each in self.published if each.label == label]
            told = sum(self.lost[cohort][name] for cohort in each.cohorts)
        for half, codes in enumerate((("SA", "A"), ("D", "SD"))):
            both = []
            for place, who in enumerate(("kept", "lost")):
                value = None if told is None else int(told[place, half])
                both.append(view.cell((name, who, half), value))
            view.adds_up(both, view.cell((name, ("agree", "disagree")[half])))
            if ("before only", codes[0]) in cells:
                unanswered = view.cell((name, "kept, not answered after", half))
                whole = view.cell((name, "before only", half))
                view.adds_up([view.cell(("before only", code)) for code in codes], whole)
                view.adds_up([both[1], unanswered], whole)

    def _limits(self, label, cohorts, limits):
        """What shown totals of a question leave counts within groups: its own, or those of wholes it belongs to."""
        found = dict(limits[label])
        for each in self.published:
            if each.cohorts > set(cohorts):
                for name, (_, most) in limits[each.label].items():
                    low, high = found.get(name, ANYTHING)
                    found[name] = low, min(high, most)
        return found

    def _wanted(self, describe, limits):
        """What each small count must be able to be, of everything published and of every cohort."""
        exact = {cohort: System() for cohort in self.exact}
        for cohort, attack in self.exact.items():
            describe(attack, exact[cohort])
        of_cohort = dict(zip(exact, known(exact.values()), strict=True))
        room = room_of(next(iter(of_cohort.values())), self.policy)
        wanted = {}
        for label, cohorts in [
            *((each.label, each.cohorts) for each in self.published),
            *((cohort, [cohort]) for cohort in self.sizes),
        ]:
            size = sum(self.sizes[cohort] for cohort in cohorts)
            counts = {
                name: sum(of_cohort[each][name] for each in cohorts)
                for name in of_cohort[next(iter(cohorts))]
            }
            within = self._limits(label, cohorts, limits)
            small = small_ones(counts, self.policy, size=size, limits=within)
            # where everybody gave an answer, as may be shown, so did everybody in a cohort
            wanted |= {
                (label, name): replace(
                    need, room=min(room, need.most - within.get(name, ANYTHING)[0], _answered(counts, name))
                )
                for name, need in small.items()
                if counts[name] < size
            }
        return wanted
