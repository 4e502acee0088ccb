"""Forms of the themes: what to hide, a theme's words, which themes an answer has.

What begins with `written` is never held when a sign-in has run out (lms/core/held.py).
"""

from __future__ import annotations

from collections.abc import Sequence

from wtforms import HiddenField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired
from wtforms.widgets import CheckboxInput, ListWidget

from assessments.themes.codebook import Words
from assessments.themes.models import Theme
from lms.core.forms import BaseForm, choices, text_of


class TicksField(SelectMultipleField):
    """Some of a few, each with a box to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class RedactForm(BaseForm):
    """What of an answer is hidden: proposals that are ticked, and words that the reader adds."""

    written = HiddenField(validators=[DataRequired()])
    hide = TicksField("Hide these")
    written_words = TextAreaField("Hide other words too")


class ThemeForm(BaseForm):
    """What a codebook says of a theme."""

    name = StringField("Name")
    meaning = TextAreaField("What it is")
    use_when = TextAreaField("When to use it")
    not_when = TextAreaField("When not to")
    example = TextAreaField("An example")

    def words(self) -> Words:
        """What was written."""
        return Words(*(text_of(self[name]) for name in Words.__dataclass_fields__))


class MergeForm(BaseForm):
    """Into which other theme one is merged."""

    into = SelectField("Merge it into")


class CodeForm(BaseForm):
    """Which themes an answer has; none is an answer too."""

    written = HiddenField(validators=[DataRequired()])
    themes = TicksField("Which themes are in it?", coerce=int)

    def offer(self, themes: Sequence[Theme]) -> None:
        """Offer some themes."""
        self.themes.choices = [(theme.id, theme.name) for theme in themes]


class QuoteForm(BaseForm):
    """An answer that is quoted, or quoted no more."""

    written = HiddenField(validators=[DataRequired()])
    quoted = HiddenField()


def offer_merging(form: MergeForm, themes: Sequence[Theme], *, besides: Theme) -> None:
    """Offer the other themes of a codebook."""
    form.into.choices = choices((theme.ref, theme.name) for theme in themes if theme.id != besides.id)
