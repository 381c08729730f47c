"""Clips and exports: really cut, playable, and told of."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO
from typing import Any

from aiohttp import web
import av
import pytest

from ..client import Simulator
from .conftest import CAMERA, Api

START = "2026-04-10T08:00:00Z"
CLIP = f"/v1/cameras/{CAMERA}/archive/clip"
EXPORTS = f"/v1/cameras/{CAMERA}/archive/exports"
AUDIO_EXPORTS = f"/v1/cameras/{CAMERA}/exports/audio"


@pytest.fixture(autouse=True)
async def quick(simulator: Simulator) -> None:
    """Play on the day of the vendor page's examples, without waiting."""
    await simulator.set_rate(0)
    await simulator.set_time("2026-04-10T09:00:00Z")
    await simulator.settings(export_queue_seconds=0, export_seconds=0)


def _media(content: bytes) -> tuple[float, dict[str, str]]:
    """Return how long a file plays and which streams it has, having decoded all of it."""
    with av.open(BytesIO(content), "r") as container:
        kinds = {str(stream.type): stream.codec_context.name for stream in container.streams}
        seconds = (container.duration or 0) / 1_000_000
        frames = len(list(container.decode()))
        assert frames > seconds * 10
        return seconds, kinds


async def _finished(api: Api, path: str) -> dict[str, Any]:
    for _ in range(200):
        job: dict[str, Any] = (await api("GET", path)).json
        if job["completedAtUtc"]:
            return job
        await asyncio.sleep(0.05)
    raise AssertionError("the export did not end")


async def test_the_pages_example_of_a_clip(api: Api) -> None:
    answer = await api("GET", CLIP, params={"startDate": START, "duration": "60"})
    assert (answer.status, answer.headers["Content-Type"]) == (200, "video/mp4")
    seconds, kinds = _media(answer.body)
    assert seconds == pytest.approx(60, abs=0.2)
    assert kinds == {"video": "h264", "audio": "aac"}
    assert answer.body.index(b"moov") < answer.body.index(b"mdat")


async def test_a_clip_shows_the_time_it_was_taken_at(api: Api) -> None:
    query = {"startDate": START, "duration": "2"}
    first, again = [await api("GET", CLIP, params=query) for _ in range(2)]
    later = await api("GET", CLIP, params=query | {"startDate": "2026-04-10T08:20:00Z"})
    assert first.body == again.body
    assert first.body != later.body


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"duration": "60"}, 400), ({"startDate": START}, 400), ({"startDate": START, "duration": "0"}, 400),
        ({"startDate": START, "duration": "x"}, 400), ({"startDate": "2027-01-01T00:00:00Z", "duration": "5"}, 400),
        ({"startDate": "2020-01-01T00:00:00Z", "duration": "5"}, 404), ({"startDate": START, "duration": "99999"}, 400),
    ],
)  # fmt: skip
async def test_a_clip_that_cannot_be_cut(api: Api, query: dict[str, str], status: int) -> None:
    assert (await api("GET", CLIP, params=query)).status == status


async def test_the_pages_example_of_an_export(api: Api) -> None:
    async with _callback_server() as (url, told):
        body = {"startDate": START, "durationSeconds": 20, "audioEnabled": True, "callbackUrl": url}
        created = await api("POST", EXPORTS, json=body)
        assert created.status == 202
        assert created.json == {"exportId": created.json["exportId"], "status": "Queued"}
        job = await _finished(api, f"{EXPORTS}/{created.json['exportId']}")
        assert job.keys() == {
            "exportId", "status", "videoUrl", "previewUrl", "errorMessage", "createdAtUtc", "completedAtUtc",
        }  # fmt: skip
        assert (job["status"], job["errorMessage"]) == ("Completed", None)
        seconds, kinds = _media((await api.fetch(job["videoUrl"])).body)
        assert seconds == pytest.approx(20, abs=0.2)
        assert kinds == {"video": "h264", "audio": "aac"}
        assert (await api.fetch(job["previewUrl"])).headers["Content-Type"] == "image/jpeg"
        assert await asyncio.wait_for(told.get(), 5) == {"exportId": job["exportId"], "status": "Completed"}
    (logged,) = await api.simulator.callbacks()
    assert (logged["url"], logged["status"], logged["error"]) == (url, 204, None)


async def test_an_export_without_sound(api: Api) -> None:
    body = {"startDate": START, "durationSeconds": 3, "audioEnabled": False}
    created = await api("POST", EXPORTS, json=body)
    job = await _finished(api, f"{EXPORTS}/{created.json['exportId']}")
    assert _media((await api.fetch(job["videoUrl"])).body)[1] == {"video": "h264"}


async def test_sound_that_is_not_granted_is_left_out(simulator: Simulator, api: Api) -> None:
    await simulator.patch_camera(CAMERA, isAudioGranted=False)
    created = await api("POST", EXPORTS, json={"startDate": START, "durationSeconds": 3, "audioEnabled": True})
    job = await _finished(api, f"{EXPORTS}/{created.json['exportId']}")
    assert _media((await api.fetch(job["videoUrl"])).body)[1] == {"video": "h264"}


async def test_an_export_of_sound(api: Api) -> None:
    created = await api("POST", AUDIO_EXPORTS, json={"startDate": START, "durationSeconds": 20})
    assert created.status == 202
    job = await _finished(api, f"{AUDIO_EXPORTS}/{created.json['exportId']}")
    assert job.keys() == {"exportId", "status", "audioUrl", "errorMessage", "createdAtUtc", "completedAtUtc"}
    seconds, kinds = _media((await api.fetch(job["audioUrl"])).body)
    assert seconds == pytest.approx(20, abs=0.3)
    assert kinds == {"audio": "mp3float"}
    assert (await api("GET", f"{EXPORTS}/{job['exportId']}")).status == 404


async def test_files_can_be_fetched_in_parts_until_the_address_expires(simulator: Simulator, api: Api) -> None:
    created = await api("POST", EXPORTS, json={"startDate": START, "durationSeconds": 2})
    url = (await _finished(api, f"{EXPORTS}/{created.json['exportId']}"))["videoUrl"]
    whole = await api.fetch(url)
    part = await api.fetch(url, headers={"Range": "bytes=100-199"})
    assert (part.status, part.body) == (206, whole.body[100:200])
    await simulator.advance(301)
    assert (await api.fetch(url)).status == 403


async def test_the_stages_of_an_export(simulator: Simulator, api: Api) -> None:
    await simulator.settings(export_queue_seconds=0.3, export_seconds=0.6)
    await simulator.quirks(running_status="Rendering")
    created = await api("POST", EXPORTS, json={"startDate": START, "durationSeconds": 1})
    path = f"{EXPORTS}/{created.json['exportId']}"
    stages: list[str] = []
    while not stages or stages[-1] != "Completed":
        job = (await api("GET", path)).json
        assert (job["videoUrl"] is None) == (job["completedAtUtc"] is None) == (job["status"] != "Completed")
        if job["status"] not in stages:
            stages.append(job["status"])
        await asyncio.sleep(0.02)
    assert stages == ["Queued", "Rendering", "Completed"]


@pytest.mark.parametrize("nothing_recorded", [True, False])
async def test_an_export_that_fails(simulator: Simulator, api: Api, nothing_recorded: bool) -> None:
    if not nothing_recorded:
        await simulator.settings(export_error="The disk is full")
    start = "2020-01-01T00:00:00Z" if nothing_recorded else START
    created = await api("POST", EXPORTS, json={"startDate": start, "durationSeconds": 2})
    job = await _finished(api, f"{EXPORTS}/{created.json['exportId']}")
    assert (job["status"], job["videoUrl"], job["previewUrl"]) == ("Failed", None, None)
    assert job["errorMessage"] == ("Nothing is recorded in this period" if nothing_recorded else "The disk is full")


async def test_the_status_is_403_once_the_right_was_withdrawn(simulator: Simulator, api: Api) -> None:
    created = await api("POST", EXPORTS, json={"startDate": START, "durationSeconds": 1})
    await simulator.patch_camera(CAMERA, isArchiveGranted=False)
    assert (await api("GET", f"{EXPORTS}/{created.json['exportId']}")).status == 403


@pytest.mark.parametrize(
    "change",
    [
        {"startDate": None}, {"startDate": "2027-01-01T00:00:00Z"}, {"durationSeconds": 0}, {"durationSeconds": "20"},
        {"durationSeconds": 2**31}, {"durationSeconds": 1.5}, {"callbackUrl": "nowhere"}, {"callbackUrl": 5},
    ],
)  # fmt: skip
async def test_an_export_that_makes_no_sense_is_400(api: Api, change: dict[str, Any]) -> None:
    body = {"startDate": START, "durationSeconds": 20, "callbackUrl": None} | change
    for path in (EXPORTS, AUDIO_EXPORTS):
        assert (await api("POST", path, json=body)).status == 400
    assert (await api("POST", EXPORTS, json=body | {"audioEnabled": "yes"})).status == 400


async def test_nobody_listening_to_the_callback_is_written_down(api: Api) -> None:
    async with _callback_server() as (url, _):
        pass
    await api("POST", EXPORTS, json={"startDate": START, "durationSeconds": 1, "callbackUrl": url})
    for _ in range(100):
        if logged := await api.simulator.callbacks():
            break
        await asyncio.sleep(0.05)
    assert logged[0]["status"] is None
    assert "Connect" in str(logged[0]["error"])


@asynccontextmanager
async def _callback_server() -> AsyncIterator[tuple[str, asyncio.Queue[Any]]]:
    """Serve something to be called when an export is done: its address, and a queue of what it was told."""
    told: asyncio.Queue[Any] = asyncio.Queue()

    async def called(request: web.Request) -> web.Response:
        await told.put(await request.json())
        return web.Response(status=204)

    app = web.Application()
    app.router.add_post("/hook", called)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/hook", told
    finally:
        await runner.cleanup()
