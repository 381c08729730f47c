"""The control port: faults, keys, cameras, the clock, and the way back to the start."""

from collections.abc import Awaitable, Callable
import json
import time
from typing import Any

import aiohttp
import pytest

from ..client import ControlError, Simulator
from .conftest import CAMERA, Api

CAMERAS = "/v1/cameras"


async def test_status_retry_after_and_headers(simulator: Simulator, api: Api) -> None:
    await simulator.fault(f"GET {CAMERAS}$", status=429, retry_after=7, headers={"X-Extra": "yes"}, times=2)
    for _ in range(2):
        limited = await api("GET", CAMERAS)
        assert (limited.status, limited.headers["Retry-After"], limited.headers["X-Extra"]) == (429, "7", "yes")
        assert (await api("GET", f"{CAMERAS}/{CAMERA}")).status == 200
    assert (await api("GET", CAMERAS)).status == 200


async def test_latency(simulator: Simulator, api: Api) -> None:
    await simulator.fault("validate", latency=0.4)
    started = time.monotonic()
    await api("POST", "/v1/integration-key/validate")
    assert time.monotonic() - started >= 0.4


@pytest.mark.parametrize("body", ["malformed", "html", "empty", "truncated_json"])
async def test_spoiled_bodies(simulator: Simulator, api: Api, body: str) -> None:
    whole = await api("GET", CAMERAS)
    await simulator.fault(CAMERAS, body=body)
    url = simulator.url + CAMERAS
    async with api.session.get(url, headers={"X-Integration-Key": api.key}) as response:
        content = await response.read()
        assert response.status == 200
        assert (response.content_type == "text/html") == (body == "html")
        if body != "html":
            with pytest.raises(json.JSONDecodeError):
                json.loads(content)
    assert (content == b"") == (body == "empty")
    if body == "truncated_json":
        assert 0 < len(content) < len(whole.body)


async def test_a_cut_body_announces_more_than_it_holds(simulator: Simulator, api: Api) -> None:
    await simulator.fault(CAMERAS, body="cut")
    with pytest.raises(aiohttp.ClientPayloadError):
        await api("GET", CAMERAS)


async def test_files_can_be_cut_as_well(simulator: Simulator, api: Api) -> None:
    await simulator.fault("GET /v1/cameras/.*/archive/clip", body="cut")
    await simulator.set_time("2026-04-10T09:00:00Z")
    received = b""
    url = f"{simulator.url}/v1/cameras/{CAMERA}/archive/clip?startDate=2026-04-10T08:00:00Z&duration=3"
    with pytest.raises(aiohttp.ClientPayloadError):  # noqa: PT012  the first bytes do arrive
        async with api.session.get(url, headers={"X-Integration-Key": api.key}) as response:
            assert response.status == 200
            async for chunk in response.content.iter_any():
                received += chunk
    assert len(received) > 1000


async def test_media_can_fail_too(simulator: Simulator, api: Api) -> None:
    url = (await api.camera())["previewUrl"]
    await simulator.fault("GET /media/preview", status=502)
    assert (await api.fetch(url)).status == 502
    await simulator.clear_faults()
    assert (await api.fetch(url)).status == 200


async def test_refused_connections_come_back_on_the_same_port(simulator: Simulator, api: Api) -> None:
    assert (await api("GET", CAMERAS)).status == 200
    await simulator.refuse()
    assert (await simulator.state())["accepting"] is False
    for _ in range(2):
        with pytest.raises(aiohttp.ClientConnectionError):
            await api("GET", CAMERAS)
    await simulator.refuse(False)
    assert (await api("GET", CAMERAS)).status == 200


async def test_keys(simulator: Simulator, api: Api) -> None:
    first = api.key

    async def sees(key: str) -> set[str] | int:
        api.key = key
        answer = await api("GET", CAMERAS)
        return {camera["id"] for camera in answer.json} if answer.status == 200 else answer.status

    mine = await sees(first)
    second = await simulator.key("add")
    assert await sees(second) == mine
    rotated = await simulator.key("rotate")
    assert await sees(first) == 401
    assert await sees(rotated) == await sees(second) == mine
    other = await sees(await simulator.key("other_account"))
    assert isinstance(mine, set)
    assert isinstance(other, set)
    assert other
    assert other.isdisjoint(mine)
    assert await sees(await simulator.key("empty_account")) == set()
    await simulator.key("revoke")
    assert await sees(rotated) == 401
    assert await sees(second) == mine
    await simulator.key("revoke", key=second)
    assert await sees(second) == 401
    assert len({first, second, rotated}) == 3


async def test_cameras_can_be_added_changed_and_removed(simulator: Simulator, api: Api) -> None:
    added = await simulator.add_camera(title="Attic")
    assert (await api.camera(added))["title"] == "Attic"
    await simulator.patch_camera(added, title="Cellar", location=None, liveRtspUrl="rtsp://camera.example/live")
    changed = await api.camera(added)
    assert (changed["title"], changed["location"], changed["liveRtspUrl"]) == (
        "Cellar", None, "rtsp://camera.example/live",
    )  # fmt: skip
    cameras = await simulator.cameras()
    assert len(cameras) == 9
    assert (await api.fetch(str(cameras[0]["previewUrl"]))).status == 200
    await simulator.remove_camera(added)
    assert (await api("GET", f"{CAMERAS}/{added}")).status == 404
    with pytest.raises(ControlError):
        await simulator.camera(added)


async def test_the_clock_jumps_runs_and_stops(simulator: Simulator) -> None:
    async def now() -> str:
        return str((await simulator.state())["now"])

    await simulator.set_rate(0)
    await simulator.set_time("2030-01-01T00:00:00Z")
    assert await now() == "2030-01-01T00:00:00Z"
    await simulator.advance(90)
    assert await now() == "2030-01-01T00:01:30Z"
    await simulator.set_rate(100_000)
    assert await now() > "2030-01-01T00:01:30Z"


@pytest.mark.parametrize(
    "ask",
    [
        lambda simulator: simulator.quirks(dates="tomorrow"),
        lambda simulator: simulator.quirks(nonsense=True),
        lambda simulator: simulator.settings(token_seconds="long"),
        lambda simulator: simulator.fault("[", status=500),
        lambda simulator: simulator.fault(body="nonsense"),
        lambda simulator: simulator.fault(statuss=500),
        lambda simulator: simulator.key("steal"),
        lambda simulator: simulator.set_time("soon"),
        lambda simulator: simulator.patch_camera("nobody", title="x"),
    ],
)
async def test_nonsense_is_refused(simulator: Simulator, ask: Callable[[Simulator], Awaitable[Any]]) -> None:
    before = await simulator.state()
    with pytest.raises(ControlError):
        await ask(simulator)
    after = await simulator.state()
    assert {**after, "now": None} == {**before, "now": None}


async def test_requests_are_written_down_without_values(simulator: Simulator, api: Api) -> None:
    await api("GET", f"{CAMERAS}/{CAMERA}/events", params={"limit": "5", "sortOrder": "Desc"})
    await api.fetch(f"{simulator.url}/v1/cameras")
    first, second = await simulator.requests()
    assert first.items() >= {
        "method": "GET", "path": f"/integration-api{CAMERAS}/{CAMERA}/events", "query": ["limit", "sortOrder"],
        "status": 200, "has_key": True, "leaked_key": False,
    }.items()  # fmt: skip
    assert (second["status"], second["has_key"]) == (401, False)
    assert api.key not in str(first)


async def test_reset_returns_everything_to_the_start(simulator: Simulator, api: Api) -> None:
    start = await simulator.state()
    await simulator.set_rate(0)
    await simulator.set_time("2031-01-01T00:00:00Z")
    await simulator.settings(token_seconds=5)
    await simulator.quirks(dates="offset")
    await simulator.fault(CAMERAS, status=500)
    await simulator.key("rotate")
    await simulator.patch_camera(CAMERA, title="Elsewhere")
    await simulator.add_camera()
    await simulator.inject_event(CAMERA, id="injected", type="Custom")
    await simulator.refuse()
    await simulator.reset()
    again = await simulator.state()
    assert {**again, "now": None} == {**start, "now": None}
    assert str(again["now"]) < "2031"
    assert await simulator.requests() == []
    assert (await api.camera())["title"] == "Front door"
    items = (await api("GET", f"{CAMERAS}/{CAMERA}/events", params={"eventTypes": "Custom"})).json["items"]
    assert items == []
