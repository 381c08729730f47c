"""Automations about what is added to a photo library, and about who is in it."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.video_analytics.condition import async_get_conditions
from custom_components.video_analytics.devices import account_identifier, person_identifier
from custom_components.video_analytics.media_ids import media_content_id
from custom_components.video_analytics.trigger import async_get_triggers
from custom_components.video_analytics.vendors.models.photos import Box
from homeassistant.components.media_source import async_resolve_media
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
from tests.simulator.client import Simulator

from ..conftest import AddAccount
from ..hearing import Heard, until
from ..triggers.automating import Automations
from ..triggers.test_examples import PHOTOS
from .photos import ANNA, MAREK, PATIENCE, PLACE, find, ready


@pytest.fixture
async def entry(hass: HomeAssistant, add_account: AddAccount, people: dict[str, str]) -> MockConfigEntry:
    """Watch two people of the library."""
    entry = await add_account(people={ANNA: people[ANNA], MAREK: people[MAREK]})
    await ready(hass, entry)
    return entry


@pytest.fixture
def automations(hass: HomeAssistant) -> Automations:
    """Return a place to write automations."""
    return Automations(hass)


def library_device(hass: HomeAssistant, entry: MockConfigEntry) -> str:
    """Return the id of the library's device."""
    device = dr.async_get(hass).async_get_device_by_identifier(account_identifier(entry), entry.entry_id)
    assert device is not None
    return device.id


def person_device(hass: HomeAssistant, entry: MockConfigEntry, person: str) -> str:
    """Return the id of a person's device."""
    device = dr.async_get(hass).async_get_device_by_identifier(person_identifier(entry, person), entry.entry_id)
    assert device is not None
    return device.id


async def test_a_photo_was_added(
    hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry, automations: Automations
) -> None:
    assert await async_setup_component(hass, "media_source", {})
    target = find(hass, entry, "event", "changes")
    automation = await automations.add(f"- trigger: video_analytics.photo_added\n  target: {{entity_id: {target}}}")
    photo = await simulator.add_photo(ANNA)
    await until(lambda: automation.runs, PATIENCE)
    (run,) = automation.runs
    assert run["event_id"] == photo
    assert (run["person"], run["place"], run["camera"], run["late"]) == (ANNA, PLACE, None, False)
    assert run["picture"].startswith("/api/video_analytics/")
    assert run["attributes"]["asset_id"] == photo
    assert run["media_content_id"] == media_content_id(entry, photo)
    played = await async_resolve_media(hass, run["media_content_id"], None)
    assert played.mime_type == "image/jpeg"
    assert run["description"] == "a photo was added"


async def test_a_watched_person_was_photographed(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: MockConfigEntry,
    automations: Automations,
    people: dict[str, str],
) -> None:
    """Who is aimed at decides; the library stands for everybody who is watched."""
    trigger = "- trigger: video_analytics.person_photographed\n  target: {device_id: %s}"
    anybody = await automations.add(trigger % library_device(hass, entry))
    marek = await automations.add(trigger % person_device(hass, entry, people[MAREK]))
    photo = await simulator.add_photo(ANNA, "Sofia Novak")
    await until(lambda: anybody.runs, PATIENCE)
    (run,) = anybody.runs
    assert (run["person"], run["place"], run["attributes"]["asset_id"]) == (ANNA, PLACE, photo)
    assert run["description"] == "a watched person was found in a photo of Harbour House"
    await simulator.add_photo(MAREK)
    await until(lambda: marek.runs, PATIENCE)
    await until(lambda: len(anybody.runs) == 2, PATIENCE)
    assert [run["person"] for run in (*anybody.runs, *marek.runs)] == [ANNA, MAREK, MAREK]


async def test_each_photo_is_told_once_however_many_faces_somebody_has_in_it(
    hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry, automations: Automations, people: dict[str, str]
) -> None:
    """As in a video, where somebody comes and goes."""
    anna = people[ANNA]
    device = person_device(hass, entry, anna)
    automation = await automations.add(
        f"- trigger: video_analytics.person_photographed\n  target: {{device_id: {device}}}"
    )
    heard = Heard(hass)
    photo = await simulator.add_photo(ANNA, video=True)
    photos = entry.runtime_data.coordinator.account.photos
    for x in (10, 300):
        await photos.create_face(photo, Box(x=x, y=10, w=50, h=50), anna)
    await until(lambda: [state.attributes["event_type"] for state in heard.events].count("face_found") == 3, PATIENCE)
    photographed = find(hass, entry, "event", "photographed", anna)
    assert [state.entity_id for state in heard.events].count(photographed) == 1
    assert len(automation.runs) == 1

    await simulator.add_photo(ANNA)
    await until(lambda: len(automation.runs) == 2, PATIENCE)
    assert [state.entity_id for state in heard.events].count(photographed) == 2


async def test_what_is_late_is_told_only_to_whoever_asks_for_it(
    hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry, automations: Automations, people: dict[str, str]
) -> None:
    """After an outage, or while Home Assistant was off."""
    device = person_device(hass, entry, people[ANNA])
    trigger = f"- trigger: video_analytics.person_photographed\n  target: {{device_id: {device}}}"
    plain = await automations.add(trigger)
    patient = await automations.add(f"{trigger}\n  options: {{include_late: true}}")
    await hass.config_entries.async_unload(entry.entry_id)
    await simulator.add_photo(ANNA)
    await simulator.advance(3600)
    await hass.config_entries.async_setup(entry.entry_id)
    await until(lambda: patient.runs, PATIENCE)
    assert patient.runs[0]["late"] is True
    assert plain.runs == []


@pytest.mark.parametrize("config", PHOTOS, ids=lambda config: config["trigger"])
async def test_the_examples_of_the_documentation(
    simulator: Simulator, entry: MockConfigEntry, automations: Automations, config: dict[str, Any]
) -> None:
    """As they are written there."""
    automation = await automations.add_config([config])
    await simulator.add_photo(ANNA)
    await until(lambda: automation.runs, PATIENCE)


@pytest.mark.parametrize(
    ("trigger", "advice"),
    [
        ("person_seen", "nobody whom cameras see is behind the target"),
        ("face_recognized", "the target is no camera"),
        ("photo_added", "the target is no photo library"),
        ("person_photographed", None),
    ],
)
async def test_a_person_in_photos_as_target(
    hass: HomeAssistant, entry: MockConfigEntry, people: dict[str, str], trigger: str, advice: str | None
) -> None:
    """Nobody waits for what will never happen."""
    kind = (await async_get_triggers(hass))[trigger]
    config = {"target": {"device_id": person_device(hass, entry, people[ANNA])}, "options": {}}
    if advice is None:
        assert await kind.async_validate_config(hass, config)
        return
    with pytest.raises(Exception, match=advice):
        await kind.async_validate_config(hass, config)


@pytest.mark.parametrize(
    ("trigger", "fits"),
    [("person_seen", False), ("face_recognized", False), ("photo_added", True), ("person_photographed", True)],
)
async def test_a_library_as_target(hass: HomeAssistant, entry: MockConfigEntry, trigger: str, fits: bool) -> None:
    """It stands for those who are watched in it, and has no cameras."""
    kind = (await async_get_triggers(hass))[trigger]
    config = {"target": {"device_id": library_device(hass, entry)}, "options": {}}
    if fits:
        assert await kind.async_validate_config(hass, config)
        return
    with pytest.raises(Exception, match=r"the target is|whom cameras see"):
        await kind.async_validate_config(hass, config)


async def test_nobody_in_a_photo_was_seen(hass: HomeAssistant, entry: MockConfigEntry, people: dict[str, str]) -> None:
    """The condition about being seen refuses them, too."""
    kind = (await async_get_conditions(hass))["person_was_seen"]
    config = {"target": {"device_id": person_device(hass, entry, people[ANNA])}, "options": {"within": "00:05:00"}}
    with pytest.raises(Exception, match="nobody whom cameras see"):
        await kind.async_validate_config(hass, config)
