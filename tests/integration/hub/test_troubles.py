"""The hub when something goes wrong at the worst moment."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.video_analytics.moments import backfill, hub as hub_module
from custom_components.video_analytics.vendors.errors import Unreachable
from custom_components.video_analytics.vendors.models.moments import (
    EventQuery,
    MomentKind,
    PictureRef,
    Source,
    Watermark,
)
from custom_components.video_analytics.vendors.track import LONGEST
from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store

from ..accounts import find, state_of
from ..hearing import Heard, hub_of, settle, until
from ..invented import Invented, InventedHistory, InventedMoments, moment, picture_of

pytestmark = pytest.mark.usefixtures("hass_storage")


async def test_a_reload_while_the_disk_is_slow_tells_nothing_twice(
    hass: HomeAssistant, source: InventedMoments, entry: MockConfigEntry, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was told is read by the next set-up, although writing it is not finished when the account is unloaded."""
    monkeypatch.setattr("custom_components.video_analytics.moments.memory._SAVE_DELAY", 0.0)
    await hass.config_entries.async_reload(entry.entry_id)  # writes, so that there is something to be read
    write = Store._async_write_data
    writing, finish = asyncio.Event(), asyncio.Event()

    async def write_slowly(store: Store[Any], data: dict[str, Any]) -> None:
        if "moments" in store.key:
            if "data_func" in data:
                data["data"] = data.pop("data_func")()
            writing.set()
            await finish.wait()
        await write(store, data)

    seen = moment()
    with monkeypatch.context() as patch:
        patch.setattr(Store, "_async_write_data", write_slowly)
        source.happen(seen)
        await until(lambda: heard.events)
        await writing.wait()
        reload = asyncio.create_task(hass.config_entries.async_reload(entry.entry_id))
        await asyncio.wait([reload], timeout=0.5)
        finish.set()
        assert await reload
    source.happen(moment(id="last"))
    await until(lambda: "last" in heard.ids)
    assert heard.ids == [seen.id, "last"]


async def test_all_of_a_crowd_are_told_by_the_entity_that_is_added_for_them(
    source: InventedMoments, entry: MockConfigEntry, heard: Heard
) -> None:
    crowd = [moment(MomentKind.PLATE, subject=f"A {number}", id=f"plate {number}") for number in range(60)]
    source.happen(*crowd)
    await until(lambda: len(heard.events) >= 16)
    await until(lambda: heard.ids[-1] == crowd[-1].id)
    assert heard.ids == [plate.id for plate in crowd]


async def test_who_looks_out_for_first_moments_and_fails_stops_nobody(
    hass: HomeAssistant, source: InventedMoments, entry: MockConfigEntry, heard: Heard, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise RuntimeError

    hub = hub_of(entry)
    hub.audience.look_out(fail)
    source.happen(moment(), moment(MomentKind.MOTION, "c2"))
    await until(lambda: len(heard.events) == 2)
    assert "Unexpected error telling of a moment" in caplog.text
    assert "Unexpected error listening" not in caplog.text
    await hass.config_entries.async_reload(entry.entry_id)
    assert source.since[-1] == source.batches[-1].watermark


async def test_who_fails_to_show_how_moments_arrive_stops_neither_them_nor_the_others(
    hass: HomeAssistant, source: InventedMoments, entry: MockConfigEntry, heard: Heard, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise RuntimeError

    shown: list[Source] = []
    hub = hub_of(entry)
    hub.watch_status(fail)
    hub.watch_status(lambda: shown.append(hub.status.source))
    for kind in (Source.POLLING, Source.HINT):
        source.present = replace(source.present, source=kind)
        source.happen(moment())
        await until(lambda kind=kind: shown[-1:] == [kind])  # type: ignore[misc]
    assert len(heard.events) == 2
    assert "Unexpected error listening" not in caplog.text


async def test_one_camera_whose_history_fails_does_not_keep_the_others_empty(
    hass: HomeAssistant,
    history: InventedHistory,
    entry: MockConfigEntry,
    invented: Invented,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await until(lambda: len(history.queries) == 2)
    monkeypatch.setattr(backfill, "_RETRY", 0.05)
    _fail_for(monkeypatch, "c3", Unreachable("GET /events: HTTP 500"))
    await _add_cameras(invented, entry, "c3", "c4")
    await until(lambda: "c4" in [query.camera for query in history.queries])


async def test_a_history_that_fails_unexpectedly_is_read_on(
    hass: HomeAssistant,
    history: InventedHistory,
    entry: MockConfigEntry,
    invented: Invented,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await until(lambda: len(history.queries) == 2)
    monkeypatch.setattr(backfill, "_RETRY", 0.05)
    _fail_for(monkeypatch, "c3", RuntimeError())
    await _add_cameras(invented, entry, "c3", "c4")
    await until(lambda: "c4" in [query.camera for query in history.queries])
    assert "Unexpected error" in caplog.text


async def test_every_picture_of_one_instant_has_a_state_of_its_own(
    hass: HomeAssistant, source: InventedMoments, entry: MockConfigEntry, heard: Heard
) -> None:
    """A page loads a picture anew only if the state is another one."""
    now = datetime.now(UTC)
    shown = set()
    for number in range(4):
        source.happen(moment(start=now, picture=PictureRef(f"p{number}")))
        await until(lambda count=number: len(heard.events) == count + 1)  # type: ignore[misc]
        shown.add(state_of(hass, entry, "image", "last_event", "c1"))
    assert len(shown) == 4


async def test_a_picture_that_a_person_looks_at_does_not_wait_for_those_of_events(
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
    for number in range(20):
        source.slow[f"slow {number}"] = asyncio.Event()
        source.happen(moment(MomentKind.MOTION, "c2", picture=PictureRef(f"slow {number}")))
    await settle(hass)
    client = await hass_client()
    image = hass.states.get(find(hass, entry, "image", "last_event", "c1"))
    assert image is not None
    async with asyncio.timeout(5):
        answer = await client.get(image.attributes["entity_picture"])
        assert await answer.read() == picture_of("p1").content


async def test_what_lasts_is_over_when_it_has_lasted_its_longest(
    hass: HomeAssistant, source: InventedMoments, entry: MockConfigEntry, heard: Heard, freezer: FrozenDateTimeFactory
) -> None:
    """Nobody would look again after that instant."""
    lasting = moment(MomentKind.PERSON, end=None)
    source.happen(lasting)
    await settle(hass)
    until_when = hub_of(entry).lasts_until(heard.told[0].subject, frozenset({MomentKind.PERSON}))
    assert until_when == lasting.start + LONGEST
    freezer.move_to(until_when)
    assert hub_of(entry).lasts_until(heard.told[0].subject, frozenset({MomentKind.PERSON})) is None


@pytest.mark.parametrize("change", [{"slot": "a slot of the future"}, {"slot": None}])
async def test_a_stored_row_of_a_later_version_does_not_stop_the_set_up(
    hass: HomeAssistant,
    source: InventedMoments,
    entry: MockConfigEntry,
    heard: Heard,
    hass_storage: dict[str, Any],
    change: dict[str, Any],
) -> None:
    source.happen(moment(MomentKind.FACE, subject="Anna Meyer"))
    await until(lambda: heard.events)
    await hass.config_entries.async_unload(entry.entry_id)
    hass_storage[f"video_analytics.{entry.entry_id}.moments"]["data"]["last"][0] |= change
    assert await hass.config_entries.async_setup(entry.entry_id)
    assert state_of(hass, entry, "sensor", "last_face", "c1") == "unknown"


async def test_a_camera_whose_events_did_not_matter_for_a_while_begins_anew(
    hass: HomeAssistant,
    source: InventedMoments,
    history: InventedHistory,
    entry: MockConfigEntry,
    heard: Heard,
) -> None:
    """Or all that happened since would come late, once its events matter again."""
    await until(lambda: len(history.queries) == 2)
    source.happen(moment())
    positions = {"all": "1", "c1": "one", "c2": "two"}
    source.batches[-1] = replace(source.batches[-1], watermark=Watermark(positions))
    await until(lambda: heard.events)
    hass.config_entries.async_update_entry(entry, options={"all_events": False, "event_cameras": ["c1"]})
    await hass.async_block_till_done()
    assert source.since[-1] == Watermark({"all": "1", "c1": "one"})
    hass.config_entries.async_update_entry(entry, options={})
    await hass.async_block_till_done()
    assert source.since[-1] == Watermark({"all": "1", "c1": "one"})
    await until(lambda: len(history.queries) == 3)
    assert history.queries[-1].camera == "c2"


async def test_a_source_that_never_moves_on_does_not_fill_the_storage(
    hass: HomeAssistant,
    source: InventedMoments,
    entry: MockConfigEntry,
    heard: Heard,
    monkeypatch: pytest.MonkeyPatch,
    hass_storage: dict[str, Any],
) -> None:
    monkeypatch.setattr(hub_module, "_REMEMBERED", 10)
    hub = hub_of(entry)
    await settle(hass)
    watermark = hub._memory.watermark
    assert watermark is not None
    for _ in range(30):
        source.happen(moment())
        source.batches[-1] = replace(source.batches[-1], watermark=watermark)
    await until(lambda: len(heard.events) == 30)
    await hass.config_entries.async_unload(entry.entry_id)
    stored = hass_storage[f"video_analytics.{entry.entry_id}.moments"]["data"]
    assert stored["ahead"] == heard.ids[-10:]


def _fail_for(monkeypatch: pytest.MonkeyPatch, camera: str, error: Exception) -> None:
    events = InventedHistory.events

    def fail(self: InventedHistory, query: EventQuery) -> Any:
        self.error = error if query.camera == camera else None  # type: ignore[assignment]
        return events(self, query)

    monkeypatch.setattr(InventedHistory, "events", fail)


async def _add_cameras(invented: Invented, entry: MockConfigEntry, *cameras: str) -> None:
    new = {key: replace(invented.state.cameras["c1"], id=key, name=f"Yard {key}") for key in cameras}
    invented.state = replace(invented.state, cameras={**invented.state.cameras, **new})
    await entry.runtime_data.coordinator.async_refresh()
