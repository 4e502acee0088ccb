"""Files on their way in pieces, through the test client."""

from __future__ import annotations

from typing import Any

from lms.core.access import Actor
from lms.core.extensions import db
from tests.client import JudgingClient
from tests.core.hostile import sound

RECORDING = sound()


class Sender:
    """What `pieces.js` does, asked for step by step."""

    def __init__(self, client: JudgingClient, by: Actor) -> None:
        self.client = client
        self.by = by

    def ask(self, method: str, path: str, *, status: int, **kwargs: Any) -> Any:
        """What is answered, where there is anything."""
        token = self.client._with_token({})["csrf_token"]
        headers = {"X-CSRFToken": token, "X-Requested-With": "fetch"}
        response = self.client.open(f"/uploads/{path}", method=method, headers=headers, **kwargs)
        db.session.expire_all()
        assert response.status_code == status, response.get_data(as_text=True)
        return response.get_json(silent=True)

    def begin(
        self, name: str = "talk.wav", size: int = len(RECORDING), status: int = 201, mark: str = ""
    ) -> Any:
        """Announce a file."""
        data = {"name": name, "size": str(size), "purpose": "evidence", "mark": mark}
        return self.ask("POST", "", data=data, status=status)

    def piece(self, ref: str, offset: int, content: bytes, status: int = 200, **kwargs: Any) -> Any:
        """Send a piece of it."""
        return self.ask(
            "POST",
            f"{ref}/{offset}",
            data=content,
            content_type="application/octet-stream",
            status=status,
            **kwargs,
        )

    def finish(self, ref: str, status: int = 200) -> Any:
        """Say that it is whole."""
        return self.ask("POST", f"{ref}/finish", status=status)

    def whole(self, content: bytes = RECORDING, name: str = "talk.wav") -> str:
        """Send a file from beginning to end; gives back its reference."""
        ref: str = self.begin(name, len(content))["ref"]
        self.piece(ref, 0, content)
        self.finish(ref)
        return ref
