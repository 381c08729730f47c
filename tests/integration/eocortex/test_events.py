"""What happens at the cameras, from the stream of the servers to automations."""

import asyncio
from collections.abc import AsyncIterator
from statistics import median
import sys
from time import monotonic
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.video_analytics.vendors import load
from custom_components.video_analytics.vendors.budget import Pace
from custom_components.video_analytics.vendors.eocortex.events import listener
from custom_components.video_analytics.vendors.models.moments import Source
from custom_components.video_analytics.vendors.models.state import Feature
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, ServiceCall, State
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from homeassistant.setup import async_setup_component
from tests.simulator.client import Simulator

from ..accounts import find, state_of
from ..conftest import AddAccount
from ..hearing import Heard, hub_of, until
from .system import FIRST, asked, cameras_of, find_of_server

PATIENCE = 20.0
NIL = "00000000-0000-0000-0000-000000000000"

pytestmark = pytest.mark.usefixtures("hass_storage")


@pytest.fixture(autouse=True)
def _in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again soon."""
    monkeypatch.setattr(listener, "FIRST_RETRY", 0.1)
    monkeypatch.setattr(listener, "LAST_RETRY", 0.3)
    monkeypatch.setattr(listener, "POLL_EVERY", 0.2)
    monkeypatch.setattr(listener, "STREAM_AGAIN", 2.0)
    monkeypatch.setattr(type(load("eocortex")), "pace", Pace(rate=200, burst=200))


async def listening(entry: MockConfigEntry) -> None:
    """Wait until every server's stream is open."""
    await until(lambda: entry.runtime_data.coordinator.account.moments.status.connected, PATIENCE)


@pytest.fixture
async def entry(hass: HomeAssistant, simulator: Simulator, add_account: AddAccount) -> MockConfigEntry:
    """Listen to what happens; by itself that is little, so early in the morning."""
    await simulator.set_time("2026-11-21T03:00:00Z")
    await simulator.quirks(face_pictures="stock")
    entry = await add_account(moments=True)
    await listening(entry)
    return entry


@pytest.fixture(autouse=True)
async def _unloaded(hass: HomeAssistant) -> AsyncIterator[None]:
    """End what runs for ever."""
    yield
    for entry in hass.config_entries.async_entries("video_analytics"):
        if entry.state is ConfigEntryState.LOADED:
            await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done()


def with_faces(entry: MockConfigEntry) -> list[str]:
    """Return the cameras that recognize faces."""
    cameras = entry.runtime_data.coordinator.data.cameras.values()
    return [camera.id for camera in cameras if Feature.FACES in camera.supports]


def told(heard: Heard) -> list[str | None]:
    """Return whom the faces were of that tests put there."""
    return [one.moment.subject for one in heard.told if (one.moment.subject or "").startswith("Test")]


async def face(simulator: Simulator, camera: str, name: str, **fields: Any) -> None:
    """Let somebody be recognized."""
    await simulator.inject_event(
        camera, kind="face", IsIdentified="True", firstName="Test", lastName=name, Similarity="0,93", **fields
    )


async def test_a_face_is_an_event_with_its_picture(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, simulator: Simulator, entry: MockConfigEntry
) -> None:
    camera = with_faces(entry)[0]
    event = find(hass, entry, "event", "face", camera)
    await face(simulator, camera, "Novak", groups="Staff, Board")

    def attributes() -> dict[str, Any]:
        state = hass.states.get(event)
        return dict(state.attributes) if state else {}

    await until(lambda: attributes().get("person") == "Test Novak", PATIENCE)
    shown = attributes()
    assert shown["event_type"] == "recognized"
    assert (shown["groups"], shown["confidence"], shown["recognition"]) == (["Staff", "Board"], 0.93, "known")
    assert "ImageBytes" not in shown["attributes"]
    answer = await (await hass_client()).get(shown["picture"])
    picture = await answer.read()
    assert (answer.status, picture[:2]) == (200, b"\xff\xd8")
    assert state_of(hass, entry, "sensor", "last_face", camera) == "Test Novak"
    image = hass.states.get(find(hass, entry, "image", "last_face", camera))
    assert image is not None
    answer = await (await hass_client()).get(image.attributes["entity_picture"])
    assert await answer.read() == picture


async def test_a_plate_makes_its_entities_and_has_the_picture_of_its_camera(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, simulator: Simulator, entry: MockConfigEntry
) -> None:
    camera, *_ = cameras_of(await simulator.cameras(), FIRST)
    await simulator.inject_event(camera, kind="plate", Numberplate="te 57 plt", IsIdentified="True", direction="Въезд")

    def plate() -> State | None:
        unique_id = f"{entry.unique_id}_camera_{camera}_plate"
        entity_id = er.async_get(hass).async_get_entity_id("event", "video_analytics", unique_id)
        state = hass.states.get(entity_id) if entity_id else None
        return state if state and state.attributes.get("plate") else None

    await until(plate, PATIENCE)
    state = plate()
    assert state is not None
    assert (state.attributes["event_type"], state.attributes["plate"]) == ("known", "TE57PLT")
    assert state.attributes["direction"] == "Въезд"
    assert state_of(hass, entry, "sensor", "last_plate", camera) == "TE57PLT"
    assert hub_of(entry).status.source is Source.PUSH
    answer = await (await hass_client()).get(state.attributes["picture"])
    assert (answer.status, (await answer.read())[:2]) == (200, b"\xff\xd8")
    assert state_of(hass, entry, "image", "last_plate", camera) != "unknown"


async def test_a_face_of_a_group_to_intercept_is_wanted(
    hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry
) -> None:
    wanted = next(iter(entry.runtime_data.coordinator.account._groups.wanted))
    camera = with_faces(entry)[0]
    await face(simulator, camera, "Wanted", groups=f"Visitors, {wanted.upper()}")
    event = find(hass, entry, "event", "face", camera)
    await until(lambda: hass.states.get(event).attributes.get("person") == "Test Wanted", PATIENCE)  # type: ignore[union-attr]
    assert hass.states.get(event).attributes["recognition"] == "wanted"  # type: ignore[union-attr]


async def test_motion_lasts_until_it_ends(hass: HomeAssistant, simulator: Simulator, add_account: AddAccount) -> None:
    entry = await add_account({"detection_hold": 0}, moments=True)
    await listening(entry)
    camera, *_ = cameras_of(await simulator.cameras(), FIRST)
    await simulator.inject_event(camera, kind="motion_start")
    await until(lambda: "on" in _states(hass, entry, "motion", camera), PATIENCE)
    detection = find(hass, entry, "event", "detection", camera)
    assert hass.states.get(detection).attributes["event_type"] == "motion_started"  # type: ignore[union-attr]
    await simulator.inject_event(camera, kind="motion_end")
    await until(lambda: "off" in _states(hass, entry, "motion", camera), PATIENCE)
    assert hass.states.get(detection).attributes["event_type"] == "motion_ended"  # type: ignore[union-attr]


def _states(hass: HomeAssistant, entry: MockConfigEntry, key: str, camera: str) -> set[str]:
    unique_id = f"{entry.unique_id}_camera_{camera}_{key}"
    entity_id = er.async_get(hass).async_get_entity_id("binary_sensor", "video_analytics", unique_id)
    state = hass.states.get(entity_id) if entity_id else None
    return {state.state} if state else set()


async def test_what_happens_to_a_server(hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry) -> None:
    camera, *_ = cameras_of(await simulator.cameras(), FIRST)
    await simulator.inject_event(camera, kind="alarm", ChannelId=NIL, ChannelName="")
    event = find_of_server(hass, entry, "event", "server_event")
    await until(lambda: hass.states.get(event).attributes.get("event_type") == "user_alarm", PATIENCE)  # type: ignore[union-attr]


async def test_an_external_event_that_is_raised_comes_back(
    hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry
) -> None:
    camera, *_ = cameras_of(await simulator.cameras(), FIRST)
    heard = Heard(hass)
    target = {"entity_id": find(hass, entry, "camera", "camera", camera)}
    data = {"name": "Barrier", "attributes": {"information": "open"}}
    await hass.services.async_call("video_analytics", "create_event", data, blocking=True, target=target)
    await until(lambda: "external" in [state.attributes["event_type"] for state in heard.events], PATIENCE)


async def test_the_past_can_be_asked_for(hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry) -> None:
    camera, *_ = cameras_of(await simulator.cameras(), FIRST)
    await face(simulator, camera, "Novak")
    entity_id = find(hass, entry, "camera", "camera", camera)
    data = {"kinds": ["face"], "pictures": True, "limit": 1}
    heard: list[Any] = []

    async def found() -> bool:
        answer = await hass.services.async_call(
            "video_analytics", "get_events", data, blocking=True, target={"entity_id": entity_id}, return_response=True
        )
        heard[:] = answer[entity_id]["events"]  # type: ignore[index]
        return bool(heard)

    async with asyncio.timeout(PATIENCE):
        while not await found():
            await asyncio.sleep(0.2)
    assert (heard[0]["person"], heard[0]["kind"]) == ("Test Novak", "face")
    assert heard[0]["picture"]


async def test_from_a_face_to_the_automation_there_is_no_poll(
    hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry, capfd: pytest.CaptureFixture[str]
) -> None:
    """The delay is measured from before the simulated world is told to what the automation calls."""
    cameras = with_faces(entry)
    events = [find(hass, entry, "event", "face", camera) for camera in cameras]
    ran: dict[str, float] = {}

    async def done(call: ServiceCall) -> None:
        ran[call.data["person"]] = monotonic()

    hass.services.async_register("test", "done", done)
    action = {"action": "test.done", "data": {"person": "{{ trigger.to_state.attributes.person }}"}}
    trigger = {"trigger": "state", "entity_id": events}
    automation = {"triggers": [trigger], "actions": [action], "mode": "queued", "max": 100}
    assert await async_setup_component(hass, "automation", {"automation": [automation]})
    await hass.async_block_till_done()
    # The last events of the past are asked for once, after the start.
    await until(lambda: hub_of(entry)._memory.filled >= set(cameras), PATIENCE)
    await asyncio.sleep(1)
    await asked(simulator)

    delays: list[float] = []
    for number in range(60):
        begun = monotonic()
        await face(simulator, cameras[number % len(cameras)], str(number))
        await until(lambda number=number: f"Test {number}" in ran, PATIENCE)  # type: ignore[misc]
        delays.append(ran[f"Test {number}"] - begun)
    polled = {path for _, path in await asked(simulator) if "event" in path}
    delays.sort()
    with capfd.disabled():
        sys.stdout.write(
            f"\nFrom a face to the automation, {len(delays)} times: median {median(delays) * 1000:.0f} ms, "
            f"90 % within {delays[int(len(delays) * 0.9)] * 1000:.0f} ms, at most {delays[-1] * 1000:.0f} ms\n"
        )
    assert polled == set()
    assert median(delays) < 0.5


async def test_cuts_restarts_and_three_days_lose_and_repeat_nothing(
    hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry
) -> None:
    rows = await simulator.cameras()
    cameras = [cameras_of(rows, server["id"])[0] for server in await simulator.servers()]
    heard = Heard(hass)
    heard.follow(entry)
    expected: list[str] = []

    async def all_see(name: str, **fields: Any) -> None:
        for number, camera in enumerate(cameras):
            await face(simulator, camera, f"{name}{number}", **fields)
            expected.append(f"Test {name}{number}")

    async def arrived() -> None:
        await until(lambda: len(told(heard)) >= len(expected), PATIENCE)

    await all_see("before")
    await arrived()
    await simulator.disturb_events("cut")
    await all_see("cut")
    await arrived()
    await simulator.disturb_events("cut_in_event")
    await all_see("torn")
    await arrived()
    await simulator.refuse()
    await all_see("away")
    await asyncio.sleep(0.5)
    await simulator.refuse(False)
    await arrived()
    await hass.config_entries.async_unload(entry.entry_id)
    await all_see("unloaded")
    await hass.config_entries.async_setup(entry.entry_id)
    heard.follow(entry)
    await arrived()
    await simulator.disturb_events("silence")
    await all_see("silent", live=False)
    await simulator.advance(3 * 86400)
    await simulator.disturb_events("speak")
    await simulator.disturb_events("cut")
    await listening(entry)
    await all_see("after")
    await arrived()
    await asyncio.sleep(1)
    assert sorted(told(heard)) == sorted(expected)
    late = {one.moment.subject for one in heard.told if one.moment.id in heard.late}
    assert {name for name in expected if "silent" in name} <= late
    assert not {name for name in expected if "after" in name or "before" in name} & late


async def test_two_faces_in_one_second_are_two(
    hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry
) -> None:
    camera, *_ = cameras_of(await simulator.cameras(), FIRST)
    heard = Heard(hass)
    heard.follow(entry)
    at = (await simulator.state())["now"]
    for name in ("One", "Two"):
        await face(simulator, camera, name, at=at)
    await until(lambda: len(told(heard)) == 2, PATIENCE)
    assert sorted(told(heard)) == ["Test One", "Test Two"]


async def test_a_refused_stream_is_an_issue_and_the_archive_is_polled(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount, issue_registry: ir.IssueRegistry
) -> None:
    await simulator.quirks(face_pictures="stock")
    await simulator.add_user("guard", "guard-ss-7421", events=False)
    entry = await add_account(moments=True, login="guard", password="guard-ss-7421")
    issue_id = f"event_stream_refused_{entry.entry_id}"
    await listening(entry)
    hub_of(entry)._look_at_status()
    issue = issue_registry.async_get_issue("video_analytics", issue_id)
    assert issue is not None
    assert issue.translation_placeholders is not None
    assert "403" in issue.translation_placeholders["reason"]
    assert state_of(hass, entry, "binary_sensor", "event_stream") == "off"
    camera, *_ = cameras_of(await simulator.cameras(), FIRST)
    heard = Heard(hass)
    heard.follow(entry)
    await face(simulator, camera, "Polled")
    await until(lambda: told(heard) == ["Test Polled"], PATIENCE)

    await simulator.patch_user("guard", events=True)
    await until(lambda: entry.runtime_data.coordinator.account.moments.status.refusal is None, PATIENCE)
    hub_of(entry)._look_at_status()
    assert issue_registry.async_get_issue("video_analytics", issue_id) is None
    assert state_of(hass, entry, "binary_sensor", "event_stream") == "on"


async def test_an_issue_goes_with_its_account(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount, issue_registry: ir.IssueRegistry
) -> None:
    await simulator.add_user("guard", "guard-ss-7421", events=False)
    entry = await add_account(moments=True, login="guard", password="guard-ss-7421")
    await listening(entry)
    hub_of(entry)._look_at_status()
    assert issue_registry.issues
    await hass.config_entries.async_unload(entry.entry_id)
    assert not issue_registry.issues


async def test_the_stream_shows_whether_it_is_open(
    hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry
) -> None:
    hub_of(entry)._look_at_status()
    assert state_of(hass, entry, "binary_sensor", "event_stream") == "on"
    await simulator.refuse()
    await simulator.disturb_events("cut")
    await until(lambda: not entry.runtime_data.coordinator.account.moments.status.connected, PATIENCE)
    hub_of(entry)._look_at_status()
    assert state_of(hass, entry, "binary_sensor", "event_stream") == "off"
