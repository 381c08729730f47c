"""Triggers for cameras that go offline or come back."""

from datetime import datetime
from typing import ClassVar, override

import probatio

from homeassistant.const import CONF_FOR
from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util

from ..coordinator import Interest, Whole
from ..devices import camera_identifier
from ..runtime import AccountConfigEntry
from ..vendors.models.state import Camera
from .base import AccountTrigger, Attached, OptionsSchema, device_fields


class _Watch:
    """The cameras of one account, from one poll to the next.

    As they are first seen they are no news: neither a start nor a reload makes a camera go offline. While the account is
    away nothing is known of them; afterwards they are compared with what they were before.
    """

    def __init__(
        self, trigger: ConnectionTrigger, hass: HomeAssistant, entry: AccountConfigEntry, to: Attached
    ) -> None:
        """Look once, and listen."""
        self._trigger = trigger
        self._hass = hass
        self._entry = entry
        self._to = to
        self._online: dict[str, bool] = {}
        self._since: dict[str, datetime] = {}
        """Cameras that have changed, and are to stay so for a while."""
        self._timers: dict[str, CALLBACK_TYPE] = {}
        self._coordinator = entry.runtime_data.coordinator
        self._look()
        self._stop_listening = self._coordinator.async_add_listener(self._look, Interest(Whole.CONTENTS))

    @callback
    def close(self) -> None:
        """Listen no more."""
        self._stop_listening()
        for key in list(self._since):
            self._forget(key)

    @callback
    def _look(self) -> None:
        if not self._coordinator.last_update_success:
            return
        cameras = self._coordinator.data.cameras
        for key in self._online.keys() - cameras.keys():
            del self._online[key]
            self._forget(key)
        for key, camera in cameras.items():
            if camera.online is None:  # the vendor does not say
                continue
            before = self._online.get(key)
            self._online[key] = camera.online
            if before in (None, camera.online):
                continue
            self._forget(key)
            if camera.online is self._trigger.online:
                self._begin(key)
        for key in [key for key in self._since if key not in self._timers]:
            self._fire(cameras[key])

    def _begin(self, key: str) -> None:
        self._since[key] = dt_util.utcnow()
        if lasting := self._trigger.options.get(CONF_FOR):

            @callback
            def over(_: datetime) -> None:
                del self._timers[key]
                self._look()  # while the account is away, this waits until it is back

            self._timers[key] = async_call_later(self._hass, lasting, HassJob(over, cancel_on_shutdown=True))

    def _forget(self, key: str) -> None:
        self._since.pop(key, None)
        if cancel := self._timers.pop(key, None):
            cancel()

    def _fire(self, camera: Camera) -> None:
        since = self._since.pop(camera.id)
        if camera_identifier(self._entry, camera.id) not in self._to.scope:
            return
        self._to.fire(
            {
                "camera": camera.name,
                "place": camera.place,
                **device_fields(self._hass, self._entry, camera.id),
                "online": self._trigger.online,
                "since": dt_util.as_local(since).isoformat(),
                "for": self._trigger.options.get(CONF_FOR),
            },
            f"{camera.name} {'came back online' if self._trigger.online else 'went offline'}",
        )


class ConnectionTrigger(AccountTrigger):
    """Fires for cameras that are one way now, and were the other before."""

    online: ClassVar[bool]
    options_schema: ClassVar[OptionsSchema] = {probatio.Optional(CONF_FOR): cv.positive_time_period}

    @override
    def listen(self, entry: AccountConfigEntry, attached: Attached) -> CALLBACK_TYPE:
        return _Watch(self, self._hass, entry, attached).close


class CameraOfflineTrigger(ConnectionTrigger):
    """Fires for cameras that go offline."""

    online = False


class CameraOnlineTrigger(ConnectionTrigger):
    """Fires for cameras that come back."""

    online = True
