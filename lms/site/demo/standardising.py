"""Standardisation and looks on the way in the demonstration: two more assessors, a script all judged, one that waits, minutes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import partial

from sqlalchemy import select

from assessments.portfolio.models import Portfolio, UnitVersion
from assessments.standardisation import exercises, meetings
from assessments.standardisation.exercises import Said
from assessments.standardisation.meetings import NewAction
from assessments.standardisation.models import Exercise, MeetingAction
from assessments.verification import actions, sample_queries
from assessments.verification import service as verification
from assessments.verification.models import Sample
from assessments.verification.sampling import Stage as When
from courses.cohorts.models import Cohort
from lms.core import clock
from lms.core.extensions import db
from lms.people import service as people
from lms.people.models import Organisation, User
from lms.people.roles import Role
from lms.site.demo.characters import PROVIDER
from lms.site.demo.days import Days
from lms.site.demo.stage import Moment, Stage, at
from lms.site.demo.teaching import TUESDAYS

IQA, ASSESSOR = Role.IQA.value, Role.ASSESSOR.value
OTHERS = {"tom": "Tom Ackroyd", "leila": "Leila Haddad"}
CRITERIA = ("3.1", "3.2", "3.3", "4.1", "4.2", "4.3")
FIRST, SECOND = "First visits", "When contact lapses"
COPIED = "maeve"
NOT_YET: Mapping[str, Mapping[str, str]] = {
    ASSESSOR: {"3.3": "It says that she kept her boundaries. I do not see one being tested."},
    "tom": {
        "3.3": "A rule is named, not what she did with it.",
        "4.3": "How will the two of them know that a step is done?",
    },
    "leila": {},
}
WORDS = (
    "I had not heard from the mother of Family D for three weeks. I sent one short message with no question in it, and "
    "said when I would be at the drop-in.\n\nShe came in the second week. We agreed to meet there rather than at home "
    "until she says otherwise."
)


def moments(days: Days) -> Iterator[Moment]:
    """The assessors, the first script and its meeting, a look on the way, and a script that waits for the assessor."""
    yield Moment(at(days.ago(29), "09:00"), "two more assessors", _join)
    yield Moment(at(days.ago(20), "10:00"), "a script to judge", _first)
    for hour, name in enumerate((ASSESSOR, *OTHERS)):
        yield Moment(
            at(days.ago(17), f"1{hour}:20"), f"{name} judges the script", partial(_judge, FIRST, name)
        )
    yield Moment(at(days.ago(14), "15:30"), "a standardisation meeting", partial(_meet, days.ago(14)))
    yield Moment(at(days.ago(9), "12:10"), "an action of the meeting is closed", _close)
    yield Moment(at(days.ago(7), "14:00"), "a look at portfolios on the way", _look)
    yield Moment(at(days.ago(3), "10:00"), "another script", _second)
    for hour, name in enumerate(OTHERS):
        yield Moment(
            at(days.ago(2), f"1{hour}:40"), f"{name} judges the other", partial(_judge, SECOND, name)
        )


def _join(stage: Stage) -> None:
    for key, name in OTHERS.items():
        user = people.create_user(
            name=name, email=f"{key}@aire-valley.example", by=stage.actor(Role.ADMINISTRATOR.value)
        )
        stage.keep(key, user)
        people.add_member(
            user, stage.get(Organisation, PROVIDER), Role.ASSESSOR, by=stage.actor(Role.ADMINISTRATOR.value)
        )


def _prepared(title: str, criteria: tuple[str, ...], stage: Stage) -> Exercise:
    version = db.session.get_one(UnitVersion, stage.get(Portfolio, COPIED).unit_version_id)
    exercise = exercises.prepare(
        stage.get(Organisation, PROVIDER), version, title=title, criteria=criteria, by=stage.actor(IQA)
    )
    stage.keep(title, exercise)
    return exercise


def _first(stage: Stage) -> None:
    by = stage.actor(IQA)
    exercise = _prepared(FIRST, CRITERIA, stage)
    exercises.copy_from(exercise, stage.get(Portfolio, COPIED), by=by)
    exercises.open_to_assessors(exercise, is_anonymous=True, by=by)


def _second(stage: Stage) -> None:
    by = stage.actor(IQA)
    exercise = _prepared(SECOND, ("4.5", "4.6", "6.2"), stage)
    exercises.add_piece(exercise, title="Three weeks without an answer", text=WORDS, by=by)
    exercises.open_to_assessors(exercise, is_anonymous=True, by=by)


def _judge(title: str, name: str, stage: Stage) -> None:
    exercise = stage.get(Exercise, title)
    not_yet = NOT_YET[name]
    said = {ref: Said(ref not in not_yet, not_yet.get(ref, "")) for ref in exercise.criteria}
    exercises.judge(exercise, said, by=stage.actor(name))


def _meet(day: date, stage: Stage) -> None:
    by = stage.actor(IQA)
    exercise = stage.get(Exercise, FIRST)
    # somebody in training has not judged: the meeting does not wait for them
    exercises.close(exercise, by=by)
    exercises.remark(
        exercise,
        criterion="3.3",
        met=False,
        text="One boundary that was tested, and what was done, is what 3.3 asks.",
        by=by,
    )
    held = meetings.hold(
        stage.get(Organisation, PROVIDER),
        title="Autumn standardisation",
        held_on=day,
        minutes="We compared what each of us said of one script. We differ in 3.3 and 4.3.\n\n"
        "Agreed: a rule that is named does not show a boundary kept. We ask for one that was tested.",
        came={by.id, stage.get(User, ASSESSOR).id, stage.get(User, "tom").id},
        exercises=[exercise],
        actions=[
            NewAction(
                "Write down for all of us what 3.3 asks", stage.get(User, ASSESSOR), day + timedelta(days=7)
            ),
            NewAction(
                "Find a script with an ending in it", stage.get(User, "leila"), day + timedelta(days=30)
            ),
        ],
        by=by,
    )
    stage.keep("autumn", held)


def _close(stage: Stage) -> None:
    first = db.session.scalars(select(MeetingAction).order_by(MeetingAction.id).limit(1)).one()
    meetings.close(first, words="It is on the first page of the assessors’ folder.", by=stage.actor(IQA))


def _look(stage: Stage) -> None:
    """Everything is drawn, the assessor being red; one is looked at and closed, with something to do."""
    by = stage.actor(IQA)
    plan = verification.draw_plan(
        stage.get(Cohort, TUESDAYS), stage=When.INTERIM, seed=f"{clock.today():%Y-%m-%d} on the way", by=by
    )
    sample = db.session.scalars(
        select(Sample).where(Sample.plan_id == plan.id, Sample.drawn).order_by(Sample.portfolio_id).limit(1)
    ).one()
    assessor = sample_queries.last_judge(sample.portfolio_id)
    if assessor is not None:
        actions.ask(sample, assessor, note="Name the piece of evidence that each feedback is about.", by=by)
    verification.finish(
        sample,
        on_feedback="Warm, and clear about what is asked. It would help to name the evidence each time.",
        on_planning="Agreed with the practitioner, with days.",
        by=by,
    )
