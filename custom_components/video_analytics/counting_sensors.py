"""Sensors of what is counted: things at lines and in areas, and visitors."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import override

from homeassistant.components.sensor import SensorEntity, SensorEntityDescription, SensorStateClass
from homeassistant.const import UnitOfRatio

from .coordinator import AccountCoordinator
from .entity import Of, VisitorsEntity, ZoneEntity
from .vendors.models.state import Part, Visitors, Zone, ZoneKind


@dataclass(frozen=True, kw_only=True)
class CountDescription(Of[Zone], SensorEntityDescription):
    """Describes the count of one class of things, by the vendor's name of the class."""

    counted: str


@dataclass(frozen=True, kw_only=True)
class VisitorsSensorDescription(Of[Visitors], SensorEntityDescription):
    """Describes a sensor of the visitors of a camera."""

    value: Callable[[Visitors], float | None]
    is_sum: bool = False
    """Whether it begins anew every day."""


_CLASSES = {
    "person": "count_person",
    "car": "count_car",
    "bus": "count_bus",
    "truck": "count_truck",
    "motorbike": "count_motorbike",
    "animal": "count_animal",
}
_OTHER = "count_other"
_SHARES = {
    "Female": "share_female",
    "Male": "share_male",
    "Young": "share_young",
    "Adult": "share_adult",
    "MiddleAged": "share_middle_aged",
    "Senior": "share_senior",
    "Positive": "share_positive",
    "Neutral": "share_neutral",
    "Negative": "share_negative",
}


@cache
def _count(kind: ZoneKind, counted: str) -> CountDescription:
    """Return how a class is counted: what crosses a line adds up until the vendor begins anew."""
    return CountDescription(
        key=f"count_{counted.lower()}",
        # A class that nobody has heard of has the vendor's name for it.
        translation_key=_CLASSES.get(counted.lower(), _OTHER),
        state_class=SensorStateClass.TOTAL_INCREASING if kind is ZoneKind.LINE else SensorStateClass.MEASUREMENT,
        counted=counted,
        part=Part.COUNTERS,
    )


def counts_of(zone: Zone) -> list[CountDescription]:
    """Return a description of each class that a line or an area counts."""
    return [_count(zone.kind, counted) for counted in zone.counts]


VISITORS_SENSORS = (
    VisitorsSensorDescription(
        key="visitors_today",
        translation_key="visitors_today",
        state_class=SensorStateClass.TOTAL,
        value=lambda visitors: visitors.total,
        is_sum=True,
        part=Part.VISITORS,
    ),
    VisitorsSensorDescription(
        key="unique_visitors_today",
        translation_key="unique_visitors_today",
        state_class=SensorStateClass.TOTAL,
        value=lambda visitors: visitors.unique,
        is_sum=True,
        part=Part.VISITORS,
    ),
    *(
        VisitorsSensorDescription(
            key=key,
            translation_key=key,
            state_class=SensorStateClass.MEASUREMENT,
            native_unit_of_measurement=UnitOfRatio.PERCENTAGE,
            suggested_display_precision=0,
            entity_registry_enabled_default=False,
            value=lambda visitors, share=share: visitors.shares.get(share),  # type: ignore[misc]
            part=Part.VISITORS,
        )
        for share, key in _SHARES.items()
    ),
)


class CountSensor(ZoneEntity, SensorEntity):
    """How many things of one class crossed a line, or are in an area."""

    entity_description: CountDescription

    def __init__(self, coordinator: AccountCoordinator, description: CountDescription, thing: Zone) -> None:
        """Name the class."""
        super().__init__(coordinator, description, thing)
        if description.translation_key == _OTHER:
            self._attr_translation_placeholders = {"class": description.counted}

    @property
    @override
    def native_value(self) -> int | None:
        return self.subject.counts.get(self.entity_description.counted)


class VisitorsSensor(VisitorsEntity, SensorEntity):
    """A sensor of the visitors of a camera."""

    entity_description: VisitorsSensorDescription

    @property
    @override
    def native_value(self) -> float | None:
        return self.entity_description.value(self.subject)

    @property
    @override
    def last_reset(self) -> datetime | None:
        return self.subject.since if self.entity_description.is_sum else None
