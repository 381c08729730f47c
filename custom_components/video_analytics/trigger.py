"""Triggers of our own; what each does is in the package `triggers`."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers.trigger import Trigger

from .triggers import TRIGGERS


async def async_get_triggers(hass: HomeAssistant) -> dict[str, type[Trigger]]:
    """Return them by their keys."""
    return TRIGGERS
