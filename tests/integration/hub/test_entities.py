"""What entities of moments there are, and what they show without an event."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events

from custom_components.video_analytics.vendors.errors import SignInFailed, Unreachable
from custom_components.video_analytics.vendors.models.moments import (
    MomentKind,
    PictureRef,
    Recognition,
    Source,
    SourceStatus,
)
from custom_components.video_analytics.vendors.models.state import Part
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er

from ..accounts import find, state_of
from ..hearing import Heard, settle, until
from ..invented import Invented, InventedHistory, InventedMoments, moment

pytestmark = pytest.mark.usefixtures("hass_storage")


async def test_the_first_plate_of_a_camera_makes_its_entities_and_is_told(
    hass: HomeAssistant, source: InventedMoments, entry: MockConfigEntry, heard: Heard
) -> None:
    plates = [
        moment(MomentKind.PLATE, subject="а 123-вс 77", recognition=Recognition.WANTED, picture=PictureRef("p1")),
        moment(MomentKind.PLATE, subject="B 2", recognition=Recognition.KNOWN),
    ]
    source.happen(*plates)
    await until(lambda: len(heard.events) == 2)
    assert heard.ids == [plate.id for plate in plates]
    assert [state.attributes["event_type"] for state in heard.events] == ["wanted", "known"]
    assert heard.events[0].attributes["plate"] == "A123BC77"
    assert heard.events[0].entity_id == find(hass, entry, "event", "plate", "c1")
    assert state_of(hass, entry, "sensor", "last_plate", "c1") == "B2"
    assert state_of(hass, entry, "image", "last_plate", "c1") == plates[0].start.isoformat()


async def test_a_disabled_entity_is_not_waited_for(
    hass: HomeAssistant, source: InventedMoments, entry: MockConfigEntry, entity_registry: er.EntityRegistry
) -> None:
    source.happen(moment(MomentKind.PLATE, subject="B 2"))
    await settle(hass)
    await until(lambda: entity_registry.async_get_entity_id("event", "video_analytics", _id(entry, "c1", "plate")))
    event = find(hass, entry, "event", "plate", "c1")
    entity_registry.async_update_entity(event, disabled_by=er.RegistryEntryDisabler.USER)
    await settle(hass)
    source.happen(moment(MomentKind.PLATE, subject="B 3", recognition=Recognition.KNOWN))
    await until(lambda: state_of(hass, entry, "sensor", "last_plate", "c1") == "B3")
    assert hass.states.get(event) is None


async def test_new_entities_are_filled_from_the_history_without_an_event(
    hass: HomeAssistant, invented: Invented, history: InventedHistory, entry: MockConfigEntry
) -> None:
    """The history is empty when the account is set up: this camera comes later."""
    heard = Heard(hass)
    heard.follow(entry)
    await until(lambda: len(history.queries) == 2)
    then = datetime.now(UTC) - timedelta(hours=3)
    history.moments = [
        moment(MomentKind.FACE, "c3", start=then, subject="Anna Meyer", picture=PictureRef("p1")),
        moment(MomentKind.MOTION, "c3", start=then + timedelta(hours=1), picture=PictureRef("p2"), end=None),
        moment(MomentKind.MOTION, "c3", start=then - timedelta(hours=1), picture=PictureRef("p3")),
    ]
    new = replace(invented.state.cameras["c1"], id="c3", name="Yard")
    invented.state = replace(invented.state, cameras={**invented.state.cameras, "c3": new})
    await entry.runtime_data.coordinator.async_refresh()
    await until(lambda: len(history.queries) == 3)
    assert history.queries[-1].in_background
    await until(lambda: state_of(hass, entry, "image", "last_event", "c3") != "unknown")
    assert state_of(hass, entry, "image", "last_event", "c3") == (then + timedelta(hours=1)).isoformat()
    assert state_of(hass, entry, "image", "last_face", "c3") == then.isoformat()
    assert state_of(hass, entry, "sensor", "last_face", "c3") == "Anna Meyer"
    assert state_of(hass, entry, "event", "detection", "c3") == "unknown"
    assert state_of(hass, entry, "binary_sensor", "motion", "c3") == "off"
    assert heard.events == heard.told == []

    # It is remembered, and not asked for again.
    await hass.config_entries.async_reload(entry.entry_id)
    await settle(hass)
    assert len(history.queries) == 3
    assert state_of(hass, entry, "sensor", "last_face", "c3") == "Anna Meyer"
    assert state_of(hass, entry, "image", "last_face", "c3") == then.isoformat()


async def test_a_history_that_cannot_be_read_is_tried_again(
    hass: HomeAssistant,
    history: InventedHistory,
    entry: MockConfigEntry,
    invented: Invented,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await until(lambda: len(history.queries) == 2)
    monkeypatch.setattr("custom_components.video_analytics.moments.backfill._RETRY", 0.05)
    history.error = Unreachable("no answer")
    new = replace(invented.state.cameras["c1"], id="c3", name="Yard")
    invented.state = replace(invented.state, cameras={**invented.state.cameras, "c3": new})
    await entry.runtime_data.coordinator.async_refresh()
    await until(lambda: len(history.queries) == 3)
    history.error = None
    await until(lambda: len(history.queries) == 4)
    assert {query.camera for query in history.queries[2:]} == {"c3"}


async def test_only_what_somebody_looks_at_is_wanted(
    hass: HomeAssistant, source: InventedMoments, entry: MockConfigEntry, entity_registry: er.EntityRegistry
) -> None:
    assert source.wanted().of(Part.MOMENTS) == {"c1", "c2"}
    of_c2 = [
        item.entity_id
        for item in er.async_entries_for_config_entry(entity_registry, entry.entry_id)
        if "_camera_c2_" in item.unique_id
    ]
    for entity_id in of_c2:
        entity_registry.async_update_entity(entity_id, disabled_by=er.RegistryEntryDisabler.USER)
    await hass.async_block_till_done()
    assert source.wanted().of(Part.MOMENTS) == {"c1"}


async def test_cameras_whose_events_do_not_matter_have_no_entities_for_them(
    hass: HomeAssistant, source: InventedMoments, entry: MockConfigEntry, entity_registry: er.EntityRegistry
) -> None:
    assert entity_registry.async_get_entity_id("event", "video_analytics", _id(entry, "c2", "detection"))
    options = {"all_events": False, "event_cameras": ["c1"]}
    hass.config_entries.async_update_entry(entry, options=options)
    await hass.async_block_till_done()
    assert source.wanted().of(Part.MOMENTS) == {"c1"}
    for platform, key in (("event", "detection"), ("image", "last_event"), ("binary_sensor", "motion")):
        assert entity_registry.async_get_entity_id(platform, "video_analytics", _id(entry, "c1", key))
        assert not entity_registry.async_get_entity_id(platform, "video_analytics", _id(entry, "c2", key))
    assert entity_registry.async_get_entity_id("binary_sensor", "video_analytics", _id(entry, "c2", "connectivity"))


async def test_event_entities_stay_through_an_outage(
    hass: HomeAssistant, invented: Invented, source: InventedMoments, entry: MockConfigEntry, heard: Heard
) -> None:
    source.happen(moment())
    await until(lambda: heard.events)
    event, image = (find(hass, entry, *which, "c1") for which in (("event", "detection"), ("image", "last_event")))
    changes = async_capture_events(hass, "state_changed")
    invented.error = SignInFailed("POST /login: HTTP 401")
    coordinator = entry.runtime_data.coordinator
    coordinator._succeeded = -1e9  # long ago
    await coordinator.async_refresh()
    assert hass.states.get(image).state == "unavailable"  # type: ignore[union-attr]
    invented.error = None
    await coordinator.async_refresh()
    assert hass.states.get(image).state != "unavailable"  # type: ignore[union-attr]
    assert event not in [change.data["entity_id"] for change in changes]


async def test_how_events_arrive_is_shown(
    hass: HomeAssistant,
    source: InventedMoments,
    entry: MockConfigEntry,
    entity_registry: er.EntityRegistry,
    heard: Heard,
) -> None:
    sensor = find(hass, entry, "sensor", "event_source")
    entity_registry.async_update_entity(sensor, disabled_by=None)
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert state_of(hass, entry, "sensor", "event_source") == "push"
    source.present = SourceStatus(source=Source.POLLING, connected=True, expected_delay=timedelta(seconds=4))
    source.happen(moment())
    await until(lambda: state_of(hass, entry, "sensor", "event_source") == "polling")


def _id(entry: MockConfigEntry, camera: str, key: str) -> str:
    return f"{entry.unique_id}_camera_{camera}_{key}"
