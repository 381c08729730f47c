"""Lines and areas are parts of their cameras, and what they count is in long-term statistics."""

from datetime import timedelta
from typing import Any

from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.video_analytics import async_remove_config_entry_device
from custom_components.video_analytics.vendors.models.state import AccountState, Zone, ZoneKind
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from tests.simulator.client import Simulator

from ..conftest import AddAccount
from .conftest import Later
from .system import SECOND


def zone_of(entry: MockConfigEntry, kind: ZoneKind, server: str | None = None) -> Zone:
    """Return the first line or area, of any server or of one."""
    state: AccountState = entry.runtime_data.coordinator.data
    return next(
        zone
        for zone in state.zones.values()
        if zone.kind is kind and server in (None, state.cameras[zone.camera].server)
    )


def child_of(hass: HomeAssistant, entry: MockConfigEntry, zone: Zone) -> dr.ChildDeviceEntry | None:
    """Return the device of a line or an area."""
    identifier = ("video_analytics", f"{entry.unique_id}_zone_{zone.camera}_{zone.id}")
    return dr.async_get(hass).async_get_child_device_by_identifier(identifier, entry.entry_id)


def sensor_of(hass: HomeAssistant, entry: MockConfigEntry, zone: Zone, counted: str) -> str:
    """Return the sensor of a class."""
    unique_id = f"{entry.unique_id}_zone_{zone.camera}_{zone.id}_count_{counted}"
    found = er.async_get(hass).async_get_entity_id("sensor", "video_analytics", unique_id)
    assert found is not None
    return found


async def poll(entry: MockConfigEntry, later: Later) -> None:
    """Look again."""
    later(30)
    await entry.runtime_data.coordinator.async_refresh()


async def test_a_line_is_a_part_of_its_camera(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount, device_registry: dr.DeviceRegistry
) -> None:
    entry = await add_account()
    line = zone_of(entry, ZoneKind.LINE)
    child = child_of(hass, entry, line)
    assert child is not None
    assert child.name == "Crossing of the line"
    camera = device_registry.async_get(child.parent_device_id)
    assert camera is not None
    assert ("video_analytics", f"{entry.unique_id}_camera_{line.camera}") in camera.identifiers
    state = hass.states.get(sensor_of(hass, entry, line, "person"))
    assert state is not None
    assert state.attributes["state_class"] == "total_increasing"
    assert int(state.state) == line.counts["Person"]
    area = zone_of(entry, ZoneKind.AREA)
    state = hass.states.get(sensor_of(hass, entry, area, "person"))
    assert state is not None
    assert state.attributes["state_class"] == "measurement"


async def test_counts_follow_the_world_every_fifteen_seconds(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount, later: Later
) -> None:
    await simulator.begin_at_noon()
    entry = await add_account()
    await poll(entry, later)
    assert entry.runtime_data.coordinator.update_interval == timedelta(seconds=15)
    line = zone_of(entry, ZoneKind.LINE)
    counted = sensor_of(hass, entry, line, "person")
    before = hass.states.get(counted)
    await simulator.advance(3600)
    await poll(entry, later)
    after = hass.states.get(counted)
    assert before is not None
    assert after is not None
    assert int(after.state) > int(before.state)


async def test_a_silent_server_makes_its_counts_unavailable_and_removes_nothing(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount, later: Later
) -> None:
    entry = await add_account()
    line = zone_of(entry, ZoneKind.LINE, SECOND)
    counted = sensor_of(hass, entry, line, "person")
    await simulator.refuse(server=SECOND)
    later(91)
    await poll(entry, later)
    state = hass.states.get(counted)
    assert state is not None
    assert state.state == "unavailable"
    # Nor does a restart, while the server is away: it is not known then what the server counts.
    await hass.config_entries.async_reload(entry.entry_id)
    for _ in range(4):
        await poll(entry, later)
    assert child_of(hass, entry, line)
    await simulator.refuse(False)
    later(4300)
    await poll(entry, later)
    await poll(entry, later)
    state = hass.states.get(counted)
    assert state is not None
    assert state.state.isdecimal()


async def test_what_counts_no_longer_goes_after_a_while(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount, later: Later
) -> None:
    entry = await add_account()
    line = zone_of(entry, ZoneKind.LINE)
    child = child_of(hass, entry, line)
    assert child is not None
    assert not await async_remove_config_entry_device(hass, entry, child)  # type: ignore[arg-type]
    await simulator.setup(objectcounting=False)
    await hass.config_entries.async_reload(entry.entry_id)
    for _ in range(4):
        await poll(entry, later)
    # Refused: it is not known whether it still counts, but the user may delete it.
    child = child_of(hass, entry, line)
    assert child is not None
    assert await async_remove_config_entry_device(hass, entry, child)  # type: ignore[arg-type]
    dr.async_get(hass).async_remove_device(child.id)
    await simulator.setup(objectcounting=True)
    later(4300)
    await poll(entry, later)
    await poll(entry, later)
    assert child_of(hass, entry, line)
    state = hass.states.get(sensor_of(hass, entry, line, "person"))
    assert state is not None
    assert state.state.isdecimal()


async def test_visitors_begin_anew_at_midnight(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount, later: Later
) -> None:
    await hass.config.async_set_time_zone("Europe/Berlin")
    await simulator.set_time("2026-11-21T22:30:00Z")
    entry = await add_account()
    await poll(entry, later)
    camera = next(iter(entry.runtime_data.coordinator.data.visitors))
    unique_id = f"{entry.unique_id}_camera_{camera}_visitors_today"
    entity_id = er.async_get(hass).async_get_entity_id("sensor", "video_analytics", unique_id)
    assert entity_id is not None

    def state() -> tuple[int, Any]:
        found = hass.states.get(entity_id)
        assert found is not None
        assert found.attributes["state_class"] == "total"
        return int(found.state), found.attributes["last_reset"]

    evening, since = state()
    assert since == "2026-11-21T00:00:00+01:00"
    assert evening > 20
    await simulator.advance(1800 + 60)  # a minute past midnight
    await poll(entry, later)
    night, since = state()
    assert since == "2026-11-22T00:00:00+01:00"
    assert night < 5
    # Within five minutes nobody asks again.
    await simulator.advance(12 * 3600)
    await poll(entry, later)
    assert state()[0] == night
    later(300)
    await poll(entry, later)
    assert state()[0] > night
