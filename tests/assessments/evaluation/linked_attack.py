"""The same attacker with everything that is published at every level and at several times.

What each cohort answered is unknown to him, and every published figure is a sum over cohorts; whoever withdrew between two
times is a cohort of their own, which only the earlier figures count. He tries for every small count: one that is hidden in
something published, and one of a cohort of which nothing is published.
"""

from collections import defaultdict
from dataclasses import dataclass

from assessments.evaluation import export
from assessments.evaluation.policy import Policy
from tests.assessments.evaluation.attack import Attack, System


@dataclass(frozen=True)
class Published:
    """What was shown of some cohorts at some time."""

    label: str
    cohorts: frozenset
    protected: object


class Named:
    """A part of a system, whose cells carry its name."""

    def __init__(self, system, label):
        self.system, self.label, self.names = system, label, []
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

    def __init__(self, published, sizes, policy=None):
        self.policy = policy or Policy()
        self.sizes = sizes
        self.published = published
        files = {each.label: as_files(each.protected) for each in published}
        self.attacks = {
            each.label: Attack(files[each.label], sum(sizes[cohort] for cohort in each.cohorts))
            for each in published
        }
        nothing = silent(files[published[0].label])
        self.cohorts = {cohort: Attack(nothing, size) for cohort, size in sizes.items()}

    def small_counts_of_variable(self, name):
        return self._tried(lambda attack, system: attack._frequency(system, name, guard=True), {name})

    def small_counts_of_pair(self, pre, post):
        return self._tried(lambda attack, system: attack._pair(pre, post, system), {pre})

    def small_counts_by_group(self, item, grouping):
        return self._tried(
            lambda attack, system: attack._statement_by_group(item, grouping, system), {grouping}
        )

    def small_counts_of_qualifications(self):
        return self._tried(lambda attack, system: attack._qualifications(system), {"qualification"})

    def _tried(self, describe, about):
        system = System()
        names = []
        for label, attack in (*self.attacks.items(), *self.cohorts.items()):
            view = Named(system, label)
            describe(attack, view)
            names = names or list(dict.fromkeys(view.names))
        for each in self.published:
            for name in names:
                system.adds_up(
                    [system.cell((cohort, name)) for cohort in each.cohorts], system.cell((each.label, name))
                )
        special = bool(about & self.policy.special)
        least = self.policy.threshold(special=special)
        return [
            (name, value) for name, value in system.given_away() if (0 if special else 1) <= value < least
        ]


def by_label(found):
    """How much was found of each, to read a failure by."""
    told = defaultdict(list)
    for (label, name), value in found:
        told[label].append((name, value))
    return dict(told)
