"""Every component, drawn with awkward data, is well-formed, labelled and free of style attributes."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import html5lib
import jinja2
import pytest
from flask import Flask, flash
from flask_bootstrap import Bootstrap5
from flask_wtf import FlaskForm
from flask_wtf.csrf import CSRFProtect
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    FieldList,
    FileField,
    FormField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice
from wtforms.form import Form
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from lms.core.fragments import register_fragments
from lms.core.icons import draw as draw_icon
from lms.core.icons import register_icons
from tests.core.pages import TEMPLATES

LONG = "Srimathi Venkatanarasimharajuvaripeta-Łukaszewicz O’Dowd-Đặng Thùy Linh"
TAMIL = "தமிழ்ச்செல்வி சுப்பிரமணியன்"
HOSTILE = "<script>alert(1)</script> & \"quoted\" 'name'"
AWKWARD = [LONG, TAMIL, HOSTILE, "0", "Ṣadé"]

COHORT_PAGES = (
    "cohorts.show",
    "cohorts.sessions",
    "cohorts.people",
    "progress.completion",
    "progress.session_plans",
    "questionnaires.cohort",
    "allocation.show",
    "certificates.cohort",
    "evaluation.cohort",
)

PIECES = {
    "icon": '{% from "components/icon.html" import icon %}<p>{{ icon("clock") }} {{ x }}</p>',
    "head": """{% from "components/head.html" import page_head %}{{ page_head(x, x, x, "/a?b=1&c=2") }}
        {{ page_head(x) }}{% call page_head(x, None) %}<a href="/">{{ x }}</a>{% endcall %}""",
    "next": '{% from "components/next.html" import next_step %}{{ next_step(x, x, "/a", x, x) }}',
    "next without a date": '{% from "components/next.html" import next_step %}{{ next_step(x, x, "/a", x) }}',
    "needs": """{% from "components/needs.html" import needs %}{{ needs(x, x, "/a", x) }}
        {{ needs(x, None) }}{{ needs(x, x, level=None) }}""",
    "note": '{% from "components/note.html" import note %}{% call note(x) %}{{ x }}{% endcall %}{% call note() %}0{% endcall %}',
    "status": """{% from "components/status.html" import status, grid_cell, status_key %}{{ status_key() }}
        {{ status("with", x) }}<ul class="gf-grid">{{ grid_cell("none", "1.1", x, "/a") }}
        {{ grid_cell("notyet", "3.1", None, "/a", current=True) }}</ul>""",
    "saved": """{% from "components/saved.html" import saved %}{% for s in ("idle", "saved", "saving", "phone", "failed") %}
        {{ saved(s, x) }}{% endfor %}{{ saved() }}""",
    "empty": """{% from "components/empty.html" import empty %}{{ empty(x) }}{{ empty(x, "/a", x, title=x, level=3) }}""",
    "strip": '{% from "components/strip.html" import strip %}{{ strip([(0, None, x, None), (x, x, x, x)]) }}{{ strip([(0, "of 0", x, 0)], small=True) }}',
    "bar": """{% from "components/bar.html" import bar, figure_bar %}{{ bar(0, 0, x) }}{{ bar(None, 30, x) }}
        {{ bar(45, 30, x, need=True) }}{{ bar(-1, 30, x) }}{{ figure_bar("19.5", 19.5, 30, x) }}""",
    "ring": """{% from "components/ring.html" import ring, ring_box %}{{ ring(0, 0, x) }}{{ ring(9, 24, x, half=18) }}
        {{ ring(None, 30, x) }}{{ ring_box(21, 30, "hours", x) }}{{ ring_box(None, 24, "met", half=18) }}""",
    "path": """{% from "components/path.html" import path %}{{ path([]) }}{{ path([
        {"state": "done", "title": x, "text": x, "href": "/a"}, {"state": "now", "title": x, "text": None, "href": None},
        {"state": "todo", "title": x, "text": 0, "href": None, "number": 6}]) }}""",
    "timeline": """{% from "components/timeline.html" import timeline %}{{ timeline([
        {"state": "needs", "icon": "send", "strong": x, "text": x, "when": x},
        {"state": "done", "icon": "send", "text": x, "when": x}]) }}""",
    "evidence": """{% from "components/evidence.html" import evidence %}{{ evidence(x, "/a", x, ["2.3", "3.2", "4.1"]) }}
        {{ evidence(x, None, x) }}{% call evidence(x, "/a", x, ["1.1"]) %}<a href="/b">{{ x }}</a>{% endcall %}""",
    "said": """{% from "components/said.html" import said %}{% call said(x, x) %}{{ x }}{% endcall %}
        {% call said(x, kind=True) %}{{ x }}{% endcall %}""",
    "marks": """{% from "components/marks.html" import marks, marks_key %}{{ marks_key() }}{{ marks([]) }}
        {{ marks(["came", "part", "made-up", "missed", None]) }}""",
    "table": '{% from "components/stack_table.html" import stack_table %}{{ stack_table(x, ["A", "B"], [[x, None], [x, 0]]) }}{{ stack_table(x, ["A"], [], hide_caption=False) }}',
    "cohort places": """{% from "components/cohort_places.html" import cohort_places %}{{ cohort_places("abc", "cohorts.people") }}""",
    "alerts": """{% from "components/flash.html" import flashes, alert %}{{ flashes() }}{{ alert("odd", x) }}{{ alert("danger", x) }}""",
    "buttons": """{% from "components/form.html" import button, link_button, post_button %}
        <form method="post" action="/a">{{ button(x, icon="send") }}{{ button(x, outline=True, name="n", value=x) }}</form>
        {{ link_button(x, "/a", icon="send") }}{{ post_button("/a", x) }}{{ post_button("/a", x, fields={"n": x}, link=True) }}""",
}


class LineForm(Form):
    text = StringField("A line", validators=[InputRequired("Write the line")])


class EveryForm(FlaskForm):
    name = StringField(
        "Name", description="As it should be printed", validators=[InputRequired("Type a name")]
    )
    email = EmailField("Work email", validators=[InputRequired("Type an email")])
    password = PasswordField("Password")
    day = DateField("Day", validators=[InputRequired("Give the day")])
    words = TextAreaField("Words", validators=[Optional()])
    region = SelectField(
        "Region",
        choices=[SelectChoice("", "Choose one"), SelectChoice("north", "North")],
        validators=[InputRequired("Choose one")],
    )
    answer = RadioField(
        "Answer",
        choices=[
            SelectChoice("1", "Agree"),
            SelectChoice("2", "Disagree"),
            SelectChoice("no", "I would rather not say"),
        ],
        validators=[InputRequired("Say one")],
    )
    kinds = SelectMultipleField(
        "Kinds",
        choices=[SelectChoice("a", "A"), SelectChoice("b", "B")],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    file = FileField("File")
    own_work = BooleanField("It is my own work", validators=[InputRequired("Tick to say it is yours")])
    line = FormField(LineForm)
    lines = FieldList(StringField("Line", validators=[InputRequired("Fill the line in")]), min_entries=2)


FORM = """{% from "components/form.html" import form_head, error_summary, field, choice %}<form method="post">{{ form_head(form) }}
    {{ error_summary(form) }}{{ field(form.name, maxlength=120, autocomplete="name") }}{{ field(form.email, hint=x) }}{{ field(form.password) }}{{ field(form.day) }}
    {{ field(form.words, rows=5) }}{{ field(form.region) }}{{ choice(form.answer, x, hint=x, row=True, apart="no", serif=True) }}
    {{ choice(form.kinds, x) }}{{ field(form.file) }}{{ field(form.own_work, hint=x) }}{{ field(form.line.form.text) }}
    {% for one in form.lines %}{{ field(one) }}{% endfor %}</form>"""


@pytest.fixture
def app() -> Iterator[Flask]:
    app = Flask("components", static_folder="static")
    app.config.update(SECRET_KEY="only for this test", TESTING=True)
    app.jinja_options = {"undefined": jinja2.StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    app.jinja_loader = jinja2.FileSystemLoader(TEMPLATES)
    for address, endpoint in (("/accessibility", "pages.accessibility"), ("/privacy", "pages.privacy")):
        app.add_url_rule(address, endpoint, str)
    for endpoint in COHORT_PAGES:
        app.add_url_rule(f"/{endpoint}/<cohort_ref>", endpoint, str)
    app.add_template_global(lambda _: True, "can")
    app.add_template_global(lambda _: True, "is_assessed")
    Bootstrap5(app)
    register_icons(app)
    register_fragments(app)
    CSRFProtect(app)
    with app.test_request_context("/"):
        yield app


def draw(app: Flask, source: str, **context: object) -> str:
    return app.jinja_env.from_string(source).render(**context)


class Page(HTMLParser):
    """What a test asks of a page: its tags with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def ids(self) -> list[str]:
        return [attrs["id"] or "" for _, attrs in self.tags if "id" in attrs]


def check(html: str) -> Page:
    html5lib.HTMLParser(strict=True).parseFragment(html)
    page = Page(html)
    assert not [tag for tag, attrs in page.tags if "style" in attrs or tag in ("style", "script")]
    assert not [attrs for _, attrs in page.tags if any(name.startswith("on") for name in attrs)]
    assert len(page.ids()) == len(set(page.ids())), "an id is used twice"
    named = {attrs.get("for") for tag, attrs in page.tags if tag == "label"}
    for tag, attrs in page.tags:
        if tag in ("input", "textarea", "select") and attrs.get("type") not in ("hidden", "submit"):
            assert attrs.get("id") in named, f"no label for {attrs}"
        for pointer in ("aria-describedby", "aria-labelledby"):
            for target in (attrs.get(pointer) or "").split():
                assert target in page.ids(), f"{pointer} points nowhere: {target}"
    for tag, attrs in page.tags:
        if tag == "svg":
            assert (
                attrs.get("aria-hidden") == "true"
                or (attrs.get("aria-label") and attrs.get("role") == "img")
                or "x" in attrs
            )
    return page


@pytest.mark.parametrize("name", PIECES)
@pytest.mark.parametrize("x", AWKWARD)
def test_a_component_is_well_formed_whatever_it_is_given(app: Flask, name: str, x: str) -> None:
    flash(x)
    flash(x, "danger")
    html = draw(app, PIECES[name], x=x)
    check(html)
    assert "None" not in html


@pytest.mark.parametrize("x", AWKWARD)
def test_form_fields_carry_label_hint_and_value(app: Flask, x: str) -> None:
    page = check(draw(app, FORM, form=EveryForm(data={"name": x, "words": x}), x=x))
    assert ("aria-describedby", "name-hint") in [pair for _, attrs in page.tags for pair in attrs.items()]
    assert not [attrs for _, attrs in page.tags if "required" in attrs]


def test_each_fault_is_said_at_the_top_and_beside_its_field(app: Flask) -> None:
    with app.test_request_context("/", method="POST", data={"email": "grace@rowantree"}):
        form = EveryForm(meta={"csrf": False})
        assert not form.validate()
        html = draw(app, FORM, form=form, x=TAMIL)
    page = check(html)
    links = [attrs["href"] for tag, attrs in page.tags if tag == "a"]
    assert links == [
        "#name",
        "#day",
        "#region",
        "#answer-0",
        "#own_work",
        "#line-text",
        "#lines-0",
        "#lines-1",
    ]
    assert {str(link)[1:] for link in links} <= set(page.ids())
    assert "Eight things need another look." in html
    invalid = {attrs["id"] for _, attrs in page.tags if attrs.get("aria-invalid") == "true"}
    assert invalid == {"name", "day", "region", "own_work", "line-text", "lines-0", "lines-1"}
    assert 'value="grace@rowantree"' in html


def test_nothing_to_put_right_draws_no_summary(app: Flask) -> None:
    source = '{% from "components/form.html" import error_summary %}{{ error_summary(form) }}'
    assert not draw(app, source, form=EveryForm()).strip()


def test_what_is_typed_is_never_markup(app: Flask) -> None:
    for source in PIECES.values():
        assert "<script>alert" not in draw(app, source, x=HOSTILE)


def test_lengths_stay_inside_the_picture(app: Flask) -> None:
    html = draw(app, PIECES["bar"], x="hours")
    assert re.findall(r'class="(?:on|need)" width="([\d.-]+)%"', html) == ["0", "0.0", "100", "0", "65.0"]


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 410, 413, 422, 429, 500, 503, 418])
@pytest.mark.parametrize("message", [None, TAMIL, HOSTILE])
def test_every_error_page_says_what_to_do_next(app: Flask, status: int, message: str | None) -> None:
    html = draw(
        app,
        '{% extends "site/errors/error.html" %}',
        status=status,
        message=message,
        reference="7f3a" if status >= 500 else "",
        back="/portfolio",
        csp_nonce=lambda: "n",
    )
    html5lib.HTMLParser(strict=True).parse(html)
    assert html.count("<h1") == 1
    assert "Go to your home page" in html
    assert ("7f3a" in html) == (status >= 500)


def test_a_misspelt_icon_is_a_fault_and_not_a_hole() -> None:
    with pytest.raises(LookupError, match="no icon called 'hause'"):
        draw_icon("hause")
