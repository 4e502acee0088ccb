"""Who is given whose portfolio: evenly, by hand, by spreadsheet; and who must not have it."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from assessments.marking import allocating, allocation_queries, countersigning, interests, queries, service
from assessments.marking.allocation_models import Interest, InterestEnd
from assessments.marking.models import Countersignature, Decision, SignOutcome
from assessments.marking.sharing import Load, Work, share
from courses.cohorts.leaving import Leaving
from courses.places import withdrawals
from lms.core import clock
from lms.core.errors import Forbidden, Refused
from lms.core.extensions import db
from lms.people import service as people
from lms.people.models import OrganisationKind, Setting
from lms.people.roles import Role
from tests.factories.cohorts import make_enrolment
from tests.factories.people import as_actor, make_organisation, make_setting, make_user
from tests.factories.portfolios import MET, Desk, put_in_training

works = st.lists(st.integers(0, 24), max_size=12).map(
    lambda waiting: [Work(key, count) for key, count in enumerate(waiting, start=100)]
)
loads = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 24), st.none() | st.integers(0, 6)), min_size=1, max_size=5
).map(lambda rows: [Load(key, *row) for key, row in enumerate(rows, start=1)])
pairs = st.sets(st.tuples(st.integers(1, 5), st.integers(100, 111)))


@given(works, loads, pairs)
def test_sharing_never_breaks_a_bar_or_a_limit_and_leaves_only_whom_nobody_could_take(work, have, barred):
    result = share(work, have, barred)
    after = {load.assessor_id: load for load in have}
    for one in work:
        if one.enrolment_id in result:
            after[result[one.enrolment_id]] = after[result[one.enrolment_id]].plus(one)
    assert not {(who, key) for key, who in result.items()} & barred
    for load in have:
        now = after[load.assessor_id]
        assert now == load or load.cap is None or now.portfolios <= load.cap
    for one in work:
        if one.enrolment_id not in result:
            assert all(load.is_full or (key, one.enrolment_id) in barred for key, load in after.items())


@given(works, st.integers(2, 5))
def test_nobody_ends_with_more_than_one_portfolio_s_worth_above_another(work, assessors):
    result = share(work, [Load(key) for key in range(assessors)], set())
    weights = [sum(one.weight for one in work if result[one.enrolment_id] == key) for key in range(assessors)]
    assert max(weights) - min(weights) <= max((one.weight for one in work), default=0)


@pytest.fixture
def desk(app):
    return Desk()


def _page_of(desk, client):
    admin = make_user(Role.PROVIDER_ADMINISTRATOR, desk.provider)
    client.sign_in(admin)
    return admin


def _assessor_of(portfolio):
    return queries.assessor_of(portfolio.id).name


def test_sharing_goes_by_what_waits_and_by_the_limit(desk, client):
    """Rukhsana has one portfolio with 24 criteria, Tom has two that wait for nothing: the next goes to Tom."""
    _page_of(desk, client)
    tom = make_user(Role.ASSESSOR, desk.provider, name="Tom Vale")
    desk.send(desk.begin())
    for name in ("Ana", "Bo"):
        desk.begin(name=name, assessor=tom)
    new = make_enrolment(desk.cohort, name="Cai")
    client.send("allocation.share", cohort_ref=desk.cohort.ref)
    rows = {row.name: row for row in allocation_queries.people(desk.cohort)}
    assert rows[new.user.name].assessor == "Tom Vale"

    page = client.see("assessors.index", provider_ref=desk.provider.ref)
    assert "24" in page.text
    client.send(
        "assessors.save_caps",
        provider_ref=desk.provider.ref,
        data={f"cap_{tom.ref}": "3", f"cap_{desk.assessor.ref}": "1"},
    )
    make_enrolment(desk.cohort, name="Dee")
    client.send("allocation.share", cohort_ref=desk.cohort.ref, audited=False)
    assert "has room for: Dee" in client.see("allocation.show", cohort_ref=desk.cohort.ref).text


def test_own_staff_and_declared_interests_are_barred_everywhere(desk):
    employer = make_organisation(OrganisationKind.EMPLOYER)
    centre = make_setting(employer)
    portfolio = desk.begin(name="Ana")
    portfolio.enrolment.setting_id = centre.id
    submission = desk.send(portfolio, "3.1")
    manager = make_user(Role.ASSESSOR, desk.provider, name="Mo Shah")
    people.add_member(manager, employer, Role.EMPLOYER)
    db.session.flush()
    with pytest.raises(Refused, match="Mo Shah manages staff for this person’s employer"):
        allocating.allocate(portfolio, manager, by=as_actor(desk.iqa))

    interests.declare(desk.assessor, about=centre, reason="I worked there.", by=as_actor(desk.assessor))
    row = next(one for one in allocation_queries.people(desk.cohort) if one.name == "Ana")
    assert "declared an interest" in row.bar.words, "what she has already is marked, to be moved by hand"
    with pytest.raises(Forbidden, match="declared an interest"):
        service.save_draft(submission, "3.1", MET, version=0, by=as_actor(desk.assessor))
    make_enrolment(desk.cohort, name="Bo").setting_id = centre.id
    db.session.flush()
    assert allocating.share_evenly(desk.cohort, by=as_actor(desk.iqa)).left == ("Bo",)

    interest = db.session.scalars(select(Interest)).one()
    with pytest.raises(Forbidden, match="Another person"):
        interests.end(interest, reason="Long ago.", by=as_actor(desk.assessor))
    row = {"interest_id": interest.id, "assessor_id": desk.assessor.id, "reason": "x"}
    with pytest.raises(IntegrityError, match="by_another"), db.session.begin_nested():
        db.session.execute(insert(InterestEnd).values(**row, ended_by_id=desk.assessor.id))
    interests.end(interest, reason="She left in 2020.", by=as_actor(desk.iqa))
    service.save_draft(submission, "3.1", MET, version=0, by=as_actor(desk.assessor))


def test_a_file_is_reported_whole_shown_first_and_saved_by_pressing_save(desk, client):
    _page_of(desk, client)
    tom = make_user(Role.ASSESSOR, desk.provider, name="Tom Vale", email="tom@example.org")
    ana, bo, cai = (
        make_enrolment(
            desk.cohort,
            make_user(organisation=desk.provider, name=name, email=f"{name.lower()}@example.org"),
        )
        for name in ("Ana", "Bo", "Cai")
    )
    interests.declare(tom, about=cai.user, reason="Cousins.", by=as_actor(tom))

    def send(text, status):
        data = {"file": (io.BytesIO(text.encode()), "assessors.csv")}
        where = {"cohort_ref": desk.cohort.ref, "status": status, "audited": False}
        return client.send("allocation.read_sheet", data=data, **where)

    faulty = send(
        "Email,Assessor\nana@example.org,tom@example.org\nzed@example.org,tom@example.org\n"
        "ana@example.org,tom@example.org\nbo@example.org,who@example.org\ncai@example.org,tom@example.org\n",
        422,
    )
    for words in (
        "Row 3: nobody in this cohort",
        "Row 4: Ana stands in row 2 already",
        "Row 5: no assessor of yours has the address who@example.org",
        "Row 6: Cai: Tom Vale has declared an interest",
    ):
        assert words in faulty.text
    good = send("Email,Assessor\nana@example.org,tom@example.org\nbo@example.org,\n", 200)
    assert "Not saved yet" in good.text
    assert f'selected value="{tom.ref}"' in good.body
    assert all(not row.assessor for row in allocation_queries.people(desk.cohort))
    client.send(
        "allocation.save",
        cohort_ref=desk.cohort.ref,
        data={f"person_{ana.ref}": tom.ref, f"person_{bo.ref}": ""},
    )
    assert [row.assessor for row in allocation_queries.people(desk.cohort)] == ["Tom Vale", "", ""]


def test_an_assessor_says_whom_they_should_not_assess(desk, client):
    portfolio = desk.begin(name="Ana")
    client.sign_in(desk.assessor)
    client.send(
        "assessors.declare_mine",
        data={
            "assessor": desk.assessor.ref,
            "about": portfolio.learner.ref,
            "reason": "We are neighbours.",
        },
    )
    assert "We are neighbours." in client.see("assessors.mine").text


def _shared_with_another_provider(desk):
    """Another provider with a cohort of its own, for whom the assessor of the desk works as well."""
    other = Desk(provider=make_organisation(name="Elsewhere Training"))
    people.add_member(desk.assessor, other.provider, Role.ASSESSOR)
    db.session.flush()
    return other


def test_an_interest_in_somebody_of_another_provider_is_neither_shown_nor_ended_here(desk, client):
    other = _shared_with_another_provider(desk)
    theirs = other.begin(name="Zoe")
    interest = interests.declare(
        desk.assessor, about=theirs.learner, reason="Cousins.", by=as_actor(desk.assessor)
    )
    admin = _page_of(desk, client)
    page = client.see("assessors.index", provider_ref=desk.provider.ref)
    assert "Nobody has declared an interest" in page.text
    client.see("assessors.ending", interest_ref=interest.ref, status=404)
    client.sign_in(make_user(Role.PROVIDER_ADMINISTRATOR, other.provider))
    assert "Cousins." in client.see("assessors.index", provider_ref=other.provider.ref).text
    client.see("assessors.ending", interest_ref=interest.ref)
    people.add_member(admin, other.provider, Role.PROVIDER_ADMINISTRATOR)
    db.session.flush()
    client.sign_in(admin)
    page = client.see("assessors.index", provider_ref=desk.provider.ref)
    assert "Cousins." not in page.text, "each provider’s page is about that provider’s people"


def test_a_workload_counts_what_is_open_at_that_provider(desk):
    other = _shared_with_another_provider(desk)
    other.send(other.begin(name="Zoe", assessor=desk.assessor), "3.1")
    left = desk.begin(name="Ana")
    desk.send(left, "3.1", "3.2")
    desk.send(desk.begin(name="Bo"), "3.1")
    admin = make_user(Role.PROVIDER_ADMINISTRATOR, desk.provider)
    withdrawals.withdraw(left.enrolment, reason=Leaving.OTHER, note="Moved away.", by=as_actor(admin))
    (row,) = allocation_queries.assessors(desk.provider.id)
    assert (row.portfolios, row.waiting) == (1, 1)


def test_what_waits_to_be_countersigned_is_not_for_the_assessor_to_decide(desk, client):
    trainee = put_in_training(desk)
    signed, to_decide = desk.begin(name="Ana", assessor=trainee), desk.begin(name="Bo", assessor=trainee)
    desk.decide(desk.send(signed), by=trainee)
    desk.send(to_decide, "3.1", "3.2")
    _page_of(desk, client)
    page = client.see("allocation.show", cohort_ref=desk.cohort.ref)
    assert "Amina Yusuf (2 criteria to decide)" in page.text
    waiting = {row.name: row.waiting for row in allocation_queries.people(desk.cohort)}
    assert waiting == {"Ana": 0, "Bo": 2}


def test_room_is_made_by_open_portfolios_alone_and_whoever_is_over_the_limit_takes_no_more(desk):
    tom = make_user(Role.ASSESSOR, desk.provider, name="Tom Vale")
    bo, _, cai = desk.begin(name="Bo"), desk.begin(name="Ana"), make_enrolment(desk.cohort, name="Cai")
    interests.set_cap(desk.provider, desk.assessor, 1, by=as_actor(desk.iqa))
    admin = as_actor(desk.iqa)

    def give(**to):
        return allocating.allocate_cohort(
            desk.cohort, {key.ref: who.ref for key, who in to.values()}, by=admin
        )

    with pytest.raises(Refused, match="takes on 1 at most"):
        give(out=(bo.enrolment, tom), come=(cai, desk.assessor))
    interests.set_cap(desk.provider, desk.assessor, 2, by=admin)
    assert give(out=(bo.enrolment, tom), come=(cai, desk.assessor)) == 2


def test_saving_a_page_changes_only_what_was_changed_on_it(desk, client):
    _page_of(desk, client)
    tom = make_user(Role.ASSESSOR, desk.provider, name="Tom Vale")
    ana, bo = desk.begin(name="Ana"), desk.begin(name="Bo")
    submission = desk.send(ana, "3.1")
    page = client.see("allocation.show", cohort_ref=desk.cohort.ref)
    posted = {f"was_{one.enrolment.ref}": page.field(f"was_{one.enrolment.ref}") for one in (ana, bo)}
    posted |= {f"person_{one.enrolment.ref}": desk.assessor.ref for one in (ana, bo)}
    # somebody else gives Ana to Tom, who begins to decide
    allocating.allocate(ana, tom, by=as_actor(desk.iqa))
    service.save_draft(submission, "3.1", MET, version=0, by=as_actor(tom))
    posted[f"person_{bo.enrolment.ref}"] = tom.ref
    client.send("allocation.save", cohort_ref=desk.cohort.ref, data=posted)
    assert (_assessor_of(ana), _assessor_of(bo)) == ("Tom Vale", "Tom Vale")
    assert set(queries.drafts(submission.id)) == {"3.1"}


def test_whose_assessor_has_left_stays_with_them_until_another_is_chosen(desk, client):
    _page_of(desk, client)
    portfolio = desk.begin(name="Ana")
    make_user(Role.ASSESSOR, desk.provider, name="Tom Vale")
    desk.assessor.disabled_at = clock.now()
    db.session.flush()
    page = client.see("allocation.show", cohort_ref=desk.cohort.ref)
    assert "Rukhsana Iqbal, who no longer assesses here" in page.text
    client.send(
        "allocation.save",
        cohort_ref=desk.cohort.ref,
        data={f"person_{portfolio.enrolment.ref}": ""},
        audited=False,
    )
    assert _assessor_of(portfolio) == "Rukhsana Iqbal"


@pytest.mark.parametrize("in_whom", ["the person", "their workplace"])
def test_the_database_refuses_a_decision_and_a_signature_by_whoever_has_declared_an_interest(desk, in_whom):
    trainee = put_in_training(desk)
    portfolio = desk.begin(name="Ana", assessor=trainee)
    portfolio.enrolment.setting_id = make_setting().id
    submission = desk.send(portfolio, "3.1", "3.2")
    desk.decide(submission, by=trainee)
    proposed = queries.proposed_decisions(portfolio.id)["3.1"]
    setting = db.session.get_one(Setting, portfolio.enrolment.setting_id)
    about = portfolio.learner if in_whom == "the person" else setting
    shared = {"ref": "r" * 22, "created_at": clock.now(), "learner_id": portfolio.learner_id}
    decision = {column.name: getattr(proposed, column.name) for column in Decision.__table__.columns} | shared
    decision |= {"id": 9000, "assessor_id": desk.assessor.id, "in_training": False}
    signature = shared | {
        "decision_id": proposed.id,
        "assessor_id": trainee.id,
        "countersigner_id": desk.assessor.id,
        "outcome": SignOutcome.SIGNED,
    }
    interest = interests.declare(desk.assessor, about=about, reason="Cousins.", by=as_actor(desk.assessor))
    with pytest.raises(Forbidden, match="declared an interest"):
        countersigning.countersign(submission, sequence=3, by=as_actor(desk.assessor))
    for table, row in ((Decision, decision), (Countersignature, signature)):
        with pytest.raises(IntegrityError, match="declared an interest"), db.session.begin_nested():
            db.session.execute(insert(table).values(**row))
    interests.end(interest, reason="They fell out.", by=as_actor(desk.iqa))
    for table, row in ((Decision, decision), (Countersignature, signature)):
        db.session.execute(insert(table).values(**row))
