"""A unit gets a new version: what is different, whose links move and where to, and who stays where they are."""

from __future__ import annotations

import json

import pytest

from assessments.portfolio import service
from assessments.portfolio.models import LONGEST_WHY, Evidence, Mapping, Portfolio, UnitVersion
from assessments.portfolio.queries import unit_of
from assessments.portfolio.unit_differences import compare
from assessments.portfolio.unit_files import UNITS, read_unit
from assessments.portfolio.unit_moves import CriterionMove, Moves
from assessments.portfolio.unit_moving import move_portfolios
from assessments.portfolio.unit_schema import Unit
from courses.content.text_changes import Fate
from lms.core.errors import Refused
from lms.core.extensions import db
from lms.people.roles import Role
from tests.budget import queries as queries_made
from tests.factories.people import as_actor, make_organisation, make_user
from tests.factories.portfolios import Desk, add_text, states

SLUG = "build-and-maintain-relationships"


def later_unit() -> Unit:
    """The unit with 1.4 taken out, 2.1 reworded, and an outcome more that takes up what 1.4 asked, in two criteria."""
    document = json.loads(read_unit(UNITS / f"{SLUG}.yaml").model_dump_json())
    gone = document["outcomes"][0]["criteria"].pop()
    document["outcomes"][1]["criteria"][0]["wording"] = (
        "Use knowledge of the community to find who is not reached"
    )
    criteria = [{**gone, "ref": f"7.{number}"} for number in (1, 2)]
    document["outcomes"].append(
        {"number": 7, "wording": "Understand limits", "short": "Limits", "criteria": criteria}
    )
    document["evidence_rules"]["families_at_least"] = 3
    return Unit.from_document(document)


def moves(**goes_to: tuple[str, ...]) -> Moves:
    """Every criterion to the same number, but for those that are named (as c1_4)."""
    before = read_unit(UNITS / f"{SLUG}.yaml")
    others = {name[1:].replace("_", "."): refs for name, refs in goes_to.items()}
    return Moves(
        unit=SLUG,
        from_version=1,
        to_version=2,
        criteria=tuple(
            CriterionMove(
                criterion=ref,
                goes_to=others.get(ref, (ref,)),
                why="" if others.get(ref, (ref,)) else "The awarding body has dropped it.",
            )
            for ref in before.criteria
        ),
    )


@pytest.fixture
def desk(app) -> Desk:
    return Desk()


def publish_second() -> UnitVersion:
    return service.publish_unit(later_unit(), by=None)


def links(portfolio) -> dict[str, str]:
    rows = db.session.query(Mapping).join(Evidence).filter(Evidence.portfolio_id == portfolio.id)
    return {row.criterion: row.why for row in rows}


def test_what_is_different_is_said_criterion_by_criterion():
    found = compare(read_unit(UNITS / f"{SLUG}.yaml"), later_unit())
    assert {change.ref: change.fate for change in found.criteria} == {
        "1.4": Fate.REMOVED,
        "2.1": Fate.CHANGED,
        "7.1": Fate.ADDED,
        "7.2": Fate.ADDED,
    }
    assert [change.where for change in found.texts] == ["Outcome 7", "Families, each by a code"]
    assert compare(later_unit(), later_unit()).is_nothing


def test_links_go_where_the_move_says_and_one_that_was_sent_stays(desk):
    at_work, sent = desk.begin(name="Ann"), desk.begin(name="Bea")
    evidence = add_text(at_work, "1.1", "1.4", "2.1")
    desk.send(sent)
    publish_second()
    service.map_evidence(
        evidence, {"1.1", "1.4", "2.1"}, {"1.1": "", "1.4": "I asked first.", "2.1": "The map."}, by=None
    )
    _, lines = move_portfolios(moves(c1_4=("7.1", "7.2", "2.1")), by=None)
    assert [(line.portfolio, line.stays, line.links_before, line.links_after) for line in lines] == [
        (at_work, False, 3, 4),
        (sent, True, 24, 24),
    ]
    assert links(at_work) == {
        "1.1": "",
        "7.1": "I asked first.",
        "7.2": "I asked first.",
        "2.1": "I asked first.\nThe map.",
    }
    assert unit_of(at_work).criteria.keys() == later_unit().criteria.keys()
    assert "1.4" in unit_of(sent).criteria
    desk.decide(desk.send(at_work, "7.1"))
    assert states(at_work)["7.1"] == "met"


def test_a_criterion_that_is_gone_leaves_its_evidence_and_its_author_is_told(client, desk):
    portfolio = desk.begin()
    evidence = add_text(portfolio, "1.4")
    publish_second()
    _, (line,) = move_portfolios(moves(c1_4=()), by=None)
    assert line.dropped == [[evidence.ref, "1.4", "It shows 1.4: she chose the order."]]
    assert links(portfolio) == {}
    assert evidence.removed_at is None
    client.sign_in(portfolio.learner)
    page = client.see("portfolio.index").text
    assert f"“{evidence.title}” served 1.4, which is gone: The awarding body has dropped it." in page
    service.map_evidence(evidence, {"7.1"}, by=as_actor(portfolio.learner))
    assert "The unit has changed" not in client.see("portfolio.index").text
    assert move_portfolios(moves(c1_4=()), by=None)[1] == []


def test_a_reason_that_has_no_room_beside_another_is_kept_in_the_report(desk):
    portfolio = desk.begin()
    evidence = add_text(portfolio, "1.4", "2.1")
    long = {"1.4": "a" * LONGEST_WHY, "2.1": "b" * LONGEST_WHY}
    service.map_evidence(evidence, {"1.4", "2.1"}, long, by=None)
    publish_second()
    _, (line,) = move_portfolios(moves(c1_4=("2.1",)), by=None)
    assert links(portfolio) == {"2.1": long["1.4"]}
    assert line.dropped == [[evidence.ref, "2.1", long["2.1"]]]


def test_many_portfolios_move_with_the_queries_of_few(desk):
    add_text(desk.begin(), "1.4", "3.1")
    publish_second()
    with queries_made() as few:
        move_portfolios(moves(c1_4=()), by=None)
    for portfolio in db.session.query(Portfolio):
        portfolio.unit_version_id = desk.unit.id
    for _ in range(3):
        enrolled = desk.begin()
        enrolled.unit_version_id = desk.unit.id
        db.session.flush()
        add_text(enrolled, "1.4", "3.1")
    with queries_made() as many:
        assert len(move_portfolios(moves(c1_4=()), by=None)[1]) == 4
    assert len(many) == len(few)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"c1_1": ("9.9",)}, "1.1: version 2 has no criterion 9.9"),
        ({"c1_4": ("1.4",)}, "1.4: version 2 has no criterion 1.4"),
    ],
)
def test_a_move_that_does_not_fit_is_refused_and_changes_nothing(desk, changed, says):
    portfolio = desk.begin()
    publish_second()
    with pytest.raises(Refused, match=says):
        move_portfolios(moves(**{"c1_4": (), **changed}), by=None)
    assert portfolio.unit_version_id == desk.unit.id


def test_every_criterion_must_be_named(desk):
    publish_second()
    short = moves(c1_4=()).model_copy(update={"criteria": moves(c1_4=()).criteria[:-1]})
    with pytest.raises(Refused, match=r"nothing is said of 6\.4"):
        move_portfolios(short, by=None)


def test_an_operator_tries_a_move_and_then_makes_it(app, desk, tmp_path):
    portfolio = desk.begin()
    add_text(portfolio, "1.4", "3.1")
    second = publish_second()
    db.session.commit()
    lines = [
        f"unit: {SLUG}",
        "from_version: 1",
        "to_version: 2",
        "criteria:",
        *(
            f'  - {{criterion: "{ref}", goes_to: ["{ref}"]}}'
            for ref in read_unit(UNITS / f"{SLUG}.yaml").criteria
            if ref != "1.4"
        ),
    ]
    path = tmp_path / "move.yaml"
    path.write_text("\n".join([*lines, '  - {criterion: "1.4", goes_to: []}']), encoding="utf-8")
    run = app.test_cli_runner().invoke
    refused = run(args=["assessments", "move-portfolios", str(path)])
    assert refused.exit_code == 1
    assert (
        "move.yaml:28: criteria, 24: Value error, a criterion that is gone needs its reason" in refused.output
    )
    path.write_text(
        "\n".join([*lines, '  - {criterion: "1.4", goes_to: [], why: Dropped.}']), encoding="utf-8"
    )
    tried = run(args=["assessments", "move-portfolios", str(path), "--dry-run"]).output
    assert "moves: 2 links, 1 afterwards" in tried
    assert "serves 1.4 no more" in tried
    db.session.expire_all()
    assert portfolio.unit_version_id == desk.unit.id
    run(args=["assessments", "move-portfolios", str(path)])
    db.session.expire_all()
    assert portfolio.unit_version_id == second.id


def test_the_pages_say_what_changed_and_count_only_ones_own(client, desk):
    other = Desk(make_organisation())
    add_text(desk.begin(), "1.4")
    desk.send(desk.begin(name="Bea"))
    other.begin()
    publish_second()
    move_portfolios(moves(c1_4=()), by=None)
    client.sign_in(make_user(Role.PROVIDER_ADMINISTRATOR, desk.provider))
    listed = client.see("units.index")
    assert "Centre-devised" in listed.text
    assert "Since version 1" in listed.text
    changed = client.see("units.changes", slug=SLUG)
    assert "1 portfolio is on version 1, 1 on version 2" in changed.text
    assert "1 link to a criterion that is gone was taken out" in changed.text
    assert "added: 3" in changed.text
    shown = client.see("units.show", slug=SLUG, version=2)
    assert "7.2" in shown.text
    assert "7.2" not in client.see("units.show", slug=SLUG, version=1).text
    client.see("units.show", status=404, slug=SLUG, version=9)
    client.see("units.show", status=404, slug="no-such-unit")
