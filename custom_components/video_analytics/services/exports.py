"""Exports, and what is recorded to be exported."""

from homeassistant.core import HomeAssistant, callback


@callback
def async_setup(hass: HomeAssistant) -> None:
    """Register the actions."""
