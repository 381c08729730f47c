"""Conditions of our own; what each does is in the package `conditions`."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers.condition import Condition

from .conditions import CONDITIONS


async def async_get_conditions(hass: HomeAssistant) -> dict[str, type[Condition]]:
    """Return them by their keys."""
    return CONDITIONS
