"""Nothing in the database leads from an answer to a person: no key, no time, no order, no copy."""

from __future__ import annotations

import itertools
from datetime import datetime

import sqlalchemy as sa

from assessments.questionnaires import pseudonyms, queries, respondents, service
from assessments.questionnaires.models import Invitation, Response, SpecialAnswers, Wave, WrittenAnswer
from assessments.questionnaires.pseudonyms import Purpose
from assessments.questionnaires.schema import WaveKind
from assessments.questionnaires.written import Written
from lms.core.access import Reach
from lms.core.audit import Act, AuditRecord
from lms.core.extensions import db
from lms.core.held import HeldForm
from lms.core.model import Base
from tests.assessments.questionnaires.conftest import (
    answer,
    ask_of,
    asked,
    enrol,
    every_kind,
    make_cohort,
)
from tests.factories.people import as_actor

ANSWERS = (Response, SpecialAnswers, WrittenAnswer)
PEOPLE = {"user", "enrolment", "membership", "invitation", "sign_in"}


def reached_from(table: sa.Table) -> set[str]:
    """Every table that foreign keys lead to, however far."""
    seen: set[str] = set()
    ahead = [table]
    while ahead:
        for key in ahead.pop().foreign_keys:
            if key.column.table.name not in seen:
                seen.add(key.column.table.name)
                ahead.append(key.column.table)
    return seen


def test_no_foreign_key_leads_from_an_answer_to_a_person():
    for model in ANSWERS:
        assert not reached_from(model.__table__) & PEOPLE


def test_no_foreign_key_leads_from_anywhere_to_an_answer_but_from_what_is_made_of_its_words():
    names = {model.__tablename__ for model in ANSWERS}
    leading = {
        (table.name, key.column.table.name)
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table.name in names
    }
    assert leading == {("taken_in_answer", "written_answer")}
    # and that names a question of a programme, and no person, wave or cohort
    assert set(Base.metadata.tables["taken_in_answer"].columns.keys()) == {
        "answer_id",
        "question_id",
        "batch",
    }


def test_no_answer_has_a_time_and_no_invitation_has_one_either():
    for model in (*ANSWERS, Invitation):
        for column in model.__table__.columns:
            assert not isinstance(column.type, sa.DateTime)
            assert column.type.python_type is not datetime


def test_an_invitation_says_yes_or_no_and_nothing_more():
    assert set(Invitation.__table__.columns.keys()) == {"wave_id", "enrolment_id", "answered"}


def test_no_answer_has_a_number_that_counts_up():
    own_keys = {Response: ["wave_id", "id"], SpecialAnswers: ["pseudonym"], WrittenAnswer: ["id"]}
    for model, names in own_keys.items():
        table = model.__table__
        assert [column.name for column in table.primary_key] == names
        assert table.columns[names[-1]].type.python_type is str
        assert table.kwargs["sqlite_with_rowid"] is False
        assert not [column for column in table.columns if column.autoincrement is True]


def test_special_answers_name_no_wave_and_no_cohort():
    assert reached_from(SpecialAnswers.__table__) == {"instrument_version"}


def test_rows_lie_in_the_order_of_random_keys_not_of_arrival(app, cohort):
    if db.engine.dialect.name != "sqlite":
        return
    arrived = [answer(enrol(cohort), {"length": "lt1", "bme": "no"}).id for _ in range(12)]
    db.session.flush()
    lie = list(db.session.scalars(sa.text("SELECT id FROM response")))
    assert lie == sorted(arrived) != arrived


def everything_in_the_database() -> dict[str, set[str]]:
    """Every cell of every table as text: table -> cells."""
    cells: dict[str, set[str]] = {}
    for table in Base.metadata.sorted_tables:
        cells[table.name] = {
            str(cell)
            for row in db.session.execute(sa.select(table))
            for cell in row
            if cell is not None and str(cell)
        }
    return cells


def test_a_copy_of_the_database_without_the_key_matches_no_answer_to_anybody(app, cohort):
    """The attack: everything that is stored about people, tried with everything that pseudonyms are made of, but the key."""
    people = [enrol(cohort) for _ in range(5)]
    wave = ask_of(cohort, WaveKind.ONE_MONTH, every_kind())
    for person in people:
        answer(person, {"length": "lt1", "bme": "yes"}, finish=True)
        answer(person, {"sup_team": "A"}, WaveKind.POST, finish=True)
        mine = queries.get_own_wave(wave.ref, within=Reach(person.user_id))
        written = {"story": Written("It went well."), "title": Written("Outreach")}
        service.save_answers(mine, written, by=as_actor(person.user))
    db.session.commit()
    cells = everything_in_the_database()
    answers = {model.__tablename__ for model in ANSWERS}
    sought = {pseudonym for name in answers for pseudonym in cells[name]}
    elsewhere = set().union(*(found for name, found in cells.items() if name not in answers))
    secrets = {cell for name in answers for cell in cells[name] if len(cell) in {22, 32}}
    assert len(secrets) >= 5 + 15 + 5 + 20
    for one, other in itertools.combinations(answers, 2):
        assert not secrets & cells[one] & cells[other], "one table of answers leads to another"
    assert not secrets & elsewhere, "something of a response is written down elsewhere"
    for guess in (b"", b"0" * 32, app.config["SECRET_KEY"].encode()):
        for cell in elsewhere:
            for purpose in Purpose:
                assert pseudonyms.derive(guess, purpose, cell) not in sought
    with_key = app.config["RESPONSE_KEY"].encode()
    assert pseudonyms.derive(with_key, Purpose.ENROLMENT, people[0].ref) in sought, "the attack itself works"


def test_special_answers_cannot_be_matched_to_their_response_without_the_key(app, cohort):
    responses = [answer(enrol(cohort), {"length": "lt1", "bme": "yes"}) for _ in range(3)]
    special = db.session.scalars(sa.select(SpecialAnswers)).all()
    for response in responses:
        for each in special:
            assert each.pseudonym not in {response.id, response.pseudonym}
    assert {each.pseudonym for each in special} == {
        respondents.special_pseudonym(each.id) for each in responses
    }


def test_a_written_answer_names_its_wave_and_leads_to_no_response_and_no_other_text(app, cohort):
    wave = ask_of(cohort, WaveKind.ONE_MONTH, every_kind())
    for person in [enrol(cohort) for _ in range(6)]:
        mine = queries.get_own_wave(wave.ref, within=Reach(person.user_id))
        words = {"title": Written("Outreach worker"), "story": Written("It went well.", may_quote=True)}
        service.save_answers(mine, {"one": "yes", **words}, by=as_actor(person.user))
    db.session.flush()
    db.session.expire_all()
    table = WrittenAnswer.__table__
    assert {key.column.table.name for key in table.foreign_keys} == {"wave"}
    assert set(table.columns.keys()) == {"id", "pseudonym", "wave_id", "item", "text", "day", "may_quote"}
    texts = db.session.scalars(sa.select(WrittenAnswer)).all()
    assert len({each.pseudonym for each in texts} | {each.id for each in texts}) == 24
    known = {cell for each in db.session.scalars(sa.select(Response)) for cell in (each.id, each.pseudonym)}
    assert not known & {cell for each in texts for cell in (each.id, each.pseudonym)}
    if db.engine.dialect.name == "sqlite":
        lie = [row.id for row in db.session.execute(sa.text("SELECT * FROM written_answer"))]
        assert lie == sorted(lie)


def test_the_audit_trail_says_that_somebody_answered_but_not_who_or_which(app, cohort, enrolment):
    response = answer(enrolment, {"length": "lt1", "bme": "yes"}, finish=True)
    service.withdraw(asked(enrolment), by=as_actor(enrolment.user))
    answer(enrolment, {"length": "lt1"})
    db.session.commit()
    entries = db.session.scalars(
        sa.select(AuditRecord).where(AuditRecord.act == Act.RESPONSE_CHANGED.value)
    ).all()
    assert len(entries) == 4
    for entry in entries:
        assert entry.actor_id is None
        assert entry.subject_kind == Wave.__tablename__
        assert entry.facts == {}
        assert response.pseudonym not in str(vars(entry))


def test_finishing_writes_every_invitation_of_the_wave_alike(app, cohort):
    people = [enrol(cohort) for _ in range(4)]
    service.open_waves(cohort, by=None)
    statements: list[str] = []
    sa.event.listen(db.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    answer(people[2], {}, finish=True)
    (update,) = [text for text in statements if text.startswith("UPDATE invitation")]
    assert update.rstrip().endswith(("wave_id = ?", "wave_id = %(wave_id_1)s::INTEGER"))
    answered = dict(
        db.session.execute(
            sa.select(Invitation.enrolment_id, Invitation.answered)
            .join(Wave)
            .where(Wave.kind == WaveKind.PRE)
        ).all()
    )
    assert answered == {person.id: person is people[2] for person in people}


def test_the_joined_answers_hold_no_name_no_pseudonym_and_no_order(app, cohort):
    people = [enrol(cohort) for _ in range(30)]
    for number, person in enumerate(people):
        answer(
            person,
            {"length": ["lt1", "y1_5", "y5_10", "gt10"][number % 4], "bme": "yes" if number % 3 else "no"},
        )
        answer(person, {"sup_team": "A" if number % 2 else "SD"}, WaveKind.POST)
    paired = queries.paired_answers([cohort.id])
    variables, matrix = paired.variables, paired.codes
    assert matrix.shape == (30, len(variables)) == (30, 50)
    columns = [matrix[:, variables.index(code)] for code in ("length", "bme", "sup_team")]
    rows = sorted(zip(*(column.tolist() for column in columns), strict=True))
    assert rows == sorted((n % 4 + 1, 1 if n % 3 else 2, 2 if n % 2 else 4) for n in range(30))
    assert columns[0].tolist() != [number % 4 + 1 for number in range(30)]


def test_joined_answers_are_of_the_cohorts_asked_for_only(app):
    one, two = make_cohort(), make_cohort()
    answer(enrol(one), {"length": "lt1", "disability": "yes"})
    answer(enrol(two), {"length": "gt10", "disability": "no"})
    paired = queries.paired_answers([two.id])
    variables, matrix = paired.variables, paired.codes
    assert matrix[:, variables.index("length")].tolist() == [4]
    assert matrix[:, variables.index("disability")].tolist() == [2]
    assert queries.paired_answers([]).codes.shape == (0, 50)


def test_nothing_posted_to_a_questionnaire_is_held_under_a_name_when_a_sign_in_has_ended(
    app, client, enrolment
):
    mine = asked(enrolment)
    client.sign_in(enrolment.user)
    db.session.execute(sa.text("UPDATE sign_in SET ended_at = expires_at"))
    address = client.address("questionnaires.save_part", wave_ref=mine.wave.ref, number=9)
    db.session.commit()
    answer_page = client.post(
        address,
        data=client._with_token({"answer-bme": "yes", "answer-disability": "no"}),
    )
    assert "/sign-in" in answer_page.location
    assert db.session.scalars(sa.select(HeldForm)).all() == []


def test_tables_of_answers_and_of_people_are_all_known_here():
    """A new table with a foreign key to a wave or a cohort's people must be thought about in this file."""
    names = {table.name for table in Base.metadata.tables.values() if "wave" in reached_from(table)}
    made_of_words = {
        "taken_in_answer", "redaction", "coding", "coding_theme", "settlement", "settlement_theme", "quote"
    }  # fmt: skip
    assert names - made_of_words == {
        "response", "invitation", "written_answer", "outside_invitation", "personal_link", "wave_reminder",
        "paper_sheet", "keyed_form", "copied_wave",
    }  # fmt: skip
