"""A claim of credit goes out when the unit is accepted and, on that day, a visit or direct claims let it; never twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert, update
from sqlalchemy.exc import DatabaseError, IntegrityError

from assessments.marking import allocating, reversing
from assessments.marking import queries as marking
from assessments.marking import service as marking_service
from assessments.verification import direct_claims, visit_service
from assessments.verification.direct_claims_models import DirectClaimsEntry, DirectClaimsStep
from assessments.verification.visit_models import VisitSignOff
from assessments.verification.visit_service import Findings, VisitOutcome
from certificates import claiming, service
from certificates.claim_models import ClaimBasis, CreditClaim
from lms.core import clock
from lms.core.errors import Conflict, Forbidden, Refused
from lms.core.extensions import db
from lms.people.models import Membership
from lms.people.roles import Role
from tests.factories.certificates import accept_portfolio, enrol, make_place
from tests.factories.people import as_actor, make_user
from tests.factories.portfolios import MET

UNIT = "build-and-maintain-relationships"


@pytest.fixture
def place(app):
    return make_place()


@pytest.fixture
def iqa(place):
    return make_user(Role.IQA, place.provider, name="Joy Okafor")


@pytest.fixture
def portfolio(place, iqa):
    enrolment = enrol(place, name="Grace Mbatha")
    assessor = make_user(Role.ASSESSOR, place.provider)
    made = accept_portfolio(enrolment, assessor=assessor, iqa=iqa)
    service.confirm_name(enrolment, "Grace Mbatha", by=as_actor(enrolment.user))
    return made


@pytest.fixture
def admin(place):
    return as_actor(place.administrator)


def _grant(place, iqa, admin, *, days=0, until=None):
    today = clock.today()
    return direct_claims.grant(
        place.provider,
        UNIT,
        verifier=iqa,
        from_on=today - timedelta(days=days),
        until_on=None if until is None else today + timedelta(days=until),
        granted_by="Northern Awards",
        by=admin,
    )


def _now(place):
    return direct_claims.on_day(place.provider.id, UNIT, clock.today())


def test_without_a_visit_or_direct_claims_nothing_is_claimed(portfolio, admin):
    with pytest.raises(Refused, match=r"Waits for a visit: .* Direct claims have not been granted"):
        claiming.claim(portfolio, by=admin)


def test_direct_claims_in_force_let_a_claim_go_out_once(place, iqa, portfolio, admin):
    granted = _grant(place, iqa, admin)
    made = claiming.claim(portfolio, by=admin)
    assert (made.basis, made.direct_claims_id) == (ClaimBasis.DIRECT_CLAIMS, granted.id)
    assert claiming.claim(portfolio, by=admin) is made
    assert db.session.query(CreditClaim).count() == 1


def test_they_stop_by_themselves_when_the_verifier_is_no_iqa_any_more(place, iqa, portfolio, admin):
    _grant(place, iqa, admin, days=5)
    assert _now(place).in_force
    yesterday = clock.today() - timedelta(days=1)
    db.session.execute(
        update(Membership)
        .where(Membership.user_id == iqa.id)
        .values(from_on=yesterday - timedelta(days=9), until_on=yesterday)
    )
    assert _now(place).words == (
        "Suspended: Joy Okafor, on whom they rest, is no longer an internal quality assurer here."
    )
    with pytest.raises(Refused, match="no longer an internal quality assurer"):
        claiming.claim(portfolio, by=admin)
    assert direct_claims.on_day(place.provider.id, UNIT, yesterday).in_force, "as it was then"


@pytest.mark.parametrize(
    ("days", "until", "says"), [(9, -1, "Ran out on"), (-2, None, "have not been granted")]
)
def test_they_hold_on_their_days_alone(place, iqa, admin, days, until, says):  # noqa: PLR0917 (fixtures)
    _grant(place, iqa, admin, days=days, until=until)
    assert not _now(place).in_force
    assert says in _now(place).words


def test_a_suspension_counts_until_they_are_granted_anew(place, iqa, admin):
    with pytest.raises(Conflict):
        direct_claims.stop(place.provider, UNIT, step=DirectClaimsStep.SUSPENDED, reason="A visit.", by=admin)
    _grant(place, iqa, admin)
    direct_claims.stop(place.provider, UNIT, step=DirectClaimsStep.SUSPENDED, reason="A visit.", by=admin)
    assert "Suspended since" in _now(place).words
    _grant(place, iqa, admin)
    assert _now(place).in_force
    assert [one.number for one in direct_claims.history(place.provider.id)] == [3, 2, 1]
    with pytest.raises(DatabaseError), db.session.begin_nested():
        db.session.execute(update(DirectClaimsEntry).values(reason="changed"))


@pytest.mark.usefixtures("portfolio")
def test_what_is_suspended_can_end_and_what_has_ended_is_not_suspended(client, place, iqa, admin):
    def stop(step, status=303):
        client.send("direct_claims.stop", unit=UNIT, data={"step": step, "reason": "A visit."}, status=status)
        return _now(place).words

    client.sign_in(place.administrator)
    _grant(place, iqa, admin)
    assert "Suspended since" in stop("suspended")
    page = client.see("direct_claims.record", unit=UNIT)
    assert "Ended" in page.text
    assert "Suspended for now" not in page.text
    assert "Ended since" in stop("ended")
    assert "Ended since" in stop("suspended", status=409)
    with pytest.raises(Conflict):
        direct_claims.stop(place.provider, UNIT, step=DirectClaimsStep.SUSPENDED, reason="A visit.", by=admin)
    assert "What happened?" not in client.see("direct_claims.record", unit=UNIT).text


@pytest.mark.usefixtures("portfolio")
def test_they_do_not_rest_on_somebody_whose_account_is_closed(client, place, iqa, admin):
    _grant(place, iqa, admin)
    iqa.disabled_at = clock.now()
    db.session.commit()
    assert "no longer an internal quality assurer here" in _now(place).words
    client.sign_in(place.administrator)
    assert iqa.ref not in client.see("direct_claims.record", unit=UNIT).text


def test_they_rest_on_an_iqa_of_the_provider(place, admin):
    with pytest.raises(Refused, match="internal quality assurer here"):
        _grant(place, make_user(Role.IQA), admin)


def test_a_visitors_sign_off_lets_a_claim_go_out(place, portfolio, admin):
    _sign_off(place, portfolio, admin)
    made = claiming.claim(portfolio, by=admin)
    assert (made.basis, made.direct_claims_id) == (ClaimBasis.VISIT, None)


def test_a_unit_that_is_not_accepted_is_not_claimed(place, iqa, admin):
    assessor = make_user(Role.ASSESSOR, place.provider)
    made = accept_portfolio(enrol(place), assessor=assessor, iqa=iqa, accepted=False)
    _grant(place, iqa, admin)
    with pytest.raises(Refused, match="An IQA has yet to accept the unit"):
        claiming.claim(made, by=admin)
    with pytest.raises(Forbidden):
        claiming.claim(made, by=as_actor(assessor))


def test_the_database_refuses_a_second_claim_and_one_that_rests_on_nothing(place, iqa, portfolio, admin):
    granted = _grant(place, iqa, admin)
    row = {
        "ref": "r" * 22,
        "created_at": clock.now(),
        "portfolio_id": portfolio.id,
        "holder_id": portfolio.learner_id,
        "claimed_on": clock.today(),
        "claimed_by_id": admin.id,
        "basis": ClaimBasis.DIRECT_CLAIMS,
        "direct_claims_id": granted.id,
    }

    def refused(**changed):
        with pytest.raises(IntegrityError), db.session.begin_nested():
            db.session.execute(insert(CreditClaim).values(**{**row, **changed}))

    refused(direct_claims_id=None)
    refused(claimed_by_id=portfolio.learner_id)
    refused(basis=ClaimBasis.VISIT)
    claiming.claim(portfolio, by=admin)
    refused()


def test_the_pages_of_a_provider_and_of_the_learner(client, place, iqa, portfolio, admin):
    client.sign_in(place.administrator)
    assert "Waits for a visit" in client.see("claims.cohort", cohort_ref=place.cohort.ref).text
    client.send("claims.claim", portfolio_ref=portfolio.ref, status=422)
    data = {"granted_by": "Northern Awards", "verifier": iqa.ref, "from_on": clock.today().isoformat()}
    client.send("direct_claims.grant", unit=UNIT, data={**data, "granted_by": ""}, status=422)
    client.send("direct_claims.grant", unit=UNIT, data=data)
    assert "In force since" in client.see("direct_claims.index").text
    client.see("direct_claims.record", unit="no-such-unit", status=404)
    client.see("direct_claims.record", unit=UNIT)
    client.send("claims.claim", portfolio_ref=portfolio.ref)
    assert "Claimed on" in client.see("claims.cohort", cohort_ref=place.cohort.ref).text
    client.send("direct_claims.stop", unit=UNIT, data={"step": "ended", "reason": "The course ends."})
    assert "Not in force" in client.see("direct_claims.index").text
    client.sign_in(portfolio.learner)
    assert "The awarding body issues the certificate of credit" in client.see("certificates.mine").text
    client.sign_in(make_user(Role.PROVIDER_ADMINISTRATOR))
    client.send("claims.claim", portfolio_ref=portfolio.ref, status=404)


def _sign_off(place, portfolio, admin):
    eqa, today = make_user(Role.EQA), clock.today()
    visit = visit_service.open_visit(place.provider, eqa=eqa, from_on=today, until_on=today, by=admin)
    visit_service.choose(visit, [portfolio.ref], by=as_actor(eqa))
    findings = Findings(VisitOutcome.AGREED, "All well.", signed_off=[portfolio.ref])
    visit_service.report(visit, findings, by=as_actor(eqa))


def test_a_sign_off_does_not_reach_what_is_decided_after_it(place, iqa, portfolio, admin):
    _sign_off(place, portfolio, admin)
    decision = marking.latest_decisions(portfolio.id)["1.1"]
    reversing.reopen(decision, why="It is another family.", by=as_actor(iqa))
    with pytest.raises(Refused, match="has a criterion that is not met"):
        _sign_off(place, portfolio, admin)
    submission, assessor = decision.submission, decision.assessor
    allocating.allocate(portfolio, assessor, by=as_actor(iqa))
    marking_service.save_draft(submission, "1.1", MET, version=0, by=as_actor(assessor))
    sequence = marking_service.position_of(submission).sequence
    marking_service.release(submission, sequence=sequence, by=as_actor(assessor))
    marking_service.accept(portfolio, by=as_actor(iqa))
    with pytest.raises(Refused, match="Waits for a visit"):
        claiming.claim(portfolio, by=admin)
    _sign_off(place, portfolio, admin)
    assert claiming.claim(portfolio, by=admin).basis is ClaimBasis.VISIT


def test_the_database_lets_no_claim_rest_on_the_sign_off_of_another_portfolio(place, iqa, portfolio, admin):
    other = accept_portfolio(
        enrol(place, name="Amina Yusuf"), assessor=make_user(Role.ASSESSOR, place.provider), iqa=iqa
    )
    _sign_off(place, other, admin)
    signed = db.session.query(VisitSignOff).one()
    row = {
        "ref": "r" * 22,
        "created_at": clock.now(),
        "portfolio_id": portfolio.id,
        "holder_id": portfolio.learner_id,
        "claimed_on": clock.today(),
        "claimed_by_id": admin.id,
        "basis": ClaimBasis.VISIT,
        "sign_off_id": signed.id,
    }
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(insert(CreditClaim).values(**row))
