"""Sensors of a photo library."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, override

from homeassistant.components.sensor import SensorDeviceClass, SensorEntity, SensorEntityDescription, SensorStateClass
from homeassistant.const import EntityCategory, UnitOfInformation

from .entity import LibraryEntity, Of
from .vendors.models.state import Library, Part


@dataclass(frozen=True, kw_only=True)
class LibrarySensorDescription(Of[Library], SensorEntityDescription):
    """Describes a sensor of a photo library."""

    value: Callable[[Library], int | datetime | None]
    since: Callable[[Library], datetime | None] = lambda library: None
    """When what it sums up began anew."""
    attributes: Callable[[Library], dict[str, Any] | None] = lambda library: None


LIBRARY_SENSORS = (
    LibrarySensorDescription(
        key="items",
        translation_key="items",
        state_class=SensorStateClass.MEASUREMENT,
        value=lambda library: library.items,
    ),
    LibrarySensorDescription(
        key="named_people",
        translation_key="named_people",
        state_class=SensorStateClass.MEASUREMENT,
        value=lambda library: library.named_people,
    ),
    LibrarySensorDescription(
        key="taken_today",
        translation_key="taken_today",
        state_class=SensorStateClass.TOTAL,
        value=lambda library: library.taken_today,
        since=lambda library: library.today,
        part=Part.LIBRARY,
    ),
    LibrarySensorDescription(
        key="newest_photo",
        translation_key="newest_photo",
        device_class=SensorDeviceClass.TIMESTAMP,
        value=lambda library: library.newest_at,
        attributes=lambda library: {"place": library.newest_place},
    ),
    LibrarySensorDescription(
        key="storage_used",
        translation_key="storage_used",
        device_class=SensorDeviceClass.DATA_SIZE,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfInformation.BYTES,
        suggested_unit_of_measurement=UnitOfInformation.GIGABYTES,
        suggested_display_precision=2,
        entity_category=EntityCategory.DIAGNOSTIC,
        value=lambda library: library.storage_used,
        exists=lambda library: library.storage_used is not None,
    ),
    LibrarySensorDescription(
        key="storage_limit",
        translation_key="storage_limit",
        device_class=SensorDeviceClass.DATA_SIZE,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfInformation.BYTES,
        suggested_unit_of_measurement=UnitOfInformation.GIGABYTES,
        suggested_display_precision=0,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value=lambda library: library.storage_limit,
        exists=lambda library: library.storage_limit is not None,
    ),
    LibrarySensorDescription(
        key="pending_tasks",
        translation_key="pending_tasks",
        state_class=SensorStateClass.MEASUREMENT,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value=lambda library: library.pending_tasks,
        part=Part.TASKS,
    ),
)


class LibrarySensor(LibraryEntity, SensorEntity):
    """A sensor of a photo library."""

    entity_description: LibrarySensorDescription
    _unrecorded_attributes = frozenset({"place"})

    @property
    @override
    def native_value(self) -> int | datetime | None:
        return self.entity_description.value(self.subject)

    @property
    @override
    def last_reset(self) -> datetime | None:
        return self.entity_description.since(self.subject)

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any] | None:
        return self.entity_description.attributes(self.subject)
