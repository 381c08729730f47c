"""Sensors of watched people: when and where each was seen or photographed last, and what the vendor knows of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import override

from homeassistant.components.sensor import SensorDeviceClass, SensorEntity, SensorEntityDescription, SensorStateClass
from homeassistant.const import MAX_LENGTH_STATE_STATE, PERCENTAGE, EntityCategory

from .people import Sighting
from .person_entity import OfPerson, PersonEntity
from .vendors.models.state import Person


@dataclass(frozen=True, kw_only=True)
class PersonSensorDescription(OfPerson, SensorEntityDescription):
    """Describes what is known of where a watched person was."""

    value: Callable[[Sighting], str | float | datetime | None]


@dataclass(frozen=True, kw_only=True)
class KnownPersonSensorDescription(OfPerson, SensorEntityDescription):
    """Describes what the vendor knows of somebody who is watched by id."""

    value: Callable[[Person], str | int | date | datetime | None]


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
    PersonSensorDescription(
        key="confidence",
        translation_key="confidence",
        native_unit_of_measurement=PERCENTAGE,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=0,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value=lambda sighting: None if (share := sighting.told.moment.confidence) is None else round(share * 100, 1),
        exists=lambda person, known: person.has_id,
    ),
)

KNOWN_PERSON_SENSORS = (
    KnownPersonSensorDescription(
        key="tags",
        translation_key="tags",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value=lambda person: ", ".join(person.tags)[:MAX_LENGTH_STATE_STATE] or "untagged",
        exists=lambda person, known: person.has_id,
    ),
    KnownPersonSensorDescription(
        key="last_photographed",
        translation_key="last_photographed",
        device_class=SensorDeviceClass.TIMESTAMP,
        of_photos=True,
        value=lambda person: person.last_photographed,
    ),
    KnownPersonSensorDescription(
        key="photos",
        translation_key="photos",
        state_class=SensorStateClass.MEASUREMENT,
        of_photos=True,
        value=lambda person: person.photos,
    ),
    KnownPersonSensorDescription(
        key="birthday",
        translation_key="birthday",
        device_class=SensorDeviceClass.DATE,
        of_photos=True,
        value=lambda person: person.birthday,
        exists=lambda person, known: known is not None and known.birthday is not None,
    ),
)


class PersonSensor(PersonEntity, SensorEntity):
    """When or where a watched person was seen last."""

    entity_description: PersonSensorDescription

    @property
    @override
    def native_value(self) -> str | float | datetime | None:
        return self.entity_description.value(self.last) if self.last else None


class KnownPersonSensor(PersonEntity, SensorEntity):
    """What the vendor knows of a watched person."""

    entity_description: KnownPersonSensorDescription

    @property
    @override
    def native_value(self) -> str | int | date | datetime | None:
        known = self.known
        return self.entity_description.value(known) if known and known.name is not None else None
