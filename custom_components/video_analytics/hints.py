"""A vendor's hints that something has happened: a webhook of the account's own, whose calls make it look at once."""

import logging
from typing import Any

from homeassistant.components import webhook
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_WEBHOOK_ID
from homeassistant.core import HomeAssistant

from .callback import Callback
from .vendors.contract import Hook
from .vendors.errors import VendorError

_LOGGER = logging.getLogger(__name__)


class Hints:
    """The webhook of one account; its address stays the same for as long as the account is there."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry[Any], hook: Hook) -> None:
        """Answer from now on."""
        if CONF_WEBHOOK_ID not in entry.data:
            data = {**entry.data, CONF_WEBHOOK_ID: webhook.async_generate_id()}
            hass.config_entries.async_update_entry(entry, data=data)
        self._hook = hook
        self._callback = Callback(hass, entry.title, entry.data[CONF_WEBHOOK_ID], hook.hint)
        self._installed: str | None = None
        self.by_hand = False
        """Whether the user has to enter the address at the vendor."""

    @property
    def address(self) -> str | None:
        """Return where calls are answered, as far as Home Assistant knows its own address."""
        return self._callback.address

    async def async_install(self) -> None:
        """Tell the vendor the address, where there is a way."""
        if (address := self.address) is None:
            self.by_hand = True
            return
        try:
            self._installed = await self._hook.install(address)
        except VendorError as error:
            _LOGGER.debug("The webhook could not be installed: %s", error)
        else:
            self.by_hand = self._installed is None

    async def async_close(self) -> None:
        """Answer no more, and take back what was told."""
        self._callback.close()
        if self._installed is not None:
            try:
                await self._hook.remove(self._installed)
            except VendorError as error:
                _LOGGER.debug("The webhook could not be removed: %s", error)
