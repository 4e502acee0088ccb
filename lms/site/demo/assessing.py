"""The assessors' side of the demonstration: one in training, comments to use again, a note on a text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from assessments.marking import allocating, annotating, assessors, comment_bank
from assessments.marking import queries as marking_queries
from assessments.marking import service as marking
from assessments.marking.annotating import Spot
from assessments.marking.passages import paragraphs
from assessments.portfolio.models import Portfolio
from assessments.portfolio.snapshot import pieces_for
from lms.people import service as people
from lms.people.models import Organisation, User
from lms.people.roles import Role
from lms.site.demo.characters import PRACTITIONER, PROVIDER
from lms.site.demo.days import Days
from lms.site.demo.portfolios import BEGINNING, OWN_WORK, criteria_of, judged, newest
from lms.site.demo.stage import Moment, Stage, at

TRAINEE, LEARNER = "amina", "dilnoza"
ASSESSOR, ADMINISTRATOR = Role.ASSESSOR.value, Role.PROVIDER_ADMINISTRATOR.value
OWN = (
    "Thank you for being so open about what was hard.",
    "You let her set the pace. That is what this criterion asks for.",
    "Add the date and the place, so that somebody else can follow it.",
)
SHARED = (
    "What is here is yours and it is real. One more example from another day would cover the rest.",
    "Please cover names in the photo and send it again. The words can stay as they are.",
)
DAYS_TO_DECIDE = 2


def moments(days: Days) -> Iterator[Moment]:
    """Somebody begins as an assessor, decides a first portfolio, and waits for a signature."""
    founded = days.ago(20)
    yield Moment(at(founded, "09:10"), "an assessor in training", _begin)
    yield Moment(at(founded, "17:00"), "comments to use again", _keep_comments)
    yield Moment(at(days.ago(6), "20:30"), "a first portfolio for Amina", _send)
    yield Moment(at(days.ago(6) + timedelta(days=DAYS_TO_DECIDE), "15:10"), "Amina decides", _decide)
    yield Moment(at(days.ago(1), "16:40"), "a note on a text", _note)


def _begin(stage: Stage) -> None:
    by, provider = stage.actor(ADMINISTRATOR), stage.get(Organisation, PROVIDER)
    user = people.create_user(name="Amina Yusuf", email=f"{TRAINEE}@{PROVIDER}.example", by=by)
    stage.keep(TRAINEE, user)
    people.add_member(user, provider, Role.ASSESSOR, by=by)
    assessors.set_training(user, provider, countersigner=stage.get(User, ASSESSOR), by=by)


def _keep_comments(stage: Stage) -> None:
    provider_id, by = stage.get(Organisation, PROVIDER).id, stage.actor(ASSESSOR)
    for text in OWN:
        comment_bank.add_comment(provider_id, text, by=by)
    for text in SHARED:
        comment_bank.add_comment(provider_id, text, is_shared=True, by=by)


def _send(stage: Stage) -> None:
    portfolio = stage.get(Portfolio, LEARNER)
    allocating.allocate(portfolio, stage.get(User, TRAINEE), by=stage.actor(ADMINISTRATOR))
    marking.send(portfolio, criteria_of(BEGINNING), declaration=OWN_WORK, by=stage.actor(LEARNER))


def _decide(stage: Stage) -> None:
    portfolio, by = stage.get(Portfolio, LEARNER), stage.actor(TRAINEE)
    submission = newest(portfolio)
    position = marking_queries.positions([portfolio.id])[portfolio.id]
    for criterion in position.standing.to_decide(submission.number):
        marking.save_draft(submission, criterion, judged(criterion, met=True), version=0, by=by)
    marking.release(submission, sequence=position.sequence, by=by)


def _note(stage: Stage) -> None:
    """The assessor stops in the middle of a text, at what they liked."""
    submission = newest(stage.get(Portfolio, PRACTITIONER))
    criterion = submission.criteria[0]
    piece = pieces_for(submission.snapshot, criterion)[0]
    first = paragraphs(piece.text)[0]
    annotating.add_note(
        submission,
        criterion,
        piece,
        Spot(starts=first.start, ends=first.end),
        "This is the moment. Say what she said next, in her own words.",
        by=stage.actor(ASSESSOR),
    )
