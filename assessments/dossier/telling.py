"""What happened to each criterion, in words: to the learner what has reached them, to a quality assurer everything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assessments.dossier.contents import Happened
from assessments.marking.judgement import Rule
from assessments.marking.models import DECIDING, Decision, EntryKind, Outcome
from assessments.marking.queries import Happening, concerning
from assessments.marking.stories import reaching_learner
from assessments.verification.models import SampledDecision

_LINES = {
    EntryKind.COUNTERSIGNED: "Countersigned: the decision counts from here",
    EntryKind.QUESTIONED: "Not countersigned: decided once more",
    EntryKind.AGREED: "Quality assurance: agreed",
    EntryKind.RETURNED: "Quality assurance: returned to the assessor",
    EntryKind.REOPENED: "Reopened: decided once more",
}


class Telling:
    """Tells the history of a portfolio.

    Args:
        happened: everything that happened to it, oldest first.
        answers: what IQAs said, by decision.
        to_learner: whether the learner is told, whom drafts of decisions and words between assessors are not for.
    """

    def __init__(
        self,
        happened: Sequence[Happening],
        answers: Mapping[int, SampledDecision],
        *,
        to_learner: bool,
    ) -> None:
        self._happened = list(reaching_learner(happened)) if to_learner else happened
        self._answers = answers
        self._to_learner = to_learner

    def of_criterion(self, ref: str) -> tuple[Happened, ...]:
        """What happened to a criterion, oldest first."""
        return tuple(self._tell(one) for one in concerning(self._happened, ref))

    def deciders(self) -> tuple[str, ...]:
        """Who made or changed a decision, by name."""
        return tuple(sorted({one.actor for one in self._happened if one.kind in DECIDING}))

    def _tell(self, one: Happening) -> Happened:
        if one.kind is EntryKind.SUBMITTED:
            return Happened(one.at, one.actor, f"Sent, in submission {one.submission_number}")
        if one.kind in DECIDING and one.decision is not None:
            what, said = self._decided(one.decision)
            if one.kind is EntryKind.REVERSED:
                return Happened(one.at, one.actor, f"Changed: {what.lower()}", (f"Why: {one.comment}", *said))
            return Happened(one.at, one.actor, f"Decided: {what.lower()}", said)
        comment = one.comment
        if one.kind is EntryKind.RETURNED and one.decision is not None:
            answer = self._answers.get(one.decision.id)
            comment = answer.comment if answer is not None else comment
        is_told = not self._to_learner or one.kind is EntryKind.REOPENED
        said = (comment,) if comment and is_told else ()
        return Happened(one.at, one.actor, _LINES[one.kind], said)

    def _decided(self, decision: Decision) -> tuple[str, tuple[str, ...]]:
        """A decision in words, and what was said with it; the assessor's reasons are for quality assurers alone."""
        failed = [rule.value for rule in Rule if not getattr(decision, rule.value)]
        held = "Rules of evidence: valid, authentic, current, sufficient and reliable."
        rules = f"Rules of evidence that do not hold: {', '.join(failed)}." if failed else held
        reason = (f"Reason: {decision.reason}",) if decision.reason and not self._to_learner else ()
        feedback = (f"Feedback: {decision.feedback}",) if decision.feedback else ()
        spoken = (
            ("Feedback was spoken besides; the recording is kept with the decision.",)
            if decision.spoken_id
            else ()
        )
        training = ("By an assessor in training.",) if decision.in_training else ()
        what = "Met" if decision.outcome is Outcome.MET else "Not yet met"
        return what, (rules, *training, *reason, *feedback, *spoken)
