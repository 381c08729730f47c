"""Diagnostics, without keys, tokens, addresses of streams, names and serial numbers."""

from collections import Counter
from dataclasses import asdict
from typing import Any

from homeassistant.components.diagnostics import async_redact_data
from homeassistant.core import HomeAssistant
from homeassistant.helpers.device_registry import AnyDeviceEntry

from .const import CONF_SIGN_IN, CONF_VENDOR
from .coordinator import AccountConfigEntry, AccountCoordinator
from .devices import item_identifier
from .vendors.contract import Account
from .vendors.models.state import Camera

_PERSONAL = {"id", "name", "serial_number", "places", "server", "presets"}


async def async_get_config_entry_diagnostics(hass: HomeAssistant, entry: AccountConfigEntry) -> dict[str, Any]:
    """Return diagnostics of an account."""
    coordinator = entry.runtime_data
    secrets = {field.name for field in coordinator.vendor.fields if field.secret}
    state = coordinator.data
    return {
        "vendor": entry.data[CONF_VENDOR],
        "sign_in": async_redact_data(entry.data[CONF_SIGN_IN], secrets),
        "options": {
            "all_cameras": coordinator.options.all_cameras,
            "cameras": len(coordinator.options.cameras),
            "places": len(coordinator.options.places),
            "detection_hold": coordinator.options.detection_hold,
        },
        "polling": _polling(coordinator),
        "capabilities": _capabilities(coordinator.account),
        "totals": asdict(coordinator.totals),
        "features": dict(Counter(feature for camera in state.cameras.values() for feature in sorted(camera.supports))),
        "cameras": [_camera(camera) for camera in state.cameras.values()],
    }


async def async_get_device_diagnostics(
    hass: HomeAssistant, entry: AccountConfigEntry, device: AnyDeviceEntry
) -> dict[str, Any]:
    """Return diagnostics of a device: of its camera, if it is one."""
    coordinator = entry.runtime_data
    for camera in coordinator.data.cameras.values():
        if item_identifier(entry, camera.id) in device.identifiers:
            return {"polling": _polling(coordinator), "camera": _camera(camera)}
    return {"polling": _polling(coordinator)}


def _polling(coordinator: AccountCoordinator) -> dict[str, Any]:
    interval = coordinator.update_interval
    error = coordinator.last_exception
    return {
        "interval": interval.total_seconds() if interval else None,
        "last_update_success": coordinator.last_update_success,
        # The vendor's errors are made to be shown; anything else may carry what must not be seen.
        "last_error": None if error is None else str(error.__cause__ or type(error).__name__),
    }


def _capabilities(account: Account) -> list[str]:
    """Return what the account can do; what is missing is not offered, not licensed or not permitted."""
    return sorted(name for name in Account.__annotations__ if getattr(account, name) is not None)


def _camera(camera: Camera) -> dict[str, Any]:
    redacted: dict[str, Any] = async_redact_data({**asdict(camera), "supports": sorted(camera.supports)}, _PERSONAL)
    return redacted
