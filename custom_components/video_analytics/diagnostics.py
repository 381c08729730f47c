"""Diagnostics, without keys, tokens, addresses of streams, names and serial numbers."""

from collections import Counter
from dataclasses import asdict
from typing import Any

from homeassistant.components.diagnostics import async_redact_data
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers.device_registry import AnyDeviceEntry

from .account import Options, async_load_vendor
from .const import CONF_SIGN_IN, CONF_VENDOR
from .coordinator import AccountCoordinator
from .devices import camera_identifier
from .moments import MomentHub
from .people import WatchedPeople
from .runtime import AccountConfigEntry
from .vendors.contract import Account, FieldKind, SignInValue, SignInValues, Vendor
from .vendors.errors import VendorError
from .vendors.models.state import Camera, Library, Server

_PERSONAL = {"id", "name", "serial_number", "places", "server", "presets", "url"}


async def async_get_config_entry_diagnostics(hass: HomeAssistant, entry: AccountConfigEntry) -> dict[str, Any]:
    """Return diagnostics of an account, also of one that could not be set up."""
    vendor = await async_load_vendor(hass, entry.data[CONF_VENDOR])
    about = {"vendor": vendor.key, "sign_in": _sign_in(vendor, entry.data[CONF_SIGN_IN])}
    if entry.state is not ConfigEntryState.LOADED:
        return {**about, "state": entry.state.value, "reason": entry.reason}
    coordinator = entry.runtime_data.coordinator
    state = coordinator.data
    return {
        **about,
        "options": _options(coordinator.options),
        "polling": _polling(coordinator),
        "moments": _moments(entry.runtime_data.moments, entry.runtime_data.people),
        "capabilities": _capabilities(coordinator.account),
        "switched_off": dict(coordinator.account.switched_off),
        "totals": asdict(coordinator.totals),
        "features": dict(Counter(feature for camera in state.cameras.values() for feature in sorted(camera.supports))),
        "known_people": len(state.people),
        "library": _library(state.library) if state.library else None,
        "servers": [_redacted(server) for server in state.servers.values()],
        "cameras": [_camera(camera) for camera in state.cameras.values()],
    }


async def async_get_device_diagnostics(
    hass: HomeAssistant, entry: AccountConfigEntry, device: AnyDeviceEntry
) -> dict[str, Any]:
    """Return diagnostics of a camera's device, or of its account."""
    if entry.state is ConfigEntryState.LOADED:
        coordinator = entry.runtime_data.coordinator
        for camera in coordinator.data.cameras.values():
            if camera_identifier(entry, camera.id) in device.identifiers:
                return {"polling": _polling(coordinator), "camera": _camera(camera)}
    return await async_get_config_entry_diagnostics(hass, entry)


def _sign_in(vendor: Vendor, values: SignInValues) -> dict[str, SignInValue]:
    """Return choices as they are, and of text only whether it is the default: it may name people and places."""
    plain = (FieldKind.BOOLEAN, FieldKind.CHOICE)
    return {
        field.name: value if field.kind in plain else "default" if value == field.default else "**REDACTED**"
        for field in vendor.fields
        if (value := values.get(field.name)) is not None
    }


def _options(options: Options) -> dict[str, Any]:
    """Return the options; of chosen cameras and places only how many there are."""
    return {key: len(value) if isinstance(value, frozenset) else value for key, value in asdict(options).items()}


def _moments(hub: MomentHub | None, people: WatchedPeople | None) -> dict[str, Any] | None:
    if hub is None:
        return None
    delay = hub.status.expected_delay
    return {
        "source": hub.status.source.value,
        "connected": hub.status.connected,
        "expected_delay": delay.total_seconds() if delay else None,
        "subjects": len(hub.audience.subjects),
        "waiting": hub.waiting,
        "watched_people": len(people.persons) if people else 0,
    }


def _polling(coordinator: AccountCoordinator) -> dict[str, Any]:
    interval = coordinator.update_interval
    error = coordinator.last_exception
    cause = error.__cause__ if error else None
    return {
        "interval": interval.total_seconds() if interval else None,
        "last_update_success": coordinator.last_update_success,
        # The vendor's errors are made to be shown; anything else may carry what must not be seen.
        "last_error": str(cause) if isinstance(cause, VendorError) else error and type(error).__name__,
    }


def _capabilities(account: Account) -> list[str]:
    """Return what the account can do; of what is missing the vendor may have said why, or it offers no such thing."""
    return sorted(name for name in Account.__annotations__ if getattr(account, name) is not None)


def _camera(camera: Camera) -> dict[str, Any]:
    return {**_redacted(camera), "supports": sorted(camera.supports)}


def _library(library: Library) -> dict[str, Any]:
    """Return the numbers of a photo library; when and where photos were taken is personal."""
    return {key: value for key, value in asdict(library).items() if isinstance(value, int)}


def _redacted(thing: Camera | Server) -> dict[str, Any]:
    redacted: dict[str, Any] = async_redact_data(asdict(thing), _PERSONAL)
    return redacted
