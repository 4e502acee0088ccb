"""Forms of marking: sending to the assessor, judging a criterion, sending decisions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    FileField,
    FloatField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length, Optional
from wtforms.widgets import HiddenInput

from assessments.marking.annotating import Area, Spot
from assessments.marking.comment_bank import LONGEST_COMMENT
from assessments.marking.judgement import Judgement, Rule
from assessments.marking.models import Outcome
from assessments.marking.passages import find_words, paragraphs
from assessments.portfolio.sending import DECLARED, Declaration
from assessments.portfolio.snapshot import Piece
from lms.core.errors import Refused
from lms.core.forms import BaseForm, PartForm, choices, text_of
from lms.core.model import REF_LENGTH, new_ref

MET = Outcome.MET.value
NOT_YET_MET = Outcome.NOT_YET_MET.value


class StartForm(BaseForm):
    """Begin a portfolio: nothing to fill in, one thing to press."""


class SendForm(BaseForm):
    """Which criteria go to the assessor now, whose work they are, and whether AI had a part in it."""

    criteria = SelectMultipleField("Send these")
    declared = BooleanField(DECLARED.rstrip("."))
    ai_used = RadioField(
        "Did a tool such as AI help you?",
        choices=choices([("no", "No"), ("yes", "Yes, and I say for what")]),
        validators=[Optional()],
    )
    ai_statement = TextAreaField("Which tool, for what, and where do you say so?")

    def __init__(self, *args: Any, ready: list[tuple[str, str]], **kwargs: Any) -> None:
        """Offer the criteria that are ready."""
        super().__init__(*args, **kwargs)
        self.criteria.choices = choices(ready)

    def declaration(self) -> Declaration:
        """What is declared, in the form that the service takes."""
        return Declaration(
            own_work=bool(self.declared.data),
            ai_used={"yes": True, "no": False}.get(self.ai_used.data or ""),
            ai_statement=self.ai_statement.data or "",
        )


class JudgementForm(BaseForm):
    """One criterion judged. What is half done can be kept; what it lacks is asked for when it is sent."""

    valid = BooleanField("Valid")
    authentic = BooleanField("Authentic")
    current = BooleanField("Current")
    sufficient = BooleanField("Enough")
    reliable = BooleanField("Reliable")
    reason = StringField(
        "Why a rule does not hold", validators=[Length(max=600, message="Keep this under 600 letters.")]
    )
    outcome = RadioField(
        "Your decision",
        choices=choices([(MET, "Met"), (NOT_YET_MET, "Not yet met: ask for one more thing")]),
        validators=[Optional()],
    )
    feedback = TextAreaField(
        "What you will say",
        validators=[Length(max=6000, message="Keep this under 6,000 letters; it is read on a phone.")],
    )
    file = FileField("Say it as well")
    version = IntegerField(widget=HiddenInput(), default=0)

    def judgement(self, *, is_spoken: bool = False) -> Judgement:
        """What was said, in the form that the service takes; `is_spoken`: whether feedback was recorded besides."""
        return Judgement(
            met={MET: True, NOT_YET_MET: False}.get(self.outcome.data or ""),
            rules=frozenset(rule for rule in Rule if self[rule.value].data),
            reason=self.reason.data or "",
            feedback=self.feedback.data or "",
            is_spoken=is_spoken,
        )


THIRDS = {
    f"{down} {across}".strip(): Area(column / 3, row / 3, 1 / 3, 1 / 3)
    for row, down in enumerate(("upper", "", "lower"))
    for column, across in enumerate(("left", "middle", "right"))
}
"""Places on a page that can be chosen without pointing."""
WHOLE_PAGE = "the whole page"


class NoteForm(PartForm):
    """A note on evidence: its words and, by pointing or by choosing, its place. Sent along with the judgement."""

    ref = StringField(widget=HiddenInput(), default=new_ref)
    comment = TextAreaField("Your note")
    paragraph = IntegerField(validators=[Optional()])
    words = StringField("The words it is about")
    starts = IntegerField(widget=HiddenInput(), validators=[Optional()])
    ends = IntegerField(widget=HiddenInput(), validators=[Optional()])
    page = IntegerField(validators=[Optional()])
    place = SelectField(choices=choices([(WHOLE_PAGE, WHOLE_PAGE), *((name, name) for name in THIRDS)]))
    x = FloatField(widget=HiddenInput(), validators=[Optional()])
    y = FloatField(widget=HiddenInput(), validators=[Optional()])
    width = FloatField(widget=HiddenInput(), validators=[Optional()])
    height = FloatField(widget=HiddenInput(), validators=[Optional()])

    def known_by(self) -> str:
        """The reference under which the note is kept, the same however often the page is sent."""
        ref = text_of(self.ref)
        return ref if len(ref) == REF_LENGTH and ref.isascii() else new_ref()

    def spot(self, piece: Piece, file_ref: str | None) -> Spot:
        """What the note is about.

        Raises:
            Refused: the words that were typed are not in the text.
        """
        if file_ref is not None:
            return Spot(file_ref=file_ref, page=self.page.data or 1, area=self._area())
        if self.starts.data is not None and self.ends.data is not None:
            return Spot(starts=self.starts.data, ends=self.ends.data)
        return self._words_in(piece.text)

    def _area(self) -> Area | None:
        if self.x.data is not None and self.y.data is not None:
            return Area(self.x.data, self.y.data, self.width.data or 0, self.height.data or 0)
        return THIRDS.get(self.place.data or "")

    def _words_in(self, text: str) -> Spot:
        found = paragraphs(text)
        chosen = next((one for one in found if one.number == self.paragraph.data), None)
        start, end = (chosen.start, chosen.end) if chosen else (0, len(text))
        if not text_of(self.words).split():
            return Spot(starts=start, ends=end) if chosen else Spot()
        span = find_words(text, text_of(self.words), start=start, end=end)
        if span is None:
            raise Refused("Those words are not in that paragraph. Copy them as they stand.", field="words")
        return Spot(starts=span[0], ends=span[1])


class CommentForm(BaseForm):
    """A comment to use again."""

    text = TextAreaField(
        "Comment", validators=[Length(max=LONGEST_COMMENT, message="Keep a comment under 1,000 letters.")]
    )
    criterion = SelectField("About", validators=[Optional()])
    shared = BooleanField("For every assessor of the provider")
    version = IntegerField(widget=HiddenInput(), default=1)

    def __init__(self, *args: Any, criteria: Iterable[tuple[str, str]] = (), **kwargs: Any) -> None:
        """Offer the criteria of the units that the assessor works with."""
        super().__init__(*args, **kwargs)
        self.criterion.choices = choices([("", "Any criterion"), *criteria])


class SignForm(BaseForm):
    """Countersign a submission, or send some of it back with words: one field for each criterion, `words-3.1`."""

    sequence = IntegerField(widget=HiddenInput(), default=0)


class ReversalForm(JudgementForm):
    """A decision that has been sent, judged anew, with why."""

    why = TextAreaField(
        "Why is it changed?", validators=[Length(max=1200, message="Keep this under 1,200 letters.")]
    )
    sequence = IntegerField(widget=HiddenInput(), default=0)


class ReopenForm(BaseForm):
    """Why a criterion that is met is decided once more."""

    why = TextAreaField("Why?")


class StandingForm(BaseForm):
    """Whether an assessor is qualified, and since when, or in training, and who countersigns."""

    standing = RadioField(
        "Standing", choices=choices([("qualified", "Qualified"), ("training", "In training")])
    )
    qualified_on = DateField("Qualified since", validators=[Optional()])
    countersigner = SelectField("Who countersigns?", validators=[Optional()])

    def __init__(self, *args: Any, assessors: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        """Offer the assessors who may countersign."""
        super().__init__(*args, **kwargs)
        self.countersigner.choices = choices([("", "Nobody yet"), *assessors])


class ReleaseForm(BaseForm):
    """Send all decisions of a submission."""

    sequence = IntegerField(widget=HiddenInput(), default=0)
