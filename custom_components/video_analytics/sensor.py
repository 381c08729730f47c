"""Sensors."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import override

from homeassistant.components.sensor import SensorDeviceClass, SensorEntity, SensorEntityDescription, SensorStateClass
from homeassistant.const import EntityCategory, UnitOfTime
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import Totals
from .entity import AccountEntity, CameraEntity, OfCamera, add_camera_entities
from .runtime import AccountConfigEntry
from .vendors.models.state import Camera, Feature

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
)


async def async_setup_entry(
    hass: HomeAssistant, entry: AccountConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Set up the sensors of an account."""
    coordinator = entry.runtime_data.coordinator
    async_add_entities(AccountSensor(coordinator, description) for description in ACCOUNT_SENSORS)
    add_camera_entities(entry, async_add_entities, CAMERA_SENSORS, CameraSensor)


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
