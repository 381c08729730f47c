"""Polling: short failures, refusals, rate limits, and who is woken."""

from collections import Counter
from collections.abc import Callable
from unittest.mock import patch

import pytest

from custom_components.video_analytics.camera import LiveCamera
from custom_components.video_analytics.entity import AccountEntity, CameraEntity
from homeassistant.config_entries import SOURCE_REAUTH
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers.entity import Entity
from tests.simulator.client import Simulator

from .accounts import find, state_of
from .conftest import AddAccount

type Later = Callable[[float], None]


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Later:
    """Return a function that moves the coordinator's clock."""
    now = [1000.0]
    monkeypatch.setattr("custom_components.video_analytics.coordinator.monotonic", lambda: now[0])

    def move(seconds: float) -> None:
        now[0] += seconds

    return move


def _states(hass: HomeAssistant) -> set[str]:
    return {state.state for state in hass.states.async_all("camera")}


@pytest.mark.parametrize(
    "fault",
    [{"status": 503}, {"body": "cut"}, {"body": "malformed"}, {"body": "truncated_json"}, {"body": "empty"}],
    ids=lambda fault: str(next(iter(fault.values()))),
)
async def test_a_short_failure_is_not_an_outage(
    hass: HomeAssistant,
    simulator: Simulator,
    add_account: AddAccount,
    later: Later,
    caplog: pytest.LogCaptureFixture,
    fault: dict[str, int | str],
) -> None:
    entry = await add_account()
    coordinator = entry.runtime_data.coordinator
    camera, *_ = await simulator.cameras()
    await simulator.fault("GET /v1/cameras", **fault)

    later(80)
    await coordinator.async_refresh()
    assert _states(hass) == {"streaming"}
    assert coordinator.last_update_success
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []

    later(20)
    await coordinator.async_refresh()
    await coordinator.async_refresh()
    assert _states(hass) == {"unavailable"}
    assert state_of(hass, entry, "binary_sensor", "connectivity", camera) == "unavailable"
    assert state_of(hass, entry, "sensor", "cameras_online") == "unavailable"
    assert len([record for record in caplog.records if record.levelname == "ERROR"]) == 1

    await simulator.clear_faults()
    await coordinator.async_refresh()
    assert _states(hass) == {"streaming"}


async def test_a_server_that_restarts_is_found_again(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount, later: Later
) -> None:
    coordinator = (await add_account()).runtime_data.coordinator
    await simulator.refuse()
    later(100)
    await coordinator.async_refresh()
    assert _states(hass) == {"unavailable"}
    await simulator.refuse(False)
    await coordinator.async_refresh()
    assert _states(hass) == {"streaming"}


async def test_a_key_is_only_asked_for_when_its_refusal_lasts(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount, later: Later
) -> None:
    entry = await add_account()
    coordinator = entry.runtime_data.coordinator

    def asked() -> bool:
        return any(entry.async_get_active_flows(hass, {SOURCE_REAUTH}))

    await simulator.fault("GET /v1/cameras", status=401, times=1)
    await coordinator.async_refresh()
    await coordinator.async_refresh()
    await simulator.fault("GET /v1/cameras", status=401)
    for seconds in (0, 30, 60):
        later(seconds)
        await coordinator.async_refresh()
        assert not asked()
    later(30)
    await coordinator.async_refresh()
    await hass.async_block_till_done()
    assert asked()
    assert _states(hass) == {"unavailable"}


async def test_polling_goes_on_while_a_refused_account_is_being_reconfigured(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount, later: Later
) -> None:
    entry = await add_account()
    coordinator = entry.runtime_data.coordinator
    form = await entry.start_reconfigure_flow(hass)
    await simulator.fault("GET /v1/cameras", status=401)
    for _ in range(4):
        later(60)
        await coordinator.async_refresh()
    assert _states(hass) == {"unavailable"}
    hass.config_entries.flow.async_abort(form["flow_id"])
    await coordinator.async_refresh()
    await hass.async_block_till_done()
    assert any(entry.async_get_active_flows(hass, {SOURCE_REAUTH}))


async def test_a_rate_limit_is_obeyed(simulator: Simulator, add_account: AddAccount, later: Later) -> None:
    coordinator = (await add_account()).runtime_data.coordinator
    await simulator.fault("GET /v1/cameras", status=429, retry_after=40)
    later(100)
    await coordinator.async_refresh()
    assert not coordinator.last_update_success
    await simulator.forget_requests()
    await coordinator.async_refresh()
    await coordinator.async_refresh()
    assert await simulator.requests() == []


async def test_an_unchanged_poll_wakes_nobody_although_tokens_rotate(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount
) -> None:
    coordinator = (await add_account()).runtime_data.coordinator
    first, second = await simulator.cameras(), await simulator.cameras()
    assert first != second
    written = _count_writes(hass)
    woken = Counter[str]()
    with patch.object(Entity, "async_write_ha_state", lambda entity: woken.update([entity.entity_id])):
        state = coordinator.data
        await coordinator.async_refresh()
        assert coordinator.data is state
    await hass.async_block_till_done()
    assert written == {}
    assert woken == {}


async def test_one_changed_camera_wakes_only_its_own_entities(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount
) -> None:
    entry = await add_account()
    camera, *_ = await simulator.cameras()
    await simulator.patch_camera(str(camera["id"]), archiveDays=3)
    woken = Counter[str]()

    def wake(entity: Entity) -> None:
        woken.update([entity.entity_id])

    with (
        patch.object(AccountEntity, "_handle_coordinator_update", wake),
        patch.object(CameraEntity, "_handle_coordinator_update", wake),
        patch.object(LiveCamera, "_handle_coordinator_update", wake),
    ):
        await entry.runtime_data.coordinator.async_refresh()
    assert woken == {
        find(hass, entry, "camera", "camera", camera): 1,
        find(hass, entry, "binary_sensor", "connectivity", camera): 1,
    }


async def test_a_camera_that_goes_offline(hass: HomeAssistant, simulator: Simulator, add_account: AddAccount) -> None:
    entry = await add_account()
    camera, *others = await simulator.cameras()
    written = _count_writes(hass)
    await simulator.patch_camera(str(camera["id"]), isOnline=False, liveHlsUrl=None, previewUrl=None)
    await entry.runtime_data.coordinator.async_refresh()
    await hass.async_block_till_done()
    assert state_of(hass, entry, "camera", "camera", camera) == "unavailable"
    assert state_of(hass, entry, "binary_sensor", "connectivity", camera) == "off"
    assert state_of(hass, entry, "sensor", "cameras_online") == str(len(others))
    assert written == {
        find(hass, entry, "camera", "camera", camera): 1,
        find(hass, entry, "binary_sensor", "connectivity", camera): 1,
        find(hass, entry, "sensor", "cameras_online"): 1,
    }


async def test_a_listener_that_fails_does_not_silence_the_others(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount, caplog: pytest.LogCaptureFixture
) -> None:
    entry = await add_account()
    camera, *_ = await simulator.cameras()
    await simulator.patch_camera(str(camera["id"]), isOnline=False)
    with patch.object(LiveCamera, "_show", side_effect=RuntimeError):
        await entry.runtime_data.coordinator.async_refresh()
    assert "Unexpected error updating a listener" in caplog.text
    assert state_of(hass, entry, "binary_sensor", "connectivity", camera) == "off"


def _count_writes(hass: HomeAssistant) -> Counter[str]:
    """Count states that are written, changed or not."""
    written = Counter[str]()

    @callback
    def changed(event: Event[EventStateChangedData]) -> None:
        written[event.data["entity_id"]] += 1

    hass.bus.async_listen("state_changed", changed)
    hass.bus.async_listen("state_reported", changed, event_filter=callback(lambda data: True))
    return written
