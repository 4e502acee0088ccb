"""The report in the product: who may make it, what it says, and that it is refused while too few have answered."""

from io import BytesIO

import html5lib
import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from assessments.reporting import html
from assessments.reporting.document import Report
from lms.people.roles import Role
from tests import budget
from tests.assessments.evaluation.test_pages import House
from tests.factories.people import make_user


@pytest.fixture
def house(app):
    return House("SURREY")


def test_a_commissioner_makes_the_report_in_every_form(house, client):
    client.sign_in(make_user(Role.COMMISSIONER, house.commissioner))
    where = {"programme_ref": house.programme.ref}
    results = client.see("evaluation.programme", section="results", **where)
    assert "Make the report" in results.text
    page = client.see("reporting.programme", **where)
    assert "Families Going Forward 2010-11" in page.text
    assert "Was it the same for everyone?" in page.text
    paper = client.see("reporting.programme_file", form="pdf", **where).response
    assert paper.headers["Content-Type"] == "application/pdf"
    assert len(PdfReader(BytesIO(paper.data)).pages) >= 30
    book = load_workbook(BytesIO(client.see("reporting.programme_file", form="xlsx", **where).response.data))
    assert len(book.sheetnames) > 40


def test_people_are_rounded_so_that_reports_cannot_be_subtracted(house, client):
    client.sign_in(make_user(Role.PROVIDER_ADMINISTRATOR, house.providers["SURREY"]))
    where = {"provider_ref": house.providers["SURREY"].ref}
    book = load_workbook(BytesIO(client.see("reporting.provider_file", form="xlsx", **where).response.data))
    found = 0
    for sheet in book:
        heads = [cell.value for cell in sheet[5]]
        for column in (place for place, head in enumerate(heads) if head == "People"):
            for row in sheet.iter_rows(min_row=6, values_only=True):
                if isinstance(row[column], int | float):
                    assert row[column] % 5 == 0
                    found += 1
    assert found > 50


def test_anothers_report_is_not_found_and_a_facilitator_makes_none(house, client):
    other = House("FMI")
    client.sign_in(make_user(Role.PROVIDER_ADMINISTRATOR, house.providers["SURREY"]))
    client.see("reporting.provider", provider_ref=other.providers["FMI"].ref, status=404)
    client.see("reporting.programme_file", programme_ref=house.programme.ref, form="pdf", status=403)


def test_the_page_asks_the_database_a_bounded_number_of_times(house, client):
    client.sign_in(make_user(Role.COMMISSIONER, house.commissioner))
    where = {"programme_ref": house.programme.ref}
    with budget.queries() as counted:
        client.see("reporting.programme", **where)
    assert len(counted) <= 25


def test_the_page_of_its_own_is_whole_and_fetches_nothing(written: Report) -> None:
    made = html.as_html(written).decode()
    parsed = html5lib.HTMLParser(strict=False, namespaceHTMLElements=False).parse(made)
    assert parsed.find(".//h1") is not None
    assert len(parsed.findall(".//table")) == len(written.tables)
    assert len(parsed.findall(".//figure")) == len(written.figures)
    assert all(cell.get("scope") for cell in parsed.iter("th"))
    for tag, place in (("link", "href"), ("script", "src"), ("img", "src")):
        assert not [each for each in parsed.iter(tag) if each.get(place)]
    targets = {each.get("id") for each in parsed.iter() if each.get("id")}
    links = [each.get("href") for each in parsed.iter("a")]
    assert links
    assert all(link.startswith("#") and link[1:] in targets for link in links)


def test_what_the_2011_report_got_wrong_is_beside_our_figures(house, client):
    client.sign_in(make_user(Role.COMMISSIONER, house.commissioner))
    programme = client.see("evaluation.programme", programme_ref=house.programme.ref, section="results")
    assert "/evaluation/what-the-2011-report-got-wrong/" in programme.links()
    page = client.see("reporting.study_2011")
    for said in ("60.0 / 27.6 / 0.5 / 0.0 / 25.9", "11.9% (22 of 185)", "78.1% (121 of 155)", "I54."):
        assert said in page.text
