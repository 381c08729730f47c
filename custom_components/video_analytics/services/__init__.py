"""Actions: thin; they validate, find the account, call the capability and translate errors."""

from homeassistant.core import HomeAssistant, callback

from . import documents, dossiers, events, exports, faces, photo_people, photos, recordings, reports


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register all actions."""
    documents.async_setup(hass)
    dossiers.async_setup(hass)
    events.async_setup(hass)
    exports.async_setup(hass)
    faces.async_setup(hass)
    photo_people.async_setup(hass)
    photos.async_setup(hass)
    recordings.async_setup(hass)
    reports.async_setup(hass)
