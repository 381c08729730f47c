"""What happens at cameras: told once, in order, with its picture, whatever goes wrong on the way."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.video_analytics.vendors import load
from custom_components.video_analytics.vendors.budget import Pace
from custom_components.video_analytics.vendors.models.moments import EventDraft, EventQuery, MomentKind
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from tests.demo.home import free_port
from tests.simulator.client import Simulator

from .accounts import find, state_of
from .conftest import AddAccount
from .hearing import Heard, until

pytestmark = pytest.mark.usefixtures("hass_storage", "in_a_hurry")

PATIENCE = 20.0
OPTIONS = {"picture_wait": 5.0}


@pytest.fixture
async def entry(hass: HomeAssistant, simulator: Simulator, add_account: AddAccount) -> MockConfigEntry:
    """Set the account up, and wait until it listens."""
    entry = await add_account(OPTIONS, moments=True)
    await listening(entry)
    return entry


@pytest.fixture
def heard(hass: HomeAssistant, entry: MockConfigEntry) -> Heard:
    """Hear all."""
    heard = Heard(hass)
    heard.follow(entry)
    return heard


async def listening(entry: MockConfigEntry) -> None:
    """Wait until the vendor has answered."""
    await until(lambda: entry.runtime_data.coordinator.account.moments.status.connected, PATIENCE)


async def cameras_of(simulator: Simulator) -> list[str]:
    """Return the cameras' ids."""
    return [str(camera["id"]) for camera in await simulator.cameras()]


async def now_of(simulator: Simulator) -> datetime:
    """Return the vendor's time."""
    return datetime.fromisoformat(str((await simulator.state())["now"]))


async def inject(simulator: Simulator, camera: str, seconds: float = 0, **fields: Any) -> str:
    """Put an event on a timeline, so many seconds from the vendor's now."""
    start = await now_of(simulator) + timedelta(seconds=seconds)
    times = {"startTime": start.isoformat(), "endTime": start.isoformat()}
    return await simulator.inject_event(camera, **({"type": "Custom"} | times | fields))


async def has(heard: Heard, *ids: str) -> None:
    """Wait until moments are told."""
    await until(lambda: set(ids) <= {*heard.told_ids}, PATIENCE)


def kill(simulator: Simulator) -> None:
    """Kill the process, as a power cut would."""
    simulator._process.kill()
    simulator.stop()


def assert_told_once_and_in_order(heard: Heard, ids: list[str]) -> None:
    """Look at given moments, whose order of arrival per camera is that of their start."""
    count = Counter(moment for moment in heard.told_ids if moment in ids)
    assert count == dict.fromkeys(ids, 1)
    starts: dict[str | None, list[datetime]] = defaultdict(list)
    for told in heard.told:
        if told.moment.id in ids:
            starts[told.moment.camera].append(told.moment.start)
    for times in starts.values():
        assert times == sorted(times)
    # Each live one is one event of the camera's detections, no late one is.
    events = Counter(
        state.attributes["id"] for state in heard.events if state.entity_id.endswith(("_detection", "_detection_2"))
    )
    assert {key: events[key] for key in ids} == {key: int(key not in heard.late) for key in ids}


async def test_when_an_event_changes_its_picture_is_there(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, simulator: Simulator, entry: MockConfigEntry
) -> None:
    """Whoever fetches it at the very moment of the event gets the picture of just this event."""
    client = await hass_client()
    given: dict[str, bytes] = {}
    fetched: dict[str, asyncio.Task[tuple[int, str, bytes]]] = {}

    async def fetch(path: str) -> tuple[int, str, bytes]:
        async with client.get(path) as answer:
            return answer.status, answer.content_type, await answer.read()

    @callback
    def changed(event: Event[EventStateChangedData]) -> None:
        new = event.data["new_state"]
        if new and new.domain == "event" and new.attributes.get("id") in given:
            fetched[new.attributes["id"]] = asyncio.create_task(fetch(new.attributes["picture"]))

    hass.bus.async_listen("state_changed", changed)
    writer = entry.runtime_data.coordinator.account.writer
    start = await now_of(simulator)
    for number in range(4):
        for camera in await cameras_of(simulator):
            picture = b"\xff\xd8\xff\xe0" + f"{camera} {number}".encode() * 100
            event_id = str(uuid4())
            given[event_id] = picture
            draft = EventDraft(kind=MomentKind.CUSTOM, id=event_id, start=start, instant=True, picture=picture)
            await writer.create(camera, draft)
    await until(lambda: fetched.keys() == given.keys(), PATIENCE)
    answers = await asyncio.gather(*(fetched[event_id] for event_id in given))
    assert answers == [(200, "image/jpeg", picture) for picture in given.values()]


@pytest.mark.parametrize(
    "fault",
    [
        {"body": "cut"},
        {"body": "truncated_json"},
        {"body": "html"},
        {"status": 429, "retry_after": 1},
        {"status": 503},
        {"latency": 0.3},
    ],
    ids=str,
)
async def test_faults_on_the_way(simulator: Simulator, entry: MockConfigEntry, heard: Heard, fault: Any) -> None:
    cameras = await cameras_of(simulator)
    await simulator.fault("GET /v1/cameras/.*/events", times=8, **fault)
    injected = [await inject(simulator, camera, second) for second in (1, 2) for camera in cameras]
    await has(heard, *injected)
    assert_told_once_and_in_order(heard, injected)


async def test_a_server_that_is_away_for_a_while(simulator: Simulator, entry: MockConfigEntry, heard: Heard) -> None:
    cameras = await cameras_of(simulator)
    await simulator.refuse()
    injected = [await inject(simulator, camera) for camera in cameras]
    await until(lambda: not entry.runtime_data.coordinator.account.moments.status.connected, PATIENCE)
    await simulator.refuse(False)
    await has(heard, *injected)
    assert_told_once_and_in_order(heard, injected)
    assert not heard.late & {*injected}


async def test_late_out_of_order_and_twice(
    hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry, heard: Heard
) -> None:
    one, two, *_ = await cameras_of(simulator)
    first = [await inject(simulator, camera, second) for camera in (one, two) for second in (2, 1, 3)]
    await has(heard, *first)
    await simulator.advance(240)
    young = await inject(simulator, one)
    await has(heard, young)
    shown = state_of(hass, entry, "image", "last_event", one)
    late = [await inject(simulator, one, -seconds) for seconds in (200, 190)]
    await inject(simulator, one, id=young)
    last = await inject(simulator, one, 1)
    await has(heard, *late, last)
    assert {*late} <= heard.late
    assert not heard.late & {*first, young, last}
    count = Counter(heard.told_ids)
    assert {count[key] for key in (*first, young, *late, last)} == {1}
    assert not {*heard.ids} & {*late}
    assert heard.ids.count(young) == 1
    assert state_of(hass, entry, "image", "last_event", one) >= shown


@pytest.mark.parametrize("seconds", [3600, -3600])
async def test_a_clock_that_is_shifted_by_an_hour(
    simulator: Simulator, entry: MockConfigEntry, heard: Heard, seconds: int
) -> None:
    one, two, *_ = await cameras_of(simulator)
    injected = [await inject(simulator, camera) for camera in (one, two)]
    await has(heard, *injected)
    for shift in (seconds, -seconds):
        await simulator.advance(shift)
        await asyncio.sleep(0.5)
        shifted = [await inject(simulator, camera, 2) for camera in (one, two)]
        await has(heard, *shifted)
        injected += shifted
    count = Counter(heard.told_ids)
    assert {count[key] for key in injected} == {1}
    assert {heard.ids.count(key) for key in injected} == {1}
    # Nothing of the world, either, is told twice.
    assert max(count.values()) == 1


@pytest.mark.parametrize("away", [0, 7200])
async def test_a_reload_neither_loses_nor_repeats(
    hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry, heard: Heard, away: int
) -> None:
    cameras = await cameras_of(simulator)
    before = [await inject(simulator, camera) for camera in cameras]
    await has(heard, *before[:2])  # the others may be on their way
    assert await hass.config_entries.async_unload(entry.entry_id)
    meanwhile = [await inject(simulator, camera, 1) for camera in cameras]
    await simulator.advance(away)
    assert await hass.config_entries.async_setup(entry.entry_id)
    heard.follow(entry)
    await has(heard, *before, *meanwhile)
    assert_told_once_and_in_order(heard, [*before, *meanwhile])
    assert bool(away) is ({*meanwhile} <= heard.late)
    await simulator.advance(60)
    after = [await inject(simulator, camera) for camera in cameras]
    await has(heard, *after)
    assert max(Counter(heard.told_ids).values()) == 1


async def test_a_server_that_is_killed_and_everything_else_at_once(
    hass: HomeAssistant, add_account: AddAccount, in_a_hurry: None
) -> None:
    """The truth is what the vendor's history says in the end: each of it was told once, whatever came in between."""
    options: dict[str, Any] = {"port": free_port(0), "control_port": free_port(0), "cameras": 4, "seed": 7}
    simulator = await asyncio.to_thread(Simulator.launch, **options)
    try:
        url = {"sign_in": {**simulator.credentials, "url": simulator.url, "verify_tls": True}}
        entry = await add_account(OPTIONS, moments=True, **url)
        await listening(entry)
        heard = Heard(hass)
        heard.follow(entry)
        started = await now_of(simulator)
        for shake in range(4):
            await simulator.advance(600)
            await asyncio.sleep(0.3)
            await simulator.fault("/events", times=5, **({"body": "cut"}, {"status": 429, "retry_after": 1})[shake % 2])
            ahead = (await now_of(simulator) - datetime.now(UTC)).total_seconds()
            await asyncio.to_thread(kill, simulator)
            if shake % 2:
                assert await hass.config_entries.async_unload(entry.entry_id)
            await asyncio.sleep(0.5)
            simulator = await asyncio.to_thread(Simulator.launch, **options, ahead=ahead)
            if shake % 2:
                assert await hass.config_entries.async_setup(entry.entry_id)
                heard.follow(entry)
            await listening(entry)
        end = await now_of(simulator)
        await simulator.advance(120)
        query = EventQuery(start=started + timedelta(seconds=5), end=end)
        account = entry.runtime_data.coordinator.account
        truth = [past async for past in account.history.events(query)]
        assert len(truth) > 20
        await until(lambda: {past.id for past in truth} <= {*heard.told_ids}, 40)
        assert max(Counter(heard.told_ids).values()) == 1
        assert max(Counter((state.entity_id, state.attributes["id"]) for state in heard.events).values()) == 1
        assert not {*heard.ids} & heard.late
        await hass.config_entries.async_unload(entry.entry_id)
    finally:
        await asyncio.to_thread(simulator.stop)


async def test_a_detection_is_on_for_a_while_and_as_long_as_it_lasts(
    hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry
) -> None:
    hass.config_entries.async_update_entry(entry, options={**OPTIONS, "detection_hold": 1})
    await hass.async_block_till_done()
    await listening(entry)
    await simulator.set_rate(0)
    await asyncio.sleep(2)  # for what goes on in the world
    sensors = {camera: find(hass, entry, "binary_sensor", "person", camera) for camera in await cameras_of(simulator)}
    quiet = [camera for camera, sensor in sensors.items() if hass.states.get(sensor).state == "off"]  # type: ignore[union-attr]
    short, lasting = quiet[:2]

    def is_on(camera: str) -> bool:
        state = hass.states.get(sensors[camera])
        return state is not None and state.state == "on"

    await inject(simulator, short, type="Human")
    event = await inject(simulator, lasting, type="Human", endTime=None)
    await until(lambda: is_on(short) and is_on(lasting), PATIENCE)
    await until(lambda: not is_on(short), PATIENCE)
    await asyncio.sleep(0.5)
    assert is_on(lasting)
    await inject(simulator, lasting, type="Human", id=event)
    await until(lambda: not is_on(lasting), PATIENCE)


async def test_the_history_fills_images_and_sensors_without_events(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, simulator: Simulator, add_account: AddAccount
) -> None:
    await simulator.set_time("2026-11-21T12:00:00Z")  # nothing begins in this second
    await simulator.set_rate(0)
    heard = Heard(hass)
    entry = await add_account(OPTIONS, moments=True)
    images = [find(hass, entry, "image", "last_event", camera) for camera in await cameras_of(simulator)]
    await until(lambda: all(hass.states.get(image).state != "unknown" for image in images), PATIENCE)  # type: ignore[union-attr]
    client = await hass_client()
    for image in images:
        state = hass.states.get(image)
        assert state is not None
        answer = await client.get(state.attributes["entity_picture"])
        assert (answer.status, answer.content_type) == (200, "image/jpeg")
    assert heard.events == []


async def test_events_cost_what_the_budget_allows(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At Faceter's own pace, with the pictures and the history."""
    monkeypatch.setattr(type(load("faceter")), "pace", Pace())
    await add_account(OPTIONS, moments=True)
    await simulator.forget_requests()
    await asyncio.sleep(15)
    paths = [str(request["path"]) for request in await simulator.requests()]
    pictures = [path for path in paths if "/media/" in path]
    # Fifteen seconds, and full buckets to begin with; the state is polled at most once meanwhile.
    assert 10 <= len(paths) - len(pictures) <= 15 + 4 + 1
    assert 1 <= len(pictures) <= 2 * (15 + 4)


@pytest.fixture(autouse=True)
async def _unloaded(hass: HomeAssistant) -> AsyncIterator[None]:
    """Leave no connections behind."""
    yield
    for entry in hass.config_entries.async_loaded_entries("video_analytics"):
        await hass.config_entries.async_unload(entry.entry_id)
