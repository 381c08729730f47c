"""Whatever happens to the connection, every event is told once."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import override

import pytest

from custom_components.video_analytics.vendors import contract
from custom_components.video_analytics.vendors.eocortex.credentials import Credentials
from custom_components.video_analytics.vendors.eocortex.events import listener as listener_module, reading
from custom_components.video_analytics.vendors.eocortex.events.progress import Progress
from custom_components.video_analytics.vendors.eocortex.events.source import EocortexMoments
from custom_components.video_analytics.vendors.eocortex.servers import Link, Servers
from custom_components.video_analytics.vendors.errors import NotFound
from custom_components.video_analytics.vendors.http import Http
from custom_components.video_analytics.vendors.models.media import Picture
from custom_components.video_analytics.vendors.models.moments import (
    Batch,
    Moment,
    MomentKind,
    PictureRef,
    Recognition,
    Source,
    Watermark,
)
from custom_components.video_analytics.vendors.models.state import Part, Wanted
from tests.vendors.eocortex.system import camera_id
from tests.vendors.server import Server

from .rows import CAMERA, JPEG, PLATE, ZONE, event, face, plate
from .vms import Vms, printed, wall

PATIENCE = 10


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again soon."""
    for name, seconds in {
        "FIRST_RETRY": 0.05,
        "LAST_RETRY": 0.2,
        "POLL_EVERY": 0.05,
        "STREAM_AGAIN": 0.5,
        "TICK": 0.1,
    }.items():
        monkeypatch.setattr(listener_module, name, seconds)


@pytest.fixture
def vms(server: Server, elsewhere: Server) -> Vms:
    """A system of two servers."""
    return Vms(server, elsewhere)


@pytest.fixture
def wanted_groups() -> list[frozenset[str]]:
    """The groups to intercept: the last of these."""
    return [frozenset()]


@pytest.fixture
async def source(
    http: Http, vms: Vms, credentials: Credentials, wanted_groups: list[frozenset[str]]
) -> EocortexMoments:
    """The system's moments, after its first configuration."""
    servers = Servers(http, vms.servers[0].url, credentials)
    servers.learn(*await servers.configuration())
    link = next(iter(servers.links.values()))
    return EocortexMoments(http, servers, lambda camera: link, Stills(), wanted_groups=lambda: wanted_groups[-1])


class Stills(contract.Stills):
    """A camera that records nothing."""

    @override
    async def still(self, camera: str, *, width: int | None = None, at: datetime | None = None) -> Picture:
        if at:
            raise NotFound("GET /site: nothing is recorded")
        return Picture(b"\xff\xd8 now", "image/jpeg")


class Listening:
    """Keeps what is told, as the hub does."""

    def __init__(self, source: EocortexMoments, since: Watermark | None = None, wanted: Wanted | None = None) -> None:
        """Listen at once."""
        self.source = source
        self.watermark = since
        self.batches: list[Batch] = []
        self._wanted = wanted or Wanted()
        self._task = asyncio.create_task(self._listen())

    @property
    def told(self) -> list[Moment]:
        """Return all moments, in order."""
        return [moment for batch in self.batches for moment in batch.moments]

    @property
    def subjects(self) -> list[str | None]:
        """Return who was told."""
        return [moment.subject for moment in self.told]

    @property
    def late(self) -> list[str | None]:
        """Return who was told late."""
        return [moment.subject for batch in self.batches if batch.late for moment in batch.moments]

    async def _listen(self) -> None:
        async for batch in self.source.listen(self.watermark, lambda: self._wanted):
            self.batches.append(batch)
            self.watermark = batch.watermark

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait."""
        async with asyncio.timeout(PATIENCE):
            while not condition():
                assert not self._task.done() or self._task.result()
                await asyncio.sleep(0.01)

    async def has(self, *subjects: str | None) -> None:
        """Wait for subjects, and see that there are no others."""
        await self.until(lambda: len(self.told) >= len(subjects))
        await asyncio.sleep(0.1)
        assert sorted(map(str, self.subjects)) == sorted(map(str, subjects))

    async def ready(self) -> None:
        """Wait until the streams are open and the gaps filled."""
        await self.until(lambda: self.source.status.connected)
        await asyncio.sleep(0.1)

    async def stop(self) -> Watermark:
        """Stop, as at the end of a process."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        assert len(self.told) == len({moment.id for moment in self.told}), "told twice"
        return self.watermark


@pytest.fixture
async def listening(source: EocortexMoments) -> AsyncIterator[Listening]:
    """Somebody who listens from now on."""
    listening = Listening(source)
    await listening.ready()
    yield listening
    await listening.stop()


async def test_it_begins_at_the_present(source: EocortexMoments, vms: Vms):
    vms.archive.append(face("Before", wall(30)))
    listening = Listening(source)
    await listening.until(lambda: bool(listening.batches))
    assert listening.batches[0].moments == ()
    assert listening.batches[0].watermark.positions
    assert listening.batches[0].source is Source.PUSH
    await listening.ready()
    await vms.push(face("Now", wall()))
    await listening.has("Now Petrov")
    await listening.stop()


async def test_nothing_is_listened_to_before(source: EocortexMoments):
    assert not source.status.connected
    assert source.status.refusal is None


async def test_what_the_stream_tells(listening: Listening, vms: Vms):
    await vms.push(face("Ivan", wall()), plate("A1", wall()), face(None, wall()))
    await vms.push(event(ZONE, wall()), at=1)
    await listening.has("Ivan Petrov", "A1", None, None)
    kinds = {moment.kind for moment in listening.told}
    assert kinds == {MomentKind.FACE, MomentKind.PLATE, MomentKind.CONNECTION_LOST}
    assert listening.late == []
    assert {batch.source for batch in listening.batches} == {Source.PUSH}
    known = next(moment for moment in listening.told if moment.subject == "Ivan Petrov")
    assert (await listening.source.picture(known.picture)).content == JPEG
    assert abs(known.start - datetime.now(UTC)) < timedelta(seconds=5)


async def test_groups_to_intercept_are_those_of_the_moment(
    listening: Listening, vms: Vms, wanted_groups: list[frozenset[str]]
):
    await vms.push(face("One", wall(), groups="Thieves"))
    await listening.has("One Petrov")
    wanted_groups.append(frozenset({"thieves"}))
    await vms.push(face("Two", wall(), groups="Staff, THIEVES"), face("Three", wall()))
    await listening.has("One Petrov", "Two Petrov", "Three Petrov")
    assert {moment.subject: moment.recognition for moment in listening.told} == {
        "One Petrov": Recognition.KNOWN,
        "Two Petrov": Recognition.WANTED,
        "Three Petrov": Recognition.KNOWN,
    }


async def test_what_is_told_by_both_servers_is_told_once(listening: Listening, vms: Vms):
    row = face("Ivan", wall())
    await vms.push(row)
    await vms.push(row, at=1)
    await listening.has("Ivan Petrov")


async def test_two_faces_in_one_second(listening: Listening, vms: Vms):
    now = wall()
    await vms.push(face(None, now, Age="20"), face(None, now, Age="40"), face("A", now), face("B", now), face("B", now))
    await listening.has(None, None, "A Petrov", "B Petrov")


async def test_a_connection_that_is_cut(listening: Listening, vms: Vms):
    await vms.push(face("One", wall()), face(None, wall(), Age="20"))
    await listening.has("One Petrov", None)
    await asyncio.sleep(1)  # or the second stranger could be told apart by nothing but the order
    vms.cut()
    await listening.until(lambda: not listening.source.status.connected)
    vms.archive += [face("Two", wall()), face("Before", wall(120)), face(None, wall(), Age="30")]
    await listening.ready()
    await vms.push(face("Three", wall()))
    await listening.has("One Petrov", None, "Two Petrov", None, "Three Petrov")
    assert listening.late == []


async def test_an_event_in_pieces_that_breaks_off_comes_from_the_archive(listening: Listening, vms: Vms):
    row = plate("A1", wall())
    vms.archive.append(row)
    for stream in vms.streams[vms.servers[0]]:
        await stream.write(printed(row)[:200])
    await asyncio.sleep(0.05)
    vms.cut()
    await listening.has("A1")


async def test_a_restart_goes_on_where_it_was(source: EocortexMoments, vms: Vms):
    first = Listening(source)
    await first.ready()
    await vms.push(face("One", wall()), face(None, wall()))
    await first.has("One Petrov", None)
    watermark = await first.stop()
    vms.archive += [face("Two", wall()), face("Three", wall()), face("Unwanted", wall(), ChannelId=ZONE)]
    wanted = Wanted({Part.MOMENTS: frozenset({CAMERA})})
    second = Listening(source, watermark, wanted)
    await second.has("Two Petrov", "Three Petrov")
    await second.stop()


async def test_three_days_of_silence(source: EocortexMoments, vms: Vms):
    first = Listening(source)
    await first.ready()
    await first.stop()
    ago = datetime.now(UTC) - timedelta(days=3)
    positions = {key: f'{{"floor": {ago.timestamp()}, "told": []}}' for key in first.watermark.positions}
    vms.archive += [plate(f"A{number}", wall(200_000 - number // 2 * 10)) for number in range(2500)]
    vms.archive += [plate("Too old", wall(3 * 86400 + 600)), face("Now", wall())]
    second = Listening(source, Watermark(positions))
    await second.until(lambda: len(second.told) >= 2501)
    await second.ready()
    assert len(second.told) == 2501
    assert len(second.late) == 2500
    watermark = await second.stop()
    assert all(len(position) < 10_000 for position in watermark.positions.values())
    third = Listening(source, watermark)
    await third.ready()
    assert third.told == []
    await third.stop()


async def test_a_watermark_that_cannot_be_read_begins_at_the_present(source: EocortexMoments, vms: Vms):
    first = Listening(source)
    await first.until(lambda: bool(first.batches))
    watermark = await first.stop()
    vms.archive.append(face("Before", wall(600)))
    second = Listening(source, Watermark(dict.fromkeys(watermark.positions, "?")))
    await second.ready()
    await vms.push(face("Now", wall()))
    await second.has("Now Petrov")
    await second.stop()


async def test_the_position_moves_in_silence(listening: Listening, vms: Vms, monkeypatch):
    await vms.push(face("One", wall()))
    await listening.has("One Petrov")
    before = len(listening.batches)
    for _ in range(5):
        await asyncio.sleep(0.05)
        await vms.push({"Comment": "KeepAlive"}, keep=False)
    await listening.until(lambda: len(listening.batches) > before)
    assert listening.batches[-1].moments == ()


async def test_a_stream_that_falls_silent_is_opened_again(source: EocortexMoments, vms: Vms, monkeypatch):
    monkeypatch.setattr(reading, "SILENCE", 0.2)
    listening = Listening(source)
    await listening.until(lambda: vms.asked("/event") > 4)
    await listening.stop()


async def test_a_refused_stream_is_polled(source: EocortexMoments, vms: Vms):
    vms.refused.add("/event")
    listening = Listening(source)
    await listening.ready()
    status = source.status
    assert (status.source, status.connected) == (Source.POLLING, True)
    assert status.expected_delay
    assert "403" in source.status.refusal
    vms.archive += [face("One", wall()), event(ZONE, wall())]
    await listening.has("One Petrov", None)
    assert listening.batches[-1].source is Source.POLLING

    vms.refused.clear()
    await listening.until(lambda: source.status.source is Source.PUSH)
    await vms.push(face("Two", wall()))
    await listening.has("One Petrov", "Two Petrov", None)
    await listening.stop()


async def test_everything_is_refused(source: EocortexMoments, vms: Vms):
    vms.refused |= {"/event", "/specialarchiveevents", "/archive_event_types"}
    listening = Listening(source)
    await listening.until(lambda: vms.asked("/specialarchiveevents") > 3)
    assert not source.status.connected
    vms.refused.discard("/specialarchiveevents")
    await listening.ready()
    await listening.stop()


async def test_an_archive_that_is_refused_or_down(source: EocortexMoments, vms: Vms):
    first = Listening(source)
    await first.ready()
    watermark = await first.stop()
    vms.archive.append(face("Two", wall()))
    vms.down.add("/specialarchiveevents")
    second = Listening(source, watermark)
    await second.until(lambda: vms.asked("/specialarchiveevents") > 3)
    await vms.push(face("Live", wall()))
    await second.has("Live Petrov")
    vms.down.clear()
    await second.has("Live Petrov", "Two Petrov")
    watermark = await second.stop()
    vms.refused.add("/specialarchiveevents")
    third = Listening(source, watermark)
    await third.ready()
    await vms.push(face("Three", wall()))
    await third.has("Three Petrov")
    await third.stop()


async def test_a_server_that_is_down_for_a_while(source: EocortexMoments, vms: Vms):
    vms.silent.add(vms.servers[1])
    listening = Listening(source)
    await listening.until(lambda: bool(vms.streams[vms.servers[0]]))
    await vms.push(face("One", wall()))
    await listening.has("One Petrov")
    assert not source.status.connected
    vms.silent.clear()
    await listening.ready()
    await listening.stop()


async def test_only_who_is_wanted(source: EocortexMoments, vms: Vms):
    listening = Listening(source, wanted=Wanted({Part.MOMENTS: frozenset({camera_id(1)})}))
    await listening.ready()
    await vms.push(face("One", wall()), face("Other", wall(), ChannelId=camera_id(2)))
    await vms.push(event(ZONE, wall(), ChannelId=""))
    await listening.has("One Petrov", None)
    await listening.stop()


async def test_an_event_in_two_objects(listening: Listening, vms: Vms):
    head, part = event(PLATE, wall()), {"Numberplate": "A1", "IsIdentified": "True"}
    await vms.push(head, part, {"Odd": 1}, event(PLATE, wall(1)), {"Comment": "KeepAlive"}, keep=False)
    await listening.has("A1", None)


async def test_a_picture_is_looked_for_in_the_archive(listening: Listening, vms: Vms):
    await vms.push(face("One", wall()), face(None, wall()))
    await listening.has("One Petrov", None)
    for told in listening.told:
        kept = PictureRef(told.picture.id)
        assert (await listening.source.picture(kept)).content == JPEG
    vms.archive.clear()
    assert await listening.source.picture(PictureRef(listening.told[0].picture.id)) is None
    vms.answers["/specialarchiveevents"] = 404, b""
    assert await listening.source.picture(PictureRef(listening.told[0].picture.id)) is None


async def test_a_plate_has_the_picture_of_its_camera(listening: Listening, vms: Vms):
    await vms.push(plate("GR02WTY", wall()))
    await listening.has("GR02WTY")
    ref = listening.told[-1].picture
    picture = await listening.source.picture(ref)
    assert picture.content == b"\xff\xd8 now"
    # What is recorded of the past is not to be had from the present.
    camera = listening.told[-1].camera
    long_ago = listening.source._http.present - timedelta(hours=1)
    with pytest.raises(NotFound):
        await listening.source.picture(PictureRef(f"frame/{camera}/{long_ago.isoformat()}"))


async def test_pages_that_begin_with_the_newest(source: EocortexMoments, vms: Vms):
    ago = datetime.now(UTC) - timedelta(hours=8)
    vms.newest_first = True
    vms.archive = [plate(f"A{number}", wall(20_000 - number * 5)) for number in range(2200)]
    positions = dict.fromkeys(source._servers.links, f'{{"floor": {ago.timestamp()}, "told": []}}')
    listening = Listening(source, Watermark(positions))
    await listening.until(lambda: len(listening.told) >= 2200)
    await listening.ready()
    assert len(listening.told) == 2200
    await listening.stop()


async def test_more_events_in_a_second_than_a_page_holds(source: EocortexMoments, vms: Vms):
    ago = datetime.now(UTC) - timedelta(hours=1)
    then = wall(300)
    vms.archive = [*(plate(f"A{number}", then) for number in range(1100)), plate("Last", wall(200))]
    positions = dict.fromkeys(source._servers.links, f'{{"floor": {ago.timestamp()}, "told": []}}')
    listening = Listening(source, Watermark(positions))
    await listening.until(lambda: "Last" in listening.subjects)
    assert len(listening.told) == 1001
    await listening.stop()


async def test_a_server_that_moved(listening: Listening, vms: Vms):
    servers = listening.source._servers
    key, link = next(iter(servers.links.items()))
    moved = Link(servers._http, servers._credentials, link.addresses, link.server)
    servers.links = {**servers.links, key: moved}
    opened = vms.asked("/event")
    await listening.until(lambda: vms.asked("/event") > opened)
    await listening.ready()
    await vms.push(face("One", wall()))
    await listening.has("One Petrov")


async def test_a_server_without_an_address(source: EocortexMoments, vms: Vms):
    servers = source._servers
    key, link = next(iter(servers.links.items()))
    servers.links = {key: Link(servers._http, servers._credentials, (), link.server)}
    listening = Listening(source)
    await asyncio.sleep(0.3)
    assert not source.status.connected
    assert await source.picture(PictureRef(f"{PLATE}/{CAMERA}/2026-04-10T08:00:00+00:00/x")) is None
    await listening.stop()


async def test_a_server_that_asks_to_wait(source: EocortexMoments, vms: Vms):
    vms.answers["/event"] = 429, b""
    listening = Listening(source)
    await listening.until(lambda: vms.asked("/event") > 0)
    await asyncio.sleep(0.2)
    assert not source.status.connected
    await listening.stop()


def test_what_is_kept_of_a_busy_hour_is_bounded():
    now = datetime.now(UTC)
    progress = Progress(now)
    for number in range(5000):
        told = Moment(id=str(number), kind=MomentKind.FACE, start=now + timedelta(milliseconds=number * 10))
        assert progress.take(told, past=False)
    progress.reach(now)
    assert progress.position.count("[") < 4100
    assert not progress.take(Moment(id="x", kind=MomentKind.FACE, start=now), past=True)


@pytest.mark.parametrize("failures", [0, 1, 3, 5000])
def test_pauses_after_failures(failures):
    assert 0 < listener_module._pause(failures) <= listener_module.LAST_RETRY
