"""Sensors of watched people: when and where each was seen last."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import override

from homeassistant.components.sensor import SensorDeviceClass, SensorEntity, SensorEntityDescription
from homeassistant.const import MAX_LENGTH_STATE_STATE

from .people import Sighting
from .person_entity import PersonEntity


@dataclass(frozen=True, kw_only=True)
class PersonSensorDescription(SensorEntityDescription):
    """Describes what is known of where a watched person was."""

    value: Callable[[Sighting], str | datetime | None]


PERSON_SENSORS = (
    PersonSensorDescription(
        key="last_seen",
        translation_key="last_seen",
        device_class=SensorDeviceClass.TIMESTAMP,
        value=lambda sighting: sighting.told.moment.start,
    ),
    PersonSensorDescription(
        key="last_seen_at",
        translation_key="last_seen_at",
        value=lambda sighting: sighting.place[:MAX_LENGTH_STATE_STATE] if sighting.place else None,
    ),
)


class PersonSensor(PersonEntity, SensorEntity):
    """When or where a watched person was seen last."""

    entity_description: PersonSensorDescription

    @property
    @override
    def native_value(self) -> str | datetime | None:
        return self.entity_description.value(self.last) if self.last else None
