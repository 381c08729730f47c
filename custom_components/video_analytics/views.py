"""What Home Assistant's own web server answers for us."""

from http import HTTPStatus
import re

from aiohttp import web

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers.http import HomeAssistantView

from .const import DOMAIN
from .pictures import PictureStore
from .runtime import AccountConfigEntry

_NAME = re.compile(r"([0-9a-f]{32})\.jpg")
_CACHE_SECONDS = 24 * 3600


class PictureView(HomeAssistantView):
    """The pictures of accounts that are set up; their names end in .jpg whatever they are."""

    url = f"/api/{DOMAIN}/{{entry_id}}/picture/{{name}}"
    name = f"api:{DOMAIN}:picture"

    def __init__(self, hass: HomeAssistant) -> None:
        """Answer for whatever accounts are set up."""
        self._hass = hass

    async def get(self, request: web.Request, entry_id: str, name: str) -> web.Response:
        """Return a picture; all that cannot be had is the same 404."""
        found, store = _NAME.fullmatch(name), self._store(entry_id)
        if not found or not store or (picture := found[1]) not in store:
            raise web.HTTPNotFound
        headers = {"Cache-Control": f"private, max-age={_CACHE_SECONDS}", "ETag": f'"{picture}"'}
        if any(tag.value == picture for tag in request.if_none_match or ()):
            return web.Response(status=HTTPStatus.NOT_MODIFIED, headers=headers)
        if (content := await store.async_get(picture)) is None:
            raise web.HTTPNotFound
        return web.Response(body=content.content, content_type=content.content_type, headers=headers)

    head = get

    def _store(self, entry_id: str) -> PictureStore | None:
        entry: AccountConfigEntry | None = self._hass.config_entries.async_get_entry(entry_id)
        if not entry or entry.domain != DOMAIN or entry.state is not ConfigEntryState.LOADED:
            return None
        return entry.runtime_data.pictures
