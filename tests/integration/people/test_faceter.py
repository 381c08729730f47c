"""People in the simulated world, at cameras that are polled."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from unittest.mock import Mock

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator
from syrupy.assertion import SnapshotAssertion

from custom_components.video_analytics.moments import News
from custom_components.video_analytics.vendors.models.moments import EventDraft, EventQuery, MomentKind
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from tests.simulator.client import Simulator

from ..conftest import AddAccount
from ..hearing import Heard, hub_of, until
from ..test_moments import OPTIONS, PATIENCE, cameras_of, inject, listening, now_of
from .watching import ANNA, KEYS, MAREK, device_of, find_of, people_of, shown, states_of, watch

pytestmark = pytest.mark.usefixtures("hass_storage", "in_a_hurry")

JPEG = b"\xff\xd8\xff\xe0 somebody at the door"


@pytest.fixture
async def entry(hass: HomeAssistant, simulator: Simulator, add_account: AddAccount) -> AsyncIterator[MockConfigEntry]:
    """Set the account up, and leave no connections behind."""
    entry = await add_account(OPTIONS, moments=True)
    await listening(entry)
    yield entry
    await hass.config_entries.async_unload(entry.entry_id)


async def face(simulator: Simulator, camera: str, name: str, seconds: float = 0) -> str:
    """Let a camera recognize somebody, so many seconds from the vendor's now."""
    return await inject(simulator, camera, seconds, type="Face", attributes=[{"name": name, "confidence": "0.93"}])


def seen(hass: HomeAssistant, entry: MockConfigEntry, heard: Heard, name: str) -> list[str]:
    """Return the moments of a person's events."""
    entity_id = find_of(hass, entry, "event", "seen", name)
    return [state.attributes["id"] for state in heard.events if state.entity_id == entity_id]


async def test_people_walk_through_the_world(hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry) -> None:
    """What the vendor's history says in the end was told once of each, and nothing else."""
    people = (ANNA, MAREK, "Sofia Novak", "Tom Ferry", "Priya Sharma")
    await watch(hass, entry, ANNA.upper(), *people[1:])
    await listening(entry)
    heard = Heard(hass)
    heard.follow(entry)
    started = await now_of(simulator)
    for _ in range(20):
        await simulator.advance(30)
        await asyncio.sleep(0.3)
    end = await now_of(simulator)
    await simulator.set_rate(0)
    account = entry.runtime_data.coordinator.account
    query = EventQuery(start=started + timedelta(seconds=5), end=end, kinds=frozenset({MomentKind.FACE}))
    truth = [past async for past in account.history.events(query)]
    await until(lambda: {past.id for past in truth} <= {*heard.told_ids}, PATIENCE)
    await hass.async_block_till_done()
    assert len({past.subject for past in truth} & {*people}) > 2
    for person in people:
        theirs = [told for told in heard.told if told.moment.subject == person]
        assert {past.id for past in truth if past.subject == person} <= {told.moment.id for told in theirs}
        live = [told.moment.id for told in theirs if told.news is News.LIVE]
        assert seen(hass, entry, heard, person) == live
        assert len(set(live)) == len(live)
        if theirs:
            last = max((told.moment for told in theirs), key=lambda moment: moment.start)
            states = states_of(hass, entry, person)
            assert states["last_seen"] == last.start.isoformat(timespec="seconds")
            assert states["last_seen_at"] == entry.runtime_data.coordinator.data.cameras[last.camera].name


@pytest.fixture
async def still(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop the clock of a world in which nothing begins at this second."""
    await simulator.set_time("2026-11-21T12:00:00Z")
    await simulator.set_rate(0)
    monkeypatch.setattr("homeassistant.components.image._RND", Mock(getrandbits=lambda bits: 1))


@pytest.fixture
async def watching(hass: HomeAssistant, still: None, entry: MockConfigEntry) -> Heard:
    """Watch two people whom nobody has seen yet, at rest."""
    await watch(hass, entry, "Eva Example", "Ivo Example", name="Examples")
    await listening(entry)
    return Heard(hass)


async def test_entities(
    hass: HomeAssistant,
    watching: Heard,
    entry: MockConfigEntry,
    entity_registry: er.EntityRegistry,
    snapshot: SnapshotAssertion,
) -> None:
    for name in ("Eva Example", "Ivo Example"):
        assert device_of(hass, entry, name) == snapshot(name=name)
        for platform, key in KEYS:
            entity_id = find_of(hass, entry, platform, key, name)
            assert entity_registry.async_get(entity_id) == snapshot(name=f"{entity_id}-entry")
            assert hass.states.get(entity_id) == snapshot(name=f"{entity_id}-state")


async def test_the_picture_is_there_when_somebody_is_seen(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    simulator: Simulator,
    watching: Heard,
    entry: MockConfigEntry,
) -> None:
    client = await hass_client()
    camera, *_ = await cameras_of(simulator)
    draft = EventDraft(
        kind=MomentKind.FACE, start=await now_of(simulator), attributes={"name": "eva example"}, picture=JPEG
    )
    written = await entry.runtime_data.coordinator.account.writer.create(camera, draft)
    await until(lambda: seen(hass, entry, watching, "Eva Example") == [written], PATIENCE)
    paths = (
        shown(hass, entry, "event", "seen", "Eva Example").attributes["picture"],
        shown(hass, entry, "image", "last_picture", "Eva Example").attributes["entity_picture"],
    )
    for path in paths:
        answer = await client.get(path)
        assert (answer.status, answer.content_type, await answer.read()) == (200, "image/jpeg", JPEG)


async def test_a_reload_neither_loses_nor_repeats(
    hass: HomeAssistant, simulator: Simulator, watching: Heard, entry: MockConfigEntry
) -> None:
    one, two, *_ = await cameras_of(simulator)
    first = [await face(simulator, one, "Eva Example"), await face(simulator, two, "Ivo  EXAMPLE", 1)]
    names = ("Eva Example", "Ivo Example")  # at two cameras, of which none waits for the other
    await until(lambda: all(seen(hass, entry, watching, name) for name in names), PATIENCE)
    assert await hass.config_entries.async_unload(entry.entry_id)
    second = await face(simulator, two, "EVA example", 2)
    assert await hass.config_entries.async_setup(entry.entry_id)
    assert states_of(hass, entry, "Eva Example")["last_seen_at"] == await title(simulator, one)
    await until(lambda: len(seen(hass, entry, watching, "Eva Example")) == 2, PATIENCE)
    assert seen(hass, entry, watching, "Eva Example") == [first[0], second]
    assert seen(hass, entry, watching, "Ivo Example") == [first[1]]
    # Another name of the camera is shown at once, also of what was before.
    await simulator.patch_camera(two, title="Side door")
    await entry.runtime_data.coordinator.async_refresh()
    for name in names:
        assert states_of(hass, entry, name)["last_seen_at"] == "Side door"


async def test_what_was_while_nobody_listened_is_shown_but_no_event(
    hass: HomeAssistant, simulator: Simulator, watching: Heard, entry: MockConfigEntry
) -> None:
    one, *_ = await cameras_of(simulator)
    await face(simulator, one, "Eva Example")
    await until(lambda: seen(hass, entry, watching, "Eva Example"), PATIENCE)
    assert await hass.config_entries.async_unload(entry.entry_id)
    await face(simulator, one, "Eva Example", 10)
    last = await now_of(simulator) + timedelta(seconds=10)
    await simulator.advance(3600)
    assert await hass.config_entries.async_setup(entry.entry_id)
    wanted = last.isoformat(timespec="seconds")
    await until(lambda: states_of(hass, entry, "Eva Example")["last_seen"] == wanted, PATIENCE)
    await hass.async_block_till_done()
    assert len(seen(hass, entry, watching, "Eva Example")) == 1
    assert states_of(hass, entry, "Eva Example")["seen_recently"] == "off"


async def test_people_of_the_past_are_offered_and_filled_without_events(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, simulator: Simulator, still: None, entry: MockConfigEntry
) -> None:
    cameras = {*await cameras_of(simulator)}
    await until(lambda: hub_of(entry)._memory.filled == cameras, PATIENCE)
    heard = Heard(hass)
    (name, *_) = [name for name in hub_of(entry).names if name in (ANNA, MAREK)]
    await watch(hass, entry, name)
    assert people_of(hass, entry) == {name}
    await until(lambda: states_of(hass, entry, name)["last_picture"] not in ("unknown", "unavailable"), PATIENCE)
    states = states_of(hass, entry, name)
    assert (states["seen"], states["seen_recently"]) == ("unknown", "off")
    assert datetime.fromisoformat(states["last_seen"]) < await now_of(simulator)
    assert states["last_seen_at"] in {await title(simulator, camera) for camera in cameras}
    client = await hass_client()
    answer = await client.get(shown(hass, entry, "image", "last_picture", name).attributes["entity_picture"])
    assert (answer.status, answer.content_type) == (200, "image/jpeg")
    assert heard.events == []


async def title(simulator: Simulator, camera: str) -> str:
    """Return the name of a camera."""
    return str((await simulator.camera(camera))["title"])
