"""Watched people: when they are seen, and whether they were."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.video_analytics.devices import camera_identifier, person_identifier
from custom_components.video_analytics.names import normalised_name
from custom_components.video_analytics.vendors.models.moments import Moment, MomentKind
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr

from ..accounts import find
from ..hearing import hub_of, settle, until
from ..invented import InventedMoments, moment
from .automating import Automation, Automations
from .conftest import AddSystem

pytestmark = pytest.mark.usefixtures("hass_storage")

FACE = MomentKind.FACE
SEEN = "- trigger: video_analytics.person_seen"


@pytest.fixture
async def entry(source: InventedMoments, add_system: AddSystem) -> MockConfigEntry:
    """Set an account up that watches two people."""
    return await add_system(1, "Anna Meyer", "Bob")


def device_of(hass: HomeAssistant, entry: MockConfigEntry, name: str) -> str:
    """Return the id of a person's device."""
    identifier = person_identifier(entry, normalised_name(name))
    device = dr.async_get(hass).async_get_device_by_identifier(identifier, entry.entry_id)
    assert device is not None
    return device.id


def face(name: str | None, camera: str = "c1", **fields: Any) -> Moment:
    """Return a moment in which somebody is recognized."""
    return moment(FACE, camera, subject=name, **fields)


async def told(
    hass: HomeAssistant, source: InventedMoments, entry: MockConfigEntry, *moments: Moment, late: bool = False
) -> None:
    """Let something happen, and wait until everybody was told."""
    heard: list[str] = []
    unfollow = hub_of(entry).audience.follow(lambda news: heard.append(news.moment.id))
    source.happen(*moments, late=late)
    await until(lambda: {happened.id for happened in moments} <= {*heard})
    unfollow()
    await settle(hass)


async def test_a_watched_person_is_seen(
    hass: HomeAssistant, source: InventedMoments, entry: MockConfigEntry, automations: Automations
) -> None:
    automation = await automations.add(SEEN)
    anna, bob = face("anna MEYER", place="Reception"), face("Bob", "c2")
    await told(hass, source, entry, anna, face("Somebody"), bob, moment(MomentKind.PERSON))
    assert automation.events == [anna.id, bob.id]
    run, other = automation.runs
    assert (run["person"], run["camera"], run["seen_at"], run["place"]) == ("Anna Meyer", "Lobby", "Lobby", "Reception")
    assert run["entity_id"] == find(hass, entry, "camera", "camera", "c1")
    assert run["late"] is False
    assert run["description"] == "a watched person was seen at Lobby"
    assert (other["person"], other["seen_at"]) == ("Bob", "Roof")


async def test_who(
    hass: HomeAssistant, source: InventedMoments, entry: MockConfigEntry, automations: Automations
) -> None:
    by_device = await automations.add(f"{SEEN}\n  target: {{device_id: {device_of(hass, entry, 'Bob')}}}")
    anna, bob = face("Anna Meyer"), face("Bob")
    await told(hass, source, entry, anna, bob)
    assert by_device.events == [bob.id]


@pytest.mark.parametrize(
    "option", ["where: {{device_id: {device}}}", "where: {{area_id: {area}}}", "places: [ROOF, Elsewhere]"]
)
async def test_where(
    hass: HomeAssistant, source: InventedMoments, entry: MockConfigEntry, automations: Automations, option: str
) -> None:
    devices = dr.async_get(hass)
    roof = devices.async_get_device_by_identifier(camera_identifier(entry, "c2"), entry.entry_id)
    assert roof is not None
    devices.async_update_device(roof.id, area_id="garden")
    options = option.format(device=roof.id, area="garden")
    automation = await automations.add(f"{SEEN}\n  options:\n    {options}")
    here, there = face("Anna Meyer", "c2"), face("Anna Meyer")
    await told(hass, source, entry, here, there)
    assert automation.events == [here.id]


async def test_late_ones(
    hass: HomeAssistant, source: InventedMoments, entry: MockConfigEntry, automations: Automations
) -> None:
    automation = await automations.add(SEEN)
    with_late = await automations.add(f"{SEEN}\n  options: {{include_late: true}}")
    await told(hass, source, entry, anna := face("Anna Meyer"), late=True)
    assert automation.events == []
    assert with_late.events == [anna.id]
    assert with_late.runs[0]["late"] is True


async def test_an_account_that_watches_others_after_a_reload(
    hass: HomeAssistant, source: InventedMoments, entry: MockConfigEntry, automations: Automations
) -> None:
    automation = await automations.add(SEEN)
    (subentry,) = entry.subentries.values()
    hass.config_entries.async_update_subentry(entry, subentry, data={"people": [{"name": "Carla"}]})
    await settle(hass)
    anna, carla = face("Anna Meyer"), face("Carla")
    await told(hass, source, entry, anna, carla)
    assert automation.events == [carla.id]


async def check(hass: HomeAssistant, source: InventedMoments, entry: MockConfigEntry, automation: Automation) -> bool:
    """Tell whether an automation runs now whose condition is to be tested."""
    before = len(automation.runs)
    await told(hass, source, entry, moment(MomentKind.MOTION))
    return len(automation.runs) > before


async def when(automations: Automations, condition: str) -> Automation:
    """Add an automation that runs on motion if a condition holds."""
    return await automations.add("- trigger: video_analytics.detected\n  options: {kinds: motion}", condition)


async def test_a_watched_person_was_seen(
    hass: HomeAssistant, source: InventedMoments, entry: MockConfigEntry, automations: Automations
) -> None:
    condition = "- condition: video_analytics.person_was_seen"
    anybody = await when(automations, f"{condition}\n  options: {{within: {{minutes: 10}}}}")
    bob = device_of(hass, entry, "Bob")
    only_bob = await when(automations, f"{condition}\n  target: {{device_id: {bob}}}\n  options: {{within: 600}}")
    assert not await check(hass, source, entry, anybody)
    await told(hass, source, entry, face("Somebody"))
    assert not await check(hass, source, entry, anybody)
    now = datetime.now(UTC)
    await told(hass, source, entry, face("Bob", start=now - timedelta(minutes=10.1)), late=True)
    assert not await check(hass, source, entry, anybody)
    await told(hass, source, entry, face("Anna Meyer", start=now - timedelta(minutes=9.5)), late=True)
    assert await check(hass, source, entry, anybody)
    assert not await check(hass, source, entry, only_bob)
    await told(hass, source, entry, face("Bob"))
    assert await check(hass, source, entry, only_bob)


async def test_a_watched_person_was_seen_somewhere(
    hass: HomeAssistant, source: InventedMoments, entry: MockConfigEntry, automations: Automations
) -> None:
    """Also if the same person was seen elsewhere since then."""
    roof = find(hass, entry, "camera", "camera", "c2")
    options = f"options: {{within: '00:10:00', where: {{entity_id: {roof}}}}}"
    at_roof = await when(automations, f"- condition: video_analytics.person_was_seen\n  {options}")
    named = "- condition: video_analytics.person_was_seen\n  options: {within: 600, places: roof}"
    by_name = await when(automations, named)
    await told(hass, source, entry, face("Anna Meyer"))
    assert not await check(hass, source, entry, at_roof)
    assert not await check(hass, source, entry, by_name)
    await told(hass, source, entry, face("Anna Meyer", "c2"))
    await told(hass, source, entry, face("Anna Meyer"))
    assert await check(hass, source, entry, at_roof)
    assert await check(hass, source, entry, by_name)


async def test_who_was_seen_is_known_after_a_restart_and_late(
    hass: HomeAssistant, source: InventedMoments, entry: MockConfigEntry, automations: Automations
) -> None:
    options = "options: {within: {hours: 2}}"
    await told(hass, source, entry, face("Anna Meyer", start=datetime.now(UTC) - timedelta(hours=1)), late=True)
    await hass.config_entries.async_reload(entry.entry_id)
    automation = await when(automations, f"- condition: video_analytics.person_was_seen\n  {options}")
    recent = await when(automations, "- condition: video_analytics.person_was_seen\n  options: {within: {minutes: 59}}")
    assert await check(hass, source, entry, automation)
    assert not await check(hass, source, entry, recent)
