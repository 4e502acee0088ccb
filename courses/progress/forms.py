"""Forms of the player: made from the course's own descriptions, so that a new worksheet needs no code."""

from collections.abc import Callable
from typing import Any

from wtforms import Field, HiddenField, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from courses.content.knowledge_checks import Check, ChoiceQuestion
from courses.content.scenarios import Scenario
from courses.content.schema import Activity
from courses.content.worksheets import Worksheet, WorksheetField
from courses.progress.drafts import Values
from lms.core.forms import BaseForm, choices

LONGEST_LINE = 300
LONGEST_TEXT = 10_000
OWN_FIELDS = ("csrf_token", "submission_key", "version")


class DraftForm(BaseForm):
    """A form whose words are saved as they come. `version` is the one it was filled from."""

    version = HiddenField(default="0")

    @property
    def based_on(self) -> int:
        """The version the words were written over; 0 when it is not known."""
        text = str(self.version.data or "")
        return int(text) if text.isdecimal() and len(text) <= len("999999999") else 0

    @property
    def words(self) -> Values:
        """What was written, by field name, without the form's own fields and without empty ones."""
        return {name: value for name, value in self.data.items() if name not in OWN_FIELDS and value}


class JournalForm(DraftForm):
    """Words for the journal."""

    text = TextAreaField(
        "Your words", [Length(max=20_000, message="An entry holds 20,000 letters. Make two of it.")]
    )


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
    fields: dict[str, Any] = {}
    if isinstance(activity, Scenario):
        fields["choice"] = RadioField(
            activity.question,
            [InputRequired("Choose what you would do. There is no mark for it.")],
            choices=choices((choice.id, choice.text) for choice in activity.choices),
        )
    elif isinstance(activity, Worksheet):
        fields = {_safe(each.id): _worksheet_field(each) for each in activity.fields}
    elif isinstance(activity, Check):
        fields = {_safe(each.id): _question_field(each) for each in activity.questions}
    elif activity.kind == "reflection":
        return JournalForm(formdata, **values)
    made: type[DraftForm] = type("ActivityForm", (DraftForm,), fields)
    return made(formdata, **values)


def _safe(identifier: str) -> str:
    """An author's id as a form field's name, which must be a Python name and must not be one of the form's own."""
    return "q_" + identifier.replace("-", "_")


def field_of(form: DraftForm, identifier: str) -> Field:
    """The form field of a worksheet's box or of a question, by the author's id."""
    field: Field = form[_safe(identifier)]
    return field


def answer_to(words: Values, identifier: str) -> list[str]:
    """What was chosen for a question, as a list whether one or many may be chosen."""
    given = words.get(_safe(identifier), [])
    return [given] if isinstance(given, str) else list(given)


def _worksheet_field(described: WorksheetField) -> Field:
    if described.size == "choice":
        return RadioField(
            described.label,
            validators=[_one_of_these_or_nothing(described.options)],
            choices=choices((option, option) for option in described.options),
            validate_choice=False,
            description=described.hint or "",
        )
    longest = LONGEST_LINE if described.size == "line" else LONGEST_TEXT
    kind = StringField if described.size == "line" else TextAreaField
    too_long = f"This box holds {longest:,} letters. Say it shorter, or put the rest in another box."
    return kind(described.label, [Length(max=longest, message=too_long)], description=described.hint or "")


def _question_field(question: ChoiceQuestion) -> Field:
    options = choices((option.id, option.text) for option in question.options)
    if question.choose == "many":
        return Ticks(question.text, [InputRequired(f"Tick at least one: {question.text}")], choices=options)
    return RadioField(question.text, [InputRequired(f"Choose one: {question.text}")], choices=options)


def _one_of_these_or_nothing(options: tuple[str, ...]) -> Callable[[BaseForm, Field], None]:
    """A worksheet may be left unfinished, so nothing chosen is fine; WTForms' own check would refuse it."""

    def check(_form: BaseForm, field: Field) -> None:
        if field.data and field.data not in options:
            raise ValidationError("That is not one of the answers here. Choose one of these.")

    return check
