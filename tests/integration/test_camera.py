"""Live video and stills."""

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
)
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
