"""From a config entry to the vendor's account behind it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.importlib import async_import_module

from .const import (
    CONF_ACCOUNT_ID,
    CONF_SIGN_IN,
    CONF_VENDOR,
    DEFAULT_DETECTION_HOLD,
    DEFAULT_PICTURE_DAYS,
    DEFAULT_PICTURE_MEGABYTES,
    DEFAULT_PICTURE_WAIT,
    OPTION_ALL_CAMERAS,
    OPTION_ALL_EVENTS,
    OPTION_CAMERAS,
    OPTION_DETECTION_HOLD,
    OPTION_EVENT_CAMERAS,
    OPTION_PICTURE_DAYS,
    OPTION_PICTURE_MEGABYTES,
    OPTION_PICTURE_WAIT,
    OPTION_PLACES,
)
from .vendors import module_name
from .vendors.budget import Budget
from .vendors.contract import VERIFY_TLS, Account, SignInValues, Vendor
from .vendors.http import Http
from .vendors.models.state import AccountState, Camera


async def async_load_vendor(hass: HomeAssistant, key: str) -> Vendor:
    """Import a vendor outside the event loop."""
    vendor: Vendor = (await async_import_module(hass, module_name(key))).VENDOR
    return vendor


def open_http(hass: HomeAssistant, vendor: Vendor, values: SignInValues) -> Http:
    """Return HTTP access with a request budget of its own, on Home Assistant's shared session."""
    verify = values.get(VERIFY_TLS.name) is not False
    return Http(async_get_clientsession(hass, verify_ssl=verify), Budget(vendor.pace))


async def async_open_account(hass: HomeAssistant, entry: ConfigEntry[Any]) -> tuple[Vendor, Account]:
    """Open the account of an entry; nothing is requested yet."""
    vendor = await async_load_vendor(hass, entry.data[CONF_VENDOR])
    values: SignInValues = entry.data[CONF_SIGN_IN]
    return vendor, vendor.open(open_http(hass, vendor, values), values, entry.data[CONF_ACCOUNT_ID])


def shows_cameras(account: Account, state: AccountState) -> bool:
    """Tell whether an account is of a system with cameras, even if it has none at present."""
    return bool(state.cameras) or account.live is not None or account.stills is not None


def place_path(camera: Camera) -> str:
    """Return the whole path of a camera's place, as the options list it."""
    return " / ".join(camera.places)


@dataclass(frozen=True, slots=True)
class Options:
    """An entry's options, with their defaults."""

    all_cameras: bool = True
    cameras: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    detection_hold: int = DEFAULT_DETECTION_HOLD
    """Seconds that a detection stays on at least."""
    all_events: bool = True
    event_cameras: frozenset[str] = frozenset()
    picture_wait: float = DEFAULT_PICTURE_WAIT
    """Seconds that a moment waits for its picture at most."""
    picture_days: int = DEFAULT_PICTURE_DAYS
    """How long pictures are kept in the cache folder; 0 keeps them in memory alone."""
    picture_megabytes: int = DEFAULT_PICTURE_MEGABYTES

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Self:
        """Read them from a config entry."""
        return cls(
            all_cameras=options.get(OPTION_ALL_CAMERAS, True),
            cameras=frozenset(options.get(OPTION_CAMERAS, ())),
            places=frozenset(options.get(OPTION_PLACES, ())),
            detection_hold=int(options.get(OPTION_DETECTION_HOLD, DEFAULT_DETECTION_HOLD)),
            all_events=options.get(OPTION_ALL_EVENTS, True),
            event_cameras=frozenset(options.get(OPTION_EVENT_CAMERAS, ())),
            picture_wait=float(options.get(OPTION_PICTURE_WAIT, DEFAULT_PICTURE_WAIT)),
            picture_days=int(options.get(OPTION_PICTURE_DAYS, DEFAULT_PICTURE_DAYS)),
            picture_megabytes=int(options.get(OPTION_PICTURE_MEGABYTES, DEFAULT_PICTURE_MEGABYTES)),
        )

    def wants(self, camera: Camera) -> bool:
        """Tell whether the user wants this camera in Home Assistant."""
        return self.all_cameras or camera.id in self.cameras or place_path(camera) in self.places

    @property
    def wants_events(self) -> bool:
        """Tell whether the user wants to know of anything that happens."""
        return self.all_events or bool(self.event_cameras)

    def wants_events_of(self, camera: str) -> bool:
        """Tell whether the user wants to know what happens at a camera."""
        return self.all_events or camera in self.event_cameras


@dataclass(frozen=True, slots=True)
class Settings:
    """All of an entry that a reload would change."""

    data: Mapping[str, Any]
    options: Mapping[str, Any]
    subentries: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @classmethod
    def of(cls, entry: ConfigEntry[Any]) -> Self:
        """Take them from an entry."""
        subentries = {key: {**subentry.data, "title": subentry.title} for key, subentry in entry.subentries.items()}
        return cls(dict(entry.data), dict(entry.options), subentries)
