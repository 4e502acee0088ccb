"""The thresholds of disclosure control that are in force here, and why, if any is below its default."""

from flask import current_app, has_app_context

from assessments.evaluation.policy import Policy


def policy_in_force() -> Policy:
    """The thresholds that this site's settings ask for; the usual ones for files that are read without a site."""
    if not has_app_context():
        return Policy()
    config = current_app.config
    return Policy(
        smallest_count=config["SMALLEST_COUNT"],
        smallest_special=config["SMALLEST_SPECIAL_COUNT"],
        percent_base=config["PERCENTAGE_BASE"],
        mean_base=config["MEAN_BASE"],
    )


def reason_for_looser() -> str:
    """Why a threshold is below its default, in the words of the setting; empty when none is."""
    config, usual = current_app.config, Policy()
    given = policy_in_force()
    is_looser = (
        given.smallest_count < usual.smallest_count
        or given.smallest_special < usual.smallest_special
        or given.percent_base < usual.percent_base
        or given.mean_base < usual.mean_base
    )
    return str(config["THRESHOLDS_REASON"]).strip() if is_looser else ""
