"""Courses and their versions, as provider administrators and administrators see them."""

import pytest

from courses.cohorts.leaving import Leaving
from courses.cohorts.models import EnrolmentStatus
from courses.content import loader, service
from lms.core import clock
from lms.core.extensions import db
from lms.people.roles import Role
from tests.budget import assert_flat, queries
from tests.client import JudgingClient
from tests.courses.content import samples
from tests.factories.cohorts import make_cohort, make_enrolment, weeks_ago
from tests.factories.people import make_organisation, make_user

SLUG = "small-steps"


@pytest.fixture
def publish(app, tmp_path):
    def made(name, **edits):
        return service.publish(loader.load(samples.write(tmp_path / name, **edits)).document, by=None)

    return made


@pytest.fixture
def two(publish):
    """A course in two versions: a page and the minutes that complete it were changed."""
    first = publish("one")
    second = publish(
        "two",
        page=("go out to meet people", "go out and meet <b>families</b>"),
        course=("completion:\n  taught_minutes: 90", "completion:\n  taught_minutes: 120"),
    )
    return first, second


@pytest.fixture
def provider(app):
    return make_organisation()


@pytest.fixture
def signed_in(client: JudgingClient, provider) -> JudgingClient:
    client.sign_in(make_user(Role.PROVIDER_ADMINISTRATOR, provider))
    return client


def changes(client, **values):
    return client.see("versions.changes", slug=SLUG, **values)


def test_the_newest_version_is_shown_beside_the_one_before(signed_in, two):
    page = changes(signed_in)
    assert "Version 2, published" in page.text
    assert "Activities: 0 added, 0 taken out, 1 changed, 0 moved." in page.text
    assert "Taught: 180 minutes, as before." in page.text
    assert [element.text for element in page.all("h2")][:2] == [
        "What it means for people who are learning", "In short",
    ]  # fmt: skip
    came = ["".join(each.itertext()) for each in page.all("ins")]
    went = ["".join(each.itertext()) for each in page.all("del")]
    assert came == ["added: 120", "added: and", "added: <b>families</b>."]
    assert went == ["taken out: 90", "taken out: to", "taken out: people."]
    assert "What completes the course has changed." in page.text


def test_it_says_who_stays_on_which_version_and_counts_ones_own_people_only(signed_in, two, provider):
    first, second = two
    running = make_cohort(provider, version=first, first_day=weeks_ago(-2))
    for _ in range(2):
        make_enrolment(running)
    left = make_enrolment(running)
    left.status, left.left_reason, left.withdrawn_on = (
        EnrolmentStatus.WITHDRAWN, Leaving.OTHER, clock.today(),
    )  # fmt: skip
    make_enrolment(make_cohort(provider, version=first, first_day=weeks_ago(4)))
    make_enrolment(make_cohort(make_organisation(), version=second, first_day=weeks_ago(-2)))
    page = changes(signed_in)
    assert "2 people in 1 cohort that is not over began with version 1." in page.text
    assert "They stay on it to the end: nothing below changes for them." in page.text
    assert "Nobody is learning with version 2 yet." in page.text
    assert "A new cohort is taught version 2, the newest." in page.text
    index = signed_in.see("versions.index")
    assert "2, 1 running" in index.text
    assert "2 people" in index.text
    assert f"/courses/{SLUG}/changes?to=2" in index.links()


def test_an_administrator_counts_everybody(client, two):
    make_enrolment(make_cohort(make_organisation(), version=two[1], first_day=weeks_ago(-2)))
    client.sign_in(make_user(Role.ADMINISTRATOR))
    assert "1 person is learning with version 2." in changes(client).text
    assert "/courses/" in client.see("admin.index").links()


def test_any_two_versions_can_be_chosen_and_are_laid_in_order(signed_in, two, publish):
    publish("three", first=("title: The door", "title: The open door"))
    page = changes(signed_in)
    assert "Version 3, published" in page.text
    back = changes(signed_in, **{"from": "3", "to": "1"})
    assert "Version 3, published" in back.text
    assert "beside version 1" in back.text
    assert ["".join(each.itertext()) for each in back.all("ins")] == ["added: open"]
    assert [each.get("selected") for each in back.all("option")].count("") == 2
    old = changes(signed_in, **{"from": "1", "to": "2"})
    assert "A new cohort is taught version 3, the newest, and not version 2." in old.text
    assert (
        "There is nothing to compare. Choose two versions."
        in changes(signed_in, **{"from": "2", "to": "2"}).text
    )


def test_one_version_has_nothing_to_compare_and_what_is_not_there_is_not_found(signed_in, publish):
    publish("one")
    assert "This is the only version so far." in changes(signed_in).text
    assert "The first" in signed_in.see("versions.index").text
    for asked in ("9", "0", "-1", "one", "1.0", "１"):
        changes(signed_in, status=404, to=asked)
    signed_in.see("versions.changes", slug="no-such", status=404)


def test_before_anything_is_published_the_list_says_so(signed_in):
    assert "No course is published yet." in signed_in.see("versions.index").text


def test_a_provider_administrator_finds_it_from_the_cohorts(signed_in, two, provider):
    make_cohort(provider)
    assert "/courses/" in signed_in.see("cohorts.index").links()
    assert "/courses/" in signed_in.see("cohorts.new").links()


@pytest.mark.parametrize("role", [Role.FACILITATOR, Role.PRACTITIONER, Role.EMPLOYER, Role.COMMISSIONER])
def test_others_may_not(client, two, role):
    client.sign_in(make_user(role))
    changes(client, status=403)
    client.see("versions.index", status=403)


def test_the_pages_cost_the_same_queries_whatever_there_is(signed_in, provider, publish):
    numbers = iter(range(9))

    def add():
        number = next(numbers)
        version = publish(f"v{number}", page=("We go", f"We {number} go"))
        make_enrolment(make_cohort(provider, version=version))
        db.session.commit()

    add()
    add()
    changes(signed_in)
    assert_flat(add, lambda: signed_in.see("versions.index"))
    assert_flat(add, lambda: (changes(signed_in), changes(signed_in))[0])
    with queries() as asked:
        changes(signed_in)
    assert len(asked) <= 6, "\n".join(asked)
