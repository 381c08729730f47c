"""Cameras: live video and stills."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import override

from homeassistant.components.camera import Camera, CameraEntityDescription
from homeassistant.components.camera.const import CameraEntityFeature
from homeassistant.components.stream import Stream
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import AccountConfigEntry, AccountCoordinator
from .entity import CameraEntity, add_camera_entities
from .exceptions import translated_errors
from .vendors.errors import VendorError
from .vendors.models.media import StreamAddress, StreamKind
from .vendors.models.state import Camera as CameraState, Feature

PARALLEL_UPDATES = 0

_ADDRESS_AGE = timedelta(seconds=30)
_STILL_INTERVAL = 2.0


@dataclass(frozen=True, kw_only=True)
class StreamDescription(CameraEntityDescription):
    """Describes one of a camera's streams."""

    stream: StreamKind
    feature: Feature


STREAMS = (
    StreamDescription(key="camera", name=None, stream=StreamKind.MAIN, feature=Feature.LIVE),
    StreamDescription(
        key="sub_stream",
        translation_key="sub_stream",
        entity_registry_enabled_default=False,
        stream=StreamKind.SUB,
        feature=Feature.SUB_STREAM,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: AccountConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Set up the cameras of an account."""
    add_camera_entities(
        entry,
        async_add_entities,
        STREAMS,
        lambda description, camera: description.feature in camera.supports,
        LiveCamera,
    )


class LiveCamera(CameraEntity, Camera):
    """One stream of a camera."""

    entity_description: StreamDescription
    _attr_supported_features = CameraEntityFeature.STREAM
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
        if (live := self.coordinator.account.live) is None:
            return None
        addresses = live.addresses(self.subject.id, self.entity_description.stream)
        if not self._being_added and (not addresses or _is_old(addresses[0])):
            with translated_errors():
                addresses = await live.open(self.subject.id, self.entity_description.stream)
        return self._choose(addresses)

    @override
    async def async_create_stream(self) -> Stream | None:
        if (stream := self.stream) and not stream.outputs():
            # Nobody has watched for a while: the stream would start with the address of that time.
            stream.source = await self.stream_source() or stream.source
        stream = await super().async_create_stream()
        if stream:
            stream.set_update_callback(self._stream_changed)
        return stream

    @override
    async def async_will_remove_from_hass(self) -> None:
        """Let no stream outlive its camera; Home Assistant would leave it to whoever watches."""
        await super().async_will_remove_from_hass()
        if (stream := self.stream) is None:
            return
        self.stream = None
        stream.set_update_callback(lambda: None)
        stream.dynamic_stream_settings.preload_stream = False
        for provider in stream.outputs().values():
            await stream.remove_provider(provider)

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
        if self.stream and (source := self._choose(addresses)):
            # Not `update_source`: that would end a stream that waits for its next try.
            self.stream.source = source

    def _choose(self, addresses: tuple[StreamAddress, ...]) -> str | None:
        if not addresses:
            return None
        return addresses[self._failures % len(addresses)].url.reveal()


def _is_old(address: StreamAddress) -> bool:
    now = datetime.now(UTC)
    return now - address.fetched > _ADDRESS_AGE or (address.expires is not None and address.expires <= now)
