"""Targets: by entity, device, area, floor and label, as they are now."""

from dataclasses import replace

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.video_analytics import scope
from custom_components.video_analytics.devices import account_identifier, camera_identifier, server_identifier
from custom_components.video_analytics.vendors.models.moments import MomentKind
from custom_components.video_analytics.vendors.models.state import Camera, Part
from homeassistant.core import HomeAssistant
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
    floor_registry as fr,
    label_registry as lr,
)

from ..accounts import find
from ..hearing import hub_of, settle, until
from ..invented import Invented, InventedMoments, moment
from .automating import Automation, Automations
from .conftest import FEATURES, AddSystem

pytestmark = pytest.mark.usefixtures("hass_storage")

PERSON = MomentKind.PERSON


def device_of(hass: HomeAssistant, entry: MockConfigEntry, identifier: tuple[str, str]) -> str:
    """Return the id of a device."""
    device = dr.async_get(hass).async_get_device_by_identifier(identifier, entry.entry_id)
    assert device is not None
    return device.id


def camera_device(hass: HomeAssistant, entry: MockConfigEntry, camera: str) -> str:
    """Return the id of a camera's device."""
    return device_of(hass, entry, camera_identifier(entry, camera))


async def detected(automations: Automations, target: str | None) -> Automation:
    """Add an automation for people at some cameras."""
    where = f"\n  target: {target}" if target else ""
    return await automations.add(f"- trigger: video_analytics.detected{where}\n  options: {{kinds: [person]}}")


async def cameras(
    hass: HomeAssistant, source: InventedMoments, entry: MockConfigEntry, automation: Automation
) -> set[str]:
    """Let somebody be seen at every camera, and return for which ones the automation ran."""
    seen = {key: moment(PERSON, key) for key in entry.runtime_data.coordinator.data.cameras}
    source.happen(*seen.values())
    hub = hub_of(entry)
    told: list[str] = []
    unfollow = hub.audience.follow(lambda news: told.append(news.moment.id))
    await until(lambda: {happened.id for happened in seen.values()} <= {*told})
    unfollow()
    await settle(hass)
    return {key for key, happened in seen.items() if happened.id in automation.events}


@pytest.mark.parametrize(
    ("platform", "key"), [("camera", "camera"), ("event", "detection"), ("binary_sensor", "connectivity")]
)
async def test_any_entity_of_a_camera_is_the_camera(
    hass: HomeAssistant,
    source: InventedMoments,
    entry: MockConfigEntry,
    automations: Automations,
    platform: str,
    key: str,
) -> None:
    automation = await detected(automations, f"{{entity_id: {find(hass, entry, platform, key, 'c1')}}}")
    assert await cameras(hass, source, entry, automation) == {"c1"}


async def test_what_is_not_ours_is_no_camera(
    hass: HomeAssistant, source: InventedMoments, entry: MockConfigEntry, automations: Automations
) -> None:
    foreign = er.async_get(hass).async_get_or_create(
        "camera", "other", "1", device_id=camera_device(hass, entry, "c1"), config_entry=entry
    )
    target = f"{{entity_id: [{foreign.entity_id}, camera.gone], device_id: gone, area_id: gone, label_id: gone}}"
    assert await cameras(hass, source, entry, await detected(automations, target)) == set()


async def test_devices(
    hass: HomeAssistant, source: InventedMoments, entry: MockConfigEntry, automations: Automations
) -> None:
    """A camera's own; a server's and the account's are the cameras behind them."""
    camera = await detected(automations, f"{{device_id: {camera_device(hass, entry, 'c2')}}}")
    server = await detected(automations, f"{{device_id: {device_of(hass, entry, server_identifier(entry, 's1'))}}}")
    account = await detected(automations, f"{{device_id: {device_of(hass, entry, account_identifier(entry))}}}")
    assert await cameras(hass, source, entry, camera) == {"c2"}
    assert await cameras(hass, source, entry, server) == {"c1"}
    assert await cameras(hass, source, entry, account) == {"c1", "c2"}


async def test_a_zone_is_its_camera(
    hass: HomeAssistant, source: InventedMoments, entry: MockConfigEntry, automations: Automations
) -> None:
    zone = dr.async_get(hass).async_get_or_create_child(
        config_entry_id=entry.entry_id,
        identifiers={("video_analytics", "zone")},
        parent_device_id=camera_device(hass, entry, "c2"),
        name="Queue",
    )
    automation = await detected(automations, f"{{device_id: {zone.id}}}")
    assert await cameras(hass, source, entry, automation) == {"c2"}


async def test_areas_and_floors_as_they_are_now(
    hass: HomeAssistant,
    source: InventedMoments,
    entry: MockConfigEntry,
    automations: Automations,
) -> None:
    areas, devices = ar.async_get(hass), dr.async_get(hass)
    floor = fr.async_get(hass).async_create("Upstairs")
    garden, attic = areas.async_create("Garden"), areas.async_create("Attic")
    by_area = await detected(automations, "{area_id: garden}")
    by_floor = await detected(automations, "{floor_id: upstairs}")
    assert await cameras(hass, source, entry, by_area) == set()
    devices.async_update_device(camera_device(hass, entry, "c1"), area_id=garden.id)
    assert await cameras(hass, source, entry, by_area) == {"c1"}
    assert await cameras(hass, source, entry, by_floor) == set()
    areas.async_update(garden.id, floor_id=floor.floor_id)
    assert await cameras(hass, source, entry, by_floor) == {"c1"}
    devices.async_update_device(camera_device(hass, entry, "c1"), area_id=attic.id)
    assert await cameras(hass, source, entry, by_area) == set()
    assert await cameras(hass, source, entry, by_floor) == set()
    # The account is in the garden, but its cameras are not.
    devices.async_update_device(device_of(hass, entry, account_identifier(entry)), area_id=garden.id)
    assert await cameras(hass, source, entry, by_area) == set()


async def test_labels_of_devices_entities_and_areas(
    hass: HomeAssistant, source: InventedMoments, entry: MockConfigEntry, automations: Automations
) -> None:
    label = lr.async_get(hass).async_create("Outside").label_id
    automation = await detected(automations, f"{{label_id: {label}}}")
    assert await cameras(hass, source, entry, automation) == set()
    er.async_get(hass).async_update_entity(find(hass, entry, "event", "detection", "c2"), labels={label})
    assert await cameras(hass, source, entry, automation) == {"c2"}
    dr.async_get(hass).async_update_device(camera_device(hass, entry, "c1"), labels={label})
    assert await cameras(hass, source, entry, automation) == {"c1", "c2"}
    er.async_get(hass).async_update_entity(find(hass, entry, "event", "detection", "c2"), labels=set())
    assert await cameras(hass, source, entry, automation) == {"c1"}


async def test_a_camera_that_is_renamed_stays_one_that_is_added_joins(
    hass: HomeAssistant,
    source: InventedMoments,
    invented: Invented,
    entry: MockConfigEntry,
    automations: Automations,
) -> None:
    automation = await detected(automations, "{area_id: yard}")
    yard = ar.async_get(hass).async_create("Yard")
    dr.async_get(hass).async_update_device(camera_device(hass, entry, "c1"), area_id=yard.id)
    new = Camera(id="c3", name="Shed", supports=FEATURES, online=True, places=("Yard",))
    invented.state = replace(invented.state, cameras={**invented.state.cameras, "c3": new})
    await entry.runtime_data.coordinator.async_refresh()
    await settle(hass)
    er.async_get(hass).async_update_entity(find(hass, entry, "camera", "camera", "c1"), new_entity_id="camera.another")
    assert await cameras(hass, source, entry, automation) == {"c1", "c3"}
    assert automation.runs[0]["entity_id"] == "camera.another"


async def test_the_vendor_is_asked_for_cameras_whose_entities_are_disabled(
    hass: HomeAssistant,
    source: InventedMoments,
    entry: MockConfigEntry,
    automations: Automations,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Only as long as an automation wants to hear of them."""
    monkeypatch.setattr(scope, "_SETTLE", 0)
    registry = er.async_get(hass)
    of_c2 = er.async_entries_for_device(registry, camera_device(hass, entry, "c2"))
    for entity in of_c2:
        if entity.domain != "camera":
            registry.async_update_entity(entity.entity_id, disabled_by=er.RegistryEntryDisabler.USER)
    await hass.config_entries.async_reload(entry.entry_id)
    await settle(hass)

    def wanted() -> frozenset[str]:
        return source.wanted().subjects[Part.MOMENTS]

    assert wanted() == {"c1"}
    area = ar.async_get(hass).async_create("Garden")
    automation = await detected(automations, f"{{area_id: {area.id}}}")
    assert wanted() == {"c1"}
    dr.async_get(hass).async_update_device(camera_device(hass, entry, "c2"), area_id=area.id)
    await until(lambda: wanted() == {"c1", "c2"})
    await automations.load([])
    assert wanted() == {"c1"}
    await automations.load(automations.configs)
    assert await cameras(hass, source, entry, automation) == {"c2"}
    assert automation.runs[0]["entity_id"] == find(hass, entry, "camera", "camera", "c2")


async def test_what_the_options_leave_out_is_not_asked_for(
    hass: HomeAssistant, source: InventedMoments, add_system: AddSystem, automations: Automations
) -> None:
    await detected(automations, None)
    entry = await add_system(1)
    assert source.wanted().subjects[Part.MOMENTS] == {"c1", "c2"}
    hass.config_entries.async_update_entry(entry, options={"all_events": False, "event_cameras": ["c1"]})
    await settle(hass)
    await until(lambda: source.wanted().subjects[Part.MOMENTS] == {"c1"})


async def test_accounts_do_not_mix(
    hass: HomeAssistant,
    source: InventedMoments,
    invented: Invented,
    add_system: AddSystem,
    automations: Automations,
) -> None:
    """Both have cameras with the same ids."""
    first = await add_system(1)
    invented.moments = InventedMoments()
    second = await add_system(2)
    of_first = await detected(automations, f"{{device_id: {camera_device(hass, first, 'c1')}}}")
    of_all = await detected(automations, None)
    here, there = moment(PERSON), moment(PERSON)
    source.happen(here)
    invented.moments.happen(there)
    await until(lambda: len(of_all.runs) == 2)
    assert of_first.events == [here.id]
    runs = {run["event_id"]: run for run in of_all.runs}
    assert runs[here.id]["device_id"] == camera_device(hass, first, "c1")
    assert runs[there.id]["device_id"] == camera_device(hass, second, "c1")
