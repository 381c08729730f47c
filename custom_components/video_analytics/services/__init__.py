"""Actions: thin; they validate, find the account, call the capability and translate errors."""

from homeassistant.core import HomeAssistant, callback

from . import events, exports, recordings, reports


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register all actions."""
    events.async_setup(hass)
    exports.async_setup(hass)
    recordings.async_setup(hass)
    reports.async_setup(hass)
