"""Events: written into the vendor's timeline, and read from it."""

from homeassistant.core import HomeAssistant, callback


@callback
def async_setup(hass: HomeAssistant) -> None:
    """Register the actions."""
