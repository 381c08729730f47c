"""A thousand cameras on four servers: everything is counted, nothing is timed."""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from unittest.mock import patch

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.video_analytics.const import DOMAIN
from custom_components.video_analytics.vendors.eocortex.wire.channels import ChannelState
from custom_components.video_analytics.vendors.eocortex.wire.configuration import Channel
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity import Entity
from tests.simulator.client import Simulator

from ..accounts import find
from .conftest import Later
from .system import asked, entry_data, find_of_server
from .test_requests import COUNTERS, VISITORS

CAMERAS, SERVERS = 1000, 4


@pytest.fixture(scope="module")
def large_simulator() -> Iterator[Simulator]:
    """A simulator with many cameras."""
    simulator = Simulator.launch(vendor="eocortex", cameras=CAMERAS, servers=SERVERS)
    yield simulator
    simulator.stop()


async def test_a_thousand_cameras(
    hass: HomeAssistant, large_simulator: Simulator, entity_registry: er.EntityRegistry, later: Later
) -> None:
    simulator = large_simulator
    await simulator.set_rate(0)  # or cameras that record on motion change, and something is counted
    # Of its time the vendor tells whole seconds: what happened in the rest of one would be counted now and then.
    await simulator.set_time(datetime.now(UTC).replace(microsecond=0).isoformat())
    await simulator.setup(counter_hours=1)  # that of a whole day takes the simulated servers long
    servers = [str(server["id"]) for server in await simulator.servers()]
    data = entry_data(simulator)
    entry = MockConfigEntry(
        domain=DOMAIN, unique_id=f"eocortex_{data['account_id']}", data=data, options={"all_events": False}
    )
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    coordinator = entry.runtime_data.coordinator

    # Set-up makes a handful of requests of each server, and one for the visitors of every 50 cameras.
    assert max(Counter(server for server, _ in (await asked(simulator)).elements()).values()) <= 14

    # No more than seven entities of a device are enabled.
    enabled = Counter(
        item.device_id
        for item in er.async_entries_for_config_entry(entity_registry, entry.entry_id)
        if item.disabled_by is None
    )
    assert len(coordinator.data.zones) > 100
    assert len(enabled) == CAMERAS + SERVERS + 1 + len(coordinator.data.zones)
    assert max(enabled.values()) <= 7
    await coordinator.async_refresh()  # visitors are asked for since somebody looks
    await hass.async_block_till_done()
    await asked(simulator)

    # A poll in which nothing happened decodes nothing, writes no state, and is two requests of each server.
    with counted() as (decoded, written):
        later(60)
        await coordinator.async_refresh()
        await hass.async_block_till_done()
    assert decoded == []
    assert written == {}
    states_and_counters = {(server, path): 1 for server in servers for path in ("GET /command", f"GET {COUNTERS}")}
    assert await asked(simulator) == states_and_counters

    # Nor does the configuration that comes again every ten minutes, which one server tells for all.
    with counted() as (decoded, written):
        later(601)
        await coordinator.async_refresh()
        await hass.async_block_till_done()
    assert decoded == []
    assert written == {}
    requests = await asked(simulator)
    visitors = sum(requests.pop((server, VISITORS), 0) for server in servers)
    assert 0 < visitors <= CAMERAS / 50 + SERVERS
    assert requests == {(servers[0], "GET /configex"): 1, **states_and_counters}

    # One changed camera is decoded alone, and wakes only its own entities.
    camera = next(row["Id"] for row in (await simulator.cameras())[500:] if row["recording"])
    await simulator.patch_camera(camera, recording=False)
    with counted() as (decoded, written):
        later(60)
        await coordinator.async_refresh()
        await hass.async_block_till_done()
    assert decoded == [camera]
    assert written == {
        find(hass, entry, "camera", "camera", camera): 1,
        find(hass, entry, "binary_sensor", "connectivity", camera): 1,
    }

    # A silent server wakes its own cameras, itself, and whoever counts; the others are asked as ever.
    silent = servers[1]
    await simulator.refuse(server=silent)
    await asked(simulator)
    with counted() as (decoded, written):
        later(91)
        await coordinator.async_refresh()
        await hass.async_block_till_done()
    assert decoded == []
    state = coordinator.data
    lost = [camera.id for camera in state.cameras.values() if camera.server == silent]
    changed = [
        entity_id
        for entity_id in written
        if entity_id
        not in {
            find(hass, entry, *key, camera)
            for camera in lost
            for key in (("camera", "camera"), ("binary_sensor", "connectivity"))
        }
        and "_counting_objects_" not in entity_id
        and "_crossing_of_" not in entity_id
    ]
    assert len(lost) == CAMERAS / SERVERS
    assert sorted(changed) == sorted(
        [
            find_of_server(hass, entry, "binary_sensor", "connectivity", silent),
            find(hass, entry, "sensor", "cameras_online"),
        ]
    )
    assert {server for server, _ in await asked(simulator)} == {*servers} - {silent}


@contextmanager
def counted() -> Iterator[tuple[list[str], Counter[str]]]:
    """Count decoded rows and written states."""
    decoded: list[str] = []
    written = Counter[str]()
    write = Entity.async_write_ha_state

    def counted_write(entity: Entity) -> None:
        written[entity.entity_id] += 1
        write(entity)

    with ExitStack() as stack:
        for wire in (Channel, ChannelState):
            stack.enter_context(patch.object(wire, "read", _counting(wire, decoded)))
        stack.enter_context(patch.object(Entity, "async_write_ha_state", counted_write))
        yield decoded, written


def _counting(wire: type[Channel | ChannelState], decoded: list[str]) -> classmethod:  # type: ignore[type-arg]
    read = wire.read.__func__  # type: ignore[attr-defined]

    def counting(cls: type[Channel | ChannelState], row: object, what: str) -> Channel | ChannelState:
        found: Channel | ChannelState = read(cls, row, what)
        decoded.append(found.id)
        return found

    return classmethod(counting)
