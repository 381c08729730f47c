"""A vendor's callback: a hint that it is worth to look, where Home Assistant has an address that the vendor reaches."""

from collections.abc import Callable
import logging

from aiohttp import hdrs
from aiohttp.web import Request

from homeassistant.components import webhook
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.debounce import Debouncer
from homeassistant.helpers.network import NoURLAvailableError

from .const import DOMAIN

_LOGGER = logging.getLogger(__name__)

_METHODS = (hdrs.METH_GET, hdrs.METH_HEAD, hdrs.METH_POST, hdrs.METH_PUT)
_COOLDOWN = 5.0
"""Seconds between two hints, however often somebody calls."""


class Callback:
    """A webhook with an address that nobody can guess.

    Whoever calls it anyway can only hasten a look at the vendor: what is sent is not read.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        name: str,
        webhook_id: str,
        hint: Callable[[], None],
        reaches: Callable[[str], bool] = lambda address: True,
    ) -> None:
        """`hint` is called when it may be worth to look, `reaches` tells whether the vendor reaches an address."""
        self._hass = hass
        self._id = webhook_id
        self._reaches = reaches

        @callback
        def call() -> None:  # in the event loop, where vendors cannot know that they would be called elsewhere
            hint()

        self._debouncer = Debouncer(hass, _LOGGER, cooldown=_COOLDOWN, immediate=True, function=call, background=True)
        webhook.async_register(hass, DOMAIN, name, webhook_id, self._called, allowed_methods=_METHODS)

    @callback
    def close(self) -> None:
        """Answer no more."""
        webhook.async_unregister(self._hass, self._id)
        self._debouncer.async_shutdown()

    @property
    def address(self) -> str | None:
        """Return where the vendor reaches us, the external address first; None if nowhere."""
        for external in (True, False):
            try:
                address = webhook.async_generate_url(
                    self._hass, self._id, allow_external=external, allow_internal=not external
                )
            except NoURLAvailableError:
                continue
            if self._reaches(address):
                return address
        return None

    async def _called(self, hass: HomeAssistant, webhook_id: str, request: Request) -> None:
        await self._debouncer.async_call()
