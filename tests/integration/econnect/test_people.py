"""A person walks through the site: each detection is told once, in order and with its picture, whatever happens."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import Mock

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator
from syrupy.assertion import SnapshotAssertion

from custom_components.video_analytics.diagnostics import async_get_config_entry_diagnostics
from custom_components.video_analytics.vendors.econnect import moments as moments_module
from custom_components.video_analytics.vendors.econnect.client.detections import DetectionsApi
from custom_components.video_analytics.vendors.json import JsonObject
from custom_components.video_analytics.vendors.models.moments import EventQuery
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er
from tests.simulator.client import Simulator

from ..conftest import AddAccount
from ..hearing import Heard, hub_of, until
from .conftest import listening
from .site import DISABLED, KEYS, PATIENCE, USER, find, now_of, people_shown, see, shown, states, watch

pytestmark = pytest.mark.usefixtures("hass_storage")


class Seen(Heard):
    """Keeps the events of people, and looks whether their pictures are there when they fire."""

    def __init__(self, hass: HomeAssistant, entry: MockConfigEntry) -> None:
        super().__init__(hass)
        self._entry = entry
        self.without_picture: list[str] = []
        hass.bus.async_listen("state_changed", self._look)

    @callback
    def _look(self, event: Event[EventStateChangedData]) -> None:
        new = event.data["new_state"]
        if new and new.domain == "event" and "id" in new.attributes:
            stored = hub_of(self._entry).pictures.find(new.attributes["id"])
            if stored is None or not new.attributes["picture"]:
                self.without_picture.append(new.attributes["id"])

    def of(self, entity_id: str) -> list[datetime]:
        """Return the starts of one person's events."""
        starts = [state.attributes["start"] for state in self.events if state.entity_id == entity_id]
        return [datetime.fromisoformat(start) for start in starts]


async def test_a_person_walks_through_the_site(
    hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry, anna: str, marek: str
) -> None:
    """Tokens expire, the server restarts and so does Home Assistant; what the history says in the end was told once."""
    await simulator.quirks(images="stock")
    await simulator.settings(token_seconds=120)
    await watch(hass, entry, anna, marek)
    await listening(entry)
    seen = Seen(hass, entry)
    started = await now_of(simulator) + timedelta(seconds=1)
    for step in range(24):
        await simulator.advance(20)
        if step == 8:
            await simulator.refuse()
            await asyncio.sleep(0.2)
            await simulator.refuse(False)
        if step == 16:
            await hass.config_entries.async_reload(entry.entry_id)
        await asyncio.sleep(0.3)
    await simulator.set_rate(0)
    end = await now_of(simulator) + timedelta(seconds=1)  # it is told in whole seconds
    history = entry.runtime_data.coordinator.account.history
    for person in (anna, marek):
        query = EventQuery(person=person, start=started, end=end, newest_first=False)
        truth = [past async for past in history.events(query)]
        entity_id = find(hass, entry, "event", "seen", person)

        def told(entity_id: str = entity_id) -> list[str]:
            return [state.attributes["id"] for state in seen.events if state.entity_id == entity_id]

        await until(lambda truth=truth: len(told()) >= len(truth), PATIENCE)
        await asyncio.sleep(0.3)
        assert told() == [past.id for past in truth]
        assert len(truth) > 2
    assert seen.without_picture == []
    assert int(str((await simulator.state())["sign_ins"])) > 1


@pytest.fixture
async def still(simulator: Simulator, detector: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop the clock of a world in which nobody is seen unless a test says so."""
    await simulator.set_time("2026-11-21T12:00:00Z")
    await simulator.set_rate(0)
    monkeypatch.setattr("homeassistant.components.image._RND", Mock(getrandbits=lambda bits: 1))


async def test_exactly_one_event_for_each_detection_in_order(
    hass: HomeAssistant, simulator: Simulator, detector: str, entry: MockConfigEntry, anna: str
) -> None:
    await watch(hass, entry, anna)
    await listening(entry)
    seen = Seen(hass, entry)
    entity_id = find(hass, entry, "event", "seen", anna)
    wanted = [await see(simulator, detector, anna, second, confidence=0.9 + second / 100) for second in range(3)]
    await until(lambda: len(seen.events) >= 3, PATIENCE)
    await simulator.forget_tokens()
    wanted.append(await see(simulator, detector, anna, 4))
    await until(lambda: len(seen.events) >= 4, PATIENCE)
    await simulator.refuse()
    await asyncio.sleep(0.3)
    await simulator.refuse(False)
    wanted.append(await see(simulator, detector, anna, 5))
    await until(lambda: len(seen.events) >= 5, PATIENCE)
    assert await hass.config_entries.async_unload(entry.entry_id)
    wanted.append(await see(simulator, detector, anna, 6))
    assert await hass.config_entries.async_setup(entry.entry_id)
    await until(lambda: len(seen.events) >= 6, PATIENCE)
    await asyncio.sleep(0.5)
    assert seen.of(entity_id) == wanted
    assert seen.without_picture == []


async def test_entities(
    hass: HomeAssistant,
    simulator: Simulator,
    still: None,
    detector: str,
    entry: MockConfigEntry,
    anna: str,
    entity_registry: er.EntityRegistry,
    device_registry: dr.DeviceRegistry,
    snapshot: SnapshotAssertion,
) -> None:
    await watch(hass, entry, anna)
    for platform, key in DISABLED:
        entity_registry.async_update_entity(find(hass, entry, platform, key, anna), disabled_by=None)
    await hass.config_entries.async_reload(entry.entry_id)
    await listening(entry)
    seen = Heard(hass)
    await see(simulator, detector, anna, confidence=0.972)
    await until(lambda: seen.events and shown(hass, entry, "sensor", "tags", anna).state == "Family", PATIENCE)
    for platform, key in (*KEYS, *DISABLED):
        entity_id = find(hass, entry, platform, key, anna)
        assert entity_registry.async_get(entity_id) == snapshot(name=f"{entity_id}-entry")
        if key != "seen":  # its state is when it was told
            assert hass.states.get(entity_id) == snapshot(name=f"{entity_id}-state")
    device = device_registry.async_get(entity_registry.async_get(find(hass, entry, *KEYS[0], anna)).device_id)
    assert device == snapshot(name="device")
    event = shown(hass, entry, "event", "seen", anna).attributes
    wanted = {"person": "Anna Lindqvist", "place": "Front door", "camera": None, "confidence": 0.972, "kind": "seen"}
    assert wanted.items() <= event.items()


async def test_the_account_has_no_camera_things(
    hass: HomeAssistant, entry: MockConfigEntry, entity_registry: er.EntityRegistry
) -> None:
    entities = er.async_entries_for_config_entry(entity_registry, entry.entry_id)
    keys = {entity.unique_id.removeprefix(f"{entry.unique_id}_") for entity in entities}
    assert keys == {"event_source", "event_delay"}


async def test_what_was_last_is_filled_in_without_events(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    simulator: Simulator,
    detector: str,
    entry: MockConfigEntry,
    anna: str,
    calls: list[Call],
) -> None:
    """One request for each person, and no history of pictures."""
    for seconds in (-900, -800, -700):
        last = await see(simulator, detector, anna, seconds)
    heard = Heard(hass)
    await watch(hass, entry, anna)
    await until(lambda: states(hass, entry, anna)["last_picture"] not in ("unknown", "unavailable"), PATIENCE)
    assert states(hass, entry, anna)["last_seen"] == last.isoformat(timespec="seconds")
    assert states(hass, entry, anna)["last_seen_at"] == "Front door"
    assert states(hass, entry, anna)["seen_recently"] == "off"
    await listening(entry)
    await asyncio.sleep(0.3)
    assert heard.events == []
    assert [(call.take, call.found) for call in calls if not call.ascending] == [(1, 1)]
    assert all(call.start for call in calls if call.person == anna)
    client = await hass_client()
    path = shown(hass, entry, "image", "last_picture", anna).attributes["entity_picture"]
    answer = await client.get(path)
    assert (answer.status, answer.content_type) == (200, "image/jpeg")

    # It is not asked for again after a restart.
    await hass.config_entries.async_reload(entry.entry_id)
    calls.clear()
    await until(lambda: [call for call in calls if call.person == anna], PATIENCE)
    await asyncio.sleep(0.3)
    assert all(call.ascending for call in calls)


@dataclass(frozen=True)
class Call:
    """One request for somebody's detections, and how many came."""

    person: str
    start: datetime | None
    take: int | None
    ascending: bool
    found: int


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[Call]:
    """Write down the requests for detections."""
    calls: list[Call] = []
    ask = DetectionsApi.of_person

    async def asked(self: DetectionsApi, person: str, **query: Any) -> tuple[JsonObject, ...]:
        rows = await ask(self, person, **query)
        calls.append(Call(person, query.get("start"), query.get("take"), query.get("ascending", True), len(rows)))
        return rows

    monkeypatch.setattr(DetectionsApi, "of_person", asked)
    return calls


async def test_the_cost_of_polling(
    hass: HomeAssistant,
    simulator: Simulator,
    detector: str,
    entry: MockConfigEntry,
    anna: str,
    marek: str,
    calls: list[Call],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One request for each watched person and interval, from the watermark on; nobody else is asked for."""
    await watch(hass, entry, anna, marek)
    await listening(entry)
    monkeypatch.setattr("custom_components.video_analytics.vendors.polling.SHORTEST_INTERVAL", 0.5)
    await asyncio.sleep(0.6)
    calls.clear()
    await asyncio.sleep(2.2)
    assert {call.person for call in calls} == {anna, marek}
    for person in (anna, marek):
        theirs = [call for call in calls if call.person == person]
        assert 3 <= len(theirs) <= 5
        assert all(call.start and call.ascending and call.found == 0 for call in theirs)


async def test_nothing_is_downloaded_while_nothing_happens(
    hass: HomeAssistant,
    simulator: Simulator,
    detector: str,
    entry: MockConfigEntry,
    anna: str,
    calls: list[Call],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await watch(hass, entry, anna)
    await listening(entry)
    heard = Heard(hass)
    await see(simulator, detector, anna)
    await until(lambda: heard.events, PATIENCE)
    monkeypatch.setattr(moments_module, "monotonic", lambda: asyncio.get_running_loop().time() + 1e6)
    await asyncio.sleep(0.5)
    calls.clear()
    await until(lambda: len(calls) > 3, PATIENCE)
    assert {call.found for call in calls} == {0}


async def test_nobody_is_asked_for_while_nobody_is_watched(
    hass: HomeAssistant, entry: MockConfigEntry, anna: str, calls: list[Call]
) -> None:
    subentry = await watch(hass, entry, anna)
    await listening(entry)
    hass.config_entries.async_remove_subentry(entry, subentry)
    await hass.async_block_till_done()
    calls.clear()
    await asyncio.sleep(0.5)
    assert [call for call in calls if call.person == anna] == []
    assert people_shown(hass, entry) == set()


async def test_what_somebody_did_while_not_watched_is_not_told_afterwards(
    hass: HomeAssistant, simulator: Simulator, detector: str, entry: MockConfigEntry, anna: str
) -> None:
    subentry = await watch(hass, entry, anna)
    await listening(entry)
    hass.config_entries.async_remove_subentry(entry, subentry)
    await hass.async_block_till_done()
    for seconds in range(3):
        last = await see(simulator, detector, anna, seconds)
    await simulator.advance(600)
    heard = Heard(hass)
    await watch(hass, entry, anna)
    heard.follow(entry)
    await listening(entry)
    await until(lambda: states(hass, entry, anna)["last_seen"] == last.isoformat(timespec="seconds"), PATIENCE)
    await asyncio.sleep(0.3)
    assert heard.events == []
    assert heard.told == []


async def test_a_name_is_kept_up_to_date(
    hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry, anna: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await watch(hass, entry, anna)
    await until(lambda: anna in entry.runtime_data.coordinator.data.people, PATIENCE)
    record = next(row for row in await entry.runtime_data.coordinator.account.dossier.items(anna, "aliases"))
    await simulator.put_item(anna, "aliases", personAliasId=record.id, firstName="Anna", lastName="Berg")
    monkeypatch.setattr("custom_components.video_analytics.vendors.econnect.people.monotonic", lambda: 1e12)
    await entry.runtime_data.coordinator.async_refresh()
    await hass.async_block_till_done()
    device = dr.async_get(hass).async_get(er.async_get(hass).async_get(find(hass, entry, *KEYS[0], anna)).device_id)
    assert device.name == "Anna Berg"
    await hass.config_entries.async_reload(entry.entry_id)
    assert entry.runtime_data.people.persons[anna].name == "Anna Berg"


async def test_diagnostics_name_nobody(
    hass: HomeAssistant, simulator: Simulator, detector: str, entry: MockConfigEntry, anna: str
) -> None:
    await watch(hass, entry, anna)
    await listening(entry)
    heard = Heard(hass)
    await see(simulator, detector, anna)
    await until(lambda: heard.events, PATIENCE)
    text = repr(await async_get_config_entry_diagnostics(hass, entry))
    for secret in ("Anna", "Lindqvist", anna, "Front door", USER, entry.data["webhook_id"], simulator.url):
        assert secret not in text
    assert "'watched_people': 1" in text


async def test_a_right_that_is_taken_away_is_named(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount
) -> None:
    await simulator.permit("Read All Identity", username=USER)
    entry = await add_account()
    diagnostics = await async_get_config_entry_diagnostics(hass, entry)
    assert "Read Detections (Identities)" in diagnostics["switched_off"]["moments"]
    assert entry.runtime_data.moments is None
