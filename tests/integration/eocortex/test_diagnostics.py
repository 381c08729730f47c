"""Diagnostics say what is switched off and why, and hide what is secret or personal."""

import json

from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
    get_diagnostics_for_device,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from tests.simulator.client import Simulator

from ..accounts import find
from ..conftest import AddAccount
from .conftest import secrets
from .system import FIRST, SECOND, SYSTEM


async def test_what_there_is_and_what_is_switched_off(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, simulator: Simulator, add_account: AddAccount
) -> None:
    await simulator.setup(rtsp=False)
    diagnostics = await get_diagnostics_for_config_entry(hass, hass_client, await add_account())
    assert diagnostics["capabilities"] == ["history", "live", "modules", "moments", "reports", "stills", "writer"]
    assert diagnostics["switched_off"] == {"rtsp": "GET /configex: it is off"}
    assert [server["online"] for server in diagnostics["servers"]] == [True, True]
    assert diagnostics["sign_in"] == {
        "url": "**REDACTED**",
        "login": "**REDACTED**",
        "password": "**REDACTED**",
        "user_type": "internal",
        "verify_tls": True,
    }


async def test_missing_rights_are_told(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, simulator: Simulator, add_account: AddAccount
) -> None:
    await simulator.quirks(api_for="senior")
    await simulator.add_user("guard", "guard-ss-7421", sound=False)
    entry = await add_account(login="guard", password="guard-ss-7421")
    diagnostics = await get_diagnostics_for_config_entry(hass, hass_client, entry)
    assert diagnostics["capabilities"] == ["history", "live", "moments", "reports", "stills", "writer"]
    assert diagnostics["switched_off"] == {
        "camera_status": "GET /api/channels: HTTP 403",
        "counters": "GET /api/objects_counting/current_counters: HTTP 403",
        "groups": "GET /api/faces-groups: HTTP 403",
        "visitors": "GET /api/unique_visitor/report: HTTP 403",
        "modules": "configure: this user may not",
        "sound": "GET /configex: it is off",
    }


async def test_a_product_without_the_api_is_told(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, simulator: Simulator, add_account: AddAccount
) -> None:
    await simulator.setup(product="LS")
    diagnostics = await get_diagnostics_for_config_entry(hass, hass_client, await add_account())
    assert diagnostics["switched_off"]["modules"].startswith("GET /configure/servers: HTTP")


async def test_nothing_secret_or_personal_is_in_them(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    simulator: Simulator,
    add_account: AddAccount,
    entity_registry: er.EntityRegistry,
    device_registry: dr.DeviceRegistry,
) -> None:
    rows = await simulator.cameras()
    entry = await add_account()
    entity_id = find(hass, entry, "switch", "facescomplete", rows[0]["Id"])
    entity_registry.async_update_entity(entity_id, disabled_by=None)
    await hass.config_entries.async_reload(entry.entry_id)
    await entry.runtime_data.coordinator.async_refresh()
    assert entry.runtime_data.coordinator.data.cameras[rows[0]["Id"]].modules

    texts = [json.dumps(await get_diagnostics_for_config_entry(hass, hass_client, entry), ensure_ascii=False)]
    texts += [
        json.dumps(await get_diagnostics_for_device(hass, hass_client, entry, device), ensure_ascii=False)
        for device in dr.async_entries_for_config_entry(device_registry, entry.entry_id)
    ]
    hidden = [*secrets(), "root", FIRST, SECOND, SYSTEM, "127.0.0.1", "Server 1"]
    hidden += [str(row[key]) for row in rows for key in ("Id", "Name", "Description")]
    assert len(texts) == 1 + 1 + 2 + len(rows)
    assert [secret for secret in hidden if secret in "".join(texts)] == []
