"""``/event``: an endless answer in which a server tells what happens, as it happens."""

import asyncio
from collections import deque
from collections.abc import Iterator, Mapping
import contextlib
from dataclasses import dataclass
from datetime import tzinfo
import heapq
from itertools import count
import time

from aiohttp import web

from ..switches import Json, JsonObject
from .access import User
from .cameras import Camera
from .happening import Event
from .kinds import KINDS
from .rest import FORBIDDEN
from .system import SERVER, System
from .telling import keep_alive, printed, stream_objects
from .wire import BOM, parameters, refuse, root

_LOOK_AT_CLOCK = 0.1
"""Real seconds after which a jump of the clock is noticed at the latest; what comes in its time needs no looking."""
_AHEAD = 5.0
"""World seconds that are worked out in advance."""
_AT_ONCE = 600.0
"""World seconds that are worked out at a time after a jump."""
_DEMO_SECONDS = 1.0
_READING = 0.1


@dataclass(eq=False)
class _Stream:
    """Somebody who listens."""

    number: int
    server: str
    user: User
    channel: str
    kind: str
    transport: asyncio.Transport | None
    demo: bool
    told: int = 0
    half: bool = False
    """Whether the connection is cut in the middle of the next event."""
    ended: bool = False

    def as_json(self) -> JsonObject:
        return {
            "number": self.number,
            "server": self.server,
            "login": self.user.login,
            "channelid": self.channel,
            "filter": self.kind,
            "told": self.told,
        }


class Streams:
    """All open streams of all servers, and what can be done to them."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._open: set[_Stream] = set()
        self._numbers = count(1)
        self.silent: set[str] = set()
        """Servers whose streams stay open and say nothing; what happens meanwhile they never tell."""

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        return [web.get("/event", root(self._event, self._system.quirks), allow_head=False)]

    def report(self) -> list[JsonObject]:
        """Return the open streams."""
        return [stream.as_json() for stream in sorted(self._open, key=lambda stream: stream.number)]

    def act(self, action: Json, server: Json) -> None:
        """Cut streams or silence servers, one or all of them; raise ValueError for nonsense."""
        named = [known.id for known in self._system.servers if server in (None, known.id)]
        if not named:
            raise KeyError(server)
        streams = [stream for stream in self._open if stream.server in named]
        match action:
            case "cut":
                for stream in streams:
                    self._cut(stream)
            case "cut_in_event":
                for stream in streams:
                    stream.half = True
            case "silence":
                self.silent.update(named)
            case "speak":
                self.silent.difference_update(named)
            case other:
                raise ValueError(f"unknown action {other!r}")

    def reset(self) -> None:
        """Cut all streams, and let all servers speak."""
        self.silent.clear()
        for stream in tuple(self._open):
            self._cut(stream)

    def _cut(self, stream: _Stream) -> None:
        stream.ended = True
        self._open.discard(stream)
        if stream.transport:
            stream.transport.abort()

    async def _event(self, request: web.Request) -> web.StreamResponse:
        system, query = self._system, parameters(request)
        user, channel = system.user(request), query.get("channelid", "").lower()
        if not user.may_listen():
            refuse(int(system.quirks.stream_denied), FORBIDDEN)
        if channel:
            if system.reachable(channel, request.app[SERVER]) is None:
                refuse(404, "Channel is not found")
            if not user.knows(channel):
                refuse(403, FORBIDDEN)
        response = web.StreamResponse(headers={"Content-Type": "application/json", "Cache-Control": "no-store"})
        response.enable_chunked_encoding()
        await response.prepare(request)
        stream = _Stream(
            next(self._numbers),
            request.app[SERVER],
            user,
            channel,
            query.get("filter", "").lower(),
            request.transport,
            query.get("mode", "").lower() == "demo",
        )
        self._open.add(stream)
        try:
            with contextlib.suppress(ConnectionError):
                await self._tell(stream, response)
        finally:
            self._open.discard(stream)
        return response

    async def _tell(self, stream: _Stream, response: web.StreamResponse) -> None:
        """Write events when their time comes, and keep-alives in between, until the connection or the right is gone."""
        system, woken = self._system, asyncio.Event()
        upcoming = _Upcoming(system, stream)
        system.log.listeners.add(woken.set)
        silent_before, quiet_since = False, time.monotonic()
        try:
            if system.quirks.bom:
                await response.write(BOM)
            while self._may_go_on(stream):
                woken.clear()
                silent = stream.server in self.silent
                if silent or silent_before:
                    upcoming.skip()
                silent_before = silent
                if not silent:
                    for event, camera in upcoming.due():
                        await self._write(stream, response, event, camera)
                        quiet_since = time.monotonic()
                    if time.monotonic() - quiet_since >= system.setup.keep_alive_seconds:
                        await self._write_object(response, keep_alive(system.now, self._zone, system.quirks))
                        quiet_since = time.monotonic()
                rest = system.setup.keep_alive_seconds - (time.monotonic() - quiet_since)
                pause = max(0.001, min(_LOOK_AT_CLOCK, rest if not silent else _LOOK_AT_CLOCK, upcoming.pause()))
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(woken.wait(), pause)
        finally:
            system.log.listeners.discard(woken.set)

    def _may_go_on(self, stream: _Stream) -> bool:
        """Tell whether a stream goes on: not for somebody who was removed or lost the right, which is chosen here."""
        user, closing = stream.user, stream.transport is None or stream.transport.is_closing()
        return not stream.ended and not closing and user.may_listen() and self._system.users.knows(user)

    @property
    def _zone(self) -> tzinfo:
        return self._system.simulation.world.time_zone

    async def _write(self, stream: _Stream, response: web.StreamResponse, event: Event, camera: Camera) -> None:
        if not self._may_go_on(stream):
            raise ConnectionResetError
        picture = None
        if event.pictured:
            picture = await asyncio.to_thread(self._system.portraits.of, event, camera)
        objects = stream_objects(event, camera, picture, self._zone, self._system.quirks)
        if stream.half:
            text = printed(objects[0]).encode()
            await response.write(text[: len(text) // 2])
            await asyncio.sleep(_READING)  # a client throws away what it has not read when the connection ends
            if stream.transport:
                stream.transport.close()
            raise ConnectionResetError
        for fields in objects:
            await self._write_object(response, fields)
        stream.told += 1

    async def _write_object(self, response: web.StreamResponse, fields: Mapping[str, Json]) -> None:
        quirks = self._system.quirks
        body = (BOM if quirks.bom_between else b"") + printed(fields).encode() + b"\r\n"
        size = quirks.event_chunk or len(body)
        for start in range(0, len(body), size):
            await response.write(body[start : start + size])


class _Upcoming:
    """What one stream will have to tell: worked out a little ahead, so that everything is told in its moment."""

    def __init__(self, system: System, stream: _Stream) -> None:
        self._system = system
        self._stream = stream
        self._kinds = frozenset({stream.kind}) if stream.kind else None
        self._ready: deque[Event] = deque()
        self._waiting: list[Event] = []
        self._demo_at = 0.0
        self.skip()

    def skip(self) -> None:
        """Begin at this moment."""
        self._cursor = self._worked_out = self._demo_at = self._system.now
        self._written = self._system.log.written
        self._state = self._system.state()
        self._ready.clear()
        self._waiting.clear()

    def due(self) -> Iterator[tuple[Event, Camera]]:
        """Yield what has happened since the last time, however long ago that was."""
        system = self._system
        now, state = system.now, system.state()
        if now < self._cursor:
            self.skip()
            return
        if state != self._state:
            self._state, self._worked_out = state, self._cursor
            self._ready.clear()
        for event in heapq.merge(self._of_world(now), [*self._made(), *self._demo(now)], key=lambda event: event.at):
            if (camera := self._camera(event)) is not None:
                yield event, camera
        self._cursor = now

    def pause(self) -> float:
        """Return the real seconds to the next event."""
        rate = self._system.simulation.clock.rate
        moments = [event.at for event in self._waiting]
        moments.append(self._ready[0].at if self._ready else self._worked_out)
        return max(0.0, min(moments) - self._system.now) / rate if rate > 0 else _LOOK_AT_CLOCK

    def _of_world(self, now: float) -> Iterator[Event]:
        while True:
            while self._ready and self._ready[0].at < now:
                yield self._ready.popleft()
            if self._worked_out >= now:
                return
            self._work_out(min(now + _AHEAD, self._worked_out + _AT_ONCE))

    def _work_out(self, end: float) -> None:
        cameras = [camera for camera in self._system.cameras.values() if self._hears(camera)]
        events = self._system.log.of_world(cameras, self._kinds, self._worked_out, end, backwards=False)
        self._ready.extend(events)
        self._worked_out = end

    def _made(self) -> list[Event]:
        log, now = self._system.log, self._system.now
        events = self._waiting + list(log.live_since(self._written))
        self._written = log.written
        self._waiting = [event for event in events if event.at > now]
        due = [event for event in events if event.at <= now and (self._kinds is None or event.kind in self._kinds)]
        return sorted(due, key=lambda event: event.at)

    def _demo(self, now: float) -> Iterator[Event]:
        """Yield virtual events, of which only the kind is known; the first camera has one every second."""
        if self._stream.demo and now - self._demo_at >= _DEMO_SECONDS:
            self._demo_at = now
            kind = KINDS["motion"].id
            heard = (camera.id for camera in self._system.cameras.values() if self._hears(camera))
            for camera_id in list(heard)[:1]:
                yield Event(kind, camera_id, round(now, 3), comment="Demo")

    def _camera(self, event: Event) -> Camera | None:
        camera = self._system.cameras.get(event.camera_id)
        return camera if camera is not None and self._hears(camera) else None

    def _hears(self, camera: Camera) -> bool:
        stream = self._stream
        if stream.channel:
            return camera.id == stream.channel and stream.user.knows(camera.id)
        own = camera.server_id == stream.server or self._system.quirks.events_of == "all"
        return own and stream.user.knows(camera.id)
