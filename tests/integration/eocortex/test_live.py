"""Live video and stills."""

from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any

from PIL import Image
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator
from yarl import URL

from custom_components.video_analytics.vendors.eocortex.client.root import RootApi
from homeassistant.components.camera import (
    CameraEntityFeature,
    async_get_image,
    async_get_stream_source,
    async_request_stream,
    helper,
)
from homeassistant.components.stream import Stream
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from tests.simulator.client import Simulator

from ..accounts import find
from ..conftest import AddAccount
from ..test_stream import _segments as segments, _stop as stop, _stream as stream_of, _until as until
from .conftest import Later
from .system import FIRST, asked


@pytest.fixture
async def camera(simulator: Simulator) -> str:
    """A camera with two streams and sound, at the first server."""
    return str((await simulator.cameras())[0]["Id"])


@pytest.fixture
def rtsp(simulator: Simulator) -> None:
    """Skip where there is no GStreamer to serve RTSP."""
    if missing := simulator.announced["rtsp_missing"]:
        pytest.skip(str(missing))


@pytest.fixture
async def ended(hass: HomeAssistant) -> AsyncIterator[list[str]]:
    """Cameras whose streams end with the test."""
    cameras: list[str] = []
    yield cameras
    for entity_id in cameras:
        if stream := helper.get_camera_from_entity_id(hass, entity_id).stream:
            await stop(stream)


async def play(hass: HomeAssistant, hass_client: ClientSessionGenerator, entity_id: str) -> Stream:
    """Watch until video arrives."""
    assert b"moof" in await segments(hass_client, await async_request_stream(hass, entity_id, "hls"))
    return stream_of(hass, entity_id)


@pytest.mark.usefixtures("rtsp")
async def test_live_video_plays_over_rtsp(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    add_account: AddAccount,
    camera: str,
    ended: list[str],
) -> None:
    entity_id = find(hass, await add_account(), "camera", "camera", camera)
    ended.append(entity_id)
    stream = await play(hass, hass_client, entity_id)
    assert stream.source.startswith("rtsp://127.0.0.1:")
    assert "sound=on" in stream.source


@pytest.mark.usefixtures("rtsp")
async def test_the_sub_stream_plays_over_rtsp(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    add_account: AddAccount,
    entity_registry: er.EntityRegistry,
    camera: str,
    ended: list[str],
) -> None:
    entry = await add_account()
    entity_id = find(hass, entry, "camera", "sub_stream", camera)
    entity_registry.async_update_entity(entity_id, disabled_by=None)
    await hass.config_entries.async_reload(entry.entry_id)
    ended.append(entity_id)
    stream = await play(hass, hass_client, entity_id)
    assert "streamtype=alternative" in stream.source


async def test_live_video_plays_over_hls_where_rtsp_is_off(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    simulator: Simulator,
    add_account: AddAccount,
    camera: str,
    ended: list[str],
) -> None:
    await simulator.setup(rtsp=False)
    entity_id = find(hass, await add_account(), "camera", "camera", camera)
    ended.append(entity_id)
    counted = await asked(simulator)
    assert not [path for _, path in counted if path == "GET /hls"]  # only when somebody watches

    stream = await play(hass, hass_client, entity_id)
    assert stream.source.startswith(f"{simulator.url}/hls/")
    assert (await asked(simulator))[FIRST, "GET /hls"] == 1


async def test_everybody_who_watches_over_hls_has_a_session(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount, camera: str
) -> None:
    await simulator.setup(rtsp=False)
    entity_id = find(hass, await add_account(), "camera", "camera", camera)
    first = await async_get_stream_source(hass, entity_id)
    assert first
    assert first != await async_get_stream_source(hass, entity_id)


async def test_a_stream_that_nobody_watched_starts_with_a_new_session(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    simulator: Simulator,
    add_account: AddAccount,
    camera: str,
    ended: list[str],
) -> None:
    await simulator.setup(rtsp=False)
    entity_id = find(hass, await add_account(), "camera", "camera", camera)
    ended.append(entity_id)
    stream = await play(hass, hass_client, entity_id)
    source = stream.source
    await stop(stream)
    assert (await play(hass, hass_client, entity_id)).source != source


async def test_where_rtsp_fails_hls_plays(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    simulator: Simulator,
    add_account: AddAccount,
    camera: str,
    ended: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("homeassistant.components.stream.STREAM_RESTART_INCREMENT", 1)
    monkeypatch.setattr(RootApi, "rtsp", lambda *camera, **options: URL("rtsp://127.0.0.1:1/rtsp"))
    entity_id = find(hass, await add_account(), "camera", "camera", camera)
    ended.append(entity_id)
    url = await async_request_stream(hass, entity_id, "hls")
    stream = stream_of(hass, entity_id)
    assert stream.source.startswith("rtsp://")
    await until(lambda: stream.source.startswith(f"{simulator.url}/hls/"))
    assert b"moof" in await segments(hass_client, url)


async def test_mjpeg_alone_cannot_be_played_but_gives_stills(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount, camera: str
) -> None:
    await simulator.setup(rtsp=False, hls=False)
    entity_id = find(hass, await add_account(), "camera", "camera", camera)
    assert helper.get_camera_from_entity_id(hass, entity_id).supported_features == CameraEntityFeature(0)
    assert await async_get_stream_source(hass, entity_id) is None
    assert (await async_get_image(hass, entity_id)).content_type == "image/jpeg"


async def test_video_that_is_switched_on_later_can_be_played(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount, camera: str, later: Later
) -> None:
    await simulator.setup(rtsp=False, hls=False)
    entry = await add_account()
    await simulator.setup(hls=True)
    later(601)
    await entry.runtime_data.coordinator.async_refresh()
    entity_id = find(hass, entry, "camera", "camera", camera)
    assert helper.get_camera_from_entity_id(hass, entity_id).supported_features == CameraEntityFeature.STREAM
    assert await async_get_stream_source(hass, entity_id)


@pytest.mark.parametrize("width", [None, 320, 640])
async def test_a_still_has_the_asked_width(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount, camera: str, width: int | None
) -> None:
    entity_id = find(hass, await add_account(), "camera", "camera", camera)
    await asked(simulator)
    still = await async_get_image(hass, entity_id, width=width)
    assert still.content_type == "image/jpeg"
    assert (await asked(simulator))[FIRST, "GET /site"] == 1
    if width:
        assert Image.open(BytesIO(still.content)).width == width


@pytest.mark.parametrize(
    "quirks", [{"offline_still": "page"}, {"offline_still": "empty"}, {"offline_still": "404"}], ids=str
)
async def test_what_is_no_picture_is_an_error(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount, camera: str, quirks: dict[str, Any]
) -> None:
    await simulator.quirks(**quirks)
    entity_id = find(hass, await add_account(), "camera", "camera", camera)
    await simulator.patch_camera(camera, online=False)
    with pytest.raises(HomeAssistantError, match="GET /site"):
        await async_get_image(hass, entity_id)


async def test_a_still_of_any_type_is_a_picture(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount, camera: str
) -> None:
    await simulator.quirks(image_type=False)
    entity_id = find(hass, await add_account(), "camera", "camera", camera)
    assert (await async_get_image(hass, entity_id)).content.startswith(b"\xff\xd8")


async def test_stills_and_video_come_from_the_cameras_own_server(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount
) -> None:
    await simulator.quirks(foreign_cameras=False)
    await simulator.setup(rtsp=False)
    entry = await add_account()
    urls = {str(server["id"]): str(server["url"]) for server in await simulator.servers()}
    for row in (await simulator.cameras())[:4]:
        entity_id = find(hass, entry, "camera", "camera", row["Id"])
        assert (await async_get_image(hass, entity_id)).content_type == "image/jpeg"
        source = await async_get_stream_source(hass, entity_id)
        assert source
        assert source.startswith(urls[row["AttachedToServer"]])


async def test_a_server_that_gives_no_session_says_why(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount, camera: str
) -> None:
    await simulator.setup(rtsp=False)
    entity_id = find(hass, await add_account(), "camera", "camera", camera)
    await simulator.fault("GET /hls", status=503)
    with pytest.raises(HomeAssistantError, match="does not answer"):
        await async_get_stream_source(hass, entity_id)


@pytest.mark.parametrize("rtsp_on", [True, False], ids=["rtsp", "hls"])
async def test_a_stream_that_fails_logs_no_password(
    hass: HomeAssistant,
    simulator: Simulator,
    add_account: AddAccount,
    camera: str,
    ended: list[str],
    rtsp_on: bool,
    caplog: pytest.LogCaptureFixture,
) -> None:
    if rtsp_on and simulator.announced["rtsp_missing"]:
        pytest.skip(str(simulator.announced["rtsp_missing"]))
    await simulator.setup(rtsp=rtsp_on)
    entity_id = find(hass, await add_account(), "camera", "camera", camera)
    ended.append(entity_id)
    if rtsp_on:
        await simulator.patch_camera(camera, online=False)
    else:
        await simulator.fault("GET /hls/", status=404)
    await async_request_stream(hass, entity_id, "hls")
    stream = stream_of(hass, entity_id)
    await until(lambda: not stream.available)
    assert "Error from stream worker" in caplog.text
