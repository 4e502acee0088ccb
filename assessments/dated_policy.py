"""Policy that is data: versions of a rule, each in force from a day, read strictly from YAML. Pure once read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter


class Strict(BaseModel):
    """Data that is read exactly: an unknown key is an error, and nothing is changed afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Dated(Strict):
    """One version of a policy, in force from a day until the next version's."""

    from_on: date


Version = TypeVar("Version", bound=Dated)


def read_versions(path: Path, of: type[Version]) -> tuple[Version, ...]:
    """Every version in a file, earliest first.

    Raises:
        pydantic.ValidationError: something in the file is unknown, missing or of the wrong kind.
        ValueError: there is none, or two are in force from the same day.
    """
    # the adapter of a generic type is known only while running
    adapter: TypeAdapter[tuple[Version, ...]] = TypeAdapter(tuple[of, ...])  # type: ignore[valid-type]
    versions = adapter.validate_python(yaml.safe_load(path.read_text(encoding="utf-8")))
    days = [version.from_on for version in versions]
    if not days or days != sorted(set(days)):
        raise ValueError(
            f"{path.name}: give at least one version, earliest first, each from a day of its own"
        )
    return versions


def in_force(versions: Sequence[Version], on: date) -> Version:
    """The version in force on a day; before the first of them, the first."""
    return next((version for version in reversed(versions) if version.from_on <= on), versions[0])
