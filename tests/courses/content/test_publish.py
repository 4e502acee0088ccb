import json
import shutil
from contextlib import contextmanager

import pytest
from sqlalchemy import event, func, select

from courses.content import json_schema, loader, queries, service
from courses.content.models import CourseVersion
from lms.core.audit import AuditRecord
from lms.core.errors import NotFound
from lms.core.extensions import db
from tests.courses.content import samples


def publish(folder):
    return service.publish(loader.load(folder).document, by=None)


def test_a_course_is_published_as_version_1_with_all_that_teaching_needs(app, tmp_path):
    document = loader.load(samples.write(tmp_path)).document
    version = service.publish(document, by=None)
    db.session.commit()
    assert (version.slug, version.number, version.taught_minutes, version.reading_minutes) == (
        "small-steps",
        1,
        180,
        20,
    )
    assert queries.get_document(version.content_hash) == document
    assert db.session.scalar(select(AuditRecord.act)) == "content:course:published"


def test_the_same_content_is_the_same_version_and_changed_content_is_the_next(app, tmp_path):
    first = publish(samples.write(tmp_path / "a"))
    again = publish(samples.write(tmp_path / "b"))
    changed = publish(samples.write(tmp_path / "c", page=("We go", "They go")))
    back = publish(samples.write(tmp_path / "d"))
    assert (again.id, back.id) == (first.id, first.id)
    assert changed.number == 2
    assert queries.list_versions("small-steps")[0].id == changed.id
    assert queries.list_versions("other") == []


def test_what_is_published_stays_when_the_files_change(app, tmp_path):
    folder = samples.write(tmp_path)
    version = publish(folder)
    (folder / "pages" / "why.md").write_text("Something else.")
    assert queries.get_document(version.content_hash).pages["pages/why.md"].startswith("# Why")


def test_content_that_was_never_published_is_not_found(app):
    with pytest.raises(NotFound):
        queries.get_document("0" * 64)


def run(app, *words):
    return app.test_cli_runner().invoke(args=["content", *words])


def test_the_products_own_courses_pass_with_the_units_criteria_in_sight(app):
    result = run(app, "check")
    assert result.output.endswith(" activities: no faults\n")
    assert result.exit_code == 0


def test_check_says_every_fault_and_fails(app, tmp_path):
    samples.write(tmp_path, course=("taught_minutes: 180", "taught_minutes: 90"))
    result = run(app, "check", "--library", str(tmp_path))
    assert result.exit_code == 1
    assert "small-steps/course.yaml:4: There is no unit 'small-unit'." in result.output
    assert (
        "small-steps/course.yaml:5: 'taught_minutes' is 90, but the modules add up to 180." in result.output
    )
    assert "2 faults. Nothing was changed." in result.output


def test_publish_says_the_version_and_refuses_what_has_faults(app, tmp_path):
    result = run(app, "publish", "families-going-forward")
    assert "Families Going Forward is published as version 1" in result.output
    assert "as version 1" in run(app, "publish", "families-going-forward").output
    samples.write(tmp_path, first=("fit: strong", "fit: great"))
    refused = run(app, "publish", "small-steps", "--library", str(tmp_path))
    assert (refused.exit_code, "'fit' cannot be 'great'" in refused.output) == (1, True)
    assert "There is no course 'nothing'" in run(app, "publish", "nothing").output
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(CourseVersion)) == 1


def test_check_says_the_faults_of_all_courses_those_that_cannot_be_read_among_them(app, tmp_path):
    samples.write(tmp_path, first=("fit: strong", "fit: great"))
    (tmp_path / "small-steps").rename(tmp_path / "other-steps")
    samples.write(tmp_path, course=("taught_minutes: 180", "taught_minutes: 90"))
    result = run(app, "check", "--library", str(tmp_path))
    assert "other-steps/modules/01-connect.yaml:22: 'fit' cannot be 'great'." in result.output
    assert "small-steps/course.yaml:5: 'taught_minutes' is 90" in result.output
    assert "3 faults. Nothing was changed." in result.output


# ---- all or nothing


def rows_of(model):
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model))


@contextmanager
def breaking_at(table):
    """The database goes away at the moment a row of a table is written."""

    def gone(_connection, _cursor, statement, *_):
        if statement.upper().startswith(f"INSERT INTO {table.upper()}"):
            raise ConnectionError("the cable was pulled")

    event.listen(db.engine, "before_cursor_execute", gone)
    try:
        yield
    finally:
        event.remove(db.engine, "before_cursor_execute", gone)


@pytest.mark.parametrize("table", ["course_version", "audit_record"])
def test_publishing_that_is_cut_short_leaves_nothing_and_can_be_done_again(app, table):
    with breaking_at(table):
        assert isinstance(run(app, "publish", "families-going-forward").exception, ConnectionError)
    assert (rows_of(CourseVersion), rows_of(AuditRecord)) == (0, 0)
    assert "as version 1" in run(app, "publish", "families-going-forward").output
    assert (rows_of(CourseVersion), rows_of(AuditRecord)) == (1, 1)


def test_one_fault_in_any_file_of_any_course_and_nothing_is_published(app, tmp_path):
    shutil.copytree(loader.LIBRARY / "families-going-forward", tmp_path / "families-going-forward")
    samples.write(tmp_path, page=("activity:the-door", "activity:the-roof"))
    refused = run(app, "publish", "families-going-forward", "--library", str(tmp_path))
    assert refused.exit_code == 1
    assert "small-steps/pages/why.md:3: The link 'activity:the-roof' leads nowhere" in refused.output
    assert (rows_of(CourseVersion), rows_of(AuditRecord)) == (0, 0)


# ---- for authors


def test_the_schema_for_editors_is_the_one_that_is_kept_and_refuses_unknown_keys(app, tmp_path):
    result = run(app, "schema", "--to", str(tmp_path / "schemas"))
    assert result.output.split() == [str(tmp_path / "schemas" / name) for name in json_schema.FILES]
    for name in json_schema.FILES:
        text = (tmp_path / "schemas" / name).read_text(encoding="utf-8")
        assert text == (json_schema.FOLDER / name).read_text(encoding="utf-8"), (
            "the descriptions changed: run `flask --app wsgi content schema`"
        )
        schema = json.loads(text)
        for described in [schema, *schema["$defs"].values()]:
            assert described["additionalProperties"] is False
            assert all("description" in key for key in described["properties"].values())
    assert {"activities", "aims", "handout", "minutes"} <= schema["properties"].keys()
    assert {"kind", "choices", "learning"} <= set(schema["$defs"]["Scenario"]["required"])


def test_the_manual_names_every_key_with_its_meaning(app):
    text = run(app, "manual").output
    for words in (
        "course.yaml",
        "  reading_age: The highest reading age, in years, that a page may have.",
        "  draws_on (may be left out): Framework id to the ids of its terms",
        "One of: strong, partly, think-again.",
        "  rows: The session from start to end; the minutes add up to the module's.",
    ):
        assert words in text
