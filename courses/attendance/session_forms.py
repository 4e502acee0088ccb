"""What people fill in about one session."""

from __future__ import annotations

from wtforms import DateField, HiddenField, StringField, TimeField
from wtforms.validators import InputRequired, Length, Optional

from courses.attendance.session_changes import Meeting
from courses.cohorts.models import Session
from courses.cohorts.new_forms import link_field
from lms.core.clock import LONDON
from lms.core.forms import BaseForm, text_of


class _OfSession(BaseForm):
    """A form that knows which state of the session it was shown with."""

    seen = HiddenField(default="0")

    @property
    def sequence(self) -> int:
        """The sequence number that was shown."""
        text = text_of(self.seen)
        return int(text) if text.isdecimal() else 0


class MeetingForm(_OfSession):
    """When and where a session is to be."""

    on = DateField("Day", validators=[InputRequired("Choose the day, such as 12/01/2027.")])
    starts = TimeField("It starts at", validators=[InputRequired("Choose a time, such as 09:30.")])
    venue = StringField("Where it meets", validators=[Optional(), Length(max=200)])
    link = link_field()

    def fill(self, session: Session) -> None:
        """Show when and where it is now."""
        starts_at = session.starts_at.astimezone(LONDON)
        self.seen.data = str(session.sequence)
        self.on.data, self.starts.data = starts_at.date(), starts_at.time()
        self.venue.data, self.link.data = session.venue, session.link

    def meeting(self) -> Meeting:
        """What was asked for, once it is valid."""
        on, starts = self.on.data, self.starts.data
        if on is None or starts is None:
            raise ValueError("a form that was found valid has a day and a time")
        return Meeting(on, starts, text_of(self.venue), text_of(self.link))


class CancelForm(_OfSession):
    """Why a session is off."""

    why = StringField("What people are told", validators=[Optional(), Length(max=200)])
