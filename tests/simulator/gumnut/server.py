"""Gumnut's server with everything the control port may do to it."""

from collections.abc import Sequence
from functools import wraps

from aiohttp import web

from ..app import vendor_app
from ..faults import Faults
from ..listener import Listener
from ..recorder import Recorder
from ..simulation import Simulation
from ..switches import JsonObject
from .assets import Assets
from .control import Steering
from .house import MEDIA, House
from .media import Media
from .people import People
from .quirks import Quirks
from .rest import Rest, unknown
from .search import Search
from .wire import Call, Refusal, error_response

_LARGEST_UPLOAD = 256 * 1024 * 1024


class GumnutServer:
    """The vendor as ``control.VendorServer`` wants it."""

    name = "gumnut"
    base_path = ""
    ports = 1

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation
        self._house = House(simulation)
        self.recorder = Recorder(simulation.clock, _has_key, _leaks_key)
        self.faults = Faults("", lambda status: {"detail": f"Fault {status}"})
        self._listeners: list[Listener] = []
        self._steering = Steering(self._house)

    async def start(self, host: str, port: int) -> None:
        """Serve."""
        app = vendor_app(self._simulation.clock, self.recorder, self.faults, largest_body=_LARGEST_UPLOAD)
        assets = Assets(self._house)
        parts = (Rest(self._house), assets, People(self._house), Search(self._house, assets))
        for part in parts:
            app.add_routes([web.route(method, path, self._refusing(call)) for method, path, call in part.routes()])
        app.add_routes(Media(self._house).routes())
        app.add_routes([web.route("*", "/{rest:.*}", self._refusing(unknown))])
        listener = Listener(app, host, port)
        await listener.start()
        self._listeners.append(listener)

    def _refusing(self, call: Call) -> Call:
        @wraps(call)
        async def guarded(request: web.Request) -> web.StreamResponse:
            try:
                return await call(request)
            except Refusal as refusal:
                return error_response(refusal, self.quirks)

        return guarded

    async def close(self) -> None:
        """Stop serving."""
        for listener in self._listeners:
            await listener.close()

    @property
    def quirks(self) -> Quirks:
        """Which readings are served."""
        return self._house.quirks

    @property
    def listeners(self) -> Sequence[Listener]:
        """The one server."""
        return self._listeners

    @property
    def credentials(self) -> dict[str, str]:
        """What a user types in."""
        return {"key": self._house.keys.primary.text}

    @property
    def callbacks(self) -> list[JsonObject]:
        """There are none."""
        return []

    def announcement(self) -> JsonObject:
        """Return the libraries by name."""
        return {"libraries": {library.name: library.id for library in self._house.libraries.values()}}

    def control_routes(self) -> Sequence[web.RouteDef]:
        """Return what the control port has for this vendor alone."""
        return self._steering.routes()

    def describe(self) -> JsonObject:
        """Return what ``GET /state`` tells of this vendor."""
        return {"keys": [*self._house.keys.by_text], "libraries": self._steering.describe()}

    async def reset(self) -> None:
        """Return to the start."""
        self._house.reset()

    def act_on_credentials(self, body: JsonObject) -> JsonObject:
        """Add, revoke or rotate keys; raise ValueError for nonsense."""
        return {"key": self._house.keys.act(body)}

    def cameras(self, base: str) -> list[JsonObject]:
        """There are none."""
        return []

    def camera(self, camera_id: str, base: str) -> JsonObject:
        """There is none."""
        raise KeyError(camera_id)

    def add_camera(self, overrides: JsonObject) -> str:
        """There is none."""
        raise ValueError("a photo library has no cameras")

    def patch_camera(self, camera_id: str, overrides: JsonObject) -> None:
        """There is none."""
        raise KeyError(camera_id)

    def remove_camera(self, camera_id: str) -> None:
        """There is none."""
        raise KeyError(camera_id)

    def inject_event(self, camera_id: str, raw: JsonObject) -> str:
        """There is none; photos are uploaded, see ``control.py``."""
        raise KeyError(camera_id)


def _has_key(request: web.Request) -> bool:
    return "Authorization" in request.headers


def _leaks_key(request: web.Request) -> bool:
    """Pictures are asked for without the key."""
    return _has_key(request) and request.path.startswith(MEDIA)
