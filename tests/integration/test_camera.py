"""Live video and stills."""

import asyncio
from datetime import timedelta
import threading
from typing import Any, override

import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.video_analytics import camera as camera_platform
from homeassistant.components.camera import (
    Camera,
    CameraWebRTCProvider,
    WebRTCSendMessage,
    async_get_image,
    async_get_stream_source,
    async_register_webrtc_provider,
    async_request_stream,
    helper,
)
from homeassistant.components.camera.prefs import get_dynamic_camera_stream_settings
from homeassistant.components.stream import Stream
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.setup import async_setup_component
from tests.simulator.client import Simulator

from .accounts import find
from .conftest import AddAccount

JPEG = b"\xff\xd8"


async def _paths(simulator: Simulator) -> list[str]:
    """Return what was asked of the simulator since the last time."""
    paths = [str(request["path"]).removeprefix("/integration-api") for request in await simulator.requests()]
    await simulator.forget_requests()
    return paths


@pytest.fixture
def every_address_is_old(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let addresses age in no time."""
    monkeypatch.setattr(camera_platform, "_ADDRESS_AGE", timedelta(seconds=-1))
    monkeypatch.setattr("custom_components.video_analytics.vendors.faceter.account._ADDRESS_AGE", timedelta(seconds=-1))


@pytest.fixture
async def front_door(hass: HomeAssistant, simulator: Simulator, add_account: AddAccount) -> str:
    """Set the account up and return its first camera."""
    entry = await add_account()
    camera, *_ = await simulator.cameras()
    await simulator.forget_requests()
    return find(hass, entry, "camera", "camera", camera)


async def _camera_id(simulator: Simulator) -> str:
    return str((await simulator.cameras())[0]["id"])


async def test_a_still_is_the_preview_of_this_moment(
    hass: HomeAssistant, simulator: Simulator, front_door: str
) -> None:
    first = await async_get_image(hass, front_door)
    assert first.content_type == "image/jpeg"
    assert first.content.startswith(JPEG)
    camera = await _camera_id(simulator)
    assert await _paths(simulator) == [f"/media/preview/{camera}.jpg"]

    await simulator.advance(10)
    second = await async_get_image(hass, front_door)
    assert second.content != first.content


async def test_the_key_is_never_sent_along_with_media(
    hass: HomeAssistant, simulator: Simulator, front_door: str
) -> None:
    await async_get_image(hass, front_door)
    media = [request for request in await simulator.requests() if str(request["path"]).startswith("/media")]
    assert media
    assert not any(request["leaked_key"] for request in media)


async def test_an_expired_preview_address_is_renewed_once(
    hass: HomeAssistant, simulator: Simulator, front_door: str
) -> None:
    await simulator.advance(3600)
    image = await async_get_image(hass, front_door)
    assert image.content.startswith(JPEG)
    camera = await _camera_id(simulator)
    preview = f"/media/preview/{camera}.jpg"
    assert await _paths(simulator) == [preview, f"/v1/cameras/{camera}", preview]


@pytest.mark.usefixtures("every_address_is_old")
async def test_an_old_preview_address_is_not_even_tried(
    hass: HomeAssistant, simulator: Simulator, front_door: str
) -> None:
    await async_get_image(hass, front_door)
    camera = await _camera_id(simulator)
    assert await _paths(simulator) == [f"/v1/cameras/{camera}", f"/media/preview/{camera}.jpg"]


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        ({"status": 404}, "does not know what was asked for"),
        ({"status": 403}, "does not know what was asked for"),
        ({"status": 500}, "does not answer"),
        ({"body": "html"}, "not as expected"),
        ({"body": "cut"}, "does not answer"),
    ],
)
async def test_a_still_that_cannot_be_had_says_why(
    hass: HomeAssistant, simulator: Simulator, front_door: str, fault: dict[str, Any], text: str
) -> None:
    await simulator.fault("GET /media/preview", **fault)
    with pytest.raises(HomeAssistantError, match=text):
        await async_get_image(hass, front_door)


async def test_a_camera_without_a_preview_says_so(hass: HomeAssistant, simulator: Simulator, front_door: str) -> None:
    await simulator.patch_camera(await _camera_id(simulator), previewUrl=None)
    await simulator.advance(3600)
    with pytest.raises(HomeAssistantError, match="the camera has none at present"):
        await async_get_image(hass, front_door)


class _Provider(CameraWebRTCProvider):
    """Asks for addresses as go2rtc does."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    @property
    @override
    def domain(self) -> str:
        return "provider"

    @override
    def async_is_supported(self, stream_source: str) -> bool:
        self.asked.append(stream_source)
        return False

    @override
    async def async_handle_async_webrtc_offer(
        self, camera: Camera, offer_sdp: str, session_id: str, send_message: WebRTCSendMessage
    ) -> None:
        raise NotImplementedError

    @override
    async def async_on_webrtc_candidate(self, session_id: str, candidate: object) -> None:
        raise NotImplementedError


@pytest.mark.usefixtures("every_address_is_old")
async def test_adding_cameras_answers_their_address_without_requests(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount
) -> None:
    assert await async_setup_component(hass, "camera", {})
    provider = _Provider()
    async_register_webrtc_provider(hass, provider)
    await add_account()
    assert len(provider.asked) == len(await simulator.cameras())
    assert await _paths(simulator) == ["/v1/cameras"]


async def test_the_address_of_the_last_poll_serves_while_it_is_fresh(
    hass: HomeAssistant, simulator: Simulator, front_door: str
) -> None:
    source = await async_get_stream_source(hass, front_door)
    assert source is not None
    assert source.endswith(".m3u8")
    assert await _paths(simulator) == []


@pytest.mark.usefixtures("every_address_is_old")
async def test_an_old_address_is_fetched_anew_when_it_is_used(
    hass: HomeAssistant, simulator: Simulator, front_door: str
) -> None:
    first = await async_get_stream_source(hass, front_door)
    second = await async_get_stream_source(hass, front_door)
    assert first != second
    assert await _paths(simulator) == [f"/v1/cameras/{await _camera_id(simulator)}"] * 2


@pytest.mark.usefixtures("every_address_is_old")
async def test_a_camera_without_live_video_has_no_address(
    hass: HomeAssistant, simulator: Simulator, front_door: str
) -> None:
    await simulator.patch_camera(await _camera_id(simulator), liveHlsUrl=None)
    assert await async_get_stream_source(hass, front_door) is None


@pytest.mark.usefixtures("every_address_is_old")
@pytest.mark.parametrize("fault", [{"status": 503}, {"latency": 1}], ids=["error", "no answer"])
async def test_an_old_address_is_better_than_none(
    hass: HomeAssistant,
    simulator: Simulator,
    front_door: str,
    monkeypatch: pytest.MonkeyPatch,
    fault: dict[str, Any],
) -> None:
    monkeypatch.setattr(camera_platform, "_ADDRESS_TIMEOUT", 0.8)
    await simulator.fault("GET /v1/cameras/", **fault)
    source = await async_get_stream_source(hass, front_door)
    assert source is not None
    assert source.endswith(".m3u8")


@pytest.mark.usefixtures("every_address_is_old")
@pytest.mark.parametrize(
    ("fault", "text"),
    [({"status": 404}, "may have been removed"), ({"latency": 1}, "does not answer")],
    ids=["error", "no answer"],
)
async def test_an_address_that_cannot_be_had_says_why(
    hass: HomeAssistant,
    simulator: Simulator,
    add_account: AddAccount,
    monkeypatch: pytest.MonkeyPatch,
    fault: dict[str, Any],
    text: str,
) -> None:
    monkeypatch.setattr(camera_platform, "_ADDRESS_TIMEOUT", 0.8)
    camera, *_ = await simulator.cameras()
    await simulator.patch_camera(str(camera["id"]), liveHlsUrl=None)
    entity_id = find(hass, await add_account(), "camera", "camera", camera)
    await simulator.fault("GET /v1/cameras/", **fault)
    with pytest.raises(HomeAssistantError, match=text):
        await async_get_stream_source(hass, entity_id)


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
    await hass.async_block_till_done(wait_background_tasks=True)
    assert stream.source == source
    await _stop(stream)


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
    await hass.async_block_till_done(wait_background_tasks=True)
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


async def test_a_stream_of_stills_ends_when_there_are_none(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    simulator: Simulator,
    front_door: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    client = await hass_client()
    await simulator.fault("GET /media/preview", status=500)
    response = await client.get(f"/api/camera_proxy_stream/{front_door}")
    assert response.status == 200
    assert await response.read() == b""
    assert "Traceback" not in caplog.text

    await simulator.clear_faults()
    response = await client.get(f"/api/camera_proxy_stream/{front_door}")
    assert JPEG in await response.content.read(4096)
    response.close()
