"""The condition on what lines and areas count."""

from types import MappingProxyType
from typing import override

from homeassistant.components.sensor import DOMAIN as SENSOR
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.automation import DomainSpec
from homeassistant.helpers.condition import EntityNumericalConditionBase

from ..const import DOMAIN


class AreaCountCondition(EntityNumericalConditionBase):
    """Tests the counts of lines and areas, which are states of sensors, against a threshold."""

    _domain_specs = MappingProxyType({SENSOR: DomainSpec()})

    @override
    def entity_filter(self, entities: set[str]) -> set[str]:
        """Leave out a camera's other sensors."""
        return {entity_id for entity_id in super().entity_filter(entities) if self._counts(entity_id)}

    def _counts(self, entity_id: str) -> bool:
        entity = er.async_get(self._hass).async_get(entity_id)
        if entity is None or entity.platform != DOMAIN:
            return False
        _, zone, rest = entity.unique_id.partition("_zone_")
        return bool(zone) and "_count_" in rest
