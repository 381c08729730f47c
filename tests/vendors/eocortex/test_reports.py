"""Reports of lines and of visitors, put together from those of two servers."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from custom_components.video_analytics.vendors.eocortex.credentials import Credentials
from custom_components.video_analytics.vendors.eocortex.reports import EocortexReports
from custom_components.video_analytics.vendors.eocortex.servers import Servers
from custom_components.video_analytics.vendors.errors import BadAnswer, NotFound, NotPermitted, Rejected
from custom_components.video_analytics.vendors.http import Http
from custom_components.video_analytics.vendors.models.reports import (
    CountQuery,
    CountReport,
    LineCounts,
    VisitorQuery,
    VisitorReport,
    shares,
)

from .examples import example
from .system import System, camera_id

START = datetime(2026, 4, 10, 8, tzinfo=UTC)
END = START + timedelta(hours=1)
LINES, VISITORS = "/api/objects_counting/report", "/api/unique_visitor/report"
FIRST, SECOND, THIRD = (camera_id(number) for number in (1, 2, 3))


@pytest.fixture
async def reports(http: Http, system: System, credentials: Credentials) -> EocortexReports:
    """Reports of a system whose cameras with an even number are at its second server."""
    servers = Servers(http, system.servers[0].url, credentials)
    servers.learn(*await servers.configuration())
    links = list(servers.links.values())
    return EocortexReports(servers, lambda camera: links[int(camera[-2:]) % 2 == 0])


def lines(*cameras: str) -> list[dict[str, Any]]:
    """Return the answer of a server that counts at these cameras."""
    return [{**example("counters_report"), "Id": camera} for camera in cameras]


def visitors(*cameras: str | None, **changes: Any) -> dict[str, Any]:
    """Return the answer of a server that has seen visitors at these cameras."""
    (row,) = example("unique_visitors")["Report"]
    return {"Report": [{**row, "ChannelId": camera, **changes} for camera in cameras]}


def asked(system: System, path: str) -> list[list[dict[str, str]]]:
    """Return how each server was asked for something."""
    return [[dict(sent.query) for sent in server.requests if sent.path == path] for server in system.servers]


def counts(**changes: Any) -> CountQuery:
    """Ask for lines."""
    return CountQuery(**{"start": START, "end": END, **changes})


def seen(*cameras: str, **changes: Any) -> VisitorQuery:
    """Ask for visitors."""
    return VisitorQuery(**{"start": START, "end": END, "cameras": cameras, **changes})


async def test_lines_of_one_camera(reports: EocortexReports, system: System):
    system.answers[LINES] = 200, example("counters_report") | {"Id": SECOND.upper()}
    assert await reports.counting(counts(cameras=(SECOND,))) == (
        CountReport(
            camera=SECOND,
            start=START,
            end=END,
            lines=(
                LineCounts(
                    id="0af772da-9993-4a39-a785-4e7c89efe55a",
                    name="Crossing of the line",
                    before={"Person": 9, "Animal": 4},
                    counts={"Person": 11, "Animal": 3},
                ),
            ),
        ),
    )
    here, there = asked(system, LINES)
    assert here == []
    assert [query["channelId"] for query in there] == [SECOND]


async def test_lines_of_several_cameras_are_asked_for_at_once(reports: EocortexReports, system: System):
    system.answers[LINES] = 200, lines(FIRST, THIRD, camera_id(5))
    found = await reports.counting(counts(cameras=(FIRST, THIRD, FIRST)))
    assert [report.camera for report in found] == [FIRST, THIRD]
    here, there = asked(system, LINES)
    assert [query.get("channelId") for query in here] == [None]
    assert there == []


async def test_lines_of_all_that_count(reports: EocortexReports, system: System):
    system.answers[LINES] = 200, lines(FIRST)
    assert [report.camera for report in await reports.counting(counts())] == [FIRST, FIRST]
    assert [len(queries) for queries in asked(system, LINES)] == [1, 1]


async def test_a_camera_that_does_not_count_has_no_report(reports: EocortexReports, system: System):
    system.answers[LINES] = 404, b""
    assert await reports.counting(counts(cameras=(FIRST,))) == ()
    with pytest.raises(NotFound):
        await reports.counting(counts())
    system.answers[LINES] = 403, b""
    with pytest.raises(NotPermitted):
        await reports.counting(counts(cameras=(FIRST,)))


async def test_what_may_be_missing_from_lines(reports: EocortexReports, system: System):
    system.answers[LINES] = 200, {"id": FIRST, "zones": {"id": "z", "totalcounts": {"person": "2", "Sheep": 1}}}
    report, _ = await reports.counting(counts())
    assert report.lines == (LineCounts(id="z", name="z", before={}, counts={"Person": 2, "Sheep": 1}),)
    system.answers[LINES] = 200, {"Id": FIRST}
    assert (await reports.counting(counts()))[0].lines == ()


async def test_intervals(reports: EocortexReports, system: System):
    system.answers[LINES] = 200, lines(FIRST)
    found = await reports.counting(counts(cameras=(FIRST,), interval=25))
    assert [(report.start - START, report.end - START) for report in found] == [
        (timedelta(minutes=low), timedelta(minutes=high)) for low, high in ((0, 25), (25, 50), (50, 60))
    ]
    here, _ = asked(system, LINES)
    assert [query["startTime"][11:16] for query in here] == ["08:00", "08:25", "08:50"]


async def test_intervals_of_a_day_that_has_25_hours(reports: EocortexReports, system: System):
    system.answers[VISITORS] = 200, visitors(FIRST)
    berlin = ZoneInfo("Europe/Berlin")
    start, end = datetime(2026, 10, 25, tzinfo=berlin), datetime(2026, 10, 26, tzinfo=berlin)
    found = await reports.visitors(seen(FIRST, start=start, end=end, interval=60))
    assert len(found) == 25
    assert [report.start.hour for report in found[:5]] == [0, 1, 2, 2, 3]
    assert found[0].start.tzinfo is berlin
    assert found[-1].end == end


@pytest.mark.parametrize("interval", [0, -5, 1])
async def test_too_many_intervals(reports: EocortexReports, system: System, interval):
    query = counts(end=START + timedelta(days=30), interval=interval)
    with pytest.raises(Rejected) as caught:
        await reports.counting(query)
    assert "400 intervals" in (caught.value.reason or "")
    assert asked(system, LINES) == [[], []]


async def test_too_many_requests(reports: EocortexReports, system: System):
    system.answers[VISITORS] = 200, visitors(None)
    query = seen(*(camera_id(number) for number in range(1, 99, 2)), end=START + timedelta(days=10), interval=60)
    with pytest.raises(Rejected) as caught:
        await reports.visitors(query)
    assert "11760 requests" in (caught.value.reason or "")
    assert system.asked(VISITORS) == 1


async def test_visitors_of_the_cameras_of_each_server(reports: EocortexReports, system: System):
    system.answers[VISITORS] = 200, visitors(FIRST, SECOND.upper(), THIRD, camera_id(9))
    found = await reports.visitors(seen(FIRST, SECOND, THIRD, unique_only=True, without_groups=("staff", "guards")))
    assert [report.camera for report in found] == [FIRST, THIRD, SECOND]
    assert found[0] == VisitorReport(
        camera=FIRST,
        start=START,
        end=END,
        total=243,
        unique=55,
        genders={"Female": 21, "Male": 34},
        ages={"Young": 6, "Adult": 28, "MiddleAged": 21, "Senior": 0},
        emotions={"Positive": 9, "Neutral": 19, "Negative": 27},
    )
    (here,), (there,) = asked(system, VISITORS)
    assert here["channel"] == f"{FIRST},{THIRD}"
    assert there["channel"] == SECOND
    assert (here["uniqueonly"], here["group"], here["aggregate"]) == ("true", "staff,guards", "false")


async def test_cameras_are_named_in_portions(reports: EocortexReports, system: System):
    cameras = [camera_id(number) for number in range(1, 260, 2)]
    system.answers[VISITORS] = 200, visitors(*cameras)
    assert [report.camera for report in await reports.visitors(seen(*cameras))] == cameras
    here, _ = asked(system, VISITORS)
    assert [len(query["channel"].split(",")) for query in here] == [50, 50, 30]


async def test_a_server_that_does_not_say_which_camera_it_is_is_asked_for_one_after_the_other(
    reports: EocortexReports, system: System
):
    system.answers[VISITORS] = 200, visitors(None)
    found = await reports.visitors(seen(FIRST, THIRD))
    assert [report.camera for report in found] == [FIRST, THIRD]
    await reports.visitors(seen(FIRST, THIRD))
    here, _ = asked(system, VISITORS)
    assert [query["channel"] for query in here] == [f"{FIRST},{THIRD}", FIRST, THIRD, FIRST, THIRD]


async def test_visitors_of_cameras_together(reports: EocortexReports, system: System):
    system.answers[VISITORS] = 200, visitors(None)
    (report,) = await reports.visitors(seen(FIRST, THIRD, aggregate=True))
    assert (report.camera, report.total) == (None, 243)
    ((query,), _) = asked(system, VISITORS)
    assert (query["channel"], query["aggregate"]) == (f"{FIRST},{THIRD}", "true")


@pytest.mark.parametrize("cameras", [(FIRST, SECOND), tuple(f"{number:04}1" for number in range(51))])
async def test_visitors_that_cannot_be_counted_together(reports: EocortexReports, system: System, cameras):
    with pytest.raises(Rejected) as caught:
        await reports.visitors(seen(*cameras, aggregate=True))
    assert "the same person" in (caught.value.reason or "")
    assert system.asked(VISITORS) == 0


async def test_answers_that_are_no_report(reports: EocortexReports, system: System):
    system.answers[VISITORS] = 200, visitors(None, None)
    for query in (seen(FIRST), seen(FIRST, THIRD, aggregate=True)):
        with pytest.raises(BadAnswer):
            await reports.visitors(query)
    system.answers[VISITORS] = 200, {"Odd": 1}
    with pytest.raises(BadAnswer):
        await reports.visitors(seen(FIRST))
    system.answers[VISITORS] = 200, {"Report": []}
    assert await reports.visitors(seen(FIRST)) == ()
    assert await reports.visitors(seen()) == ()


async def test_keys_of_any_case(reports: EocortexReports, system: System):
    system.answers[VISITORS] = (
        200,
        {"report": {"totalvisitors": 2, "uniquevisitors": "1", "agedistribution": {"middleaged": 2}}},
    )
    (report,) = await reports.visitors(seen(FIRST))
    assert (report.total, report.unique, report.ages, report.genders) == (2, 1, {"MiddleAged": 2}, {})


def test_shares():
    assert shares({"Female": 21, "Male": 34}) == {"Female": 38.2, "Male": 61.8}
    assert shares({"Female": 0, "Male": 0}) == {}
    assert shares({}) == {}


async def test_saved_screens(reports: EocortexReports, system: System):
    system.answers["/webapi/grid_profiles"] = 200, example("grid_profiles")
    assert await reports.views() == (example("grid_profiles"),)
