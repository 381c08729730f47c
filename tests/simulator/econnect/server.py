"""eConnect's server with everything the control port may do to it."""

from collections.abc import Sequence
from itertools import count

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from ..app import vendor_app
from ..certificate import self_signed
from ..faults import Faults
from ..listener import Listener
from ..recorder import Recorder
from ..simulation import Simulation
from ..switches import JsonObject
from ..world import Place
from ..world.places import ROLES
from .access import USER, Access
from .api import PREFIX, Api
from .control import Steering
from .detections import Detections, Detector
from .documents import Documents
from .faces import Faces
from .people import People
from .quirks import Quirks


class EconnectServer:
    """The vendor as ``control.VendorServer`` wants it."""

    name = "econnect"
    base_path = PREFIX
    ports = 2

    def __init__(self, simulation: Simulation, detectors: int) -> None:
        self.quirks = Quirks()
        self.recorder = Recorder(simulation.clock, _has_token, _leaks_token)
        self.faults = Faults(PREFIX)
        self._simulation = simulation
        self._count = detectors
        self._listeners: list[Listener] = []
        self._lives = 1
        self._detectors: dict[str, Detector] = {}
        self._access = Access(simulation, self.quirks)
        self._people = People(simulation.world, -(-detectors // len(ROLES)) or 1, self.quirks)
        self._detections = Detections(simulation, self._people, self._detectors, self.quirks)
        self._faces = Faces(simulation, self._access, self._people, self._detections, self.quirks)
        self._documents = Documents(self._access, self._people, self.quirks)
        self._steering = Steering(self._access, self._people, self._detections, self._documents)
        self._next = count(detectors)
        self._hang()

    async def start(self, host: str, port: int) -> None:
        """Serve, at the next port with TLS and a certificate that nobody knows."""
        app = vendor_app(self._simulation.clock, self.recorder, self.faults)
        app.middlewares.append(self._notice_restarts())
        api = Api(self._access, self._people, self._detections, self.quirks)
        for routes in (self._documents.routes(), self._faces.routes(), api.routes()):
            app.add_routes(routes)
        listener = Listener(app, host, port, tls=self_signed(), secure_port=port and port + 1)
        await listener.start()
        self._listeners.append(listener)

    @property
    def listeners(self) -> Sequence[Listener]:
        """The one server."""
        return self._listeners

    def control_routes(self) -> Sequence[web.RouteDef]:
        """Return what the control port has for this vendor alone."""
        return self._steering.routes()

    def announcement(self) -> JsonObject:
        """Return what is announced of this vendor alone."""
        return {}

    @property
    def credentials(self) -> dict[str, str]:
        """What a user would type in."""
        user = self._access.users.get(USER)
        return {"username": USER, "password": user.password if user else ""}

    @property
    def callbacks(self) -> list[JsonObject]:
        """There are none."""
        return []

    def describe(self) -> JsonObject:
        """Return what ``GET /state`` tells of this vendor."""
        return {
            "cameras": len(self._detectors),
            "people": len(self._people.by_id),
            "users": list(self._access.users),
            "sign_ins": self._access.sign_ins,
            "documents": len(self._documents.by_id),
        }

    async def reset(self) -> None:
        """Return to the start."""
        self.quirks.reset()
        self._people.reset()
        self._faces.reset()
        await self._documents.close()
        self._hang()

    async def close(self) -> None:
        """Stop serving and remove temporary files."""
        for listener in self._listeners:
            await listener.close()
        await self._documents.close()

    def act_on_credentials(self, body: JsonObject) -> JsonObject:
        """Change the user's password, or remove the user; raise ValueError for nonsense."""
        return {"key": self._steering.act(body)}

    def cameras(self, base: str) -> list[JsonObject]:
        """Return the detectors."""
        return [detector.as_json() for detector in self._detectors.values()]

    def camera(self, camera_id: str, base: str) -> JsonObject:
        """Return one detector; raise KeyError if there is none."""
        return self._detectors[camera_id].as_json()

    def add_camera(self, overrides: JsonObject) -> str:
        """Add a detector at the next place and return its id."""
        place = self._simulation.world.place(next(self._next))
        self._detectors[place.id] = Detector(place, str(overrides.get("name", place.name)))
        return place.id

    def patch_camera(self, camera_id: str, overrides: JsonObject) -> None:
        """Rename a detector."""
        if unknown := overrides.keys() - {"name"}:
            raise ValueError(f"unknown of a detector: {', '.join(unknown)}")
        detector = self._detectors[camera_id]
        detector.name = str(overrides.get("name", detector.name))

    def remove_camera(self, camera_id: str) -> None:
        """Take a detector away."""
        del self._detectors[camera_id]

    def inject_event(self, camera_id: str, raw: JsonObject) -> str:
        """Let a detector see somebody, see ``control.py``."""
        simulation = self._simulation
        zone = str(simulation.world.time_zone)
        return self._steering.inject(self._detectors[camera_id], raw, simulation.clock.now(), zone)

    def _hang(self) -> None:
        self._access.reset()
        self._detectors.clear()
        self._next = count(self._count)
        for number in range(self._count):
            place: Place = self._simulation.world.place(number)
            self._detectors[place.id] = Detector(place, place.name)

    def _notice_restarts(self) -> Middleware:
        """Return a middleware that looks whether the server was restarted since the last request."""

        @web.middleware
        async def notice(request: web.Request, handler: Handler) -> web.StreamResponse:
            lives = sum(listener.lives for listener in self._listeners)
            if lives != self._lives:
                self._lives = lives
                self._access.restart()
            return await handler(request)

        return notice


def _has_token(request: web.Request) -> bool:
    return "Authorization" in request.headers


def _leaks_token(request: web.Request) -> bool:
    """Signing in needs no token, and an address is written down in many places."""
    return (_has_token(request) and request.path.endswith("/authenticate")) or "token" in request.query
