"""Diagnostics help, and hide what is secret or personal."""

import json

from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
    get_diagnostics_for_device,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator
from syrupy.assertion import SnapshotAssertion

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from tests.simulator.client import Simulator

from .accounts import key_of
from .conftest import AddAccount


async def test_diagnostics(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    simulator: Simulator,
    add_account: AddAccount,
    snapshot: SnapshotAssertion,
) -> None:
    await simulator.set_time("2026-11-21T12:00:00Z")
    await simulator.set_rate(0)
    for camera in await simulator.cameras():
        if camera["tempAccessExpiryDate"]:
            await simulator.patch_camera(str(camera["id"]), tempAccessExpiryDate="2026-12-24T12:00:00Z")
    entry = await add_account()
    diagnostics = await get_diagnostics_for_config_entry(hass, hass_client, entry)
    assert diagnostics == snapshot


async def test_nothing_secret_or_personal_is_in_them(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    simulator: Simulator,
    add_account: AddAccount,
    device_registry: dr.DeviceRegistry,
) -> None:
    entry = await add_account()
    cameras = await simulator.cameras()
    texts = [json.dumps(await get_diagnostics_for_config_entry(hass, hass_client, entry))]
    texts += [
        json.dumps(await get_diagnostics_for_device(hass, hass_client, entry, device))
        for device in dr.async_entries_for_config_entry(device_registry, entry.entry_id)
    ]
    hidden = [key_of(simulator)]
    for camera in cameras:
        hidden += [str(camera[key]) for key in ("id", "title", "previewUrl", "liveHlsUrl")]
        hidden += [camera["serialNumber"]] if isinstance(camera["serialNumber"], str) else []
    assert "token" not in "".join(texts)
    assert [secret for secret in hidden if secret in "".join(texts)] == []


async def test_the_last_error_is_shown(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, simulator: Simulator, add_account: AddAccount
) -> None:
    entry = await add_account()
    await simulator.fault("GET /v1/cameras", status=503)
    coordinator = entry.runtime_data.coordinator
    coordinator._succeeded -= 1000
    await coordinator.async_refresh()
    diagnostics = await get_diagnostics_for_config_entry(hass, hass_client, entry)
    assert diagnostics["polling"] == {
        "interval": 30,
        "last_update_success": False,
        "last_error": "GET /v1/cameras: HTTP 503",
    }


async def test_an_account_that_could_not_be_set_up_has_diagnostics_too(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    simulator: Simulator,
    add_account: AddAccount,
    device_registry: dr.DeviceRegistry,
) -> None:
    entry = await add_account()
    device, *_ = dr.async_entries_for_config_entry(device_registry, entry.entry_id)
    await hass.config_entries.async_unload(entry.entry_id)
    await simulator.fault("GET /v1/cameras", body="html")
    await hass.config_entries.async_setup(entry.entry_id)
    expected = {
        "vendor": "faceter",
        "sign_in": {"key": "**REDACTED**", "url": "**REDACTED**", "verify_tls": True},
        "state": "setup_retry",
        "reason": entry.reason,
    }
    assert "not as expected" in (entry.reason or "")
    assert await get_diagnostics_for_config_entry(hass, hass_client, entry) == expected
    assert await get_diagnostics_for_device(hass, hass_client, entry, device) == expected
