"""The pages of results: who may read them, that they say what the answers say, and what they keep back."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from assessments.evaluation.commands import evaluation
from assessments.questionnaires import importing
from courses.cohorts.models import CohortFacilitator, Programme
from lms.core.audit import AuditRecord
from lms.core.extensions import db
from lms.people.models import OrganisationKind
from lms.people.roles import Role
from tests import budget
from tests.assessments.evaluation.conftest import COHORT, read_rows
from tests.assessments.questionnaires.conftest import make_cohort
from tests.factories.people import as_actor, make_organisation, make_user

STUDY = read_rows(COHORT)
OF_COHORT = ("results", "people", "change", "support", "groups", "sure")
OWN = (*OF_COHORT, "later")


class House:
    """Two providers of the study with their cohorts, under one programme."""

    def __init__(self, *codes):
        self.commissioner = make_organisation(OrganisationKind.COMMISSIONER)
        self.programme = Programme(
            commissioner_id=self.commissioner.id, name="Families Going Forward 2010-11"
        )
        db.session.add(self.programme)
        db.session.flush()
        self.providers, self.cohorts = {}, {}
        for code in codes:
            self.add(code)
        db.session.commit()

    def add(self, code):
        provider = make_organisation(name=f"Provider {code}")
        for cohort_code in sorted({row["cohort"] for row in STUDY if row["provider"] == code}):
            cohort = make_cohort(provider, code=cohort_code)
            cohort.programme_id = self.programme.id
            cohort.starts_on = date.fromisoformat(
                min(row["course_start"] for row in STUDY if row["cohort"] == cohort_code)
            )
            cohort.ends_on = cohort.starts_on + timedelta(days=70)
            self.cohorts[cohort_code] = cohort
        by = as_actor(make_user(Role.PROVIDER_ADMINISTRATOR, provider))
        importing.import_responses(
            COHORT.read_bytes(), name="answers.csv", provider=provider, by=by, only=code
        )
        self.providers[code] = provider


@pytest.fixture
def house(app):
    return House("SURREY", "FMI")


def people_of(code, **answers):
    return [
        row
        for row in STUDY
        if row["provider"] == code and all(row[name] in wanted for name, wanted in answers.items())
    ]


def share_of(code, name):
    """A whole per cent, straight from the file."""
    answered = people_of(code, **{name: ("SA", "A", "D", "SD", "NI")})
    return int(100 * len(people_of(code, **{name: ("SA", "A")})) / len(answered) + 0.5)


def test_a_provider_administrator_reads_every_page_of_their_own(house, client):
    client.sign_in(make_user(Role.PROVIDER_ADMINISTRATOR, house.providers["SURREY"]))
    listed = client.see("evaluation.index")
    assert "Provider SURREY" in listed.text
    assert "Provider FMI" not in listed.text
    for section in OWN:
        page = client.see("evaluation.provider", provider_ref=house.providers["SURREY"].ref, section=section)
        assert "Provider SURREY" in page.text
    results = client.see("evaluation.provider", provider_ref=house.providers["SURREY"].ref, section="results")
    assert f"{share_of('SURREY', 'pre_challenge')}% agree" in results.text
    assert "See these figures as a table" in results.text


def test_another_providers_results_are_not_found(house, client):
    client.sign_in(make_user(Role.PROVIDER_ADMINISTRATOR, house.providers["SURREY"]))
    client.see("evaluation.provider", provider_ref=house.providers["FMI"].ref, section="results", status=404)
    cohort = next(cohort for cohort in house.cohorts.values() if cohort.provider == house.providers["FMI"])
    client.see("evaluation.cohort", cohort_ref=cohort.ref, section="results", status=404)
    client.see("evaluation.programme", programme_ref=house.programme.ref, section="results", status=403)


@pytest.mark.parametrize("role", [Role.FACILITATOR, Role.EMPLOYER, Role.ASSESSOR, Role.PRACTITIONER])
def test_nobody_else_reads_results(house, client, role):
    provider = house.providers["SURREY"]
    user = make_user(role, None if role is Role.EMPLOYER else provider)
    cohort = next(cohort for cohort in house.cohorts.values() if cohort.provider == provider)
    if role is Role.FACILITATOR:
        db.session.add(CohortFacilitator(cohort_id=cohort.id, user_id=user.id))
    client.sign_in(user)
    assert provider.name not in client.see("evaluation.index").text
    client.see("evaluation.cohort", cohort_ref=cohort.ref, section="results", status=403)
    client.see("evaluation.provider_figures", provider_ref=provider.ref, section="groups", status=403)


def test_a_commissioner_reads_the_programme_and_compares_providers(house, client):
    client.sign_in(make_user(Role.COMMISSIONER, house.commissioner))
    assert "Families Going Forward 2010-11" in client.see("evaluation.index").text
    for section in (*OWN, "providers"):
        client.see("evaluation.programme", programme_ref=house.programme.ref, section=section)
    page = client.see(
        "evaluation.programme", programme_ref=house.programme.ref, section="providers", about="sup_manager"
    )
    assert page.text.index("Provider FMI") < page.text.index("Provider SURREY")
    cohort = next(iter(house.cohorts.values()))
    client.see("evaluation.cohort", cohort_ref=cohort.ref, section="results", status=403)


def test_another_commissioner_finds_nothing(house, client):
    client.sign_in(make_user(Role.COMMISSIONER))
    assert "Families Going Forward 2010-11" not in client.see("evaluation.index").text
    client.see("evaluation.programme", programme_ref=house.programme.ref, section="results", status=404)


def test_a_small_cohort_is_shown_only_with_the_others(house, client):
    provider = house.providers["SURREY"]
    client.sign_in(make_user(Role.PROVIDER_ADMINISTRATOR, provider))
    sizes = {}
    for row in people_of("SURREY"):
        sizes[row["cohort"]] = sizes.get(row["cohort"], 0) + 1
    small = min(sizes, key=sizes.__getitem__)
    assert sizes[small] < 23
    for section in OF_COHORT:
        page = client.see("evaluation.cohort", cohort_ref=house.cohorts[small].ref, section=section)
        assert "too few to show on its own" in page.text
        assert "%" not in page.text
    assert client.address("evaluation.provider", provider_ref=provider.ref, section="results") in page.links()
    file = client.see("evaluation.cohort_figures", cohort_ref=house.cohorts[small].ref, section="results")
    assert file.body == "Too few to show: fewer than 23 people\n"


def test_a_cohort_is_counted_when_its_questionnaires_have_closed(house, client):
    provider = house.providers["SURREY"]
    waves = sa.text(
        "UPDATE wave SET closes_on = :day WHERE cohort_id IN (SELECT id FROM cohort WHERE provider_id = :id)"
    )
    client.sign_in(make_user(Role.PROVIDER_ADMINISTRATOR, provider))
    db.session.execute(waves, {"day": date(2100, 1, 1).isoformat(), "id": provider.id})
    page = client.see("evaluation.provider", provider_ref=provider.ref, section="results")
    assert (
        "Figures appear when the last questionnaire has closed: the day after Friday 1 January" in page.text
    )


def test_the_file_holds_the_figures_of_the_page(house, client):
    provider = house.providers["SURREY"]
    client.sign_in(make_user(Role.PROVIDER_ADMINISTRATOR, provider))
    for section in OWN:
        where = {"provider_ref": provider.ref, "section": section}
        file = client.see("evaluation.provider_figures", **where)
        assert file.response.mimetype == "text/csv"
        page = client.see("evaluation.provider", **where)
        for line in file.body.splitlines()[1:3]:
            assert line.split(",")[0].strip('"') in page.text


def test_an_unknown_statement_falls_back_to_the_first(house, client):
    client.sign_in(make_user(Role.PROVIDER_ADMINISTRATOR, house.providers["SURREY"]))
    where = {"provider_ref": house.providers["SURREY"].ref, "section": "groups"}
    assert (
        client.see("evaluation.provider", **where, about="<b>").text
        == client.see("evaluation.provider", **where).text
    )


def test_pages_cost_the_same_queries_for_one_provider_as_for_three(app, client):
    house = House("SURREY")
    client.sign_in(make_user(Role.COMMISSIONER, house.commissioner))
    where = {"programme_ref": house.programme.ref}

    def cost(section):
        client.see("evaluation.programme", **where, section=section)
        with budget.queries() as seen:
            client.see("evaluation.programme", **where, section=section)
        return len(seen)

    before = {
        section: cost(section) for section in ("results", "people", "groups", "sure", "later", "providers")
    }
    house.add("FMI")
    house.add("ARISE")
    db.session.commit()
    assert {section: cost(section) for section in before} == before


def test_the_command_reads_the_database_as_it_reads_the_file(app, house, tmp_path):
    rows = people_of("SURREY") + people_of("FMI")
    names = list(rows[0])
    lines = [",".join(names)] + [",".join(row[name] for name in names) for row in rows]
    (tmp_path / "answers.csv").write_text("\n".join(lines), encoding="utf-8")
    runner = app.test_cli_runner()
    of_file = ["--responses", str(tmp_path / "answers.csv")]
    for extra in ([], ["--no-suppression"]):
        assert (
            runner.invoke(evaluation, ["export", "--out", str(tmp_path / "a"), *of_file, *extra]).exit_code
            == 0
        )
        assert runner.invoke(evaluation, ["export", "--out", str(tmp_path / "b"), *extra]).exit_code == 0
        for name in ("frequencies", "transitions", "groups", "tests"):
            assert (tmp_path / "a" / f"{name}.csv").read_bytes() == (
                tmp_path / "b" / f"{name}.csv"
            ).read_bytes()
    acts = db.session.scalars(
        sa.select(AuditRecord.act).where(AuditRecord.act == "evaluation:data:exported")
    ).all()
    assert len(acts) == 1
