"""The coordinator: polls, keeps one immutable state, and wakes only what changed."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
import logging
from time import monotonic
from typing import TYPE_CHECKING, override

from homeassistant.config_entries import SOURCE_RECONFIGURE
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryAuthFailed
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed
from homeassistant.util import dt as dt_util

from .account import Options, Settings
from .devices import AccountDevices
from .exceptions import translated
from .vendors.contract import Account, Vendor
from .vendors.errors import RateLimited, SignInFailed, VendorError
from .vendors.models.state import AccountState, Part, Wanted

if TYPE_CHECKING:
    from .runtime import AccountConfigEntry

_LOGGER = logging.getLogger(__name__)

_INTERVAL = timedelta(seconds=30)
_INTERVAL_MANY_CAMERAS = timedelta(seconds=60)
_INTERVAL_COUNTERS = timedelta(seconds=15)
MANY_CAMERAS = 64
_GRACE = 90.0
_SOON = 1.0
_LONGEST_WAIT = 3600.0
_REFUSALS = 3
_REFUSED_FOR = 120.0


class Whole(Enum):
    """Subjects that are not one thing of the vendor's."""

    ACCOUNT = "account"
    """What is told of all things together, such as how many cameras are online."""
    AVAILABILITY = "availability"
    """Nothing but whether the account is there, of which everybody is told."""
    CONTENTS = "contents"
    """Anything that appears, disappears or changes; for those who add entities."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing of the vendor's: the field of `AccountState` it is in, and its id."""

    field: str
    id: str


type Subject = Whole | Item


@dataclass(frozen=True, slots=True)
class Interest:
    """What a listener looks at; `part` where that costs the vendor requests of its own."""

    subject: Subject
    part: Part | None = None


@dataclass(frozen=True, slots=True)
class Totals:
    """What is told of all cameras together."""

    cameras: int = 0
    online: int = 0

    @classmethod
    def of(cls, state: AccountState) -> Totals:
        """Count."""
        return cls(len(state.cameras), sum(camera.online is True for camera in state.cameras.values()))


class AccountCoordinator(DataUpdateCoordinator[AccountState]):
    """One account."""

    config_entry: AccountConfigEntry

    def __init__(self, hass: HomeAssistant, entry: AccountConfigEntry, vendor: Vendor, account: Account) -> None:
        """Prepare; the first refresh asks the vendor."""
        super().__init__(
            hass, _LOGGER, config_entry=entry, name=entry.title, update_interval=_INTERVAL, always_update=False
        )
        self.vendor = vendor
        self.account = account
        self.settings = Settings.of(entry)
        self.options = Options.of(entry.options)
        self.devices = AccountDevices(hass, entry, vendor.manufacturer)
        self.totals = Totals()
        self.changed: frozenset[Subject] = frozenset()
        self.everything: AccountState | None = None
        """The state with the cameras that the user does not want."""
        self._succeeded = 0.0
        self._refusals: list[float] = []
        self._was_available = True
        self._looks_soon = False

    @callback
    @override
    def async_add_listener(self, update_callback: CALLBACK_TYPE, context: object = None) -> CALLBACK_TYPE:
        """Listen. What costs requests of its own was not asked for while nobody looked at it."""
        if isinstance(context, Interest) and context.part and not self._looks_soon:
            self._looks_soon = True
            self.config_entry.async_create_background_task(self.hass, self._look_soon(), f"first look of {self.name}")
        return super().async_add_listener(update_callback, context)

    async def _look_soon(self) -> None:
        await asyncio.sleep(_SOON)  # others are being added at the same time
        self._looks_soon = False
        await self.async_request_refresh()

    @property
    def wanted(self) -> Wanted:
        """Return what enabled entities need."""
        subjects: dict[Part, set[str]] = {}
        interest: Interest
        for interest in self.async_contexts():
            if interest.part:
                subject = interest.subject.id if isinstance(interest.subject, Item) else ""
                subjects.setdefault(interest.part, set()).add(subject)
        return Wanted({part: frozenset(ids) for part, ids in subjects.items()}, dt_util.get_default_time_zone())

    @override
    async def _async_update_data(self) -> AccountState:
        wanted = self.wanted
        try:
            everything = await self.account.fetch(self.everything, wanted)
        except SignInFailed as error:
            return self._refused(error)
        except VendorError as error:
            return self._failed(error)
        self._succeeded = monotonic()
        self._refusals.clear()
        state = self.data if everything is self.everything else self._selected(everything)
        # Devices come before the entities that the listeners of this change will add.
        self.devices.update(state, everything)
        if state is not self.data:
            self._compare(state)
        self.update_interval = _interval(state, wanted)
        # Last, so that a change is looked at again if any of this fails.
        self.everything = everything
        return state

    def _selected(self, everything: AccountState) -> AccountState:
        state = everything if self.options.all_cameras else everything.of_cameras(self.options.wants)
        return self.data if state == self.data else state

    def _compare(self, state: AccountState) -> None:
        changed: set[Subject] = set(_changes(self.data, state)) if self.data else set()
        totals = Totals.of(state)
        if totals != self.totals:
            changed.add(Whole.ACCOUNT)
        self.totals = totals
        self.changed = frozenset(changed | {Whole.CONTENTS})

    def _refused(self, error: SignInFailed) -> AccountState:
        """Ask for new credentials at once during set-up, later only when the refusal lasts."""
        now = monotonic()
        self._refusals.append(now)
        lasts = len(self._refusals) >= _REFUSALS and now - self._refusals[0] >= _REFUSED_FOR
        # Raising ends the polling; while the account is being reconfigured Home Assistant would not ask for a key, though.
        editing = any(self.config_entry.async_get_active_flows(self.hass, {SOURCE_RECONFIGURE}))
        if self.data is None or (lasts and not editing):
            raise translated(ConfigEntryAuthFailed, error) from error
        return self._failed(error)

    def _failed(self, error: VendorError) -> AccountState:
        """Keep the last state for a while: a short failure is not an outage."""
        if self.data is not None and monotonic() - self._succeeded < _GRACE:
            _LOGGER.debug("Keeping the last state of %s: %s", self.name, error)
            return self.data
        failure = translated(UpdateFailed, error)
        if isinstance(error, RateLimited):
            failure.retry_after = min(max(error.retry_after or 0, _INTERVAL.total_seconds()), _LONGEST_WAIT)
        raise failure from error

    @callback
    @override
    def async_update_listeners(self) -> None:
        """Wake those whose subject changed; all when the account comes or goes."""
        changed, self.changed = self.changed, frozenset()
        came_or_went = self._was_available is not self.last_update_success
        self._was_available = self.last_update_success
        for wake, interest in list(self._listeners.values()):
            if came_or_went or (isinstance(interest, Interest) and interest.subject in changed):
                try:
                    wake()
                except Exception:
                    _LOGGER.exception("Unexpected error updating a listener of %s", self.name)


def _interval(state: AccountState, wanted: Wanted) -> timedelta:
    if wanted.of(Part.COUNTERS):
        return _INTERVAL_COUNTERS
    return _INTERVAL_MANY_CAMERAS if len(state.cameras) > MANY_CAMERAS else _INTERVAL


def _changes(before: AccountState, after: AccountState) -> Iterator[Item]:
    """Compare two states thing by thing; the vendor's own objects make most comparisons one of identity."""
    for name in AccountState.__dataclass_fields__:
        old, new = getattr(before, name), getattr(after, name)
        if old is new:
            continue
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            for key in old.keys() | new.keys():
                if old.get(key) is not new.get(key) and old.get(key) != new.get(key):
                    yield Item(name, key)
        elif old != new:
            yield Item(name, "")
