"""A module's handout on paper: print, or large print for whoever cannot read the first. Pure."""

from dataclasses import dataclass
from datetime import datetime

from courses.content.schema import Document, Module
from courses.progress import words
from lms.core import pdf_flow
from lms.core.pdf import About
from lms.core.pdf_looks import LARGE_PRINT, PRINT
from lms.core.prose import Heading, Paragraph, Span, parts_of


@dataclass(frozen=True, slots=True)
class Handout:
    """A handout as it is asked for: of which course and module, from which provider, when, and in which print."""

    course: str
    module: Module
    markdown: str
    provider: str
    made_at: datetime
    is_large: bool = False

    @property
    def file_name(self) -> str:
        """What the file is called."""
        return f"{self.module.id}-handout{'-large-print' if self.is_large else ''}.pdf"


def find_handout(
    document: Document, module_id: str, *, provider: str, at: datetime, is_large: bool
) -> Handout | None:
    """The handout of a module, or None when there is no such module or it has none."""
    module = next((each for each in document.course.modules if each.id == module_id), None)
    if module is None or module.handout is None:
        return None
    return Handout(document.course.title, module, document.pages[module.handout], provider, at, is_large)


def as_pdf(handout: Handout) -> bytes:
    """The handout as a tagged PDF, as many pages as it takes.

    Raises:
        Undrawable: it holds letters that none of our faces has.
    """
    place = f"{words.name_of(handout.module)}: {handout.course}"
    about = About(
        title=f"Handout: {handout.module.title}{' (large print)' if handout.is_large else ''}",
        author=handout.provider,
        subject=place,
        made_at=handout.made_at,
    )
    return pdf_flow.document(
        (
            Heading(1, (Span(handout.module.title),)),
            Paragraph((Span(f"Handout. {place}"),)),
            *parts_of(handout.markdown),
        ),
        about,
        foot=handout.course,
        look=LARGE_PRINT if handout.is_large else PRINT,
    )
