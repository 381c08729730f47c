"""Pollers that spare the simulator no requests."""

import pytest

from custom_components.video_analytics.vendors import polling


def poll_in_a_hurry(monkeypatch: pytest.MonkeyPatch, shortest_interval: float) -> None:
    """Look again and try again soon; times in seconds."""
    for name, seconds in {
        "SHORTEST_INTERVAL": shortest_interval,
        "_LONGEST_LOOK": 0.02,
        "_SHORTEST_LOOK": 0.02,
        "_FIRST_RETRY": 0.1,
        "_LAST_RETRY": 0.2,
        "_RATE_LIMITED": 0.2,
    }.items():
        monkeypatch.setattr(polling, name, seconds)
