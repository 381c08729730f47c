"""Triggers with the simulated vendor's own events."""

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from homeassistant.core import HomeAssistant
from tests.simulator.client import Simulator

from ..accounts import find
from ..conftest import AddAccount
from ..hearing import settle, until
from ..test_moments import PATIENCE, cameras_of, inject, listening
from .automating import Automation, Automations

pytestmark = pytest.mark.usefixtures("hass_storage", "in_a_hurry")


@pytest.fixture
async def entry(add_account: AddAccount) -> MockConfigEntry:
    """Set the account up, and wait until it listens."""
    entry = await add_account({"picture_wait": 5.0}, moments=True)
    await listening(entry)
    return entry


async def ran(automation: Automation, *ids: str) -> None:
    """Wait until an automation has run for these moments."""
    await until(lambda: {*ids} <= {*automation.events}, PATIENCE)


async def test_events_of_the_cloud(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    simulator: Simulator,
    entry: MockConfigEntry,
    automations: Automations,
) -> None:
    door, gate, *_ = await cameras_of(simulator)
    at_door = f"target: {{entity_id: {find(hass, entry, 'camera', 'camera', door)}}}"
    custom = await automations.add(f"- trigger: video_analytics.detected\n  {at_door}\n  options: {{kinds: [custom]}}")
    plates = await automations.add("- trigger: video_analytics.plate_read\n  options: {plates: [a 1*]}")
    faces = await automations.add("- trigger: video_analytics.face_recognized\n  options: {minimum_confidence: 80}")
    strangers = await automations.add(f"- trigger: video_analytics.unknown_face_seen\n  {at_door}")
    here, there = await inject(simulator, door), await inject(simulator, gate)
    ours = await inject(simulator, gate, type="LicensePlate", attributes={"plate": "A123BC"})
    await inject(simulator, gate, type="LicensePlate", attributes={"plate": "B123BC"})
    sure = await inject(simulator, gate, type="Face", attributes={"person": "Anna Meyer", "confidence": 0.9})
    await inject(simulator, gate, type="Face", attributes={"person": "Anna Meyer", "confidence": 0.7})
    stranger = await inject(simulator, door, type="Face", attributes={"confidence": 0.9})
    await ran(custom, here)
    await ran(plates, ours)
    await ran(faces, sure)
    await ran(strangers, stranger)
    await settle(hass)
    assert there not in custom.events
    assert {run["plate"] for run in plates.runs} == {"A123BC"}
    assert all(run["confidence"] >= 0.8 for run in faces.runs)
    assert {run["camera"] for run in (*custom.runs, *strangers.runs)} == {"Front door"}
    (run,) = (run for run in custom.runs if run["event_id"] == here)
    client = await hass_client()
    assert (await client.get(run["picture"])).status == 200


async def test_an_outage_makes_moments_late(
    hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry, automations: Automations
) -> None:
    door, *_ = await cameras_of(simulator)
    automation = await automations.add("- trigger: video_analytics.detected\n  options: {kinds: [custom]}")
    with_late = await automations.add(
        "- trigger: video_analytics.detected\n  options: {kinds: [custom], include_late: true}"
    )
    await ran(automation, await inject(simulator, door))
    await hass.config_entries.async_unload(entry.entry_id)
    missed = await inject(simulator, door)
    await simulator.advance(3600)
    await hass.config_entries.async_setup(entry.entry_id)
    await listening(entry)
    await ran(with_late, missed)
    await ran(automation, last := await inject(simulator, door))
    assert missed not in automation.events
    assert with_late.events.count(missed) == 1
    assert [run["late"] for run in with_late.runs if run["event_id"] in (missed, last)] == [True, False]


async def test_a_camera_that_goes_offline(
    hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry, automations: Automations
) -> None:
    door, *_ = await cameras_of(simulator)
    automation = await automations.add("- trigger: video_analytics.camera_offline")
    await simulator.patch_camera(door, isOnline=False)
    await entry.runtime_data.coordinator.async_refresh()
    await settle(hass)
    assert [run["camera"] for run in automation.runs] == ["Front door"]
