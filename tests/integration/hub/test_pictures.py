"""How moments get their pictures."""

import asyncio
from dataclasses import replace

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.video_analytics.vendors.errors import NotFound, Unreachable
from custom_components.video_analytics.vendors.models.moments import MomentKind, PictureRef
from custom_components.video_analytics.vendors.secret import Secret
from homeassistant.core import HomeAssistant

from ..accounts import find, state_of
from ..hearing import Heard, settle, until
from ..invented import InventedMoments, moment, picture_of

pytestmark = pytest.mark.usefixtures("hass_storage")


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


async def test_a_picture_whose_address_comes_with_an_update_is_asked_for_again(
    hass: HomeAssistant,
    source: InventedMoments,
    entry: MockConfigEntry,
    heard: Heard,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("custom_components.video_analytics.moments.thumbnails._RETRIES", ())
    source.pictures["p1"] = [None]
    seen = moment(end=None, picture=PictureRef("p1"))
    source.happen(seen)
    await until(lambda: heard.events)
    heard.follow(entry)
    source.happen(updates=[replace(seen, confidence=0.5)])
    await until(lambda: heard.told)
    await settle(hass)
    assert source.asked == ["p1"]
    source.happen(updates=[replace(seen, picture=PictureRef("p1", Secret("https://example.com/p1.jpg")))])
    await until(lambda: len(source.asked) == 2)
    image = find(hass, entry, "image", "last_event", "c1")
    await until(lambda: hass.states.get(image).state == seen.start.isoformat())  # type: ignore[union-attr]


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
