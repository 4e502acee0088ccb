"""Moving portfolios to a later version of their unit, links and all, with a line of report for each.

A portfolio that has been sent keeps its version to the end: what was decided was decided against its words. One of which
nothing has been sent is moved, and its evidence serves what the move says that its criteria became.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, exists, select

from assessments.portfolio.models import Evidence, Mapping, Portfolio, Submission, UnitVersion
from assessments.portfolio.move_models import PortfolioMove, UnitMove
from assessments.portfolio.queries import unit_of_version
from assessments.portfolio.unit_moves import Moves, faults_of
from courses.cohorts.models import Enrolment, EnrolmentStatus
from lms.core import audit
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.errors import NotFound, Refused
from lms.core.extensions import db

LONGEST_WHY = Mapping.why.type.length


def move_portfolios(moves: Moves, *, by: Actor | None) -> tuple[UnitMove, list[PortfolioMove]]:
    """Move every portfolio on the older version that may be moved, and record what became of each.

    Run again, it moves those who have begun on the older version since.

    Returns:
        The move, and a line for each portfolio that was on the older version: moved, or staying.

    Raises:
        NotFound: a version of the unit has not been published.
        Refused: the move does not fit the two versions, naming every fault.
    """
    before, after = (_version(moves.unit, number) for number in (moves.from_version, moves.to_version))
    if after.number <= before.number:
        raise Refused(f"Version {after.number} is not later than version {before.number}.")
    faults = faults_of(moves, unit_of_version(before.id), unit_of_version(after.id))
    if faults:
        raise Refused(f"The move does not fit: {'; '.join(faults)}.")
    move = UnitMove(
        from_version_id=before.id, to_version_id=after.id, moves=moves.model_dump(mode="json")["criteria"]
    )
    db.session.add(move)
    db.session.flush()
    lines = [_move(portfolio, is_sent, moves, move) for portfolio, is_sent in _portfolios_on(before)]
    db.session.add_all(lines)
    db.session.flush()
    audit.record(
        Act.UNIT_MOVED,
        by=by,
        on=move,
        slug=moves.unit,
        moved=sum(not line.stays for line in lines),
        stay=sum(line.stays for line in lines),
    )
    return move, lines


def _version(slug: str, number: int) -> UnitVersion:
    version = db.session.scalar(
        select(UnitVersion).where(UnitVersion.slug == slug, UnitVersion.number == number)
    )
    if version is None:
        raise NotFound(f"Version {number} of {slug} has not been published.")
    return version


def _portfolios_on(version: UnitVersion) -> Sequence[tuple[Portfolio, bool]]:
    is_sent = exists().where(Submission.portfolio_id == Portfolio.id)
    rows = db.session.execute(
        select(Portfolio, is_sent)
        .join(Enrolment, Enrolment.id == Portfolio.enrolment_id)
        .where(Portfolio.unit_version_id == version.id, Enrolment.status == EnrolmentStatus.ACTIVE)
        .order_by(Portfolio.id)
        .with_for_update(of=Portfolio)
    )
    return [(portfolio, sent) for portfolio, sent in rows]


def _move(portfolio: Portfolio, is_sent: bool, moves: Moves, move: UnitMove) -> PortfolioMove:
    links = list(
        db.session.scalars(
            select(Mapping)
            .join(Evidence, Evidence.id == Mapping.evidence_id)
            .where(Evidence.portfolio_id == portfolio.id)
            .order_by(Mapping.id)
        )
    )
    line = PortfolioMove(
        unit_move=move, portfolio=portfolio, stays=is_sent, links_before=len(links), dropped=[]
    )
    if is_sent:
        line.links_after = len(links)
        return line
    anew = _anew(links, moves)
    refs = _refs_of(links)
    line.links_after = len(anew)
    line.dropped = [
        [refs[link.evidence_id], link.criterion] for link in links if not moves.goes_to[link.criterion]
    ]
    db.session.execute(delete(Mapping).where(Mapping.id.in_([link.id for link in links])))
    db.session.add_all(anew)
    portfolio.unit_version_id = move.to_version_id
    db.session.flush()
    return line


def _anew(links: Iterable[Mapping], moves: Moves) -> list[Mapping]:
    """The links as they are afterwards. Where two become one, it keeps both reasons."""
    whys: dict[tuple[int, str], list[str]] = {}
    for link in links:
        for ref in moves.goes_to[link.criterion]:
            whys.setdefault((link.evidence_id, ref), []).append(link.why)
    return [
        Mapping(
            evidence_id=evidence_id,
            criterion=ref,
            why="\n".join(dict.fromkeys(filter(None, said)))[:LONGEST_WHY],
        )
        for (evidence_id, ref), said in whys.items()
    ]


def _refs_of(links: Iterable[Mapping]) -> dict[int, str]:
    wanted = {link.evidence_id for link in links}
    rows = db.session.execute(select(Evidence.id, Evidence.ref).where(Evidence.id.in_(wanted)))
    return {number: ref for number, ref in rows}  # noqa: C416 (rows are no pairs to a checker)
