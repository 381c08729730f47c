"""Binary sensors."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import override

from homeassistant.components.binary_sensor import BinarySensorEntity, BinarySensorEntityDescription
from homeassistant.components.binary_sensor.const import BinarySensorDeviceClass
from homeassistant.const import EntityCategory, Platform
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.event import async_track_point_in_utc_time

from .coordinator import AccountCoordinator
from .entity import (
    CAMERAS,
    SERVERS,
    ZONES,
    CameraEntity,
    Of,
    OfCamera,
    ServerEntity,
    ZoneEntity,
    add_camera_entities,
    add_entities,
)
from .moment_entity import CameraMomentEntity, OfCameraMoments, SourceEntity, add_moment_entities, add_source_entities
from .moments import MomentHub, News, Slot, Told
from .person_entity import OfPerson, PersonEntity, add_person_entities
from .runtime import AccountConfigEntry
from .vendors.models.moments import MomentKind, Source, SourceStatus
from .vendors.models.state import Camera, Feature, Part, Server, StreamIssue, Zone, ZoneKind

PARALLEL_UPDATES = 0

_PROBLEMS: dict[StreamIssue | None, bool] = {
    StreamIssue.NONE: False,
    StreamIssue.MAIN: True,
    StreamIssue.SUB: True,
    StreamIssue.SOUND: True,
}
"""Whether an issue is a problem; while the vendor has not determined yet, nobody knows."""

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class CameraBinarySensorDescription(OfCamera, BinarySensorEntityDescription):
    """Describes a binary sensor of a camera."""

    value: Callable[[Camera], bool | None]


CAMERA_BINARY_SENSORS = (
    CameraBinarySensorDescription(
        key="connectivity",
        device_class=BinarySensorDeviceClass.CONNECTIVITY,
        entity_category=EntityCategory.DIAGNOSTIC,
        value=lambda camera: camera.online,
    ),
    CameraBinarySensorDescription(
        key="problem",
        device_class=BinarySensorDeviceClass.PROBLEM,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value=lambda camera: _PROBLEMS.get(camera.stream_issue),
        exists=lambda camera: Feature.PROBLEM in camera.supports,
        part=Part.CAMERA_STATUS,
    ),
)


@dataclass(frozen=True, kw_only=True)
class ServerBinarySensorDescription(Of[Server], BinarySensorEntityDescription):
    """Describes a binary sensor of a server."""

    value: Callable[[Server], bool | None]


SERVER_BINARY_SENSORS = (
    ServerBinarySensorDescription(
        key="connectivity",
        device_class=BinarySensorDeviceClass.CONNECTIVITY,
        entity_category=EntityCategory.DIAGNOSTIC,
        value=lambda server: server.online,
    ),
)


@dataclass(frozen=True, kw_only=True)
class ZoneBinarySensorDescription(Of[Zone], BinarySensorEntityDescription):
    """Describes a binary sensor of a line or an area."""

    value: Callable[[Zone], bool | None]


ZONE_BINARY_SENSORS = (
    ZoneBinarySensorDescription(
        key="occupied",
        translation_key="occupied",
        device_class=BinarySensorDeviceClass.OCCUPANCY,
        entity_registry_enabled_default=False,
        value=lambda zone: any(zone.counts.values()) if zone.counts else None,
        exists=lambda zone: zone.kind is ZoneKind.AREA,
        part=Part.COUNTERS,
    ),
)


@dataclass(frozen=True, kw_only=True)
class SourceBinarySensorDescription(BinarySensorEntityDescription):
    """Describes a binary sensor of how an account's moments arrive."""

    value: Callable[[SourceStatus], bool]
    exists: Callable[[SourceStatus], bool]


SOURCE_BINARY_SENSORS = (
    SourceBinarySensorDescription(
        key="event_stream",
        translation_key="event_stream",
        device_class=BinarySensorDeviceClass.CONNECTIVITY,
        entity_category=EntityCategory.DIAGNOSTIC,
        value=lambda status: status.connected and status.source is Source.PUSH,
        exists=lambda status: status.source is Source.PUSH,
    ),
)


@dataclass(frozen=True, kw_only=True)
class DetectionDescription(OfCameraMoments, BinarySensorEntityDescription):
    """Describes whether something is detected at a camera."""

    kinds: frozenset[MomentKind]
    ended_by: frozenset[MomentKind] = frozenset()


DETECTIONS = (
    DetectionDescription(
        key="motion",
        device_class=BinarySensorDeviceClass.MOTION,
        slot=Slot.MOTION,
        kinds=frozenset({MomentKind.MOTION, MomentKind.MOTION_STARTED}),
        ended_by=frozenset({MomentKind.MOTION_ENDED}),
        exists=lambda camera: Feature.MOTION in camera.supports,
    ),
    DetectionDescription(
        key="person",
        translation_key="person",
        device_class=BinarySensorDeviceClass.OCCUPANCY,
        kinds=frozenset({MomentKind.PERSON}),
        exists=lambda camera: Feature.PEOPLE in camera.supports,
    ),
    DetectionDescription(
        key="vehicle",
        translation_key="vehicle",
        entity_registry_enabled_default=False,
        kinds=frozenset({MomentKind.VEHICLE}),
        exists=lambda camera: Feature.VEHICLES in camera.supports,
    ),
    DetectionDescription(
        key="pet",
        translation_key="pet",
        entity_registry_enabled_default=False,
        kinds=frozenset({MomentKind.PET}),
        exists=lambda camera: Feature.PETS in camera.supports,
    ),
)


@dataclass(frozen=True, kw_only=True)
class PersonBinarySensorDescription(OfPerson, BinarySensorEntityDescription):
    """Describes a binary sensor of a watched person."""


PERSON_BINARY_SENSORS = (PersonBinarySensorDescription(key="seen_recently", translation_key="seen_recently"),)


async def async_setup_entry(
    hass: HomeAssistant, entry: AccountConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Set up the binary sensors of an account."""
    add_camera_entities(entry, async_add_entities, CAMERA_BINARY_SENSORS, CameraBinarySensor)
    add_entities(SERVERS, entry, async_add_entities, SERVER_BINARY_SENSORS, ServerBinarySensor)
    add_entities(ZONES, entry, async_add_entities, ZONE_BINARY_SENSORS, ZoneBinarySensor)
    add_moment_entities(hass, entry, Platform.BINARY_SENSOR, async_add_entities, CAMERAS, DETECTIONS, Detection)
    add_person_entities(entry, async_add_entities, PERSON_BINARY_SENSORS, SeenRecently)
    add_source_entities(
        hass, entry, Platform.BINARY_SENSOR, async_add_entities, SOURCE_BINARY_SENSORS, SourceBinarySensor
    )


class CameraBinarySensor(CameraEntity, BinarySensorEntity):
    """A binary sensor of a camera."""

    entity_description: CameraBinarySensorDescription

    @property
    @override
    def is_on(self) -> bool | None:
        return self.entity_description.value(self.subject)


class ServerBinarySensor(ServerEntity, BinarySensorEntity):
    """A binary sensor of a server."""

    entity_description: ServerBinarySensorDescription

    @property
    @override
    def is_on(self) -> bool | None:
        return self.entity_description.value(self.subject)


class ZoneBinarySensor(ZoneEntity, BinarySensorEntity):
    """A binary sensor of a line or an area."""

    entity_description: ZoneBinarySensorDescription

    @property
    @override
    def is_on(self) -> bool | None:
        return self.entity_description.value(self.subject)


class SourceBinarySensor(SourceEntity, BinarySensorEntity):
    """A binary sensor of how an account's moments arrive."""

    entity_description: SourceBinarySensorDescription

    @property
    @override
    def is_on(self) -> bool:
        return self.entity_description.value(self.hub.status)


class OnUntil(BinarySensorEntity):
    """On until a time that may be put off."""

    _cancel: CALLBACK_TYPE | None = None

    @property
    def _until(self) -> datetime:
        """Return until when it is on, or was."""
        raise NotImplementedError

    @property
    @override
    def is_on(self) -> bool:
        return self._until > datetime.now(UTC)

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self.async_on_remove(self._cancel_look)
        self._look_again()

    @callback
    def _look(self, _: datetime | None = None) -> None:
        self._look_again()
        self.async_write_ha_state()

    def _look_again(self) -> None:
        """Look again when it may turn off."""
        self._cancel_look()
        if self.is_on:
            self._cancel = async_track_point_in_utc_time(self.hass, self._look, self._until)

    @callback
    def _cancel_look(self) -> None:
        if self._cancel:
            self._cancel()
            self._cancel = None


class Detection(OnUntil, CameraMomentEntity):
    """On while something that was detected lasts, and for a while after it was told."""

    entity_description: DetectionDescription

    def __init__(
        self, coordinator: AccountCoordinator, description: DetectionDescription, camera: Camera, hub: MomentHub
    ) -> None:
        """Be on if something has lasted since before a restart."""
        super().__init__(coordinator, description, camera, hub)
        self._hold = timedelta(seconds=coordinator.options.detection_hold)
        self._held_until = _NEVER

    @property
    @override
    def _until(self) -> datetime:
        return max(self._held_until, self.hub.lasts_until(self.item, self.entity_description.kinds) or _NEVER)

    @callback
    @override
    def _told(self, told: Told) -> None:
        begins = told.moment.kind in self.entity_description.kinds
        if begins and told.news is News.LIVE:
            self._held_until = told.arrived + self._hold
        if begins or told.moment.kind in self.entity_description.ended_by:
            self._look()


class SeenRecently(OnUntil, PersonEntity):
    """On for a while after a watched person was seen."""

    @property
    @override
    def _until(self) -> datetime:
        return self.last.at + self.person.recently if self.last else _NEVER

    @callback
    @override
    def _noticed(self) -> None:
        self._look()
