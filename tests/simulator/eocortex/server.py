"""Eocortex's servers with everything the control port may do to them."""

from collections.abc import Sequence

from aiohttp import web

from ..app import vendor_app
from ..certificate import self_signed
from ..faults import Faults
from ..listener import Listener
from ..recorder import Recorder
from ..simulation import Simulation
from ..switches import JsonObject
from .access import ADMINISTRATOR
from .archive import Archive
from .commands import Commands
from .configex import Configex
from .configure import Configure
from .control import Steering
from .counters import Counters
from .databases import Databases
from .quirks import Quirks
from .rest import Rest, unknown
from .rtsp import Rtsp
from .stream import Streams
from .system import SERVER, System
from .video import Video
from .wire import error, rest


class EocortexSystem:
    """The vendor as ``control.VendorServer`` wants it: all servers of one system."""

    name = "eocortex"
    base_path = ""

    def __init__(self, simulation: Simulation, cameras: int, servers: int) -> None:
        if not 1 <= servers <= 16:
            raise ValueError("there are 1 to 16 servers")
        self._simulation = simulation
        self._system = System(simulation, cameras, servers)
        self.recorder = Recorder(simulation.clock, _has_credentials, _has_password_in_address)
        self.faults = Faults("", lambda status: error(f"Fault {status}"))
        self._video = Video(self._system)
        self._rtsp = Rtsp(self._system)
        self._streams = Streams(self._system)
        self._steering = Steering(self._system, self._streams)

    async def start(self, host: str, port: int) -> None:
        """Serve: the servers at ports one after the other, RTSP after the last one, then the servers with TLS."""
        count, tls = len(self._system.servers), self_signed()
        system = self._system
        parts = (
            Configex(system),
            Commands(system),
            Rest(system),
            Counters(system),
            Databases(system),
            Configure(system),
            self._video,
            self._streams,
            Archive(system),
        )
        for number, server in enumerate(self._system.servers):
            app = vendor_app(self._simulation.clock, self.recorder, self.faults, server.id)
            app[SERVER] = server.id
            for part in parts:
                app.add_routes(part.routes())
            app.add_routes([web.route("*", "/{rest:.*}", rest(unknown))])
            server.listener = Listener(
                app,
                host,
                port and port + number,
                server.id,
                tls=tls,
                secure_port=port and port + count + 1 + number,
            )
            await server.listener.start()
        await self._rtsp.start(host, port and port + count)

    async def close(self) -> None:
        """Stop serving."""
        await self._rtsp.close()
        self._streams.reset()
        for listener in self.listeners:
            await listener.close()

    @property
    def ports(self) -> int:
        """How many ports there are."""
        return 2 * len(self._system.servers) + 1

    @property
    def listeners(self) -> Sequence[Listener]:
        """The servers, the main one first."""
        return [server.listener for server in self._system.servers if server.listener]

    @property
    def quirks(self) -> Quirks:
        """Which readings are served."""
        return self._system.quirks

    @property
    def credentials(self) -> dict[str, str]:
        """What the senior administrator types in."""
        return {"login": ADMINISTRATOR, "password": self._system.users.by_login[ADMINISTRATOR].password}

    @property
    def callbacks(self) -> list[JsonObject]:
        """There are none."""
        return []

    def announcement(self) -> JsonObject:
        """Return the RTSP port, or why there is none."""
        return {"rtsp_port": self._system.rtsp_port, "rtsp_missing": self._rtsp.missing}

    def control_routes(self) -> Sequence[web.RouteDef]:
        """Return what the control port has for this vendor alone."""
        return self._steering.routes()

    def describe(self) -> JsonObject:
        """Return what ``GET /state`` tells of this vendor."""
        return {
            "cameras": len(self._system.cameras),
            "setup": self._system.setup.as_json(),
            "users": list(self._system.users.by_login),
            "rtsp_streams": self._rtsp.streams,
        }

    async def reset(self) -> None:
        """Return to the start."""
        self._system.reset()
        self._video.forget_sessions()
        self._streams.reset()

    def act_on_credentials(self, body: JsonObject) -> JsonObject:
        """Change passwords, add and remove users; raise ValueError for nonsense."""
        return {"key": self._steering.act(body)}

    def cameras(self, base: str) -> list[JsonObject]:
        """Return all cameras as the control port shows them."""
        return [self.camera(camera_id, base) for camera_id in self._system.cameras]

    def camera(self, camera_id: str, base: str) -> JsonObject:
        """Return one camera; raise KeyError if there is none."""
        simulation = self._simulation
        return self._system.cameras[camera_id].steering(simulation.world, simulation.clock, self.quirks)

    def add_camera(self, overrides: JsonObject) -> str:
        """Hang up one more camera and return its id."""
        camera = self._system.add_camera()
        camera.change(overrides)
        self._system.log.hang_up(camera)
        return camera.id

    def patch_camera(self, camera_id: str, overrides: JsonObject) -> None:
        """Replace fields of a camera's channel, or its state."""
        self._system.change_camera(self._system.cameras[camera_id], overrides)

    def remove_camera(self, camera_id: str) -> None:
        """Take a camera away."""
        del self._system.cameras[camera_id]
        self._system.revision += 1

    def inject_event(self, camera_id: str, raw: JsonObject) -> str:
        """Put an event on a camera's timeline, see ``control.py``; raise KeyError if there is no such camera."""
        return self._steering.inject(self._system.cameras[camera_id], raw)


def _has_credentials(request: web.Request) -> bool:
    return "Authorization" in request.headers or any(name.lower() == "login" for name in request.query)


def _has_password_in_address(request: web.Request) -> bool:
    """An address is written down in many places; a header is not."""
    return any(name.lower() == "password" and value for name, value in request.query.items())
