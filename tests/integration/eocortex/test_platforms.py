"""All entities, with their names, classes and states."""

from unittest.mock import Mock, patch

import pytest
from pytest_homeassistant_custom_component.common import snapshot_platform
from syrupy.assertion import SnapshotAssertion

from custom_components.video_analytics.counting_sensors import VISITORS_SENSORS
from custom_components.video_analytics.vendors.models.state import Feature
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar, device_registry as dr, entity_registry as er
from tests.simulator.client import Simulator

from ..accounts import find
from ..conftest import AddAccount
from .system import FIRST, SECOND, find_of_server, state_of_server


@pytest.fixture
async def still_world(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop the simulated clock, and give cameras always the same tokens."""
    await simulator.set_time("2026-11-21T12:00:00Z")
    await simulator.set_rate(0)
    monkeypatch.setattr("homeassistant.components.camera._RND", Mock(getrandbits=lambda bits: 1))


@pytest.mark.usefixtures("everything_enabled", "still_world")
@pytest.mark.parametrize("platform", [Platform.BINARY_SENSOR, Platform.CAMERA, Platform.SENSOR, Platform.SWITCH])
async def test_entities(
    hass: HomeAssistant,
    simulator: Simulator,
    add_account: AddAccount,
    entity_registry: er.EntityRegistry,
    snapshot: SnapshotAssertion,
    platform: Platform,
) -> None:
    first, *_ = await simulator.cameras()
    with patch("custom_components.video_analytics.PLATFORMS", [platform]):
        entry = await add_account({"all_cameras": False, "cameras": [first["Id"]]})
    # What is asked for only while somebody looks is there after the next poll.
    await entry.runtime_data.coordinator.async_refresh()
    await snapshot_platform(hass, entity_registry, snapshot, entry.entry_id)


async def test_little_is_enabled(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount, entity_registry: er.EntityRegistry
) -> None:
    entry = await add_account()
    with_faces = [
        camera.id for camera in entry.runtime_data.coordinator.data.cameras.values() if Feature.FACES in camera.supports
    ]
    enabled = [
        item.unique_id.removeprefix(f"{entry.unique_id}_")
        for item in er.async_entries_for_config_entry(entity_registry, entry.entry_id)
        if item.disabled_by is None and "_zone_" not in item.unique_id
    ]
    cameras = [row["Id"] for row in await simulator.cameras()]
    assert sorted(enabled) == sorted(
        [
            "cameras_online",
            *(f"server_{server}_connectivity" for server in (FIRST, SECOND)),
            *(f"camera_{camera}_{key}" for camera in cameras for key in ("camera", "connectivity")),
            *(f"camera_{camera}_{key}" for camera in with_faces for key in ("visitors_today", "unique_visitors_today")),
        ]
    )


async def test_cameras_hang_behind_their_server_in_the_area_of_their_place(
    hass: HomeAssistant,
    simulator: Simulator,
    add_account: AddAccount,
    device_registry: dr.DeviceRegistry,
    area_registry: ar.AreaRegistry,
) -> None:
    entry = await add_account()

    def device(identifier: str) -> dr.DeviceEntry:
        found = device_registry.async_get_device_by_identifier(
            ("video_analytics", f"{entry.unique_id}{identifier}"), entry.entry_id
        )
        assert found is not None
        return found

    for server in await simulator.servers():
        assert device(f"_server_{server['id']}").configuration_url == server["url"]
        assert device(f"_server_{server['id']}").via_device_id == device("").id
    for camera in entry.runtime_data.coordinator.data.cameras.values():
        made = device(f"_camera_{camera.id}")
        assert made.via_device_id == device(f"_server_{camera.server}").id
        assert made.name == camera.name
        area = area_registry.async_get_area(made.area_id or "")
        assert area is not None
        assert area.name == camera.place


@pytest.mark.usefixtures("everything_enabled")
async def test_servers_have_licences_of_their_own(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount, entity_registry: er.EntityRegistry
) -> None:
    entry = await add_account()
    for server in (FIRST, SECOND):
        assert state_of_server(hass, entry, "sensor", "SoundChannels_licenses_used", server) == "4"
        assert state_of_server(hass, entry, "sensor", "SoundChannels_licenses_total", server) == "16"
        state = hass.states.get(find_of_server(hass, entry, "sensor", "SoundChannels_licenses_used", server))
        assert state is not None
        assert state.name.endswith("Licences in use: Sound")


async def test_entities_exist_by_what_a_camera_supports(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount, entity_registry: er.EntityRegistry
) -> None:
    first, _, third, *_ = await simulator.cameras()
    assert [stream["StreamType"] for stream in third["Streams"]] == ["Main"]
    entry = await add_account()

    def keys(camera: object) -> set[str]:
        prefix = f"{entry.unique_id}_camera_{camera}_"
        entries = er.async_entries_for_config_entry(entity_registry, entry.entry_id)
        return {item.unique_id.removeprefix(prefix) for item in entries if item.unique_id.startswith(prefix)}

    visitors = {description.key for description in VISITORS_SENSORS}
    everything = {"camera", "sub_stream", "connectivity", "problem", "receive_rate", "record_rate", "stream_issue"}
    modules = {"facescomplete", "peoplecounter", "platescomplete", "platesstandard", "queuecounter", "visitors"}
    assert keys(first["Id"]) == everything | modules | visitors
    assert keys(third["Id"]) == (everything | modules) - {"sub_stream"}


async def test_a_camera_that_may_not_be_seen_live_has_no_picture(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount, entity_registry: er.EntityRegistry
) -> None:
    await simulator.add_user("guard", "guard-ss-7421", realtime=False)
    entry = await add_account(login="guard", password="guard-ss-7421")
    camera, *_ = await simulator.cameras()
    assert hass.states.async_entity_ids("camera") == []
    assert find(hass, entry, "binary_sensor", "connectivity", camera["Id"])
