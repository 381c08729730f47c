"""Every detection is told once, in order and with its picture, whatever happens on the way."""

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
import json
from time import monotonic

import pytest

from custom_components.video_analytics.vendors.econnect import VENDOR, moments as moments_module
from custom_components.video_analytics.vendors.econnect.detections import picture, when
from custom_components.video_analytics.vendors.models.moments import (
    EventQuery,
    MomentKind,
    PictureRef,
    Recognition,
    Source,
    Watermark,
)
from custom_components.video_analytics.vendors.models.state import Part, Wanted
from tests.simulator.client import Simulator

from .conftest import asked, sign_ins, vendor_now
from .listener import Listener

HOUR = timedelta(hours=1)


@pytest.fixture
async def listener(account, detector, anna) -> AsyncIterator[Listener]:
    """Somebody who waits for Anna, whom nobody sees but who a test says."""
    listener = Listener(account, anna)
    await listener.ready()
    yield listener
    await listener.stop()


async def see(simulator: Simulator, detector: str, person: str, seconds: float = 0, **fields) -> datetime:
    """Let somebody be seen, so many seconds from the server's now; return when, as the server writes it."""
    at = (await vendor_now(simulator) + timedelta(seconds=seconds)).replace(microsecond=0)
    await simulator.inject_event(detector, person=person, at=at.isoformat(), **fields)
    return at


async def test_what_is_told(simulator: Simulator, account, listener, detector, anna):
    await account.fetch(None, Wanted({Part.PERSON: frozenset({anna})}))
    at = await see(simulator, detector, anna, confidence=0.972)
    await listener.has(1)
    (moment,) = listener.told
    assert (moment.kind, moment.person, moment.subject) == (MomentKind.SEEN, anna, "Anna Lindqvist")
    assert (moment.start, moment.instant, moment.end) == (at, True, None)
    assert (moment.place, moment.camera, moment.confidence) == ("FrontDoorCam", None, 0.972)
    assert (moment.recognition, moment.groups) == (Recognition.KNOWN, ("Family",))
    assert moment.attributes == {
        "confidence": 0.972,
        "dateTimeUtc": at.isoformat().replace("+00:00", "Z"),
        "timeZone": "UTC",
        "detector": "FrontDoorCam",
    }
    assert moment.picture.content.content.startswith(b"\xff\xd8")
    assert not listener.late


async def test_the_picture_comes_along_and_can_be_asked_for_again(simulator, account, listener, detector, anna):
    await see(simulator, detector, anna)
    await see(simulator, detector, anna, 1)
    await listener.has(2)
    ref = listener.told[0].picture
    await simulator.forget_requests()
    assert await account.moments.picture(ref) is ref.content
    assert await account.moments.picture(PictureRef(ref.id)) == ref.content
    assert await account.moments.picture(PictureRef(ref.id[:-1])) is None
    person, start, moment_id = when(ref)
    assert (person, start, moment_id) == (anna, listener.told[0].start, listener.told[0].id)


@pytest.mark.parametrize("quirks", [{"images": "null"}, {"detectors": "null"}, {"detectors": "N/A"}, {"nulls": False}])
async def test_what_may_be_missing(simulator, listener, detector, anna, quirks):
    await simulator.quirks(**quirks)
    await see(simulator, detector, anna)
    await listener.has(1)
    (moment,) = listener.told
    assert (moment.picture is None) == ("images" in quirks)
    assert (moment.place is None) == ("detectors" in quirks)


async def test_a_first_poll_downloads_no_history(simulator, account, anna):
    listener = Listener(account, anna)
    await listener.ready()
    queries = [r for r in await simulator.requests() if "/detections/" in str(r["path"])]
    assert all("epochStartMs" in r["query"] for r in queries)
    await listener.stop()
    assert listener.told == []


async def test_nothing_is_downloaded_while_nothing_happens(simulator, listener, account, detector, anna, monkeypatch):
    sizes: list[int] = []
    ask = account.client.detections.of_person

    async def measured(*args, **kwargs):
        rows = await ask(*args, **kwargs)
        sizes.append(len(rows))
        return rows

    monkeypatch.setattr(account.client.detections, "of_person", measured)
    await see(simulator, detector, anna)
    await listener.has(1)
    await asyncio.sleep(0.3)
    assert 1 in sizes  # for an older one may still come
    monkeypatch.setattr(moments_module, "monotonic", lambda: monotonic() + 61)
    await asyncio.sleep(0.3)
    sizes.clear()
    await listener.until(lambda: len(sizes) > 3)
    assert set(sizes) == {0}


async def test_one_request_for_each_person_and_turn(simulator, account, detector, people):
    watched = [*people.values()][:4]
    listener = Listener(account, *watched)
    await listener.ready()
    await simulator.forget_requests()
    await listener.until(lambda: account.moments.status.expected_delay is not None)
    await asyncio.sleep(0.5)
    await listener.stop()
    paths = await asked(simulator)
    assert {path.rsplit("/", 1)[0] for path in paths} == {"/api/v1/people/detections/personId"}
    counts = [sum(path.endswith(person) for path in paths) for person in watched]
    assert min(counts) > 0
    assert max(counts) - min(counts) <= 2


async def test_late_ones_and_those_of_one_second(simulator, listener, detector, anna):
    listener.in_order = False
    await simulator.advance(300)
    await see(simulator, detector, anna, -130)
    await listener.has(1)
    await see(simulator, detector, anna, -180)  # the server is slow, and tells one after the other
    await listener.has(2)
    await see(simulator, detector, anna)
    await listener.has(3)
    other = await simulator.add_camera(name="Elsewhere")
    await see(simulator, other, anna, -20)  # becomes visible after a younger one
    await listener.has(4)
    at = (await vendor_now(simulator)).replace(microsecond=0)
    for number in range(3):
        await simulator.inject_event(detector, person=anna, at=at.isoformat(), confidence=0.9 + number / 100)
    await listener.has(7)
    assert [moment.place for moment in listener.told[2:4]] == ["FrontDoorCam", "Elsewhere"]
    assert len(listener.late) == 2


async def test_many_at_once_are_paged(simulator, listener, detector, anna):
    start = (await vendor_now(simulator)).replace(microsecond=0)
    await simulator.refuse()
    for number in range(25):
        await simulator.inject_event(detector, person=anna, at=(start + timedelta(seconds=number)).isoformat())
    await simulator.refuse(False)
    await listener.has(25)
    assert [moment.start for moment in listener.told] == [start + timedelta(seconds=n) for n in range(25)]


async def test_somebody_who_is_watched_later(simulator, listener, detector, people):
    marek = people["Marek Novak"]
    await see(simulator, detector, marek, -5)
    listener.people.add(marek)
    await listener.until(lambda: marek in listener.watermark.positions)
    await see(simulator, detector, marek, 2)
    await listener.has(1)
    assert [moment.person for moment in listener.told] == [marek]


async def test_two_people_at_one_detector(simulator, listener, detector, people, anna):
    marek = people["Marek Novak"]
    listener.people.add(marek)
    await listener.until(lambda: marek in listener.watermark.positions)
    await see(simulator, detector, anna)
    await see(simulator, detector, marek)
    await listener.has(2)
    assert {moment.person for moment in listener.told} == {anna, marek}


@pytest.mark.parametrize(
    "fault",
    [
        {"body": "cut"},
        {"body": "truncated_json"},
        {"body": "html"},
        {"body": "empty"},
        {"body": "malformed"},
        {"status": 429, "retry_after": 1},
        {"status": 401},
        {"status": 403},
        {"status": 503},
        {"latency": 0.3},
    ],
)
async def test_faults_on_the_way(simulator, listener, detector, anna, fault):
    await simulator.fault("GET /api/v1/people/detections", times=5, **fault)
    for second in range(3):
        await see(simulator, detector, anna, second)
    await listener.has(3)


@pytest.mark.parametrize("dates", ["seconds", "milliseconds", "fractions7"])
async def test_the_world_of_an_hour_through_token_expiry_and_restart(simulator, account, people, dates):
    """People walk about for an hour, in steps; tokens end all the time, and the server restarts."""
    await simulator.quirks(dates=dates, images="inline" if dates == "seconds" else "stock")
    await simulator.settings(token_seconds=240)
    watched = [people["Anna Lindqvist"], people["Tom Ferry"]]
    listener = Listener(account, *watched)
    await listener.ready()
    started = await vendor_now(simulator)
    for step in range(12):
        if step == 4:
            await simulator.forget_tokens()
        if step == 7:
            await simulator.refuse()
        await simulator.advance(300)
        await asyncio.sleep(0.3)
        if step == 7:
            await simulator.refuse(False)
            await asyncio.sleep(0.3)
    end = await vendor_now(simulator)
    truth = {
        past.id: past
        for person in watched
        async for past in account.history.events(
            EventQuery(person=person, start=started + timedelta(seconds=5), end=end - timedelta(seconds=5))
        )
    }
    assert len(truth) > 10
    await listener.until(lambda: set(truth) <= {moment.id for moment in listener.told})
    await listener.stop()
    assert all(moment.picture and moment.picture.content for moment in listener.told)
    assert await sign_ins(simulator) > 1


@pytest.mark.parametrize("attempt", range(3))
async def test_a_restart_of_ours_neither_loses_nor_repeats(simulator, account, http, values, detector, anna, attempt):
    listener = Listener(account, anna)
    await listener.ready()
    before = [await see(simulator, detector, anna, second) for second in range(3)]
    await listener.has(attempt + 1)
    watermark = await listener.stop()
    stored = Watermark(json.loads(json.dumps(dict(watermark.positions))))
    meanwhile = [await see(simulator, detector, anna, 5 + second) for second in range(3)]
    await simulator.advance(7200)
    account = VENDOR.open(http, values, "id")
    restarted = Listener(account, anna, since=stored)
    await restarted.until(lambda: {m.start for m in (*listener.told, *restarted.told)} >= {*before, *meanwhile})
    await restarted.stop()
    await account.close()
    told = [moment.id for moment in (*listener.told, *restarted.told)]
    assert len(told) == len(set(told)) == 6
    assert {moment.id for moment in restarted.told} == restarted.late


@pytest.mark.parametrize("seconds", [3600, -3600])
async def test_a_clock_that_is_shifted_by_an_hour(simulator, listener, detector, anna, seconds):
    listener.in_order = seconds > 0
    await see(simulator, detector, anna)
    await listener.has(1)
    await simulator.advance(seconds)
    await asyncio.sleep(0.3)
    await see(simulator, detector, anna, 2)
    await listener.has(2)


async def test_a_hint_wakes(simulator, account, detector, anna, monkeypatch):
    monkeypatch.setattr("custom_components.video_analytics.vendors.polling.SHORTEST_INTERVAL", 60.0)
    listener = Listener(account, anna)
    await listener.ready()
    assert account.moments.status.source is Source.POLLING
    await see(simulator, detector, anna)
    await asyncio.sleep(0.3)
    assert listener.told == []
    account.moments.hint()
    await listener.has(1)
    assert account.moments.status.source is Source.HINT
    monkeypatch.setattr(moments_module, "monotonic", lambda: 1e12)
    assert account.moments.status.source is Source.POLLING
    await listener.stop()


async def test_detections_may_not_be_read(simulator, account, anna):
    await simulator.permit("Read All Identity", username="home-assistant")
    await account.fetch(None, Wanted())
    assert account.moments is None
    assert account.history is None
    assert "Read Detections (Identities)" in account.switched_off["moments"]
    assert account.people


@pytest.mark.parametrize("text", ["", "base64_jpeg_or_null", "====", "Zm9v", "\x00", "é"])
def test_what_is_no_picture(text):
    assert picture(text) is None


def test_pictures():
    assert picture(b64encode(b"\xff\xd8 a").decode()).content_type == "image/jpeg"
    assert picture(b64encode(b"\x89PNG a").decode()).content_type == "image/png"
    assert picture(None) is None
