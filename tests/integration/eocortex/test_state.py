"""Cameras and servers that come and go, and what happens without rights or licences."""

from collections import Counter

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events

from homeassistant.config_entries import SOURCE_REAUTH
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from tests.simulator.client import Simulator

from ..accounts import find, state_of
from ..conftest import AddAccount
from .conftest import Later
from .system import FIRST, SECOND, cameras_of, state_of_server


def states(hass: HomeAssistant, entry: MockConfigEntry, cameras: list[str]) -> set[str]:
    """Return the states of cameras."""
    return {state_of(hass, entry, "camera", "camera", camera) for camera in cameras}


async def poll(entry: MockConfigEntry) -> None:
    """Poll once."""
    await entry.runtime_data.coordinator.async_refresh()


async def test_a_camera_that_goes_offline_is_seen_within_one_poll(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount
) -> None:
    entry = await add_account()
    camera, other, *_ = (row["Id"] for row in await simulator.cameras())
    online = int(state_of(hass, entry, "sensor", "cameras_online"))
    await simulator.patch_camera(camera, online=False)
    await poll(entry)
    assert state_of(hass, entry, "camera", "camera", camera) == "unavailable"
    assert state_of(hass, entry, "binary_sensor", "connectivity", camera) == "off"
    assert state_of(hass, entry, "binary_sensor", "connectivity", other) == "on"
    assert state_of(hass, entry, "sensor", "cameras_online") == str(online - 1)

    await simulator.patch_camera(camera, online=True)
    await poll(entry)
    assert state_of(hass, entry, "camera", "camera", camera) != "unavailable"
    assert state_of(hass, entry, "binary_sensor", "connectivity", camera) == "on"


async def test_recording_is_shown(hass: HomeAssistant, simulator: Simulator, add_account: AddAccount) -> None:
    camera = (await simulator.cameras())[0]["Id"]
    await simulator.patch_camera(camera, recording=True)
    entry = await add_account()
    assert state_of(hass, entry, "camera", "camera", camera) == "recording"
    await simulator.patch_camera(camera, recording=False)
    await poll(entry)
    assert state_of(hass, entry, "camera", "camera", camera) == "streaming"


async def test_a_disabled_camera_is_offline(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount, later: Later
) -> None:
    entry = await add_account()
    camera = (await simulator.cameras())[0]["Id"]
    await simulator.patch_camera(camera, IsDisabled=True)
    later(601)  # the configuration is asked for again
    await poll(entry)
    assert state_of(hass, entry, "camera", "camera", camera) == "unavailable"


@pytest.mark.parametrize(("silent", "answering"), [(FIRST, SECOND), (SECOND, FIRST)])
async def test_a_silent_server_makes_its_own_cameras_unavailable_and_nothing_else(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount, later: Later, silent: str, answering: str
) -> None:
    rows = await simulator.cameras()
    lost, kept = cameras_of(rows, silent), cameras_of(rows, answering)
    entry = await add_account()
    assert states(hass, entry, lost) <= {"streaming", "recording"}

    await simulator.refuse(server=silent)
    later(91)
    await poll(entry)

    assert states(hass, entry, lost) == {"unavailable"}
    assert states(hass, entry, kept) <= {"streaming", "recording"}
    assert state_of_server(hass, entry, "binary_sensor", "connectivity", silent) == "off"
    assert state_of_server(hass, entry, "binary_sensor", "connectivity", answering) == "on"
    assert state_of(hass, entry, "sensor", "cameras_online") == str(len(kept))

    await simulator.refuse(False)
    await poll(entry)
    assert states(hass, entry, lost) <= {"streaming", "recording"}
    assert state_of_server(hass, entry, "binary_sensor", "connectivity", silent) == "on"


@pytest.mark.parametrize("server", [FIRST, SECOND, None])
async def test_a_server_that_restarts_makes_nothing_flap(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount, later: Later, server: str | None
) -> None:
    for row in await simulator.cameras():
        await simulator.patch_camera(row["Id"], recording=True)
    await simulator.set_rate(0)  # or something would be counted
    entry = await add_account()
    await poll(entry)
    changes = async_capture_events(hass, EVENT_STATE_CHANGED)

    await simulator.refuse(server=server)
    for _ in range(2):
        later(30)
        await poll(entry)
    await simulator.refuse(False)
    later(25)
    await poll(entry)
    await hass.async_block_till_done()

    assert changes == []
    assert "unavailable" not in {state.state for state in hass.states.async_all()}


async def test_a_server_that_is_silent_from_the_start_is_found_later(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount
) -> None:
    rows = await simulator.cameras()
    await simulator.refuse(server=SECOND)
    entry = await add_account()
    assert states(hass, entry, cameras_of(rows, SECOND)) == {"unavailable"}
    assert state_of_server(hass, entry, "binary_sensor", "connectivity", SECOND) == "off"
    await simulator.refuse(False)
    await poll(entry)
    assert "unavailable" not in states(hass, entry, cameras_of(rows, SECOND))


async def test_a_server_that_cannot_be_understood_is_like_a_silent_one(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount, later: Later
) -> None:
    entry = await add_account()
    rows = await simulator.cameras()
    await simulator.fault("/command", body="truncated_json", server=SECOND)
    later(91)
    await poll(entry)
    assert states(hass, entry, cameras_of(rows, SECOND)) == {"unavailable"}
    assert "unavailable" not in states(hass, entry, cameras_of(rows, FIRST))


async def test_a_new_camera_appears_and_one_that_moved_hangs_behind_its_new_server(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount, later: Later
) -> None:
    entry = await add_account()
    moved = cameras_of(await simulator.cameras(), FIRST)[0]
    added = await simulator.add_camera()
    await simulator.patch_camera(moved, AttachedToServer=SECOND)
    later(601)
    await poll(entry)
    await hass.async_block_till_done()
    assert state_of(hass, entry, "camera", "camera", added)
    assert entry.runtime_data.coordinator.data.cameras[moved].server == SECOND
    assert state_of(hass, entry, "camera", "camera", moved) != "unavailable"


async def test_a_user_without_special_rights_sees_the_states(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount, entity_registry: er.EntityRegistry
) -> None:
    await simulator.quirks(api_for="senior")
    await simulator.add_user("guard", "guard-ss-7421")
    entry = await add_account(login="guard", password="guard-ss-7421")
    account = entry.runtime_data.coordinator.account
    assert account.modules is None
    assert account.switched_off.keys() >= {"modules", "camera_status"}
    keys = Counter(
        item.unique_id.rpartition("_")[2] for item in er.async_entries_for_config_entry(entity_registry, entry.entry_id)
    )
    cameras = len(await simulator.cameras())
    assert keys["camera"] == cameras
    assert keys["problem"] == keys["facescomplete"] == 0


async def test_a_refusal_that_lasts_asks_for_new_credentials(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount, later: Later
) -> None:
    entry = await add_account()
    await simulator.key("rotate")
    for _ in range(5):
        later(45)
        await poll(entry)
    await hass.async_block_till_done()
    assert any(entry.async_get_active_flows(hass, {SOURCE_REAUTH}))
    assert state_of(hass, entry, "sensor", "cameras_online") == "unavailable"


async def test_problems_are_told_while_somebody_looks(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount, entity_registry: er.EntityRegistry, later: Later
) -> None:
    entry = await add_account()
    camera = (await simulator.cameras())[0]["Id"]
    for platform, key in (("binary_sensor", "problem"), ("sensor", "stream_issue"), ("sensor", "receive_rate")):
        entity_registry.async_update_entity(find(hass, entry, platform, key, camera), disabled_by=None)
    await hass.config_entries.async_reload(entry.entry_id)
    expected = {"Ok": ("off", "none"), "ErrorMain": ("on", "main"), "ErrorSound": ("on", "sound")}
    expected |= {"Wait": ("unknown", "waiting"), "ErrorDream": ("unknown", "unknown")}
    for status, (problem, issue) in expected.items():
        await simulator.patch_camera(camera, status=status)
        later(61)
        await poll(entry)
        assert state_of(hass, entry, "binary_sensor", "problem", camera) == problem, status
        assert state_of(hass, entry, "sensor", "stream_issue", camera) == issue, status
    assert float(state_of(hass, entry, "sensor", "receive_rate", camera)) > 0.5
