"""Live video through Home Assistant's own stream component."""

import asyncio
from datetime import timedelta
import threading
from typing import Any

import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.video_analytics import camera as camera_platform
from homeassistant.components.camera import async_get_stream_source, async_request_stream, helper
from homeassistant.components.camera.prefs import get_dynamic_camera_stream_settings
from homeassistant.components.stream import Stream
from homeassistant.core import HomeAssistant
from tests.simulator.client import Simulator

from .accounts import find
from .conftest import AddAccount


@pytest.fixture
def quick_restarts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Home Assistant try failed streams again after a second instead of ten."""
    monkeypatch.setattr("homeassistant.components.stream.STREAM_RESTART_INCREMENT", 1)


async def _segments(hass_client: ClientSessionGenerator, url: str) -> bytes:
    """Read a stream as a player does, and return the first piece of its video."""
    client = await hass_client()
    async with asyncio.timeout(40):
        while True:
            master = await client.get(url)
            if master.ok:
                lines = (await master.text()).splitlines()
                playlist_url = url.rpartition("/")[0] + "/" + lines[-1]
                playlist = await (await client.get(playlist_url)).text()
                for line in playlist.splitlines():
                    if line.startswith("./segment/"):
                        segment = await client.get(playlist_url.rpartition("/")[0] + line.removeprefix("."))
                        return await segment.read()
            await asyncio.sleep(0.2)


def _stream(hass: HomeAssistant, entity_id: str) -> Stream:
    stream = helper.get_camera_from_entity_id(hass, entity_id).stream
    assert stream is not None
    return stream


async def _stop(stream: Stream) -> None:
    """Stop as if nobody watched any more."""
    for provider in stream.outputs().values():
        await stream.remove_provider(provider)


async def _until(condition: Any) -> None:
    async with asyncio.timeout(30):
        while not condition():  # it becomes true in a thread of the stream component
            await asyncio.sleep(0.05)


async def test_live_video_plays_through_home_assistant(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, simulator: Simulator, front_door: str
) -> None:
    url = await async_request_stream(hass, front_door, "hls")
    assert b"moof" in await _segments(hass_client, url)
    assert [stream["camera"] for stream in await simulator.streams()]
    await _stop(_stream(hass, front_door))


async def test_a_stream_that_nobody_watched_starts_with_a_fresh_address(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    simulator: Simulator,
    front_door: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await _segments(hass_client, await async_request_stream(hass, front_door, "hls"))
    stream = _stream(hass, front_door)
    await _stop(stream)
    source = stream.source

    # Hours later the address has expired.
    monkeypatch.setattr(camera_platform, "_ADDRESS_AGE", timedelta(seconds=-1))
    await simulator.advance(3600)
    url = await async_request_stream(hass, front_door, "hls")
    assert _stream(hass, front_door) is stream
    assert stream.source != source
    assert b"moof" in await _segments(hass_client, url)
    await _stop(stream)


@pytest.mark.usefixtures("quick_restarts")
async def test_a_running_stream_keeps_its_address_until_it_fails(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, simulator: Simulator, front_door: str
) -> None:
    url = await async_request_stream(hass, front_door, "hls")
    await _segments(hass_client, url)
    stream = _stream(hass, front_door)
    source = stream.source
    await async_request_stream(hass, front_door, "hls")
    assert stream.source == source

    await simulator.fault("/media/live/", status=403)
    await _until(lambda: stream.source != source)
    await simulator.clear_faults()
    await _until(lambda: stream.available)
    assert b"moof" in await _segments(hass_client, url)
    await _stop(stream)


@pytest.mark.usefixtures("quick_restarts")
async def test_where_rtsp_fails_hls_plays(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, simulator: Simulator, add_account: AddAccount
) -> None:
    camera, *_ = await simulator.cameras()
    await simulator.patch_camera(str(camera["id"]), liveRtspUrl="rtsp://127.0.0.1:1/live")
    entity_id = find(hass, await add_account(), "camera", "camera", camera)
    assert await async_get_stream_source(hass, entity_id) == "rtsp://127.0.0.1:1/live"

    url = await async_request_stream(hass, entity_id, "hls")
    stream = _stream(hass, entity_id)
    await _until(lambda: stream.source.endswith(".m3u8"))
    assert b"moof" in await _segments(hass_client, url)
    await _stop(stream)


@pytest.mark.usefixtures("quick_restarts")
async def test_a_failed_stream_survives_a_vendor_that_does_not_answer(
    hass: HomeAssistant, simulator: Simulator, front_door: str
) -> None:
    await simulator.fault("GET", status=503)
    url = await async_request_stream(hass, front_door, "hls")
    assert url
    stream = _stream(hass, front_door)
    source = stream.source
    await _until(lambda: not stream.available)
    await _until(lambda: not _runs("new stream address"))
    assert stream.source == source
    await _stop(stream)


def _runs(name: str) -> bool:
    """Tell whether a task of this name runs."""
    return any(name in task.get_name() for task in asyncio.all_tasks())


def _workers() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == "stream_worker"]


async def test_no_stream_outlives_its_account(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, simulator: Simulator, front_door: str
) -> None:
    await _segments(hass_client, await async_request_stream(hass, front_door, "hls"))
    assert _workers()
    stream = _stream(hass, front_door)
    stream.dynamic_stream_settings.preload_stream = True
    (entry,) = hass.config_entries.async_entries("video_analytics")
    await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert _workers() == []


async def test_a_reload_keeps_the_users_wish_to_preload(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, simulator: Simulator, front_door: str
) -> None:
    await _segments(hass_client, await async_request_stream(hass, front_door, "hls"))
    wishes = await get_dynamic_camera_stream_settings(hass, front_door)
    wishes.preload_stream = True
    (entry,) = hass.config_entries.async_entries("video_analytics")
    await hass.config_entries.async_reload(entry.entry_id)
    await _until(lambda: not _runs("end the stream"))
    assert (await get_dynamic_camera_stream_settings(hass, front_door)).preload_stream


async def test_unloading_does_not_wait_for_a_stream_that_is_being_opened(
    hass: HomeAssistant, simulator: Simulator, front_door: str
) -> None:
    await simulator.fault("GET /media/live/", latency=6)
    await async_request_stream(hass, front_door, "hls")
    await _until(_workers)
    await asyncio.sleep(0.5)
    (entry,) = hass.config_entries.async_entries("video_analytics")
    async with asyncio.timeout(4):
        await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert _workers() == []


@pytest.mark.usefixtures("quick_restarts")
async def test_the_best_address_is_tried_again_when_somebody_comes_back(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, simulator: Simulator, add_account: AddAccount
) -> None:
    camera, *_ = await simulator.cameras()
    await simulator.patch_camera(str(camera["id"]), liveRtspUrl="rtsp://127.0.0.1:1/live")
    entity_id = find(hass, await add_account(), "camera", "camera", camera)
    await _segments(hass_client, await async_request_stream(hass, entity_id, "hls"))
    stream = _stream(hass, entity_id)
    assert stream.source.endswith(".m3u8")
    await _stop(stream)

    await async_request_stream(hass, entity_id, "hls")
    again = _stream(hass, entity_id)
    assert again.source == "rtsp://127.0.0.1:1/live"
    assert "rtsp_flags" in again.pyav_options
    await _stop(again)


@pytest.mark.usefixtures("quick_restarts")
async def test_no_address_of_a_stream_is_logged(
    hass: HomeAssistant, simulator: Simulator, front_door: str, caplog: pytest.LogCaptureFixture
) -> None:
    await simulator.fault("/media/live/", status=403)
    await async_request_stream(hass, front_door, "hls")
    stream = _stream(hass, front_door)
    await _until(lambda: not stream.available)
    assert "Error from stream worker" in caplog.text
    assert "/media/live/" not in caplog.text
    await _stop(stream)
