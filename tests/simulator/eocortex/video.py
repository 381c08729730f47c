"""Pictures over HTTP: single ones (``/site``), one after the other (``/mobile``), and HLS in two steps (``/hls``)."""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
import contextlib
from dataclasses import dataclass
from secrets import token_urlsafe
import time

from aiohttp import web
from PIL import Image

from ..media.live import PLAYLIST
from ..picture import Size, jpeg
from ..world import recordings
from .access import User
from .cameras import Camera
from .rest import FORBIDDEN
from .system import SERVER, System
from .wire import is_true, parameters, read_dotted, read_size, refuse, root

_BOUNDARY = "frame"
_UNCACHED = {"Cache-Control": "no-store"}
_NO_PICTURE = "<!DOCTYPE html><html><body>The camera is not available</body></html>"
_REMEMBERED_SESSIONS = 1024
FASTEST = 12
"""Pictures a second that ``/mobile`` sends at most."""


@dataclass
class _Session:
    """A stream somebody was let in to; it ends with the server's process, and when nobody asked for a while."""

    camera: Camera
    server: str
    life: int
    touched: float


class Video:
    """Shows live pictures to those who may see them."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._sessions: OrderedDict[str, _Session] = OrderedDict()

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        quirks = self._system.quirks
        return [
            web.get("/site", root(self._still, quirks)),
            web.get("/mobile", root(self._motion, quirks)),
            web.get("/hls", root(self._session, quirks)),
            web.get("/hls/{session}/{name}", root(self._part, quirks)),
        ]

    def forget_sessions(self) -> None:
        """End all streams."""
        self._sessions.clear()

    def _asked(self, request: web.Request, query: Mapping[str, str]) -> tuple[User, Camera]:
        user = self._system.user(request)
        camera = self._system.reachable(query.get("channelid", ""), request.app[SERVER])
        if camera is None:
            refuse(404, "Channel is not found")
        in_archive = query.get("mode", "").lower() == "archive"
        allowed = user.may_search(camera.id) if in_archive else user.may_see(camera.id)
        if not allowed or (self._system.quirks.web_right and not user.may_use_web()):
            refuse(403, FORBIDDEN)
        return user, camera

    async def _still(self, request: web.Request) -> web.Response:
        query = parameters(request)
        _, camera = self._asked(request, query)
        moment = self._moment(camera, query)
        if moment is None:
            return self._no_picture()
        content = await self._picture(camera, moment, _size(query))
        return web.Response(body=content, content_type=self._type(query, "image/jpeg"), headers=_UNCACHED)

    def _moment(self, camera: Camera, query: Mapping[str, str]) -> float | None:
        """Return the Unix time of the picture that is asked for, None if there is none."""
        now = self._system.now
        if query.get("mode", "").lower() != "archive":
            return now if camera.online else None
        start = query.get("starttime", "now")
        if start.lower() == "now":
            recorded = recordings(camera.place, now - 7200, now)
            return recorded[-1][1] if recorded else None
        moment = read_dotted(start)
        return moment if moment <= now and recordings(camera.place, moment, moment + 1) else None

    def _no_picture(self) -> web.Response:
        match self._system.quirks.offline_still:
            case "page":
                return web.Response(text=_NO_PICTURE, content_type="text/html")
            case "empty":
                return web.Response(body=b"", content_type="image/jpeg")
            case "404":
                return web.Response(text="The camera is not available", status=404)

    def _type(self, query: Mapping[str, str], right: str) -> str:
        named = is_true(query, "withcontenttype") or not self._system.quirks.image_type
        return right if named else "application/octet-stream"

    async def _picture(self, camera: Camera, moment: float, size: Size | None) -> bytes:
        simulation = self._system.simulation
        if size is None:
            return await simulation.still(camera.place, moment)

        def draw() -> bytes:
            picture = simulation.painter.picture(camera.place, moment)
            return jpeg(picture.resize(size, Image.Resampling.BICUBIC))

        return await asyncio.to_thread(draw)

    async def _motion(self, request: web.Request) -> web.StreamResponse:
        query = parameters(request)
        _, camera = self._asked(request, query)
        size, named = _size(query), is_true(query, "withcontenttype")
        if not camera.online:
            return self._no_picture()
        if query.get("mode", "").lower() == "archive":
            refuse(400, "Archive is not available here")
        if is_true(query, "oneframeonly"):
            content = await self._picture(camera, self._system.now, size)
            body = content if named else _wrapped(content)
            return web.Response(body=body, content_type=self._type(query, "image/jpeg"), headers=_UNCACHED)
        kind = f"multipart/x-mixed-replace; boundary={_BOUNDARY}" if named else "application/octet-stream"
        response = web.StreamResponse(headers={"Content-Type": kind, **_UNCACHED})
        await response.prepare(request)
        pause = 1 / min(FASTEST, max(1, read_size(query, "fps") or 5))
        frame, whole = _part if named else _wrapped, self._system.simulation.painter.size
        with contextlib.suppress(ConnectionError):
            while camera.online:
                await response.write(frame(await self._picture(camera, self._system.now, size or whole)))
                await asyncio.sleep(pause)
        return response

    async def _session(self, request: web.Request) -> web.Response:
        query, system = parameters(request), self._system
        _, camera = self._asked(request, query)
        if not system.setup.hls or not camera.online:
            refuse(404, "The stream is not available")
        if query.get("mode", "").lower() == "archive":
            refuse(400, "Archive is not available here")
        name, server = token_urlsafe(12), request.app[SERVER]
        self._sessions[name] = _Session(camera, server, self._life(server), time.monotonic())
        while len(self._sessions) > _REMEMBERED_SESSIONS:
            self._sessions.popitem(last=False)
        return web.Response(text=f"{name}/{PLAYLIST}", headers=_UNCACHED)

    def _life(self, server_id: str) -> int:
        server = self._system.server(server_id)
        return server.listener.lives if server and server.listener else 0

    async def _part(self, request: web.Request) -> web.Response:
        token, name = request.match_info["session"], request.match_info["name"]
        server, session = request.app[SERVER], self._sessions.get(token)
        now, streams = time.monotonic(), self._system.simulation.streams
        idle = self._system.simulation.settings.stream_idle_seconds
        if (
            session is None
            or (session.server, session.life) != (server, self._life(server))
            or now - session.touched > idle
            or not session.camera.online
        ):
            refuse(404, "The stream is not available")
        session.touched, camera = now, session.camera
        if name == PLAYLIST:
            place, painter = camera.place, self._system.simulation.painter
            audio = camera.has_sound and self._system.simulation.settings.stream_audio
            stream = streams.watch(
                camera.id, token, lambda moment: painter.picture(place, moment), painter.size, audio=audio
            )
            playlist = await stream.playlist()
            if playlist is None:
                refuse(503, "The stream did not start")
            return web.Response(text=playlist, content_type="application/vnd.apple.mpegurl", headers=_UNCACHED)
        running = streams.running(camera.id)
        path = running.folder / name if running else None
        if running is None or path is None or path.suffix != ".ts" or not path.exists():
            refuse(404, "The stream is not available")
        running.touch(token)
        return web.Response(body=await asyncio.to_thread(path.read_bytes), content_type="video/mp2t", headers=_UNCACHED)


def _size(query: Mapping[str, str]) -> Size | None:
    """Return the asked size; with one side only, the other follows from 16:9, and a sub-stream is smaller by itself."""
    width, height = read_size(query, "resolutionx"), read_size(query, "resolutiony")
    if width is None and height is None:
        return (320, 180) if "alternative" in query.get("streamtype", "").lower() else None
    return width or max(1, round((height or 0) * 16 / 9)), height or max(1, round((width or 0) * 9 / 16))


def _part(content: bytes) -> bytes:
    head = f"--{_BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(content)}\r\n\r\n"
    return head.encode() + content + b"\r\n"


def _wrapped(content: bytes) -> bytes:
    """Return a picture behind a header that generic parsers do not understand; its text is chosen here."""
    return f"\r\nMacroscopFrame\r\nLength={len(content)}\r\n\r\n".encode() + content
