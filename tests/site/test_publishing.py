"""An operator of a new installation publishes what portfolios and questionnaires need, with one command."""

from assessments.portfolio import service as portfolios
from assessments.questionnaires.models import InstrumentVersion
from lms.core.extensions import db
from tests.factories import learning
from tests.factories.people import as_actor


def publish(app):
    return app.test_cli_runner().invoke(args=["assessments", "publish"])


def test_after_it_a_practitioner_can_begin_a_portfolio_and_there_are_questionnaires(app):
    learner = learning.make_learner()
    db.session.commit()
    result = publish(app)
    assert result.exit_code == 0, result.output
    assert "Build and maintain relationships in work with parents: version 1" in result.output
    begun = portfolios.open_portfolio(learner.enrolment, by=as_actor(learner.user))
    assert begun.unit_version.slug == "build-and-maintain-relationships"
    assert db.session.query(InstrumentVersion).count() >= 2


def test_again_it_changes_nothing(app):
    first, count = publish(app).output, db.session.query(InstrumentVersion).count()
    db.session.commit()
    assert publish(app).output == first
    assert db.session.query(InstrumentVersion).count() == count
