"""Devices follow what the vendor lists."""

from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator
from syrupy.assertion import SnapshotAssertion

from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar, device_registry as dr, entity_registry as er
from homeassistant.setup import async_setup_component
from tests.simulator.client import Simulator

from .accounts import find, state_of
from .conftest import AddAccount


def _device(registry: dr.DeviceRegistry, entry: MockConfigEntry, name: str) -> dr.DeviceEntry | None:
    devices = dr.async_entries_for_config_entry(registry, entry.entry_id)
    return next((device for device in devices if device.name == name), None)


async def test_devices(
    add_account: AddAccount,
    device_registry: dr.DeviceRegistry,
    area_registry: ar.AreaRegistry,
    snapshot: SnapshotAssertion,
) -> None:
    entry = await add_account()
    devices = dr.async_entries_for_config_entry(device_registry, entry.entry_id)
    account = _device(device_registry, entry, entry.title)
    assert account is not None
    assert account.entry_type is dr.DeviceEntryType.SERVICE
    for device in devices:
        area = area_registry.async_get_area(device.area_id) if device.area_id else None
        described = {
            "manufacturer": device.manufacturer,
            "model": device.model,
            "serial_number": device.serial_number,
            "sw_version": device.sw_version,
            "area": area.name if area else None,
            "behind_the_account": device.via_device_id == account.id,
        }
        assert described == snapshot(name=device.name)


async def test_a_renamed_camera_is_renamed(
    simulator: Simulator, add_account: AddAccount, device_registry: dr.DeviceRegistry
) -> None:
    entry = await add_account()
    camera, *_ = await simulator.cameras()
    device = _device(device_registry, entry, str(camera["title"]))
    assert device is not None

    await simulator.patch_camera(str(camera["id"]), title="Back door", firmwareVersion="9.9")
    await entry.runtime_data.coordinator.async_refresh()
    renamed = device_registry.async_get(device.id)
    assert renamed is not None
    assert (renamed.name, renamed.sw_version) == ("Back door", "9.9")


async def test_a_new_camera_appears_without_a_restart(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount
) -> None:
    entry = await add_account()
    camera = await simulator.add_camera(title="Attic")
    await entry.runtime_data.coordinator.async_refresh()
    await hass.async_block_till_done()
    assert state_of(hass, entry, "camera", "camera", camera) == "streaming"
    assert state_of(hass, entry, "binary_sensor", "connectivity", camera) == "on"


async def test_a_missing_camera_is_unavailable_at_once_and_removed_after_three_lists(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount, device_registry: dr.DeviceRegistry
) -> None:
    entry = await add_account()
    camera = await simulator.add_camera(title="Attic")
    coordinator = entry.runtime_data.coordinator
    await coordinator.async_refresh()
    await hass.async_block_till_done()
    entity_id = find(hass, entry, "camera", "camera", camera)
    assert state_of(hass, entry, "camera", "camera", camera) == "streaming"

    await simulator.remove_camera(camera)
    await coordinator.async_refresh()
    await hass.async_block_till_done()
    assert state_of(hass, entry, "camera", "camera", camera) == "unavailable"

    # A failed poll is not a list without it.
    await simulator.fault("GET /v1/cameras", status=503)
    await coordinator.async_refresh()
    await simulator.clear_faults()
    await coordinator.async_refresh()
    assert _device(device_registry, entry, "Attic") is not None

    await coordinator.async_refresh()
    await hass.async_block_till_done()
    assert _device(device_registry, entry, "Attic") is None
    assert hass.states.get(entity_id) is None


async def test_a_camera_that_comes_back_in_time_stays(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount, device_registry: dr.DeviceRegistry
) -> None:
    entry = await add_account()
    coordinator = entry.runtime_data.coordinator
    camera, *_ = await simulator.cameras()
    device = _device(device_registry, entry, str(camera["title"]))
    for _ in range(3):
        await simulator.remove_camera(str(camera["id"]))
        await coordinator.async_refresh()
        await coordinator.async_refresh()
        await simulator.reset()
        await coordinator.async_refresh()
        await hass.async_block_till_done()
    assert _device(device_registry, entry, str(camera["title"])) == device
    assert {state.state for state in hass.states.async_all("camera")} == {"streaming"}


async def test_a_camera_that_comes_back_after_its_removal_is_new(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount
) -> None:
    entry = await add_account()
    camera, *_ = await simulator.cameras()
    before = set(hass.states.async_entity_ids())
    await simulator.remove_camera(str(camera["id"]))
    for _ in range(3):
        await entry.runtime_data.coordinator.async_refresh()
    await hass.async_block_till_done()
    assert set(hass.states.async_entity_ids()) < before

    await simulator.reset()
    await entry.runtime_data.coordinator.async_refresh()
    await hass.async_block_till_done()
    assert set(hass.states.async_entity_ids()) == before


async def test_cameras_that_went_while_home_assistant_was_off_are_removed(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount, device_registry: dr.DeviceRegistry
) -> None:
    entry = await add_account()
    camera, *_ = await simulator.cameras()
    await hass.config_entries.async_unload(entry.entry_id)
    await simulator.remove_camera(str(camera["id"]))
    await hass.config_entries.async_setup(entry.entry_id)
    for _ in range(2):
        assert _device(device_registry, entry, str(camera["title"])) is not None
        await entry.runtime_data.coordinator.async_refresh()
    assert _device(device_registry, entry, str(camera["title"])) is None


async def test_only_devices_that_the_vendor_does_not_list_can_be_deleted(
    hass: HomeAssistant,
    hass_ws_client: WebSocketGenerator,
    simulator: Simulator,
    add_account: AddAccount,
    device_registry: dr.DeviceRegistry,
    entity_registry: er.EntityRegistry,
) -> None:
    assert await async_setup_component(hass, "config", {})
    entry = await add_account()
    client = await hass_ws_client(hass)
    camera, *_ = await simulator.cameras()
    account = _device(device_registry, entry, entry.title)
    device = _device(device_registry, entry, str(camera["title"]))
    assert account is not None
    assert device is not None

    assert not (await client.remove_device(account.id))["success"]
    assert not (await client.remove_device(device.id))["success"]
    await simulator.remove_camera(str(camera["id"]))
    await entry.runtime_data.coordinator.async_refresh()
    assert (await client.remove_device(device.id))["success"]
    assert er.async_entries_for_device(entity_registry, device.id, include_disabled_entities=True) == []

    await simulator.reset()
    await entry.runtime_data.coordinator.async_refresh()
    await hass.async_block_till_done()
    assert state_of(hass, entry, "camera", "camera", camera) == "streaming"
