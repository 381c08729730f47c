"""Cameras: live video and stills."""

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import override

from aiohttp import web
from yarl import URL

from homeassistant.components.camera import Camera, CameraEntityDescription, async_get_still_stream
from homeassistant.components.camera.const import CameraEntityFeature
from homeassistant.components.stream import Stream
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import AccountCoordinator
from .entity import CameraEntity, OfCamera, add_camera_entities
from .exceptions import translated, translated_errors
from .redaction import hide_addresses, stream_logger
from .runtime import AccountConfigEntry
from .vendors.errors import Unreachable, VendorError
from .vendors.models.media import StreamAddress, StreamKind, StreamProtocol
from .vendors.models.state import Camera as CameraState, Feature

PARALLEL_UPDATES = 0

_ADDRESS_AGE = timedelta(seconds=30)
_ADDRESS_TIMEOUT = 8.0
"""Seconds; Home Assistant itself gives up after ten."""
_STILL_INTERVAL = 2.0
_PLAYABLE = (StreamProtocol.RTSP, StreamProtocol.HLS)


@dataclass(frozen=True, kw_only=True)
class StreamDescription(OfCamera, CameraEntityDescription):
    """Describes one of a camera's streams."""

    stream: StreamKind
    plays: Feature
    """What a camera supports while this stream can be played; otherwise there are stills."""


STREAMS = (
    StreamDescription(
        key="camera",
        name=None,
        stream=StreamKind.MAIN,
        plays=Feature.LIVE,
        exists=lambda camera: not camera.supports.isdisjoint({Feature.LIVE, Feature.STILL}),
    ),
    StreamDescription(
        key="sub_stream",
        translation_key="sub_stream",
        entity_registry_enabled_default=False,
        stream=StreamKind.SUB,
        plays=Feature.SUB_STREAM,
        exists=lambda camera: Feature.SUB_STREAM in camera.supports,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: AccountConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Set up the cameras of an account."""
    add_camera_entities(entry, async_add_entities, STREAMS, LiveCamera)


class LiveCamera(CameraEntity, Camera):
    """One stream of a camera.

    Its availability is the camera's, not that of Home Assistant's stream: a stream that fails tries again by itself, and
    meanwhile there are stills.
    """

    entity_description: StreamDescription
    _attr_frame_interval = _STILL_INTERVAL

    def __init__(self, coordinator: AccountCoordinator, description: StreamDescription, camera: CameraState) -> None:
        """Show a camera."""
        CameraEntity.__init__(self, coordinator, description, camera)
        Camera.__init__(self)
        self._failures = 0
        self._being_added = False
        self._show(camera)

    def _show(self, camera: CameraState) -> None:
        self._attr_brand = camera.manufacturer or self.coordinator.vendor.manufacturer
        self._attr_model = camera.model
        self._attr_is_recording = camera.recording is True
        self._attr_is_streaming = camera.online is True
        plays = self.entity_description.plays in camera.supports
        self._attr_supported_features = CameraEntityFeature.STREAM if plays else CameraEntityFeature(0)

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        self._show(self.coordinator.data.cameras.get(self.subject.id, self.subject))
        super()._handle_coordinator_update()

    @property
    @override
    def available(self) -> bool:
        return super().available and self.subject.online is not False

    @override
    async def async_camera_image(self, width: int | None = None, height: int | None = None) -> bytes | None:
        if (stills := self.coordinator.account.stills) is None:
            return None
        with translated_errors():
            picture = await stills.still(self.subject.id, width=width)
        self.content_type = picture.content_type
        return picture.content

    @override
    async def handle_async_still_stream(self, request: web.Request, interval: float) -> web.StreamResponse:
        """End a stream of stills when one cannot be had; core would break off with a traceback."""

        async def still() -> bytes | None:
            try:
                return await self.async_camera_image()
            except HomeAssistantError:
                return None

        return await async_get_still_stream(request, still, self.content_type, interval)

    @override
    async def async_refresh_providers(self, *, write_state: bool = True) -> None:
        # Every camera is asked for its address when it is added, only to see which providers could play it.
        self._being_added = True
        try:
            await super().async_refresh_providers(write_state=write_state)
        finally:
            self._being_added = False

    @override
    async def stream_source(self) -> str | None:
        """Return the address of the last poll, or a fresh one when that is old and about to be used."""
        if address := self._choose(await self._addresses()):
            return address.url.reveal()
        return None

    async def _addresses(self) -> tuple[StreamAddress, ...]:
        if (live := self.coordinator.account.live) is None:
            return ()
        known = live.addresses(self.subject.id, self.entity_description.stream)
        if self._being_added or (known and not _is_old(known[0])):
            return known
        try:
            async with asyncio.timeout(_ADDRESS_TIMEOUT):
                return await live.open(self.subject.id, self.entity_description.stream)
        except (VendorError, TimeoutError) as error:
            # An old address may still play, and is better than none.
            if known:
                return known
            failure = error if isinstance(error, VendorError) else Unreachable("no answer in time")
            raise translated(HomeAssistantError, failure) from error

    @override
    async def async_create_stream(self) -> Stream | None:
        if (stream := self.stream) and not stream.outputs():
            # Nobody has watched for a while: the stream would start with the address of that time.
            self._failures = 0
            if address := self._choose(await self._addresses()):
                if URL(stream.source).scheme == URL(address.url.reveal()).scheme:
                    stream.source = address.url.reveal()
                else:
                    # Its options are those of the other protocol.
                    self.stream = None
        stream = await super().async_create_stream()
        if stream:
            hide_addresses(stream_logger(self.entity_id))
            stream.set_update_callback(self._stream_changed)
        return stream

    @override
    async def async_will_remove_from_hass(self) -> None:
        """Let no stream outlive its camera; Home Assistant would leave it to whoever watches."""
        await super().async_will_remove_from_hass()
        if stream := self.stream:
            self.stream = None
            stream.set_update_callback(lambda: None)
            # Not awaited: a stream that is being opened ends only when that has failed, which takes half a minute.
            self.hass.async_create_background_task(_end(stream), f"end the stream of {self.entity_id}")

    @callback
    def _stream_changed(self) -> None:
        """Look for another address when the stream has failed; it tries again by itself after a while."""
        if self.stream and not self.stream.available:
            self._failures += 1
            self.coordinator.config_entry.async_create_background_task(
                self.hass, self._replace_address(), f"new stream address of {self.entity_id}"
            )

    async def _replace_address(self) -> None:
        """Let a failed stream go on with a fresh address, of the next protocol where the camera has several."""
        live = self.coordinator.account.live
        try:
            addresses = await live.open(self.subject.id, self.entity_description.stream) if live else ()
        except VendorError:
            return
        if self.stream and (address := self._choose(addresses)):
            # Not `update_source`: that would end a stream that waits for its next try.
            self.stream.source = address.url.reveal()

    def _choose(self, addresses: tuple[StreamAddress, ...]) -> StreamAddress | None:
        """Return the best address that Home Assistant can play, after a failure the next best."""
        playable = [address for address in addresses if address.protocol in _PLAYABLE]
        return playable[self._failures % len(playable)] if playable else None


def _is_old(address: StreamAddress) -> bool:
    now = datetime.now(UTC)
    return now - address.fetched > _ADDRESS_AGE or (address.expires is not None and address.expires <= now)


async def _end(stream: Stream) -> None:
    # A copy: the settings are the user's preferences, which the camera keeps when it comes back.
    stream.dynamic_stream_settings = replace(stream.dynamic_stream_settings, preload_stream=False)
    for provider in stream.outputs().values():
        await stream.remove_provider(provider)
    await stream.stop()
