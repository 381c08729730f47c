"""A thousand cameras: everything is counted, nothing is timed."""

from collections import Counter
from collections.abc import Iterator
from unittest.mock import patch

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.video_analytics.const import DOMAIN
from custom_components.video_analytics.vendors.faceter import wire
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity import Entity
from tests.simulator.client import Simulator

from .accounts import entry_data, find

CAMERAS = 1000


@pytest.fixture(scope="module")
def large_simulator() -> Iterator[Simulator]:
    """A simulator with many cameras."""
    simulator = Simulator.launch(cameras=CAMERAS)
    yield simulator
    simulator.stop()


async def test_a_thousand_cameras(
    hass: HomeAssistant, large_simulator: Simulator, entity_registry: er.EntityRegistry
) -> None:
    simulator = large_simulator
    entry = MockConfigEntry(domain=DOMAIN, unique_id="faceter_1", data=await entry_data(simulator))
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    coordinator = entry.runtime_data.coordinator

    # What happens at the cameras is told elsewhere.
    await entry.runtime_data.moments.async_stop()

    # Set-up makes a handful of requests.
    assert len(await simulator.requests()) <= 5

    # No more than seven entities of a camera are enabled.
    enabled = Counter(
        item.device_id
        for item in er.async_entries_for_config_entry(entity_registry, entry.entry_id)
        if item.disabled_by is None
    )
    assert len(enabled) == CAMERAS + 1
    assert max(enabled.values()) <= 7

    # A poll in which only volatile fields differ decodes nothing and writes no state.
    first, second = await simulator.cameras(), await simulator.cameras()
    assert all(before != after for before, after in zip(first, second, strict=True))
    with _counted() as (decoded, written):
        await coordinator.async_refresh()
        await hass.async_block_till_done()
    assert decoded == []
    assert written == {}

    # One changed camera is decoded alone, and wakes only its own entities.
    camera = next(camera for camera in first[500:] if camera["tempAccessExpiryDate"] is None)
    await simulator.patch_camera(str(camera["id"]), cameraModel="Another")
    with _counted() as (decoded, written):
        await coordinator.async_refresh()
        await hass.async_block_till_done()
    assert decoded == [camera["id"]]
    assert written == {
        find(hass, entry, "camera", "camera", camera): 1,
        find(hass, entry, "binary_sensor", "connectivity", camera): 1,
    }


class _counted:  # noqa: N801  # reads as a verb
    """Counts decoded cameras and written states; core's own rewriting of cameras every five minutes is not waited for."""

    def __enter__(self) -> tuple[list[str], Counter[str]]:
        decoded: list[str] = []
        written = Counter[str]()
        read = wire.Camera.read.__func__  # type: ignore[attr-defined]
        write = Entity.async_write_ha_state

        def counted_read(cls: type[wire.Camera], value: object, what: str) -> wire.Camera:
            camera: wire.Camera = read(cls, value, what)
            decoded.append(camera.id)
            return camera

        def counted_write(entity: Entity) -> None:
            written[entity.entity_id] += 1
            write(entity)

        self._patches = (
            patch.object(wire.Camera, "read", classmethod(counted_read)),
            patch.object(Entity, "async_write_ha_state", counted_write),
        )
        for item in self._patches:
            item.start()
        return decoded, written

    def __exit__(self, *error: object) -> None:
        for item in self._patches:
            item.stop()
