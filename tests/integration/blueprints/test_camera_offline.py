"""A camera is offline, and comes back."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.core import HomeAssistant
from tests.simulator.client import Simulator

from ..accounts import find
from ..hearing import until
from ..test_moments import PATIENCE
from .conftest import UseBlueprint
from .phones import Phone

pytestmark = pytest.mark.usefixtures("hass_storage", "in_a_hurry")


@pytest.mark.parametrize("back", [True, False])
async def test_a_camera_is_offline_and_back(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: MockConfigEntry,
    use: UseBlueprint,
    phone: Phone,
    door: str,
    gate: str,
    back: bool,
) -> None:
    cameras = {"entity_id": find(hass, entry, "sensor", "cameras_online")}
    inputs: dict[str, Any] = {"cameras": cameras, "lasting": {"milliseconds": 200}, "back": back}
    automation = await use("camera_offline", **inputs, phones=[phone.device_id])

    def waiting() -> int:
        state = hass.states.get(automation)
        assert state is not None
        return int(state.attributes["current"])

    async def online(camera: str, is_online: bool) -> None:
        await simulator.patch_camera(camera, isOnline=is_online)
        await entry.runtime_data.coordinator.async_refresh()

    await online(door, False)
    await until(lambda: len(phone.messages) == 1, PATIENCE)
    await online(gate, False)
    await until(lambda: len(phone.messages) == 2, PATIENCE)
    await until(lambda: waiting() == 2 * back)
    await online(gate, True)
    await online(door, True)
    await until(lambda: waiting() == 0 and len(phone.messages) == 2 + 2 * back, PATIENCE)
    gone, came = phone.messages[:2], phone.messages[2:]
    assert [(message["title"], message["message"]) for message in gone] == [
        ("Front door", "The camera is offline."),
        (gone[1]["title"], "The camera is offline."),
    ]
    assert {message["message"] for message in came} <= {"The camera is online again."}
    # It takes the place of the other message.
    if back:
        assert [message["data"]["tag"] for message in came] == [message["data"]["tag"] for message in reversed(gone)]
