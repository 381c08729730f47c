"""Visitors of the user's day."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import override
from zoneinfo import ZoneInfo

import pytest

from custom_components.video_analytics.vendors.eocortex import visitors as visitors_module
from custom_components.video_analytics.vendors.eocortex.reports import EocortexReports
from custom_components.video_analytics.vendors.eocortex.visitors import VisitorsToday
from custom_components.video_analytics.vendors.errors import NotPermitted, VendorError
from custom_components.video_analytics.vendors.models.reports import VisitorQuery, VisitorReport

BERLIN = ZoneInfo("Europe/Berlin")
EVENING = datetime(2026, 4, 10, 21, 30, tzinfo=UTC)
"""Half past eleven in Berlin."""


class Reports(EocortexReports):
    """Three men and a woman at every camera."""

    def __init__(self) -> None:
        """Nothing was asked for yet."""
        self.asked: list[VisitorQuery] = []
        self.failure: VendorError | None = None
        self.seconds = 0.0

    @override
    async def visitors(self, query: VisitorQuery, *, in_background: bool = False) -> tuple[VisitorReport, ...]:
        assert in_background
        self.asked.append(query)
        await asyncio.sleep(self.seconds)
        if self.failure:
            raise self.failure
        return tuple(
            VisitorReport(
                camera=camera,
                start=query.start,
                end=query.end,
                total=4,
                unique=2,
                genders={"Female": 1, "Male": 3},
                ages={},
                emotions={"Neutral": 0},
            )
            for camera in query.cameras
        )


@pytest.fixture
def reports() -> Reports:
    """The servers' reports."""
    return Reports()


@pytest.fixture
def present() -> list[datetime]:
    """The time at the servers: the last of these."""
    return [EVENING]


@pytest.fixture
def today(reports: Reports, present: list[datetime]) -> VisitorsToday:
    """Visitors of the present day."""
    return VisitorsToday(reports, lambda: present[-1])


BOTH = frozenset({"a", "b"})


async def test_whoever_nobody_looks_at_is_not_asked_for(today: VisitorsToday, reports: Reports):
    await today.refresh(frozenset(), frozenset(), BERLIN)
    assert (today.offered, reports.asked) == (False, [])
    # One camera shows whether there are reports.
    await today.refresh(BOTH, frozenset(), BERLIN)
    assert today.offered
    assert [query.cameras for query in reports.asked] == [("a",)]
    await today.refresh(BOTH, frozenset({"b"}), BERLIN)
    assert [query.cameras for query in reports.asked[1:]] == [("b",)]
    assert (today.of("a").total, today.of("b").total, today.of("b").unique) == (None, 4, 2)
    assert today.of("b").shares == {"Female": 25.0, "Male": 75.0}


async def test_the_day_is_the_users(
    today: VisitorsToday, reports: Reports, present: list[datetime], later: Callable[[float], None]
):
    await today.refresh(BOTH, BOTH, BERLIN)
    assert today.of("a").since == datetime(2026, 4, 10, tzinfo=BERLIN)
    assert reports.asked[-1].start == datetime(2026, 4, 10, tzinfo=BERLIN)
    assert reports.asked[-1].end == EVENING
    asked = len(reports.asked)
    await today.refresh(BOTH, BOTH, BERLIN)
    assert len(reports.asked) == asked
    # At midnight it is asked at once, not after five minutes.
    present.append(EVENING + timedelta(minutes=31))
    await today.refresh(BOTH, BOTH, BERLIN)
    assert len(reports.asked) == asked + 1
    assert today.of("a").since == datetime(2026, 4, 11, tzinfo=BERLIN)
    later(301)
    await today.refresh(BOTH, BOTH, BERLIN)
    assert len(reports.asked) == asked + 2


async def test_the_visitors_of_yesterday_are_not_those_of_today(
    today: VisitorsToday, reports: Reports, present: list[datetime]
):
    await today.refresh(BOTH, BOTH, BERLIN)
    present.append(EVENING + timedelta(hours=1))
    reports.seconds, reports.failure = 0.0, NotPermitted("GET /api/unique_visitor/report: HTTP 403")
    await today.refresh(BOTH, BOTH, BERLIN)
    assert (today.of("a").total, today.of("a").since) == (None, datetime(2026, 4, 11, tzinfo=BERLIN))
    assert today.refusal == "GET /api/unique_visitor/report: HTTP 403"


async def test_a_camera_whose_server_is_silent_keeps_its_visitors(
    today: VisitorsToday, reports: Reports, later: Callable[[float], None]
):
    await today.refresh(BOTH, BOTH, BERLIN)
    later(301)
    await today.refresh(frozenset({"a"}), BOTH, BERLIN)
    assert reports.asked[-1].cameras == ("a",)
    assert (today.of("a").total, today.of("b").total) == (4, 4)
    # When it is back, it is asked at once.
    await today.refresh(BOTH, BOTH, BERLIN)
    assert reports.asked[-1].cameras == ("a", "b")


async def test_a_report_that_takes_long_does_not_hold_the_poll_up(
    today: VisitorsToday, reports: Reports, monkeypatch: pytest.MonkeyPatch, later: Callable[[float], None]
):
    monkeypatch.setattr(visitors_module, "_PATIENCE", 0.01)
    reports.seconds = 5
    async with asyncio.timeout(1):
        await today.refresh(BOTH, BOTH, BERLIN)
    assert (today.offered, today.refusal) == (False, None)
    reports.seconds = 0
    later(61)
    await today.refresh(BOTH, BOTH, BERLIN)
    assert today.of("a").total == 4
