"""Setting accounts up, unloading and removing them."""

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.video_analytics.const import DOMAIN
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from tests.simulator.client import Simulator

from .accounts import entry_data
from .conftest import AddAccount


async def test_an_account_is_set_up_with_one_request_and_unloaded(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount
) -> None:
    entry = await add_account()
    assert [(request["method"], request["path"]) for request in await simulator.requests()] == [
        ("GET", "/integration-api/v1/cameras")
    ]

    assert await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.NOT_LOADED
    assert {state.state for state in hass.states.async_all("camera")} == {"unavailable"}


async def test_a_removed_account_leaves_nothing(
    hass: HomeAssistant,
    add_account: AddAccount,
    device_registry: dr.DeviceRegistry,
    entity_registry: er.EntityRegistry,
) -> None:
    entry = await add_account()
    await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done()
    assert hass.states.async_all() == []
    assert dr.async_entries_for_config_entry(device_registry, entry.entry_id) == []
    assert er.async_entries_for_config_entry(entity_registry, entry.entry_id) == []


async def test_an_unreachable_server_is_tried_again(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount
) -> None:
    await simulator.refuse()
    entry = await add_account(expect=ConfigEntryState.SETUP_RETRY, proof=[])
    assert "does not answer" in (entry.reason or "")

    await simulator.refuse(False)
    await hass.config_entries.async_reload(entry.entry_id)
    assert entry.state is ConfigEntryState.LOADED


@pytest.mark.parametrize("status", [401, 403])
async def test_a_refused_key_asks_for_another_at_once(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount, status: int
) -> None:
    await simulator.fault("GET /v1/cameras", status=status)
    entry = await add_account(expect=ConfigEntryState.SETUP_ERROR)
    assert [flow["context"]["source"] for flow in entry.async_get_active_flows(hass, {"reauth"})] == ["reauth"]


@pytest.mark.parametrize(("version", "state"), [(1, ConfigEntryState.LOADED), (2, ConfigEntryState.MIGRATION_ERROR)])
async def test_entries_of_a_later_version_are_left_alone(
    hass: HomeAssistant, simulator: Simulator, version: int, state: ConfigEntryState
) -> None:
    entry = MockConfigEntry(domain=DOMAIN, unique_id="faceter_1", version=version, data=await entry_data(simulator))
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is state


async def test_an_account_of_a_vendor_that_is_gone_says_so(hass: HomeAssistant, simulator: Simulator) -> None:
    data = {**await entry_data(simulator), "vendor": "gone"}
    entry = MockConfigEntry(domain=DOMAIN, unique_id="gone_1", data=data)
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    assert "does not support" in (entry.reason or "")
    assert (await entry.start_reconfigure_flow(hass))["reason"] == "unknown_vendor"


async def test_another_title_does_not_reload(hass: HomeAssistant, add_account: AddAccount) -> None:
    entry = await add_account()
    coordinator = entry.runtime_data.coordinator
    hass.config_entries.async_update_entry(entry, title="My cameras")
    await hass.async_block_till_done()
    assert entry.runtime_data.coordinator is coordinator

    hass.config_entries.async_update_entry(entry, options={"detection_hold": 99})
    await hass.async_block_till_done()
    assert entry.runtime_data.coordinator is not coordinator
    assert entry.runtime_data.coordinator.options.detection_hold == 99


async def test_an_address_that_is_none_says_so(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount
) -> None:
    data = await entry_data(simulator)
    entry = await add_account(
        expect=ConfigEntryState.SETUP_ERROR, sign_in={**data["sign_in"], "url": "ftp://somewhere"}
    )
    assert "Reconfigure the account" in (entry.reason or "")
