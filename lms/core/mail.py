"""Mail that cannot be lost and cannot be early: a message is a row written with its cause and sent by a job.

The words live beside each room's templates as three files a message: `<name>.subject.txt`, `<name>.body.txt` and
`<name>.body.html`. A message never holds an answer, a family's code or an assessor's words: those stay behind
sign-in.
"""

from __future__ import annotations

import smtplib
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lms.core import clock
from lms.core.extensions import db
from lms.core.jobs import enqueue, job
from lms.core.model import Entity

SEND = "mail.send"
SMTP_SECONDS = 20


class Message(Entity):
    """One message in the outbox. Its text is fixed when it is queued.

    One that `is_forgotten` is deleted as soon as it is sent: it holds a link that opens something by itself, or that it was
    sent at all says what nobody is to know.
    """

    __tablename__ = "message"

    to: Mapped[str] = mapped_column(String(254), index=True)
    template: Mapped[str] = mapped_column(String(120))
    subject: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    is_forgotten: Mapped[bool] = mapped_column(default=False)
    sent_at: Mapped[datetime | None]


def queue(*, to: str, template: str, is_forgotten: bool = False, **context: Any) -> Message:
    """Write a message into the outbox, in the present transaction, to be sent after it commits.

    Args:
        to: the address.
        template: the message's name, such as `courses/mail/enrolled`.
        is_forgotten: whether the message is deleted once it is sent.
        context: what its three templates need. Links are given as paths; the base address is added.

    Raises:
        ValueError: the address or the subject holds a line break.
    """
    jinja = current_app.jinja_env
    values = {**context, "base_url": current_app.config["PUBLIC_URL"].rstrip("/")}
    subject = " ".join(jinja.get_template(f"{template}.subject.txt").render(values).split())
    if "\n" in to or "\r" in to:
        raise ValueError("an address has one line")
    message = Message(
        to=to,
        template=template,
        subject=subject[:200],
        text=jinja.get_template(f"{template}.body.txt").render(values, subject=subject),
        html=jinja.get_template(f"{template}.body.html").render(values, subject=subject),
        is_forgotten=is_forgotten,
    )
    db.session.add(message)
    db.session.flush()
    enqueue(SEND, {"message_id": message.id}, key=f"mail:{message.ref}")
    return message


@job(SEND)
def send(payload: dict[str, Any]) -> None:
    """Send one message, once; a message that has been sent is left alone, and one that is forgotten is not there."""
    message = db.session.get(Message, payload["message_id"])
    if message is None or message.sent_at is not None:
        return
    envelope = _envelope(message)
    server = current_app.config["MAIL_SERVER"]
    if server:
        host, _, port = server.partition(":")
        with smtplib.SMTP(host, int(port or 25), timeout=SMTP_SECONDS) as smtp:
            smtp.send_message(envelope)
    else:
        folder = Path(current_app.config["MAIL_FOLDER"])
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{message.ref}.eml").write_bytes(envelope.as_bytes())
    if message.is_forgotten:
        db.session.delete(message)
    else:
        message.sent_at = clock.now()


def _envelope(message: Message) -> EmailMessage:
    envelope = EmailMessage()
    envelope["From"] = current_app.config["MAIL_FROM"]
    envelope["To"] = message.to
    envelope["Subject"] = message.subject
    envelope["Date"] = format_datetime(message.created_at)
    envelope["Message-ID"] = f"<{message.ref}@goingforward>"
    envelope.set_content(message.text)
    envelope.add_alternative(message.html, subtype="html")
    return envelope
