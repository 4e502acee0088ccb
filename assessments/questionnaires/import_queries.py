"""Files of answers that providers have sent, and the providers for whom somebody may send one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from assessments.questionnaires.models import ResponseImport
from lms.core.access import Reach
from lms.core.errors import NotFound
from lms.core.extensions import db
from lms.people.models import Organisation, OrganisationKind


def list_providers(*, within: Reach) -> Sequence[Row[int, str, str]]:
    """Providers within reach, by name: their numbers, references and names."""
    providers = select(Organisation.id, Organisation.ref, Organisation.name).where(
        Organisation.kind == OrganisationKind.PROVIDER
    )
    if not within.everywhere:
        providers = providers.where(Organisation.id.in_(within.organisation_ids))
    return db.session.execute(providers.order_by(Organisation.name, Organisation.id)).all()


def get_provider(provider_id: int, *, within: Reach) -> Organisation:
    """A provider within reach, by its number.

    Raises:
        NotFound: no such provider within reach.
    """
    provider = db.session.get(Organisation, provider_id)
    if provider is None or not within.covers(provider.id):
        raise NotFound
    return provider


def get_import(ref: str, *, within: Reach) -> ResponseImport:
    """A file of responses that was offered to a provider within reach.

    Raises:
        NotFound: no such file within reach.
    """
    offered = db.session.scalar(select(ResponseImport).where(ResponseImport.ref == ref))
    if offered is None or not within.covers(offered.provider_id):
        raise NotFound
    return offered


def list_imports(*, within: Reach) -> Sequence[Row[str, str, list[dict[str, Any]], datetime | None]]:
    """Files of responses that providers within reach have taken in, the newest first."""
    taken = select(
        ResponseImport.ref, ResponseImport.file_name, ResponseImport.counts, ResponseImport.confirmed_at
    ).where(ResponseImport.confirmed_at.is_not(None))
    if not within.everywhere:
        taken = taken.where(ResponseImport.provider_id.in_(within.organisation_ids))
    return db.session.execute(
        taken.order_by(ResponseImport.confirmed_at.desc(), ResponseImport.id.desc())
    ).all()
