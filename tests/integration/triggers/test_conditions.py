"""The condition that cameras are online."""

from dataclasses import replace

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.video_analytics import coordinator as coordinator_module
from custom_components.video_analytics.vendors.errors import Unreachable
from homeassistant.core import HomeAssistant

from ..accounts import find
from ..invented import Invented
from .automating import Automations, settle

pytestmark = pytest.mark.usefixtures("hass_storage", "source")

ONLINE = "- condition: video_analytics.camera_is_online"
BUTTON = "- trigger: event\n  event_type: test_button"


async def set_online(hass: HomeAssistant, invented: Invented, entry: MockConfigEntry, **online: bool | None) -> None:
    """Let cameras come or go."""
    cameras = {key: replace(camera, online=online[key]) for key, camera in invented.state.cameras.items()}
    invented.state = replace(invented.state, cameras=cameras)
    await entry.runtime_data.coordinator.async_refresh()
    await settle(hass)


@pytest.mark.parametrize(
    ("c1", "c2", "every", "one"),
    [(True, True, True, True), (True, False, False, True), (False, None, False, False), (True, None, False, True)],
)
async def test_cameras_are_online(
    hass: HomeAssistant,
    invented: Invented,
    entry: MockConfigEntry,
    automations: Automations,
    c1: bool | None,
    c2: bool | None,
    every: bool,
    one: bool,
) -> None:
    roof = find(hass, entry, "camera", "camera", "c2")
    all_cameras = await automations.add(BUTTON, ONLINE)
    any_camera = await automations.add(BUTTON, f"{ONLINE}\n  options: {{behavior: any}}")
    the_roof = await automations.add(BUTTON, f"{ONLINE}\n  target: {{entity_id: {roof}}}")
    nothing = await automations.add(BUTTON, f"{ONLINE}\n  target: {{area_id: nowhere}}")
    await set_online(hass, invented, entry, c1=c1, c2=c2)
    hass.bus.async_fire("test_button")
    await settle(hass)
    ran = [bool(automation.runs) for automation in (all_cameras, any_camera, the_roof, nothing)]
    assert ran == [every, one, c2 is True, False]


async def test_nothing_is_online_of_an_account_that_is_away(
    hass: HomeAssistant,
    invented: Invented,
    entry: MockConfigEntry,
    automations: Automations,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(coordinator_module, "_GRACE", 0)
    automation = await automations.add(BUTTON, f"{ONLINE}\n  options: {{behavior: any}}")
    invented.error = Unreachable("GET /state: it does not answer")
    await entry.runtime_data.coordinator.async_refresh()
    hass.bus.async_fire("test_button")
    await settle(hass)
    assert automation.runs == []
    await hass.config_entries.async_unload(entry.entry_id)
    hass.bus.async_fire("test_button")
    await settle(hass)
    assert automation.runs == []
    invented.error = None
    await hass.config_entries.async_setup(entry.entry_id)
    hass.bus.async_fire("test_button")
    await settle(hass)
    assert len(automation.runs) == 1
