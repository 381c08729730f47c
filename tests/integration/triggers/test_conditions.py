"""Conditions on what is so at present."""

from dataclasses import replace

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.video_analytics import coordinator as coordinator_module
from custom_components.video_analytics.const import DOMAIN
from custom_components.video_analytics.vendors.errors import Unreachable
from custom_components.video_analytics.vendors.models.state import Zone, ZoneKind
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er

from ..accounts import find
from ..hearing import settle
from ..invented import Invented, InventedMoments
from .automating import Automations
from .conftest import AddSystem

pytestmark = pytest.mark.usefixtures("hass_storage", "source")

ONLINE = "- condition: video_analytics.camera_is_online"
AREA = "- condition: video_analytics.area_count"
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


@pytest.fixture
async def queue(hass: HomeAssistant, invented: Invented, source: InventedMoments, add_system: AddSystem) -> str:
    """Set an account up in which an area counts people and cars; return the sensor of the people."""
    zone = Zone(id="z1", name="Queue", camera="c1", kind=ZoneKind.AREA, counts={"Person": 7, "Car": 1})
    invented.state = replace(invented.state, zones={"z1": zone})
    await add_system(1)
    entity_id = er.async_get(hass).async_get_entity_id("sensor", DOMAIN, "invented_system-1_zone_c1_z1_count_person")
    assert entity_id
    return entity_id


@pytest.mark.parametrize(
    ("threshold", "holds"),
    [
        ("{type: above, value: {number: 6}}", True),
        ("{type: above, value: {number: 7}}", False),
        ("{type: below, value: {number: 8}}", True),
        ("{type: between, value_min: {number: 7}, value_max: {number: 9}}", True),
        ("{type: outside, value_min: {number: 7}, value_max: {number: 9}}", False),
        ("{type: above, value: {entity: input_number.longest_queue}}", True),
    ],
)
async def test_an_area_counts(
    hass: HomeAssistant, queue: str, automations: Automations, threshold: str, holds: bool
) -> None:
    hass.states.async_set("input_number.longest_queue", "5")
    target = f"{AREA}\n  target: {{entity_id: {queue}}}"
    automation = await automations.add(BUTTON, f"{target}\n  options: {{threshold: {threshold}}}")
    hass.bus.async_fire("test_button")
    await settle(hass)
    assert bool(automation.runs) is holds


async def test_counts_of_a_camera_or_an_area(hass: HomeAssistant, queue: str, automations: Automations) -> None:
    """Only what is counted matters, not a camera's other numbers."""
    entity = er.async_get(hass).async_get(queue)
    assert entity
    assert entity.device_id
    zone = dr.async_get(hass).async_get(entity.device_id)
    assert isinstance(zone, dr.ChildDeviceEntry)
    other = er.async_get(hass).async_get_or_create("sensor", DOMAIN, "other", device_id=zone.parent_device_id)
    hass.states.async_set(other.entity_id, "100")
    above = "threshold: {type: above, value: {number: 6}}"
    found = [
        await automations.add(BUTTON, f"{AREA}\n  target: {{device_id: {device}}}\n  options: {{{options}}}")
        for device in (zone.id, zone.parent_device_id)
        for options in (above, f"behavior: all, {above}", "threshold: {type: above, value: {number: 50}}")
    ]
    hass.bus.async_fire("test_button")
    await settle(hass)
    assert [bool(automation.runs) for automation in found] == [True, False, False] * 2
