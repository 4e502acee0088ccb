"""Moving portfolios to a later version of their unit, links and all, with a line of report for each.

A portfolio that has been sent keeps its version to the end: what was decided was decided against its words. One of which
nothing has been sent is moved, and its evidence serves what the move says that its criteria became.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, select, update

from assessments.portfolio.models import LONGEST_WHY, Evidence, Mapping, Portfolio, Submission, UnitVersion
from assessments.portfolio.move_models import PortfolioMove, UnitMove
from assessments.portfolio.queries import unit_of_version
from assessments.portfolio.unit_moves import Moves, faults_of
from courses.cohorts.models import Enrolment, EnrolmentStatus
from lms.core import audit
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.errors import NotFound, Refused
from lms.core.extensions import db

Link = tuple[Mapping, str]
"""A link, and the reference of its evidence."""


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
    lines = _move_all(_portfolios_on(before), moves, move)
    audit.record(
        Act.UNIT_MOVED,
        by=by,
        on=move,
        slug=moves.unit,
        moved=sum(not line.stays for line in lines),
        stay=sum(line.stays for line in lines),
    )
    return move, lines


def _move_all(
    portfolios: Sequence[tuple[Portfolio, bool]], moves: Moves, move: UnitMove
) -> list[PortfolioMove]:
    moving = [portfolio.id for portfolio, is_sent in portfolios if not is_sent]
    links = _links_of(portfolio.id for portfolio, _ in portfolios)
    done = [
        _line(portfolio, links[portfolio.id], moves, move, is_sent=is_sent)
        for portfolio, is_sent in portfolios
    ]
    old = [mapping.id for number in moving for mapping, _ in links[number]]
    db.session.execute(delete(Mapping).where(Mapping.id.in_(old)))
    db.session.execute(
        update(Portfolio).where(Portfolio.id.in_(moving)).values(unit_version_id=move.to_version_id)
    )
    db.session.add_all(mapping for _, anew in done for mapping in anew)
    db.session.add_all(line for line, _ in done)
    db.session.flush()
    return [line for line, _ in done]


def _version(slug: str, number: int) -> UnitVersion:
    version = db.session.scalar(
        select(UnitVersion).where(UnitVersion.slug == slug, UnitVersion.number == number)
    )
    if version is None:
        raise NotFound(f"Version {number} of {slug} has not been published.")
    return version


def _portfolios_on(version: UnitVersion) -> Sequence[tuple[Portfolio, bool]]:
    """Those of people who have a place, each locked, and whether anything of it was sent, which is asked once it is locked."""
    found = db.session.scalars(
        select(Portfolio)
        .join(Enrolment, Enrolment.id == Portfolio.enrolment_id)
        .where(Portfolio.unit_version_id == version.id, Enrolment.status == EnrolmentStatus.ACTIVE)
        .order_by(Portfolio.id)
        .with_for_update(of=Portfolio)
    ).all()
    ids = [portfolio.id for portfolio in found]
    sent = set(
        db.session.scalars(select(Submission.portfolio_id).where(Submission.portfolio_id.in_(ids)).distinct())
    )
    return [(portfolio, portfolio.id in sent) for portfolio in found]


def _links_of(portfolio_ids: Iterable[int]) -> dict[int, list[Link]]:
    """The links of some portfolios, each with the reference of its evidence. One query."""
    links: dict[int, list[Link]] = {number: [] for number in portfolio_ids}
    rows = db.session.execute(
        select(Evidence.portfolio_id, Mapping, Evidence.ref)
        .join(Evidence, Evidence.id == Mapping.evidence_id)
        .where(Evidence.portfolio_id.in_(links))
        .order_by(Mapping.id)
    )
    for portfolio_id, mapping, ref in rows:
        links[portfolio_id].append((mapping, ref))
    return links


def _line(
    portfolio: Portfolio, links: Sequence[Link], moves: Moves, move: UnitMove, *, is_sent: bool
) -> tuple[PortfolioMove, list[Mapping]]:
    """What becomes of one portfolio, and its links as they are afterwards; no links for one that stays as it is."""
    line = PortfolioMove(
        unit_move=move, portfolio=portfolio, stays=is_sent, links_before=len(links), dropped=[]
    )
    if is_sent:
        line.links_after = len(links)
        return line, []
    anew, line.dropped = _anew(links, moves)
    line.links_after = len(anew)
    return line, anew


def _anew(links: Iterable[Link], moves: Moves) -> tuple[list[Mapping], list[list[str]]]:
    """The links as they are afterwards, and what went, as evidence's reference, older criterion and reason.

    Where two become one, it keeps both reasons; one that has no room beside the other is among what went.
    """
    anew: dict[tuple[int, str], Mapping] = {}
    gone: list[list[str]] = []
    for mapping, ref in links:
        went = [ref, mapping.criterion, mapping.why]
        for criterion in moves.goes_to[mapping.criterion]:
            one = anew.setdefault(
                (mapping.evidence_id, criterion),
                Mapping(evidence_id=mapping.evidence_id, criterion=criterion, why=""),
            )
            why = "\n".join(filter(None, (one.why, mapping.why if mapping.why not in one.why else "")))
            if len(why) <= LONGEST_WHY:
                one.why = why
            elif went not in gone:
                gone.append(went)
        if not moves.goes_to[mapping.criterion]:
            gone.append(went)
    return list(anew.values()), gone
