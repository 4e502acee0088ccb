"""The form of each kind of activity, made from its description."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from wtforms import (
    Field,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, ValidationError
from wtforms.widgets import CheckboxInput, DateInput, ListWidget

from courses.content.knowledge_checks import (
    Check,
    ChoiceQuestion,
    MatchQuestion,
    OrderQuestion,
    Question,
    ShortQuestion,
)
from courses.content.scenarios import Scenario
from courses.content.schema import Activity
from courses.content.worksheets import Worksheet, WorksheetField
from courses.progress import branching, judging, worksheet_text
from courses.progress.forms import ASKED, DraftForm, JournalForm, made_of
from courses.progress.shuffling import offered, shuffled
from lms.core.forms import BaseForm, choices
from lms.core.spreadsheets import read_day

LONGEST_LINE = 300
LONGEST_TEXT = 10_000


class Ticks(SelectMultipleField):
    """Some of few, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def form_for(activity: Activity, formdata: Any = None, **values: Any) -> DraftForm:
    """The form of an activity.

    Args:
        activity: What is being done.
        formdata: What was posted, if it was.
        values: What to fill it with, as WTForms takes it (`data=`).
    """
    if isinstance(activity, Scenario):
        return _scenario_form(activity, formdata, **values)
    if activity.kind == "reflection":
        return JournalForm(formdata, **values)
    fields: dict[str, Any] = {}
    if isinstance(activity, Worksheet):
        fields = _worksheet_fields(activity)
    elif isinstance(activity, Check):
        fields = {name: field for question in activity.questions for name, field in _asked(question)}
    return made_of(fields)(formdata, **values)


# ---- scenarios: one question at a time; what was chosen before is carried along


def _scenario_form(scenario: Scenario, formdata: Any, **values: Any) -> DraftForm:
    fields: dict[str, Any] = {
        branching.field_name(scene.id): RadioField(
            scene.question,
            [
                _chosen_where_asked(scene.id),
                _one_of_these_or_nothing([choice.id for choice in scene.choices]),
            ],
            choices=choices((choice.id, choice.text) for choice in scene.choices),
            validate_choice=False,
        )
        for scene in scenario.all_scenes
    }
    form = made_of(fields | {ASKED: HiddenField()})(formdata, **values)
    if formdata is None:
        form[ASKED].data = branching.way_through(scenario, form.words)[-1].scene.id
    return form


def _chosen_where_asked(scene_id: str) -> Callable[[BaseForm, Field], None]:
    """The question that the page asked wants an answer; those before it have theirs, those after are not asked yet."""

    def check(form: BaseForm, field: Field) -> None:
        if (form[ASKED].data or "") == scene_id and not field.data:
            raise ValidationError("Choose what you would do. There is no mark for it.")

    return check


# ---- worksheets


def _worksheet_fields(sheet: Worksheet) -> dict[str, Any]:
    fields = {worksheet_text.field_name(each.id): _box(each) for each in sheet.fields}
    for table in sheet.tables:
        for row in range(1, table.most + 1):
            for column in table.columns:
                fields[worksheet_text.cell_name(table.id, row, column.id)] = _cell(column)
    return fields


def _cell(described: WorksheetField) -> Field:
    """A cell of a table: one of few is a list that opens, for a table has many rows."""
    if described.size != "choice":
        return _box(described)
    return SelectField(
        described.label,
        [_one_of_these_or_nothing(described.options)],
        choices=choices([("", "Choose"), *_same(described.options)]),
        validate_choice=False,
        description=described.hint or "",
    )


def _box(described: WorksheetField) -> Field:
    label, hint = described.label, described.hint or ""
    if described.size == "many":
        return Ticks(label, choices=choices(_same(described.options)), description=hint)
    if described.size in {"choice", "light"}:
        pairs = _same(described.options) or list(worksheet_text.LIGHT.items())
        return RadioField(
            label,
            [_one_of_these_or_nothing([value for value, _ in pairs])],
            choices=choices(pairs),
            validate_choice=False,
            description=hint,
        )
    if described.size == "date":
        return StringField(label, [_a_day_or_nothing], widget=DateInput(), description=hint)
    longest = LONGEST_LINE if described.size == "line" else LONGEST_TEXT
    kind = StringField if described.size == "line" else TextAreaField
    too_long = f"This box holds {longest:,} letters. Say it shorter, or put the rest in another box."
    return kind(label, [Length(max=longest, message=too_long)], description=hint)


def _same(words: Iterable[str]) -> list[tuple[str, str]]:
    """Answers that are kept as they are worded."""
    return [(word, word) for word in words]


def _one_of_these_or_nothing(options: Sequence[str]) -> Callable[[BaseForm, Field], None]:
    """Nothing chosen is fine where a page may be left unfinished; WTForms' own check would refuse it."""

    def check(_form: BaseForm, field: Field) -> None:
        if field.data and field.data not in options:
            raise ValidationError("That is not one of the answers here. Choose one of these.")

    return check


def _a_day_or_nothing(_form: BaseForm, field: Field) -> None:
    if field.data and read_day(field.data) is None:
        raise ValidationError(f"{field.data} is not a day in the calendar. Write it as 25/05/2026.")


# ---- knowledge checks


def _asked(question: Question) -> Iterable[tuple[str, Field]]:
    """The fields of a question, by name."""
    if isinstance(question, ChoiceQuestion):
        yield judging.field_name(question.id), _chosen(question)
    elif isinstance(question, OrderQuestion):
        yield from _places(question)
    elif isinstance(question, MatchQuestion):
        yield from _matches(question)
    else:
        yield judging.field_name(question.id), _short(question)


def _chosen(question: ChoiceQuestion) -> Field:
    options = choices((option.id, option.text) for option in question.options)
    if question.choose == "many":
        return Ticks(question.text, [InputRequired(f"Tick at least one: {question.text}")], choices=options)
    return RadioField(question.text, [InputRequired(f"Choose one: {question.text}")], choices=options)


def _short(question: ShortQuestion) -> Field:
    return StringField(
        question.text,
        [
            InputRequired(f"Write a few words: {question.text}"),
            Length(max=LONGEST_LINE, message=f"This box holds {LONGEST_LINE} letters. A few words will do."),
        ],
    )


def _places(question: OrderQuestion) -> Iterable[tuple[str, Field]]:
    places = [str(place) for place in range(1, len(question.steps) + 1)]
    names = [judging.field_name(question.id, step.id) for step in question.steps]

    def each_place_once(form: BaseForm, field: Field) -> None:
        if any(other != field.name and form[other].data == field.data for other in names):
            raise ValidationError(f"Two steps are in place {field.data}. Give each a place of its own.")

    for step in shuffled(question):
        yield (
            judging.field_name(question.id, step.id),
            SelectField(
                step.text,
                [InputRequired(f"Choose a place for “{step.text}”."), each_place_once],
                choices=choices([("", "Place"), *_same(places)]),
            ),
        )


def _matches(question: MatchQuestion) -> Iterable[tuple[str, Field]]:
    for pair in question.pairs:
        yield (
            judging.field_name(question.id, pair.id),
            SelectField(
                pair.text,
                [InputRequired(f"Choose what belongs to “{pair.text}”.")],
                choices=choices([("", "Choose"), *_same(offered(question))]),
            ),
        )
