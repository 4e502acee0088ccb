"""The demonstration: built once, by services, whole; every listed person gets in; never beside real people."""

from __future__ import annotations

import socket
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask
from werkzeug.datastructures import MultiDict

from assessments.questionnaires.models import Response, Wave
from assessments.questionnaires.schema import STUDY
from assessments.themes import publishing
from courses.cohorts.models import Cohort, Enrolment, Programme
from courses.content.differences import compare
from courses.progress import activity_forms
from lms.core import audit, clock
from lms.core.audit import AuditRecord
from lms.core.extensions import db
from lms.people import service as people
from lms.people.models import User
from lms.people.roles import Role
from lms.site import demo_accounts
from lms.site.app import create_app
from lms.site.demo import commands, editions, enrolling, loading, programme_2010
from lms.site.demo.answers import answers_to
from lms.site.demo.characters import FINISHED, LIVE
from lms.site.demo.days import HELD, days_for
from lms.site.demo.loading import Found
from lms.site.demo.own_words_texts import SHEETS
from tests.client import JudgingClient
from tests.databases import settings_for
from tests.factories import learning
from tests.factories.people import make_user


def _run(app: Flask, *arguments: str) -> Result:
    db.session.commit()
    db.session.remove()
    return app.test_cli_runner().invoke(args=["demo", *arguments])


def _rows() -> dict[str, int]:
    return {
        table.name: db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
        for table in db.metadata.sorted_tables
    }


@pytest.mark.once
@pytest.mark.slow
def test_it_is_built_once_and_everybody_gets_in(app: Flask, client: JudgingClient) -> None:
    first = _run(app, "load", "--quiet")
    assert first.exit_code == 0, first.output

    for role in Role:
        assert f"{role.words} " in first.output
        assert demo_accounts.address(role.value) in first.output
    assert loading.PASSWORD in first.output
    assert [account.role for account in demo_accounts.listed()] == [role.words for role in Role]

    before = _rows()
    again = _run(app, "load", "--quiet")
    assert again.exit_code == 0, again.output
    assert "here already; nothing was added" in again.output
    assert _rows() == before

    for role in Role:
        form = {"email": demo_accounts.address(role.value), "password": loading.PASSWORD}
        client.send("people.sign_in_with_password", data=form)
        home = client.get("/")
        first_page = client.get(home.location) if home.location else home
        assert first_page.status_code == 200, role
        client.send("people.sign_out")

    _programme_is_whole()
    _live_cohort_is_under_way()
    _course_was_revised(client)
    entries = db.session.scalars(sa.select(AuditRecord).order_by(AuditRecord.sequence)).all()
    assert audit.broken_entries(entries) == []


def _programme_is_whole() -> None:
    rows = db.session.execute(
        sa.select(Cohort.provider_id, Cohort.region)
        .join(Programme, Programme.id == Cohort.programme_id)
        .where(Programme.name == programme_2010.NAME)
    ).all()
    assert len(rows) == 39
    assert len({row.provider_id for row in rows}) == 5
    assert len({row.region for row in rows}) == 8, (
        "nobody was taught in Yorkshire; respondents came from nine"
    )
    answered = sa.select(Response.wave_id, sa.func.count()).group_by(Response.wave_id)
    of_2010 = (
        sa.select(sa.func.count())
        .select_from(Response)
        .join(Wave, Wave.id == Response.wave_id)
        .where(Response.answered_on < date(2012, 1, 1), Wave.kind.in_(STUDY))
    )
    assert db.session.scalar(of_2010) == 547 + 502
    assert len(db.session.execute(answered).all()) >= 39 * 2
    of_study = sa.select(Programme.id).where(Programme.name == programme_2010.NAME)
    (in_words,) = publishing.in_words(db.session.scalars(of_study).one())
    assert in_words.people == len(SHEETS)
    assert sum(len(said.quotes) for said in in_words.said) == sum(sheet.is_quoted for sheet in SHEETS)


def _live_cohort_is_under_way() -> None:
    names = set(db.session.scalars(sa.select(User.name).join(Enrolment, Enrolment.user_id == User.id)))
    assert names == {learner.name for learner in (*LIVE, *FINISHED)} | {enrolling.POSTPONED}
    assert len(LIVE) == 14
    at = db.session.scalars(sa.select(AuditRecord.at).order_by(AuditRecord.sequence)).all()
    assert at == sorted(at), "everything happened in order"
    assert at[-1] <= clock.now()


def _course_was_revised(client: JudgingClient) -> None:
    client.sign_in(
        db.session.scalars(sa.select(User).where(User.email == demo_accounts.address("administrator"))).one()
    )
    page = client.see("versions.changes", slug=editions.COURSE).text
    assert "So we say it at the start." in page
    assert "The last bus" in page


def test_the_first_edition_of_the_course_could_have_been_published() -> None:
    now = learning.course_document()
    first = editions.first_edition(now)
    minutes = [
        sum(each.minutes for each in course.modules[0].activities) for course in (first.course, now.course)
    ]
    assert minutes == [300, 300]
    found = compare(first, now)
    assert [each.activity.id for module in found.modules for each in module.activities] == [
        "the-last-bus",
        "your-settings-rules",
        "portfolio-and-six-credits",
    ]


def test_it_is_not_put_beside_other_people(app: Flask) -> None:
    make_user(Role.FACILITATOR)
    refused = _run(app, "load", "--quiet")
    assert refused.exit_code != 0
    assert "holds other people's data" in refused.output
    assert loading.look() is Found.OTHERS


def test_a_build_that_was_cut_short_begins_again(app: Flask) -> None:
    people.create_user(name="Sam Whitaker", email=demo_accounts.address(Role.ADMINISTRATOR.value))
    db.session.commit()
    assert loading.look() is Found.PART


def test_a_demonstration_of_another_edition_begins_again(tmp_path: Path) -> None:
    app = create_app(settings_for(f"sqlite:///{tmp_path / 'old.sqlite'}", tmp_path))
    with app.app_context():
        commands._migrate()
        with db.engine.begin() as connection:
            connection.execute(sa.text("ALTER TABLE draft DROP COLUMN saved_at"))
        assert commands._is_of_another_edition()
        commands._begin_again("It is of another edition")
        assert not commands._is_of_another_edition()
        db.engine.dispose()


def test_production_refuses_it(tmp_path: Path) -> None:
    settings = settings_for(f"sqlite:///{tmp_path / 'x.sqlite'}", tmp_path)
    app = create_app(settings)
    app.config["ENVIRONMENT"] = "production"
    for command in (["load"], ["serve", "--port", "1"]):
        refused = app.test_cli_runner().invoke(args=["demo", *command])
        assert refused.exit_code != 0
        assert "never built in production" in refused.output
    assert not (tmp_path / "x.sqlite").exists()


def test_a_port_in_use_is_said_before_anything_is_built(
    app: Flask,
) -> None:

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = _run(app, "serve", "--port", str(port))
    assert refused.exit_code != 0
    assert f"already listens on port {port}" in refused.output
    assert loading.look() is Found.NOTHING


@pytest.mark.parametrize(
    "today",
    [
        date(2026, 11, 23),
        *(date(2026, 12, 1) + timedelta(days=step) for step in range(0, 120, 7)),
        date(2027, 1, 1),
        date(2027, 12, 28),
        date(2028, 2, 29),
    ],
    ids=str,
)
def test_on_any_day_seven_sessions_are_over_and_three_to_come(today: date) -> None:
    days = days_for(today)
    assert len(days.live) == 10
    assert sum(day < today for day in days.live) == HELD
    assert len(days.finished) == 5
    assert days.finished[-1] < days.live_first - timedelta(days=60)


def test_the_time_is_only_ever_set_for_the_demonstration() -> None:
    root = Path(__file__).parents[2]
    users = {
        str(path.relative_to(root))
        for package in ("lms", "courses", "assessments", "certificates")
        for path in (root / package).rglob("*.py")
        if "clock.set_to(" in path.read_text(encoding="utf-8")
    }
    assert users == {"lms/site/demo/stage.py"}


def test_another_time_ends_with_its_block() -> None:
    then = datetime(2011, 3, 31, 12, tzinfo=clock.LONDON)
    with clock.set_to(then):
        assert clock.now() == then
        assert clock.today() == date(2011, 3, 31)
    assert clock.now() > then
    with pytest.raises(ValueError, match="without a zone"), clock.set_to(datetime(2011, 3, 31)):  # noqa: DTZ001
        pass


def test_the_worksheets_that_are_filled_in_have_these_boxes_and_choices(app: Flask) -> None:
    sheets = {each.id: each for _, each in learning.course_document().course.activities()}
    for name in ("family-agreement", "goals-and-small-steps"):
        values = answers_to(sheets[name])
        with app.test_request_context(method="POST"):
            form = activity_forms.form_for(sheets[name], MultiDict(values), meta={"csrf": False})
            assert form.validate(), form.errors
        assert set(values) <= set(form.data)
