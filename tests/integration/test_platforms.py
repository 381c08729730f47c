"""All entities, with their names, classes and states."""

from unittest.mock import Mock, patch

import pytest
from pytest_homeassistant_custom_component.common import snapshot_platform
from syrupy.assertion import SnapshotAssertion

from custom_components.video_analytics import PLATFORMS
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from tests.simulator.client import Simulator

from .accounts import state_of
from .conftest import AddAccount
from .hearing import hub_of, until

OF_MOMENTS = {Platform.EVENT, Platform.IMAGE, Platform.BINARY_SENSOR}
"""Those that listen at every camera."""


@pytest.fixture
async def still_world(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop the simulated clock, so that times can be compared, and give cameras always the same tokens."""
    await simulator.set_time("2026-11-21T12:00:00Z")
    await simulator.set_rate(0)
    for camera in await simulator.cameras():
        if camera["tempAccessExpiryDate"]:
            await simulator.patch_camera(str(camera["id"]), tempAccessExpiryDate="2026-12-24T12:00:00Z")
    for platform in ("camera", "image"):
        monkeypatch.setattr(f"homeassistant.components.{platform}._RND", Mock(getrandbits=lambda bits: 1))


@pytest.mark.usefixtures("everything_enabled", "still_world", "hass_storage", "in_a_hurry")
@pytest.mark.parametrize("platform", sorted({*PLATFORMS} - {Platform.SWITCH}))
async def test_entities(
    hass: HomeAssistant,
    simulator: Simulator,
    add_account: AddAccount,
    entity_registry: er.EntityRegistry,
    snapshot: SnapshotAssertion,
    platform: Platform,
) -> None:
    with patch("custom_components.video_analytics.PLATFORMS", [platform]):
        entry = await add_account(moments=True)
    if platform in OF_MOMENTS:
        cameras = {str(camera["id"]) for camera in await simulator.cameras()}
        await until(lambda: hub_of(entry)._memory.filled == cameras, 20)
    await snapshot_platform(hass, entity_registry, snapshot, entry.entry_id)


@pytest.mark.usefixtures("everything_enabled")
async def test_last_online_changes_only_while_offline(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount
) -> None:
    entry = await add_account()
    camera, *_ = await simulator.cameras()
    camera_id = str(camera["id"])
    first = state_of(hass, entry, "sensor", "last_online", camera)
    await simulator.advance(600)
    await entry.runtime_data.coordinator.async_refresh()
    assert state_of(hass, entry, "sensor", "last_online", camera) == first

    await simulator.patch_camera(camera_id, isOnline=False, lastOnlineDate="2026-11-21T10:00:00Z")
    await entry.runtime_data.coordinator.async_refresh()
    assert state_of(hass, entry, "sensor", "last_online", camera) == "2026-11-21T10:00:00+00:00"
    await simulator.patch_camera(camera_id, lastOnlineDate="2026-11-21T10:01:00Z")
    await entry.runtime_data.coordinator.async_refresh()
    assert state_of(hass, entry, "sensor", "last_online", camera) == "2026-11-21T10:01:00+00:00"


async def test_entities_exist_by_what_a_camera_supports(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount, entity_registry: er.EntityRegistry
) -> None:
    entry = await add_account()
    camera, *_ = await simulator.cameras()

    def keys() -> set[str]:
        prefix = f"{entry.unique_id}_camera_{camera['id']}_"
        entries = er.async_entries_for_config_entry(entity_registry, entry.entry_id)
        return {item.unique_id.removeprefix(prefix) for item in entries if item.unique_id.startswith(prefix)}

    assert keys() == {"camera", "connectivity", "archive_depth", "last_online"}
    await simulator.patch_camera(str(camera["id"]), tempAccessExpiryDate="2027-01-01T00:00:00Z")
    await entry.runtime_data.coordinator.async_refresh()
    await hass.async_block_till_done()
    assert keys() == {"camera", "connectivity", "archive_depth", "last_online", "access_expires"}
