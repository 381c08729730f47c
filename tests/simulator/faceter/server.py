"""Faceter's server with everything the control port may do to it."""

from collections.abc import Sequence
from uuid import uuid4

from aiohttp import web

from ..app import vendor_app
from ..faults import Faults
from ..listener import Listener
from ..recorder import Recorder
from ..signing import Signer
from ..simulation import Simulation
from ..switches import JsonObject
from .account import Account, Accounts
from .api import KEY_HEADER, PREFIX, Api
from .cameras import Camera
from .exports import Exports
from .media import MEDIA, Media
from .quirks import Quirks
from .requests import injected_event
from .wire import Refusal


class FaceterServer:
    """The vendor as ``control.VendorServer`` wants it."""

    name = "faceter"
    base_path = PREFIX
    ports = 1

    def __init__(self, simulation: Simulation, cameras: int) -> None:
        self.quirks = Quirks()
        self.recorder = Recorder(simulation.clock, _has_key, _leaks_key)
        self.faults = Faults(PREFIX)
        self._simulation = simulation
        self._listeners: list[Listener] = []
        self._accounts = Accounts(simulation.world, simulation.clock, cameras)
        self._signer = Signer(f"faceter {simulation.world.seed}")
        self._exports = Exports(simulation, self.quirks)
        self._media = Media(simulation, self._accounts, self._exports, self.quirks, self._signer)
        self._api = Api(simulation, self._accounts, self._exports, self._media, self.quirks, self._signer)

    async def start(self, host: str, port: int) -> None:
        """Serve."""
        app = vendor_app(self._simulation.clock, self.recorder, self.faults)
        app.add_routes(self._api.routes())
        app.add_routes(self._media.routes())
        listener = Listener(app, host, port)
        await listener.start()
        self._listeners.append(listener)

    @property
    def listeners(self) -> Sequence[Listener]:
        """The one server."""
        return self._listeners

    def control_routes(self) -> Sequence[web.RouteDef]:
        """Return what the control port has for this vendor alone."""
        return ()

    def announcement(self) -> JsonObject:
        """Return what is announced of this vendor alone."""
        return {}

    @property
    def credentials(self) -> dict[str, str]:
        """What a user of the account would type in."""
        return {"key": self._accounts.primary_key}

    @property
    def callbacks(self) -> list[JsonObject]:
        """The calls made when exports ended."""
        return self._exports.callbacks

    def describe(self) -> JsonObject:
        """Return what ``GET /state`` tells of this vendor."""
        now = self._simulation.clock.now()
        return {
            "cameras": len(self._accounts.main.visible(now)),
            "keys": {key: account.name for key, account in self._accounts.keys.items()},
            "exports": [job.as_json({}, self.quirks) for job in self._exports.all()],
        }

    async def reset(self) -> None:
        """Return to the start."""
        await self._exports.reset()
        self._accounts.reset()
        self._media.forget_sessions()
        self.quirks.reset()

    async def close(self) -> None:
        """Stop serving and remove temporary files."""
        for listener in self._listeners:
            await listener.close()
        await self._exports.close()

    def act_on_credentials(self, body: JsonObject) -> JsonObject:
        """Add, revoke or rotate keys; raise ValueError for nonsense."""
        return {"key": self._accounts.act(body.get("action"), body.get("key"))}

    def cameras(self, base: str) -> list[JsonObject]:
        """Return the main account's cameras as the API does; ``base`` is the vendor's address."""
        return [self.camera(camera_id, base) for camera_id in self._accounts.main.cameras]

    def camera(self, camera_id: str, base: str) -> JsonObject:
        """Return one camera; raise KeyError if there is none."""
        _, camera = self._found(camera_id)
        settings = self._simulation.settings
        now = self._simulation.clock.now()
        return camera.as_json(base, now, settings.token_seconds, self._signer, self.quirks)

    def add_camera(self, overrides: JsonObject) -> str:
        """Add a camera to the main account and return its id."""
        camera = self._accounts.add_camera()
        camera.overrides = dict(overrides)
        return camera.id

    def patch_camera(self, camera_id: str, overrides: JsonObject) -> None:
        """Replace fields of a camera's answer."""
        self._found(camera_id)[1].overrides |= overrides

    def remove_camera(self, camera_id: str) -> None:
        """Take a camera away."""
        account, camera = self._found(camera_id)
        del account.cameras[camera.id]

    def inject_event(self, camera_id: str, raw: JsonObject) -> str:
        """Put an event on a camera's timeline and return its id."""
        account, camera = self._found(camera_id)
        event_id = raw.get("id")
        if not isinstance(event_id, str):
            event_id = str(uuid4())
        try:
            event = injected_event(event_id, raw, self._simulation.clock.now())
        except Refusal as refusal:
            raise ValueError(refusal.detail) from None
        account.events.setdefault(camera.id, []).append(event)
        return event_id

    def _found(self, camera_id: str) -> tuple[Account, Camera]:
        found = self._accounts.of_camera(camera_id)
        if found is None:
            raise KeyError(camera_id)
        return found


def _has_key(request: web.Request) -> bool:
    return KEY_HEADER in request.headers


def _leaks_key(request: web.Request) -> bool:
    """Media are asked for without the key."""
    return _has_key(request) and request.path.startswith(MEDIA)
