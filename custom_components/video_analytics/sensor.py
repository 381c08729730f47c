"""Sensors."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import override

from homeassistant.components.sensor import SensorDeviceClass, SensorEntity, SensorEntityDescription, SensorStateClass
from homeassistant.const import MAX_LENGTH_STATE_STATE, EntityCategory, Platform, UnitOfDataRate, UnitOfTime
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util.json import JsonObjectType

from .account import shows_cameras
from .coordinator import AccountCoordinator, Totals, Whole
from .counting_sensors import VISITORS_SENSORS, CountSensor, VisitorsSensor, counts_of
from .entity import (
    CAMERAS,
    LIBRARIES,
    LICENSES,
    VISITORS,
    ZONES,
    AccountEntity,
    CameraEntity,
    LicenseEntity,
    Of,
    OfCamera,
    add_camera_entities,
    add_entities,
)
from .exports import ExportManager
from .library_sensors import LIBRARY_SENSORS, LibrarySensor
from .moment_entity import CameraMomentEntity, OfCameraMoments, SourceEntity, add_moment_entities, add_source_entities
from .moments import Slot, Told
from .person_entity import add_person_entities
from .person_sensors import KNOWN_PERSON_SENSORS, PERSON_SENSORS, KnownPersonSensor, PersonSensor
from .plates import normalised_plate
from .runtime import AccountConfigEntry
from .vendors.models.moments import Moment, Source, SourceStatus
from .vendors.models.state import Camera, Feature, License, Part, StreamIssue

PARALLEL_UPDATES = 0

type SensorValue = int | float | str | datetime | None


@dataclass(frozen=True, kw_only=True)
class AccountSensorDescription(SensorEntityDescription):
    """Describes a sensor of an account."""

    value: Callable[[Totals], SensorValue]


@dataclass(frozen=True, kw_only=True)
class CameraSensorDescription(OfCamera, SensorEntityDescription):
    """Describes a sensor of a camera."""

    value: Callable[[Camera], SensorValue]


@dataclass(frozen=True, kw_only=True)
class LicenseSensorDescription(Of[License], SensorEntityDescription):
    """Describes a sensor of one kind of licence."""

    value: Callable[[License], SensorValue]


@dataclass(frozen=True, kw_only=True)
class ExportSensorDescription(SensorEntityDescription):
    """Describes a sensor of an account's exports."""

    value: Callable[[ExportManager], SensorValue]


ACCOUNT_SENSORS = (
    AccountSensorDescription(
        key="cameras_online",
        translation_key="cameras_online",
        state_class=SensorStateClass.MEASUREMENT,
        value=lambda totals: totals.online,
    ),
    AccountSensorDescription(
        key="cameras_total",
        translation_key="cameras_total",
        state_class=SensorStateClass.MEASUREMENT,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value=lambda totals: totals.cameras,
    ),
)

CAMERA_SENSORS = (
    CameraSensorDescription(
        key="archive_depth",
        translation_key="archive_depth",
        device_class=SensorDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.DAYS,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value=lambda camera: camera.archive_depth.days if camera.archive_depth else None,
        exists=lambda camera: Feature.ARCHIVE in camera.supports and camera.archive_depth is not None,
    ),
    CameraSensorDescription(
        key="last_online",
        translation_key="last_online",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value=lambda camera: camera.last_online,
        exists=lambda camera: Feature.LAST_ONLINE in camera.supports,
    ),
    CameraSensorDescription(
        key="access_expires",
        translation_key="access_expires",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        value=lambda camera: camera.access_expires,
        exists=lambda camera: camera.access_expires is not None,
    ),
    CameraSensorDescription(
        key="receive_rate",
        translation_key="receive_rate",
        device_class=SensorDeviceClass.DATA_RATE,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfDataRate.MEGABITS_PER_SECOND,
        suggested_display_precision=2,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value=lambda camera: camera.receive_rate,
        exists=lambda camera: Feature.RATES in camera.supports,
        part=Part.CAMERA_STATUS,
    ),
    CameraSensorDescription(
        key="record_rate",
        translation_key="record_rate",
        device_class=SensorDeviceClass.DATA_RATE,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfDataRate.MEGABITS_PER_SECOND,
        suggested_display_precision=2,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value=lambda camera: camera.record_rate,
        exists=lambda camera: Feature.RATES in camera.supports,
        part=Part.CAMERA_STATUS,
    ),
    CameraSensorDescription(
        key="stream_issue",
        translation_key="stream_issue",
        device_class=SensorDeviceClass.ENUM,
        options=[issue.value for issue in StreamIssue],
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value=lambda camera: camera.stream_issue,
        exists=lambda camera: Feature.PROBLEM in camera.supports,
        part=Part.CAMERA_STATUS,
    ),
)

LICENSE_SENSORS = (
    LicenseSensorDescription(
        key="licenses_used",
        translation_key="licenses_used",
        state_class=SensorStateClass.MEASUREMENT,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value=lambda license: license.used,
        part=Part.LICENSES,
    ),
    LicenseSensorDescription(
        key="licenses_total",
        translation_key="licenses_total",
        state_class=SensorStateClass.MEASUREMENT,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value=lambda license: license.total,
        part=Part.LICENSES,
    ),
)


@dataclass(frozen=True, kw_only=True)
class SourceSensorDescription(SensorEntityDescription):
    """Describes a sensor of how an account's moments arrive."""

    value: Callable[[SourceStatus], SensorValue]
    exists: Callable[[SourceStatus], bool] = lambda status: True


@dataclass(frozen=True, kw_only=True)
class LastSensorDescription(OfCameraMoments, SensorEntityDescription):
    """Describes who or what was seen last at a camera."""

    value: Callable[[Moment], str | None]


SOURCE_SENSORS = (
    SourceSensorDescription(
        key="event_source",
        translation_key="event_source",
        device_class=SensorDeviceClass.ENUM,
        options=[source.value for source in Source],
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value=lambda status: status.source.value,
    ),
    SourceSensorDescription(
        key="event_delay",
        translation_key="event_delay",
        device_class=SensorDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.SECONDS,
        suggested_display_precision=1,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value=lambda status: round(status.expected_delay.total_seconds(), 1) if status.expected_delay else None,
        exists=lambda status: status.source is not Source.PUSH,
    ),
)

LAST_SENSORS = (
    LastSensorDescription(
        key="last_face",
        translation_key="last_face",
        slot=Slot.FACE,
        value=lambda moment: moment.subject,
        exists=lambda camera: Feature.FACES in camera.supports,
    ),
    LastSensorDescription(
        key="last_plate",
        translation_key="last_plate",
        slot=Slot.PLATE,
        value=lambda moment: normalised_plate(moment.subject) if moment.subject else None,
        exists=lambda camera: Feature.PLATES in camera.supports,
    ),
)


EXPORT_SENSORS = (
    ExportSensorDescription(
        key="exports_running",
        translation_key="exports_running",
        state_class=SensorStateClass.MEASUREMENT,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value=lambda exports: len(exports.open_jobs),
    ),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: AccountConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Set up the sensors of an account."""
    coordinator = entry.runtime_data.coordinator
    if shows_cameras(coordinator.account, coordinator.data):
        async_add_entities(AccountSensor(coordinator, description) for description in ACCOUNT_SENSORS)
    add_camera_entities(entry, async_add_entities, CAMERA_SENSORS, CameraSensor)
    add_entities(LICENSES, entry, async_add_entities, LICENSE_SENSORS, LicenseSensor)
    add_entities(LIBRARIES, entry, async_add_entities, LIBRARY_SENSORS, LibrarySensor)
    add_entities(ZONES, entry, async_add_entities, counts_of, CountSensor)
    add_entities(VISITORS, entry, async_add_entities, VISITORS_SENSORS, VisitorsSensor)
    add_moment_entities(hass, entry, Platform.SENSOR, async_add_entities, CAMERAS, LAST_SENSORS, LastSensor)
    add_person_entities(entry, async_add_entities, PERSON_SENSORS, PersonSensor)
    add_person_entities(entry, async_add_entities, KNOWN_PERSON_SENSORS, KnownPersonSensor)
    if exports := entry.runtime_data.exports:
        async_add_entities(ExportSensor(coordinator, description, exports) for description in EXPORT_SENSORS)
    add_source_entities(hass, entry, Platform.SENSOR, async_add_entities, SOURCE_SENSORS, SourceSensor)


class AccountSensor(AccountEntity, SensorEntity):
    """A sensor of an account."""

    entity_description: AccountSensorDescription

    @property
    @override
    def native_value(self) -> SensorValue:
        return self.entity_description.value(self.coordinator.totals)


class CameraSensor(CameraEntity, SensorEntity):
    """A sensor of a camera."""

    entity_description: CameraSensorDescription

    @property
    @override
    def native_value(self) -> SensorValue:
        return self.entity_description.value(self.subject)


class LicenseSensor(LicenseEntity, SensorEntity):
    """A sensor of one kind of licence."""

    entity_description: LicenseSensorDescription

    @property
    @override
    def native_value(self) -> SensorValue:
        return self.entity_description.value(self.subject)


class SourceSensor(SourceEntity, SensorEntity):
    """A sensor of how an account's moments arrive."""

    entity_description: SourceSensorDescription

    @property
    @override
    def native_value(self) -> SensorValue:
        return self.entity_description.value(self.hub.status)


class ExportSensor(AccountEntity, SensorEntity):
    """A sensor of an account's exports."""

    entity_description: ExportSensorDescription
    _unrecorded_attributes = frozenset({"exports"})

    def __init__(
        self, coordinator: AccountCoordinator, description: ExportSensorDescription, exports: ExportManager
    ) -> None:
        """Belong to an account."""
        super().__init__(coordinator, description, Whole.AVAILABILITY)
        self._exports = exports

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self.async_on_remove(self._exports.async_subscribe(self.async_write_ha_state))

    @property
    @override
    def native_value(self) -> SensorValue:
        return self.entity_description.value(self._exports)

    @property
    @override
    def extra_state_attributes(self) -> dict[str, list[JsonObjectType]]:
        return {
            "exports": [
                {
                    "camera": job.camera_name,
                    "media": job.media.value,
                    "status": job.stage.value,
                    "progress": job.progress,
                }
                for job in self._exports.open_jobs
            ]
        }


class LastSensor(CameraMomentEntity, SensorEntity):
    """Who or what was seen last at a camera, or that it was not recognized."""

    entity_description: LastSensorDescription

    @property
    @override
    def native_value(self) -> SensorValue:
        if (last := self.hub.last(self.item, self.entity_description.slot)) is None:
            return None
        return (self.entity_description.value(last.moment) or "unrecognized")[:MAX_LENGTH_STATE_STATE]

    @callback
    @override
    def _told(self, told: Told) -> None:
        if told is self.hub.last(self.item, self.entity_description.slot):
            self.async_write_ha_state()
