import pytest
from sqlalchemy import func, select

from courses.content import loader, queries, service
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
    assert queries.find_latest("small-steps").id == changed.id
    assert queries.find_latest("other") is None


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
