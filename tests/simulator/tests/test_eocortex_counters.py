"""Counters of objects and of visitors: they follow the world, in all the shapes the guide leaves open."""

from typing import Any

import pytest

from ..client import Simulator
from ..eocortex.kinds import KINDS
from .eocortex import CAMERA, Eocortex, hashed
from .listening import FACE, past

CURRENT, REPORT = "/api/objects_counting/current_counters", "/api/objects_counting/report"
VISITORS = "/api/unique_visitor/report"
DAY = {"starttimeutc": "10.04.2026 00:00:00", "endtimeutc": "11.04.2026 00:00:00"}


@pytest.fixture
async def still(eocortex: Eocortex) -> Simulator:
    """A world that stands still at noon."""
    await eocortex.simulator.set_rate(0)
    await eocortex.simulator.set_time("2026-04-10T12:00:00")
    return eocortex.simulator


@pytest.fixture
async def gate(still: Simulator) -> str:
    """The camera at the gate."""
    return str((await still.cameras())[2]["Id"])


async def _line(eocortex: Eocortex, camera: str) -> dict[str, int]:
    answer = await eocortex(CURRENT, params={"channelId": camera})
    assert answer.status == 200
    line, _ = answer.json["Zones"]
    counts: dict[str, int] = line["CurrentCounts"]
    return counts


async def _report(eocortex: Eocortex, camera: str, start: str, end: str, **options: Any) -> Any:
    query = {"channelId": camera, "startTime": start, "endTime": end}
    return (await eocortex(REPORT, params=query, **options)).json["Zones"]


async def test_lines_and_areas(eocortex: Eocortex, gate: str) -> None:
    camera = (await eocortex(CURRENT, params={"ChannelId": gate})).json
    line, area = camera["Zones"]
    assert (camera["Id"], camera["ChannelName"]) == (gate, "Gate")
    assert (line["Type"], area["Type"]) == ("LineSection", "Zone")
    assert line["CurrentCounts"].keys() == {"Person", "Car", "Truck"}
    assert area["CurrentCounts"].keys() == {"Person", "Car", "Bus", "Truck", "Motorbike", "Animal"}
    assert line["Id"] != area["Id"]
    assert min(line["CurrentCounts"].values()) > 20


async def test_counters_rise_over_the_day_and_begin_again(eocortex: Eocortex, still: Simulator, gate: str) -> None:
    noon = await _line(eocortex, gate)
    await still.advance(3600)
    later = await _line(eocortex, gate)
    assert all(later[name] > count for name, count in noon.items())
    crossed = await past(
        eocortex, KINDS["line"].id, "2026-04-10T12:00:00", "2026-04-10T13:00:00", query={"channelid": gate}
    )
    assert sum(later.values()) - sum(noon.values()) == len(crossed)
    await still.set_time("2026-04-11T00:00:00")
    assert set((await _line(eocortex, gate)).values()) == {0}
    await still.setup(counter_hours=168)
    assert sum((await _line(eocortex, gate)).values()) > 2 * sum(later.values())
    await still.reset_counters(gate)
    assert set((await _line(eocortex, gate)).values()) == {0}
    await still.advance(1800)
    assert sum((await _line(eocortex, gate)).values()) > 0


async def test_a_camera_that_is_offline_counts_nothing(eocortex: Eocortex, still: Simulator, gate: str) -> None:
    before = await _line(eocortex, gate)
    await still.patch_camera(gate, online=False)
    await still.advance(3600)
    assert await _line(eocortex, gate) == before
    area = (await eocortex(CURRENT, params={"channelId": gate})).json["Zones"][1]
    assert set(area["CurrentCounts"].values()) == {0}


async def test_shapes_and_paths(eocortex: Eocortex, still: Simulator, gate: str) -> None:
    async def shape(path: str = CURRENT, **query: str) -> tuple[int, type]:
        answer = await eocortex(path, params=query)
        return answer.status, type(answer.json)

    singular = CURRENT.replace("objects", "object")
    assert await shape() == (200, list)
    assert await shape(channelId=gate) == (200, dict)
    assert (await shape(singular))[0] == 404
    await still.quirks(counters="list", counting_path="singular")
    assert (await shape())[0] == 404
    assert await shape(singular, channelId=gate) == (200, list)
    await still.quirks(counters="object", counting_path="both")
    assert await shape() == await shape(singular) == (200, dict)
    assert (await shape(channelId=CAMERA))[0] == 404
    await still.patch_camera(CAMERA, IsObjectCountingOn=True)
    assert await shape(channelId=CAMERA) == (200, dict)
    await still.setup(objectcounting=False)
    assert (await shape(channelId=CAMERA))[0] == 403


async def test_a_report_of_both_dates(eocortex: Eocortex, still: Simulator, gate: str) -> None:
    documented = await _report(eocortex, gate, "10.04.2026 10:00:00.000", "10.04.2026 11:00:00.000")
    example = await _report(eocortex, gate, '"2026.04.10 10:00:00"', '"2026.04.10 11:00:00"')
    assert documented == example
    (line,) = documented
    assert line.keys() == {"Id", "Name", "StartCounts", "TotalCounts"}
    whole = await _report(eocortex, gate, "10.04.2026 00:00:00", "10.04.2026 11:00:00")
    assert set(whole[0]["StartCounts"].values()) == {0}
    for name, count in whole[0]["TotalCounts"].items():
        assert count == line["StartCounts"][name] + line["TotalCounts"][name] > 0
    query = {"startTime": '"2026.04.10 10:00:00"', "endTime": '"2026.04.10 11:00:00"'}
    assert isinstance((await eocortex(REPORT, params=query)).json, list)
    await still.quirks(report_dates="documented")
    assert (await eocortex(REPORT, params=query)).status == 400
    await still.add_user("guest", "secret", archive=False)
    assert (await eocortex(REPORT, params=query, user=("guest", hashed("secret")))).status == 403


async def _visitors(eocortex: Eocortex, *cameras: str, **query: str) -> list[dict[str, Any]]:
    answer = await eocortex(VISITORS, params={**DAY, "channel": ",".join(cameras), **query})
    assert answer.status == 200, answer.text
    report: list[dict[str, Any]] = answer.json["Report"]
    return report


async def test_visitors(eocortex: Eocortex, still: Simulator) -> None:
    reception = str((await still.cameras())[3]["Id"])
    door, desk = await _visitors(eocortex, CAMERA, reception)
    faces = []
    for start, end in (("00:00:00", "05:59:59.999"), ("06:00:00", "12:00:00")):
        await still.quirks(face_pictures="missing")
        query = {"channelid": CAMERA}
        faces += await past(eocortex, FACE, f"2026-04-10T{start}", f"2026-04-10T{end}", query=query)
    assert door["ChannelId"] == CAMERA and desk["ChannelId"] == reception
    assert door["TotalVisitors"] == len(faces) > door["UniqueVisitors"] > 5
    for shares in ("GenderDistribution", "AgeDistribution", "EmotionDistribution"):
        assert sum(door[shares].values()) == door["TotalVisitors"]
    (unique,) = await _visitors(eocortex, CAMERA, uniqueonly="true")
    assert sum(unique["GenderDistribution"].values()) == unique["UniqueVisitors"] == door["UniqueVisitors"]
    (both,) = await _visitors(eocortex, CAMERA, reception, aggregate="true")
    assert both["ChannelId"] is None
    assert both["TotalVisitors"] == door["TotalVisitors"] + desk["TotalVisitors"]
    assert both["UniqueVisitors"] < door["UniqueVisitors"] + desk["UniqueVisitors"]


async def test_visitors_otherwise(eocortex: Eocortex, still: Simulator) -> None:
    (everybody,) = await _visitors(eocortex, CAMERA)
    staff = (await still.face_groups())["Staff"]
    (others,) = await _visitors(eocortex, CAMERA, group=staff)
    assert others["TotalVisitors"] < everybody["TotalVisitors"]
    iso = {"starttimeutc": "2026-04-10T00:00:00Z", "endtimeutc": "2026-04-11T00:00:00Z"}
    assert await _visitors(eocortex, CAMERA, **iso) == [everybody]
    await still.quirks(visitor_shares="example", visitor_channels=False)
    (example,) = await _visitors(eocortex, CAMERA)
    assert example["ChannelId"] is None
    assert sum(example["AgeDistribution"].values()) == example["UniqueVisitors"]
    kitchen = str((await still.cameras())[5]["Id"])
    assert (await _visitors(eocortex, kitchen))[0]["TotalVisitors"] == 0
    assert (await eocortex(VISITORS, params=DAY)).status == 400
    assert (await eocortex(VISITORS, params={"channel": CAMERA, "starttimeutc": "x"})).status == 400
    await still.setup(facescomplete=False)
    assert (await eocortex(VISITORS, params={**DAY, "channel": CAMERA})).status == 403
