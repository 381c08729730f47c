"""Counters and reports, as the two readings of the guide have them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from custom_components.video_analytics.vendors.eocortex.client import EocortexClient
from custom_components.video_analytics.vendors.eocortex.counters import Counters, zones
from custom_components.video_analytics.vendors.eocortex.credentials import Credentials
from custom_components.video_analytics.vendors.eocortex.reports import EocortexReports
from custom_components.video_analytics.vendors.eocortex.servers import Servers
from custom_components.video_analytics.vendors.eocortex.wire.counting import ChannelCounters
from custom_components.video_analytics.vendors.errors import BadAnswer, NotFound, Rejected
from custom_components.video_analytics.vendors.http import Http
from custom_components.video_analytics.vendors.models.databases import CountQuery, VisitorQuery
from custom_components.video_analytics.vendors.models.state import Zone, ZoneKind
from tests.vendors.server import Server, body, json

from .examples import example
from .system import System, camera_id

START = datetime(2026, 4, 10, 8, tzinfo=UTC)
END = START + timedelta(hours=1)
PLURAL, SINGULAR = "/api/objects_counting", "/api/object_counting"


@pytest.fixture
async def servers(http: Http, system: System, credentials: Credentials) -> Servers:
    """The servers of the system, which answer."""
    servers = Servers(http, system.servers[0].url, credentials)
    servers.learn(*await servers.configuration())
    await servers.poll()
    return servers


@pytest.fixture
def reports(servers: Servers) -> EocortexReports:
    """Reports; each camera has the server of its number."""
    return EocortexReports(servers, lambda camera: list(servers.links.values())[int(camera[-1]) - 1])


async def test_the_singular_path_is_asked_where_there_is_no_other(client: EocortexClient, server: Server):
    server.answer(body("", 404), json([example("current_counters")]))
    assert len(await client.counting.current()) == 1
    assert len(await client.counting.current()) == 1
    assert server.paths == [f"{folder}/current_counters" for folder in (PLURAL, SINGULAR, SINGULAR)]
    server.answer(body("", 404))
    with pytest.raises(NotFound):
        await client.counting.current()


async def test_an_answer_may_be_a_list_or_nothing(client: EocortexClient, server: Server):
    server.answer(json([example("current_counters")] * 2))
    assert len(await client.counting.current()) == 2
    server.answer(body())
    assert await client.counting.current() == ()


async def test_the_other_date_is_sent_where_the_first_is_refused(client: EocortexClient, server: Server):
    server.answer(body("", 400), json(example("counters_report")))
    await client.counting.report(START, END)
    assert dict(server.requests[-1].query)["startTime"] == '"2026.04.10 08:00:00"'
    server.answer(body("", 400), json(example("unique_visitors")))
    await client.counting.visitors(START, END)
    assert server.requests[-1].query == (
        ("starttimeutc", "2026-04-10T08:00:00Z"),
        ("endtimeutc", "2026-04-10T09:00:00Z"),
    )


async def test_the_first_refusal_is_told(client: EocortexClient, server: Server):
    server.answer(json({"ErrorMessage": "Too long"}, 400), body("nothing"))
    with pytest.raises(Rejected) as caught:
        await client.counting.report(START, END)
    assert caught.value.reason == "Too long"
    server.answer(body("nothing"), json({"ErrorMessage": "Bad date"}, 400))
    with pytest.raises(BadAnswer):
        await client.counting.visitors(START, END)


def test_lines_and_areas():
    rows = (ChannelCounters.read(example("current_counters"), "counters"),)
    found = zones(rows)
    line, area = found.values()
    assert line == Zone(
        id=line.id,
        name="Crossing of the line",
        camera=rows[0].id,
        kind=ZoneKind.LINE,
        counts={"Person": 16, "Animal": 7},
    )
    assert (area.kind, area.counts["Person"], area.counts["Car"]) == (ZoneKind.AREA, 3, 0)
    odd = {"Id": "c", "Zones": {"Id": "z", "Type": "Sphere"}}
    assert zones([ChannelCounters.read(odd, "counters")]) == {}
    bare = {"id": "c", "zones": [{"id": "z", "type": "zone"}]}
    assert zones([ChannelCounters.read(bare, "counters")])["z"].counts == {}


async def test_each_server_is_asked_for_its_counters(servers: Servers, system: System, later: Callable[[float], None]):
    system.answers[f"{PLURAL}/current_counters"] = 200, example("current_counters")
    counters = Counters()
    await counters.refresh(servers.links, looked_at=False)
    assert len(counters.zones) == 2
    assert system.asked(f"{PLURAL}/current_counters") == 2

    later(20)
    await counters.refresh(servers.links, looked_at=False)
    assert system.asked(f"{PLURAL}/current_counters") == 2
    await counters.refresh(servers.links, looked_at=True)
    assert system.asked(f"{PLURAL}/current_counters") == 4
    assert counters.refusal is None


async def test_counters_that_are_refused(servers: Servers, system: System):
    system.answers[f"{PLURAL}/current_counters"] = 403, b""
    counters = Counters()
    await counters.refresh(servers.links, looked_at=True)
    assert counters.zones == {}
    assert "403" in (counters.refusal or "")


async def test_a_report_of_one_camera_and_of_all(reports: EocortexReports, system: System):
    system.answers[f"{PLURAL}/report"] = 200, example("counters_report")
    one = await reports.counting(CountQuery(start=START, end=END, camera=camera_id(2)))
    assert one == {"Report": [example("counters_report")]}
    assert [server.paths.count(f"{PLURAL}/report") for server in system.servers] == [0, 1]
    everything = await reports.counting(CountQuery(start=START, end=END))
    assert everything == {"Report": [example("counters_report")] * 2}


async def test_a_report_by_intervals(reports: EocortexReports, system: System):
    system.answers[f"{PLURAL}/report"] = 200, []
    answer = await reports.counting(CountQuery(start=START, end=END, camera=camera_id(1), interval=25))
    minutes = [row["EndTime"][14:16] for row in answer["Intervals"]]
    assert minutes == ["25", "50", "00"]
    for interval in (0, -5):
        with pytest.raises(Rejected):
            await reports.counting(CountQuery(start=START, end=END, interval=interval))
    with pytest.raises(Rejected):
        await reports.counting(CountQuery(start=START, end=START + timedelta(days=30), interval=1))


async def test_visitors_of_the_cameras_of_each_server(reports: EocortexReports, system: System):
    system.answers["/api/unique_visitor/report"] = 200, example("unique_visitors")
    answer = await reports.visitors(
        VisitorQuery(start=START, end=END, cameras=(camera_id(1), camera_id(2)), aggregate=True)
    )
    assert answer == {"Report": example("unique_visitors")["Report"] * 2}
    asked = [dict(server.requests[-1].query) for server in system.servers]
    assert [query["channel"] for query in asked] == [camera_id(1), camera_id(2)]
    assert asked[0]["aggregate"] == "true"
    assert len((await reports.visitors(VisitorQuery(start=START, end=END)))["Report"]) == 2
    system.answers["/api/unique_visitor/report"] = 200, {"Odd": 1}
    assert await reports.visitors(VisitorQuery(start=START, end=END, cameras=(camera_id(1),), interval=60)) == {
        "Intervals": [{"StartTime": START.isoformat(), "EndTime": END.isoformat(), "Report": [{"Odd": 1}]}]
    }


async def test_saved_screens(reports: EocortexReports, system: System):
    system.answers["/webapi/grid_profiles"] = 200, example("grid_profiles")
    assert await reports.views() == (example("grid_profiles"),)
