"""Pictures, moving pictures, HLS and RTSP: what is shown is the world, to those who may see it."""

import asyncio
from collections.abc import Callable
from contextlib import closing
from io import BytesIO
from itertools import pairwise
import re
import time
from typing import Any

import av
import numpy as np
from PIL import Image
import pytest

from .eocortex import CAMERA, FIRST, SECOND, Eocortex, hashed

STILL = {"channelid": CAMERA, "withcontenttype": "true"}


@pytest.mark.parametrize(
    ("parameters", "size"),
    [
        ({}, (640, 360)),
        ({"resolutionx": "320"}, (320, 180)),
        ({"ResolutionX": "400", "resolutionY": "300"}, (400, 300)),
        ({"streamtype": "Alternative"}, (320, 180)),
        ({"streamtype": "mainvideo"}, (640, 360)),
    ],
)
async def test_stills(eocortex: Eocortex, parameters: dict[str, str], size: tuple[int, int]) -> None:
    answer = await eocortex("/site", params=STILL | parameters)
    assert (answer.status, answer.kind) == (200, "image/jpeg")
    assert Image.open(BytesIO(answer.body)).size == size


async def test_a_still_without_its_type(eocortex: Eocortex) -> None:
    answer = await eocortex("/site", params={"channelId": CAMERA})
    assert (answer.kind, answer.body[:2]) == ("application/octet-stream", b"\xff\xd8")
    assert (await eocortex("/site", params=STILL | {"resolutionx": "wide"})).status == 400
    assert (await eocortex("/site", params={"channelid": SECOND})).status == 404


@pytest.mark.parametrize(
    ("quirk", "status", "kind"),
    [("page", 200, "text/html"), ("empty", 200, "image/jpeg"), ("404", 404, "text/plain")],
)
async def test_no_still_of_a_camera_that_is_offline(eocortex: Eocortex, quirk: str, status: int, kind: str) -> None:
    await eocortex.simulator.quirks(offline_still=quirk)
    await eocortex.simulator.patch_camera(CAMERA, online=False)
    answer = await eocortex("/site", params=STILL)
    assert (answer.status, answer.kind) == (status, kind)
    assert not answer.body.startswith(b"\xff\xd8")


async def test_stills_of_the_archive(eocortex: Eocortex) -> None:
    await eocortex.simulator.set_time("2026-04-10T09:00:00Z")
    past = STILL | {"mode": "archive", "starttime": "10.04.2026 08:00:00"}
    first, again = [await eocortex("/site", params=past) for _ in range(2)]
    assert (first.kind, first.body) == ("image/jpeg", again.body)
    assert (await eocortex("/site", params=STILL)).body != first.body
    assert (await eocortex("/site", params=past | {"starttime": "now"})).kind == "image/jpeg"
    assert (await eocortex("/site", params=past | {"starttime": "10.04.2026 10:00:00"})).kind == "text/html"
    assert (await eocortex("/site", params=past | {"starttime": "yesterday"})).status == 400


async def _some(eocortex: Eocortex, parameters: dict[str, str], enough: Callable[[bytes], bool]) -> tuple[str, bytes]:
    login, sent = eocortex.administrator
    query = {"channelid": CAMERA, "fps": "12", "login": login, "password": sent} | parameters
    async with eocortex.session.get(eocortex.servers[0] + "/mobile", params=query) as response:
        received = b""
        async for chunk in response.content.iter_any():
            received += chunk
            if enough(received):
                break
        return response.headers["Content-Type"], received


async def test_moving_pictures(eocortex: Eocortex) -> None:
    kind, received = await _some(eocortex, {"withcontenttype": "true"}, lambda body: body.count(b"--frame\r\n") == 4)
    assert kind == "multipart/x-mixed-replace; boundary=frame"
    parts = received.split(b"--frame\r\n")[1:4]
    pictures = [part.partition(b"\r\n\r\n")[2] for part in parts]
    lengths = [int(re.search(rb"Content-Length: (\d+)", part)[1]) for part in parts]  # type: ignore[index]
    assert [len(picture) - 2 for picture in pictures] == lengths
    assert all(Image.open(BytesIO(picture)).size == (640, 360) for picture in pictures)
    assert len(set(pictures)) > 1


async def test_moving_pictures_in_wrappings(eocortex: Eocortex) -> None:
    kind, received = await _some(eocortex, {"resolutionx": "320"}, lambda body: body.count(b"\xff\xd9") >= 2)
    assert kind == "application/octet-stream"
    picture = received[received.index(b"\xff\xd8") : received.index(b"\xff\xd9") + 2]
    assert received.index(b"\xff\xd8") > 0
    assert Image.open(BytesIO(picture)).size == (320, 180)
    one = await eocortex("/mobile", params=STILL | {"oneframeonly": "true"})
    assert (one.kind, one.body[:2]) == ("image/jpeg", b"\xff\xd8")
    await eocortex.simulator.patch_camera(CAMERA, online=False)
    assert (await eocortex("/mobile", params=STILL)).kind == "text/html"


async def _playlist(eocortex: Eocortex, **options: Any) -> str:
    answer = await eocortex("/hls", params={"channelid": CAMERA}, **options)
    assert (answer.status, answer.kind) == (200, "text/plain")
    assert "://" not in answer.text
    return f"/hls/{answer.text}"


async def test_hls_in_two_steps(eocortex: Eocortex) -> None:
    path = await _playlist(eocortex)
    assert await _playlist(eocortex) != path
    playlist = await eocortex.bare(path)
    assert (playlist.status, playlist.text[:7]) == (200, "#EXTM3U")
    names = re.findall(r"^[^#\s]+$", playlist.text, re.MULTILINE)
    assert len(names) >= 3
    segment = await eocortex.bare(f"{path.rpartition('/')[0]}/{names[0]}")
    with av.open(BytesIO(segment.body), "r", format="mpegts") as container:
        assert {stream.codec_context.name for stream in container.streams} == {"h264", "aac"}
        assert len(list(container.decode(video=0))) == 12
    (stream,) = await eocortex.simulator.streams()
    assert stream["camera"] == CAMERA


async def test_hls_sessions_end(eocortex: Eocortex) -> None:
    path = await _playlist(eocortex)
    assert (await eocortex.bare(path, server=1)).status == 404
    assert (await eocortex.bare("/hls/guessed/live.m3u8")).status == 404
    assert (await eocortex.bare(path)).status == 200
    await eocortex.simulator.refuse()
    await eocortex.simulator.refuse(False)
    assert (await eocortex.bare(path)).status == 404
    await eocortex.simulator.settings(stream_idle_seconds=0.1)
    path = await _playlist(eocortex)
    await asyncio.sleep(0.2)
    assert (await eocortex.bare(path)).status == 404


async def test_no_hls(eocortex: Eocortex) -> None:
    asked = {"channelid": CAMERA}
    assert (await eocortex.bare("/hls", params=asked)).status == 401
    await eocortex.simulator.setup(hls=False)
    assert (await eocortex("/hls", params=asked)).status == 404
    assert (await eocortex.configuration())["MobileDevicesCapabilities"]["Hls"] is False
    await eocortex.simulator.setup(hls=True)
    await eocortex.simulator.patch_camera(CAMERA, online=False)
    assert (await eocortex("/hls", params=asked)).status == 404


@pytest.fixture
def rtsp(eocortex: Eocortex) -> Eocortex:
    if eocortex.simulator.announced["rtsp_port"] is None:
        pytest.skip(f"no RTSP: {eocortex.simulator.announced['rtsp_missing']}")
    return eocortex


def _watch(url: str, frames: int) -> tuple[set[str], list[np.ndarray[Any, Any]], float]:
    """Return a stream's codecs, its first pictures, and how long it took to see the first one."""
    started = time.monotonic()
    options = {"rtsp_transport": "tcp", "analyzeduration": "500000"}
    with closing(av.open(url, options=options, timeout=10)) as container:
        codecs, pictures, first = {stream.codec_context.name for stream in container.streams}, [], 0.0
        for frame in container.decode(video=0):
            first = first or time.monotonic() - started
            pictures.append(frame.to_ndarray(format="gray"))
            if len(pictures) == frames:
                break
        return codecs, pictures, first


async def _fails(url: str) -> bool:
    try:
        await asyncio.to_thread(_watch, url, 1)
    except av.error.FFmpegError:
        return True
    return False


async def test_rtsp_shows_the_world_moving(rtsp: Eocortex) -> None:
    codecs, pictures, first = await asyncio.to_thread(_watch, rtsp.rtsp(), 12)
    assert codecs == {"h264"}
    assert first < 3
    assert pictures[0].shape == (360, 640)
    still = np.asarray(Image.open(BytesIO((await rtsp("/site", params=STILL)).body)).convert("L")).astype(int)
    # The upper left has the camera's name and no clock; nobody walks there.
    assert np.abs(pictures[-1][:100, :300].astype(int) - still[:100, :300]).mean() < 12
    clock = [picture[:45, 360:].astype(int) for picture in pictures]
    assert sum(np.abs(a - b).max() > 60 for a, b in pairwise(clock)) >= 8


async def test_rtsp_with_sound_and_the_smaller_stream(rtsp: Eocortex) -> None:
    codecs, _, _ = await asyncio.to_thread(_watch, rtsp.rtsp(sound="on"), 2)
    assert codecs == {"h264", "aac"}
    _, pictures, _ = await asyncio.to_thread(_watch, rtsp.rtsp(streamtype="alternative"), 1)
    assert pictures[0].shape == (180, 320)


async def test_rtsp_lets_in_who_may_see(rtsp: Eocortex) -> None:
    _, sent = rtsp.administrator
    for wrong in ({"password": "x"}, {"password": sent.upper()}, {"login": "nobody"}, {"channelid": SECOND}):
        assert await _fails(rtsp.rtsp(**wrong))
    await rtsp.simulator.add_user("operator", "x", realtime=False)
    assert await _fails(rtsp.rtsp(login="operator", password=hashed("x")))
    await rtsp.simulator.patch_user("operator", realtime=True)
    assert not await _fails(rtsp.rtsp(login="operator", password=hashed("x")))
    await rtsp.simulator.setup(rtsp=False)
    assert await _fails(rtsp.rtsp())
    assert (await rtsp.configuration())["RtspServerInfo"]["IsEnabled"] is False
    await rtsp.simulator.setup(rtsp=True)
    await rtsp.simulator.refuse(server=FIRST)
    assert await _fails(rtsp.rtsp())


async def test_rtsp_ends_with_the_camera_and_with_the_viewer(rtsp: Eocortex) -> None:
    async def running() -> int:
        return int(str((await rtsp.simulator.state())["rtsp_streams"]))

    await asyncio.to_thread(_watch, rtsp.rtsp(), 1)
    for _ in range(50):
        if await running() == 0:
            break
        await asyncio.sleep(0.1)
    assert await running() == 0
    watching = asyncio.create_task(asyncio.to_thread(_watch, rtsp.rtsp(), 10_000))
    while await running() == 0:
        await asyncio.sleep(0.05)
    await rtsp.simulator.patch_camera(CAMERA, online=False)
    _, pictures, _ = await asyncio.wait_for(watching, 10)
    assert len(pictures) < 200
    assert await running() == 0
    assert await _fails(rtsp.rtsp())
    await rtsp.simulator.patch_camera(CAMERA, online=None)
    assert not await _fails(rtsp.rtsp())
