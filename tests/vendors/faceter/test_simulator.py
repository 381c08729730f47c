"""Against the simulated vendor, a process of its own: whatever happens on the way, every event is told once."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
import io
import json

import av
import pytest

from custom_components.video_analytics.vendors import load
from custom_components.video_analytics.vendors.budget import Budget, Pace
from custom_components.video_analytics.vendors.contract import Account
from custom_components.video_analytics.vendors.errors import NotFound, NotPermitted, Rejected
from custom_components.video_analytics.vendors.http import Http
from custom_components.video_analytics.vendors.models.media import ExportMedia, ExportPhase, ExportRequest
from custom_components.video_analytics.vendors.models.moments import (
    EventDraft,
    EventQuery,
    Moment,
    MomentKind,
    Watermark,
)
from custom_components.video_analytics.vendors.models.state import Feature, Wanted
from tests.hurry import poll_in_a_hurry
from tests.simulator.client import Simulator
from tests.vendors.server import consume

CAMERAS = 4
PATIENCE = 10
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def process() -> Iterator[Simulator]:
    """A process for these tests."""
    simulator = Simulator.launch(cameras=CAMERAS)
    yield simulator
    assert simulator.stop() == 0


@pytest.fixture
async def simulator(process: Simulator, monkeypatch) -> Simulator:
    """The simulator, put back to its start; and a poller in a hurry."""
    await process.reset()
    poll_in_a_hurry(monkeypatch, 0.05)
    return process


@pytest.fixture
async def account(simulator: Simulator, http: Http) -> AsyncIterator[Account]:
    """The account, whose cameras are known."""
    account = load("faceter").open(http, {**simulator.credentials, "url": simulator.url}, "id")
    await account.fetch(None, Wanted())
    yield account
    await account.close()


class Listener:
    """Keeps what is told, as the hub will."""

    def __init__(self, account: Account, since: Watermark | None = None) -> None:
        """Listen at once."""
        self.account = account
        self.watermark = since
        self.told: list[Moment] = []
        self.late: set[str] = set()
        self.ended: set[str] = set()
        self._task = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        async for batch in self.account.moments.listen(self.watermark, Wanted):
            self.told += batch.moments
            self.late |= {moment.id for moment in batch.moments if batch.late}
            self.ended |= {moment.id for moment in batch.updates if moment.end}
            self.watermark = batch.watermark

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait."""
        async with asyncio.timeout(PATIENCE):
            while not condition():
                assert not self._task.done() or self._task.result()
                await asyncio.sleep(0.02)

    async def has(self, *ids: str) -> None:
        """Wait for moments."""
        await self.until(lambda: set(ids) <= {moment.id for moment in self.told})

    async def ready(self) -> None:
        """Wait until the vendor answers."""
        await self.until(lambda: self.account.moments.status.connected)

    async def stop(self) -> Watermark:
        """Stop, as at the end of a process."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        assert len(self.told) == len({moment.id for moment in self.told}), "told twice"
        return self.watermark


@pytest.fixture
async def listener(account: Account) -> AsyncIterator[Listener]:
    """Somebody who listens from now on."""
    listener = Listener(account)
    await listener.ready()
    yield listener
    await listener.stop()


async def vendor_now(simulator: Simulator) -> datetime:
    """Return the vendor's time."""
    return datetime.fromisoformat(str((await simulator.state())["now"]))


async def inject(simulator: Simulator, camera: str, seconds: float = 0, **fields) -> str:
    """Put an event on a timeline, so many seconds from the vendor's now."""
    start = await vendor_now(simulator) + timedelta(seconds=seconds)
    times = {"startTime": start.isoformat(), "endTime": start.isoformat()}
    return await simulator.inject_event(camera, **({"type": "Custom"} | times | fields))


async def ids_of(simulator: Simulator) -> list[str]:
    """Return the cameras."""
    return [str(camera["id"]) for camera in await simulator.cameras()]


async def test_late_out_of_order_and_twice(simulator, listener):
    one, two, *_ = await ids_of(simulator)
    first = [await inject(simulator, camera, second) for camera in (one, two) for second in (2, 1, 3)]
    await listener.has(*first)
    late = await inject(simulator, one, -200)
    again = await inject(simulator, one, 2, id=first[0])
    history = [await inject(simulator, one, -4000)]
    # Late ones are told within the overlap, but nothing from before the start is.
    after = await inject(simulator, one, 4)
    await listener.has(after)
    told = [moment.id for moment in listener.told]
    assert again in told
    assert late not in told
    assert not set(history) & set(told)


async def test_late_ones_after_the_start_are_marked(simulator, listener):
    one, *_ = await ids_of(simulator)
    before = await inject(simulator, one)
    await listener.has(before)
    await simulator.advance(240)
    young = await inject(simulator, one)
    await listener.has(young)
    late = await inject(simulator, one, -200)
    await listener.has(late)
    assert late in listener.late
    assert not {before, young} & listener.late


async def test_an_open_event_that_ends(simulator, listener, account):
    one, *_ = await ids_of(simulator)
    draft = EventDraft(kind=MomentKind.MOTION, start=await vendor_now(simulator))
    lasting = await account.writer.create(one, draft)
    await listener.has(lasting)
    end = draft.start + timedelta(seconds=0.1)
    await account.writer.create(one, replace(draft, id=lasting, end=end))
    await listener.until(lambda: lasting in listener.ended)


@pytest.mark.parametrize(
    "fault",
    [
        {"body": "cut"},
        {"body": "truncated_json"},
        {"body": "html"},
        {"body": "empty"},
        {"body": "malformed"},
        {"status": 429, "retry_after": 1},
        {"status": 503},
        {"latency": 0.3},
    ],
)
async def test_faults_on_the_way(simulator, listener, fault):
    cameras = await ids_of(simulator)
    await simulator.fault("GET /v1/cameras/.*/events", times=6, **fault)
    injected = [await inject(simulator, camera, second) for second in (1, 2) for camera in cameras]
    await listener.has(*injected)
    for camera in cameras:
        # What walks by meanwhile starts before those that are put into the next seconds, but is seen after them.
        starts = [moment.start for moment in listener.told if moment.camera == camera and moment.id in injected]
        assert len(starts) == 2
        assert starts == sorted(starts)


async def test_a_server_that_is_refused_and_back(simulator, listener):
    cameras = await ids_of(simulator)
    await simulator.refuse()
    injected = [await inject(simulator, camera) for camera in cameras]
    await listener.until(lambda: not listener.account.moments.status.connected)
    await simulator.refuse(False)
    await listener.has(*injected)
    assert listener.account.moments.status.connected


@pytest.mark.parametrize("seconds", [3600, -3600])
async def test_a_clock_that_is_shifted_by_an_hour(simulator, listener, seconds):
    one, two, *_ = await ids_of(simulator)
    before = [await inject(simulator, camera) for camera in (one, two)]
    await listener.has(*before)
    await simulator.advance(seconds)
    await asyncio.sleep(0.5)
    after = [await inject(simulator, camera, 2) for camera in (one, two)]
    await listener.has(*before, *after)
    await simulator.advance(-seconds)
    await asyncio.sleep(0.5)
    again = [await inject(simulator, camera, 4) for camera in (one, two)]
    await listener.has(*again)


@pytest.mark.parametrize("seconds", [3600, -3600])
async def test_a_vendor_whose_clock_is_wrong_from_the_start(simulator, account, seconds):
    one, *_ = await ids_of(simulator)
    await simulator.advance(seconds)
    old = await inject(simulator, one, -30)
    await account.fetch(None, Wanted())
    listener = Listener(account)
    await listener.ready()
    new = await inject(simulator, one, 2)
    await listener.has(new)
    assert old not in [moment.id for moment in listener.told]
    assert not listener.late
    await listener.stop()


@pytest.mark.parametrize("attempt", range(3))
async def test_a_restart_neither_loses_nor_repeats(simulator, account, attempt):
    cameras = await ids_of(simulator)
    listener = Listener(account)
    await listener.ready()
    before = [await inject(simulator, camera) for camera in cameras]
    await listener.has(*before[: attempt + 1])
    watermark = await listener.stop()
    stored = Watermark(json.loads(json.dumps(dict(watermark.positions))))
    meanwhile = [await inject(simulator, camera, 1) for camera in cameras]
    await simulator.advance(7200)
    restarted = Listener(account, stored)
    await restarted.has(*meanwhile)
    await restarted.stop()
    told = [moment.id for moment in (*listener.told, *restarted.told)]
    assert set(before) <= set(told)
    assert len(told) == len(set(told))
    assert set(meanwhile) <= restarted.late


async def test_all_that_the_world_does_in_two_hours(simulator, listener, account):
    started = await vendor_now(simulator)
    await simulator.advance(7200)
    end = await vendor_now(simulator) - timedelta(seconds=30)
    truth = [
        past.id async for past in account.history.events(EventQuery(start=started + timedelta(seconds=5), end=end))
    ]
    assert len(truth) > 50
    await listener.has(*truth)


async def test_history_in_every_reading(simulator, account):
    end = await vendor_now(simulator) - timedelta(minutes=5)
    one, *_ = await ids_of(simulator)
    query = EventQuery(camera=one, start=end - 6 * HOUR, end=end)
    expected = [past.id async for past in account.history.events(query)]
    assert len(expected) > 100  # more than a page
    for quirks in ({"window": "overlap"}, {"dates": "fractions7"}, {"dates": "offset"}, {"attributes": "pairs"}):
        await simulator.quirks(**quirks)
        assert {past.id async for past in account.history.events(query)} == set(expected)


async def test_pictures(simulator, account):
    end = await vendor_now(simulator) - timedelta(minutes=10)
    (newest,) = [past async for past in account.history.events(EventQuery(start=end - 12 * HOUR, end=end, limit=1))]
    picture = await account.moments.picture(newest.picture)
    assert picture.content_type == "image/jpeg"
    await simulator.advance(600)  # the address expires
    assert await account.moments.picture(newest.picture) == picture
    assert not any(request["leaked_key"] for request in await simulator.requests())


async def test_a_written_event_comes_back_with_its_picture(simulator, listener, account):
    one, *_ = await ids_of(simulator)
    start = await vendor_now(simulator)
    content = b"\xff\xd8\xff a picture"
    written = await account.writer.create(
        one,
        EventDraft(kind=MomentKind.PLATE, start=start, instant=True, attributes={"plate": "A1"}, picture=content),
    )
    await listener.has(written)
    (moment,) = [moment for moment in listener.told if moment.id == written]
    assert (moment.kind, moment.subject, moment.end) == (MomentKind.PLATE, "A1", start)
    assert (await account.moments.picture(moment.picture)).content == content


def frames(video: bytes) -> int:
    """Decode a video, and return how many frames it has."""
    with av.open(io.BytesIO(video)) as container:
        return sum(1 for _ in container.decode(video=0))


async def recorded(simulator, account, camera) -> datetime:
    """Return a time that is in the archive."""
    now = await vendor_now(simulator)
    found = await account.archive.recordings(camera, now - 3 * HOUR, now - HOUR)
    assert all(now - 3 * HOUR <= each.start and each.start + each.length <= now - HOUR for each in found)
    return found[0].start + timedelta(seconds=5)


async def test_a_clip_plays(simulator, account):
    one, *_ = await ids_of(simulator)
    start = await recorded(simulator, account, one)
    assert frames(await consume(account.archive.clip(one, start, timedelta(seconds=4)))) > 4


@pytest.mark.parametrize("media", ExportMedia)
async def test_an_export_plays(simulator, account, media):
    one, *_ = await ids_of(simulator)
    await simulator.settings(export_queue_seconds=0.1, export_seconds=0.1)
    start = await recorded(simulator, account, one)
    job = await account.exports.start(ExportRequest(camera=one, start=start, length=timedelta(seconds=4), media=media))
    async with asyncio.timeout(PATIENCE):
        while job.phase is not ExportPhase.FINISHED:
            assert job.phase in (ExportPhase.QUEUED, ExportPhase.RUNNING)
            await asyncio.sleep(0.1)
            (job,) = await account.exports.jobs([job.id])
    await simulator.advance(600)  # the address expires
    content = await consume(account.exports.download(job.id))
    with av.open(io.BytesIO(content)) as container:
        assert next(stream.type for stream in container.streams) == media.value


async def test_an_export_that_fails_tells_why(simulator, account):
    one, *_ = await ids_of(simulator)
    await simulator.settings(export_queue_seconds=0.0, export_error="The disk is full")
    request = ExportRequest(camera=one, start=await recorded(simulator, account, one), length=timedelta(seconds=4))
    job = await account.exports.start(request)
    await asyncio.sleep(0.3)
    (job,) = await account.exports.jobs([job.id])
    assert (job.phase, job.reason) == (ExportPhase.FAILED, "The disk is full")
    with pytest.raises(NotFound):
        await consume(account.exports.download(job.id))
    with pytest.raises(Rejected):
        await account.exports.start(ExportRequest(camera=one, start=request.start, length=2 * HOUR))


@pytest.mark.parametrize("rights", ["400", "403", "404"])
async def test_missing_rights(simulator, account, rights):
    one, *_ = await ids_of(simulator)
    await simulator.quirks(rights=rights)
    await simulator.patch_camera(one, isArchiveGranted=False)
    state = await account.fetch(None, Wanted())
    assert Feature.ARCHIVE not in state.cameras[one].supports
    now = datetime.now(UTC)
    with pytest.raises(NotPermitted):
        await account.archive.recordings(one, now - HOUR, now)


async def test_polling_stays_within_the_budget(simulator, session):
    http = Http(session, Budget(Pace(rate=20, burst=4)))
    account = load("faceter").open(http, {**simulator.credentials, "url": simulator.url}, "id")
    await account.fetch(None, Wanted())
    await simulator.forget_requests()
    listener = Listener(account)
    await asyncio.sleep(2)
    await listener.stop()
    assert 15 <= len(await simulator.requests()) <= 2 * 20 + 4
