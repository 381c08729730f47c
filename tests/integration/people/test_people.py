"""When and where watched people are seen, with a vendor whose moments come exactly when a test says so."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.video_analytics.diagnostics import async_get_config_entry_diagnostics
from custom_components.video_analytics.moments import News
from custom_components.video_analytics.people import Sighting
from custom_components.video_analytics.vendors.errors import Unreachable
from custom_components.video_analytics.vendors.models.moments import MomentKind, PictureRef, Recognition
from custom_components.video_analytics.vendors.models.state import Part
from homeassistant.core import CoreState, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er

from ..hearing import Heard, hub_of, settle, until
from ..invented import Invented, InventedHistory, InventedMoments, moment, picture_of
from .watching import KEYS, find_of, shown, states_of, watch, watched

pytestmark = pytest.mark.usefixtures("hass_storage")

FACE = MomentKind.FACE
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def heard(hass: HomeAssistant, source: InventedMoments, entry: MockConfigEntry) -> Heard:
    """Watch Anna and Boris, and hear of all events."""
    await watch(hass, entry, "Anna", "Boris")
    heard = Heard(hass)
    heard.follow(entry)
    return heard


@pytest.fixture
def sightings(entry: MockConfigEntry, heard: Heard) -> list[Sighting]:
    """Follow the watched people."""
    sightings: list[Sighting] = []
    watched(entry).follow(sightings.append)
    return sightings


def seen_by(heard: Heard) -> list[tuple[str, str]]:
    """Return the events of people: whose, and of which moment."""
    return [
        (state.entity_id.removeprefix("event.").removesuffix("_seen"), state.attributes["id"])
        for state in heard.events
        if state.attributes["event_type"] == "seen"
    ]


async def look_into_history(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Let a restart look into it as if it were the first one."""
    hub_of(entry)._memory.filled.clear()
    await hass.config_entries.async_reload(entry.entry_id)


async def test_somebody_is_seen(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    source: InventedMoments,
    entry: MockConfigEntry,
    heard: Heard,
) -> None:
    client = await hass_client()
    before = states_of(hass, entry, "Boris")
    order: list[str] = []
    hass.bus.async_listen("state_changed", callback(lambda event: order.append(event.data["entity_id"])))
    seen = moment(
        FACE,
        subject="ANNA ",
        recognition=Recognition.KNOWN,
        groups=("Family",),
        confidence=0.9,
        picture=PictureRef("p1"),
    )
    source.happen(seen)
    await until(lambda: seen_by(heard) == [("anna", seen.id)])
    assert states_of(hass, entry, "Anna") | {"seen": ""} == {
        "last_seen": seen.start.isoformat(timespec="seconds"),
        "last_seen_at": "Lobby",
        "seen": "",
        "seen_recently": "on",
        "last_picture": seen.start.isoformat(),
    }
    assert states_of(hass, entry, "Boris") == before

    # The event has the fields of all events, and comes after what it is about.
    event = shown(hass, entry, "event", "seen", "Anna")
    known = {
        "event_type": "seen",
        "id": seen.id,
        "kind": "face",
        "person": "ANNA ",
        "camera": "Lobby",
        "groups": ["Family"],
        "recognition": "known",
        "confidence": 0.9,
        "plate": None,
    }
    assert known.items() <= event.attributes.items()
    assert event.attributes["arrived"]
    assert event.attributes["picture_signed"].startswith(f"{event.attributes['picture']}?authSig=")
    at = {entity_id: place for place, entity_id in enumerate(order)}
    mine = {key: at[find_of(hass, entry, platform, key, "Anna")] for platform, key in KEYS}
    assert max(mine.values()) == mine["seen"]
    for path in (
        event.attributes["picture"],
        shown(hass, entry, "image", "last_picture", "Anna").attributes["entity_picture"],
    ):
        answer = await client.get(path)
        assert await answer.read() == picture_of("p1").content


async def test_others_are_nobody(
    hass: HomeAssistant, source: InventedMoments, entry: MockConfigEntry, heard: Heard, sightings: list[Sighting]
) -> None:
    before = {name: states_of(hass, entry, name) for name in ("Anna", "Boris")}
    source.happen(
        moment(FACE, subject="Annabel"),
        moment(FACE, recognition=Recognition.UNKNOWN),
        moment(MomentKind.PLATE, subject="Anna"),
        moment(MomentKind.MOTION),
    )
    await until(lambda: len(heard.told) == 4, 10)
    assert {name: states_of(hass, entry, name) for name in before} == before
    assert sightings == []


async def test_two_people_are_told_apart(
    hass: HomeAssistant, source: InventedMoments, entry: MockConfigEntry, heard: Heard, sightings: list[Sighting]
) -> None:
    first, second, third = (
        moment(FACE, "c1", subject="Anna"),
        moment(FACE, "c2", subject="Boris"),
        moment(FACE, "c2", subject="anna"),
    )
    source.happen(first, second)
    source.happen(third)
    await until(lambda: len(seen_by(heard)) == 3)
    assert seen_by(heard) == [("anna", first.id), ("boris", second.id), ("anna", third.id)]
    assert [(sighting.person.name, sighting.place) for sighting in sightings] == [
        ("Anna", "Lobby"),
        ("Boris", "Roof"),
        ("Anna", "Roof"),
    ]
    assert states_of(hass, entry, "Anna")["last_seen_at"] == "Roof"
    last = watched(entry).last("anna")
    assert last is not None
    assert (last.told.moment, last.place) == (third, "Roof")


async def test_seen_recently_ends(
    hass: HomeAssistant, source: InventedMoments, entry: MockConfigEntry, heard: Heard
) -> None:
    object.__setattr__(watched(entry).persons["anna"], "recently", timedelta(seconds=0.5))
    source.happen(moment(FACE, subject="Anna"))
    await until(lambda: states_of(hass, entry, "Anna")["seen_recently"] == "on")
    await asyncio.sleep(0.3)
    source.happen(moment(FACE, subject="Anna"))
    await asyncio.sleep(0.4)
    assert states_of(hass, entry, "Anna")["seen_recently"] == "on"
    await until(lambda: states_of(hass, entry, "Anna")["seen_recently"] == "off")


async def test_a_vendors_clock_that_is_wrong_does_not_matter_to_seen_recently(
    hass: HomeAssistant, source: InventedMoments, entry: MockConfigEntry, heard: Heard
) -> None:
    behind, ahead = (datetime.now(UTC) + 10 * sign * MINUTE for sign in (-1, 1))
    source.happen(moment(FACE, subject="Anna", start=behind, end=None, instant=True))
    await until(lambda: states_of(hass, entry, "Anna")["seen_recently"] == "on")
    # Of what comes late there is no other clock; but nobody was seen in the future.
    source.happen(moment(FACE, "c2", subject="Boris", start=ahead, end=None, instant=True), late=True)
    await until(lambda: states_of(hass, entry, "Boris")["seen_recently"] == "on")
    last = watched(entry).last("boris")
    assert last is not None
    assert last.at <= datetime.now(UTC)


async def test_late_ones_are_shown_if_they_are_newer_and_never_told_as_events(
    hass: HomeAssistant, source: InventedMoments, entry: MockConfigEntry, heard: Heard, sightings: list[Sighting]
) -> None:
    now = datetime.now(UTC)
    late = [
        moment(FACE, camera, subject=name, start=now - minutes * MINUTE, picture=PictureRef(f"p{minutes}"))
        for camera, name, minutes in (("c1", "Anna", 50), ("c1", "Anna", 40), ("c1", "Boris", 3), ("c1", "Carla", 2))
    ]
    source.happen(*late, late=True)
    await until(lambda: len(heard.told) == 4)
    assert states_of(hass, entry, "Anna")["last_seen"] == late[1].start.isoformat(timespec="seconds")
    assert states_of(hass, entry, "Anna")["seen_recently"] == "off"
    assert states_of(hass, entry, "Boris")["seen_recently"] == "on"
    # Their last pictures are fetched, though somebody else was seen last at that camera; the others are not.
    await until(lambda: states_of(hass, entry, "Anna")["last_picture"] == late[1].start.isoformat())
    assert set(source.asked) == {"p40", "p3", "p2"}

    older = moment(FACE, "c2", subject="Anna", start=now - 45 * MINUTE, picture=PictureRef("p45"))
    source.happen(older, late=True)
    await until(lambda: len(heard.told) == 5)
    assert states_of(hass, entry, "Anna")["last_seen_at"] == "Lobby"
    assert seen_by(heard) == []
    # Whoever follows hears of them, and that they are late.
    assert [sighting.told.moment.id for sighting in sightings] == [*(seen.id for seen in late[:3]), older.id]
    assert {sighting.told.news for sighting in sightings} == {News.LATE}


async def test_a_name_that_comes_too_late_for_an_event_is_shown(
    hass: HomeAssistant, source: InventedMoments, entry: MockConfigEntry, heard: Heard
) -> None:
    seen = moment(FACE, recognition=Recognition.KNOWN)
    source.happen(seen)
    await until(lambda: heard.told)
    source.happen(updates=[replace(seen, subject="Anna")])
    await until(lambda: states_of(hass, entry, "Anna")["last_seen_at"] == "Lobby")
    assert seen_by(heard) == []


async def test_a_picture_that_is_late_is_shown(
    hass: HomeAssistant, source: InventedMoments, entry: MockConfigEntry, heard: Heard
) -> None:
    object.__setattr__(entry.runtime_data.coordinator.options, "picture_wait", 0.0)
    source.slow["p1"] = asyncio.Event()
    seen = moment(FACE, subject="Anna", picture=PictureRef("p1"))
    source.happen(seen)
    await until(lambda: seen_by(heard))
    # Somebody else is seen there before the picture comes.
    source.happen(moment(FACE, subject="Boris"))
    await until(lambda: len(seen_by(heard)) == 2)
    assert states_of(hass, entry, "Anna")["last_picture"] == "unknown"
    at = watched(entry).last("anna")
    source.slow["p1"].set()
    await until(lambda: states_of(hass, entry, "Anna")["last_picture"] == seen.start.isoformat())
    assert len(seen_by(heard)) == 2
    after = watched(entry).last("anna")
    assert at is not None
    assert after is not None
    assert after.at == at.at


async def test_the_last_sighting_survives_a_restart(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    source: InventedMoments,
    entry: MockConfigEntry,
    heard: Heard,
) -> None:
    client = await hass_client()
    seen = moment(FACE, subject="Anna", picture=PictureRef("p1"))
    source.happen(seen, moment(FACE, subject="Boris"))
    await until(lambda: len(seen_by(heard)) == 2)
    before = states_of(hass, entry, "Anna")
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert set(states_of(hass, entry, "Anna").values()) == {"unavailable"}
    hass.set_state(CoreState.not_running)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_start()
    await settle(hass)
    assert states_of(hass, entry, "Anna") == before
    answer = await client.get(shown(hass, entry, "image", "last_picture", "Anna").attributes["entity_picture"])
    assert await answer.read() == picture_of("p1").content
    assert len(seen_by(heard)) == 2
    again = moment(FACE, subject="Anna")
    source.happen(again)
    await until(lambda: len(seen_by(heard)) == 3)
    assert seen_by(heard)[-1] == ("anna", again.id)


async def test_whoever_is_watched_later_is_filled_from_what_is_remembered(
    hass: HomeAssistant, source: InventedMoments, history: InventedHistory, entry: MockConfigEntry
) -> None:
    now = datetime.now(UTC)
    history.moments = [
        moment(FACE, "c1", subject=name, start=now - minutes * MINUTE, picture=PictureRef(f"p{minutes}"))
        for name, minutes in (("Boris", 30), ("Anna", 20), ("Anna", 10), ("Carla", 5))
    ]
    await look_into_history(hass, entry)
    await until(lambda: hub_of(entry).names == ["Carla", "Anna", "Boris"])
    await until(lambda: hub_of(entry)._memory.filled == {"c1", "c2"})
    assert source.asked == ["p5"]
    asked = len(history.queries)
    heard = Heard(hass)
    await watch(hass, entry, "Anna")
    anna = states_of(hass, entry, "Anna")
    assert (anna["last_seen"], anna["last_seen_at"]) == ((now - 10 * MINUTE).isoformat(timespec="seconds"), "Lobby")
    assert (anna["seen"], anna["seen_recently"]) == ("unknown", "off")
    # One picture, and no other request.
    await until(lambda: states_of(hass, entry, "Anna")["last_picture"] == (now - 10 * MINUTE).isoformat())
    assert source.asked == ["p5", "p10"]
    assert len(history.queries) == asked
    assert heard.events == []


async def test_whoever_is_watched_is_found_in_the_history(
    hass: HomeAssistant, source: InventedMoments, history: InventedHistory, entry: MockConfigEntry
) -> None:
    await watch(hass, entry, "Anna", "Boris")
    heard = Heard(hass)
    now = datetime.now(UTC)
    history.moments = [
        moment(FACE, camera, subject=name, start=now - minutes * MINUTE, picture=PictureRef(f"p{minutes}"))
        for camera, name, minutes in (("c1", "Anna", 9), ("c1", "Anna", 8), ("c1", "Carla", 7), ("c2", "Anna", 6))
    ]
    await look_into_history(hass, entry)
    await until(lambda: states_of(hass, entry, "Anna")["last_picture"] == (now - 6 * MINUTE).isoformat())
    assert states_of(hass, entry, "Anna")["last_seen_at"] == "Roof"
    assert states_of(hass, entry, "Boris")["last_seen"] == "unknown"
    await until(lambda: hub_of(entry)._memory.filled == {"c1", "c2"})
    assert sorted(source.asked) == ["p6", "p7", "p8"]
    assert heard.events == []


async def test_a_renamed_camera_is_shown_by_its_present_name_and_one_that_is_gone_by_its_last(
    hass: HomeAssistant, invented: Invented, source: InventedMoments, entry: MockConfigEntry, heard: Heard
) -> None:
    source.happen(moment(FACE, subject="Anna"))
    await until(lambda: seen_by(heard))
    cameras = invented.state.cameras
    foyer = replace(cameras["c1"], name="Foyer")
    invented.state = replace(invented.state, cameras={**cameras, "c1": foyer})
    await entry.runtime_data.coordinator.async_refresh()
    assert states_of(hass, entry, "Anna")["last_seen_at"] == "Foyer"
    invented.state = replace(invented.state, cameras={"c2": cameras["c2"]})
    await entry.runtime_data.coordinator.async_refresh()
    assert states_of(hass, entry, "Anna")["last_seen_at"] == "Foyer"
    # Its successor is listened to at once.
    invented.state = replace(invented.state, cameras={"c2": cameras["c2"], "c3": replace(cameras["c1"], id="c3")})
    await entry.runtime_data.coordinator.async_refresh()
    source.happen(moment(FACE, "c3", subject="Anna"))
    await until(lambda: len(seen_by(heard)) == 2)
    assert states_of(hass, entry, "Anna")["last_seen_at"] == "Lobby"


async def test_faces_are_wanted_of_all_cameras_whose_events_are(
    hass: HomeAssistant, source: InventedMoments, entry: MockConfigEntry, entity_registry: er.EntityRegistry
) -> None:
    """Also where the user has disabled every entity of a camera."""
    for entity in er.async_entries_for_config_entry(entity_registry, entry.entry_id):
        if "_camera_" in entity.unique_id:
            entity_registry.async_update_entity(entity.entity_id, disabled_by=er.RegistryEntryDisabler.USER)
    await hass.config_entries.async_reload(entry.entry_id)
    await until(lambda: source.listeners == 1)
    assert source.wanted().of(Part.MOMENTS) == frozenset()
    subentry = await watch(hass, entry, "Anna")
    assert source.wanted().of(Part.MOMENTS) == {"c1", "c2"}
    source.happen(moment(FACE, subject="Anna"))
    await until(lambda: states_of(hass, entry, "Anna")["last_seen_at"] == "Lobby")

    hass.config_entries.async_update_entry(entry, options={"all_events": False, "event_cameras": ["c2"]})
    await hass.async_block_till_done()
    assert source.wanted().of(Part.MOMENTS) == {"c2"}
    hass.config_entries.async_remove_subentry(entry, subentry)
    await hass.async_block_till_done()
    assert source.wanted().of(Part.MOMENTS) == frozenset()


async def test_a_person_stays_through_an_outage(
    hass: HomeAssistant, invented: Invented, source: InventedMoments, entry: MockConfigEntry, heard: Heard
) -> None:
    source.happen(moment(FACE, subject="Anna"))
    await until(lambda: seen_by(heard))
    before = states_of(hass, entry, "Anna")
    coordinator = entry.runtime_data.coordinator
    coordinator._succeeded -= 1000
    invented.error = Unreachable("no answer")
    await coordinator.async_refresh()
    assert not coordinator.last_update_success
    away = states_of(hass, entry, "Anna")
    assert away == dict.fromkeys(before, "unavailable") | {"seen": before["seen"]}
    invented.error = None
    await coordinator.async_refresh()
    assert states_of(hass, entry, "Anna") == before


async def test_a_listener_that_fails_keeps_nobody_else_from_hearing(
    hass: HomeAssistant,
    source: InventedMoments,
    entry: MockConfigEntry,
    heard: Heard,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError("broken")

    people, sightings = watched(entry), list[Sighting]()
    ends = [
        people.follow(fail),
        people.listen("anna", fail),
        people.watch("anna", fail),
        people.follow(sightings.append),
    ]
    source.happen(moment(FACE, subject="Anna"))
    await until(lambda: sightings)
    assert caplog.text.count("Unexpected error telling of a watched person") == 3
    for end in ends:
        end()
    source.happen(moment(FACE, subject="Anna"))
    await until(lambda: len(seen_by(heard)) == 2)
    assert len(sightings) == 1
    assert caplog.text.count("Unexpected error telling of a watched person") == 3


async def test_only_so_many_people_are_remembered(
    hass: HomeAssistant, source: InventedMoments, entry: MockConfigEntry, heard: Heard
) -> None:
    """Beside those who are watched, who are never forgotten."""
    source.happen(moment(FACE, subject="Anna"))
    source.happen(*(moment(FACE, subject=f"Passer-by {number}") for number in range(300)))
    await until(lambda: len(heard.told) == 301)
    names = hub_of(entry).names
    assert len(names) == 201
    assert names[-2:] == ["Passer-by 100", "Anna"]
    await hass.config_entries.async_reload(entry.entry_id)
    assert hub_of(entry).names == names


async def test_names_are_neither_logged_nor_in_diagnostics(
    hass: HomeAssistant, source: InventedMoments, entry: MockConfigEntry, heard: Heard, caplog: pytest.LogCaptureFixture
) -> None:
    await watch(hass, entry, "Wilhelmina")
    source.happen(moment(FACE, subject="WILHELMINA", picture=PictureRef("p1")))
    await until(lambda: states_of(hass, entry, "Wilhelmina")["last_seen_at"] == "Lobby")
    diagnostics = await async_get_config_entry_diagnostics(hass, entry)
    assert diagnostics["moments"]["watched_people"] == 3
    people = watched(entry)
    told = [repr(diagnostics), repr([*people.persons.values()]), repr(people.last("wilhelmina"))]
    told += [record.getMessage() for record in caplog.records if "video_analytics" in record.name]
    assert [text for text in told if "wilhelmina" in text.lower()] == []
