"""A deeper attack than the tests': many cohorts and many worlds, in every table. By hand, since it takes minutes.

python -m tests.assessments.evaluation.sweep [how many, 5] [from which seed, 0]
"""

import sys
from time import perf_counter

import click
import numpy as np

from assessments.evaluation import study_2011
from assessments.evaluation.codebook import study_codebook
from assessments.evaluation.policy import Policy
from assessments.evaluation.responses import read_responses
from tests.assessments.evaluation.test_disclosure import attacks, some
from tests.assessments.evaluation.test_linked import World, found_in


def main(many: int = 5, first: int = 0) -> None:
    study = read_responses(study_2011.RESPONDENTS, study_codebook())
    for seed in range(first, first + many):
        start = perf_counter()
        people = int(np.random.default_rng(seed).integers(14, 400))
        shown, exact = attacks(some(study, people, seed=seed, complete=bool(seed % 2)))
        found = shown.found(exact, Policy(), groups=60)
        click.echo(
            f"cohort {seed}, {people} people: {len(found)} found, {perf_counter() - start:.0f} s {found[:3]}",
        )
        start = perf_counter()
        world = World(study, seed, rounds=4)
        found = found_in(world, many=True) if world.published else []
        click.echo(
            f"world {seed}, {len(world.published)} figures: {len(found)} found, {perf_counter() - start:.0f} s {found[:3]}",
        )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
