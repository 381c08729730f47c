"""The system: its servers, cameras, users, modules and licence; and who may do what at which server."""

from dataclasses import dataclass
from uuid import uuid5

from aiohttp import web

from ..listener import Listener
from ..simulation import Simulation
from ..switches import JsonObject
from ..world.places import NAMESPACE
from .access import User, Users
from .cameras import Camera, hang_up
from .log import Log
from .modules import Modules
from .portraits import Portraits
from .quirks import Quirks, Setup
from .wire import LoginFailed, not_found, parameters, refuse

SERVER = web.AppKey("server", str)
"""The id of the server an application is."""
_EXAMPLE_SERVERS = ("cd81195c-9c0e-42f0-8535-c55af9c35161", "9162138b-046a-48ed-82ed-6c6c7f6a52ba")
"""The ids of the guide's examples: those of the first two servers."""


@dataclass
class Server:
    """One server; it runs while its port accepts connections."""

    id: str
    name: str
    listener: Listener | None = None

    @property
    def running(self) -> bool:
        """Whether it can be reached."""
        return self.listener is not None and self.listener.accepting

    @property
    def port(self) -> int:
        """Where it listens."""
        return self.listener.port if self.listener else 0

    @property
    def secure_port(self) -> int:
        """Where it listens with TLS."""
        return self.listener.secure_port if self.listener else 0


class System:
    """Everything the servers know together; the first of them is the main one."""

    def __init__(self, simulation: Simulation, cameras: int, servers: int) -> None:
        self.simulation = simulation
        self.quirks = Quirks()
        self.setup = Setup()
        self.users = Users(self.quirks)
        self.modules = Modules(self.quirks)
        self.log = Log(simulation, self.modules, self.quirks, self.setup)
        self.portraits = Portraits(simulation, self.quirks)
        self.servers = [Server(_server_id(number), f"Server {number + 1}") for number in range(servers)]
        self.rtsp_port: int | None = None
        self._count = cameras
        self.reset()

    def reset(self) -> None:
        """Return to the start."""
        for part in (self.quirks, self.setup, self.users, self.modules, self.log):
            part.reset()
        self.id = str(uuid5(NAMESPACE, f"eocortex/system/{self.simulation.world.seed}"))
        self.revision = 72
        self._next_place = 0
        self.counters_began: dict[str, float] = {}
        """When counters were reset by hand, by camera, in Unix time."""
        self.cameras: dict[str, Camera] = {}
        for _ in range(self._count):
            self.add_camera()

    def add_camera(self) -> Camera:
        """Hang up one more camera, at the servers in turn."""
        place = self.simulation.world.place(self._next_place)
        camera = hang_up(place, self.servers[self._next_place % len(self.servers)].id)
        self._next_place += 1
        self.cameras[camera.id] = camera
        self.log.hang_up(camera)
        self.revision += 1
        return camera

    def change_camera(self, camera: Camera, values: JsonObject) -> None:
        """Replace fields of a camera's channel, or its state; whether it went offline is written down."""
        was_online, was_disabled = camera.online, camera.disabled
        camera.change(values)
        self.log.changed(camera, was_online, was_disabled)
        self.revision += 1

    def state(self) -> tuple[object, ...]:
        """Return what changes when events that were worked out in advance may be wrong."""
        return self.revision, self.modules.written, self.quirks.language, self.quirks.events_of

    @property
    def now(self) -> float:
        """The simulated Unix time."""
        return self.simulation.clock.now()

    @property
    def main(self) -> Server:
        """The main server, which alone is configured."""
        return self.servers[0]

    def server(self, server_id: str) -> Server | None:
        """Return a server."""
        return next((server for server in self.servers if server.id == server_id), None)

    def user(self, request: web.Request) -> User:
        """Return who asks."""
        user = self.users.identify(request.headers, parameters(request)) if self.setup.activated else None
        if user is None:
            raise LoginFailed(int(self.quirks.denied), "Authorization failed")
        return user

    def attached(self, server_id: str) -> list[Camera]:
        """Return the cameras of a server."""
        return [camera for camera in self.cameras.values() if camera.server_id == server_id]

    def listed(self, request: web.Request) -> list[Camera]:
        """Return the cameras the asked server lists, where the facts do not say whose."""
        return list(self.cameras.values()) if self.quirks.listing == "all" else self.attached(request.app[SERVER])

    def camera(self, request: web.Request, camera_id: str) -> Camera:
        """Return a camera the asked server can answer for; end the request if there is none."""
        return self.reachable(camera_id, request.app[SERVER]) or not_found(request)

    def reachable(self, camera_id: str, server_id: str) -> Camera | None:
        """Return a camera that a server can answer for: its own, or one of another server that runs."""
        camera = self.cameras.get(camera_id.lower())
        if camera is None or camera.server_id == server_id:
            return camera
        owner = self.server(camera.server_id)
        return camera if self.quirks.foreign_cameras and owner is not None and owner.running else None

    def require_module(self, name: str) -> None:
        """End the request if a module is not licensed; what is answered then is chosen after the face database's."""
        if self.setup.as_json()[name] is not True:
            refuse(403, "License error: the module is not available")


def _server_id(number: int) -> str:
    if number < len(_EXAMPLE_SERVERS):
        return _EXAMPLE_SERVERS[number]
    return str(uuid5(NAMESPACE, f"eocortex/server/{number}"))
