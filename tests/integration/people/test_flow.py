"""Subentries that watch people: chosen from those who were seen or typed, changed, removed."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.video_analytics.people import SUBENTRY_PEOPLE
from custom_components.video_analytics.vendors.models.moments import MomentKind
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.setup import async_setup_component

from ..hearing import hub_of, until
from ..invented import Invented, InventedMoments, moment
from .watching import KEYS, Result, device_of, fill_in, open_form, people_of, states_of, watch

pytestmark = pytest.mark.usefixtures("hass_storage")

FACE = MomentKind.FACE


def choices(form: Result) -> list[str]:
    """Return the names that a form offers."""
    options: list[str] = form["data_schema"].schema["people"].config["options"]
    return options


def suggested(form: Result) -> dict[str, Any]:
    """Return what a form is filled in with."""
    markers = form["data_schema"].schema
    return {
        str(marker): marker.description["suggested_value"]
        for marker in markers
        if marker.description and "suggested_value" in marker.description
    }


async def test_people_are_chosen_or_typed(
    hass: HomeAssistant, source: InventedMoments, entry: MockConfigEntry, entity_registry: er.EntityRegistry
) -> None:
    source.happen(moment(FACE, subject="Anna"), moment(FACE), moment(FACE, "c2", subject="Boris"))
    await until(lambda: hub_of(entry).names == ["Boris", "Anna"])
    form = await open_form(hass, entry)
    assert (form["type"], form["step_id"], form["errors"]) == (FlowResultType.FORM, "people", {})
    assert choices(form) == ["Boris", "Anna"]

    result = await fill_in(hass, form, "Anna", " Vera \u00a0 Smith ", seen_recently=2)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    (subentry,) = entry.subentries.values()
    assert (subentry.subentry_type, subentry.title) == (SUBENTRY_PEOPLE, "Anna, Vera Smith")
    assert subentry.data == {"people": [{"name": "Anna"}, {"name": "Vera Smith"}], "seen_recently": 2}

    # Each has a device behind the account's, which belongs to the subentry, as its entities do.
    account = dr.async_get(hass).async_get_device_by_identifier(
        ("video_analytics", str(entry.unique_id)), entry.entry_id
    )
    assert account is not None
    assert people_of(hass, entry) == {"Anna", "Vera Smith"}
    for name in ("Anna", "Vera Smith"):
        device = device_of(hass, entry, name)
        assert device is not None
        assert (device.config_subentry_id, device.via_device_id) == (subentry.subentry_id, account.id)
        assert device.entry_type is dr.DeviceEntryType.SERVICE
        entities = er.async_entries_for_device(entity_registry, device.id, include_disabled_entities=True)
        assert {(entity.domain, entity.unique_id.rpartition(f"_{name.lower()}_")[2]) for entity in entities} == {*KEYS}
        assert {entity.config_subentry_id for entity in entities} == {subentry.subentry_id}
        assert all(entity.disabled_by is None and entity.entity_category is None for entity in entities)
    # Whom the memory knows is filled at once; nobody knows where the other one was.
    assert states_of(hass, entry, "Anna")["last_seen_at"] == "Lobby"
    assert states_of(hass, entry, "Vera Smith") == {
        "last_seen": "unknown",
        "last_seen_at": "unknown",
        "seen": "unknown",
        "seen_recently": "off",
        "last_picture": "unknown",
    }


@pytest.mark.parametrize(
    ("names", "title", "shown"),
    [
        (("Anna", "ANNA", " anna "), "", "Anna"),
        (("Anna", "Boris", "Carla"), "", "Anna, Boris, Carla"),
        (("Anna", "Boris", "Carla", "Dora", "Emil"), "  ", "Anna, Boris, Carla + 2"),
        (("Anna", "Boris"), " Family ", "Family"),
    ],
)
async def test_a_subentry_is_called_after_its_people_or_by_its_title(
    hass: HomeAssistant,
    source: InventedMoments,
    entry: MockConfigEntry,
    names: tuple[str, ...],
    title: str,
    shown: str,
) -> None:
    subentry = await watch(hass, entry, *names, name=title)
    assert entry.subentries[subentry].title == shown
    assert len(people_of(hass, entry)) == len({name.strip().lower() for name in names})


async def test_somebody_has_to_be_watched(hass: HomeAssistant, source: InventedMoments, entry: MockConfigEntry) -> None:
    form = await open_form(hass, entry)
    result = await fill_in(hass, form, " ", "", name="Family", seen_recently=7)
    assert result["errors"] == {"people": "nobody"}
    assert suggested(result) == {"people": [" ", ""], "name": "Family", "seen_recently": 7}
    result = await fill_in(hass, result, "Anna")
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_a_person_has_one_owner(hass: HomeAssistant, source: InventedMoments, entry: MockConfigEntry) -> None:
    family = await watch(hass, entry, "Anna Berg", "Boris", name="Family")
    source.happen(*(moment(FACE, subject=name) for name in ("Boris", "Anna Berg", "Carla")))
    await until(lambda: len(hub_of(entry).names) == 3)
    form = await open_form(hass, entry)
    assert choices(form) == ["Carla"]
    result = await fill_in(hass, form, "Carla", "anna  BERG")
    assert result["errors"] == {"people": "watched_already"}
    assert result["description_placeholders"] == {"name": "Anna Berg", "owner": "Family"}
    staff = (await fill_in(hass, result, "Carla"))["title"]
    assert staff == "Carla"

    # What is taken out of one can be watched by another.
    form = await open_form(hass, entry, family)
    assert choices(form) == ["Anna Berg", "Boris"]
    result = await fill_in(hass, form, "Boris", "Carla")
    assert result["errors"] == {"people": "watched_already"}
    assert (await fill_in(hass, result, "Boris"))["reason"] == "reconfigure_successful"
    assert people_of(hass, entry) == {"Boris", "Carla"}
    other = await watch(hass, entry, "Anna Berg")
    device = device_of(hass, entry, "Anna Berg")
    assert device is not None
    assert device.config_subentry_id == other


async def test_who_is_watched_is_changed(hass: HomeAssistant, source: InventedMoments, entry: MockConfigEntry) -> None:
    subentry = await watch(hass, entry, "Anna", "Boris", seen_recently=3)
    kept = device_of(hass, entry, "Boris")
    assert kept is not None
    form = await open_form(hass, entry, subentry)
    assert choices(form) == ["Anna", "Boris"]
    assert suggested(form) == {"people": ["Anna", "Boris"], "name": "", "seen_recently": 3}

    result = await fill_in(hass, form, "BORIS", "Carla", seen_recently=10)
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "reconfigure_successful")
    assert entry.subentries[subentry].title == "BORIS, Carla"
    assert people_of(hass, entry) == {"BORIS", "Carla"}
    device = device_of(hass, entry, "Boris")
    assert device is not None
    assert device.id == kept.id

    # A title that the user gave stays.
    await fill_in(hass, await open_form(hass, entry, subentry), "Carla", name="Family")
    form = await open_form(hass, entry, subentry)
    assert suggested(form)["name"] == "Family"
    await fill_in(hass, form, "Dora", name="Family")
    assert entry.subentries[subentry].title == "Family"
    assert people_of(hass, entry) == {"Dora"}


async def test_what_is_removed_leaves_nothing_behind(
    hass: HomeAssistant, source: InventedMoments, entry: MockConfigEntry, entity_registry: er.EntityRegistry
) -> None:
    before = {entity.entity_id for entity in er.async_entries_for_config_entry(entity_registry, entry.entry_id)}
    family = await watch(hass, entry, "Anna", "Boris")
    await watch(hass, entry, "Carla")
    hass.config_entries.async_remove_subentry(entry, family)
    await hass.async_block_till_done()
    assert people_of(hass, entry) == {"Carla"}
    left = {entity.entity_id for entity in er.async_entries_for_config_entry(entity_registry, entry.entry_id)} - before
    assert len(left) == len(KEYS)
    assert all("carla" in entity_id for entity_id in left)
    # The person is free again.
    await watch(hass, entry, "Anna")
    assert people_of(hass, entry) == {"Anna", "Carla"}


async def test_the_device_of_a_watched_person_is_not_deleted_apart(
    hass: HomeAssistant, source: InventedMoments, entry: MockConfigEntry, hass_ws_client: WebSocketGenerator
) -> None:
    assert await async_setup_component(hass, "config", {})
    await watch(hass, entry, "Anna")
    device = device_of(hass, entry, "Anna")
    assert device is not None
    client = await hass_ws_client(hass)
    answer = await client.remove_device(device.id)
    assert answer["error"]["message"] == "Failed to remove device entry, rejected by integration"
    assert device_of(hass, entry, "Anna") is not None


async def test_an_account_without_moments_watches_nobody(
    hass: HomeAssistant, invented: Invented, entry: MockConfigEntry
) -> None:
    result = await open_form(hass, entry)
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "no_people")


async def test_people_are_chosen_while_the_account_is_connected(
    hass: HomeAssistant, source: InventedMoments, entry: MockConfigEntry
) -> None:
    subentry = await watch(hass, entry, "Anna")
    assert await hass.config_entries.async_unload(entry.entry_id)
    for edited in (None, subentry):
        result = await open_form(hass, entry, edited)
        assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "not_loaded")
