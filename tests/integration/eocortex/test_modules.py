"""Analytics modules, switched by senior administrators."""

import json
from typing import Any

import aiohttp
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.components.switch import DOMAIN as SWITCH, SERVICE_TURN_OFF, SERVICE_TURN_ON
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from tests.simulator.client import Simulator
from tests.simulator.eocortex.access import hashed
from tests.simulator.eocortex.modules import DATABASE_PASSWORD, NAMES

from ..accounts import find, state_of
from ..conftest import AddAccount
from .conftest import Later
from .system import asked


@pytest.fixture
async def camera(simulator: Simulator) -> str:
    """A camera that recognizes faces."""
    return str((await simulator.cameras())[0]["Id"])


@pytest.fixture
async def entry(
    hass: HomeAssistant, later: Later, add_account: AddAccount, entity_registry: er.EntityRegistry, camera: str
) -> MockConfigEntry:
    """An account whose first camera has all its switches."""
    entry = await add_account()
    for name in NAMES:
        entity_registry.async_update_entity(find(hass, entry, "switch", name, camera), disabled_by=None)
    await hass.config_entries.async_reload(entry.entry_id)
    await entry.runtime_data.coordinator.async_refresh()
    return entry


async def settings(simulator: Simulator, camera: str, name: str) -> dict[str, Any]:
    """Return the settings of a module as the servers keep them."""
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{simulator.control}/cameras/{camera}/modules/{name}") as answer,
    ):
        kept: dict[str, Any] = await answer.json()
        return kept


async def switch(hass: HomeAssistant, entry: MockConfigEntry, camera: str, name: str, service: str) -> None:
    """Switch a module."""
    entity_id = find(hass, entry, "switch", name, camera)
    await hass.services.async_call(SWITCH, service, {"entity_id": entity_id}, blocking=True)


@pytest.mark.parametrize("name", NAMES)
async def test_a_module_is_switched_and_nothing_else_changes(
    hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry, camera: str, name: str
) -> None:
    before = await settings(simulator, camera, name)
    was_on = before["Enabled"]
    assert state_of(hass, entry, "switch", name, camera) == ("on" if was_on else "off")

    await switch(hass, entry, camera, name, SERVICE_TURN_OFF if was_on else SERVICE_TURN_ON)
    assert state_of(hass, entry, "switch", name, camera) == ("off" if was_on else "on")
    assert await settings(simulator, camera, name) == {**before, "Enabled": not was_on}

    await switch(hass, entry, camera, name, SERVICE_TURN_ON if was_on else SERVICE_TURN_OFF)
    assert state_of(hass, entry, "switch", name, camera) == ("on" if was_on else "off")
    assert await settings(simulator, camera, name) == before


@pytest.mark.parametrize("quirks", [{}, {"extra_fields": True}], ids=str)
async def test_unknown_keys_and_the_password_of_the_database_survive(
    hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry, camera: str, quirks: dict[str, Any]
) -> None:
    await simulator.quirks(**quirks)
    before = await settings(simulator, camera, "facescomplete")
    assert DATABASE_PASSWORD in json.dumps(before, ensure_ascii=False)
    await switch(hass, entry, camera, "facescomplete", SERVICE_TURN_OFF)
    assert await settings(simulator, camera, "facescomplete") == {**before, "Enabled": False}
    # Nobody but the server knows it; that Home Assistant shows it nowhere is looked at after every test.


async def test_a_module_that_was_switched_elsewhere_is_seen(
    hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry, camera: str, later: Later
) -> None:
    await entry.runtime_data.coordinator.async_refresh()
    other = await settings(simulator, camera, "visitors")
    assert state_of(hass, entry, "switch", "visitors", camera) == "on"
    path = f"{simulator.url}/configure/channels/{camera}/visitors"
    word = hashed(simulator.credentials["password"])
    headers = {"Authorization": aiohttp.encode_basic_auth(simulator.credentials["login"], word)}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.put(path, json={**other, "Enabled": False}) as answer,
    ):
        assert answer.status == 200
    later(601)
    await entry.runtime_data.coordinator.async_refresh()
    assert state_of(hass, entry, "switch", "visitors", camera) == "off"


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        ({"status": 403}, "may not do that"),
        ({"status": 400}, "refused the request"),
        ({"status": 409}, "refused the request"),
        ({"status": 503}, "does not answer"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "PUT"])
async def test_a_module_that_cannot_be_switched_says_why_and_stays(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: MockConfigEntry,
    camera: str,
    method: str,
    fault: dict[str, Any],
    text: str,
) -> None:
    await simulator.fault(f"{method} /configure/channels", **fault)
    with pytest.raises(HomeAssistantError, match=text):
        await switch(hass, entry, camera, "visitors", SERVICE_TURN_OFF)
    assert state_of(hass, entry, "switch", "visitors", camera) == "on"


async def test_a_module_that_is_not_licensed_is_unavailable(
    hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry, camera: str, later: Later
) -> None:
    await entry.runtime_data.coordinator.async_refresh()
    await simulator.setup(facescomplete=False)
    later(601)
    await entry.runtime_data.coordinator.async_refresh()
    assert state_of(hass, entry, "switch", "facescomplete", camera) == "unavailable"
    assert state_of(hass, entry, "switch", "visitors", camera) == "on"


async def test_without_the_right_switches_are_unavailable(
    hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry, camera: str, later: Later
) -> None:
    await simulator.patch_user("root", group="Operator")
    later(3601)
    await entry.runtime_data.coordinator.async_refresh()
    assert {state_of(hass, entry, "switch", name, camera) for name in NAMES} == {"unavailable"}
    assert state_of(hass, entry, "camera", "camera", camera) != "unavailable"


async def test_a_right_that_was_taken_a_moment_ago_is_missed(
    hass: HomeAssistant, entry: MockConfigEntry, camera: str
) -> None:
    entry.runtime_data.coordinator.account.modules = None
    with pytest.raises(HomeAssistantError, match="may not do that"):
        await switch(hass, entry, camera, "visitors", SERVICE_TURN_OFF)
    assert state_of(hass, entry, "switch", "visitors", camera) == "on"


async def test_modules_of_disabled_switches_are_not_asked_for(
    hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry, camera: str, later: Later
) -> None:
    await asked(simulator)
    later(601)
    await entry.runtime_data.coordinator.async_refresh()
    paths = {path for _, path in await asked(simulator) if "/configure/channels" in path}
    assert paths == {f"GET /configure/channels/{camera}/{name}" for name in NAMES}


async def test_a_switch_shows_its_state_soon_after_the_start(
    hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry, camera: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.video_analytics.coordinator._SOON", 0)
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert state_of(hass, entry, "switch", "visitors", camera) == "on"
