"""Figures over time: they come out for enough people at once, and one person's answers never move them."""

from datetime import date

import numpy as np
import pytest
import sqlalchemy as sa

from assessments.evaluation import kept_chapters, queries, released, storing
from assessments.evaluation.disclosure import unprotected
from assessments.evaluation.models import Chapter, ChapterRelease, CountedCohort, Release
from assessments.evaluation.policy import Policy
from assessments.questionnaires import library, service
from assessments.questionnaires.models import Response, SpecialAnswers, Wave
from assessments.questionnaires.queries import Asked
from assessments.questionnaires.schema import WaveKind
from lms.core import clock
from lms.core.access import Reach
from lms.core.audit import AuditRecord
from lms.core.extensions import db
from tests.assessments.evaluation.test_pages import House

EVERYWHERE = Reach(person_id=0, everywhere=True)
LATER = date(2026, 1, 5)


@pytest.fixture
def house(app):
    """Surrey's cohorts, of which only the first two have closed."""
    house = House()
    house.add("SURREY")
    house.late = sorted(house.cohorts)[2:]
    _close(house, house.late, date(2100, 1, 1))
    return house


def _close(house, codes, on):
    ids = [house.cohorts[code].id for code in codes]
    db.session.execute(sa.update(Wave).where(Wave.cohort_id.in_(ids)).values(closes_on=on))


def _figures(house):
    scope = queries.get_provider(house.providers["SURREY"].ref, within=EVERYWHERE)
    return released.find(scope)


def _chapters(house):
    return kept_chapters.find(queries.get_provider(house.providers["SURREY"].ref, within=EVERYWHERE))


def _withdraw(cohort, people):
    """As `service.withdraw` does, for people whom the file and not a sign-in made."""
    found = db.session.scalars(
        sa.select(Response.id)
        .join(Wave, Wave.id == Response.wave_id)
        .where(Wave.cohort_id == cohort.id)
        .order_by(Response.pseudonym)
        .limit(people)
    ).all()
    db.session.execute(sa.delete(Response).where(Response.id.in_(found)))


def test_figures_come_out_once_and_again_only_when_enough_people_have_come(house) -> None:
    assert {out.made_on for out in house.release()} == {clock.today()}
    before = _figures(house)
    assert house.release() == []
    _close(house, house.late[:1], LATER)
    small = queries.answers_of(
        [part for part in queries.list_all_cohorts() if part.has_closed(date(2026, 6, 1))]
    )
    added = len(small.responses) - before.people
    assert 0 < added < 23
    assert house.release() == []
    assert _figures(house).people == before.people
    _close(house, house.late, LATER)
    assert house.release()
    assert _figures(house).people - before.people >= 23


def test_a_withdrawal_deletes_the_answers_and_moves_no_figure(house) -> None:
    house.release()
    before = storing.to_document(_figures(house).protected)
    chapters = _chapters(house)
    assert chapters.lost
    counted = db.session.scalars(sa.select(CountedCohort.cohort_id)).all()
    cohort = next(each for each in house.cohorts.values() if each.id in counted)
    standing = db.session.scalar(sa.select(sa.func.count()).select_from(Response))
    _withdraw(cohort, 2)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Response)) == standing - 2
    assert house.release() == []
    assert storing.to_document(_figures(house).protected) == before
    assert _chapters(house) == chapters
    _close(house, house.late, LATER)
    house.release()
    now = _figures(house)
    everyone = queries.answers_of([part for part in queries.list_all_cohorts() if part.is_counted])
    assert now.people == len(everyone.responses)


def test_what_is_kept_holds_nothing_that_is_hidden(house) -> None:
    for release in house.release():
        hidden, tables = release.figures["tables"]["hidden"], release.figures["tables"]
        assert not np.array(tables["agree"])[np.array(hidden["agree"])].any()
        assert not np.array(tables["frequencies"]["count"])[np.array(hidden["count"])].any()
    with pytest.raises(ValueError, match="never kept"):
        storing.to_document(unprotected(_figures(house).protected.tables))


def test_kept_figures_read_back_as_they_were(house) -> None:
    house.release()
    shown = _figures(house).protected
    again = storing.from_document(storing.to_document(shown), shown.tables.codebook)
    assert storing.to_document(again) == storing.to_document(shown)
    assert again.policy == Policy()
    np.testing.assert_array_equal(again.p_adjusted, shown.p_adjusted)


def test_what_came_out_is_never_changed_and_is_noted(house) -> None:
    out = house.release()
    db.session.commit()
    with pytest.raises(sa.exc.DatabaseError):
        db.session.execute(sa.update(Release).values(people=1))
    db.session.rollback()
    with pytest.raises(sa.exc.DatabaseError):
        db.session.execute(sa.update(ChapterRelease).values(shown=[]))
    db.session.rollback()
    acts = db.session.scalars(
        sa.select(AuditRecord).where(AuditRecord.act == "evaluation:figures:released")
    ).all()
    assert len(acts) == len(out) + db.session.scalar(sa.select(sa.func.count()).select_from(ChapterRelease))
    assert {frozenset(record.facts) for record in acts} == {frozenset({"about", "cohorts"})}


def test_a_small_provider_counts_in_the_programme_alone(app) -> None:
    house = House()
    for code in ("SURREY", "FMI"):
        house.add(code)
    few = min(house.cohorts)
    others = [
        code for code, cohort in house.cohorts.items() if cohort.provider_id == house.cohorts[few].provider_id
    ]
    for code in others[1:]:
        _withdraw(house.cohorts[code], 500)
    house.release()
    scope = queries.get_provider(house.cohorts[few].provider.ref, within=EVERYWHERE)
    assert released.find(scope) is None
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SpecialAnswers))


def _gave_marks(cohort, people, *, closed):
    """Sheets of a focus group of a cohort, whose wave has closed or not."""
    wave = service.open_waves(cohort, by=None, kinds=[WaveKind.FOCUS_GROUP])[WaveKind.FOCUS_GROUP]
    document = library.from_document(wave.instrument_version.document)
    for number in range(people):
        sheet = Asked(wave, None, document, (f"{cohort.code}-{number}",))
        marks = {"fg_role_before": str(2 + number % 3), "fg_role_after": str(6 + number % 4)}
        service.save_answers(sheet, marks, by=None, on=wave.opens_on)
    wave.closes_on = LATER if closed else date(2100, 1, 1)
    db.session.flush()


def test_marks_of_focus_groups_come_out_when_closed_and_then_move_with_nobody(house) -> None:
    house.release()
    counted = db.session.scalars(sa.select(CountedCohort.cohort_id)).all()
    first, second = (each for each in house.cohorts.values() if each.id in counted)
    _gave_marks(first, 9, closed=True)
    _gave_marks(second, 3, closed=False)
    house.release()
    shown = _chapters(house).later[-1]
    assert "people’s marks moved most" in shown.finding
    _withdraw(first, 1)
    db.session.execute(sa.update(Wave).where(Wave.kind == WaveKind.FOCUS_GROUP).values(closes_on=LATER))
    house.release()
    assert _chapters(house).later[-1] == shown
    assert (
        db.session.scalars(
            sa.select(ChapterRelease.made_on).where(ChapterRelease.chapter == Chapter.FOCUS_GROUPS)
        ).all()
        == [clock.today()] * 2
    )
