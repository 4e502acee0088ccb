"""Mail: queued with its cause, sent once, its words a reader would understand."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from lms.core import clock, jobs, mail
from lms.core.extensions import db
from lms.core.mail import Message


def queue_one(name: str = "Ṣadé Adéyẹmí") -> Message:
    return mail.queue(
        to="sade@example.org",
        template="people/mail/invitation",
        name=name,
        organisation="Harehills Learning",
        path="/welcome/abc",
        until=clock.now() + timedelta(days=1),
    )


def test_a_message_is_sent_once_after_the_commit(app: Flask, tmp_path: Path) -> None:
    queue_one()
    assert not (tmp_path / "mail").exists()
    db.session.commit()
    jobs.run_all_due()
    mail.send({"message_id": db.session.scalars(select(Message.id)).one()})
    (sent,) = (tmp_path / "mail").glob("*.eml")
    message = message_from_bytes(sent.read_bytes(), policy=policy.default)
    assert message["Subject"] == "Harehills Learning has a place for you"
    words = message.get_body(("plain",)).get_content()
    assert "Hello Ṣadé Adéyẹmí" in words
    assert "http://localhost/welcome/abc" in words
    page = message.get_body(("html",)).get_content()
    assert "Choose your password" in page
    assert "<img" not in page


def test_a_name_cannot_add_markup_or_headers(app: Flask) -> None:
    message = queue_one("<b>Bob</b>\r\nBcc: everyone@example.org")
    assert "<b>Bob" not in message.html
    assert "\n" not in message.subject


def test_a_rolled_back_cause_sends_nothing(app: Flask, tmp_path: Path) -> None:
    queue_one()
    db.session.rollback()
    assert jobs.run_all_due() == 0
