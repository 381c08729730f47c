"""Pictures of moments: kept in memory and in the cache folder, and served to whoever is signed in."""

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback

from .account import Options
from .vendors.models.media import Picture


class PictureStore:
    """The pictures of one account."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, options: Options) -> None:
        """Nothing is read before `async_load`."""

    async def async_load(self) -> None:
        """Look what earlier runs kept."""

    async def async_close(self) -> None:
        """Write what is not written yet."""

    @callback
    def put(self, key: str, picture: Picture) -> str:
        """Keep a picture and return its id; the same key gives the same id. It can be fetched at once."""
        raise NotImplementedError

    def __contains__(self, picture: str) -> bool:
        """Tell whether a picture is kept."""
        raise NotImplementedError

    async def async_get(self, picture: str) -> Picture | None:
        """Return a picture, or None for one that is gone."""
        raise NotImplementedError

    @callback
    def path(self, picture: str) -> str:
        """Return the path of a picture, which needs login."""
        raise NotImplementedError

    @callback
    def signed_path(self, picture: str) -> str:
        """Return a path that opens without login for 24 hours."""
        raise NotImplementedError
