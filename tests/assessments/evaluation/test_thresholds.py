"""The thresholds of disclosure control are settings: as strict as one likes, looser only with a reason, told on the page."""

import pytest

from assessments.evaluation.policy import Policy
from assessments.evaluation.thresholds import policy_in_force, reason_for_looser
from config import Settings, SettingsError


def settings(**values: str) -> Settings:
    return Settings.from_environment({"ENVIRONMENT": "test", **values})


def test_the_settings_begin_where_the_policy_does(app) -> None:
    assert policy_in_force() == Policy()
    assert reason_for_looser() == ""


def test_a_looser_threshold_needs_a_reason() -> None:
    with pytest.raises(SettingsError) as refusal:
        settings(PERCENTAGE_BASE="10", SMALLEST_COUNT="3", MEAN_BASE="20", THRESHOLDS_REASON=" ")
    assert [line.split(" is ")[0] for line in str(refusal.value).splitlines()] == [
        "SMALLEST_COUNT",
        "PERCENTAGE_BASE",
    ]
    assert (
        settings(PERCENTAGE_BASE="10", THRESHOLDS_REASON="A census of staff who agreed").PERCENTAGE_BASE == 10
    )
    assert settings(PERCENTAGE_BASE="40").PERCENTAGE_BASE == 40


def test_no_threshold_is_nought_whatever_the_reason() -> None:
    with pytest.raises(SettingsError, match="SMALLEST_COUNT must be at least 1"):
        settings(SMALLEST_COUNT="0", THRESHOLDS_REASON="We like figures")


def test_a_reason_is_told_only_while_something_is_looser(app, monkeypatch) -> None:
    monkeypatch.setitem(app.config, "THRESHOLDS_REASON", "A census of staff who agreed")
    assert reason_for_looser() == ""
    monkeypatch.setitem(app.config, "MEAN_BASE", 5)
    assert reason_for_looser() == "A census of staff who agreed"
