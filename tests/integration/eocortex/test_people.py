"""Watched people whom a system recognizes: pushed, with the picture that comes along."""

from collections.abc import AsyncIterator
from http import HTTPStatus

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from homeassistant.core import HomeAssistant
from tests.simulator.client import Simulator

from ..conftest import AddAccount
from ..hearing import Heard, hub_of, until
from ..people.watching import find_of, people_of, shown, states_of, watch

PATIENCE = 20.0


@pytest.fixture
async def entry(hass: HomeAssistant, simulator: Simulator, add_account: AddAccount) -> AsyncIterator[MockConfigEntry]:
    """Set the system up, listen, and leave no connections behind."""
    entry = await add_account({"all_events": True})
    await until(lambda: hub_of(entry).status.connected, PATIENCE)
    yield entry
    await hass.config_entries.async_unload(entry.entry_id)


async def with_faces(simulator: Simulator, entry: MockConfigEntry) -> str:
    """Return a camera that recognizes faces."""
    cameras = entry.runtime_data.coordinator.data.cameras
    return next(str(row["Id"]) for row in await simulator.cameras() if "faces" in cameras[str(row["Id"])].supports)


async def test_somebody_is_seen_and_remembered(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    simulator: Simulator,
    entry: MockConfigEntry,
) -> None:
    await watch(hass, entry, "eva EXAMPLE", "Ivo Example")
    assert people_of(hass, entry) == {"eva EXAMPLE", "Ivo Example"}
    await until(lambda: hub_of(entry).status.connected, PATIENCE)
    heard = Heard(hass)
    event = find_of(hass, entry, "event", "seen", "Eva Example")
    camera = await with_faces(simulator, entry)
    name = entry.runtime_data.coordinator.data.cameras[camera].name
    face = {"kind": "face", "IsIdentified": True, "firstName": "Eva", "lastName": "Example", "groups": "Staff"}
    await simulator.inject_event(camera, **face)
    await until(lambda: [state for state in heard.events if state.entity_id == event], PATIENCE)
    await hass.async_block_till_done()
    (seen,) = [state for state in heard.events if state.entity_id == event]
    assert seen.attributes["person"] == "Eva Example"
    assert (seen.attributes["camera"], seen.attributes["groups"]) == (name, ["Staff"])
    states = states_of(hass, entry, "Eva Example")
    assert (states["last_seen_at"], states["seen_recently"]) == (name, "on")
    assert states_of(hass, entry, "Ivo Example")["last_seen"] == "unknown"
    client = await hass_client()
    image = shown(hass, entry, "image", "last_picture", "Eva Example").attributes["entity_picture"]
    pictures = []
    for path in (seen.attributes["picture"], image):
        answer = await client.get(path)
        assert (answer.status, answer.content_type) == (HTTPStatus.OK, "image/jpeg")
        pictures.append(await answer.read())
    assert pictures[0] == pictures[1]

    # After a reload all of it is there, but the event, which would look like a new one; it is not told again.
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await until(lambda: hub_of(entry).status.connected, PATIENCE)
    await hass.async_block_till_done()
    assert states_of(hass, entry, "Eva Example") == {**states, "seen": "unknown"}
    answer = await client.get(shown(hass, entry, "image", "last_picture", "Eva Example").attributes["entity_picture"])
    assert await answer.read() == pictures[0]
    await simulator.inject_event(camera, **face | {"firstName": "ivo"})
    await until(lambda: states_of(hass, entry, "Ivo Example")["last_seen_at"] == name, PATIENCE)
    assert len([state for state in heard.events if state.entity_id == event]) == 1
