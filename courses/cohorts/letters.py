"""A letter to somebody about a cohort: it says whose it is and which number to ring."""

from __future__ import annotations

from typing import Any

from courses.cohorts.models import Cohort
from lms.core import mail


def write(cohort: Cohort, template: str, *, to: str, name: str, **words: Any) -> None:
    """Queue a letter.

    Args:
        cohort: what it is about; the template is given its name, its provider and the provider's telephone.
        template: the letter, such as "courses/mail/moved".
        to: the address.
        name: what to call the reader.
        words: whatever else the template needs.
    """
    mail.queue(
        to=to,
        template=template,
        name=name,
        cohort=cohort.name,
        provider=cohort.provider.name,
        phone=cohort.provider.phone,
        **words,
    )
