"""Counters and reports, as the two readings of the guide have them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from custom_components.video_analytics.vendors.eocortex.client import EocortexClient
from custom_components.video_analytics.vendors.eocortex.counters import Counters, zones
from custom_components.video_analytics.vendors.eocortex.credentials import Credentials
from custom_components.video_analytics.vendors.eocortex.servers import Servers
from custom_components.video_analytics.vendors.eocortex.wire.counting import ChannelCounters
from custom_components.video_analytics.vendors.errors import BadAnswer, NotFound, Rejected
from custom_components.video_analytics.vendors.http import Http
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
    await client.counting.visitors(START, END, [camera_id(1)])
    assert server.requests[-1].query == (
        ("starttimeutc", "2026-04-10T08:00:00Z"),
        ("endtimeutc", "2026-04-10T09:00:00Z"),
        ("channel", camera_id(1)),
        ("uniqueonly", "false"),
        ("aggregate", "false"),
    )


async def test_the_first_refusal_is_told(client: EocortexClient, server: Server):
    server.answer(json({"ErrorMessage": "Too long"}, 400), body("nothing"))
    with pytest.raises(Rejected) as caught:
        await client.counting.report(START, END)
    assert caught.value.reason == "Too long"
    server.answer(body("nothing"), json({"ErrorMessage": "Bad date"}, 400))
    with pytest.raises(BadAnswer):
        await client.counting.visitors(START, END, [camera_id(1)])


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
