"""Every setting of Going Forward: its name, type, default and meaning.

Values only. The roof (`lms/site/app.py`) reads them once, when the application is made; nothing else imports
this module. Each setting is taken from the environment variable of the same name. In production a setting
without a default must be given, or the application refuses to start and says which one is missing.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from pathlib import Path
from typing import Any

INSTANCE = Path(__file__).resolve().parent / "instance"
MIN_SECRET_CHARACTERS = 32
THRESHOLDS = {
    "SMALLEST_COUNT": 5,
    "SMALLEST_SPECIAL_COUNT": 10,
    "PERCENTAGE_BASE": 23,
    "MEAN_BASE": 8,
}
"""How few people keep a figure hidden unless a setting says more; a setting that says fewer needs a reason."""


class SettingsError(ValueError):
    """Settings that cannot be used; the message names each one and what it should be."""


def _minutes(text: str) -> timedelta:
    return timedelta(minutes=int(text))


def _flag(text: str) -> bool:
    if text.lower() not in {"0", "1", "true", "false", "yes", "no"}:
        raise ValueError("yes or no")
    return text.lower() in {"1", "true", "yes"}


def _setting(default: Any, meaning: str, read: Any = str) -> Any:
    """One setting: its default, what it means, and how its text is read."""
    factory = default if callable(default) else (lambda: default)
    return field(default_factory=factory, metadata={"meaning": meaning, "read": read})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All settings, typed. `Settings.from_environment()` is how the application gets its own."""

    ENVIRONMENT: str = _setting("production", "production, demo, development or test")
    DATABASE_URL: str = _setting(
        lambda: f"sqlite:///{INSTANCE / 'going-forward.sqlite'}",
        "where the data is: sqlite:///file, or postgresql+psycopg://user:password@host/name",
    )
    FILES: Path = _setting(lambda: INSTANCE / "files", "folder that holds uploaded and issued files", Path)
    MAIL_FOLDER: Path = _setting(
        lambda: INSTANCE / "mail",
        "folder that receives messages as .eml files when MAIL_SERVER is empty",
        Path,
    )
    MAIL_SERVER: str = _setting("", "SMTP server as host:port; empty writes messages to MAIL_FOLDER")
    MAIL_FROM: str = _setting("Going Forward <hello@goingforward.example>", "sender of every message")
    DATA_PROTECTION_CONTACT: str = _setting(
        "",
        "address that is told when evidence is taken out because it identifies somebody; empty tells nobody",
    )
    PUBLIC_URL: str = _setting(
        "http://127.0.0.1:8000", "address people reach the site at; certificates print it"
    )
    SECRET_KEY: str = _setting("", "signs the session cookie; at least 32 characters")
    RESPONSE_KEY: str = _setting(
        "",
        "keys the pseudonyms of questionnaire answers; at least 32 characters, kept away from the database",
    )
    PROXIES: int = _setting(0, "how many proxies in front may be believed about address and scheme", int)
    SESSION_IDLE: timedelta = _setting(
        timedelta(minutes=30), "minutes without a request before sign-out", _minutes
    )
    SESSION_LONGEST: timedelta = _setting(timedelta(hours=12), "minutes a sign-in lasts at most", _minutes)
    INVITATION_LASTS: timedelta = _setting(timedelta(days=14), "minutes an invitation link works", _minutes)
    RESET_LASTS: timedelta = _setting(timedelta(hours=1), "minutes a reset or sign-in link works", _minutes)
    LARGEST_UPLOAD: int = _setting(
        25 * 1024 * 1024, "largest picture, document or list anyone may send, in bytes", int
    )
    LARGEST_RECORDING: int = _setting(
        200 * 1024 * 1024, "largest recording of sound or video anyone may send, in bytes", int
    )
    ROOM_EACH: int = _setting(
        2 * 1024 * 1024 * 1024, "what the files of one person may take on the disk together, in bytes", int
    )
    ROOM_RESERVED: int = _setting(
        512 * 1024 * 1024, "what uploads must leave free on the disk of FILES, in bytes", int
    )
    VIRUS_SCANNER: str = _setting(
        "", "ClamAV's clamd, as host:port or the path of its socket; empty: no virus scan"
    )
    LARGEST_REQUEST: int = _setting(30 * 1024 * 1024, "largest request the server reads, in bytes", int)
    SIGN_IN_LIMIT: str = _setting("10 per minute", "sign-in attempts from one address")
    SMALLEST_COUNT: int = _setting(
        THRESHOLDS["SMALLEST_COUNT"], "smallest number of people that results show; fewer are hidden", int
    )
    SMALLEST_SPECIAL_COUNT: int = _setting(
        THRESHOLDS["SMALLEST_SPECIAL_COUNT"],
        "the same where results are about ethnicity or disability; there, none and all are hidden too",
        int,
    )
    PERCENTAGE_BASE: int = _setting(
        THRESHOLDS["PERCENTAGE_BASE"], "fewest people of whom results show a percentage", int
    )
    MEAN_BASE: int = _setting(THRESHOLDS["MEAN_BASE"], "fewest people of whom results show a mean", int)
    THRESHOLDS_REASON: str = _setting(
        "", "why a threshold of results is below its default; shown with the results; needed only then"
    )
    WITNESS_LIMIT: str = _setting("30 per minute", "pages of witnesses opened or sent from one address")
    LINK_LIMIT: str = _setting("60 per minute", "personal links to questionnaires opened from one address")
    KEEP_KEYED: int = _setting(
        28, "days that a keyed form on paper waits for its second keying or to be settled", int
    )
    LIMITS: bool = _setting(True, "whether rate limits are in force", _flag)  # noqa: FBT003 (a default)
    LIMITS_STORE: str = _setting(
        "memory://", "where rate limits are counted; shared by all workers if not memory"
    )

    KEEP_TRACES: int = _setting(
        30,
        "days that the site's own traces are kept: letters sent, work done, forms sent, links used up",
        int,
    )
    KEEP_TROUBLE: int = _setting(180, "days that letters not sent and work that failed are kept", int)
    KEEP_SIGN_INS: int = _setting(90, "days that a sign-in is kept after its end", int)
    KEEP_WORDS: int = _setting(90, "days that words are held for somebody whose sign-in had ended", int)
    KEEP_OFFERS: int = _setting(
        90, "days that invitations, accounts never used and waiting lists are kept after they ran out", int
    )
    KEEP_REQUESTS: int = _setting(180, "days that a request for a place is kept after it was decided", int)
    KEEP_LISTS: int = _setting(90, "days that a spreadsheet of learners is kept after it was taken in", int)
    KEEP_NEEDS: int = _setting(
        180, "days after a cohort's end that adjustments, apologies and check-ins are kept", int
    )
    KEEP_PACKS: int = _setting(30, "days that a pack made for a visit is kept", int)
    KEEP_COPIES: int = _setting(7, "days that a learner's copy of their portfolio is kept ready", int)
    KEEP_REMOVED: int = _setting(30, "days that evidence is kept after its author took it back", int)
    KEEP_UPLOADS: int = _setting(7, "days that an upload waits to be finished and put where it belongs", int)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Read every setting from environment variables.

        A `flask` command given neither ENVIRONMENT nor SECRET_KEY runs as development, so that an evaluator can use
        one in a fresh clone; a server never does.

        Raises:
            SettingsError: a value cannot be read, or production lacks a secret; all faults are named at once.
        """
        given = dict(os.environ if environment is None else environment)
        if given.get("FLASK_RUN_FROM_CLI") and "SECRET_KEY" not in given:
            given.setdefault("ENVIRONMENT", "development")
        values: dict[str, Any] = {}
        faults: list[str] = []
        for setting in fields(cls):
            if setting.name in given:
                try:
                    values[setting.name] = setting.metadata["read"](given[setting.name])
                except ValueError:
                    faults.append(f"{setting.name}: cannot be read. It is: {setting.metadata['meaning']}")
        if faults:
            raise SettingsError("\n".join(faults))
        return cls(**values)

    def __post_init__(self) -> None:
        """Give development its own secrets; refuse to run production without real ones."""
        faults: list[str] = []
        for name in ("SECRET_KEY", "RESPONSE_KEY"):
            secret = getattr(self, name)
            if not secret and self.ENVIRONMENT != "production":
                object.__setattr__(
                    self, name, _kept_secret(name) if self.is_kept else secrets.token_urlsafe(32)
                )
            elif len(secret) < MIN_SECRET_CHARACTERS:
                faults.append(f"{name} must be set to at least {MIN_SECRET_CHARACTERS} characters")
        faults += self._threshold_faults()
        faults += [
            f"{setting.name} must be at least 1"
            for setting in fields(self)
            if setting.name.startswith("KEEP_") and getattr(self, setting.name) < 1
        ]
        if self.ENVIRONMENT not in {"production", "demo", "development", "test"}:
            faults.append("ENVIRONMENT must be production, demo, development or test")
        if faults:
            raise SettingsError("\n".join(faults))

    def _threshold_faults(self) -> list[str]:
        """Thresholds that make no sense, and those below their default when nobody says why."""
        faults = [f"{name} must be at least 1" for name in THRESHOLDS if getattr(self, name) < 1]
        if not self.THRESHOLDS_REASON.strip():
            faults += [
                f"{name} is {getattr(self, name)}: below {least}, people could be picked out. "
                "Say why in THRESHOLDS_REASON, or leave it out"
                for name, least in THRESHOLDS.items()
                if getattr(self, name) < least
            ]
        return faults

    @property
    def is_kept(self) -> bool:
        """Whether the data outlives the process, so that generated secrets must too."""
        return self.ENVIRONMENT in {"demo", "development"}

    @property
    def is_demo(self) -> bool:
        """Whether the demonstration's accounts may be listed on the sign-in page."""
        return self.ENVIRONMENT == "demo"


def _kept_secret(name: str) -> str:
    """A generated secret for the demonstration and for development, kept in the instance folder."""
    path = INSTANCE / f"{name.lower()}.txt"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(secrets.token_urlsafe(32), encoding="ascii")
        path.chmod(0o600)
    return path.read_text(encoding="ascii")
