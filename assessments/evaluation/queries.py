"""Whose answers a page is about, and who may read them.

A cohort is counted once its questionnaires have closed and `releasing` has taken it into the figures, with enough others;
pages show the figures that were released last. Nothing here leads from an answer to a person: pseudonyms are read only to tell which cohort a row belongs to,
and are left behind.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from assessments.evaluation.codebook import Codebook, study_codebook
from assessments.evaluation.models import CountedCohort, Release
from assessments.evaluation.responses import Responses, from_matrix
from assessments.questionnaires.models import Response, Wave
from assessments.questionnaires.queries import paired_answers
from assessments.questionnaires.schema import STUDY, WaveKind
from assessments.questionnaires.sheets import forms_to_come
from courses.cohorts.models import Cohort, Programme
from lms.core import clock
from lms.core.access import Reach
from lms.core.errors import NotFound
from lms.core.extensions import db
from lms.people.models import Organisation

Kind = Literal["cohort", "provider", "programme"]
Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Part:
    """A cohort as the evaluation sees it.

    Attributes:
        id, ref, name: The cohort.
        provider_id, provider_ref, provider: Who runs it.
        programme_id: The programme it belongs to; None for none.
        region, pattern: Where and in which pattern it is taught.
        closes_on: When the last of its two questionnaires, before and after, closes; None when it has none.
        batch: The cohorts with which it came into the figures; None while they do not count it.
        is_shared: Whether these are of several providers, so that only the programme's figures count it.
        awaits_forms: Whether forms on paper of the two may still be keyed today, or wait to be settled.
    """

    id: int
    ref: str
    name: str
    provider_id: int
    provider_ref: str
    provider: str
    programme_id: int | None
    region: str
    pattern: str
    closes_on: date | None
    batch: int | None
    is_shared: bool
    awaits_forms: bool = False

    @property
    def is_counted(self) -> bool:
        """Whether its answers are in the figures."""
        return self.batch is not None

    def has_closed(self, on: date) -> bool:
        """Whether both questionnaires have closed by a day and their forms on paper are in, so that no more answers come."""
        return self.closes_on is not None and self.closes_on < on and not self.awaits_forms


@dataclass(frozen=True)
class Scope:
    """What a page is about.

    Attributes:
        kind, id, ref, name: The cohort, provider or programme.
        under: The provider of a cohort, or nothing.
        parts: Every cohort of the whole that it belongs to: a cohort's is its provider.
        chosen: The cohorts that the page is about.
    """

    kind: Kind
    id: int
    ref: str
    name: str
    under: str
    under_ref: str
    parts: tuple[Part, ...]
    chosen: frozenset[int]

    @cached_property
    def counted(self) -> tuple[Part, ...]:
        """The cohorts of the whole whose answers its figures count."""
        return tuple(
            part
            for part in self.parts
            if part.is_counted and (self.kind == "programme" or not part.is_shared)
        )


@dataclass(frozen=True)
class Answers:
    """Answers of some cohorts; `cohort_ids[i]` is the cohort of row i of `responses`."""

    responses: Responses
    cohort_ids: Numbers

    def of(self, cohort_ids: Sequence[int]) -> Responses:
        """The rows of some cohorts."""
        rows = np.isin(self.cohort_ids, np.array(sorted(cohort_ids), np.int64))
        return from_matrix(self.responses.codebook, self.responses.codes[rows])

    def size(self, cohort_id: int) -> int:
        """How many people of a cohort answered anything."""
        return self._sizes.get(cohort_id, 0)

    @cached_property
    def _sizes(self) -> dict[int, int]:
        cohorts, sizes = np.unique(self.cohort_ids, return_counts=True)
        return dict(zip(cohorts.tolist(), sizes.tolist(), strict=True))


@lru_cache(maxsize=1)
def codebook() -> Codebook:
    """What the questionnaires ask: the study's codebook, whose coding the instruments keep."""
    return study_codebook()


def answers_of(parts: Sequence[Part]) -> Answers:
    """Everything answered in some cohorts, coded by the codebook."""
    book = codebook()
    ids = [part.id for part in parts]
    paired = paired_answers(ids)
    places = {name: column for column, name in enumerate(paired.variables)}
    codes = np.zeros((len(paired.codes), len(book.coded)), np.uint8, order="F")
    for column, variable in enumerate(book.coded):
        if variable.name in places:
            codes[:, column] = paired.codes[:, places[variable.name]]
    return Answers(from_matrix(book, codes), paired.cohort_ids)


def closed_waves(parts: Sequence[Part], kinds: Collection[WaveKind]) -> Mapping[WaveKind, Sequence[int]]:
    """The cohorts in which a wave of each kind has closed, so that its figures no longer move with each answer."""
    found = db.session.execute(
        select(Wave.kind, Wave.cohort_id).where(
            Wave.cohort_id.in_([part.id for part in parts]),
            Wave.kind.in_(kinds),
            Wave.closes_on < clock.today(),
        )
    ).all()
    return {kind: [row.cohort_id for row in found if row.kind == kind] for kind in kinds}


def _parts(*where: ColumnElement[bool]) -> tuple[Part, ...]:
    closes_on = (
        select(func.max(Wave.closes_on))
        .where(Wave.cohort_id == Cohort.id, Wave.kind.in_(STUDY))
        .scalar_subquery()
    )
    with_it, other = aliased(CountedCohort), aliased(Cohort)
    shared = exists().where(
        with_it.batch == CountedCohort.batch,
        other.id == with_it.cohort_id,
        other.provider_id != Cohort.provider_id,
    )
    rows = db.session.execute(
        select(
            Cohort.id,
            Cohort.ref,
            Cohort.name,
            Cohort.provider_id,
            Cohort.programme_id,
            Organisation.ref.label("provider_ref"),
            Organisation.name.label("provider"),
            Cohort.region,
            Cohort.pattern,
            closes_on.label("closes_on"),
            CountedCohort.batch,
            shared.label("is_shared"),
            forms_to_come(STUDY).label("awaits_forms"),
        )
        .outerjoin(CountedCohort, CountedCohort.cohort_id == Cohort.id)
        .join(Organisation, Organisation.id == Cohort.provider_id)
        .where(*where)
        .order_by(Organisation.name, Cohort.starts_on.desc(), Cohort.name, Cohort.id)
    ).all()
    return tuple(Part(**row._mapping) for row in rows)  # noqa: SLF001 (SQLAlchemy's documented way)


def list_all_cohorts() -> tuple[Part, ...]:
    """Every cohort there is, for taking them into the figures."""
    return _parts()


def count_responses(cohort_ids: Sequence[int]) -> dict[int, int]:
    """How many responses there are to the questionnaires before and after, by cohort."""
    rows = db.session.execute(
        select(Wave.cohort_id, func.count())
        .join(Response, Response.wave_id == Wave.id)
        .where(Wave.cohort_id.in_(cohort_ids), Wave.kind.in_(STUDY))
        .group_by(Wave.cohort_id)
    )
    return {row[0]: row[1] for row in rows}


def _of_subject(kind: Kind) -> InstrumentedAttribute[int | None]:
    return {
        "cohort": Release.cohort_id,
        "provider": Release.provider_id,
        "programme": Release.programme_id,
    }[kind]


def find_releases(kind: Kind, subject_ids: Sequence[int]) -> dict[int, Release]:
    """The figures that came out last, by the number of the cohort, provider or programme; those without are left out."""
    subject = _of_subject(kind)
    latest = select(func.max(Release.id)).where(subject.in_(subject_ids)).group_by(subject)
    found = db.session.scalars(select(Release).where(Release.id.in_(latest))).all()
    return {getattr(release, subject.key): release for release in found}


def get_programme(ref: str, *, within: Reach) -> Scope:
    """A programme that the person's organisation commissions, with all its cohorts.

    Raises:
        NotFound: There is none within reach.
    """
    wanted = select(Programme.id, Programme.name).where(Programme.ref == ref)
    if not within.everywhere:
        wanted = wanted.where(Programme.commissioner_id.in_(within.organisation_ids))
    found = db.session.execute(wanted).one_or_none()
    if found is None:
        raise NotFound
    parts = _parts(Cohort.programme_id == found.id)
    return Scope("programme", found.id, ref, found.name, "", "", parts, frozenset(part.id for part in parts))


def get_provider(ref: str, *, within: Reach) -> Scope:
    """A provider within reach, with all its cohorts.

    Raises:
        NotFound: There is none within reach.
    """
    found = db.session.execute(
        select(Organisation.id, Organisation.name).where(Organisation.ref == ref)
    ).one_or_none()
    if found is None or not within.covers(found.id):
        raise NotFound
    parts = _parts(Cohort.provider_id == found.id)
    return Scope("provider", found.id, ref, found.name, "", "", parts, frozenset(part.id for part in parts))


def get_cohort(ref: str, *, within: Reach) -> Scope:
    """A cohort of a provider within reach, among the provider's cohorts.

    Raises:
        NotFound: There is none within reach.
    """
    provider_id = db.session.scalar(select(Cohort.provider_id).where(Cohort.ref == ref))
    if provider_id is None or not within.covers(provider_id):
        raise NotFound
    parts = _parts(Cohort.provider_id == provider_id)
    own = next(part for part in parts if part.ref == ref)
    return Scope("cohort", own.id, ref, own.name, own.provider, own.provider_ref, parts, frozenset({own.id}))


def list_cohorts(*, within: Reach) -> tuple[Part, ...]:
    """The cohorts of every provider within reach, by provider, the newest first."""
    if within.everywhere:
        return _parts()
    return _parts(Cohort.provider_id.in_(within.organisation_ids))


def list_programmes(*, within: Reach) -> Sequence[tuple[str, str, int]]:
    """Reference, name and number of cohorts of the programmes within reach, by name."""
    wanted = (
        select(Programme.ref, Programme.name, func.count(Cohort.id))
        .outerjoin(Cohort, Cohort.programme_id == Programme.id)
        .group_by(Programme.id, Programme.ref, Programme.name)
        .order_by(Programme.name, Programme.id)
    )
    if not within.everywhere:
        wanted = wanted.where(Programme.commissioner_id.in_(within.organisation_ids))
    return [(row[0], row[1], row[2]) for row in db.session.execute(wanted)]


def all_answers() -> Responses:
    """Every response there is, for the export of a permitted analyst."""
    return answers_of(_parts()).responses
