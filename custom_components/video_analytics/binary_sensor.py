"""Binary sensors."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import override

from homeassistant.components.binary_sensor import BinarySensorEntity, BinarySensorEntityDescription
from homeassistant.components.binary_sensor.const import BinarySensorDeviceClass
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .entity import CameraEntity, OfCamera, add_camera_entities
from .runtime import AccountConfigEntry
from .vendors.models.state import Camera

PARALLEL_UPDATES = 0


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
)


async def async_setup_entry(
    hass: HomeAssistant, entry: AccountConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Set up the binary sensors of an account."""
    add_camera_entities(entry, async_add_entities, CAMERA_BINARY_SENSORS, CameraBinarySensor)


class CameraBinarySensor(CameraEntity, BinarySensorEntity):
    """A binary sensor of a camera."""

    entity_description: CameraBinarySensorDescription

    @property
    @override
    def is_on(self) -> bool | None:
        return self.entity_description.value(self.subject)
