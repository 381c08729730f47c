"""Reports of lines and of visitors, as actions against the simulated system."""

import json
from typing import Any

import aiohttp
from freezegun.api import FrozenDateTimeFactory
import probatio
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.setup import async_setup_component
from tests.simulator.client import Simulator
from tests.simulator.eocortex.access import hashed

from ..accounts import find
from ..conftest import AddAccount
from ..events.acting import act, refused
from ..test_documentation import automations
from .system import asked

DOOR, YARD, GATE, RECEPTION = range(4)
"""The places of cameras: the first and the third are at one server, the others at the other one."""
LINES, VISITORS = "/api/objects_counting/report", "/api/unique_visitor/report"
MORNING = {"start": "2026-04-10 08:00:00", "end": "2026-04-10 11:00:00"}

type Report = dict[str, Any]


@pytest.fixture
async def entry(hass: HomeAssistant, simulator: Simulator, add_account: AddAccount) -> MockConfigEntry:
    """A system whose time stands still at noon, in the time zone of Home Assistant."""
    await simulator.set_rate(0)
    await simulator.set_time("2026-04-10T12:00:00")
    await hass.config.async_set_time_zone("UTC")
    return await add_account()


@pytest.fixture
async def cameras(hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry) -> list[str]:
    """The cameras' entities, in the order of their places."""
    return [find(hass, entry, "camera", "camera", row["Id"]) for row in await simulator.cameras()]


async def told(simulator: Simulator, path: str, place: int, **query: str) -> Any:
    """Return what the server of a camera itself reports."""
    camera, servers = (await simulator.cameras())[place], await simulator.servers()
    (url,) = [server["url"] for server in servers if server["id"] == camera["AttachedToServer"]]
    who = {"login": simulator.credentials["login"], "password": hashed(simulator.credentials["password"])}
    names = {"channelId": str(camera["Id"])} if path == LINES else {"channel": str(camera["Id"])}
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{url}{path}", params={**who, **names, **query}) as answer,
    ):
        assert answer.status == 200
        return await answer.json()


async def counted(simulator: Simulator, place: int, start: str, end: str) -> Any:
    """Return the only line of a camera in a period of the day, as its server reports it."""
    report = await told(
        simulator, LINES, place, startTime=f"10.04.2026 {start}:00.000", endTime=f"10.04.2026 {end}:00.000"
    )
    return report["Zones"][0]


async def visited(simulator: Simulator, place: int, start: str, end: str, **query: str) -> Any:
    """Return the visitors of a camera in a period of the day, as its server reports them."""
    period = {"starttimeutc": f"10.04.2026 {start}:00", "endtimeutc": f"10.04.2026 {end}:00"}
    return (await told(simulator, VISITORS, place, **period, **query))["Report"][0]


def lower(counts: dict[str, int]) -> dict[str, int]:
    """Return counts as templates name them; only one name has two words."""
    return {{"MiddleAged": "middle_aged"}.get(name, name.lower()): count for name, count in counts.items()}


async def test_lines(hass: HomeAssistant, simulator: Simulator, cameras: list[str]) -> None:
    response = await act(hass, "get_counting_report", cameras[GATE], **MORNING)
    truth = await counted(simulator, GATE, "08:00", "11:00")
    assert truth["TotalCounts"]["Person"] > 5
    assert response == {
        cameras[GATE]: {
            "reports": [
                {
                    "start": "2026-04-10T08:00:00+00:00",
                    "end": "2026-04-10T11:00:00+00:00",
                    "lines": [
                        {
                            "id": truth["Id"],
                            "name": "Crossing of the line",
                            "before": lower(truth["StartCounts"]),
                            "counts": lower(truth["TotalCounts"]),
                        }
                    ],
                }
            ]
        }
    }


async def test_lines_hour_by_hour_at_several_servers(
    hass: HomeAssistant, simulator: Simulator, cameras: list[str]
) -> None:
    yard = (await simulator.cameras())[YARD]
    await simulator.patch_camera(str(yard["Id"]), IsObjectCountingOn=True)
    await simulator.forget_requests()
    named = [cameras[YARD], cameras[GATE]]
    response = await act(hass, "get_counting_report", {"entity_id": named}, **MORNING, interval=60)
    assert sum((await asked(simulator)).values()) == 6
    assert list(response) == named
    for place in (YARD, GATE):
        reports = response[cameras[place]]["reports"]
        hours = ["08:00", "09:00", "10:00", "11:00"]
        assert [report["start"][11:16] for report in reports] == hours[:-1]
        assert [report["end"][11:16] for report in reports] == hours[1:]
        for report in reports:
            truth = await counted(simulator, place, report["start"][11:16], report["end"][11:16])
            assert report["lines"][0]["counts"] == lower(truth["TotalCounts"])


@pytest.mark.parametrize(
    "reading",
    [
        {"report_dates": "example"},
        {"report_dates": "documented", "counters": "list"},
        {"counting_path": "singular", "counters": "object"},
        {"keys": "lower"},
    ],
    ids=str,
)
async def test_every_reading_of_lines(
    hass: HomeAssistant, simulator: Simulator, cameras: list[str], reading: dict[str, Any]
) -> None:
    expected = await act(hass, "get_counting_report", cameras[GATE], **MORNING)
    await simulator.quirks(**reading)
    assert await act(hass, "get_counting_report", cameras[GATE], **MORNING) == expected


async def test_local_times(hass: HomeAssistant, simulator: Simulator, cameras: list[str]) -> None:
    """The servers count by their own clock, so that the one on the wall is sent to them; visitors go by UTC."""
    truth = await counted(simulator, GATE, "08:00", "11:00")
    faces = await visited(simulator, DOOR, "03:00", "06:00")
    await hass.config.async_set_time_zone("Asia/Yekaterinburg")
    [report] = (await act(hass, "get_counting_report", cameras[GATE], **MORNING))[cameras[GATE]]["reports"]
    assert report["start"] == "2026-04-10T08:00:00+05:00"
    assert report["lines"][0]["counts"] == lower(truth["TotalCounts"])
    [report] = (await act(hass, "get_visitor_report", cameras[DOOR], **MORNING))[cameras[DOOR]]["reports"]
    assert report["total"] == faces["TotalVisitors"] > 0
    with_offset = {"start": "2026-04-10T03:00:00Z", "end": "2026-04-10T11:00:00+05:00"}
    [same] = (await act(hass, "get_visitor_report", cameras[DOOR], **with_offset))[cameras[DOOR]]["reports"]
    assert same == report


async def test_until_now(hass: HomeAssistant, simulator: Simulator, cameras: list[str]) -> None:
    start = {"start": "2026-04-10 08:00:00"}
    [report] = (await act(hass, "get_visitor_report", cameras[DOOR], **start))[cameras[DOOR]]["reports"]
    assert report["total"] == (await visited(simulator, DOOR, "08:00", "12:00"))["TotalVisitors"]
    assert report["end"] > "2026-04-10T12"


async def test_cameras_that_do_not_count(hass: HomeAssistant, simulator: Simulator, cameras: list[str]) -> None:
    key, text = await refused(hass, "get_counting_report", cameras[DOOR], **MORNING)
    assert key == "counts_nothing"
    assert cameras[DOOR] in text
    key, text = await refused(hass, "get_counting_report", {"entity_id": [cameras[DOOR], cameras[GATE]]}, **MORNING)
    assert (key, cameras[DOOR] in text, cameras[GATE] in text) == ("counts_nothing", True, False)

    rows = await simulator.cameras()
    counting = {entity_id for entity_id, row in zip(cameras, rows, strict=True) if row["IsObjectCountingOn"]}
    assert 0 < len(counting) < len(cameras)
    assert set(await act(hass, "get_counting_report", "all", **MORNING)) == counting


async def test_visitors(hass: HomeAssistant, simulator: Simulator, cameras: list[str]) -> None:
    response = await act(hass, "get_visitor_report", {"entity_id": [cameras[DOOR], cameras[RECEPTION]]}, **MORNING)
    assert list(response) == [cameras[DOOR], cameras[RECEPTION]]
    for place in (DOOR, RECEPTION):
        truth = await visited(simulator, place, "08:00", "11:00")
        genders = truth["GenderDistribution"]
        assert min(genders.values()) > 0
        [report] = response[cameras[place]]["reports"]
        shares = report.pop("shares")
        assert report == {
            "start": "2026-04-10T08:00:00+00:00",
            "end": "2026-04-10T11:00:00+00:00",
            "total": truth["TotalVisitors"],
            "unique": truth["UniqueVisitors"],
            "genders": lower(genders),
            "ages": lower(truth["AgeDistribution"]),
            "emotions": lower(truth["EmotionDistribution"]),
        }
        assert report["ages"].keys() == {"young", "adult", "middle_aged", "senior"}
        assert shares["genders"]["female"] == pytest.approx(100 * genders["Female"] / truth["TotalVisitors"], abs=0.05)
        assert [sum(part.values()) for part in shares.values()] == [pytest.approx(100, abs=0.3)] * 3


async def test_unique_visitors_without_some_groups(
    hass: HomeAssistant, simulator: Simulator, cameras: list[str]
) -> None:
    staff = (await simulator.face_groups())["Staff"]
    truth = await visited(simulator, DOOR, "08:00", "11:00", group=staff, uniqueonly="true")
    fields = {"unique_only": True, "without_groups": [staff]}
    [report] = (await act(hass, "get_visitor_report", cameras[DOOR], **MORNING, **fields))[cameras[DOOR]]["reports"]
    assert (report["total"], report["unique"]) == (truth["TotalVisitors"], truth["UniqueVisitors"])
    assert sum(report["genders"].values()) == report["unique"]
    [everybody] = (await act(hass, "get_visitor_report", cameras[DOOR], **MORNING))[cameras[DOOR]]["reports"]
    assert everybody["total"] > report["total"]


async def test_no_visitors_have_no_shares(hass: HomeAssistant, cameras: list[str]) -> None:
    response = await act(hass, "get_visitor_report", cameras[GATE], **MORNING)
    [report] = response[cameras[GATE]]["reports"]
    assert (report["total"], report["unique"], report["genders"]["female"]) == (0, 0, 0)
    assert report["shares"] == {"genders": {}, "ages": {}, "emotions": {}}


async def test_a_server_that_does_not_name_the_cameras(
    hass: HomeAssistant, simulator: Simulator, cameras: list[str]
) -> None:
    targets = {"entity_id": [cameras[DOOR], cameras[GATE]]}
    expected = await act(hass, "get_visitor_report", targets, **MORNING)
    await simulator.quirks(visitor_channels=False)
    await simulator.forget_requests()
    assert await act(hass, "get_visitor_report", targets, **MORNING) == expected
    assert sum((await asked(simulator)).values()) == 3


async def test_visitors_of_cameras_together(hass: HomeAssistant, simulator: Simulator, cameras: list[str]) -> None:
    door, corridor = str((await simulator.cameras())[DOOR]["Id"]), str((await simulator.cameras())[4]["Id"])
    targets = {"entity_id": [cameras[DOOR], cameras[4]]}
    alone = await act(hass, "get_visitor_report", targets, **MORNING)
    together = await act(hass, "get_visitor_report", targets, **MORNING, aggregate=True, interval=90)
    truth = await visited(simulator, DOOR, "08:00", "09:30", channel=f"{door},{corridor}", aggregate="true")
    assert list(together) == ["all"]
    first, second = together["all"]["reports"]
    assert first["unique"] == truth["UniqueVisitors"]
    totals = [alone[entity_id]["reports"][0]["total"] for entity_id in targets["entity_id"]]
    assert first["total"] + second["total"] == sum(totals)


async def test_visitors_at_two_servers_cannot_be_counted_together(
    hass: HomeAssistant, simulator: Simulator, cameras: list[str]
) -> None:
    targets = {"entity_id": [cameras[DOOR], cameras[RECEPTION]]}
    key, text = await refused(hass, "get_visitor_report", targets, **MORNING, aggregate=True)
    assert key == "refused"
    assert "ask for fewer cameras" in text


@pytest.mark.parametrize("action", ["get_counting_report", "get_visitor_report"])
async def test_periods_that_cannot_be_reported(
    hass: HomeAssistant, simulator: Simulator, cameras: list[str], action: str
) -> None:
    await simulator.forget_requests()
    for start, end in (("2026-04-10 11:00", "2026-04-10 08:00"), ("2026-04-10 11:00", "2026-04-10 11:00")):
        key, _ = await refused(hass, action, cameras[GATE], start=start, end=end)
        assert key == "end_before_start"
    key, text = await refused(hass, action, cameras[GATE], **MORNING | {"end": "2026-05-10 11:00"}, interval=60)
    assert key == "too_many_intervals"
    assert "400" in text
    for fields in ({}, MORNING | {"interval": 0}, {"start": "yesterday"}):
        with pytest.raises(probatio.Invalid):
            await act(hass, action, cameras[GATE], **fields)
    assert not await asked(simulator)


@pytest.mark.parametrize("action", ["get_counting_report", "get_visitor_report"])
async def test_reports_that_nobody_gives(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: MockConfigEntry,
    cameras: list[str],
    monkeypatch: pytest.MonkeyPatch,
    action: str,
) -> None:
    await simulator.setup(objectcounting=False, facescomplete=False)
    with pytest.raises(HomeAssistantError) as caught:
        await act(hass, action, cameras[GATE], **MORNING)
    assert caught.value.translation_key == "not_permitted"
    monkeypatch.setattr(entry.runtime_data.coordinator.account, "reports", None)
    key, text = await refused(hass, action, cameras[GATE], **MORNING)
    assert key == "reports_not_supported"
    assert "Eocortex" in text


async def test_the_example_of_the_documentation(
    hass: HomeAssistant, simulator: Simulator, cameras: list[str], freezer: FrozenDateTimeFactory
) -> None:
    (config,) = [config for config in automations() if config["alias"] == "Visitors of the day"]
    text = json.dumps(config).replace("camera.front_door", cameras[DOOR])
    notifications = async_mock_service(hass, "persistent_notification", "create")
    freezer.move_to("2026-04-10T11:00:00+00:00")
    assert await async_setup_component(hass, "automation", {"automation": json.loads(text)})
    for service in ("trigger", "turn_off"):
        example = {"entity_id": "automation.visitors_of_the_day"}
        await hass.services.async_call("automation", service, example, blocking=True)
    truth = await visited(simulator, DOOR, "00:00", "11:00", uniqueonly="true")
    total, unique = truth["TotalVisitors"], truth["UniqueVisitors"]
    women = round(100 * truth["GenderDistribution"]["Female"] / unique)
    (sent,) = notifications
    assert (
        sent.data["message"].split() == f"{unique} visitors came {total} times. {women} % of them were women.".split()
    )
