"""Nobody judges and verifies in one portfolio: the database refuses the row, whichever of the two came first.

Who decides there, or countersigns there, cannot be its IQA; who is its IQA can neither decide nor countersign there. A
foreign key cannot say this, since the two stand in rows of different tables, so triggers do.
"""

from __future__ import annotations

from assessments.marking.models import Countersignature, Decision
from assessments.verification.models import SampledDecision
from lms.core.model import Guard, guard

_PORTFOLIO_OF_SAMPLE = "SELECT portfolio_id FROM sample WHERE id = NEW.sample_id"
_PORTFOLIO_OF_SUBMISSION = "SELECT portfolio_id FROM submission WHERE id = NEW.submission_id"
_PORTFOLIO_OF_DECISION = (
    "SELECT portfolio_id FROM submission JOIN decision ON decision.submission_id = submission.id "
    "WHERE decision.id = NEW.decision_id"
)
_LOCK = "separation"

_DECIDED_HERE = f"""EXISTS (
    SELECT 1 FROM decision AS other JOIN submission ON submission.id = other.submission_id
    WHERE submission.portfolio_id = ({_PORTFOLIO_OF_SAMPLE}) AND other.assessor_id = NEW.iqa_id
)"""  # noqa: S608 (put together from this file alone)

_SIGNED_HERE = f"""EXISTS (
    SELECT 1 FROM countersignature AS other JOIN decision ON decision.id = other.decision_id
    JOIN submission ON submission.id = decision.submission_id
    WHERE submission.portfolio_id = ({_PORTFOLIO_OF_SAMPLE}) AND other.countersigner_id = NEW.iqa_id
)"""  # noqa: S608 (put together from this file alone)


def _verified_here(portfolio: str, person: str) -> str:
    return f"""EXISTS (
    SELECT 1 FROM sampled_decision AS other JOIN sample ON sample.id = other.sample_id
    WHERE sample.portfolio_id = ({portfolio}) AND other.iqa_id = NEW.{person}
)"""  # noqa: S608 (put together from this file alone)


guard(
    SampledDecision,
    Guard(
        "not_decided_here",
        _DECIDED_HERE,
        f"{_LOCK} {_PORTFOLIO_OF_SAMPLE}",
        "nobody verifies in a portfolio in which they decided",
    ),
)
guard(
    SampledDecision,
    Guard(
        "not_signed_here",
        _SIGNED_HERE,
        f"{_LOCK} {_PORTFOLIO_OF_SAMPLE}",
        "nobody verifies in a portfolio in which they countersigned",
    ),
)
guard(
    Countersignature,
    Guard(
        "not_verified_here",
        _verified_here(_PORTFOLIO_OF_DECISION, "countersigner_id"),
        f"{_LOCK} {_PORTFOLIO_OF_DECISION}",
        "nobody countersigns in a portfolio that they verify",
    ),
)
guard(
    Decision,
    Guard(
        "not_verified_here",
        _verified_here(_PORTFOLIO_OF_SUBMISSION, "assessor_id"),
        f"{_LOCK} {_PORTFOLIO_OF_SUBMISSION}",
        "nobody decides in a portfolio that they verify",
    ),
)
