"""What the contract allows, with a vendor that is nothing but the contract."""

from dataclasses import replace
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.video_analytics.const import DOMAIN
from custom_components.video_analytics.coordinator import Interest, Item, Whole
from custom_components.video_analytics.vendors.errors import SignInFailed
from custom_components.video_analytics.vendors.models.state import Part, Zone, ZoneKind
from homeassistant.components.camera import async_get_image, async_get_stream_source
from homeassistant.config_entries import SOURCE_USER
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr, entity_registry as er

from .accounts import find, state_of
from .invented import KEY, REFUSED, SIGN_IN, Invented

type Result = dict[str, Any]


async def _sign_in(hass: HomeAssistant, values: Result = SIGN_IN) -> Result:
    flow = hass.config_entries.flow
    menu = await flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    form = await flow.async_configure(menu["flow_id"], {"next_step_id": KEY})
    assert form["type"] is FlowResultType.FORM
    result = await flow.async_configure(menu["flow_id"], values)
    await hass.async_block_till_done()
    return result


async def _choose(hass: HomeAssistant, result: Result, account: str) -> Result:
    chosen = await hass.config_entries.flow.async_configure(result["flow_id"], {"account_id": account})
    await hass.async_block_till_done()
    return chosen


async def test_one_of_several_accounts_is_chosen(hass: HomeAssistant, invented: Invented) -> None:
    result = await _sign_in(hass, {**SIGN_IN, "password": "", "kind": "directory"})
    assert result["step_id"] == "account"
    assert "password" not in invented.signed_in_with
    assert invented.signed_in_with["kind"] == "directory"

    invented.error = REFUSED
    result = await _choose(hass, result, "system-2")
    assert result["errors"] == {"base": "rejected"}
    assert result["description_placeholders"] == {"reason": "The system is locked"}

    invented.error = None
    result = await _choose(hass, result, "system-2")
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "System 2"
    assert result["result"].unique_id == f"{KEY}_system-2"


async def test_only_the_other_account_is_left(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    result = await _sign_in(hass)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "System 2"
    assert (await _sign_in(hass))["reason"] == "already_configured"


@pytest.mark.parametrize("systems", [1, 2])
@pytest.mark.parametrize(("account", "kept"), [("system-1", True), ("system-9", False)])
async def test_an_edited_account_is_known_by_its_id_where_it_has_one(
    hass: HomeAssistant, invented: Invented, account: str, kept: bool, systems: int
) -> None:
    invented.systems = systems
    entry = MockConfigEntry(
        domain=DOMAIN,
        unique_id=f"{KEY}_{account}",
        data={"vendor": KEY, "account_id": account, "proof": None, "sign_in": SIGN_IN},
    )
    entry.add_to_hass(hass)
    result = await entry.start_reconfigure_flow(hass)
    values = {**SIGN_IN, "password": "secret"}
    result = await hass.config_entries.flow.async_configure(result["flow_id"], values)
    await hass.async_block_till_done()
    assert (result.get("reason"), result.get("errors")) == (
        ("reconfigure_successful", None) if kept else (None, {"base": "wrong_account"})
    )
    assert ("password" in entry.data["sign_in"]) is kept


async def test_cameras_hang_behind_their_server(
    hass: HomeAssistant, invented: Invented, entry: MockConfigEntry, device_registry: dr.DeviceRegistry
) -> None:
    def devices() -> dict[str | None, dr.DeviceEntry]:
        return {device.name: device for device in dr.async_entries_for_config_entry(device_registry, entry.entry_id)}

    before = devices()
    assert before["Main server"].via_device_id == before["System 1"].id
    assert before["Lobby"].via_device_id == before["Main server"].id
    assert before["Roof"].via_device_id == before["System 1"].id

    invented.state = invented.without_server()
    for _ in range(3):
        await entry.runtime_data.coordinator.async_refresh()
    after = devices()
    assert "Main server" not in after
    assert after["Lobby"].via_device_id == after["System 1"].id


async def test_entities_follow_the_features(
    hass: HomeAssistant, entry: MockConfigEntry, entity_registry: er.EntityRegistry
) -> None:
    assert state_of(hass, entry, "camera", "camera", "c1") == "recording"
    sub_stream = entity_registry.async_get(find(hass, entry, "camera", "sub_stream", "c1"))
    assert sub_stream is not None
    assert sub_stream.disabled_by is er.RegistryEntryDisabler.INTEGRATION
    assert entity_registry.async_get_entity_id("camera", DOMAIN, f"{entry.unique_id}_camera_c2_camera") is None
    assert state_of(hass, entry, "binary_sensor", "connectivity", "c2") == "unknown"


async def test_what_an_account_cannot_do_is_not_offered(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    camera = find(hass, entry, "camera", "camera", "c1")
    assert await async_get_stream_source(hass, camera) is None
    with pytest.raises(HomeAssistantError):
        await async_get_image(hass, camera)


async def test_a_change_of_an_unwanted_camera_wakes_nobody(
    hass: HomeAssistant, invented: Invented, entry: MockConfigEntry
) -> None:
    hass.config_entries.async_update_entry(entry, options={"all_cameras": False, "cameras": ["c1"]})
    await hass.async_block_till_done()
    coordinator = entry.runtime_data.coordinator
    state = coordinator.data
    assert set(state.cameras) == {"c1"}
    roof = replace(invented.state.cameras["c2"], name="Attic")
    invented.state = replace(invented.state, cameras={**invented.state.cameras, "c2": roof})
    await coordinator.async_refresh()
    assert coordinator.data is state


async def test_a_refusal_during_set_up_keeps_nothing(hass: HomeAssistant, invented: Invented) -> None:
    invented.error = SignInFailed("POST /login: HTTP 401")
    result = await _sign_in(hass)
    result = await _choose(hass, result, "system-1")
    assert result["errors"] == {"base": "sign_in_failed"}
    assert hass.config_entries.async_entries(DOMAIN) == []


async def test_a_device_that_cannot_be_made_loses_no_change(
    hass: HomeAssistant, invented: Invented, entry: MockConfigEntry
) -> None:
    healthy = invented.state
    offline = replace(healthy.cameras["c1"], online=False)
    broken = replace(healthy.servers["s1"], url="10.0.0.1:8080")
    invented.state = replace(healthy, cameras={**healthy.cameras, "c1": offline}, servers={"s1": broken})
    await entry.runtime_data.coordinator.async_refresh()
    assert not entry.runtime_data.coordinator.last_update_success

    invented.state = replace(invented.state, servers=healthy.servers)
    await entry.runtime_data.coordinator.async_refresh()
    assert state_of(hass, entry, "binary_sensor", "connectivity", "c1") == "off"


async def test_a_camera_whose_servers_device_was_deleted_hangs_behind_the_account(
    hass: HomeAssistant, invented: Invented, entry: MockConfigEntry, device_registry: dr.DeviceRegistry
) -> None:
    server = device_registry.async_get_device_by_identifier((DOMAIN, f"{entry.unique_id}_server_s1"), entry.entry_id)
    assert server is not None
    invented.state = replace(invented.state, servers={})
    await entry.runtime_data.coordinator.async_refresh()
    device_registry.async_remove_device(server.id)
    renamed = replace(invented.state.cameras["c1"], name="Foyer")
    invented.state = replace(invented.state, cameras={**invented.state.cameras, "c1": renamed})
    await entry.runtime_data.coordinator.async_refresh()
    assert entry.runtime_data.coordinator.last_update_success
    camera = device_registry.async_get_device_by_identifier((DOMAIN, f"{entry.unique_id}_camera_c1"), entry.entry_id)
    assert camera is not None
    assert camera.name == "Foyer"


async def test_other_devices_of_the_account_are_left_alone(
    hass: HomeAssistant, entry: MockConfigEntry, device_registry: dr.DeviceRegistry
) -> None:
    person = device_registry.async_get_or_create(
        config_entry_id=entry.entry_id, identifiers={(DOMAIN, f"{entry.unique_id}_person_p1")}
    )
    await hass.config_entries.async_reload(entry.entry_id)
    for _ in range(3):
        await entry.runtime_data.coordinator.async_refresh()
    assert device_registry.async_get(person.id) is not None


async def test_a_change_of_the_account_alone_is_seen(
    hass: HomeAssistant, invented: Invented, entry: MockConfigEntry
) -> None:
    invented.state = replace(invented.state, faces_stored=7)
    await entry.runtime_data.coordinator.async_refresh()
    assert entry.runtime_data.coordinator.data.faces_stored == 7


async def test_only_what_somebody_looks_at_is_asked_for(
    hass: HomeAssistant, invented: Invented, entry: MockConfigEntry
) -> None:
    coordinator = entry.runtime_data.coordinator
    entry.async_on_unload(
        coordinator.async_add_listener(lambda: None, Interest(Item("cameras", "c1"), Part.CAMERA_STATUS))
    )
    entry.async_on_unload(coordinator.async_add_listener(lambda: None, Interest(Whole.ACCOUNT, Part.LICENSES)))
    await coordinator.async_refresh()
    assert invented.wanted.of(Part.CAMERA_STATUS) == {"c1"}
    assert invented.wanted.of(Part.LICENSES) == {""}
    assert invented.wanted.of(Part.COUNTERS) == frozenset()


async def test_what_hangs_on_an_unwanted_camera_is_not_wanted_either(
    hass: HomeAssistant, invented: Invented, entry: MockConfigEntry
) -> None:
    zones = {
        camera: Zone(id=camera, name="Line", camera=camera, kind=ZoneKind.LINE, counts={}) for camera in ("c1", "c2")
    }
    invented.state = replace(invented.state, zones=zones)
    hass.config_entries.async_update_entry(entry, options={"all_cameras": False, "cameras": ["c1"]})
    await hass.async_block_till_done()
    assert set(entry.runtime_data.coordinator.data.zones) == {"c1"}


async def test_options_of_an_account_without_moments_are_its_cameras(
    hass: HomeAssistant, invented: Invented, entry: MockConfigEntry
) -> None:
    result = await hass.config_entries.options.async_init(entry.entry_id)
    assert [str(field) for field in result["data_schema"].schema] == ["all_cameras", "cameras"]
    result = await hass.config_entries.options.async_configure(
        result["flow_id"], {"all_cameras": False, "cameras": ["c1"]}
    )
    await hass.async_block_till_done()
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert set(entry.runtime_data.coordinator.data.cameras) == {"c1"}
