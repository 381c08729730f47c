"""RTSP: a process of its own serves it, this end tells it who may see what, and encodes."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
import struct

from aiohttp import web

from ..listener import Listener
from ..media.encode import FPS
from ..media.packets import Packet, PacketEncoder
from .cameras import Camera
from .system import System
from .wire import is_true, parameters, refuse, root

DEBIAN_PYTHON = "/usr/bin/python3"
"""GStreamer's bindings are packages of Debian, which are for its own Python."""
PACKAGES = "gir1.2-gst-rtsp-server-1.0 python3-gi gstreamer1.0-plugins-base gstreamer1.0-plugins-good"
SUB_STREAM = (320, 180)
_PROGRAM = Path(__file__).with_name("rtsp_server.py")
_START_SECONDS = 20
_STOP_SECONDS = 3
_HEAD = struct.Struct(">BQI")
_KINDS = {"video": 0, "audio": 1}


class Rtsp:
    """The RTSP server of the whole system: one for all servers, since they are on one machine."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._process: asyncio.subprocess.Process | None = None
        self._listener: Listener | None = None
        self.missing: str | None = None
        """Why there is no RTSP, None if there is."""
        self.streams = 0
        """How many are being encoded."""

    async def start(self, host: str, port: int) -> None:
        """Serve at a port, 0 takes a free one; without GStreamer ``missing`` says so, and nothing else happens."""
        app, quirks = web.Application(), self._system.quirks
        app.add_routes(
            [web.get("/open", root(self._open, quirks)), web.get("/packets", root(self._packets, quirks))],
        )
        self._listener = Listener(app, "127.0.0.1", 0)
        await self._listener.start()
        source = f"http://127.0.0.1:{self._listener.port}"
        try:
            self._process = await asyncio.create_subprocess_exec(
                DEBIAN_PYTHON, str(_PROGRAM), source, host, str(port),
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
                start_new_session=True,
            )  # fmt: skip
        except OSError:
            self.missing = f"there is no {DEBIAN_PYTHON}"
            return
        self._system.rtsp_port = await self._port_of(self._process)
        if self._system.rtsp_port is None:
            self.missing = f"GStreamer's RTSP server did not start, Debian's packages are: {PACKAGES}"
            await self._stop()

    async def _port_of(self, process: asyncio.subprocess.Process) -> int | None:
        """Return where the process listens, None if it does not."""
        if process.stdout is None:
            return None
        try:
            line = await asyncio.wait_for(process.stdout.readline(), _START_SECONDS)
        except TimeoutError:
            return None
        return int(line) if line else None

    async def close(self) -> None:
        """Stop serving."""
        await self._stop()
        if self._listener:
            await self._listener.close()

    async def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin:
            process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), _STOP_SECONDS)
        except TimeoutError:
            process.kill()
            await process.wait()

    def _asked(self, query: Mapping[str, str]) -> tuple[Camera, bool]:
        """Return the camera and whether it is to be heard; end the request if it must not be seen."""
        system = self._system
        user = system.users.identify_stream(query) if system.setup.activated else None
        if user is None:
            refuse(401, "Authorization failed")
        camera = system.cameras.get(query.get("channelid", "").lower())
        owner = system.server(camera.server_id) if camera else None
        if camera is None or not camera.online or not system.setup.rtsp or owner is None or not owner.running:
            refuse(404, "There is no such stream")
        if query.get("mode", "").lower() == "archive" or (_is_sub_stream(query) and not camera.has_alternative):
            refuse(404, "There is no such stream")
        if not user.may_see(camera.id):
            refuse(403, "Resource is forbidden for user")
        wanted = query.get("sound", "").lower() == "on" or is_true(query, "sound")
        return camera, wanted and camera.has_sound and user.may_hear()

    async def _open(self, request: web.Request) -> web.Response:
        self._asked(parameters(request))
        return web.Response()

    async def _packets(self, request: web.Request) -> web.StreamResponse:
        """Send one stream's packets at their pace until nobody wants them, or until the camera is gone."""
        query = parameters(request)
        camera, audio = self._asked(query)
        painter, clock, place = self._system.simulation.painter, self._system.simulation.clock, camera.place
        size = SUB_STREAM if _is_sub_stream(query) else painter.size
        encoder = PacketEncoder(lambda moment: painter.picture(place, moment), size, audio=audio)
        response = web.StreamResponse(headers={"X-Audio": str(int(audio))})
        await response.prepare(request)
        loop = asyncio.get_running_loop()
        due = loop.time()
        self.streams += 1
        try:
            while self._is_there(camera):
                for packet in await asyncio.to_thread(encoder.step, clock.now()):
                    await response.write(_framed(packet))
                due += 1 / FPS
                await asyncio.sleep(max(0.0, due - loop.time()))
        except ConnectionError:
            pass
        finally:
            self.streams -= 1
        return response

    def _is_there(self, camera: Camera) -> bool:
        system = self._system
        owner = system.server(camera.server_id)
        known = system.cameras.get(camera.id) is camera
        return known and camera.online and system.setup.rtsp and owner is not None and owner.running


def _is_sub_stream(query: Mapping[str, str]) -> bool:
    return "alternative" in query.get("streamtype", "").lower()


def _framed(packet: Packet) -> bytes:
    return _HEAD.pack(_KINDS[packet.kind], round(packet.seconds * 1e9), len(packet.content)) + packet.content
