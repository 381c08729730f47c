"""The hub, with a vendor whose moments come exactly when a test says so."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.video_analytics.moments import News, Slot, Told, hub as hub_module
from custom_components.video_analytics.vendors.errors import NotFound, SignInFailed, Unreachable
from custom_components.video_analytics.vendors.models.moments import (
    MomentKind,
    PictureRef,
    Recognition,
    Source,
    SourceStatus,
)
from custom_components.video_analytics.vendors.models.state import Feature, Part
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er

from .accounts import find, state_of
from .hearing import Heard, hub_of, until
from .invented import STATE, Invented, InventedHistory, InventedMoments, moment, picture_of

pytestmark = pytest.mark.usefixtures("hass_storage")

FEATURES = frozenset({Feature.DETECTIONS, Feature.EVENT_PICTURES, Feature.MOTION, Feature.PEOPLE, Feature.FACES})


@pytest.fixture
def source(invented: Invented) -> InventedMoments:
    """Give the vendor moments and a history, and two cameras that detect."""
    invented.moments = InventedMoments()
    invented.history = InventedHistory()
    cameras = {key: replace(camera, supports=camera.supports | FEATURES) for key, camera in STATE.cameras.items()}
    invented.state = replace(STATE, cameras=cameras)
    return invented.moments


@pytest.fixture
def history(source: InventedMoments, invented: Invented) -> InventedHistory:
    """Return the vendor's history."""
    assert invented.history is not None
    return invented.history


@pytest.fixture
async def heard(hass: HomeAssistant, source: InventedMoments, entry: MockConfigEntry) -> Heard:
    """Hear all of the set-up account."""
    heard = Heard(hass)
    heard.follow(entry)
    return heard


async def settle(hass: HomeAssistant) -> None:
    """Let everything happen that need not wait."""
    for _ in range(5):
        await asyncio.sleep(0)
    await hass.async_block_till_done()


async def test_a_moment_is_told_with_its_picture(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    source: InventedMoments,
    entry: MockConfigEntry,
    heard: Heard,
) -> None:
    client = await hass_client()
    seen = moment(
        MomentKind.PERSON,
        confidence=0.9,
        direction="in",
        attributes={"colour": "red"},
        picture=PictureRef("p1"),
        name="Human",
    )
    source.happen(seen)
    await until(lambda: heard.events)
    (state,) = heard.events
    assert state.entity_id == find(hass, entry, "event", "detection", "c1")
    picture = state.attributes["picture"]
    assert picture.startswith(f"/api/video_analytics/{entry.entry_id}/picture/")
    assert state.attributes["picture_signed"].startswith(f"{picture}?authSig=")
    answer = await client.get(picture)
    assert await answer.read() == picture_of("p1").content
    known = {
        "event_type": "person",
        "id": seen.id,
        "kind": "person",
        "name": "Human",
        "camera": "Lobby",
        "confidence": 0.9,
        "direction": "in",
        "attributes": {"colour": "red"},
        "person": None,
        "plate": None,
    }
    assert known.items() <= state.attributes.items()
    # Images and sensors came before it.
    image = hass.states.get(find(hass, entry, "image", "last_event", "c1"))
    assert image is not None
    assert image.state == seen.start.isoformat()
    assert image.last_changed_timestamp <= state.last_changed_timestamp
    assert state_of(hass, entry, "binary_sensor", "person", "c1") == "on"
    assert state_of(hass, entry, "binary_sensor", "motion", "c1") == "off"


async def test_a_moment_without_a_picture_is_told_at_once(
    source: InventedMoments, entry: MockConfigEntry, heard: Heard
) -> None:
    source.happen(moment())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert len(heard.events) == 1
    assert heard.events[0].attributes["picture"] is None
    assert heard.events[0].attributes["picture_signed"] is None


async def test_a_picture_is_waited_for_only_so_long(
    hass: HomeAssistant, source: InventedMoments, entry: MockConfigEntry, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    object.__setattr__(entry.runtime_data.coordinator.options, "picture_wait", 0.2)
    source.slow["p1"] = asyncio.Event()
    seen = moment(picture=PictureRef("p1"))
    source.happen(seen)
    await asyncio.sleep(0.1)
    assert heard.events == []
    await until(lambda: heard.events)
    assert heard.events[0].attributes["picture"] is None
    image = find(hass, entry, "image", "last_event", "c1")
    assert hass.states.get(image).state == "unknown"  # type: ignore[union-attr]

    # When it comes, the image shows it; the event has been told.
    source.slow["p1"].set()
    await until(lambda: hass.states.get(image).state == seen.start.isoformat())  # type: ignore[union-attr]
    assert len(heard.events) == 1


async def test_a_picture_that_is_late_is_not_shown_over_a_newer_one(
    hass: HomeAssistant, source: InventedMoments, entry: MockConfigEntry, heard: Heard
) -> None:
    object.__setattr__(entry.runtime_data.coordinator.options, "picture_wait", 0.0)
    source.slow["p1"] = asyncio.Event()
    source.happen(moment(picture=PictureRef("p1")))
    newer = moment(picture=PictureRef("p2"))
    source.happen(newer)
    image = find(hass, entry, "image", "last_event", "c1")
    await until(lambda: hass.states.get(image).state == newer.start.isoformat())  # type: ignore[union-attr]
    source.slow["p1"].set()
    await settle(hass)
    assert state_of(hass, entry, "image", "last_event", "c1") == newer.start.isoformat()


@pytest.mark.parametrize("answer", [None, NotFound("picture")])
async def test_a_picture_that_the_vendor_has_not_written_yet_is_asked_for_again(
    source: InventedMoments, entry: MockConfigEntry, heard: Heard, answer: NotFound | None
) -> None:
    source.pictures["p1"] = [answer]
    source.happen(moment(picture=PictureRef("p1")))
    await until(lambda: heard.events)
    assert heard.events[0].attributes["picture"]
    assert source.asked == ["p1", "p1"]


async def test_an_event_whose_picture_cannot_be_had_is_told_without(
    source: InventedMoments, entry: MockConfigEntry, heard: Heard
) -> None:
    source.pictures["p1"] = [Unreachable("no answer")]
    source.happen(moment(picture=PictureRef("p1")))
    await until(lambda: heard.events)
    assert heard.events[0].attributes["picture"] is None


async def test_order_is_kept_per_camera_and_no_camera_waits_for_another(
    source: InventedMoments, entry: MockConfigEntry, heard: Heard
) -> None:
    source.slow["p1"] = asyncio.Event()
    first, second = moment(picture=PictureRef("p1")), moment()
    other = moment(MomentKind.MOTION, "c2")
    source.happen(first, second, other)
    await until(lambda: heard.events)
    assert heard.ids == [other.id]
    source.slow["p1"].set()
    await until(lambda: len(heard.events) == 3)
    assert heard.ids == [other.id, first.id, second.id]


async def test_what_comes_twice_is_told_once(source: InventedMoments, entry: MockConfigEntry, heard: Heard) -> None:
    seen = moment()
    source.happen(seen, seen)
    source.happen(seen)
    source.happen(moment(id="last"))
    await until(lambda: "last" in heard.ids)
    assert heard.ids == [seen.id, "last"]


async def test_two_in_the_same_instant_are_two_events(
    hass: HomeAssistant, source: InventedMoments, entry: MockConfigEntry, heard: Heard
) -> None:
    now = datetime.now(UTC)
    one, two = (moment(start=now, picture=PictureRef(name)) for name in ("p1", "p2"))
    source.happen(one, two)
    await until(lambda: len(heard.events) == 2)
    assert heard.ids == [one.id, two.id]
    assert heard.events[0].state < heard.events[1].state
    # The image shows the second: a page loads it anew only if the state is another.
    shown = datetime.fromisoformat(state_of(hass, entry, "image", "last_event", "c1"))
    assert now < shown < now + timedelta(seconds=1)


async def test_a_face_waits_for_its_name(
    hass: HomeAssistant, source: InventedMoments, entry: MockConfigEntry, heard: Heard
) -> None:
    face = moment(MomentKind.FACE, end=None)
    source.happen(face)
    await asyncio.sleep(0.1)
    assert heard.events == []
    source.happen(updates=[replace(face, subject="Anna Meyer", recognition=Recognition.KNOWN)])
    await until(lambda: heard.events)
    assert heard.events[0].entity_id == find(hass, entry, "event", "face", "c1")
    assert heard.events[0].attributes["event_type"] == "recognized"
    assert heard.events[0].attributes["person"] == "Anna Meyer"
    assert state_of(hass, entry, "sensor", "last_face", "c1") == "Anna Meyer"


async def test_a_face_does_not_wait_for_ever(
    hass: HomeAssistant,
    source: InventedMoments,
    entry: MockConfigEntry,
    heard: Heard,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hub_module, "_SUBJECT_WAIT", 0.1)
    face = moment(MomentKind.FACE, end=None, picture=PictureRef("p1"))
    source.happen(face)
    await until(lambda: heard.events)
    assert heard.events[0].attributes["event_type"] == "unknown"
    assert state_of(hass, entry, "sensor", "last_face", "c1") == "unrecognized"
    # A name that comes later changes the sensor, and is no event.
    source.happen(updates=[replace(face, subject="Anna Meyer")])
    await until(lambda: state_of(hass, entry, "sensor", "last_face", "c1") == "Anna Meyer")
    assert len(heard.events) == 1
    assert state_of(hass, entry, "image", "last_face", "c1") == face.start.isoformat()


async def test_a_face_that_is_known_to_be_a_strangers_does_not_wait(
    source: InventedMoments, entry: MockConfigEntry, heard: Heard
) -> None:
    source.happen(moment(MomentKind.FACE, recognition=Recognition.UNKNOWN))
    await asyncio.sleep(0.05)
    assert heard.events[0].attributes["event_type"] == "unknown"


async def test_a_picture_that_comes_with_an_update_is_shown(
    hass: HomeAssistant, source: InventedMoments, entry: MockConfigEntry, heard: Heard
) -> None:
    seen = moment(end=None)
    source.happen(seen)
    await until(lambda: heard.events)
    source.happen(updates=[replace(seen, picture=PictureRef("p1"))])
    image = find(hass, entry, "image", "last_event", "c1")
    await until(lambda: hass.states.get(image).state == seen.start.isoformat())  # type: ignore[union-attr]
    assert len(heard.events) == 1


async def test_an_update_of_a_moment_in_the_queue_completes_it(
    source: InventedMoments, entry: MockConfigEntry, heard: Heard
) -> None:
    face = moment(MomentKind.FACE, end=None)
    source.happen(face)
    named = replace(face, subject="Anna Meyer", recognition=Recognition.KNOWN, picture=PictureRef("p1"))
    source.happen(updates=[named])
    await until(lambda: heard.events)
    assert heard.events[0].attributes["picture"]


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


async def test_a_late_moment_is_shown_but_is_no_event(
    hass: HomeAssistant, source: InventedMoments, entry: MockConfigEntry, heard: Heard
) -> None:
    long_ago = datetime.now(UTC) - timedelta(minutes=10)
    late = [moment(start=long_ago + timedelta(seconds=n), picture=PictureRef(f"p{n}")) for n in range(3)]
    source.happen(*late, late=True)
    image = find(hass, entry, "image", "last_event", "c1")
    await until(lambda: hass.states.get(image).state == late[-1].start.isoformat())  # type: ignore[union-attr]
    assert heard.events == []
    assert [(told.moment.id, told.news) for told in heard.told] == [(item.id, News.LATE) for item in late]
    assert source.asked == ["p2"]  # of many only the one that is shown

    live = moment()
    source.happen(live)
    await until(lambda: heard.events)
    older = moment(start=long_ago - timedelta(minutes=1), picture=PictureRef("p9"))
    source.happen(older, late=True)
    await until(lambda: len(heard.told) == 5)
    await settle(hass)
    assert hub_of(entry).last(heard.told[0].subject, Slot.EVENT).moment.id == live.id  # type: ignore[union-attr]
    assert heard.ids == [live.id]


async def test_a_kind_that_the_vendor_did_not_announce_is_other(
    source: InventedMoments, entry: MockConfigEntry, heard: Heard
) -> None:
    source.happen(moment(MomentKind.INTRUSION))
    await until(lambda: heard.events)
    assert heard.events[0].attributes["event_type"] == "other"
    assert heard.events[0].attributes["kind"] == "intrusion"


async def test_what_was_not_told_before_a_reload_is_told_after_it(
    hass: HomeAssistant, source: InventedMoments, entry: MockConfigEntry, heard: Heard
) -> None:
    source.slow["p1"] = asyncio.Event()
    waiting, other = moment(picture=PictureRef("p1")), moment(MomentKind.MOTION, "c2")
    source.happen(waiting)
    source.happen(other)
    await until(lambda: heard.events)
    assert await hass.config_entries.async_reload(entry.entry_id)
    heard.follow(entry)
    source.slow["p1"].set()
    source.happen(moment(id="last"))
    await until(lambda: "last" in heard.ids)
    assert heard.ids == [other.id, waiting.id, "last"]


async def test_a_batch_that_was_told_in_part_is_told_to_its_end(
    hass: HomeAssistant, source: InventedMoments, entry: MockConfigEntry, heard: Heard
) -> None:
    source.slow["p1"] = asyncio.Event()
    waiting = moment(picture=PictureRef("p1"))
    others = [moment(MomentKind.MOTION, "c2", start=waiting.start, id=f"other {number}") for number in range(3)]
    source.happen(others[0], waiting, *others[1:])
    await until(lambda: len(heard.events) == 3)
    for _ in range(2):  # what was told is known after the second restart, too
        assert await hass.config_entries.async_reload(entry.entry_id)
        await settle(hass)
    source.slow["p1"].set()
    await until(lambda: waiting.id in heard.ids)
    await settle(hass)
    assert heard.ids == [*(other.id for other in others), waiting.id]


async def test_the_first_start_begins_now_and_a_restart_where_it_ended(
    hass: HomeAssistant, source: InventedMoments, entry: MockConfigEntry, heard: Heard
) -> None:
    assert source.since == [None]
    source.happen(moment())
    await until(lambda: heard.events)
    await hass.config_entries.async_unload(entry.entry_id)
    assert source.listeners == 0
    source.happen(moment(id="meanwhile"))
    await hass.config_entries.async_setup(entry.entry_id)
    await until(lambda: "meanwhile" in heard.ids)
    assert len(heard.ids) == 2
    assert source.since[1] is not None


async def test_what_lasts_over_a_restart_stays_on_until_it_ends(
    hass: HomeAssistant, source: InventedMoments, entry: MockConfigEntry, heard: Heard
) -> None:
    hass.config_entries.async_update_entry(entry, options={"detection_hold": 0})
    await hass.async_block_till_done()
    lasting = moment(MomentKind.PERSON, end=None)
    source.happen(lasting)
    await until(lambda: heard.events)
    assert state_of(hass, entry, "binary_sensor", "person", "c1") == "on"
    await hass.config_entries.async_reload(entry.entry_id)
    assert state_of(hass, entry, "binary_sensor", "person", "c1") == "on"
    source.happen(updates=[replace(lasting, end=datetime.now(UTC))])
    await until(lambda: state_of(hass, entry, "binary_sensor", "person", "c1") == "off")


async def test_a_listener_that_fails_does_not_silence_the_others(
    source: InventedMoments, entry: MockConfigEntry, heard: Heard, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(told: Told) -> None:
        raise RuntimeError

    hub_of(entry).audience.watch(heard.told[0].subject if heard.told else _subject("c1"), fail)
    source.happen(moment())
    await until(lambda: heard.events)
    assert "Unexpected error telling of a moment" in caplog.text


async def test_a_source_that_fails_is_listened_to_again(
    source: InventedMoments,
    entry: MockConfigEntry,
    heard: Heard,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(hub_module, "_LISTEN_AGAIN", 0.01)
    first = moment()
    source.happen(first)
    await until(lambda: heard.events)
    broken: Any = replace(source.batches[0], moments=None)
    source.batches.append(broken)
    source.arrived.set()
    await until(lambda: "Unexpected error listening" in caplog.text)
    source.batches[1] = replace(source.batches[0], moments=(moment(id="after"),))
    await until(lambda: "after" in heard.ids)
    assert heard.ids == [first.id, "after"]


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


async def test_a_picture_that_is_not_kept_any_more_is_asked_for_again(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    source: InventedMoments,
    entry: MockConfigEntry,
    heard: Heard,
) -> None:
    source.happen(moment(picture=PictureRef("p1")))
    await until(lambda: heard.events)
    hass.config_entries.async_update_entry(entry, options={"picture_days": 0})
    await hass.async_block_till_done()
    client = await hass_client()
    image = hass.states.get(find(hass, entry, "image", "last_event", "c1"))
    assert image is not None
    answer = await client.get(image.attributes["entity_picture"])
    assert await answer.read() == picture_of("p1").content
    assert source.asked == ["p1", "p1"]


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


async def test_nothing_is_left_after_unloading(
    hass: HomeAssistant, source: InventedMoments, entry: MockConfigEntry
) -> None:
    source.slow["p1"] = asyncio.Event()
    source.happen(moment(MomentKind.FACE, picture=PictureRef("p1")), moment(MomentKind.PLATE, subject="B 1"))
    await settle(hass)
    hub = hub_of(entry)
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert source.listeners == 0
    assert not hub._tasks
    assert hub.audience.subjects == frozenset()
    assert entry.state is ConfigEntryState.NOT_LOADED
    assert [task for task in asyncio.all_tasks() if "moments of" in task.get_name()] == []


async def test_what_is_stored_goes_with_the_account(
    hass: HomeAssistant, source: InventedMoments, entry: MockConfigEntry, heard: Heard, hass_storage: dict[str, Any]
) -> None:
    source.happen(moment(MomentKind.FACE, subject="Anna Meyer", recognition=Recognition.KNOWN))
    await until(lambda: heard.events)
    key = f"video_analytics.{entry.entry_id}.moments"
    await hass.config_entries.async_unload(entry.entry_id)
    assert "Anna Meyer" in str(hass_storage[key])
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert key not in hass_storage


async def test_home_assistant_stops_listening_before_it_writes_for_the_last_time(
    hass: HomeAssistant, source: InventedMoments, entry: MockConfigEntry, heard: Heard
) -> None:
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
    await hass.async_block_till_done()
    assert source.listeners == 0
    source.happen(moment())
    await settle(hass)
    assert heard.events == []


async def test_a_stored_row_that_cannot_be_read_is_forgotten(
    hass: HomeAssistant, source: InventedMoments, entry: MockConfigEntry, heard: Heard, hass_storage: dict[str, Any]
) -> None:
    source.happen(moment(MomentKind.FACE, subject="Anna Meyer", recognition=Recognition.KNOWN))
    await until(lambda: heard.events)
    await hass.config_entries.async_unload(entry.entry_id)
    stored = hass_storage[f"video_analytics.{entry.entry_id}.moments"]["data"]
    stored["last"][0]["moment"]["kind"] = "a kind of the future"
    stored["open"] = [{}]
    await hass.config_entries.async_setup(entry.entry_id)
    assert state_of(hass, entry, "sensor", "last_face", "c1") == "unknown"


def _id(entry: MockConfigEntry, camera: str, key: str) -> str:
    return f"{entry.unique_id}_camera_{camera}_{key}"


def _subject(camera: str) -> Any:
    from custom_components.video_analytics.coordinator import Item

    return Item("cameras", camera)
