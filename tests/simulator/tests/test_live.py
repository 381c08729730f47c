"""Live video: real HLS, encoded only while somebody watches."""

import asyncio
from io import BytesIO
from itertools import pairwise
import re
from typing import Any
from urllib.parse import urljoin

import av
import numpy as np

from ..client import Simulator
from .conftest import CAMERA, Api


async def _segments(api: Api, url: str) -> list[str]:
    playlist = await api.fetch(url)
    assert playlist.status == 200
    text = playlist.body.decode()
    assert text.startswith("#EXTM3U")
    assert "#EXT-X-ENDLIST" not in text
    return [urljoin(url, name) for name in re.findall(r"^[^#\s]+$", text, re.MULTILINE)]


def _pictures(content: bytes) -> list[np.ndarray[Any, Any]]:
    with av.open(BytesIO(content), "r", format="mpegts") as container:
        return [frame.to_ndarray(format="gray") for frame in container.decode(video=0)]


async def test_the_first_playlist_is_enough_to_start_and_shows_a_moving_picture(api: Api) -> None:
    url = (await api.camera())["liveHlsUrl"]
    segments = await _segments(api, url)
    assert len(segments) >= 3
    first = await api.fetch(segments[0])
    assert first.headers["Content-Type"] == "video/mp2t"
    with av.open(BytesIO(first.body), format="mpegts") as container:
        assert {stream.codec_context.name for stream in container.streams} == {"h264", "aac"}
    pictures = _pictures(first.body)
    assert len(pictures) == 12
    assert pictures[0].shape == (360, 640)
    clock = [picture[:45, 360:].astype(int) for picture in pictures]
    assert sum(np.abs(a - b).max() > 60 for a, b in pairwise(clock)) >= 8


async def test_it_goes_on_at_real_pace(api: Api) -> None:
    url = (await api.camera())["liveHlsUrl"]
    before = await _segments(api, url)
    await asyncio.sleep(2.2)
    after = await _segments(api, url)
    new = [segment for segment in after if segment not in before]
    assert 2 <= len(new) <= 4
    assert len(_pictures((await api.fetch(new[-1])).body)) == 12


async def test_one_encoder_serves_all_viewers_and_stops_when_nobody_watches(simulator: Simulator, api: Api) -> None:
    assert await simulator.streams() == []
    first, second = (await api.camera())["liveHlsUrl"], (await api.camera())["liveHlsUrl"]
    assert first != second
    names = [[segment.rsplit("/", 1)[1] for segment in await _segments(api, url)] for url in (first, second)]
    assert names[0][-1] in names[1]
    (stream,) = await simulator.streams()
    assert (stream["camera"], stream["viewers"]) == (CAMERA, 2)
    await simulator.settings(stream_idle_seconds=0.2)
    for _ in range(60):
        if not await simulator.streams():
            break
        await asyncio.sleep(0.1)
    assert await simulator.streams() == []


async def test_cameras_without_sound_have_none(api: Api) -> None:
    silent = next(camera for camera in (await api("GET", "/v1/cameras")).json if not camera["isAudioGranted"])
    segment = await api.fetch((await _segments(api, silent["liveHlsUrl"]))[0])
    with av.open(BytesIO(segment.body), format="mpegts") as container:
        assert [stream.type for stream in container.streams] == ["video"]


async def test_an_expired_address_starts_nothing_but_a_session_goes_on(simulator: Simulator, api: Api) -> None:
    watched, unused = (await api.camera())["liveHlsUrl"], (await api.camera())["liveHlsUrl"]
    await _segments(api, watched)
    await simulator.advance(301)
    assert (await api.fetch(unused)).status == 403
    segments = await _segments(api, watched)
    assert (await api.fetch(segments[-1])).status == 200
    await simulator.settings(sessions_outlive_tokens=False)
    assert (await api.fetch(watched)).status == 403
    assert (await api.fetch(segments[-1])).status == 403
    assert await _segments(api, (await api.camera())["liveHlsUrl"])


async def test_a_token_is_good_for_one_camera_only(api: Api) -> None:
    one, other = (await api("GET", "/v1/cameras")).json[:2]
    swapped = one["liveHlsUrl"].replace(one["id"], other["id"])
    assert (await api.fetch(swapped)).status == 403
    assert (await api.fetch(one["previewUrl"].replace(one["id"], other["id"]))).status == 403


async def test_previews_change_and_are_the_same_within_a_second(simulator: Simulator, api: Api) -> None:
    await simulator.set_rate(0)
    url = (await api.camera())["previewUrl"]
    first, again = [await api.fetch(url) for _ in range(2)]
    assert (first.status, first.headers["Content-Type"]) == (200, "image/jpeg")
    assert first.body == again.body
    await simulator.advance(1)
    assert (await api.fetch(url)).body != first.body
    await simulator.advance(300)
    assert (await api.fetch(url)).status == 403


async def test_an_offline_camera_shows_nothing(simulator: Simulator, api: Api) -> None:
    before = await api.camera()
    await simulator.patch_camera(CAMERA, isOnline=False)
    offline = await api.camera()
    assert (offline["previewUrl"], offline["liveHlsUrl"], offline["isOnline"]) == (None, None, False)
    for url in (before["previewUrl"], before["liveHlsUrl"]):
        assert (await api.fetch(url)).status == 404
    await simulator.quirks(offline_urls="kept")
    assert (await api.camera())["liveHlsUrl"]


async def test_a_key_sent_for_media_is_a_leak(simulator: Simulator, api: Api) -> None:
    url = (await api.camera())["previewUrl"]
    await simulator.forget_requests()
    await api.fetch(url)
    await api.fetch(url, headers={"X-Integration-Key": api.key})
    assert [request["leaked_key"] for request in await simulator.requests()] == [False, True]
