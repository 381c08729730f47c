"""What is told after a reload or a restart, and what is stored."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.video_analytics.vendors.models.moments import MomentKind, PictureRef, Recognition
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import HomeAssistant

from ..accounts import state_of
from ..hearing import Heard, hub_of, settle, until
from ..invented import InventedMoments, moment

pytestmark = pytest.mark.usefixtures("hass_storage")


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
