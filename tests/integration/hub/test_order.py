"""Moments are told once, in order, and when they are complete."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.video_analytics.moments import News, Slot, Told, hub as hub_module
from custom_components.video_analytics.vendors.models.moments import MomentKind, PictureRef, Recognition
from homeassistant.core import HomeAssistant

from ..accounts import find, state_of
from ..hearing import Heard, hub_of, settle, until
from ..invented import InventedMoments, moment

pytestmark = pytest.mark.usefixtures("hass_storage")


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


async def test_an_update_of_a_moment_in_the_queue_completes_it(
    source: InventedMoments, entry: MockConfigEntry, heard: Heard
) -> None:
    face = moment(MomentKind.FACE, end=None)
    source.happen(face)
    named = replace(face, subject="Anna Meyer", recognition=Recognition.KNOWN, picture=PictureRef("p1"))
    source.happen(updates=[named])
    await until(lambda: heard.events)
    assert heard.events[0].attributes["picture"]


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


def _subject(camera: str) -> Any:
    from custom_components.video_analytics.coordinator import Item

    return Item("cameras", camera)
