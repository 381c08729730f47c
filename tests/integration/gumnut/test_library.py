"""A photo library in Home Assistant: its entities, what happens in it, and what that costs."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from unittest.mock import Mock, patch

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, snapshot_platform
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator
from syrupy.assertion import SnapshotAssertion

from custom_components.video_analytics.const import DOMAIN
from custom_components.video_analytics.media_ids import media_content_id
from custom_components.video_analytics.vendors.gumnut import state as state_module
from custom_components.video_analytics.vendors.models.photos import PersonDraft
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from tests.simulator.client import Simulator

from ..conftest import AddAccount
from ..hearing import Heard, until
from .photos import ANNA, MAREK, PATIENCE, PLACE, asked, entry_data, find, people_subentry, ready, shown

NOON = "2026-11-21T12:00:00Z"
JON = "Jon Baker"
QUIET = 0.5


@pytest.fixture
async def still_world(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop the simulated clock, and give images always the same tokens."""
    await simulator.set_time(NOON)
    await simulator.set_rate(0)
    monkeypatch.setattr("homeassistant.components.image._RND", Mock(getrandbits=lambda bits: 1))
    noon = Mock(utcnow=lambda: datetime.fromisoformat(NOON))
    monkeypatch.setattr("custom_components.video_analytics.photo_images.dt_util", noon)


@pytest.mark.usefixtures("everything_enabled", "still_world")
@pytest.mark.parametrize("platform", [Platform.EVENT, Platform.IMAGE, Platform.SENSOR])
async def test_entities(
    hass: HomeAssistant,
    simulator: Simulator,
    entity_registry: er.EntityRegistry,
    snapshot: SnapshotAssertion,
    platform: Platform,
) -> None:
    """The library's, and those of somebody who is watched."""
    library = await simulator.add_library("Holidays", grows=True)
    anna = next(row["people"] for row in await simulator.libraries() if row["id"] == library)[ANNA]
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Holidays",
        unique_id=f"gumnut_{library}",
        data=entry_data(simulator, library),
        subentries_data=[people_subentry({ANNA: anna})],
    )
    entry.add_to_hass(hass)
    with patch("custom_components.video_analytics.PLATFORMS", [platform]):
        await hass.config_entries.async_setup(entry.entry_id)
        await hass.async_block_till_done()
    await entry.runtime_data.coordinator.async_refresh()
    await hass.async_block_till_done()
    await snapshot_platform(hass, entity_registry, snapshot, entry.entry_id)


async def test_little_is_enabled_and_nothing_is_unknown(
    hass: HomeAssistant, add_account: AddAccount, entity_registry: er.EntityRegistry, people: dict[str, str]
) -> None:
    """But for events that have not happened yet."""
    anna = people[ANNA]
    entry = await add_account(people={ANNA: anna})
    await ready(hass, entry)
    enabled = [
        item for item in er.async_entries_for_config_entry(entity_registry, entry.entry_id) if item.disabled_by is None
    ]
    assert sorted((item.domain, item.unique_id.removeprefix(f"{entry.unique_id}_")) for item in enabled) == [
        ("event", "changes"),
        ("event", f"person_{anna}_photographed"),
        ("image", "newest_photo"),
        ("image", f"person_{anna}_newest_photo"),
        ("image", f"person_{anna}_portrait"),
        ("sensor", "items"),
        ("sensor", "named_people"),
        ("sensor", "newest_photo"),
        ("sensor", f"person_{anna}_birthday"),
        ("sensor", f"person_{anna}_last_photographed"),
        ("sensor", f"person_{anna}_photos"),
        ("sensor", "storage_used"),
        ("sensor", "taken_today"),
    ]
    states = {item.entity_id: hass.states.get(item.entity_id) for item in enabled if item.domain != "event"}
    assert [key for key, state in states.items() if state is None or state.state in ("unknown", "unavailable")] == []


async def test_people_of_photos_have_no_entities_of_being_seen(
    hass: HomeAssistant, add_account: AddAccount, entity_registry: er.EntityRegistry, people: dict[str, str]
) -> None:
    """Who is in a photo was somewhere at some time, which says nothing about now."""
    entry = await add_account(people={ANNA: people[ANNA]})
    keys = {item.unique_id for item in er.async_entries_for_config_entry(entity_registry, entry.entry_id)}
    assert [key for key in keys if "seen" in key or key.endswith(("last_picture", "_tags", "_confidence"))] == []


async def test_a_birthday_that_is_entered_later_gets_its_sensor(
    hass: HomeAssistant, add_account: AddAccount, people: dict[str, str]
) -> None:
    """What exists goes by what is set, now or later."""
    jon = people[JON]
    entry = await add_account(people={JON: jon})
    await ready(hass, entry)
    with pytest.raises(AssertionError):
        shown(hass, entry, "sensor", "birthday", jon)
    await entry.runtime_data.coordinator.account.photos.save_person(jon, PersonDraft(birthday=date(1990, 5, 17)))
    await told_of(entry, jon)
    await hass.async_block_till_done()
    assert shown(hass, entry, "sensor", "birthday", jon).state == "1990-05-17"


async def test_a_photo_of_somebody_else_is_one_event(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    simulator: Simulator,
    add_account: AddAccount,
    people: dict[str, str],
) -> None:
    """With its picture, who is in it and where it was taken; the sensors follow at once."""
    anna, marek = people[ANNA], people[MAREK]
    entry = await add_account(people={ANNA: anna, MAREK: marek})
    await ready(hass, entry)
    heard = Heard(hass)
    items = int(shown(hass, entry, "sensor", "items").state)
    photos = int(shown(hass, entry, "sensor", "photos", anna).state)

    photo = await simulator.add_photo(ANNA)
    await until(lambda: len(heard.events) == 3, PATIENCE)
    changes = find(hass, entry, "event", "changes")
    (added,) = [state for state in heard.events if state.attributes["event_type"] == "photo_added"]
    assert added.entity_id == changes
    assert added.attributes["id"] == photo
    assert (added.attributes["person"], added.attributes["place"]) == (ANNA, PLACE)
    assert added.attributes["attributes"]["person_ids"] == [anna]
    assert added.attributes["media_content_id"] == media_content_id(entry, photo)
    picture = await (await hass_client()).get(added.attributes["picture"])
    assert picture.status == HTTPStatus.OK
    assert (await picture.read()).startswith(b"\xff\xd8")

    # Besides, each face is told: for whoever looks at the library, and for whoever looks at the person.
    faces = [state for state in heard.events if state is not added]
    assert {state.entity_id for state in faces} == {
        changes,
        find(hass, entry, "event", "photographed", anna),
    }
    shows = {(state.attributes["person"], state.attributes["media_content_id"]) for state in faces}
    assert shows == {(ANNA, media_content_id(entry, photo))}

    await until(lambda: shown(hass, entry, "sensor", "items").state == str(items + 1), PATIENCE)
    await until(lambda: shown(hass, entry, "sensor", "photos", anna).state == str(photos + 1), PATIENCE)
    now = datetime.now(UTC)
    for state in (
        shown(hass, entry, "sensor", "newest_photo"),
        shown(hass, entry, "image", "newest_photo"),
        shown(hass, entry, "sensor", "last_photographed", anna),
        shown(hass, entry, "image", "newest_photo", anna),
    ):
        assert now - datetime.fromisoformat(state.state) < timedelta(minutes=1)
    assert shown(hass, entry, "sensor", "newest_photo").attributes["place"] == PLACE
    assert shown(hass, entry, "event", "photographed", marek).state == "unknown"
    await asyncio.sleep(QUIET)
    assert len(heard.events) == 3


async def test_what_the_library_finds_out_later_is_shown_later(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    simulator: Simulator,
    add_account: AddAccount,
    people: dict[str, str],
) -> None:
    """Pictures, places and faces follow an upload; the image always has a picture to show."""
    anna = people[ANNA]
    entry = await add_account(people={ANNA: anna})
    await ready(hass, entry)
    await simulator.quirks(processing_seconds=60, clustering_seconds=60)
    heard = Heard(hass)
    client = await hass_client()
    image = find(hass, entry, "image", "newest_photo")
    before = await (await client.get(f"/api/image_proxy/{image}")).read()
    items = int(shown(hass, entry, "sensor", "items").state)

    await simulator.add_photo(ANNA)
    await until(lambda: heard.events, PATIENCE)
    (added,) = heard.events
    assert [added.attributes[key] for key in ("person", "place", "picture")] == [None, None, None]
    await until(lambda: shown(hass, entry, "sensor", "items").state == str(items + 1), PATIENCE)
    assert await (await client.get(f"/api/image_proxy/{image}")).read() == before

    state = shown(hass, entry, "image", "newest_photo").state
    await simulator.advance(61)
    await until(lambda: len(heard.events) == 2, PATIENCE)
    assert heard.events[1].attributes["recognition"] == "unknown"
    await entry.runtime_data.coordinator.async_refresh()
    assert shown(hass, entry, "image", "newest_photo").state != state
    after = await client.get(f"/api/image_proxy/{image}")
    assert after.status == HTTPStatus.OK
    assert await after.read() != before
    assert shown(hass, entry, "sensor", "newest_photo").attributes["place"] == PLACE

    await simulator.advance(61)
    await until(lambda: len(heard.events) == 4, PATIENCE)
    assert {state.attributes["person"] for state in heard.events[2:]} == {ANNA}
    assert heard.events[-1].attributes["picture"]


async def test_images_are_the_librarys(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, add_account: AddAccount, people: dict[str, str]
) -> None:
    """The newest photo, somebody's newest photo, and the portrait."""
    anna = people[ANNA]
    entry = await add_account(people={ANNA: anna})
    await ready(hass, entry)
    client = await hass_client()
    seen = set()
    for key, person in (("newest_photo", None), ("newest_photo", anna), ("portrait", anna)):
        answer = await client.get(f"/api/image_proxy/{find(hass, entry, 'image', key, person)}")
        assert answer.status == HTTPStatus.OK
        assert answer.content_type == "image/jpeg"
        seen.add(await answer.read())
    assert len(seen) == 3


async def test_ten_thousand_changes_while_home_assistant_was_off_are_state(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount, people: dict[str, str]
) -> None:
    """No event, no notification; the numbers are right."""
    anna = people[ANNA]
    entry = await add_account(people={ANNA: anna})
    await ready(hass, entry)
    before = int(shown(hass, entry, "sensor", "items").state)
    await hass.config_entries.async_unload(entry.entry_id)
    await simulator.add_photo(ANNA, count=2500)  # each of them is five changes
    await simulator.advance(3600)
    heard = Heard(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    heard.follow(entry)
    await until(lambda: heard.told, PATIENCE)
    await ready(hass, entry)
    (library,) = await simulator.libraries()
    assert int(str(library["changes"])) > 10_000
    assert shown(hass, entry, "sensor", "items").state == str(before + 2500)
    assert int(shown(hass, entry, "sensor", "photos", anna).state) > 2500
    await asyncio.sleep(QUIET)
    assert heard.events == []
    assert heard.late == set(heard.told_ids)
    assert len(heard.told) <= 150

    photo = await simulator.add_photo(ANNA)
    await until(lambda: photo in heard.ids, PATIENCE)


async def test_a_phone_that_uploads_many_photos_at_once_hides_nobody(
    hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry
) -> None:
    """Each photo and each face is an event."""
    heard = Heard(hass)
    await ready(hass, entry)
    heard.follow(entry)
    photo = await simulator.add_photo(ANNA)
    await simulator.add_photo(MAREK, count=60)
    await until(lambda: len(set(heard.told_ids)) == 122, PATIENCE)
    assert photo in heard.ids
    assert len(heard.ids) == 122
    assert heard.late == set()


async def test_a_cursor_that_is_not_good_any_more_repeats_nothing(
    hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry
) -> None:
    """The feed is begun anew behind what was told."""
    heard = Heard(hass)
    await ready(hass, entry)
    first = await simulator.add_photo(ANNA)
    await until(lambda: len(heard.events) == 2, PATIENCE)
    await simulator.restore_feed()
    await asyncio.sleep(QUIET)
    second = await simulator.add_photo(MAREK)
    await until(lambda: len(heard.events) == 4, PATIENCE)
    added = [state for state in heard.events if state.attributes["event_type"] == "photo_added"]
    assert [state.attributes["id"] for state in added] == [first, second]


async def test_nothing_but_changes_is_asked_for_while_nothing_changes(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount, people: dict[str, str]
) -> None:
    """Whoever is watched, and however often Home Assistant looks."""
    entry = await add_account(people={ANNA: people[ANNA], MAREK: people[MAREK]})
    await ready(hass, entry)
    await simulator.forget_requests()
    for _ in range(5):
        await entry.runtime_data.coordinator.async_refresh()
    await asyncio.sleep(QUIET)
    assert set(asked(await simulator.requests())) == {"GET /api/events"}


async def test_after_a_photo_little_is_asked_for(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount, people: dict[str, str]
) -> None:
    """What is new, and what it changes."""
    entry = await add_account(people={ANNA: people[ANNA], MAREK: people[MAREK]})
    await ready(hass, entry)
    await simulator.forget_requests()
    await simulator.add_photo(ANNA)
    before = shown(hass, entry, "sensor", "last_photographed", people[ANNA]).state
    await until(lambda: shown(hass, entry, "sensor", "last_photographed", people[ANNA]).state != before, PATIENCE)
    await asyncio.sleep(QUIET)
    requests = [line for line in asked(await simulator.requests()) if line != "GET /api/events"]
    # The photo and its face, the library with its newest photo and today's count, Anna and her newest photo.
    assert sorted(requests) == [
        "GET /api/assets",
        "GET /api/assets",
        "GET /api/assets",
        "GET /api/assets/counts",
        "GET /api/faces",
        "GET /api/libraries",
        "GET /api/people",
    ]


async def test_a_library_in_the_trash_is_unavailable(
    hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry, library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a short failure, which is not an outage; it comes back with the library."""
    await ready(hass, entry)
    monkeypatch.setattr("custom_components.video_analytics.coordinator._GRACE", 0.0)
    monkeypatch.setattr(state_module, "_LIBRARY_EVERY", 0.0)
    await simulator.patch_library(library, trashed=True)
    entry.runtime_data.coordinator.account._state._library_due = 0.0
    await entry.runtime_data.coordinator.async_refresh()
    assert shown(hass, entry, "sensor", "items").state == "unavailable"
    await simulator.patch_library(library, trashed=False)
    await entry.runtime_data.coordinator.async_refresh()
    assert shown(hass, entry, "sensor", "items").state == "60"


async def test_the_device_is_a_service_that_is_called_as_the_library(
    entry: MockConfigEntry, device_registry: dr.DeviceRegistry
) -> None:
    """There are no cameras behind it."""
    (device,) = dr.async_entries_for_config_entry(device_registry, entry.entry_id)
    assert (device.name, device.manufacturer) == ("Harbour House", "Gumnut")
    assert device.entry_type is dr.DeviceEntryType.SERVICE


async def told_of(entry: MockConfigEntry, person: str) -> None:
    """Wait until the feed has told that somebody changed, and ask for it."""
    coordinator = entry.runtime_data.coordinator
    stale, before = coordinator.account._state.stale, coordinator.data.people.get(person)
    # Whoever asks in between takes the note away.
    await until(lambda: person in stale.people or coordinator.data.people.get(person) != before, PATIENCE)
    await coordinator.async_refresh()
