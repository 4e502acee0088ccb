"""Every page can be found: from its role's menu, from another page, or it says here why it stands in no menu."""

from __future__ import annotations

import pytest
from flask import Flask

from lms.core.access import decision_of
from lms.core.icons import draw
from lms.people.roles import GRANTS, Role
from lms.site.home import FIRST_PAGE
from lms.site.navigation import PLACES
from tests.client import JudgingClient, Page
from tests.factories.people import make_user

ABSENT = {
    "answering.family": "opened by the link on the card of a family",
    "assessors.mine": "linked from an assessor's learners",
    "attendance.check_in": "opened by the code on a facilitator's screen, and linked from a practitioner's hours",
    "attendance.what_helps": "linked from a practitioner's home and hours",
    "attendance.my_place": "linked from a practitioner's hours",
    "attendance.no_signal": "kept by the phone, which opens it in place of the check-in page without signal",
    "attendance.worker": "a script, asked for by the check-in page",
    "progress.hours": "linked from a practitioner's course",
    "evaluation.methods": "at the foot of every page of results",
    "reporting.study_2011": "linked from a programme's results",
    "planning.index": "linked from an assessor's learners",
    "planning.own": "linked from one's own portfolio",
    "units.index": "linked from the courses",
    "home.index": "sends everybody on",
    "pages.health": "for the machine that watches the site",
    "pages.accessibility": "at the foot of every page",
    "pages.how_long": "linked from the privacy statement, and from an administrator's home",
    "pages.privacy": "at the foot of every page",
    "own_cases.decisions": "linked from what a practitioner can bring",
    "own_cases.index": "at the foot of a practitioner's portfolio",
    "people.account": "behind the person's own name",
    "people.sign_in": "the door",
    "people.link_sent": "answers the door's form",
    "people.ask_reset": "linked from the door",
    "certificates.mine": "on a practitioner's home, once there is one",
    "cohorts.my_calendar": "on the account page, and beside the next session",
    "cohorts.new": "a button of the list of cohorts",
    "cohorts.template": "a file, offered where learners are imported",
    "development.index": "linked from the page of assessors and their risk, and from that of one's standing",
    "direct_claims.index": "a button of the list of visits",
    "dossier.document": "a button of the page of a copy to keep",
    "dossier.everything": "a button of the page of a copy to keep",
    "dossier.index": "a button of the portfolio",
    "standings.index": "a button of a cohort's portfolios",
    "comments.index": "linked from an assessor's queue and from the criterion",
    "countersign.index": "linked from an assessor's queue",
    "evidence.prior": "a choice of the page of all kinds of evidence",
    "evidence.seen": "a choice of the page of all kinds of evidence",
    "evidence.upload": "a button of the portfolio",
    "evidence.ways": "a link of each criterion in the portfolio",
    "evidence.write": "a button of the portfolio",
    "names.index": "linked from the page that sends a portfolio",
    "names.my_families": "linked from the check for names",
    "quarantine.index": "linked from the portfolios of a cohort, and from the letter about what was taken out",
    "undoing.index": "a button of the list of samples",
    "submissions.index": "a link of the portfolio",
    "testimony.index": "a link in a letter leads to it",
    "testimony.thanks": "comes after a witness has written",
    "testimony.write": "a button of the page before it",
    "witnesses.index": "a link of the portfolio",
    "portfolio.review": "a button of the portfolio",
    "questionnaires.how_kept": "linked wherever answers are asked or counted",
    "questionnaires.index": "on a practitioner's home and course",
    "questionnaires.keying_start": "linked from files of answers and from a questionnaire's page of paper forms",
    "versions.index": "a button of the list of cohorts, and of an administrator's home",
    "visits_given.index": "a button of a cohort's portfolios",
    "verification.learners": "a button of the list of samples",
    "standardisation.mine": "linked from what is asked of an assessor",
    "verification.assessors": "a button of the list of samples",
    "verification.year": "a button of the list of samples",
    "verify.index": "at the foot of every page",
}
"""Pages without parameters that stand in no menu, and why. A page with a parameter is reached from what it shows."""


def _pages(app: Flask) -> set[str]:
    return {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.arguments and not rule.endpoint.endswith("static")
    }


def test_every_page_is_in_a_menu_or_excused(app: Flask) -> None:
    in_menus = {place.endpoint for places in PLACES.values() for place in places}
    lost = _pages(app) - in_menus - ABSENT.keys()
    assert not lost, f"put these into a menu, or say in ABSENT why not: {sorted(lost)}"
    assert not ABSENT.keys() - _pages(app), "excused pages that do not exist"
    assert not ABSENT.keys() & in_menus, "excused pages that stand in a menu"


@pytest.mark.parametrize("role", Role)
def test_a_menu_has_at_most_four_places_that_its_role_may_open(app: Flask, role: Role) -> None:
    places = PLACES[role]
    assert 0 < len(places) <= 4
    assert FIRST_PAGE[role] in {place.endpoint for place in places}, "the first page is in the menu"
    for place in places:
        draw(place.icon)
        decision = decision_of(app.view_functions[place.endpoint])
        assert decision is not None
        assert decision.permission is None or decision.permission in GRANTS[role], place


@pytest.mark.parametrize("role", Role)
def test_home_sends_each_role_to_its_first_page(client: JudgingClient, role: Role) -> None:
    client.sign_in(make_user(role))
    assert client.see("home.index", status=303).location == client.address(FIRST_PAGE[role])
    assert client.see(FIRST_PAGE[role]).status == 200


def test_home_sends_a_stranger_to_the_door(client: JudgingClient) -> None:
    assert client.see("home.index", status=303).location == client.address("people.sign_in")


@pytest.mark.parametrize("role", Role)
def test_the_menu_says_where_one_is(client: JudgingClient, role: Role) -> None:
    client.sign_in(make_user(role))
    for place in PLACES[role]:
        page = Page(client.get(client.address(place.endpoint)))
        if page.status == 303:  # nothing to list, or one thing only: sent on to where it is
            page = Page(client.get(page.location))
        if page.status == 404:  # nobody has given this person a place on a course yet
            continue
        if client.address(place.endpoint) not in page.links():
            assert place.endpoint == "portfolio.index", "only the portfolio is left out, for who needs none"
            continue
        current = [link.get("href") for link in page.all("a") if link.get("aria-current") == "page"]
        assert len(current) == 1, place
        assert current[0] in {client.address(other.endpoint) for other in PLACES[role]}, place
