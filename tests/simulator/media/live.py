"""Live video as HLS: one encoder per camera, running only while somebody watches."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
import shutil
import tempfile
import threading
import time

import av

from ..clock import Clock
from ..picture import Size
from .encode import FPS, Draw, Encoder

PLAYLIST = "live.m3u8"
SEGMENT_SECONDS = 1
SEGMENTS_LISTED = 6
PREROLL_SECONDS = 4
"""Pictures of the last seconds are encoded at once, so that a player finds enough segments at its first request."""
SEGMENTS_TO_START = 3
PLAYLIST_PATIENCE = 10.0
POLL = 0.02


@dataclass
class LiveStream:
    """A running encoder: a thread that writes FFmpeg's own HLS into a folder, at real-time pace."""

    name: str
    clock: Clock
    draw: Draw
    size: Size
    audio: bool
    folder: Path
    started: float = field(default_factory=time.monotonic)
    last_request: float = field(default_factory=time.monotonic)
    viewers: dict[str, float] = field(default_factory=dict)
    """When each viewer asked last, by what tells them apart (monotonic seconds)."""

    def __post_init__(self) -> None:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"live {self.name}", daemon=True)
        self._thread.start()

    @property
    def running(self) -> bool:
        """Whether the encoder works."""
        return self._thread.is_alive()

    def touch(self, viewer: str) -> None:
        """Note that somebody asked for a part of it."""
        self.last_request = self.viewers[viewer] = time.monotonic()

    async def playlist(self) -> str | None:
        """Return the current playlist, waiting for the first one; None if there is none."""
        path = self.folder / PLAYLIST
        deadline = time.monotonic() + PLAYLIST_PATIENCE
        while time.monotonic() < deadline and self.running:
            if path.exists() and (text := path.read_text()).count("#EXTINF") >= SEGMENTS_TO_START:
                return text
            await asyncio.sleep(POLL)
        return None

    async def stop(self) -> None:
        """Stop the encoder and remove its files."""
        self._stop.set()
        await asyncio.to_thread(self._thread.join)
        await asyncio.to_thread(shutil.rmtree, self.folder, ignore_errors=True)

    def _run(self) -> None:
        options = {
            "hls_time": str(SEGMENT_SECONDS),
            "hls_list_size": str(SEGMENTS_LISTED),
            "hls_flags": "delete_segments+omit_endlist+independent_segments+temp_file",
            "hls_delete_threshold": "4",
            "hls_segment_filename": str(self.folder / "%05d.ts"),
        }
        with av.open(str(self.folder / PLAYLIST), "w", format="hls", options=options) as container:
            encoder = Encoder(container, self.size, audio=self.audio)
            due = time.monotonic() - PREROLL_SECONDS
            while not self._stop.wait(max(0.0, due - time.monotonic())):
                lag = time.monotonic() - due
                moment = self.clock.now() - max(0.0, lag) * self.clock.rate
                encoder.write(self.draw(moment), moment)
                due += 1 / FPS
            encoder.finish()


class LiveStreams:
    """All running encoders of a simulator."""

    def __init__(self, clock: Clock, *, idle_seconds: Callable[[], float]) -> None:
        self._clock = clock
        self._idle_seconds = idle_seconds
        self._streams: dict[str, LiveStream] = {}
        self._root = Path(tempfile.mkdtemp(prefix="simulator-live-"))

    def watch(self, name: str, viewer: str, draw: Draw, size: Size, *, audio: bool) -> LiveStream:
        """Return the stream of a camera, starting it for the first viewer."""
        stream = self._streams.get(name)
        if stream is None or not stream.running:
            folder = Path(tempfile.mkdtemp(dir=self._root))
            stream = self._streams[name] = LiveStream(name, self._clock, draw, size, audio, folder)
        stream.touch(viewer)
        return stream

    def running(self, name: str) -> LiveStream | None:
        """Return the stream of a camera if somebody watches it."""
        return self._streams.get(name)

    def report(self) -> list[dict[str, str | float | int]]:
        """Describe the running encoders."""
        now = time.monotonic()
        return [
            {
                "camera": name,
                "seconds": round(now - stream.started, 1),
                "viewers": sum(now - seen < self._idle_seconds() for seen in stream.viewers.values()),
                "idle_seconds": round(now - stream.last_request, 1),
            }
            for name, stream in self._streams.items()
        ]

    async def stop(self, name: str) -> None:
        """Stop one camera's stream if it runs."""
        if stream := self._streams.pop(name, None):
            await stream.stop()

    async def reap(self) -> None:
        """Stop what nobody watches any more, once a second, until cancelled."""
        while True:
            await asyncio.sleep(1)
            now = time.monotonic()
            for name, stream in list(self._streams.items()):
                if now - stream.last_request > self._idle_seconds() or not stream.running:
                    await self.stop(name)

    async def stop_all(self) -> None:
        """Stop every stream."""
        await asyncio.gather(*(self.stop(name) for name in list(self._streams)))

    async def close(self) -> None:
        """Stop every stream and remove the folder."""
        await self.stop_all()
        shutil.rmtree(self._root, ignore_errors=True)
